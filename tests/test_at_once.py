"""Many things that are asked about at once: each has its answer or its error, and there are enough threads."""

from __future__ import annotations

import math
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest
from botocore.utils import parse_timestamp

from carbuyer_cleanup import workshop
from carbuyer_cleanup.aws.answers import ISO, timestamp
from carbuyer_cleanup.aws.at_once import FEW, Pace, Question, ask_about_each
from carbuyer_cleanup.aws.context import Aws
from carbuyer_cleanup.errors import AwsError
from carbuyer_cleanup.teardown.journal import Journal
from strict_moto.faults import Fault, FaultKind, Faults
from tests.backup.savings import MANIFEST, Saved

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from strict_moto.sandbox import Sandbox
    from strict_moto.session import Session

BUCKET = "carbuyer-fcj-bucket"
KEYS = [f"{number:03}" for number in range(60)]
GET = "s3:GetObject"


@pytest.fixture
def account(sandbox: Sandbox, session: Session, tmp_path: Path) -> Iterator[Saved]:
    """An account with a bucket of sixty objects."""
    identity = session.client("sts").get_caller_identity()
    s3: Any = session.client("s3")
    s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": session.region_name})
    for key in KEYS:
        s3.put_object(Bucket=BUCKET, Key=key, Body=key.encode())
    with ThreadPoolExecutor(8) as pool:
        aws = Aws(
            session, account=identity["Account"], caller=identity["Arn"], region=session.region_name,
            workshop=workshop.load(MANIFEST), journal=Journal(tmp_path / "journal.jsonl", identity["Account"]),
            clock=sandbox.clock, pool=pool,
        )  # fmt: skip
        yield Saved(sandbox, session, aws, tmp_path)


def _get(client: Any, key: str) -> bytes:
    return bytes(client.get_object(Bucket=BUCKET, Key=key)["Body"].read())


def _ask(account: Saved, keys: list[str], act: Any = _get) -> list[Any]:
    return list(account.run(ask_about_each(account.aws, Question(GET, act), keys, 8, Pace())))


def test_each_in_its_place(account: Saved) -> None:
    """What came of each stands where it does, whoever asked; what is gone is None, and nothing comes of nothing."""
    keys = [*KEYS, "gone", *KEYS[:3]]
    assert _ask(account, keys) == [None if key == "gone" else key.encode() for key in keys]
    assert _ask(account, []) == []


def test_errors_stay_with_what_met_them(account: Saved) -> None:
    """A refusal, and an error of whoever asks, is what came of that thing; trouble that passes is waited out."""
    account.sandbox.faults = Faults(
        (Fault(FaultKind.THROTTLE, calls=GET, at=7), Fault(FaultKind.DENY, calls=GET, at=20))
    )

    def act(client: Any, key: str) -> bytes:
        if key == "005":
            raise ValueError(key)
        return _get(client, key)

    came = _ask(account, KEYS, act)
    wrong = {key: type(one) for key, one in zip(KEYS, came, strict=True) if isinstance(one, Exception)}
    assert wrong.pop("005") is ValueError
    assert list(wrong.values()) == [AwsError]
    assert sum(one == key.encode() for key, one in zip(KEYS, came, strict=True)) == len(KEYS) - 2


def test_who_dies_asks_no_more(account: Saved) -> None:
    """What is no error but an end is one."""

    def act(_client: Any, _key: str) -> bytes:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        _ask(account, KEYS, act)


def test_enough_threads(account: Saved) -> None:
    """Where a call waits long, others join until there are enough, and never more than that."""
    busy: set[int] = set()

    def act(_client: Any, _key: str) -> bytes:
        busy.add(threading.get_ident())
        time.sleep(0.02)
        return b""

    assert _ask(account, KEYS * 3, act) == [b""] * 3 * len(KEYS)
    assert FEW < len(busy) <= 8


@pytest.mark.parametrize(("whole", "own", "threads"), [
    (0.0, math.inf, FEW), (0.002, 0.002, FEW), (0.02, 0.002, 10), (0.06, 0.002, 30), (9.0, 0.0, 32),
])  # fmt: skip
def test_pace(whole: float, own: float, threads: int) -> None:
    """As many as one processor can serve while the others wait."""
    assert Pace(whole, own).threads(32) == threads
    assert Pace(whole, own).threads(2) == 2


TIMES = ("2026-01-02T03:04:05Z", "2026-01-02T03:04:05.678Z", "2024-02-29T00:00:00.123456Z", "0001-01-01T00:00:00Z")
OTHERS = ("Thu, 01 Jan 2026 00:00:00 GMT", "2026-01-02T03:04:05+07:00", "20260102T030405Z", 1767225600, 1767225600.5,
          "1767225601", "2026-01-02T03:04:05.6789Z")  # fmt: skip


@pytest.mark.parametrize("value", [*TIMES, *OTHERS])
def test_times(value: Any) -> None:
    """Times are what botocore makes of them, down to the kind of their time zone."""
    assert (isinstance(value, str) and bool(ISO.fullmatch(value))) == (value in TIMES)
    assert timestamp(value) == parse_timestamp(value)
    assert repr(timestamp(value)) == repr(parse_timestamp(value))


@pytest.mark.parametrize("value", ["2026-13-01T00:00:00Z", "never", ""])
def test_no_times(value: str) -> None:
    """What is no time is the same error."""
    with pytest.raises(ValueError, match=r"."):
        timestamp(value)
