"""Golden files: what a run said before, to which it is held now.

What differs is beside the reports, in a file of the same name. If the change is meant, ``CARBUYER_GOLDEN=write`` in the
environment lets the test write the golden file anew.
"""

from __future__ import annotations

import json
import os
import re
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

if TYPE_CHECKING:
    from pathlib import Path

WRITES = os.environ.get("CARBUYER_GOLDEN") == "write"  # read before tests/conftest.py clears the environment
OF_TIME = "seconds of AWS time"
REQUEST_ID = re.compile("request id [0-9a-f-]+")


def properties(reports: Path) -> dict[str, dict[str, str]]:
    """Return what ``junit.xml`` says of each test, but for how long it took."""
    cases = ET.parse(reports / "junit.xml").iter("testcase")  # noqa: S314 - our own file
    return {
        case.attrib["name"]: {one.attrib["name"]: one.attrib["value"] for one in case.iter("property")} | {OF_TIME: ""}
        for case in cases
    }


def hold_to(file: Path, said: dict[str, Any], reports: Path) -> None:
    """Fail unless a run said what the golden file has."""
    text = REQUEST_ID.sub("request id #", json.dumps(said, indent=1, ensure_ascii=False)) + "\n"
    (reports / file.name).write_text(text, encoding="utf-8")
    if WRITES:
        file.write_text(text, encoding="utf-8")
    before = file.read_text(encoding="utf-8") if file.exists() else ""
    assert text.splitlines() == before.splitlines(), reports
