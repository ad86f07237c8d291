"""An AWS that costs nothing: it answers as the embedded one did at the same time after the start.

One teardown is recorded in the embedded AWS by somebody who looks twice a second; any number of accounts are then
answered from that record, each under its own number.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from io import BytesIO
from typing import TYPE_CHECKING, Any

import boto3
from botocore.awsrequest import AWSPreparedRequest, AWSResponse

from carbuyer_cleanup.aws.event_handlers import light_session
from strict_moto.sandbox import ACCOUNT, Sandbox
from strict_moto.session import REGION, embedded_session

if TYPE_CHECKING:
    from collections.abc import Iterable

    from aws_clock import Clock
    from strict_moto.session import Session

PAUSE = 0.5  # seconds between two looks of whoever is recorded: what one of them saw had happened in that time

Key = tuple[str, str, str]
Answer = tuple[int, dict[str, str], bytes]


class Body(BytesIO):
    """An answer's body."""

    def stream(self, **_: Any) -> Iterable[bytes]:
        """Yield it."""
        yield self.read()


class Record:
    """What was asked, when after ``start``, and answered."""

    def __init__(self) -> None:
        self.start = 0.0
        self._times: defaultdict[Key, list[float]] = defaultdict(list)
        self._answers: defaultdict[Key, list[Answer]] = defaultdict(list)

    def session(self, sandbox: Sandbox) -> Session:
        """Return a session of the embedded AWS that is recorded."""

        def handle(request: AWSPreparedRequest) -> AWSResponse:
            answer = sandbox.handle(request)
            content = answer.content
            key = _key(request, ACCOUNT)
            self._times[key].append(sandbox.clock.now() - self.start)
            self._answers[key].append((answer.status_code, dict(answer.headers), content))
            return AWSResponse(request.url, answer.status_code, answer.headers, Body(content))  # type: ignore[arg-type] # as the sandbox's

        return embedded_session(sandbox.add_account(ACCOUNT), REGION, sandbox.clock, handle)

    def replayed(self, clock: Clock, account: str) -> boto3.Session:
        """Return a session of another account that is answered from the record; all numbers have 12 digits.

        Its time begins with its first request: of thousands of accounts not all begin at once.
        """
        start_of: dict[str, float] = {}

        def handle(request: AWSPreparedRequest, **_: Any) -> AWSResponse:
            now = clock.now()
            start = start_of.setdefault(account, now)
            status, headers, content = self._at(_key(request, account), now - start)
            content = content.replace(ACCOUNT.encode(), account.encode())
            return AWSResponse(request.url, status, headers, Body(content))  # type: ignore[arg-type] # any mapping will do

        session = boto3.Session("AKIAEXAMPLE", "secret", region_name=REGION, botocore_session=light_session())
        handler: Any = handle  # botocore-stubs think that none returns anything
        session.events.register("before-send", handler)
        return session

    def _at(self, key: Key, seconds: float) -> Answer:
        if key not in self._times:
            msg = f"never asked when it was recorded: {key}"
            raise LookupError(msg)
        return self._answers[key][max(0, bisect_right(self._times[key], seconds + PAUSE) - 1)]


def _key(request: AWSPreparedRequest, account: str) -> Key:
    """Return what is asked for, as the recorded account asked it."""
    body = request.body.decode() if isinstance(request.body, bytes) else str(request.body)
    asked = f"{request.headers.get('X-Amz-Target', '')} {body}"
    return str(request.method), str(request.url).replace(account, ACCOUNT), asked.replace(account, ACCOUNT)
