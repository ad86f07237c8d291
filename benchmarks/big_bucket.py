"""Emptying a bucket of 200,000 versions: requests, memory, and whether listing and deleting overlap.

``python -m benchmarks.big_bucket [VERSIONS]``. S3 is a stub in this process, which keeps two numbers and takes 60 ms
for a page and 120 ms for a batch: the memory measured is the suite's own. What is measured is the kind ``S3 objects``
from its first look to its last.
"""

from __future__ import annotations

import gc
import re
import sys
import threading
import time
from collections import Counter, defaultdict
from typing import Any

import boto3
from botocore.awsrequest import AWSPreparedRequest, AWSResponse

from aws_clock import Clock
from benchmarks.accounts import REGION, resident, teardown
from benchmarks.replay import Body
from carbuyer_cleanup.kinds import bucket
from carbuyer_cleanup.teardown.engine import Loop

ACCOUNT, NAME, PAGE = "111122223333", "carbuyer-fcj-bucket", 1000
SECONDS = {"ListObjectVersions": 0.06, "DeleteObjects": 0.12}
REQUESTS, MEMORY = 1.02, 40.0  # limits: requests / (pages + batches), MiB above the start
BUCKETS = f"<Buckets><Bucket><Name>{NAME}</Name><BucketRegion>{REGION}</BucketRegion></Bucket></Buckets>"


class Stub:
    """An S3 with one bucket, whose versions are numbers; ``busy`` tells how long which calls were under way."""

    def __init__(self, versions: int) -> None:
        self.first, self.end = 0, versions
        self.calls: Counter[str] = Counter()
        self.busy: dict[frozenset[str], float] = defaultdict(float)
        self._now: set[str] = set()
        self._since, self._lock = time.monotonic(), threading.Lock()

    def answer(self, request: AWSPreparedRequest, event_name: str, **_: Any) -> AWSResponse:
        """Answer a request of boto3's."""
        operation = event_name.rpartition(".")[2]
        self._mark({operation}, set())
        time.sleep(SECONDS.get(operation, 0.0))
        text = getattr(self, f"_{operation}", lambda _request: "")(request)
        self._mark(set(), {operation})
        body = f'<R xmlns="http://s3.amazonaws.com/doc/2006-03-01/">{text}</R>'.encode()
        headers: Any = {"x-amz-request-id": "1"}
        return AWSResponse(request.url, 200, headers, Body(body))

    def _mark(self, begun: set[str], ended: set[str]) -> None:
        with self._lock:
            self.busy[frozenset(self._now)] += time.monotonic() - self._since
            self._since, self._now = time.monotonic(), (self._now | begun) - ended
            self.calls.update(begun)

    def _ListBuckets(self, _request: AWSPreparedRequest) -> str:  # noqa: N802 - AWS's name
        return BUCKETS

    def _ListObjectVersions(self, request: AWSPreparedRequest) -> str:  # noqa: N802 - AWS's name
        marker = re.search("key-marker=([0-9]+)", request.url or "")
        start = max(self.first, int(marker[1]) + 1 if marker else 0)
        numbers = range(start, min(start + PAGE, self.end))
        more = numbers.stop < self.end and bool(numbers)
        listed = "".join(f"<Version><Key>{n:08}</Key><VersionId>v{n}</VersionId></Version>" for n in numbers)
        markers = f"<NextKeyMarker>{numbers.stop - 1:08}</NextKeyMarker><NextVersionIdMarker>v</NextVersionIdMarker>"
        return f"<IsTruncated>{str(more).lower()}</IsTruncated>{markers if more else ''}{listed}"

    def _DeleteObjects(self, request: AWSPreparedRequest) -> str:  # noqa: N802 - AWS's name
        keys = re.findall("<Key>([0-9]+)</Key>", str(request.body))
        if [int(key) for key in keys] != list(range(self.first, self.first + len(keys))):
            msg = "not the versions that were listed next"
            raise RuntimeError(msg)
        self.first += len(keys)
        return ""


class Memory(threading.Thread):
    """Notes the highest memory of this process, in MiB."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        gc.collect()
        self.start_mib = self.peak = resident()
        self.start()

    def run(self) -> None:
        """Look ten times a second."""
        while True:
            self.peak = max(self.peak, resident())
            time.sleep(0.1)


def main() -> int:
    """Print the figures; return 1 if one of them is beyond its limit."""
    stub = Stub(int(sys.argv[1]) if len(sys.argv) > 1 else 200_000)
    pages = -(-stub.end // PAGE)
    session = boto3.Session("AKIAEXAMPLE", "secret", region_name=REGION)
    handler: Any = stub.answer  # botocore-stubs think that none returns anything
    session.events.register("before-send", handler)
    clock = Clock()
    loop = Loop(clock)
    down = teardown(session, ACCOUNT, clock, loop)
    down.aws.client("s3").list_buckets()
    stub.calls.clear()
    memory, before = Memory(), time.monotonic()
    loop.run(down.deletions[bucket.OBJECTS].run(down.aws)).result()
    wall = time.monotonic() - before
    loop.close()
    return tell(stub, pages, wall, memory)


def tell(stub: Stub, pages: int, wall: float, memory: Memory) -> int:
    """Print what was measured, and return 1 if it is beyond a limit."""
    requests, grown = stub.calls.total(), memory.peak - memory.start_mib
    listing = sum(s for calls, s in stub.busy.items() if "ListObjectVersions" in calls)
    both = sum(s for calls, s in stub.busy.items() if {"ListObjectVersions", "DeleteObjects"} <= calls)
    ratio = requests / (2 * pages)
    print(f"{stub.end} versions, {stub.end - stub.first} left, {stub.end / wall:.0f} a second, {dict(stub.calls)}")
    print(f"requests / (pages + batches): {requests} / {2 * pages} = {ratio:.4f} (limit {REQUESTS})")
    print(f"memory above the start: {grown:.1f} MiB (limit {MEMORY:.0f})")
    print(f"of the time in which a page was listed, a batch was being deleted in {both / listing:.0%}")
    return int(stub.first != stub.end or ratio > REQUESTS or grown > MEMORY)


if __name__ == "__main__":
    sys.exit(main())
