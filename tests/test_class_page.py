"""The page of a class: every account by every step, obeying nothing, praising no rehearsal, light enough for 500."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from carbuyer_cleanup.plugin.run import REHEARSED
from carbuyer_cleanup.report import class_page
from carbuyer_cleanup.report.class_page import Class
from tests.classroom import HOSTILE, a_class, leftovers, nat, not_run, stands, unseen, unverified
from tests.html_page import Page

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from carbuyer_cleanup.classroom.standing import Standing

NOW = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
CLASS = [stands(1), leftovers(2), unverified(3), not_run(4)]
ROW = re.compile(r'<tr class="([a-z-]+)">\n(.*?)</tr>', re.DOTALL)


def shown(standings: Sequence[Standing], earlier: Any = None) -> Page:
    """Return the page of a class."""
    return Page(class_page.page(Class(standings, earlier=earlier or {}), NOW))


def lines(page: Page) -> list[list[str]]:
    """Return the texts of each account's cells."""
    cells = [re.findall(r"<t[hd][^>]*>.*?</t[hd]>", row, re.DOTALL) for _, row in ROW.findall(page.source)]
    return [[" ".join("".join(Page(cell).text).split()) for cell in row] for row in cells]


def details(page: Page) -> list[dict[str, Any]]:
    """Return what is embedded for the script."""
    found = re.findall(r'<script type="application/json" id="details">(.*?)</script>', page.source, re.DOTALL)
    data: list[dict[str, Any]] = json.loads(found[0])
    return data


def test_each_account_has_each_step_by_sign_and_word() -> None:
    """Without seeing colours or signs one can tell what is gone, what is left and what nobody knows."""
    left, unknown, never, clean = lines(shown(CLASS))

    assert clean == [
        "lab-001 Nguyễn Văn 1 100000000001", "✓ CLEAN", "0.00", "0", "100", *["✓gone"] * 16, "✓nothing left",
        "1 min 2 s",
    ]  # fmt: skip
    assert left[1:9] == ["✗ LEFTOVERS", "43.10", "1", "94", "✓gone", "✓gone", "✓gone", "✗1 left"]
    assert left[21] == "✗1 left"
    assert unknown[1:5] == ["? COULD NOT VERIFY", "", "", ""]
    assert (unknown[11], unknown[21]) == ("?not known: failed", "?not known")
    assert never[1:] == ["○ NOT RUN", "", "", "", *["?not known: not run"] * 16, "?not known", ""]


def test_rounding_makes_no_grade_full() -> None:
    """Of steps that count very little, too."""
    few = class_page.page(Class([leftovers(2)], weights=class_page.EACH_ONE | {4: 0.01}), NOW)

    assert lines(Page(few))[0][4] == "99"


def test_table_is_one_for_screen_readers() -> None:
    """Each cell has a head of its column and of its row, the table has a name, and the counts are read aloud."""
    page = shown(CLASS)
    scopes = [attrs.get("scope") for attrs in page.attributes("th")]

    assert scopes.count("col") == 23
    assert scopes.count("row") == len(CLASS) + 1  # and the totals
    assert page.attributes("caption") == [{"id": "caption"}]
    assert [attrs["role"] for attrs in page.attributes("p") if "role" in attrs] == ["status"]
    assert page.attributes("html") == [{"lang": "en"}]
    assert "4 NAT gateway" in page.words


def test_totals_are_those_of_the_class() -> None:
    """How many accounts of each verdict, what all leftovers cost, in how many accounts each step is done."""
    page = shown(CLASS)
    totals = re.findall(r"<td class=\"step\">(\d+)</td>", page.source.partition("<tfoot>")[2])

    assert "Cost of the leftovers about USD 43.10 a month Leftovers 1 Accounts 4" in page.words
    assert "✗ LEFTOVERS 1 ? COULD NOT VERIFY 1 ○ NOT RUN 1 ✓ CLEAN 1" in page.words
    assert totals == ["3", "3", "3", "2", "3", "3", "2", *["3"] * 9, "1"]


def test_problems_come_first_the_dearest_on_top() -> None:
    """Whoever has to do something is on top, the clean are last, and their filter is off while there are others."""
    dear, cheap = leftovers(5), leftovers(2, leftovers=(replace(nat("100000000002"), type="VPC"),))
    page = shown([stands(1), cheap, unverified(3), dear])

    assert [line[0].split()[0] for line in lines(page)] == ["lab-005", "lab-002", "lab-003", "lab-001"]
    boxes = {attrs["value"]: "checked" in attrs for attrs in page.attributes("input") if "value" in attrs}
    assert boxes == {"leftovers": True, "could-not-verify": True, "clean": False}
    assert {
        attrs["value"]: "checked" in attrs for attrs in shown([stands(1)]).attributes("input") if "value" in attrs
    } == {"clean": True}


def test_what_is_left_most_is_a_picture() -> None:
    """By type, in how many accounts, and what that costs; no picture where nothing is left."""
    vpcs = tuple(replace(nat(f"10000000000{n}"), type="VPC") for n in range(2))
    page = shown([leftovers(1), leftovers(2, leftovers=(nat("100000000002"), nat("100000000002"), *vpcs)), stands(3)])

    told = "NAT gateway: 2 accounts, USD 129.30 a month. VPC: 1 account."
    assert told in page.words
    assert "What is left most" not in shown([stands(1)]).words


def test_leftovers_are_told_the_dearest_first() -> None:
    """Of each account, in its details."""
    free, dear = replace(nat("100000000001"), type="VPC"), nat("100000000001")

    assert [left[0] for left in details(shown([leftovers(1, leftovers=(free, dear))]))[0]["left"]] == [
        "NAT gateway",
        "VPC",
    ]


def test_change_since_last_time_has_a_column() -> None:
    """Each account's, by sign and word, and the totals; without an earlier run there is none."""
    page = shown(
        [stands(1), leftovers(2), stands(3), unverified(4)], {"lab-001": 50.0, "lab-002": 100.0, "lab-004": 9.0}
    )

    assert {line[0].split()[0]: line[5] for line in lines(page)} == {
        "lab-001": "▲ +50 better", "lab-002": "▼ -6 worse", "lab-003": "+ new", "lab-004": "? not comparable",
    }  # fmt: skip
    assert "Since last time ▲ 1 better, ▼ 1 worse, + 1 new, ? 1 not comparable" in page.words


@pytest.mark.parametrize("depth", ["full", "workshop"])
def test_page_says_how_deep_the_audit_looked(depth: Any) -> None:
    """Nobody takes a short look for a long one."""
    assert f"Depth of the audit {depth}: " in shown([stands(1, depth=depth)]).words


def test_rehearsal_cannot_be_mistaken() -> None:
    """The page of a rehearsal says so on top and in each line, and the word CLEAN is nowhere in it."""
    page = shown([stands(1, "REHEARSAL", rehearsal=True), leftovers(2, rehearsal=True)])

    assert str(REHEARSED) in page.words
    assert lines(page)[1][1] == "▷ REHEARSAL"
    assert "CLEAN" not in page.source


def test_details_tell_what_is_left_and_why() -> None:
    """Of each account: the roster's columns, leftovers with price and link, steps, reasons."""
    left, unknown, _, clean = details(shown(CLASS))

    assert ["email", "student2@example.com"] in left["facts"]
    assert left["left"][0][:6] == [
        "NAT gateway", "carbuyer-nat-gateway (nat-0123456789abcdef0)", "ap-southeast-1", "available",
        "its name starts with carbuyer-", "43.10",
    ]  # fmt: skip
    assert left["left"][0][6].endswith("#NatGatewayDetails:natGatewayId=nat-0123456789abcdef0")
    assert left["steps"] == ["4 NAT gateway: NAT gateway carbuyer-nat-gateway [available]"]
    assert unknown["steps"] == ["7 Lambda function: not known: failed"]
    assert "AccessDenied" in unknown["reasons"][0]
    assert clean["left"] == clean["steps"] == clean["reasons"] == left["reasons"] == []


def test_all_reasons_are_told_while_there_is_room() -> None:
    """Why an account could not be verified stands there to the last reason, though nothing is left over."""
    reasons = [f"reason {number}" for number in range(30)]

    assert details(shown([unverified(1, reasons=unseen(*reasons))]))[0]["reasons"] == reasons


def test_names_are_shown_and_never_obeyed() -> None:
    """No text of AWS's or the roster's becomes markup, ends the script or hides what follows."""
    left = nat("100000000001", HOSTILE)
    hostile = leftovers(
        1,
        alias=HOSTILE,
        region=HOSTILE,
        account=HOSTILE,
        leftovers=(left,),
        reasons=unseen(HOSTILE),
        columns={HOSTILE: HOSTILE},
    )
    page = shown([hostile, replace(hostile, leftovers=(replace(left, id=HOSTILE, arn=HOSTILE, type=HOSTILE),))])

    assert page.attributes("img") == []
    assert page.source.count("</script>") == 2
    assert not re.search(r"[\u2028\u202e\x07]", page.source)
    assert not any(name.startswith("on") for _, attrs in page.elements for name in attrs)
    assert details(page)[0]["reasons"] == ["</script><img src=x onerror=alert(1)> =cmd|' /C calc'!A1 \ufffd\ufffd"]
    assert details(page)[1]["left"][0][6] == ""


def test_nothing_but_the_pages_own_script_runs() -> None:
    """The policy names style and script by their hashes, and allows nothing else: no request leaves the page."""
    page = shown(CLASS)
    policy = next(attrs["content"] for attrs in page.attributes("meta") if "http-equiv" in attrs)
    texts = [re.findall(rf"<{tag}>(.*?)</{tag}>", page.source, re.DOTALL) for tag in ("style", "script")]
    hashes = [base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for [text] in texts]

    assert policy == (
        f"default-src 'none'; style-src 'sha256-{hashes[0]}'; script-src 'sha256-{hashes[1]}'; "
        "base-uri 'none'; form-action 'none'"
    )
    assert [attrs for attrs in page.attributes("script") if "src" in attrs] == page.attributes("link") == []
    assert "innerHTML" not in page.source


@pytest.mark.parametrize("size", [0, 1, *(pytest.param(size, marks=pytest.mark.exhaustive) for size in (300, 500))])
def test_page_has_all_accounts_and_stays_small(size: int, tmp_path: Path) -> None:
    """A line for each, and at most 2 MB."""
    class_page.write(tmp_path / "class.html", Class(a_class(size)))
    page = Page((tmp_path / "class.html").read_text("utf-8"))

    assert len(lines(page)) == len(details(page)) == size
    assert (tmp_path / "class.html").stat().st_size <= 2_000_000


@pytest.mark.exhaustive
def test_page_stays_small_when_nothing_was_deleted() -> None:
    """500 accounts with 40 leftovers of long names: the page says of each how many more there are."""
    left = tuple(replace(nat("100000000001", "n" * 128), id=f"nat-{number:017x}") for number in range(40))
    page = shown([leftovers(number, leftovers=left, reasons=unseen("r" * 600) * 40) for number in range(500)])
    told = details(page)[499]

    assert len(page.source.encode()) <= 2_000_000
    assert told["left"]
    assert len(told["left"]) + told["more"] == 40
    assert told["reasons"][-1].endswith(" more")
    assert lines(page)[499][3] == "40"
