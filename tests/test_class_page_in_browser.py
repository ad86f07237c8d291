"""The class page's script in a browser: details, keys, sorting, filters."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from carbuyer_cleanup.report import class_page
from tests import browser
from tests.classroom import HOSTILE, leftovers, nat, not_run, stands, unseen, unverified

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.exhaustive  # needs Chromium, which .ci/run installs

NOW = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
GATEWAY = nat("100000000002")
TWO, TEN = leftovers(2, leftovers=(GATEWAY,) * 2), leftovers(10, leftovers=(GATEWAY,) * 10)
CLASS = [stands(1), TWO, unverified(3), not_run(4), TEN]
EVIL = leftovers(5, alias=HOSTILE, columns={HOSTILE: HOSTILE}, reasons=unseen(HOSTILE))


@pytest.fixture
def seen(tmp_path: Path) -> Any:
    """Return what a script sees on the page of the class."""
    return lambda body, standings=CLASS: browser.seen(class_page.page(class_page.Class(standings), NOW), body, tmp_path)


def test_details_open_below_their_account(seen: Any) -> None:
    """A click opens them and another one closes them; screen readers are told both."""
    told = seen("""
        const button = opener("lab-002"), row = button.closest("tr"), before = button.getAttribute("aria-expanded");
        button.click();
        const detail = row.nextElementSibling;
        const open = [button.getAttribute("aria-expanded"), detail.id === button.getAttribute("aria-controls")];
        const link = detail.querySelector("a").href, text = detail.textContent;
        button.click();
        return { before, open, link, text, after: [button.getAttribute("aria-expanded"), detail.isConnected] };
    """)

    assert (told["before"], told["open"], told["after"]) == ("false", ["true", True], ["false", False])
    assert told["link"].startswith("https://")
    assert "nat-0123456789abcdef0" in told["text"]
    assert "student2@example.com" in told["text"]


def test_keys_go_from_account_to_account(seen: Any) -> None:
    """Arrows, Home and End move the focus over those that are shown; Escape closes the details and stays there."""
    told = seen("""
        box("clean").click();
        const here = () => document.activeElement.textContent;
        opener("lab-010").focus();
        const keys = ["ArrowDown", "ArrowDown", "ArrowUp", "End", "ArrowDown", "Home"];
        const went = keys.map((key) => (press(key), here()));
        opener("lab-002").click();
        document.querySelector(".detail a").focus();
        press("Escape");
        return { went, closed: here(), details: document.querySelectorAll(".detail").length };
    """)

    assert told["went"] == ["lab-002", "lab-003", "lab-002", "lab-001", "lab-001", "lab-010"]
    assert (told["closed"], told["details"]) == ("lab-002", 0)


def test_columns_sort(seen: Any) -> None:
    """By number where it is one, the worst verdict first, twice for the other way; details move with their account."""
    told = seen("""
        box("clean").click();
        opener("lab-002").click();
        const by = (name) => (head(name).querySelector("button").click(), shown());
        return { verdict: by("Verdict"), sorted: head("Verdict").ariaSort, again: by("Verdict"), alias: by("Account"),
          few: by("Left over"), most: by("Left over"), only: document.querySelectorAll("[aria-sort]").length,
          below: document.querySelector(".detail").previousElementSibling.querySelector("bdi").textContent };
    """)

    assert told["verdict"] == ["lab-010", "lab-002", "lab-003", "lab-004", "lab-001"]
    assert told["sorted"] == "ascending"
    assert told["again"] == ["lab-001", "lab-004", "lab-003", "lab-010", "lab-002"]
    assert told["alias"] == ["lab-001", "lab-002", "lab-003", "lab-004", "lab-010"]
    assert (told["most"][:2], told["only"], told["below"]) == (["lab-010", "lab-002"], 1, "lab-002")


def test_filters(seen: Any) -> None:
    """By verdict, and by any word of an account or its leftovers; how many are shown is read aloud."""
    told = seen("""
        const start = shown();
        const said = () => [shown(), document.querySelector("[role=status]").textContent];
        type("NAT-0123456789");
        const found = said();
        type("");
        ["not-run", "could-not-verify"].forEach((verdict) => box(verdict).click());
        const left = said();
        type("lab-010");
        document.forms[0].elements.open.click();
        const opened = document.querySelectorAll(".detail").length;
        document.forms[0].elements.close.click();
        return { start, found, left, opened, closed: document.querySelectorAll(".detail").length };
    """)

    assert told["start"] == ["lab-010", "lab-002", "lab-003", "lab-004"]  # the clean are folded
    assert told["found"] == [["lab-010", "lab-002"], "2 of 5 accounts are shown. Folded: ✓ CLEAN 1."]
    assert told["left"][0] == ["lab-010", "lab-002"]
    assert told["left"][1].startswith("2 of 5 accounts are shown. Folded: ")
    assert told["left"][1].count(",") == 2
    assert (told["opened"], told["closed"]) == (1, 0)


def test_names_become_text(seen: Any) -> None:
    """Markup in an alias, a column or a reason is shown, and makes no element."""
    told = seen(
        """
        document.forms[0].elements.open.click();
        return { images: document.querySelectorAll("img").length, text: document.querySelector(".detail").textContent };
        """,
        [EVIL],
    )

    assert told["images"] == 0
    assert "<img src=x onerror=alert(1)>" in told["text"]
