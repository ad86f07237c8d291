"""``--verify`` of a class against the sandbox on a port: verdicts, wall time, memory and calls, and how they grow.

``python -m benchmarks.class_of_300 [ACCOUNTS ...] [--workers N ...]``; default: 30 and 300 accounts, in one process and
with two workers. One account in 15 is wrong, in one of five ways; what each must come to is written down here and not
asked of the suite. Fails if a verdict is another, if time or memory grow faster than the accounts, or if an account
takes more calls in a larger class.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from aws_clock import Clock
from strict_moto.faults import Fault, FaultKind, Faults
from strict_moto.sandbox import Sandbox
from strict_moto.server import Server

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

ROOT = Path(__file__).parents[1]
TEACHER, STRANGER = "999988887777", "999988886666"
SPEED = 3.0  # the roles' hour is then 20 minutes, which is longer than the quarter after which botocore renews them
TRUST = {"Effect": "Allow", "Principal": {"AWS": TEACHER}, "Action": "sts:AssumeRole"}
WAYS = {  # what is wrong → what the account must come to
    "": "CLEAN",
    "denied": "COULD NOT VERIFY",
    "leftovers": "LEFTOVERS",
    "norole": "COULD NOT VERIFY",
    "stranger": "COULD NOT VERIFY",
    "regionoff": "COULD NOT VERIFY",
}
WRONG = [way for way in WAYS if way]
SLACK = 1.15  # of a linear growth: what the machine does besides


class Member(NamedTuple):
    """An account of the class, and what is wrong with it."""

    alias: str
    account: str
    way: str

    @property
    def line(self) -> str:
        """Its line of the roster."""
        role = f"arn:aws:iam::{self.account}:role/grader"
        way_in = ",stranger" if self.way == "stranger" else f"{role},"
        return f"{self.alias},{self.account},{way_in},{'af-south-1' if self.way == 'regionoff' else ''}"


@dataclass
class Figures:
    """What a run took."""

    accounts: int
    workers: int
    wall: float
    peak: float  # MiB, of all processes together
    calls: float  # of an account that was looked at as a whole

    def __str__(self) -> str:
        return (
            f"{self.accounts:4} accounts, {self.workers} workers: {self.wall:7.1f} s, {self.peak:6.0f} MiB, "
            f"{self.calls:6.1f} calls an account"
        )


def members(count: int) -> list[Member]:
    """Return the class: the first of each fifteen is wrong."""
    ways = [WRONG[n // 15 % len(WRONG)] if n % 15 == 0 else "" for n in range(count)]
    return [Member(f"s{n:03}{way}", f"2222{n:08}", way) for n, way in enumerate(ways)]


def arrange(sandbox: Sandbox, school: Sequence[Member]) -> None:
    """Open the accounts, and do to each what is wrong with it."""
    for member in school:
        sandbox.add_account(member.account)
        session = sandbox.session(member.account)
        if member.way != "norole":
            document = json.dumps({"Version": "2012-10-17", "Statement": [TRUST]})
            session.client("iam").create_role(RoleName="grader", AssumeRolePolicyDocument=document)
        if member.way == "leftovers":
            session.client("ec2", "eu-west-3").allocate_address(Domain="vpc")
    denied = [m.account for m in school if m.way == "denied"]
    sandbox.faults = Faults(tuple(Fault(FaultKind.DENY, calls="dynamodb:ListTables", account=a) for a in denied))


def run(count: int, workers: int, folder: Path) -> Figures:
    """Verify a class once.

    Raises:
        SystemExit: a verdict is not what it must be.
    """
    school, sandbox = members(count), Sandbox(Clock(SPEED))
    arrange(sandbox, school)
    teacher, stranger = sandbox.add_account(TEACHER), sandbox.add_account(STRANGER)
    keys = f"[stranger]\naws_access_key_id={stranger.access_key}\naws_secret_access_key={stranger.secret_key}\n"
    (folder / "credentials").write_text(keys)
    header = "alias,account_id,role_arn,profile,region"
    (folder / "class.csv").write_text("\n".join([header, *(m.line for m in school)]))
    sandbox.log.clear()
    with Server(sandbox) as server:
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        environment = os.environ | server.environment | {
            "AWS_ACCESS_KEY_ID": teacher.access_key,
            "AWS_SECRET_ACCESS_KEY": teacher.secret_key,
            "AWS_SHARED_CREDENTIALS_FILE": str(folder / "credentials"),
        }  # fmt: skip
        wall, peak = timed(folder, environment, workers)
        server.shutdown()
    check(folder, school)
    calls = Counter(entry.account for entry in sandbox.log)
    whole = [calls[m.account] for m in school if not m.way]
    return Figures(count, workers, wall, peak, sum(whole) / len(whole))


def timed(folder: Path, environment: dict[str, str], workers: int) -> tuple[float, float]:
    """Run the suite, and return its wall seconds and the most memory that its processes had together."""
    command = [sys.executable, "-m", "pytest", "-q", "--tb=no", "-rN", "--aws", "--verify", "--roster", "class.csv"]
    start, peak = time.monotonic(), 0.0
    with (folder / "output").open("w") as told:
        suite = subprocess.Popen(  # noqa: S603 - ourselves
            [*command, "-n", str(workers)],
            cwd=folder,
            env=environment,
            stdout=told,
            stderr=told,
            start_new_session=True,
        )
        while suite.poll() is None:
            peak = max(peak, sum(resident(suite.pid)))
            time.sleep(0.2)
    return time.monotonic() - start, peak


def resident(session: int) -> Iterator[float]:
    """Yield the resident MiB of each process of a session."""
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if os.getsid(int(folder.name)) == session:
                yield int((folder / "statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20
        except (ProcessLookupError, FileNotFoundError):  # it has ended meanwhile
            continue


def check(folder: Path, school: Sequence[Member]) -> None:
    """Compare what the grades say with what is written down here."""
    with (folder / "reports" / "grades.csv").open(encoding="utf-8-sig") as file:
        rows = [" ".join(row) for row in csv.reader(file)][1:]
    told = [next(word for word in ("COULD NOT VERIFY", "LEFTOVERS", "NOT RUN", "CLEAN") if word in row) for row in rows]
    expected = [WAYS[member.way] for member in school]
    if told != expected:
        differ = [(m.alias, t, e) for m, t, e in zip(school, told, expected, strict=True) if t != e]
        sys.exit(f"verdicts differ (account, told, expected): {differ}")


def main() -> None:
    """Run all, and compare."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("accounts", type=int, nargs="*", default=[30, 300])
    parser.add_argument("--workers", type=int, nargs="*", default=[0, 2])
    options = parser.parse_args()
    for workers in options.workers:
        done = []
        for count in options.accounts:
            with tempfile.TemporaryDirectory() as folder:
                for name in ("pyproject.toml", "conftest.py"):
                    shutil.copy(ROOT / name, folder)
                shutil.copytree(ROOT / "cleanup_tests", Path(folder) / "cleanup_tests")
                done.append(run(count, workers, Path(folder)))
                print(done[-1], flush=True)
        compare(done[0], done[-1])


def compare(small: Figures, large: Figures) -> None:
    """Fail if anything grows faster than the class."""
    growth = large.accounts / small.accounts * SLACK
    if large.wall > small.wall * growth or large.peak > small.peak * growth or large.calls > small.calls * SLACK:
        sys.exit(f"from {small.accounts} to {large.accounts} accounts something grew faster than the class")


if __name__ == "__main__":
    main()
