"""Report and class page as axe-core judges them: WCAG 2.2 AA and good practice, light, dark and on a phone."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from importlib import resources
from typing import TYPE_CHECKING, Any

import pytest

from carbuyer_cleanup.report import class_page
from tests import browser
from tests.classroom import leftovers, not_run, stands, unverified
from tests.html_page import Page, report_of
from tests.test_pictures import blocked

if TYPE_CHECKING:
    from pathlib import Path

pytest_plugins = ["pytester"]
pytestmark = pytest.mark.exhaustive  # needs Chromium, which .ci/run installs

AXE = resources.files("axe_core_python").joinpath("axe.min.js").read_text("utf-8")
# The page's policy lets no other script in; colours are computed from the style sheets, which stay.
POLICY = re.compile('<meta http-equiv="Content-Security-Policy"[^>]*>')
JUDGE = """
axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] }).then((told) =>
  document.documentElement.setAttribute("data-seen", JSON.stringify(
    told.violations.map((one) => [one.id, one.nodes.map((node) => node.html)]))));
"""
LOOKS = {
    "light": ["--window-size=1280,900"],
    "dark": ["--window-size=1280,900", "--blink-settings=preferredColorScheme=0"],
    "phone": ["--window-size=500,900"],
}
CLASS = [stands(1), leftovers(2), unverified(3), not_run(4)]


def violations(source: str, folder: Path, look: list[str]) -> Any:
    """Return what axe-core finds in a page, with the elements that it is about."""
    file = folder / "page.html"
    scripts = "".join(f"<script>{script}</script>" for script in (AXE, JUDGE))
    file.write_text(POLICY.sub("", source).replace("</body>", f"{scripts}</body>"), "utf-8")
    dumped = browser.dumped(file, "--virtual-time-budget=20000", *look)
    return json.loads(Page(dumped).attributes("html")[0]["data-seen"])


@pytest.mark.parametrize("look", LOOKS.values(), ids=LOOKS)
def test_class_page(tmp_path: Path, look: list[str]) -> None:
    """With all verdicts, and compared with last time."""
    made = class_page.Class(CLASS, earlier={"lab-001": 50.0, "lab-002": 100.0})

    assert violations(class_page.page(made, datetime(2026, 3, 1, tzinfo=UTC)), tmp_path, look) == []


@pytest.mark.parametrize("look", LOOKS.values(), ids=LOOKS)
def test_report(pytester: pytest.Pytester, look: list[str]) -> None:
    """With a blocker, and all pictures."""
    report = report_of(pytester, "assert 0", run=blocked())

    assert violations(report.source, pytester.path, look) == []
