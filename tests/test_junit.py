"""The JUnit report: the same facts as the HTML report, for machines."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

pytest_plugins = ["pytester"]


def properties_of(path: Path) -> dict[str, dict[str, str]]:
    """Return the properties of each test case."""
    cases = ET.parse(path).getroot().iter("testcase")  # noqa: S314 - our own file
    return {case.attrib["name"]: {p.attrib["name"]: p.attrib["value"] for p in case.iter("property")} for case in cases}


def test_steps_carry_their_facts(run_suite: Callable[..., Any], workshop_estate: object) -> None:
    """What was found and deleted, and what was not, is in the properties of the step's test case."""
    del workshop_estate
    cases = properties_of(run_suite().reports / "junit.xml")

    assert len(cases) == 17
    assert "carbuyer-nat-gateway" in cases["test_nat_gateway"]["found"]
    assert cases["test_nat_gateway"]["deleted"] == cases["test_nat_gateway"]["found"]
    assert cases["test_nat_gateway"]["left"] == ""
    assert float(cases["test_nat_gateway"]["seconds of AWS time"]) >= 0
    assert {"leftovers", "could not be looked at", "regions"} <= cases["test_audit"].keys()


def test_rehearsal_is_never_called_clean(run_suite: Callable[..., Any]) -> None:
    """A machine that looks for the word must not find it after a rehearsal."""
    assert "CLEAN" not in (run_suite().reports / "junit.xml").read_text()


def test_characters_that_xml_forbids_are_told(pytester: pytest.Pytester) -> None:
    """A control character in a name breaks no reader: pytest writes its number."""
    (pytester.path / "cleanup_tests").mkdir()
    (pytester.path / "cleanup_tests" / "test_x.py").write_text(
        "def test_x(request):\n    request.node.user_properties[:] = [('left', 'a\\x07\\x1b<b>\\u202e')]\n"
    )
    plugins = ["-p", "carbuyer_cleanup.plugin.html", "-p", "no:html", "-o", "junit_family=xunit1"]
    pytester.inline_run("cleanup_tests", *plugins)

    cases = properties_of(pytester.path / "reports" / "junit.xml")
    assert cases == {"test_x": {"left": "a#x07#x1B<b>\u202e"}}
