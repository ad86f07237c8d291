"""Estates and faults as files: what they say is what is built, and what makes no sense is told."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings

from strict_moto.estate import PARTS
from strict_moto.faults import Fault, FaultKind
from strict_moto.files import estate_of, faults_of
from strict_moto.messy_estates import AS_BUILT, Mess
from strict_moto.offers import Offer
from tests.strategies import messes

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.fixture
def file(tmp_path: Path) -> Callable[[Any], str]:
    """Return a function that writes JSON and returns its path."""

    def write(content: Any) -> str:
        path = tmp_path / "file.json"
        path.write_text(json.dumps(content), encoding="utf-8")
        return str(path)

    return write


def test_names() -> None:
    """Four estates have names: the workshop or nothing of it, in an account that has everything or an ordinary one."""
    assert estate_of("workshop").parts == estate_of("ordinary").parts == dict.fromkeys(PARTS, AS_BUILT)
    assert estate_of("empty") == Mess()
    assert estate_of("clean").parts == {}


def test_offer(file: Callable[[Any], str]) -> None:
    """A file says what AWS does not offer the account."""
    given = {
        "gaps": True, "outside_plan": ["ec2"], "closed": {"apprunner": "ForbiddenException"}, "billing": False,
        "allowed_regions": ["eu-west-1"], "organization": True,
    }  # fmt: skip
    expected = Offer(
        gaps=True, outside_plan=("ec2",), closed={"apprunner": "ForbiddenException"}, billing=False,
        allowed_regions=("eu-west-1",), organization=True,
    )  # fmt: skip
    assert estate_of(file({"offer": given})).offer == expected


@settings(max_examples=50, database=None, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(mess=messes)
def test_any_mess(file: Callable[[Any], str], mess: Mess) -> None:
    """Every estate that can be generated can be written down."""
    assert estate_of(file(asdict(mess))) == mess


def test_faults(file: Callable[[Any], str]) -> None:
    """A schedule holds what the file says."""
    given = {"kind": "deny", "calls": "ec2:*", "region": "eu-*", "account": "2222*", "times": 2, "after": True}
    expected = Fault(FaultKind.DENY, calls="ec2:*", region="eu-*", account="2222*", times=2, after=True)
    assert faults_of(file([given, {"kind": "throttle", "at": 3}])) == (expected, Fault(FaultKind.THROTTLE, at=3))


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ("text", "not an object"),
        (["vpc", "moon"], "no such parts: moon; there are: vpc, "),
        ([1], "not a list of names"),
        ({"offer": {"closed": {"apprunner": "Shut"}}}, "no such codes: Shut"),
        ({"offer": {"closed": ["apprunner"]}}, "not services with the error code of each"),
        ({"offer": {"plan": "free"}}, "no such fields: plan"),
        ({"part": []}, "no such fields: part; there are: parts, bystanders"),
        ({"parts": {"vpc": "broken"}}, "no such state of vpc: broken; there are: as built, cut off"),
        ({"bystanders": ["me"]}, "no such bystanders: me"),
        ({"blockers": "x"}, "not a list of names"),
        ({"seconds": -1}, "not a whole number"),
        ({"seconds": True}, "not a whole number"),
    ],
)
def test_no_such_estate(file: Callable[[Any], str], content: Any, complaint: str) -> None:
    """What can't be built is told, with what can."""
    with pytest.raises(ValueError, match=complaint):
        estate_of(file(content))


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ({}, "no list of faults"),
        (["deny"], "not an object"),
        ([{"calls": "*"}], "no kind"),
        ([{"kind": "flood"}], "no such kind of fault: flood; there are: throttle, "),
        ([{"kind": "deny", "call": "*"}], "no such fields: call"),
        ([{"kind": "deny", "calls": 1}], "not a string"),
        ([{"kind": "deny", "after": 1}], "neither true nor false"),
        ([{"kind": "deny", "at": "1"}], "not a whole number"),
    ],
)
def test_no_such_fault(file: Callable[[Any], str], content: Any, complaint: str) -> None:
    """What can't go wrong is told, with what can."""
    with pytest.raises(ValueError, match=complaint):
        faults_of(file(content))
