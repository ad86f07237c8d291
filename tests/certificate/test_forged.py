"""Certificates that contradict themselves, or are about something else: signed, and still no proof."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from carbuyer_cleanup.certificate.certificate import RunFacts, statement
from tests.certificate.desks import MANIFEST, Desk

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Json = dict[str, Any]

OTHER = "arn:aws:iam::999988887777:root"


def moved(text: str, **by: float) -> str:
    """Return another time."""
    return (datetime.fromisoformat(text) + timedelta(**by)).isoformat()


def told(**members: Any) -> Callable[[Json], Any]:
    """Say other things of the account."""
    return lambda made: made["predicate"].update(members)


def of_audit(**members: Any) -> Callable[[Json], Any]:
    """Say other things of the audit."""
    return lambda made: made["predicate"]["audit"].update(members)


def of_step(**members: Any) -> Callable[[Json], Any]:
    """Say other things of a step."""
    return lambda made: made["predicate"]["steps"][4].update(members)


def of_manifest(**members: Any) -> Callable[[Json], Any]:
    """Say other things of the manifest."""
    return lambda made: made["predicate"]["manifest"].update(members)


def another_subject(made: Json) -> None:
    """Be about somebody else's account than is told of."""
    made["subject"][0]["name"] = OTHER


def ends_before_it_starts(made: Json) -> None:
    """Let the run end first."""
    made["predicate"]["startedAt"] = moved(made["predicate"]["endedAt"], hours=1)


def audit_ends_before_it_starts(made: Json) -> None:
    """Let the audit end first."""
    audit = made["predicate"]["audit"]
    audit["startedAt"] = moved(audit["endedAt"], seconds=1)


def audit_of_another_day(made: Json) -> None:
    """Have an audit from before the run."""
    audit = made["predicate"]["audit"]
    audit |= {name: moved(audit[name], days=-2) for name in ("startedAt", "endedAt")}


def audit_after_the_end(made: Json) -> None:
    """Have an audit from after the run."""
    audit = made["predicate"]["audit"]
    audit |= {"endedAt": moved(made["predicate"]["endedAt"], minutes=1)}


def in_the_future(made: Json) -> None:
    """Be made tomorrow."""
    made["predicate"]["endedAt"] = (datetime.now(UTC) + timedelta(hours=1)).isoformat()


def one_step_twice(made: Json) -> None:
    """Have one step in another's place."""
    made["predicate"]["steps"][4] = made["predicate"]["steps"][5]


def step_too_many(made: Json) -> None:
    """Have a step that the page doesn't."""
    made["predicate"]["steps"].append(made["predicate"]["steps"][5] | {"number": 17})


LOOK = {"type": "VPC", "region": "eu-west-1", "reason": "denied"}
RESOURCE = {
    "type": "NAT gateway", "id": "nat-1", "name": "", "region": "eu-west-1", "arn": "", "why": "", "state": "",
    "usdPerMonth": None,
}  # fmt: skip
NO_DIGEST = {"sha256": "0" * 64}

FORGED: dict[str, tuple[Callable[[Json], Any], str]] = {
    "another subject": (another_subject, f"It is about {OTHER}, but describes arn:aws:iam::111122223333:root"),
    "another account": (told(account="999988887777"), "but describes arn:aws:iam::999988887777:root"),
    "another partition": (told(partition="aws-cn"), "but describes arn:aws-cn:iam::111122223333:root"),
    "digest of another": (lambda made: made["subject"][0].update(digest=NO_DIGEST), "but describes"),
    "caller of another account": (told(caller="arn:aws:iam::999988887777:user/me"), "does not belong to account"),
    "caller of another partition": (told(caller="arn:aws-cn:iam::111122223333:user/me"), "does not belong to account"),
    "caller that is none": (told(caller=""), "does not belong to account"),
    "ends before it starts": (ends_before_it_starts, "the run ended before it started"),
    "audit ends before it starts": (audit_ends_before_it_starts, "the audit ended before it started"),
    "audit of another day": (audit_of_another_day, "the audit was not made during the run"),
    "audit after the end": (audit_after_the_end, "the audit was not made during the run"),
    "in the future": (in_the_future, "in the future"),
    "a day that isn't": (told(startedAt="2026-02-30T00:00:00+00:00"), "2026-02-30T00:00:00+00:00 is not a time"),
    "no steps": (told(steps=[]), "It says CLEAN, which is not so: $.predicate.steps"),
    "a step left out": (lambda made: made["predicate"]["steps"].pop(), "It says CLEAN, which is not so"),
    "a step twice": (one_step_twice, "It does not have each of the steps 1 to 16 exactly once"),
    "a step too many": (step_too_many, "It does not have each of the steps 1 to 16 exactly once"),
    "a step not done": (of_step(result="not seen"), "It says CLEAN, which is not so"),
    "a step in doubt": (of_step(result="doubtful"), "It says CLEAN, which is not so"),
    "something left of a step": (of_step(left=["VPC vpc-1"]), "It says CLEAN, which is not so"),
    "something doubtful in a step": (of_step(doubtful=["VPC vpc-1"]), "It says CLEAN, which is not so"),
    "no audit": (told(audit=None), "It says CLEAN, which is not so: $.predicate.audit"),
    "audit not complete": (of_audit(complete=False), "It says CLEAN, which is not so"),
    "no Regions": (of_audit(regions=[]), "It says CLEAN, which is not so: $.predicate.audit.regions"),
    "no types": (of_audit(types={}), "It says CLEAN, which is not so: $.predicate.audit.types"),
    "no calls": (of_audit(calls={}), "It says CLEAN, which is not so: $.predicate.audit.calls"),
    "failed looks": (of_audit(unseen=[LOOK]), "It says CLEAN, which is not so: $.predicate.audit.unseen"),
    "leftovers": (of_audit(leftovers=[RESOURCE]), "It says CLEAN, which is not so: $.predicate.audit.leftovers"),
    "in between": (of_audit(inBetween=[RESOURCE]), "It says CLEAN, which is not so: $.predicate.audit.inBetween"),
    "doubtful": (of_audit(doubtful=[RESOURCE]), "It says CLEAN, which is not so: $.predicate.audit.doubtful"),
    "reasons": (told(reasons=["a doubt"]), "It says CLEAN, which is not so: $.predicate.reasons"),
    "another prefix": (of_manifest(prefix="zzzz-"), "Its prefix is zzzz-, not carbuyer-; if that is what you mean"),
    "another Region": (of_manifest(region="eu-west-1"), "Its region is eu-west-1, not ap-southeast-1; if that is"),
    "another digest": (of_manifest(digest=NO_DIGEST), "The run looked for other names than those of the workshop's"),
    "more was declared": (told(declaredNotOurs=["eipalloc-1"]), "The run looked for other names"),
    "Regions left out": (of_audit(regionsLeftOut=["us-east-1"]), "It is CLEAN in these Regions only: eu-west-1; check"),
    "member too many": (told(more=1), "It is not a certificate"),
    "another tool": (told(tool={"name": "x", "version": "", "botocore": ""}), "It is not a certificate"),
    "account with a line feed": (told(account="111122223333\n"), "but describes"),
}


@pytest.mark.parametrize("forged", FORGED)
def test_forged(clean: RunFacts, desk: Desk, forged: str) -> None:
    """What can't be true, or is about other names, is refused, though it is signed and says CLEAN."""
    change, why = FORGED[forged]
    desk.forge(clean, change)

    code, output = desk.check()

    assert (code, output[:9]) == (1, "REFUSED: ")
    assert why in output
    assert output.count("\n") == 1


TWICE = {
    "verdict": ('"verdict": "CLEAN"', '"verdict": "LEFTOVERS", "verdict": "CLEAN"'),
    "account": ('"account": "111122223333"', '"account": "111122223333", "account": "111122223333"'),
    "in the audit": ('"complete": true', '"complete": false, "complete": true'),
    "no number": ('"usdPerMonth": 0', '"usdPerMonth": NaN'),
}


@pytest.mark.parametrize("name", TWICE)
def test_read_by_everybody_alike(clean: RunFacts, desk: Desk, name: str) -> None:
    """A member that is there twice is another for each reader."""
    text = json.dumps(statement(clean))
    assert TWICE[name][0] in text
    desk.sign_text(clean, text.replace(*TWICE[name]))

    code, output = desk.check()

    assert code == 1
    assert "is not a signed certificate" in output


def test_envelope_with_a_member_twice(clean: RunFacts, desk: Desk) -> None:
    """So is one of the envelope."""
    desk.sign(clean)
    desk.path.write_text(desk.path.read_text().replace('"payload":', '"payload": "e30=", "payload":', 1))

    assert "is not a signed certificate" in desk.check()[1]


# --- What is asked for -------------------------------------------------------------------------------------------


@pytest.mark.exhaustive
def test_other_names_are_accepted_if_asked_for(clean: RunFacts, desk: Desk, tmp_path: Path) -> None:
    """Another prefix, Region, name or manifest passes if the check is told of it, and only then."""
    own, other = clean.aws.workshop, tmp_path / "other.toml"
    other.write_text(MANIFEST.read_text().replace('"carbuyer-alb"', '"my-alb"'))
    changes: list[tuple[Any, tuple[str, ...]]] = [
        (replace(own, prefix="zzzz-"), ("--prefix", "zzzz-")),
        (own.with_names("s3.bucket=mine"), ("--name", "s3.bucket=mine")),
        (own.with_names("s3.bucket=a", "iam.role=b"), ("--name", "iam.role=b", "--name", "s3.bucket=a")),
        (replace(own, names=own.names | {"elbv2.load_balancer": ("my-alb",)}), ("--workshop", str(other))),
    ]
    for workshop, options in changes:
        clean.aws.workshop = workshop
        desk.sign(clean)
        assert desk.check()[0] == 1
        assert desk.check(*options)[0] == 0
    assert desk.check("--name", "s3.bucket=mine")[0] == 1


def test_another_region(clean: RunFacts, desk: Desk) -> None:
    """The Region is the one that was looked in, whatever the manifest says."""
    clean.aws.region = "eu-west-1"
    desk.sign(clean)

    assert "Its region is eu-west-1, not ap-southeast-1" in desk.check()[1]
    code, output = desk.check("--region", "eu-west-1")
    assert code == 0
    assert "prefix carbuyer-, Region eu-west-1\n" in output
    assert "audited in 1 Regions, the workshop's among them" in output


def test_regions_left_out(clean: RunFacts, desk: Desk) -> None:
    """They pass if the check is told which will do, and the reservation is shown."""
    reservation = "Audited in eu-west-1 only."
    desk.forge(clean, of_audit(regionsLeftOut=["us-east-1"], reservations=[reservation]))

    code, output = desk.check("--regions", "eu-west-1")

    assert code == 0
    assert reservation in output.splitlines()
    assert "Nobody looked in us-east-1" in desk.check("--regions", "eu-west-1,us-east-1")[1]


@pytest.mark.parametrize(
    ("options", "why"),
    [
        (("--workshop", "/nowhere.toml"), "can't be read"),
        (("--name", "bucket=x"), "give it as entry=name"),
    ],
)
def test_nonsense(clean: RunFacts, desk: Desk, options: tuple[str, ...], why: str) -> None:
    """A manifest that can't be read, or a name of nothing, is told in a sentence."""
    desk.sign(clean)

    code, output = desk.check(*options)

    assert code == 1
    assert why in output
