"""What is read by programs stays as it is, byte by byte: exit code, certificate and JUnit properties.

Each file in ``golden/`` is named for a state of an account and for a way to ask. What a run said that differs is beside
the reports, in ``golden.json``: if the change is meant, it takes the file's place.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import pytest
from moto.moto_api._internal import mock_random

from strict_moto import estate
from strict_moto.sandbox import ACCOUNT
from tests import test_in_between
from tests.real.states_of_accounts import denied
from tests.recording.replays import timeless

if TYPE_CHECKING:
    from collections.abc import Callable

    from strict_moto.sandbox import Sandbox
    from tests.result import Result

pytestmark = [pytest.mark.exhaustive, pytest.mark.usefixtures("endpoint", "few_types")]
FOLDER = Path(__file__).parent / "golden"
COMMANDS = {
    "verify": ("--aws", "--verify"),
    "plan": ("--aws", "--plan"),
    "teardown": ("--aws", "--account", ACCOUNT),
    "denied": ("--aws", "--verify"),
}
DENIED = denied("dynamodb:*")
OF_TIME = "seconds of AWS time"
REQUEST_ID = re.compile("request id [0-9a-f-]+")


@pytest.mark.parametrize("file", sorted(FOLDER.glob("*.json")), ids=lambda file: file.stem)
def test_same(file: Path, sandbox: Sandbox, run_suite: Callable[..., Result], monkeypatch: pytest.MonkeyPatch) -> None:
    """The same state, asked in the same way, gets the same answers."""
    state, way = file.stem.split(" ")
    mock_random.seed(1)  # ids are the same in each run
    getattr(test_in_between, state)(estate.create(sandbox.session()))
    if way == "denied":
        DENIED(sandbox, monkeypatch)

    result = run_suite(*COMMANDS[way])

    text = REQUEST_ID.sub("request id #", json.dumps(_said(result), indent=1, ensure_ascii=False)) + "\n"
    (result.reports / "golden.json").write_text(text, encoding="utf-8")
    assert text.splitlines() == file.read_text(encoding="utf-8").splitlines(), result.reports


def _said(result: Result) -> dict[str, Any]:
    made = result.reports / "certificate.json"
    certificate = timeless(json.loads(made.read_text(encoding="utf-8"))) if made.exists() else None
    if certificate:
        del certificate["predicate"]["audit"]["calls"]  # how often is asked depends on how fast
    return {"exit code": result.exit_code, "certificate": certificate, "properties": _properties(result.reports)}


def _properties(reports: Path) -> dict[str, dict[str, str]]:
    cases = ET.parse(reports / "junit.xml").iter("testcase")  # noqa: S314 - our own file
    return {
        case.attrib["name"]: {one.attrib["name"]: one.attrib["value"] for one in case.iter("property")} | {OF_TIME: ""}
        for case in cases
    }
