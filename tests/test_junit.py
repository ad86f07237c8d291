"""The JUnit report: the same facts as the HTML report, for machines."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import pytest

from carbuyer_cleanup.plugin import html
from tests.html_page import GIVEN

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

pytest_plugins = ["pytester"]


def properties_of(path: Path) -> dict[str, dict[str, str]]:
    """Return the properties of each test case."""
    cases = ET.parse(path).getroot().iter("testcase")  # noqa: S314 - our own file
    return {case.attrib["name"]: {p.attrib["name"]: p.attrib["value"] for p in case.iter("property")} for case in cases}


@pytest.mark.exhaustive
def test_steps_carry_their_facts(run_suite: Callable[..., Any], workshop_estate: object) -> None:
    """What was found and deleted is told; no machine that looks for the word CLEAN finds it after a rehearsal."""
    del workshop_estate
    path = run_suite().reports / "junit.xml"
    cases = properties_of(path)

    assert len(cases) == 17
    assert "carbuyer-nat-gateway" in cases["test_nat_gateway"]["found"]
    assert cases["test_nat_gateway"]["deleted"] == cases["test_nat_gateway"]["found"]
    assert cases["test_nat_gateway"]["left"] == ""
    assert float(cases["test_nat_gateway"]["seconds of AWS time"]) > 60
    assert {"leftovers", "could not be looked at", "regions"} <= cases["test_audit"].keys()
    assert "CLEAN" not in path.read_text()


def test_characters_that_xml_forbids_are_told(pytester: pytest.Pytester) -> None:
    """A control character in a name breaks no reader: pytest writes its number."""
    (pytester.path / "cleanup_tests").mkdir()
    (pytester.path / "cleanup_tests" / "test_x.py").write_text(
        "def test_x(request):\n    request.node.user_properties[:] = [('left', 'a\\x07\\x1b<b>\\u202e')]\n"
    )
    pytester.inline_run("cleanup_tests", "-p", "no:html", *GIVEN, plugins=[html])

    cases = properties_of(pytester.path / "reports" / "junit.xml")
    assert cases == {"test_x": {"left": "a#x07#x1B<b>\u202e"}}
