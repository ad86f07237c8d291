"""The audit of a whole account over a network that takes 150 ms a call: wall time, CPU, memory, number of calls.

``python -m benchmarks.audit_network [SECONDS]``. Every list is empty, and its answer made before, so that the CPU time
is the audit's own: making clients, signing, parsing. Lists that lag are read twice, with a pause of five seconds.
"""

from __future__ import annotations

import argparse
import os
import resource
import sys
import tempfile
import time
from collections import Counter
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
from botocore.awsrequest import AWSPreparedRequest, AWSResponse

from aws_clock import Clock
from benchmarks import empty_answers
from carbuyer_cleanup import workshop
from carbuyer_cleanup.audit import sweeper
from carbuyer_cleanup.aws.context import Aws
from carbuyer_cleanup.plugin.memory import seldom_collected
from carbuyer_cleanup.teardown.engine import Loop
from carbuyer_cleanup.teardown.journal import Journal

if TYPE_CHECKING:
    from collections.abc import Iterable

    from carbuyer_cleanup.audit.result import Sweep

MANIFEST = Path(__file__).parents[1] / "cleanup_tests" / "workshop.toml"
REGIONS = """ap-northeast-1 ap-northeast-2 ap-northeast-3 ap-south-1 ap-southeast-1 ap-southeast-2 ca-central-1
    eu-central-1 eu-north-1 eu-west-1 eu-west-2 eu-west-3 sa-east-1 us-east-1 us-east-2 us-west-1 us-west-2""".split()
REGION_LIST = "".join(
    f"<item><regionName>{name}</regionName><optInStatus>opt-in-not-required</optInStatus></item>" for name in REGIONS
)
NUMBER = "<requestId>1</requestId>"
LIMITS = {"wall s": 40.0, "peak MiB": 400.0}


class Body(BytesIO):
    """An answer's body."""

    def stream(self, **_: Any) -> Iterable[bytes]:
        """Yield it."""
        yield self.read()


def answers() -> empty_answers.Answers:
    """Return an answer with nothing in it for each call, but for the Regions."""
    regions = f"<Response>{NUMBER}<regionInfo>{REGION_LIST}</regionInfo></Response>"
    return empty_answers.made() | {"ec2.DescribeRegions": (200, {"x-amzn-requestid": "1"}, regions.encode())}


def account(delay: float, loop: Loop, clock: Clock) -> Aws:
    """Return an account in which there is nothing, ``delay`` seconds away."""
    known = answers()

    def answer(request: AWSPreparedRequest, event_name: str, **_: Any) -> AWSResponse:
        time.sleep(delay)
        status, headers, body = known[event_name.removeprefix("before-send.")]
        return AWSResponse(request.url, status, headers, Body(body))  # type: ignore[arg-type] # any mapping will do

    session = boto3.Session("AKIAEXAMPLE", "secret", region_name="ap-southeast-1")
    handler: Any = answer  # botocore-stubs think that none returns anything
    session.events.register("before-send", handler)
    return Aws(
        session, account="111122223333", caller="arn:aws:iam::111122223333:user/me", region="ap-southeast-1",
        workshop=workshop.load(MANIFEST), journal=Journal(Path(tempfile.mkdtemp()) / "journal.jsonl", "1"),
        clock=clock, pool=loop.pool,
    )  # fmt: skip


def main() -> int:
    """Print the figures; return 1 if one of them is above its limit."""
    delay, clock = make_parser().parse_args().seconds, Clock()
    loop = Loop(clock)
    aws = account(delay, loop, clock)
    making = clock_client_making(aws)
    started, cpu = time.perf_counter(), time.process_time()
    result = loop.run(sweeper.sweep(aws)).result()
    figures = {
        "wall s": time.perf_counter() - started,
        "CPU s": time.process_time() - cpu,
        "of which making clients, s": sum(making),
        "peak MiB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "calls": float(sum(result.calls.values())),
        "clients": float(len(making)),
    }
    loop.close()
    tell(figures, result)
    return int(any(figures[name] > limit for name, limit in LIMITS.items()))


def make_parser() -> argparse.ArgumentParser:
    """Return what reads the arguments."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("seconds", type=float, nargs="?", default=0.15, help="what a call takes")
    return parser


def clock_client_making(aws: Aws) -> list[float]:
    """Let the account's clients be timed, and return the list of the seconds that each one took."""
    times: list[float] = []
    make = aws.core.create_client

    def timed(*args: Any, **kwargs: Any) -> Any:
        start = time.thread_time()
        client = make(*args, **kwargs)
        times.append(time.thread_time() - start)
        return client

    aws.core.create_client = timed  # type: ignore[method-assign]
    return times


def tell(figures: dict[str, float], result: Sweep) -> None:
    """Print what was measured."""
    print(f"{result.verdict.name}, {len(result.types)} types, {len(result.regions)} Regions, {os.cpu_count()} cores")
    print(f"not seen: {len(result.unseen)}")
    for name, value in figures.items():
        limit = f" (limit {LIMITS[name]:.0f})" if name in LIMITS else ""
        print(f"{name:28} {value:8.1f}{limit}")
    per_region = Counter[str]()
    for (_, region), count in result.calls.items():
        per_region[region] += count
    print("calls by Region:", ", ".join(f"{region} {count}" for region, count in sorted(per_region.items())))
    for unseen in result.unseen[:5]:
        print("  ", unseen)


if __name__ == "__main__":
    with seldom_collected():
        sys.exit(main())
