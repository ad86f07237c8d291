"""Keys of every sort go into the backup and back: letters of all scripts, dots, slashes, control characters."""

from __future__ import annotations

import math
import time
from itertools import count
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest
from botocore import waiter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from carbuyer_cleanup.backup.__main__ import main
from carbuyer_cleanup.kinds import bucket
from tests.backup.savings import BUCKET
from tests.backup.test_names import HARMLESS, HOSTILE
from tests.backup.tried import OK

if TYPE_CHECKING:
    from typing import Any

    from tests.backup.savings import Saved
    from tests.backup.tried import Tried

LETTERS = st.characters(exclude_categories=["Cs"])
LONGEST = 1024  # bytes of a key
KEYS = st.one_of(
    st.text(LETTERS, min_size=1, max_size=LONGEST // 4),
    st.sampled_from([key for key in HOSTILE + HARMLESS if key]),
    st.lists(st.sampled_from(["a", "..", ".", "", "ế", "e\u0302\u0301", "\x07", "\n"]), min_size=2, max_size=4).map(
        "/".join
    ),
)
EXAMPLES = count()


def _held(s3: Any) -> dict[str, bytes]:
    listed = s3.list_objects_v2(Bucket=BUCKET).get("Contents", [])
    return {one["Key"]: s3.get_object(Bucket=BUCKET, Key=one["Key"])["Body"].read() for one in listed}


@pytest.mark.exhaustive
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(keys=st.lists(KEYS, min_size=1, max_size=8, unique=True))
def test_there_and_back(saved: Saved, tried: Tried, keys: list[str]) -> None:
    """Each key is there again, with its content, and no other."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(waiter, "time", SimpleNamespace(sleep=lambda seconds: time.sleep(seconds / 1000)))
        saved.end()
        saved.folder = saved.folder.parent.parent / str(next(EXAMPLES)) / saved.folder.name
        saved.again()
        s3 = saved.client("s3")
        if not s3.list_buckets()["Buckets"]:
            s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": saved.aws.region})
        for key in keys:
            s3.put_object(Bucket=BUCKET, Key=key, Body=repr(key).encode())
        before = _held(s3)
        saved.aws.forget_answers(math.inf)

        assert [saved.take_down(kind) for kind in (bucket.OBJECTS, bucket.KIND)] == [None] * 2
        saved.end()
        assert main(["restore", str(saved.folder.parent)]) == OK
    assert tried.sandbox
    assert _held(tried.sandbox.session("111122223333").client("s3", region_name="ap-southeast-1")) == before
