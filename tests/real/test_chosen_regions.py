"""``--audit-regions`` as a user gives it: what it leaves out stands in all that shows the verdict."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest

from carbuyer_cleanup import project_files
from strict_moto.faults import Fault, FaultKind, Faults
from strict_moto.sandbox import ACCOUNT

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from strict_moto.sandbox import Sandbox
    from tests.result import Result

pytestmark = pytest.mark.usefixtures("endpoint", "few_types")
CLOSED = Faults(tuple(Fault(FaultKind.DENY, region=pattern) for pattern in ("eu-*", "us-west-*", "sa-*")))
LISTED = "ap-southeast-1,us-east-1"


def audited(result: Result) -> Any:
    """Return what the certificate says of the audit; it is what the schema says."""
    made = json.loads((result.reports / "certificate.json").read_text())
    jsonschema.validate(made, json.loads(project_files.SCHEMA.read_text()))
    return made["predicate"]["audit"]


@pytest.mark.exhaustive
def test_policy_that_forbids_regions(sandbox: Sandbox, run_suite: Callable[..., Result]) -> None:
    """8, in a few lines that name the Regions, the policy, and what to do."""
    sandbox.faults = CLOSED

    result = run_suite("--aws", "--verify")

    assert result.exit_code == 8
    about_it = [line for line in result.output.splitlines() if "service control policy" in line or "eu-west" in line]
    assert 1 <= len(about_it) <= 10
    assert "8 AWS Regions: a service control policy of the organization forbids them" in result.output
    assert audited(result)["regionsForbidden"][0] == "eu-central-1"


@pytest.mark.exhaustive
def test_allowed(sandbox: Sandbox, run_suite: Callable[..., Result]) -> None:
    """CLEAN, and what nobody looked at stands in the last line, in the report and in the certificate."""
    sandbox.faults = CLOSED

    result = run_suite("--aws", "--verify", "--audit-regions", "allowed")

    assert result.exit_code == 0, result.output
    told = "Not looked for in 8 Regions (eu-central-1, eu-north-1, eu-west-1, "
    assert result.output.splitlines()[-1].startswith(f"CLEAN — account {ACCOUNT}")
    assert told in result.output.splitlines()[-1]
    assert told in (result.reports / "report.html").read_text()
    assert audited(result)["regionsLeftOut"] == audited(result)["regionsForbidden"]
    assert told in audited(result)["reservations"][0]


@pytest.mark.exhaustive
def test_listed(sandbox: Sandbox, run_suite: Callable[..., Result]) -> None:
    """What stands in a Region that was not to be looked at is not found, and the last line says where nobody looked."""
    sandbox.session().client("ec2", region_name="eu-west-3").allocate_address(Domain="vpc")

    result = run_suite("--aws", "--verify", "--audit-regions", LISTED)

    assert result.exit_code == 0, result.output
    assert "Looked for in ap-southeast-1, us-east-1 only, not in 15 Regions (" in result.output.splitlines()[-1]
    assert audited(result)["regions"] == LISTED.split(",")
    assert "eu-west-3" in audited(result)["regionsLeftOut"]


@pytest.mark.parametrize(
    ("value", "why"),
    [
        ("us-east-1", "leaves out ap-southeast-1, where the workshop was built"),
        ("ap-southeast-1,us-east-9", "there is no 'us-east-9'"),
        ("everything", "there is no 'everything'"),
    ],
)
def test_refused(sandbox: Sandbox, run_suite: Callable[..., Result], value: str, why: str) -> None:
    """4, before anything is asked."""
    result = run_suite("--aws", "--verify", "--audit-regions", value)

    assert result.exit_code == 4
    assert why in result.errors
    assert list(sandbox.log) == []


def test_plan_makes_no_audit(run_suite: Callable[..., Result]) -> None:
    """4: there is nothing that it could mean."""
    result = run_suite("--aws", "--plan", "--audit-regions", "allowed")

    assert result.exit_code == 4
    assert "--plan and --audit-regions can't be used together" in result.errors


@pytest.mark.exhaustive
def test_class(
    sandbox: Sandbox, run_suite: Callable[..., Result], project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The last line, the grade and the class page say it, too."""
    monkeypatch.setenv("AWS_CONFIG_FILE", str(project / "config"))
    keys = sandbox.add_account(ACCOUNT)
    lines = ("[profile an]", f"aws_access_key_id = {keys.access_key}", f"aws_secret_access_key = {keys.secret_key}")
    (project / "config").write_text("\n".join(lines))
    (project / "class.csv").write_text(f"alias,account_id,profile\nan,{ACCOUNT},an\n")
    sandbox.faults = CLOSED

    result = run_suite("--aws", "--verify", "--roster", "class.csv", "--audit-regions", "allowed")

    assert result.exit_code == 0, result.output
    told = "Not looked for in 8 Regions (eu-central-1, "
    assert told in result.output.splitlines()[-1]
    assert told in (result.reports / "grades.csv").read_text()
    assert told in (result.reports / "class.html").read_text()
