"""The verdict and the certificate of an account, as a user gets them: ``--aws`` against the sandbox on a port."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from carbuyer_cleanup import project_files
from carbuyer_cleanup.certificate import verification
from strict_moto.faults import Fault, FaultKind, Faults
from strict_moto.sandbox import ACCOUNT
from tests.choice import one_in

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from strict_moto.sandbox import Sandbox
    from tests.result import Result

pytestmark = pytest.mark.usefixtures("endpoint")
CLEAN_UP = ("--aws", "--account", ACCOUNT)
REGION = "ap-southeast-1"


@pytest.fixture
def key(tmp_path: Path) -> Path:
    """A new Ed25519 key."""
    path = tmp_path / "key.pem"
    made = Ed25519PrivateKey.generate()
    path.write_bytes(made.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return path


def certificate(result: Result) -> Any:
    """Return what a run certified; it is what the schema says."""
    made = json.loads((result.reports / "certificate.json").read_text())
    jsonschema.validate(made, json.loads(project_files.SCHEMA.read_text()))
    return made["predicate"]


def deny(*calls: str, region: str = "*") -> Faults:
    """Return the faults of a policy that denies these calls."""
    return Faults(tuple(Fault(FaultKind.DENY, calls=call, region=region) for call in calls))


@pytest.mark.usefixtures("few_types")
def test_clean(run_suite: Callable[..., Result]) -> None:
    """All steps, all Regions, nothing there: 0, and a certificate that says what was looked at."""
    result = run_suite("--aws", "--verify")

    assert result.exit_code == 0, result.output
    assert result.output.splitlines()[-1].startswith(f"CLEAN — account {ACCOUNT}")
    made = certificate(result)
    assert (made["verdict"], made["audit"]["depth"]) == ("CLEAN", "full")
    assert len(made["audit"]["regions"]) == 17
    assert len(made["audit"]["calls"]["ec2:DescribeVpcs"]) == 17
    assert "me-south-1" in made["audit"]["regionsOff"]


@pytest.mark.exhaustive
@pytest.mark.usefixtures("few_types")
def test_address_left(sandbox: Sandbox, run_suite: Callable[..., Result]) -> None:
    """Somebody's unattached address in another Region: 1, with where it is, why it counts, its cost and what to do."""
    sandbox.session().client("ec2", region_name="eu-west-3").allocate_address(Domain="vpc")

    result = run_suite("--aws", "--verify")

    assert result.exit_code == 1
    for told in (
        "(eipalloc-", "in eu-west-3: it is not attached to anything, but charged for", "USD 3.65 a month",
        "console.aws.amazon.com/go/view?arn=arn:aws:ec2:eu-west-3", "delete it in the console",
    ):  # fmt: skip
        assert told in result.output
    assert certificate(result)["verdict"] == "LEFTOVERS"
    assert certificate(result)["audit"]["cost"]["usdPerMonth"] == 3.65


@pytest.mark.exhaustive
@pytest.mark.usefixtures("few_types")
def test_on_its_way_out(sandbox: Sandbox, run_suite: Callable[..., Result]) -> None:
    """What AWS deletes in a week is neither gone nor left: 8, and it is named."""
    secrets = sandbox.session().client("secretsmanager", region_name=REGION)
    secrets.create_secret(Name="carbuyer-s", SecretString="s")
    secrets.delete_secret(SecretId="carbuyer-s", RecoveryWindowInDays=7)

    result = run_suite("--aws", "--verify")

    assert result.exit_code == 8
    assert "AWS is deleting it: check again with --verify in a few minutes." in result.output
    assert "carbuyer-s" in certificate(result)["audit"]["inBetween"][0]["name"]


@pytest.mark.exhaustive
@pytest.mark.usefixtures("few_types")
@pytest.mark.parametrize("call", one_in(2, ["ec2:DescribeAddresses", "ec2:DescribeRegions"]))
def test_denied(sandbox: Sandbox, run_suite: Callable[..., Result], call: str) -> None:
    """One read action denied: 8, and the action is named on the terminal and in the certificate."""
    sandbox.faults = deny(call)

    result = run_suite("--aws", "--verify")

    assert result.exit_code == 8
    assert "CLEAN —" not in result.output
    assert f"{call} in " in result.output
    assert call in " ".join(certificate(result)["reasons"])


@pytest.mark.exhaustive
@pytest.mark.usefixtures("few_types")
def test_look_of_a_step_denied(sandbox: Sandbox, run_suite: Callable[..., Result]) -> None:
    """It is told once, as not seen: the step was run, and no chain of exceptions stands before the sentence."""
    sandbox.faults = deny("ec2:DescribeKeyPairs")

    result = run_suite("--aws", "--verify")

    step = certificate(result)["steps"][15]
    assert step["result"] == "not seen"
    assert [reason for reason in certificate(result)["reasons"] if reason.startswith(("step 16", "not run"))] == [
        f"step 16: {step['reason']}"
    ]
    assert "The above exception" not in result.output
    assert "During handling" not in result.output


@pytest.mark.exhaustive
@pytest.mark.usefixtures("few_types")
def test_denied_region(sandbox: Sandbox, run_suite: Callable[..., Result]) -> None:
    """A Region that is closed as a whole: 8, and it is told once."""
    sandbox.faults = deny("*", region="eu-west-1")

    result = run_suite("--aws", "--verify")

    assert result.exit_code == 8
    assert certificate(result)["audit"]["regionsForbidden"] == ["eu-west-1"]
    (told,) = certificate(result)["audit"]["unseen"]
    assert told["type"] == "AWS Region"


@pytest.mark.exhaustive
@pytest.mark.usefixtures("few_types")
@pytest.mark.parametrize(
    ("args", "why"),
    [
        (("-k", "not audit"), "the audit did not run"),
        (("-k", "not key_pair"), "not run: step 16"),
    ],
)
def test_not_all_of_it(run_suite: Callable[..., Result], args: tuple[str, ...], why: str) -> None:
    """What was deselected was not looked at: 8, however clean the rest is."""
    result = run_suite("--aws", "--verify", *args)

    assert result.exit_code == 8
    assert why in result.output.splitlines()[-1]
    assert why in certificate(result)["reasons"]


@pytest.mark.exhaustive
@pytest.mark.usefixtures("few_types")
def test_step_not_seen(sandbox: Sandbox, run_suite: Callable[..., Result], monkeypatch: pytest.MonkeyPatch) -> None:
    """A step that could not look holds others up; none of them found anything: 8, each with the reason."""
    monkeypatch.setattr("carbuyer_cleanup.aws.context.SHARED_FOR", -1.0)  # what the plan has seen will not do

    class Revoking:
        """Takes the permission away."""

        def pytest_runtest_setup(self) -> None:
            """Take it away after the plan was shown."""
            sandbox.faults = deny("ec2:DescribeNatGateways")

    result = run_suite(*CLEAN_UP, "--one-by-one", plugins=[Revoking()])

    assert result.exit_code == 8, result.output
    steps = {step["number"]: (step["result"], step["reason"][:28]) for step in certificate(result)["steps"]}
    assert steps[4] == ("not seen", "ec2:DescribeNatGateways in a")
    assert steps[13][0] == "blocked"
    assert steps[16] == ("done", "")


@pytest.mark.exhaustive
@pytest.mark.usefixtures("few_types")
def test_interrupted(run_suite: Callable[..., Result]) -> None:
    """Ctrl-C during the last test: 2, and the certificate says so."""

    class Interrupting:
        """Presses Ctrl-C."""

        def pytest_runtest_teardown(self, item: pytest.Item) -> None:
            """Press it when the audit has passed."""
            if item.get_closest_marker("audit"):
                raise KeyboardInterrupt

    result = run_suite("--aws", "--verify", plugins=[Interrupting()])

    assert result.exit_code == 2
    made = certificate(result)
    assert (made["verdict"], made["reasons"]) == ("COULD_NOT_VERIFY", ["the run was interrupted"])


@pytest.mark.exhaustive
@pytest.mark.usefixtures("few_types")
def test_failed_for_a_reason_of_its_own(run_suite: Callable[..., Result]) -> None:
    """A test that failed for whatever reason: 8, though nothing was found."""

    class Failing:
        """Breaks a test."""

        def pytest_runtest_teardown(self, item: pytest.Item) -> None:
            """Break the last one."""
            if item.get_closest_marker("audit"):
                raise OSError

    result = run_suite("--aws", "--verify", plugins=[Failing()])

    assert result.exit_code == 8
    assert certificate(result)["reasons"] == ["a test failed, for a reason of its own"]


@pytest.mark.exhaustive
@pytest.mark.usefixtures("few_types")
def test_signed(run_suite: Callable[..., Result], key: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """With ``--sign`` the certificate is one that can be checked; this one was not AWS's."""
    result = run_suite("--aws", "--verify", "--sign", str(key))

    assert result.exit_code == 0
    assert verification.main(["verify", str(result.reports / "certificate.json"), "--key", str(key)]) == 1
    assert "The run did not ask AWS, but http://127.0.0.1" in capfd.readouterr().err


def test_bad_key_is_refused_first(sandbox: Sandbox, run_suite: Callable[..., Result], project: Path) -> None:
    """A key that can't sign: 4, nothing was deleted, and the last certificate is still there."""
    ec2 = sandbox.session().client("ec2", region_name=REGION)
    ec2.create_key_pair(KeyName="carbuyer-keypair")
    (project / "reports").mkdir()
    (project / "reports" / "certificate.json").write_text("the last one's")

    result = run_suite(*CLEAN_UP, "--sign", "/nowhere.pem")

    assert result.exit_code == 4
    assert "/nowhere.pem can't be read" in result.errors
    assert ec2.describe_key_pairs()["KeyPairs"] != []
    assert (result.reports / "certificate.json").read_text() == "the last one's"


@pytest.mark.usefixtures("few_types")
def test_none_of_the_last_run_while_one_runs(run_suite: Callable[..., Result], project: Path) -> None:
    """A run that is killed leaves no certificate, nor the last run's."""
    last = project / "reports" / "certificate.json"
    last.parent.mkdir()
    last.write_text("the last one's")
    seen = []

    class Looking:
        """Looks whether it is there while the tests run."""

        def pytest_runtest_setup(self) -> None:
            """Look before the test."""
            seen.append(last.exists())

    run_suite("--aws", "--verify", path="cleanup_tests/test_10_dynamodb_tables.py", plugins=[Looking()])

    assert seen == [False]


@pytest.mark.exhaustive
@pytest.mark.usefixtures("few_types")
def test_signing_fails_at_the_end(sandbox: Sandbox, run_suite: Callable[..., Result], project: Path) -> None:
    """KMS that stops signing in the course of the run: 8, it is said, and the last run's certificate is gone."""
    (project / "reports").mkdir()
    (project / "reports" / "certificate.json").write_text("the last one's")
    kms = sandbox.session().client("kms", region_name=REGION)
    arn = kms.create_key(KeyUsage="SIGN_VERIFY", KeySpec="ECC_NIST_P256")["KeyMetadata"]["Arn"]

    class Revoking:
        """Takes the permission away."""

        def pytest_runtest_setup(self, item: pytest.Item) -> None:
            """Take it away before the last test."""
            if item.get_closest_marker("audit"):
                sandbox.faults = deny("kms:Sign")

    result = run_suite("--aws", "--verify", "--sign", arn, plugins=[Revoking()])

    assert result.exit_code == 8
    assert "certificate: it was not written: KMS did not sign the certificate" in result.output
    assert not (result.reports / "certificate.json").exists()
