"""What others would use instead of this suite, each against the same estate; writes ``docs/benchmarks.md``.

``python -m benchmarks.contest [--rounds N] [--only SECTION ...] [--versions N ...]``: less than ten minutes a round on
two idle cores. The contestants are complete set-ups (``benchmarks/contestants``), installed by pip into
``.contestants``. Each meets a strict server of its own in this process, whose clock jumps by what the contestant
pauses. At the end a list by plain boto3 tells what is left, and who was harmed.
"""

from __future__ import annotations

import argparse
import math
import os
import random
import re
import shutil
import socketserver
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import venv
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from aws_clock import Clock
from benchmarks.api_calls import FASTEST, ONE_IN
from benchmarks.contest_page import Figures, Section, page
from strict_moto import estate
from strict_moto.builder import BUCKET, Builder
from strict_moto.bystanders import BYSTANDERS
from strict_moto.faults import Fault, FaultKind, Faults
from strict_moto.quirks import Quirks
from strict_moto.sandbox import ACCOUNT, Sandbox
from strict_moto.server import LOOPBACK, Server, serving
from tests.inventory import inventory

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    Stock = set[tuple[str, str]]

ROOT = Path(__file__).parents[1]
HERE = Path(__file__).parent / "contestants"
HOME = ROOT / ".contestants"
BESIDE = ("network", "identities", "functions", "storage")  # bystanders, which must survive
NO_TIME = Quirks(**FASTEST | {"rest_api_delete_every": ONE_IN, "usage_plan_update_every": ONE_IN})
THROTTLED, FAILED, UPTO = 0.05, 0.06, 8000  # up to which draw a request is, and of how many requests

SUITE = (sys.executable, str(HERE / "ours.py"))
OURS = (*SUITE, "--aws", "--account", ACCOUNT)
PYTHON = str(HOME / "bin/python")
WHOLE: dict[str, Sequence[str]] = {
    "carbuyer-cleanup": OURS,
    "carbuyer-cleanup without its audit": (*OURS, "-k", "not audit"),
    "boto3 with waiters": (PYTHON, str(HERE / "by_boto3.py")),
    "AWS CLI with `wait`": ("bash", str(HERE / "by_cli.sh")),
    "Cloud Custodian": ("bash", str(HERE / "by_custodian.sh")),
}
EMPTY = f"import boto3; b = boto3.resource('s3').Bucket('{BUCKET}'); b.object_versions.delete(); b.delete()"
REMOTE = ":s3,provider=Other,env_auth=true,region=ap-southeast-1,versions=true,endpoint='{endpoint}':"
BUCKETS: dict[str, Sequence[str]] = {
    "carbuyer-cleanup, step 9": (*OURS, "-k", "s3_bucket"),
    "boto3 `object_versions.delete()`": (PYTHON, "-c", EMPTY),
    "`aws s3 rb --force`": (str(HOME / "bin/aws"), "s3", "rb", f"s3://{BUCKET}", "--force"),
    "`rclone purge`": ("rclone", "purge", f"{REMOTE}{BUCKET}"),
}
WITH_FAULTS = "One account, 5 % of requests throttled and 1 % failed"
# Starts a contestant from a small process: Linux counts the memory of the process that it was forked from as its own.
START = """import os, subprocess, sys
child = subprocess.Popen(sys.argv[1:], stdout=sys.stderr)
_, status, usage = os.wait4(child.pid, 0)
child.returncode = os.waitstatus_to_exitcode(status)
print(child.returncode, usage.ru_utime + usage.ru_stime, usage.ru_maxrss)"""


class Course(NamedTuple):
    """What contestants meet: what stands there, and what goes wrong.

    With ``embedded`` this suite runs it in the process of the embedded AWS, too, for AWS's durations.
    """

    title: str
    contestants: dict[str, Sequence[str]]
    build: Callable[[Sandbox], None]
    faults: Faults | None = None
    embedded: bool = False


def workshop(sandbox: Sandbox) -> None:
    """Build the whole workshop."""
    estate.create(sandbox.session(ACCOUNT))


def versions(count: int) -> Callable[[Sandbox], None]:
    """Return what builds a bucket of so many versions, four of each object."""

    def build(sandbox: Sandbox) -> None:
        session = sandbox.session(ACCOUNT)
        estate.create(session, only=["bucket"])
        s3 = session.client("s3")
        for number in range(count):
            s3.put_object(Bucket=BUCKET, Key=f"more/{number // 4:08}", Body=b"")

    return build


def faults() -> Faults:
    """Return the same 5 % of throttles and 1 % of failures for everybody."""
    chance = random.Random(0)  # noqa: S311 - a schedule
    drawn = ((at, chance.random()) for at in range(UPTO))
    struck = (
        (at, FaultKind.THROTTLE if share < THROTTLED else FaultKind.ERROR) for at, share in drawn if share < FAILED
    )
    return Faults(tuple(Fault(kind, at=at) for at, kind in struck))


def courses(sizes: Sequence[int]) -> dict[str, Course]:
    """Return the sections of the page."""
    return {
        "whole": Course("One account", WHOLE, workshop, embedded=True),
        "faults": Course(WITH_FAULTS, WHOLE, workshop, faults(), embedded=True),
        **{f"bucket{n}": Course(f"A bucket with {n:,} versions more", BUCKETS, versions(n)) for n in sizes},
    }


def furnished(course: Course, clock: Clock, quirks: Quirks | None = None) -> tuple[Sandbox, Stock]:
    """Return an AWS with bystanders and what the course is about, and what stood there before that."""
    sandbox = Sandbox(clock, quirks or Quirks())
    for name in BESIDE:
        BYSTANDERS[name](Builder(sandbox.session(ACCOUNT)))
    beside = inventory(sandbox.session(ACCOUNT))
    course.build(sandbox)
    sandbox.log.clear()
    sandbox.faults = Faults(course.faults.schedule) if course.faults else Faults()
    return sandbox, beside


def run(course: Course, command: Sequence[str], folder: Path) -> Figures:
    """Let one contestant run the course once; this suite's pauses pass in its own process, and so AWS takes no time."""
    ours = command[: len(SUITE)] == SUITE
    sandbox, beside = furnished(course, Clock(math.inf), NO_TIME if ours else None)
    keys, began = sandbox.add_account(ACCOUNT), sandbox.clock.now()
    with Server(sandbox) as server, serving(server), clock_of(sandbox) as port:
        told = server.environment | {"AWS_ACCESS_KEY_ID": keys.access_key, "AWS_SECRET_ACCESS_KEY": keys.secret_key}
        told |= {} if ours else {"CLOCK_PORT": str(port)}
        measured = timed([word.replace("{endpoint}", server.endpoint) for word in command], told, folder)
    calls, passed = len(sandbox.log), sandbox.clock.now() - began
    sandbox.faults = Faults()
    sandbox.clock.advance(7200.0)  # what is deleted is listed for an hour
    after = inventory(sandbox.session(ACCOUNT))
    left, harmed = after - beside, beside - after
    return measured._replace(calls=calls, aws=math.nan if ours else passed, left=len(left), harmed=len(harmed))


@contextmanager
def clock_of(sandbox: Sandbox) -> Iterator[int]:
    """Let contestants' pauses move the clock, and yield the port where they tell of them."""

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            sandbox.clock.advance(float(self.rfile.readline()))
            self.wfile.write(b".")

    with socketserver.ThreadingTCPServer((LOOPBACK, 0), Handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        yield server.server_address[1]
        server.shutdown()


def timed(command: Sequence[str], told: dict[str, str], folder: Path) -> Figures:
    """Run a command, with nothing of this machine's in its environment but what programs need."""
    environment = told | {
        "HOME": str(folder),
        "PATH": os.pathsep.join(map(str, (HERE / "pauses", HOME / "bin", os.environ["PATH"]))),
        "PYTHONPATH": os.pathsep.join(map(str, (HERE / "pauses", ROOT))),
        "AWS_DEFAULT_REGION": "ap-southeast-1",
        "AWS_EC2_METADATA_DISABLED": "true",
    }
    start = time.monotonic()
    with (folder / "said").open("ab") as said:
        done = subprocess.run(  # noqa: S603 - a contestant
            [sys.executable, "-c", START, *command], cwd=folder, env=environment, check=True, text=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=said,
        )  # fmt: skip
    exit_code, cpu, kib = done.stdout.split()
    return Figures(int(exit_code), time.monotonic() - start, float(cpu), float(kib) / 1024)


def embedded(name: str, folder: Path) -> float:
    """Return how many of AWS's seconds this suite takes, from a run in a process of its own."""
    command = [*SUITE, "--embedded", name]
    told = os.environ | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, cwd=folder, env=told, check=False, text=True, stdout=subprocess.PIPE)  # noqa: S603 - ours
    found = re.search(r"AWS seconds: (\S+)", done.stdout)
    if done.returncode or not found:
        raise RuntimeError(done.stdout)
    return float(found[1])


@contextmanager
def project() -> Iterator[Path]:
    """Yield a copy of what the suite runs from, so that its reports are nobody's."""
    with tempfile.TemporaryDirectory() as folder:
        for name in ("pyproject.toml", "conftest.py"):
            shutil.copy(ROOT / name, folder)
        shutil.copytree(ROOT / "cleanup_tests", Path(folder) / "cleanup_tests")
        yield Path(folder)


def install() -> dict[str, str]:
    """Install the contestants if need be, and return their versions."""
    wanted, have = (HERE / "requirements.txt").read_text(encoding="utf-8"), HOME / "installed.txt"
    if not have.exists() or have.read_text(encoding="utf-8") != wanted:
        venv.create(HOME, clear=True, with_pip=True)
        pip = [str(HOME / "bin/pip"), "install", "-q", "-r", str(HERE / "requirements.txt")]
        subprocess.run(pip, check=True)  # noqa: S603 - ours
        have.write_text(wanted, encoding="utf-8")
    known = dict(line.split("==") for line in wanted.split())
    return known | ({"rclone": rclone()} if shutil.which("rclone") else {})


def rclone() -> str:
    """Return the version of rclone, which the system's packages have."""
    said = subprocess.run(["rclone", "version"], capture_output=True, text=True, check=True)  # noqa: S607 - wherever
    return said.stdout.split()[1].lstrip("v")


def compete(name: str, course: Course, rounds: int, known: dict[str, str]) -> Section:
    """Let all contestants run the course in turn, round after round."""
    done: dict[str, list[Figures]] = {}
    for _ in range(rounds):
        for who, command in course.contestants.items():
            if command[0] == "rclone" and "rclone" not in known:
                continue
            with project() as folder:
                figures = run(course, command, folder)
                if command == OURS and course.embedded:
                    figures = figures._replace(aws=embedded(name, folder))
            done.setdefault(who, []).append(figures)
            print(course.title, "|", who, "|", figures, flush=True)
    return Section(course.title, {who: median(figures) for who, figures in done.items()})


def median(figures: Sequence[Figures]) -> Figures:
    """Return the median of each figure."""
    return Figures(*(statistics.median(column) for column in zip(*figures, strict=True)))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--versions", type=int, nargs="*", default=[1000])
    parser.add_argument("--only", nargs="*", metavar="SECTION", help="whole, faults, bucket1000 …")
    return parser


def main() -> None:
    """Run all, and write the page."""
    options = _parser().parse_args()
    known, all_ = install(), courses(options.versions)
    sections = [compete(name, all_[name], options.rounds, known) for name in options.only or all_]
    text = page(sections, known, options.rounds)
    print(text)
    (ROOT / "docs" / "benchmarks.md").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
