"""The suite's own tests say the same on every machine, whatever happens to be set there."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
NOBODY = "http://127.0.0.1:9"  # the discard port: nobody listens

PROXIES = dict.fromkeys("HTTP_PROXY HTTPS_PROXY ALL_PROXY http_proxy https_proxy all_proxy".split(), NOBODY)
OF_AWS = {
    "AWS_CA_BUNDLE": "/nowhere/ca.pem",
    "AWS_CONFIG_FILE": "/nowhere/config",
    "AWS_DEFAULT_REGION": "us-west-2",
    "AWS_ENDPOINT_URL_STS": NOBODY,
    "AWS_PROFILE": "nobody",
    "AWS_REGION": "eu-west-1",
    "AWS_SESSION_TOKEN": "somebody-elses",
    "AWS_USE_FIPS_ENDPOINT": "true",
    "CLEANUP_AWS_ACCOUNT": "123456789012",
    "REQUESTS_CA_BUNDLE": "/nowhere/ca.pem",
}
OF_THE_TERMINAL = {
    "CI": "true", "COLUMNS": "40", "FORCE_COLOR": "1", "LANG": "vi_VN.UTF-8", "LC_ALL": "C", "NO_COLOR": "1",
    "PYTEST_ADDOPTS": "-v --tb=line", "PY_COLORS": "1", "TERM": "dumb", "TZ": "Asia/Ho_Chi_Minh",
}  # fmt: skip

# By botocore and by the AWS SDK's own files, against a server of this machine; and what pytest shows of a run
TESTS = (
    "tests/real/test_verdict.py::test_clean",
    "tests/sandbox/test_server.py::test_same_answers_as_in_the_process",
    "tests/sandbox/test_server.py::test_s3_control",
    "tests/test_options.py::test_teardown_without_a_number_is_refused",
)


@pytest.mark.exhaustive
def test_whatever_is_set() -> None:
    """Proxies, profiles, options and languages of the machine's are not the tests'."""
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *TESTS]
    hostile = os.environ | PROXIES | OF_AWS | OF_THE_TERMINAL
    run = subprocess.run(command, cwd=ROOT, env=hostile, capture_output=True, text=True, check=False)  # noqa: S603 - ourselves

    assert run.returncode == 0, run.stdout + run.stderr


@pytest.mark.exhaustive
@pytest.mark.parametrize("option", ["--help", "--collect-only"])
def test_listing_imports_no_boto3(option: str) -> None:
    """Whoever asks for the options or for the list of tests doesn't wait for boto3, nor for the embedded AWS."""
    words = f"import sys, pytest; pytest.main(['cleanup_tests', '{option}']); print(*sorted(sys.modules), sep='\\n')"
    run = subprocess.run([sys.executable, "-c", words], cwd=ROOT, capture_output=True, text=True, check=True)  # noqa: S603 - ourselves

    loaded = {line.partition(".")[0] for line in run.stdout.splitlines()}
    assert "carbuyer_cleanup" in loaded
    assert not loaded & {"boto3", "botocore", "moto", "strict_moto"}
