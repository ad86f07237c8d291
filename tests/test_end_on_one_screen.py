"""The end of a run on a terminal of 24 lines of 80 columns: what costs money is never cut."""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from carbuyer_cleanup.audit.found import Leftover
from carbuyer_cleanup.command_line.settings import Task
from carbuyer_cleanup.errors import Blocked
from carbuyer_cleanup.kinds import instance, vpc
from carbuyer_cleanup.plugin import asking, left, summary
from carbuyer_cleanup.plugin.ending import ending
from carbuyer_cleanup.plugin.language import ENGLISH
from carbuyer_cleanup.resource import Resource
from carbuyer_cleanup.teardown.deletion import Deletion
from carbuyer_cleanup.teardown.engine import Outcome
from carbuyer_cleanup.teardown.plan import BY_NUMBER
from tests.html_page import ended
from tests.one_screen import COLUMNS, ROWS, thing

if TYPE_CHECKING:
    from carbuyer_cleanup.plugin.run import Run


pytestmark = pytest.mark.usefixtures("one_screen")


def leftover(type_: str, name: str, region: str = "ap-southeast-1") -> Leftover:
    """Return what the audit found."""
    return Leftover(type_, f"{name}-id", name, region, "", "the manifest names it")


def test_left() -> None:
    """What costs most comes first, other Regions are named, what is free is counted, and no name is cut."""
    tables = [leftover("DynamoDB table", f"T{n}") for n in range(12)]
    far = leftover("Elastic IP", "13.229.4.5", "eu-west-1")
    twins = [replace(leftover("NAT gateway", "nat"), id=id_) for id_ in ("nat-1", "nat-2")]
    bucket, apis = leftover("S3 bucket", "b"), [leftover("REST API", "r"), leftover("log group", "/aws/lambda/f")]

    assert left.lines(ended(leftovers=[leftover("VPC", "v"), *tables, far, bucket, *apis, *twins]), verbose=False) == [
        "left (USD a month; -v lists all of it)",
        "    86.20  2 NAT gateways: nat (nat-1), nat (nat-2)",
        "     3.65  1 Elastic IP in eu-west-1: 13.229.4.5",
        "     0.57  12 DynamoDB tables: T0, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10,",
        "           T11; 1 S3 bucket: b",
        "  unknown  1 REST API: r; 1 log group: /aws/lambda/f",
        "     free  1 VPC",
    ]


TABLES = "DanhGia DatLichKH KieuDang LoaiPhuKien MauXe NguyenLieuXe PhuKien Slider ThuongHieu TinTuc User XeOto"
WHOLE = {
    "NAT gateway": "carbuyer-nat-gateway", "load balancer": "carbuyer-alb", "DynamoDB table": TABLES,
    "EC2 instance": "carbuyer-customer-service carbuyer-admin-service", "S3 bucket": "carbuyer-fcj-bucket",
    "CloudFront distribution": "fcj-cloudfront-carbuyer", "Lambda function": "carbuyer-email-service",
    "VPC endpoint": "carbuyer-dynamodb-endpoint carbuyer-fcj-vpce-s3", "REST API": "carbuyer-email-api",
    "log group": "/aws/lambda/carbuyer-email-service", "VPC": "v", "subnet": "a b c d", "route table": "a b c",
    "internet gateway": "a", "security group": "a b c", "target group": "a b", "origin access control": "a",
    "key pair": "a", "API key": "a", "usage plan": "a", "IAM role": "a b", "IAM user": "a", "instance profile": "a",
}  # fmt: skip
BELOW = 6  # rows: where the report is, pytest's count, the last line of three, and the shell's prompt


def test_end_of_verify() -> None:
    """Of a whole workshop that nobody has deleted, all that is left stands on the last screen."""
    found = [leftover(type_, name) for type_, names in WHOLE.items() for name in names.split()]
    run = ended(Task.VERIFY, leftovers=found)
    head, steps = 1, 1

    assert head + steps + len(left.lines(run, verbose=False)) + BELOW <= ROWS
    assert len(str(ending(run, 1))) <= 3 * COLUMNS


def only_steps(count: int, **audit: Any) -> Run:
    """Return a run in which the audit did not list what a step left."""
    run = ended(**audit)
    run.outcomes[13] = Outcome(BY_NUMBER[13], [], left=[thing("network interface", str(n)) for n in range(count)])
    return run


def test_left_by_steps_only() -> None:
    """All of it if there is no audit, or if it is little; else how much more there is."""
    vpc = [leftover("VPC", id_) for id_ in "vwxy"]

    assert left.lines(only_steps(5, audited=False), verbose=False)[4].startswith("left: network interface carbuyer-4")
    assert left.lines(only_steps(3, leftovers=vpc), verbose=False)[-1].startswith("left: network interface carbuyer-2")
    assert left.lines(only_steps(5, leftovers=vpc), verbose=False)[-1] == (
        "left: 5 more that depend on these; -v lists them"
    )
    assert len(left.lines(only_steps(5, leftovers=vpc), verbose=True)) == 9


def test_nothing_left() -> None:
    """Then there is no table."""
    assert left.lines(ended(), verbose=False) == []


def test_one_thing_is_told_once() -> None:
    """What a step knows by its name and the audit by its id is one thing."""
    run = ended(leftovers=[Leftover("key pair", "key-1", "carbuyer-keypair", "ap-southeast-1", "", "")])
    pair = Resource("key pair", "carbuyer-keypair", "carbuyer-keypair", "ap-southeast-1", why="")
    run.outcomes[16] = Outcome(BY_NUMBER[16], [], left=[pair])

    assert run.standing.count == 1


def test_other_of_the_same_name() -> None:
    """Two instances may have one name: what the audit does not list is told."""
    run = ended(leftovers=[Leftover("EC2 instance", "i-1", "carbuyer-x", "ap-southeast-1", "", "")])
    other = Resource("EC2 instance", "i-2", "carbuyer-x", "ap-southeast-1", why="")
    run.outcomes[3] = Outcome(BY_NUMBER[3], [], left=[other])

    assert run.standing.count == 2


class Screen:
    """Stands in for pytest's terminal reporter."""

    def __init__(self, *, live: bool = True) -> None:
        self.isatty = lambda: live
        self.shown: list[str] = []

    def write_line(self, line: str, **_markup: bool) -> None:
        """Show it."""
        self.shown.append(line)


def folded(text: str, *, live: bool = True) -> list[str]:
    """Return a text as it is shown."""
    screen: Any = Screen(live=live)
    asking.write(screen, text)
    shown: list[str] = screen.shown
    return shown


def test_lines_are_broken_between_words() -> None:
    """A command, a name or an address is whole, also one that is longer than the terminal; a log has one line."""
    long = f"     left alone: {'word ' * 14}--not-ours {'i' * 90} end"

    shown = folded(long)

    assert " ".join(" ".join(shown).split()) == " ".join(long.split())
    assert [line for line in shown if len(line) > COLUMNS] == ["     " + "i" * 90]
    assert all(line.startswith("     ") for line in shown)
    assert folded(long, live=False) == [long]
    assert folded("this is wrong:\n  line 2: that") == ["this is wrong:", "  line 2: that"]


def test_errors_are_broken_between_words(monkeypatch: pytest.MonkeyPatch) -> None:
    """Behind the word that pytest puts before them, also before there is any terminal reporter."""
    text = f"{'word ' * 30}\n  line 2: that"
    assert asking.folded_error(text) == text
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)

    told = f"ERROR: {asking.folded_error(text)}".splitlines()

    assert [len(line) for line in told] == [76, 79, 14]
    assert set(" ".join(told[:2]).split()) == {"ERROR:", "word"}


def held_up(task: Task) -> Run:
    """Return a run in which somebody else's instance holds four steps, each with things left, and one is in doubt."""
    run = ended(task, leftovers=[leftover(kind, n) for kind in ("VPC", "subnet", "route table") for n in "abcd"])
    for number in (11, 13, 14, 16):
        error = Blocked(f"In the way: {thing('network interface', 'eni-0ea86899d324712a6')}. {'It stays. ' * 20}")
        run.outcomes[number] = Outcome(BY_NUMBER[number], [], error, [thing("VPC")])
    doubtful, alone = things("EC2 instance", 3), things("Elastic IP", 5)
    run.outcomes[3] = Outcome(BY_NUMBER[3], [Deletion(instance.KIND, doubtful=doubtful, left_alone=alone)])
    return run


def things(kind: str, count: int) -> dict[str, Resource]:
    """Return so many, by id."""
    return {str(n): thing(kind, str(n)) for n in range(count)}


@pytest.mark.parametrize("task", Task)
def test_end_of_a_run_that_is_held_up(task: Task) -> None:
    """All of it does not fit, so reasons are counted; what is left isn't cut, and the last line has a reason."""
    run, screen, end = held_up(task), Screen(), str(ending(held_up(task), 1))
    full, short = summary.lines(run, ENGLISH, verbose=False), summary.in_short(run, ENGLISH)
    asks: Any = screen

    assert not asking.fits(asks, [*full, end])
    assert asking.fits(asks, [*short, end]), short
    assert "did not finish (-v says why): 11 security groups, 13 VPC, 14 IAM roles, 16 key pair" in short
    assert "in doubt: 2 more; -v lists them" in short
    assert "left alone: 5 resources; -v says which, and why" in short
    assert ("     free  4 VPCs, 4 subnets, 4 route tables" in short) == (task is not Task.PLAN)


def test_steps_of_a_teardown() -> None:
    """Those that had something stand in two columns; of the others it is said how many they are."""
    run = ended()
    for number in (4, 8, 13):
        deletion = Deletion(vpc.KIND, things("VPC", number))
        run.outcomes[number] = Outcome(BY_NUMBER[number], [deletion])

    assert summary.lines(run, ENGLISH, verbose=False) == [
        " 4 NAT gateway             [deleted 4]  13 VPC                     [deleted 13]",
        " 8 CloudFront distribution [deleted 8]",
        "nothing was there at 13 other steps",
    ]
    run.outcomes[8].deletions[0].doubtful = things("VPC", 2)
    assert summary.lines(run, ENGLISH, verbose=False)[1] == " 8 CloudFront distribution [deleted 8, 2 in doubt]"


def test_one_step() -> None:
    """It is told in words that fit one."""
    for task in (Task.TEARDOWN, Task.VERIFY):
        run = ended(task)
        run.outcomes = {4: Outcome(BY_NUMBER[4], [])}
        assert summary.lines(run, ENGLISH, verbose=False) == [" 4 NAT gateway             [nothing there]"]
