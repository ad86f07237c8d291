"""Golden files: what a run said before, to which it is held now.

What differs is beside the reports, in a file of the same name: if the change is meant, it takes the file's place.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

if TYPE_CHECKING:
    from pathlib import Path

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
    before = file.read_text(encoding="utf-8") if file.exists() else ""
    assert text.splitlines() == before.splitlines(), reports
