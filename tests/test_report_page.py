"""The page that pytest-html writes, mended: readable by everybody, in one file that tells nothing of the machine."""

from __future__ import annotations

import itertools
import json
import re

import pytest

from carbuyer_cleanup.plugin import html
from carbuyer_cleanup.report import asset, page
from tests.html_page import GIVEN, Ended, Page, ended, report_of

pytest_plugins = ["pytester"]


def test_page_has_a_language_and_fits_a_phone(pytester: pytest.Pytester) -> None:
    """What pytest-html leaves out of its page is there: language, viewport, names of the controls, our style sheet."""
    report = report_of(pytester, "pass")

    assert report.attributes("html") == [{"lang": "en"}]
    assert {"name": "viewport", "content": "width=device-width, initial-scale=1"} in report.attributes("meta")
    assert len(report.attributes("label")) == len(report.attributes("input"))
    assert "min-width: 800px" not in report.source


def test_page_asks_nothing_of_the_network(pytester: pytest.Pytester) -> None:
    """The page is one file: the only address in it is a link to follow."""
    report = report_of(pytester, "pass")
    loaded = [attrs[name] for _, attrs in report.elements for name in ("src", "data", "srcset") if attrs.get(name)]

    assert loaded == []
    assert report.attributes("link") == []
    assert "url(" not in page.CSS
    assert "@import" not in page.CSS


def test_page_tells_nothing_of_the_machine(pytester: pytest.Pytester) -> None:
    """No environment, no paths: the report is handed in."""
    report = report_of(pytester, "assert 0")

    assert json.loads(report.attributes("div")[-1]["data-jsonblob"])["environment"] == {}
    assert str(pytester.path) not in report.source


def test_users_own_style_sheet_is_kept(pytester: pytest.Pytester) -> None:
    """``--css`` still has the last word."""
    css = pytester.path / "mine.css"
    css.write_text("h1 { color: hotpink }")
    report = report_of(pytester, "pass", f"--css={css}")

    assert report.source.index("hotpink") > report.source.index("--good-panel")


@pytest.mark.exhaustive
def test_listing_leaves_the_last_report_alone(pytester: pytest.Pytester) -> None:
    """``--collect-only`` runs nothing, so it has nothing to report."""
    before = report_of(pytester, "pass")

    assert report_of(pytester, "pass", "--collect-only").source == before.source


def test_report_can_be_switched_off(pytester: pytest.Pytester) -> None:
    """``-p no:html`` leaves the run as it is, without the report."""
    with pytest.raises(FileNotFoundError):
        report_of(pytester, "pass", "-p", "no:html")

    assert (pytester.path / "reports" / "junit.xml").exists()


def test_reports_of_other_tests_are_their_own(pytester: pytest.Pytester) -> None:
    """``pytest tests/`` writes no report, and ``--html`` there gives pytest-html's."""
    pytester.makepyfile("def test_mine(): pass")
    (pytester.path / "tests").mkdir()
    pytester.path.joinpath("test_reports_of_other_tests_are_their_own.py").rename(pytester.path / "tests/test_x.py")
    pytester.inline_run("tests", "--html=x.html", *GIVEN, plugins=[html, Ended(ended())])

    assert "Environment" in Page((pytester.path / "x.html").read_text("utf-8")).words
    assert not (pytester.path / "reports").exists()


def themes() -> list[tuple[str, dict[str, str]]]:
    """Return the colours of each theme; the dark one overrides the light one."""
    blocks = re.findall(r":root \{(.*?)\}", page.CSS, re.DOTALL)
    light, dark = (dict(re.findall(r"--([\w-]+): (#\w{6})", block)) for block in blocks)
    return [("light", light), ("dark", light | dark)]


def luminance(colour: str) -> float:
    """Return the relative luminance of ``#rrggbb`` (WCAG 2.2)."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize(("name", "colours"), themes())
def test_colours_can_be_told_from_their_background(name: str, colours: dict[str, str]) -> None:
    """Every colour of text has 4.5:1 or more on every background it stands on (WCAG 2.2 AA)."""
    pairs = [
        *itertools.product(("ink", "quiet", "link", "good", "bad", "doubt", "note"), ("paper", "panel")),
        *((kind, f"{kind}-panel") for kind in ("good", "bad", "doubt", "note")),
    ]
    ratios = {}
    for text, ground in pairs:
        dark, light = sorted((luminance(colours[text]), luminance(colours[ground])))
        ratios[text, ground] = (light + 0.05) / (dark + 0.05)

    assert {pair: ratio for pair, ratio in ratios.items() if ratio < 4.5} == {}, name


def test_every_colour_is_a_variable() -> None:
    """No colour stands outside the two palettes whose contrast is computed."""
    rules = re.sub(r":root \{.*?\}", "", page.CSS + asset("class.css"), flags=re.DOTALL)

    assert re.findall(r"#[0-9a-f]{3,8}\b|rgb|hsl", rules) == []
