"""The certificate: what it says, and when it may say CLEAN."""

from __future__ import annotations

import json
from dataclasses import replace
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest
from google.protobuf.json_format import ParseDict
from in_toto_attestation.v1 import statement_pb2
from in_toto_attestation.v1.statement import Statement

from carbuyer_cleanup.audit.result import Unseen
from carbuyer_cleanup.certificate.certificate import Remnant, RunFacts, StepFacts, issue, judge, statement
from carbuyer_cleanup.certificate.signing import Signer
from carbuyer_cleanup.errors import AwsError, Blocked, Refused, Trouble
from carbuyer_cleanup.own_tests import OwnTest
from carbuyer_cleanup.project_files import SCHEMA
from carbuyer_cleanup.resource import Resource
from carbuyer_cleanup.teardown.engine import Outcome, Unmet
from carbuyer_cleanup.teardown.plan import STEPS
from carbuyer_cleanup.verdict import FailedLook, Reason, Verdict
from tests.certificate.desks import DONE, LEFT, Desk, swept

if TYPE_CHECKING:
    from pathlib import Path

ROLE = Remnant("role", "carbuyer-x", "role carbuyer-x")
DOUBTS: dict[str, dict[str, Any]] = {
    "interrupted": {"interrupted": True},
    "no audit": {"sweep": None},
    "part of the table": {"sweep": swept(complete=False)},
    "failed look": {"sweep": swept(unseen=[Unseen("VPC", "eu-west-1", "denied")])},
    "in between": {"sweep": swept(in_between=[LEFT])},
    "failed look of a step": {"unseen": (FailedLook.of_step(1, "ec2:DescribeVpcs was refused"),)},
    "step deselected": {"steps": DONE[1:]},
    "step blocked": {"steps": (replace(DONE[0], result="blocked"), *DONE[1:])},
    "step not seen": {"steps": (*DONE[:-1], replace(DONE[-1], result="not seen", reason="denied"))},
    "test failed": {"failed": True},
    "own test not seen": {"own_tests": (OwnTest("test_ours.py::test_it", "", "not seen", "denied"),)},
    "own test skipped": {"own_tests": (OwnTest("test_ours.py::test_it", "", "not run", "not today"),)},
    "step not run": {"steps": (replace(DONE[0], result="not run"), *DONE[1:])},
}


def test_clean(clean: RunFacts) -> None:
    """All steps done, and an audit that looked everywhere and found nothing: CLEAN."""
    assert judge(clean) == (Verdict.CLEAN, [])


@pytest.mark.parametrize("doubt", DOUBTS)
def test_doubt_is_not_clean(clean: RunFacts, doubt: str) -> None:
    """Whatever was not looked at makes the verdict COULD NOT VERIFY, with its reason."""
    verdict, reasons = judge(replace(clean, **DOUBTS[doubt]))

    assert verdict is Verdict.COULD_NOT_VERIFY
    assert len(reasons) == 1


def test_own_tests_are_certified(clean: RunFacts) -> None:
    """One that passed is named; one that failed is a leftover; without any, the certificate has no word of them."""
    passed, failed = (
        OwnTest("t.py::test_it", "It is so.", "done"),
        OwnTest("t.py::test_it", "It is so.", "failed", "no"),
    )
    said = statement(replace(clean, own_tests=(passed,)))

    assert judge(replace(clean, own_tests=(passed,))) == (Verdict.CLEAN, [])
    assert judge(replace(clean, own_tests=(failed,))) == (
        Verdict.LEFTOVERS,
        [Reason("own test", "t.py::test_it: failed: no")],
    )
    assert said["predicate"]["ownTests"] == [
        {"name": "t.py::test_it", "sentence": "It is so.", "result": "done", "reason": ""}
    ]
    jsonschema.validate(said, json.loads(SCHEMA.read_text("utf-8")))
    assert "ownTests" not in statement(clean)["predicate"]


@pytest.mark.parametrize("doubt", DOUBTS)
def test_leftovers_win(clean: RunFacts, doubt: str) -> None:
    """What is left is told, whatever could not be looked at besides."""
    run = replace(clean, **DOUBTS[doubt])
    steps = (*run.steps[:-1], replace(run.steps[-1], left=(ROLE,), result="failed"))

    assert judge(replace(run, steps=steps))[0] is Verdict.LEFTOVERS
    assert judge(replace(run, steps=(*run.steps, replace(DONE[0], result="failed"))))[0] is Verdict.LEFTOVERS
    assert judge(replace(clean, sweep=swept(leftovers=[LEFT])))[0] is Verdict.LEFTOVERS


def test_why_something_is_left_comes_first(clean: RunFacts) -> None:
    """What is to be mended stands before what is left of it."""
    left = replace(DONE[0], result="failed", left=(ROLE,), reason="iam:DeleteRole was refused")

    assert judge(replace(clean, steps=(left, *DONE[1:])))[1] == [
        Reason("held", str(left)),
        Reason("left", "role carbuyer-x"),
    ]


def test_look_is_told_once(clean: RunFacts) -> None:
    """A step that could not look is told by its look; another that could not, for the same reason, by itself."""
    steps = tuple(replace(step, result="not seen", reason="denied") if step.number < 3 else step for step in DONE)
    run = replace(clean, steps=steps, unseen=(FailedLook.of_step(1, "denied"),))

    assert list(map(str, judge(run)[1])) == [str(steps[1]), "step 1: denied"]


def test_audit_that_failed_for_what_is_left(clean: RunFacts) -> None:
    """Its reason is what is left, and no other one."""
    assert judge(replace(clean, failed=True, sweep=swept(leftovers=[LEFT])))[1] == [Reason("left", str(LEFT))]


@pytest.mark.parametrize("change", [{}, *DOUBTS.values(), {"sweep": swept(leftovers=[LEFT])}])
def test_schema(clean: RunFacts, change: dict[str, Any]) -> None:
    """Every certificate is what the schema in docs/ says, and an in-toto Statement."""
    made = statement(replace(clean, **change))

    jsonschema.Draft202012Validator.check_schema(json.loads(SCHEMA.read_text()))
    jsonschema.validate(made, json.loads(SCHEMA.read_text()))
    Statement.copy_from_pb(ParseDict({**made, "type": made.pop("_type")}, statement_pb2.Statement())).validate()


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("predicate", "audit", "complete"), False),
        (("predicate", "audit"), None),
        (("predicate", "steps"), []),
        (("predicate", "reasons"), ["a doubt"]),
        (("predicate", "more"), 1),
    ],
)
def test_schema_knows_clean(clean: RunFacts, path: tuple[str, ...], value: object) -> None:
    """The schema itself refuses a CLEAN that nothing proves."""
    made = statement(clean)
    part = made
    for key in path[:-1]:
        part = part[key]
    part[path[-1]] = value

    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(made, json.loads(SCHEMA.read_text()))


def test_what_it_tells(clean: RunFacts) -> None:
    """It tells the calls that were made, the manifest, and what leftovers cost."""
    predicate = statement(replace(clean, sweep=swept(leftovers=[LEFT, replace(LEFT, type="EKS cluster")])))["predicate"]

    assert predicate["audit"]["calls"] == {"ec2:DescribeVpcs": {"eu-west-1": 2}}
    assert predicate["audit"]["cost"]["usdPerMonth"] == 43.1
    assert [found["usdPerMonth"] for found in predicate["audit"]["leftovers"]] == [43.1, None]
    unknown = statement(replace(clean, sweep=swept(leftovers=[replace(LEFT, type="EKS cluster")])))["predicate"]
    assert unknown["audit"]["cost"]["usdPerMonth"] is None
    assert predicate["audit"]["types"] == {"VPC": "ec2:DescribeVpcs"}
    assert predicate["manifest"]["prefix"] == "carbuyer-"


def test_steps_of_the_engine() -> None:
    """A step is done if it ended well and nothing is left; a failed look is not a failed step."""
    step, vpc = STEPS[0], Resource("VPC", "vpc-1", "carbuyer-x", "eu-west-1", "of its name")
    outcomes = [
        Outcome(step, []),
        Outcome(step, [], left=[vpc]),
        Outcome(step, [], error=Unmet(STEPS[1], "still there", selected=True)),
        Outcome(step, [], error=Unmet(STEPS[1], "still there", selected=False)),
        Outcome(step, [], error=Blocked("held")),
        Outcome(step, [], error=AwsError("ec2:DescribeVpcs", "AccessDenied", "no", Trouble.DENIED)),
        Outcome(step, [], error=AwsError("ec2:DeleteVpc", "AccessDenied", "no", Trouble.DENIED)),
    ]
    results = ["done", "failed", "blocked", "failed", "failed", "not seen", "failed"]

    assert [StepFacts.of(one).result for one in outcomes] == results


def test_manifest_digest_knows_overrides(clean: RunFacts) -> None:
    """A name given on the command line makes another digest."""
    before = statement(clean)["predicate"]["manifest"]["digest"]
    clean.aws.workshop = clean.aws.workshop.with_names("s3.bucket=mine")

    assert statement(clean)["predicate"]["manifest"]["digest"] != before


def test_no_certificate_of_a_rehearsal(clean: RunFacts, tmp_path: Path) -> None:
    """A rehearsal certifies nothing."""
    with pytest.raises(Refused, match="rehearsal"):
        issue(replace(clean, rehearsal=True), tmp_path / "certificate.json")
    assert not (tmp_path / "certificate.json").exists()


def test_whole_or_not_at_all(clean: RunFacts, desk: Desk) -> None:
    """What goes wrong while a certificate is written leaves no part of it behind."""

    class Broken(Signer):
        def envelope(self, text: str) -> str:
            raise Refused(text[:1])

    with pytest.raises(Refused):
        issue(clean, desk.path, Broken(SimpleNamespace()))  # type: ignore[arg-type] # it signs nothing

    assert not desk.path.exists()


def test_no_certificate_is_written_through_a_link(clean: RunFacts, desk: Desk, tmp_path: Path) -> None:
    """What somebody put in its place, or in that of the unfinished one, is replaced; what it leads to stays."""
    mine = tmp_path / "mine"
    mine.write_text("mine")
    for name in (desk.path.name, f"{desk.path.name}.unfinished", f"{desk.path.stem}.unfinished"):
        desk.path.with_name(name).symlink_to(mine)

    issue(clean, desk.path)

    assert mine.read_text() == "mine"
    assert not desk.path.is_symlink()
    assert json.loads(desk.path.read_text())["predicate"]["verdict"] == "CLEAN"


def test_names_that_are_not_unicode(clean: RunFacts, desk: Desk) -> None:
    """Half a character in a name, as JSON can hold it, is written as a question mark."""
    desk.sign(replace(clean, sweep=swept(leftovers=[replace(LEFT, name="carbuyer-\ud800")])))

    assert "It is genuine, but says LEFTOVERS" in desk.check()[1]
