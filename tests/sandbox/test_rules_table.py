"""The table of the sandbox's rules as a whole."""

from __future__ import annotations

from collections import Counter
from fnmatch import fnmatchcase
from functools import cache
from string import Formatter
from typing import Any

import pytest
from botocore.loaders import Loader
from botocore.model import ServiceModel

from strict_moto.rules import RULES
from strict_moto.world import Instead, Rule

# The rest are about all services: they watch, and refuse nothing.
NAMED = [rule for rule in RULES if not rule.call.startswith("*:")]


@cache
def _model(service: str) -> ServiceModel:
    return ServiceModel(Loader().load_service_model(service, "service-2"), service)


def _operations(call: str) -> list[str]:
    service, _, operation = call.partition(":")
    return [name for name in _model(service).operation_names if fnmatchcase(name, operation)]


@pytest.mark.exhaustive
def test_operations_exist() -> None:
    """Every rule is about an operation that AWS has."""
    assert [rule.call for rule in NAMED if not _operations(rule.call)] == []


def test_sources() -> None:
    """Every rule says where AWS's behaviour is from."""
    assert [rule.call for rule in RULES if not rule.source] == []


def test_one_action_in_place_of_motos() -> None:
    """No two rules act in the place of moto for one operation."""
    calls = Counter(rule.call for rule in RULES if isinstance(rule, Instead))
    assert [call for call, times in calls.items() if times > 1] == []


def test_refusals() -> None:
    """Every refusal has a code without spaces, an HTTP status that is none of success, and a message."""
    refusals: list[Any] = [rule for rule in NAMED if isinstance(rule, Rule)]
    assert [rule.call for rule in refusals if not rule.code or " " in rule.code] == []
    assert [rule.call for rule in refusals if not 300 <= rule.status < 600] == []
    assert [rule.call for rule in refusals if not list(Formatter().parse(rule.message))] == []
