"""What the contestants of ``benchmarks.contest`` meet: the sections of the page, and who takes part in each."""

from __future__ import annotations

import math
import random
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from moto.s3.models import s3_backends

from aws_clock import Clock
from strict_moto import estate
from strict_moto.builder import BUCKET, Builder
from strict_moto.bystanders import BYSTANDERS
from strict_moto.faults import Fault, FaultKind, Faults
from strict_moto.sandbox import ACCOUNT, Sandbox
from tests.inventory import inventory
from tests.roster.school import TEACHER, School

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    Stock = set[tuple[str, str, str]]  # account, sort, id
    Commands = dict[str, Sequence[str]]

ROOT = Path(__file__).parents[1]
HERE = Path(__file__).parent / "contestants"
HOME = ROOT / ".contestants"
BESIDE = ("network", "identities", "functions", "storage")  # bystanders, which must survive
THROTTLED, FAILED, UPTO = 0.05, 0.06, 8000  # up to which draw a request is, and of how many requests

SUITE = (sys.executable, str(HERE / "ours.py"), "--aws")
OURS = (*SUITE, "--account", ACCOUNT)
PYTHON, AWS = str(HOME / "bin/python"), str(HOME / "bin/aws")
EACH = str(HERE / "each_account.sh")
BY_BOTO3, BY_CLI = (PYTHON, str(HERE / "by_boto3.py")), ("bash", str(HERE / "by_cli.sh"))
WHOLE: Commands = {
    "carbuyer-cleanup": OURS,
    "carbuyer-cleanup without its audit": (*OURS, "-k", "not audit"),
    "boto3 with waiters": BY_BOTO3,
    "AWS CLI with `wait`": BY_CLI,
    "Cloud Custodian": ("bash", str(HERE / "by_custodian.sh")),
}
EMPTY = f"import boto3; b = boto3.resource('s3').Bucket('{BUCKET}'); b.object_versions.delete(); b.delete()"
REMOTE = ":s3,provider=Other,env_auth=true,region=ap-southeast-1,versions=true,endpoint='{endpoint}':"
BATCHES: Commands = {
    "carbuyer-cleanup, step 9": (*OURS, "-k", "s3_bucket"),
    "boto3 `object_versions.delete()`": (PYTHON, "-c", EMPTY),
}
BUCKETS: Commands = BATCHES | {
    "`aws s3 rb --force`": (AWS, "s3", "rb", f"s3://{BUCKET}", "--force"),
    "`rclone purge`": ("rclone", "purge", f"{REMOTE}{BUCKET}"),
}


def of_many(count: int) -> Commands:
    """Return who can tear down so many accounts: scripts two at once, for two cores."""
    ours = (*SUITE, "--roster", "class.csv", "--accounts-confirmed", str(count))
    return {
        "carbuyer-cleanup": ours,
        "carbuyer-cleanup without its audit": (*ours, "-k", "not audit"),
        "boto3 with waiters, two at once": ("bash", EACH, *BY_BOTO3),
        CLI: ("bash", EACH, *BY_CLI),
        ORG: ("bash", str(HERE / "by_c7n_org.sh")),
    }


CLI, ORG = "AWS CLI with `wait`, two at once", "c7n-org"
LEFT_OUT = "Left out, because a run takes more than ten minutes of CPU: {}."
ONE_BY_ONE = "Left out, because it takes longer than all others together: what deletes one object at a time."
DEPTH = "The audit is at depth *workshop*, as by default with a roster."


class Course(NamedTuple):
    """What contestants meet: what stands in which accounts, and what goes wrong; ``note`` is told on the page."""

    title: str
    contestants: Commands
    build: Callable[[Sandbox, str], None]
    accounts: tuple[str, ...] = (ACCOUNT,)
    faults: Callable[[], Faults] = Faults
    note: str = ""


def workshop(sandbox: Sandbox, account: str) -> None:
    """Build the whole workshop."""
    estate.create(sandbox.session(account), bucket=bucket_of(account))


def versions(count: int) -> Callable[[Sandbox, str], None]:
    """Return what builds a bucket of so many versions, four of each object; within moto, which is quicker."""

    def build(sandbox: Sandbox, account: str) -> None:
        estate.create(sandbox.session(account), only=["bucket"])
        for number in range(count):
            s3_backends[account]["aws"].put_object(BUCKET, f"more/{number // 4:08}", b"")

    return build


def bucket_of(account: str) -> str:
    """Return the name of an account's bucket: names are the whole world's."""
    return BUCKET if account == ACCOUNT else f"{BUCKET}-{account}"


def faults() -> Faults:
    """Return the same 5 % of throttles and 1 % of failures for everybody."""
    chance = random.Random(0)  # noqa: S311 - a schedule
    drawn = ((at, chance.random()) for at in range(UPTO))
    struck = (
        (at, FaultKind.THROTTLE if share < THROTTLED else FaultKind.ERROR) for at, share in drawn if share < FAILED
    )
    return Faults(tuple(Fault(kind, at=at) for at, kind in struck))


def a_class(count: int) -> tuple[str, ...]:
    """Return so many account numbers."""
    return tuple(f"2222{number:08}" for number in range(1, count + 1))


def many(count: int, *left_out: str) -> Course:
    """Return the course of a class: ``left_out`` could run it, and take too long."""
    commands = {name: command for name, command in of_many(count).items() if name not in left_out}
    note = f"{DEPTH} {LEFT_OUT.format(' and '.join(left_out))}"
    return Course(f"{count} accounts", commands, workshop, a_class(count), note=note)


COURSES = {
    "whole": Course("One account", WHOLE, workshop),
    "faults": Course("One account, 5 % of requests throttled and 1 % failed", WHOLE, workshop, faults=faults),
    "accounts10": many(10, CLI),
    "accounts100": many(100, CLI, ORG),
    "bucket1000": Course("A bucket with 1,000 versions more", BUCKETS, versions(1_000)),
    "bucket10000": Course("A bucket with 10,000 versions more", BUCKETS, versions(10_000)),
    "bucket100000": Course("A bucket with 100,000 versions more", BATCHES, versions(100_000), note=ONE_BY_ONE),
}


def furnished(course: Course) -> tuple[Sandbox, Stock]:
    """Return an AWS with bystanders and what the course is about, and what stood there before that."""
    sandbox = Sandbox(Clock(math.inf))
    for account in course.accounts:
        admit(sandbox, account)
        builder = Builder(sandbox.session(account), bucket_of(account))
        for name in BESIDE:
            BYSTANDERS[name](builder)
    beside = stock(sandbox, course.accounts)
    for account in course.accounts:
        course.build(sandbox, account)
    sandbox.log.clear()
    sandbox.faults = course.faults()
    return sandbox, beside


def admit(sandbox: Sandbox, account: str) -> None:
    """Open an account, with a role that the teacher may take if it is one of a class."""
    if account == ACCOUNT:
        sandbox.add_account(account)
    else:
        School(sandbox, ROOT).admit(account)


def stock(sandbox: Sandbox, accounts: Sequence[str]) -> Stock:
    """Return everything in the accounts."""
    return {(account, *thing) for account in accounts for thing in inventory(sandbox.session(account))}


def keys_for(sandbox: Sandbox, course: Course) -> str:
    """Return the credentials of whoever runs the course, the account's administrator or the teacher, as a file."""
    keys = sandbox.add_account(ACCOUNT if course.accounts == (ACCOUNT,) else TEACHER)
    return f"[default]\naws_access_key_id = {keys.access_key}\naws_secret_access_key = {keys.secret_key}\n"
