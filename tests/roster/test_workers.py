"""A class spread over workers of pytest-xdist: each account stays on one, and one that dies is never a pass."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest

from strict_moto import estate
from tests.roster.school import number

if TYPE_CHECKING:
    from pathlib import Path

    from tests.roster.school import School

KEY_PAIR = "cleanup_tests/test_16_key_pair.py"
DIES = """
import os

def pytest_runtest_setup(item):
    if item.name == "{test}" and hasattr(item.config, "workerinput"):
        os._exit(9)
"""

BEATS = "from carbuyer_cleanup.plugin import progress\nprogress.HEARTBEAT = 0.0\n"


def spread(school: School, *args: str) -> subprocess.CompletedProcess[str]:
    """Run the suite over workers, as a user does, in the project."""
    return subprocess.run(command(*args), cwd=school.roster.parent, capture_output=True, text=True, check=False)  # noqa: S603 - ourselves


def command(*args: str) -> list[str]:
    """Return the command line."""
    return [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "--roster", "class.csv", "--aws", *args]


def places(output: str) -> dict[str, set[str]]:
    """Return which workers ran tests of which account."""
    found: dict[str, set[str]] = {}
    for worker, alias in re.findall(r"^\[(gw\d)\].*(?:PASSED|FAILED|ERROR) \S+\[(\S+)\]", output, re.MULTILINE):
        found.setdefault(alias, set()).add(worker)
    return found


def junit(school: School) -> dict[str, str]:
    """Return the tests of the JUnit file, each with the message of its failure, "" if it passed."""
    root = ET.parse(school.roster.parent / "reports" / "junit.xml").getroot()  # noqa: S314 - our own file
    return {
        str(case.get("name")): next((str(f.get("message")) for f in case if f.tag in {"failure", "error"}), "")
        for case in root.iter("testcase")
    }


@pytest.mark.exhaustive
@pytest.mark.parametrize("dist", ["load", "loadgroup"])
def test_each_account_on_one_worker(real_school: School, dist: str) -> None:
    """Whatever ``--dist`` says: accounts are dealt out whole, and a worker too many has nothing to do."""
    real_school.enrol("alice", "bob", "carl")
    real_school.sandbox.session(number(2)).client("ec2").create_key_pair(KeyName="carbuyer-keypair")

    ran = spread(real_school, "--verify", "-v", "-n", "4", "--dist", dist, "-k", "key_pair or user")

    assert places(ran.stdout) == {"alice": {"gw0"}, "bob": {"gw1"}, "carl": {"gw2"}}, ran.stdout + ran.stderr
    assert ran.returncode == 1, ran.stdout + ran.stderr
    assert "2 COULD NOT VERIFY, 1 LEFTOVERS." in ran.stdout.splitlines()[-1]
    assert len(junit(real_school)) == 6
    assert "[100%]" in ran.stdout
    assert "[200%]" not in ran.stdout


@pytest.mark.exhaustive
def test_worker_that_dies(real_school: School) -> None:
    """The accounts of a worker that died are told as not run, step by step; those of the others have their result.

    Nobody takes its place, whatever the user says: two workers would each have seen half of an account.
    """
    real_school.enrol("alice", "bob", "carl")
    (real_school.roster.parent / "dies.py").write_text(DIES.format(test="test_iam_user[carl]"))

    args = ("--verify", "-v", "-n", "2", "--max-worker-restart", "4", "-p", "dies")
    ran = spread(real_school, *args, "-k", "key_pair or user or vpc")

    told = junit(real_school)
    assert ran.returncode == 8, ran.stdout + ran.stderr
    assert "replacing crashed worker" not in ran.stdout
    assert "carl  account 222200000003: NOT RUN" in ran.stdout
    assert "not run: the process" in told["test_key_pair[carl]"]
    assert told["test_key_pair[alice]"] == told["test_iam_user[bob]"] == ""
    assert "alice" in places(ran.stdout)
    grades = (real_school.roster.parent / "reports" / "grades.csv").read_text("utf-8-sig")
    assert [line.count("NOT RUN") > 0 for line in grades.splitlines()[1:]] == [False, False, True]


@pytest.mark.exhaustive
def test_one_line_for_all_workers(real_school: School) -> None:
    """While workers are waited for, the process that started them says how many accounts are done; they say nothing."""
    real_school.enrol("alice", "bob")
    for index in (1, 2):
        estate.create(real_school.sandbox.session(number(index)), only=["nat_gateway"])
    (real_school.roster.parent / "beats.py").write_text(BEATS)

    ran = spread(real_school, "--accounts-confirmed", "2", "-n", "2", "-p", "beats", "-k", "nat_gateway")

    told = re.findall(r"^[\d:]+ (\d of 2 accounts done · .*)$", ran.stdout, re.MULTILINE)
    assert "0 of 2 accounts done · alice at test_04_nat_gateway" in told, ran.stdout + ran.stderr
    assert ran.stderr == ""


@pytest.mark.exhaustive
def test_controller_that_is_killed(real_school: School) -> None:
    """After a SIGKILL in the middle of a teardown its workers end, and the same command finishes it."""
    real_school.enrol("alice", "bob")
    for index in (1, 2):
        estate.create(real_school.sandbox.session(number(index)), only=["nat_gateway", "table"])
    args = ("--accounts-confirmed", "2", "-n", "2")
    with subprocess.Popen(command(*args), cwd=real_school.roster.parent, stdout=subprocess.DEVNULL) as killed:  # noqa: S603 - ourselves
        wait_for_call(real_school, "ec2:DeleteNatGateway")
        os.kill(killed.pid, signal.SIGKILL)
    wait_for_locks(real_school.roster.parent / "reports")

    again = spread(real_school, *args)

    assert again.returncode == 0, again.stdout + again.stderr
    assert "2 accounts: 2 CLEAN." in again.stdout.splitlines()[-1]


def wait_for_call(school: School, call: str) -> None:
    """Wait until AWS was asked for this."""
    while not any(entry.call == call for entry in list(school.sandbox.log)):
        time.sleep(0.05)


def wait_for_locks(reports: Path) -> None:
    """Wait until no process has an account any more."""
    while [lock for lock in reports.glob(".*.lock") if _is_held(lock)]:
        time.sleep(0.1)


def _is_held(lock: Path) -> bool:
    held = subprocess.run(["flock", "--nonblock", lock, "true"], check=False)  # noqa: S603, S607 - Debian's
    return held.returncode != 0


@pytest.mark.exhaustive
def test_no_secret_of_any_worker(real_school: School) -> None:
    """With everything logged and shown that pytest can, no key, token or password of a function gets anywhere."""
    real_school.enrol("alice", "bob")
    for index in (1, 2):
        estate.create(real_school.sandbox.session(number(index)), only=["function"])
    loud = ("--log-level=DEBUG", "-vv", "-l", "--tb=long", "--full-trace", "-rA", "-o", "log_cli=true")

    ran = spread(real_school, "--verify", *loud, "-n", "2", "-k", "lambda or key_pair")

    assert ran.returncode == 1, ran.stdout + ran.stderr
    reports = [path.read_text() for path in (real_school.roster.parent / "reports").rglob("*") if path.is_file()]
    shown = "\n".join([ran.stdout, ran.stderr, *reports])
    identity = real_school.sandbox.identity
    known = [*identity.sessions.values(), *identity.administrators.values()]
    assert identity.sessions
    for secret in [
        "not-a-real-password",
        *(key.secret_key for key in known),
        *(key.token for key in known if key.token),
    ]:
        assert secret not in shown
