"""The HTML report: whose account, which verdict, a row a step; nothing in it is obeyed, and everybody can read it."""

from __future__ import annotations

import itertools
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from carbuyer_cleanup.audit.found import Leftover
from carbuyer_cleanup.audit.result import Unseen
from carbuyer_cleanup.command_line.settings import Task
from carbuyer_cleanup.plugin.run import REHEARSED, Run
from carbuyer_cleanup.report import rows, visible
from carbuyer_cleanup.report.banner import NO_AUDIT, SessionFacts, banner
from carbuyer_cleanup.resource import Resource
from carbuyer_cleanup.teardown.engine import Outcome
from carbuyer_cleanup.teardown.plan import BY_NUMBER
from carbuyer_cleanup.verdict import FailedLook
from tests import browser
from tests.html_page import ACCOUNT, CALLER, Page, ended, report_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import boto3

pytest_plugins = ["pytester"]

FACTS = {"found": "a\nb", "deleted": "a\nb", "left alone": "c: why", "seconds of AWS time": "125"}
HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)> \"'&amp; \\N{DASH} \\u0041 \x07 \u202egpj.exe \ud800"
VPC = Leftover(
    "AWS::EC2::VPC", "vpc-1", "carbuyer-fcj-vpc", "us-east-1", "arn:aws:ec2:::vpc/vpc-1", "the manifest names it"
)
DENIED = Unseen("AWS::Lambda::Function", "eu-west-1", "AccessDenied")


def banner_of(run: Run | None, *, exitstatus: int = 0, task: Task = Task.TEARDOWN) -> Page:
    """Return the banner of a run that took five minutes."""
    settings: Any = SimpleNamespace(rehearsal=False, task=task)
    start = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
    return Page(
        banner(SessionFacts(run.settings if run else settings, run, start, start + timedelta(minutes=5), exitstatus))
    )


def test_visible_text_obeys_nothing() -> None:
    """Controls, direction marks and halves of characters are replaced; letters of any script, and lines, stay."""
    assert visible("Xe ô tô 車\nab\x00\u202e\ud800") == "Xe ô tô 車\nab\ufffd\ufffd\ufffd"


@pytest.mark.parametrize(
    ("run", "word", "kind"),
    [
        (ended(), f"CLEAN account {ACCOUNT}: nothing of the workshop is left", "clean"),
        (
            ended(depth="workshop"),
            f"CLEAN account {ACCOUNT}: nothing of the workshop is left. At depth workshop",
            "clean",
        ),
        (ended(leftovers=[VPC], unseen=[DENIED]), f"LEFTOVERS account {ACCOUNT}: 1 resource is left", "leftovers"),
        (ended(unseen=[DENIED]), f"COULD NOT VERIFY account {ACCOUNT}: no leftover", "could-not-verify"),
        (
            ended(in_between=[VPC]),
            f"COULD NOT VERIFY account {ACCOUNT}: no leftover was found, but",
            "could-not-verify",
        ),
        (ended(audited=False), "is not certain: the audit did not run.", "could-not-verify"),
        (ended(Task.PLAN, audited=False), f"PLAN account {ACCOUNT}: there is nothing to delete", "plan"),
        (None, f"COULD NOT VERIFY {NO_AUDIT.sentence}", "could-not-verify"),
    ],
)
def test_banner_tells_the_verdict(run: Run | None, word: str, kind: str) -> None:
    """The verdict is a word, a sentence and a sign; CLEAN takes an audit."""
    told = banner_of(run)

    assert word in told.words
    assert told.attributes("section")[0]["class"] == f"verdict {kind}"


def test_banner_tells_whose_account_and_when() -> None:
    """A teacher sees who ran it, where and when, and whether it came to its end."""
    told = banner_of(ended(), exitstatus=pytest.ExitCode.INTERRUPTED).words

    for fact in (ACCOUNT, "nguyen-lab", CALLER, "ap-southeast-1", "https://ec2.example.com", "teardown"):
        assert fact in told
    assert "Started 2026-03-01 09:00:00 UTC Ended 2026-03-01 09:05:00 UTC interrupted" in told


def test_banner_lists_what_speaks_against_the_account() -> None:
    """What is left stands there with ARN, Region and reason; what could not be seen, with the reason."""
    leaving, near = replace(VPC, id="vpc-2", arn="", state="deleting"), replace(VPC, arn="", why="another's")
    run = ended(leftovers=[VPC], unseen=[DENIED], in_between=[leaving], noted=[near])
    run.unseen.append(FailedLook.of_step(4, "AWS could not be reached: timeout"))
    run.breaches.append("GET https://example.com/")
    told = banner_of(run).words

    assert "Still there (1)" in told
    assert "AWS::EC2::VPC carbuyer-fcj-vpc vpc-1 us-east-1 unknown the manifest names it" in told
    assert "On its way out (1)" in told
    assert "AWS::EC2::VPC carbuyer-fcj-vpc vpc-2 us-east-1 deleting" in told
    assert "Not the workshop's (1)" in told
    assert "AWS::EC2::VPC carbuyer-fcj-vpc vpc-1 us-east-1 another's" in told
    assert "Kept from leaving this machine (1) Request GET https://example.com/" in told
    assert "Could not be looked at (2)" in told
    assert "step 4 AWS could not be reached: timeout AWS::Lambda::Function eu-west-1 AccessDenied" in told


def test_leftovers_of_steps_are_listed_without_an_audit() -> None:
    """With only some steps selected, what they left stands in the banner's table."""
    run = ended(audited=False)
    nat = Resource("NAT gateway", "nat-1", "carbuyer-nat-gateway", "ap-southeast-1", why="the manifest names it")
    run.outcomes[4] = Outcome(BY_NUMBER[4], [], left=[nat])

    told = "NAT gateway carbuyer-nat-gateway nat-1 ap-southeast-1 43.10 the manifest names it"
    assert told in banner_of(run).words


@pytest.mark.parametrize(
    ("body", "row"),
    [
        ("pass", ["4", "The NAT is gone.", "✓ Passed", "", "under 1 s"]),
        (
            "request.node.user_properties[:] = [('found', ''), ('deleted', ''), ('seconds of AWS time', '0')]",
            ["4", "The NAT is gone.", "✓ Passed", "Nothing was there.", "under 1 s"],
        ),
        (
            f"request.node.user_properties[:] = {FACTS}.items()",
            ["4", "The NAT is gone.", "✓ Passed", "2 found and deleted ab 1 left alone c: why", "2 min 5 s"],
        ),
        (
            "pytest.skip('blocked by step 3')",
            ["4", "The NAT is gone.", "○ Skipped", "blocked by step 3", "under 1 s"],
        ),
    ],
)
def test_row_tells_what_became_of_the_step(pytester: pytest.Pytester, body: str, row: list[str]) -> None:
    """Number, sentence, sign and word, resources by what became of them, and AWS's time."""
    assert report_of(pytester, body).rows == [row]


@pytest.mark.parametrize("run", [ended(), ended(task=Task.PLAN)])
def test_blocked_step_never_says_that_nothing_was_there(pytester: pytest.Pytester, run: Run) -> None:
    """A step that did not look has found nothing out."""
    told = report_of(pytester, "pytest.skip('blocked by step 3')", run=run).rows[0][3]

    assert told == "blocked by step 3"


def test_failure_tells_what_is_left_and_then_the_output(pytester: pytest.Pytester) -> None:
    """What is left is open to see; where the test failed is folded away."""
    report = report_of(pytester, "request.node.user_properties[:] = [('left', 'NAT x')]; assert 'NAT x' == ''")
    lists = report.cells[0][3].attributes("details")

    assert report.rows[0][2:4] == ["✗ Failed", report.rows[0][3]]
    assert report.rows[0][3].startswith("1 left NAT x Output")
    assert ["open" in attrs for attrs in lists] == [True, False]


def test_plan_says_would_be_deleted(pytester: pytest.Pytester) -> None:
    """With ``--plan`` the same list is of what would go."""
    body = "request.node.user_properties[:] = [('left', 'NAT x')]; pytest.skip('only looked (--plan)')"

    assert report_of(pytester, body, run=ended(task=Task.PLAN)).rows[0][3] == "1 would be deleted NAT x"


def test_failed_look_is_told_in_its_own_words(pytester: pytest.Pytester) -> None:
    """The sentence of the error stands in the row, without pytest's traceback around it."""
    told = report_of(pytester, "pytest.fail('could not look: denied', pytrace=False)").rows[0][3]

    assert told == "could not look: denied"


def test_broken_test_file_is_a_row(pytester: pytest.Pytester) -> None:
    """A file that can't be imported is shown by its name."""
    row = report_of(pytester, "pass\nimport nonsense").rows[0]

    assert row[1:3] == ["cleanup_tests/test_04.py", "✗ Error"]
    assert "nonsense" in row[3]


def test_interrupted_step_is_a_row(pytester: pytest.Pytester) -> None:
    """The step that Ctrl-C hit is there, and so is that the run did not come to its end."""
    report = report_of(pytester, "raise KeyboardInterrupt")

    assert report.rows[0][:3] == ["4", "The NAT is gone.", "✗ Failed"]
    assert report.rows[0][3].startswith("interrupted: ")
    assert "UTC interrupted" in report.words


def test_names_of_students_are_shown_and_never_obeyed(pytester: pytest.Pytester) -> None:
    """Tags, quotes, escapes, control characters and direction marks in a name come out as text, everywhere."""
    run = ended(leftovers=[replace(VPC, name=HOSTILE, why=HOSTILE)], unseen=[replace(DENIED, reason=HOSTILE)])
    body = (
        f"request.node.user_properties[:] = [('left', {HOSTILE!a})]; print({HOSTILE[:-1]!a}); assert {HOSTILE!a} == ''"
    )
    report = report_of(pytester, body, run=run)
    tags = {tag for cell in itertools.chain(*report.cells) for tag, _ in cell.elements}

    shown = "<script>alert(1)</script><img src=x onerror=alert(2)> \"'&amp; \\N{DASH} \\u0041 � �gpj.exe �"
    assert report.words.count(shown) >= 4
    assert not re.search(r"[\u202e\x07\ud800]", report.words)
    assert [attrs for attrs in report.attributes("img") if attrs.get("src")] == []
    assert tags == set("td span details summary ul li bdi pre".split())
    assert not any(attrs.get("onerror") for _, attrs in report.elements)
    assert report.source.count("<script") == 1


@pytest.mark.parametrize(
    ("seconds", "told"), [(0.2, "under 1 s"), (42, "42 s"), (60, "1 min 0 s"), (3725, "62 min 5 s")]
)
def test_durations_are_told_as_people_say_them(seconds: float, told: str) -> None:
    """Minutes and seconds, no clock face."""
    assert rows.duration(seconds) == told


@pytest.mark.exhaustive
def test_rehearsal_shows_every_step_and_cannot_be_mistaken(
    run_suite: Callable[..., Any], workshop_estate: object
) -> None:
    """The rehearsal's report has a row a step in the page's order, says what it is, and never says clean."""
    del workshop_estate
    file = run_suite().reports / "report.html"
    report = Page(file.read_text("utf-8"))

    assert browser.pages(file) == 2
    assert file.stat().st_size <= 400_000
    assert "About USD 89.19 a month before, about USD 0.00 now" in report.words
    assert "18 of 18 resources of the workshop are gone." in report.words
    assert "NAT gateway carbuyer-nat-gateway nat-" in report.words
    assert not [attrs for attrs in report.attributes("a") if "console" in attrs.get("href", "")]
    assert str(REHEARSED) in report.words
    assert "CLEAN" not in report.words
    assert [row[0] for row in report.rows] == [*map(str, range(1, 17)), "audit"]
    assert [row for row in report.rows if row[2] != "✓ Passed"] == []
    assert report.rows[0][1] == "The load balancer carbuyer-alb is deleted, with its listeners and rules."
    assert all("deleted" in row[3] for row in report.rows[:16])
    assert "how long it took: 8 CloudFront distribution → 9 S3 bucket." in report.words
    assert "Step 5, Elastic IP: ✓ gone after" in report.words
    assert ", after step 4." in report.words
    assert len([one for one in report.attributes("rect") if one["class"] == "link"]) == 1


@pytest.mark.exhaustive
def test_step_run_alone_is_one_row(run_suite: Callable[..., Any], session: boto3.Session, tmp_path: Path) -> None:
    """A single file is reported, wherever the report goes, with what it left alone and why."""
    session.client("ec2").create_key_pair(KeyName="mycarbuyer-<img src=x>")
    run_suite("--html", str(tmp_path / "mine.html"), path="cleanup_tests/test_16_key_pair.py")
    report = Page((tmp_path / "mine.html").read_text("utf-8"))

    assert [row[:3] for row in report.rows] == [["16", "The key pair carbuyer-keypair is deleted.", "✓ Passed"]]
    assert report.rows[0][3].startswith("1 left alone key pair mycarbuyer-<img src=x>")
    assert "does not start with carbuyer-" in report.rows[0][3]
