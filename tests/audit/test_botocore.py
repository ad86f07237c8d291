"""The botocore that pyproject asks for knows each call of the suite's; ``.ci/run`` tries the oldest one, too."""

from __future__ import annotations

import ast
import tomllib
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from packaging.requirements import Requirement
from packaging.version import Version

import carbuyer_cleanup
from carbuyer_cleanup.audit.types import TYPES
from carbuyer_cleanup.aws.calls import CALLS
from tests.audit.shapes import operation_model

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

ROOT = Path(__file__).parents[2]

# What AWS added of late, and the first botocore that has it: its changelog.
SINCE = {
    "logs:PutLogGroupDeletionProtection": "1.41.3",
    "pricing-plan-manager:ListSubscriptions": "1.43.60",
}


def test_floor_is_the_newest_need() -> None:
    """Pyproject asks for the first boto3 whose botocore has all calls, and no later one."""
    told = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["dependencies"]
    (boto3,) = [one for one in map(Requirement, told) if one.name == "boto3"]

    assert set(SINCE) <= set(CALLS)
    assert str(boto3.specifier) == f">={max(SINCE.values(), key=Version)}"


@pytest.mark.exhaustive
def test_each_call_is_known() -> None:
    """Every operation of the table is one of the service's, and has the parameters that the code gives it."""
    known = {call: set(shape.members) for call in CALLS if (shape := operation_model(call).input_shape)}
    unknown = [f"{call} {name}" for call, name in {*_given(), *_told()} if name not in known.get(call, ())]

    assert unknown == []


def _given() -> Iterator[tuple[str, str]]:
    """Yield each call that the code makes with each parameter that it names beside it."""
    for path in Path(carbuyer_cleanup.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and (operation := _operation(node)):
                yield from ((operation, str(word.arg)) for word in node.keywords if word.arg not in {None, "region"})


def _operation(node: ast.Call) -> str:
    """Return which of the suite's calls an expression makes; "" if it makes none."""
    asks = isinstance(node.func, ast.Attribute) and node.func.attr in ASKING
    first = node.args[0] if asks and node.args else None
    return str(first.value) if isinstance(first, ast.Constant) and first.value in CALLS else ""


def _told() -> Iterator[tuple[str, str]]:
    """Yield each call with each parameter that its row has, in the audit's table or in that of all calls."""
    for type_ in TYPES:
        yield from ((type_.call, name) for name in type_.params)
    for call, row in CALLS.items():
        yield from ((call, name) for name in row.always)


@pytest.mark.exhaustive
def test_nothing_is_hidden() -> None:
    """Whatever can show what AWS's services manage is asked to, except Auto Scaling, which does by default."""
    asked = {call for call, row in CALLS.items() if row.always == {"IncludeManagedResources": True}}
    shapes = {call: operation_model(call).input_shape for call in CALLS}
    can = {call for call, shape in shapes.items() if shape and "IncludeManagedResources" in shape.members}

    assert asked == can - {"autoscaling:DescribeAutoScalingGroups"}


@pytest.mark.exhaustive
def test_no_value_is_left_out() -> None:
    """Whatever lists only the values that it is given is given all that AWS has, in one line of the table or more."""
    given: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    known: dict[tuple[str, str], set[str]] = {}
    for type_ in TYPES:
        for name, shape, values in _chosen(operation_model(type_.call).input_shape, type_.params):
            given[type_.call, name] |= values
            known[type_.call, name] = set(shape.enum)

    left_out = {which: values - given[which] for which, values in known.items()}
    assert {which: values for which, values in left_out.items() if values} == MEANT


def _chosen(shape: Any, params: Mapping[str, Any]) -> Iterator[tuple[str, Any, set[str]]]:
    """Yield what is a list of a model's words among the parameters: its name, the words' shape, and the given ones."""
    for name, value in params.items():
        member = shape.members[name]
        if isinstance(value, dict):
            yield from _chosen(member, value)
        elif isinstance(value, list) and getattr(member.member, "enum", None):
            yield name, member.member, set(value)


# Terminated clusters are gone; policies are listed by a call of their own.
MEANT = {
    ("emr:ListClusters", "ClusterStates"): {"TERMINATED", "TERMINATED_WITH_ERRORS"},
    ("iam:GetAccountAuthorizationDetails", "Filter"): {"LocalManagedPolicy", "AWSManagedPolicy"},
}
ASKING = {"call", "pages", "each_page", "fresh", "each_fresh_page", "recent"}
