"""Versions of the id ``null``, which are written over, and markers that have it; keys that no header can carry."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from carbuyer_cleanup.backup.__main__ import main
from carbuyer_cleanup.kinds import bucket
from strict_moto.faults import Fault, FaultKind, Faults
from tests.backup.savings import BUCKET
from tests.backup.tried import OK

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.backup.savings import Saved
    from tests.backup.tried import Tried

KEY = "a"
TAGS = [{"Key": "which", "Value": "the first"}]
CHANGES: dict[str, Callable[[Any], object]] = {
    "written over": lambda s3: s3.put_object(Bucket=BUCKET, Key=KEY, Body=b"another"),
    "deleted": lambda s3: s3.delete_object(Bucket=BUCKET, Key=KEY),
}


@pytest.mark.parametrize("change", CHANGES)
def test_between_two_runs(saved: Saved, change: str) -> None:
    """What had the id when it was saved keeps its tags; what has it now is saved, too, and all of it goes."""
    s3 = saved.client("s3")
    s3.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Suspended"})
    s3.put_object(Bucket=BUCKET, Key=KEY, Body=b"content", Tagging="which=the%20first")
    saved.sandbox.faults = Faults((Fault(FaultKind.DENY, calls="s3:DeleteObjects"),))
    assert saved.take_down(bucket.OBJECTS)
    saved.sandbox.faults = Faults()
    CHANGES[change](s3)
    saved.again()

    assert [saved.take_down(kind) for kind in (bucket.OBJECTS, bucket.KIND)] == [None] * 2
    kept = [one for one in saved.backup.index.objects(BUCKET, "version") if one.entry.key == KEY]
    assert TAGS in [one.facts["tags"] for one in kept]


def test_key_in_vietnamese(saved: Saved, tried: Tried) -> None:
    """A key isn't sent in a header: it may have any letter."""
    key = "Ảnh xe/mẫu mới.jpg"
    saved.client("s3").put_object(Bucket=BUCKET, Key=key, Body=b"jpg")
    assert saved.take_down(bucket.OBJECTS) is None
    saved.end()

    assert main(["restore", str(saved.folder.parent)]) == OK
    assert tried.sandbox
    there = tried.sandbox.session("111122223333").client("s3", region_name="ap-southeast-1")
    assert there.get_object(Bucket=BUCKET, Key=key)["Body"].read() == b"jpg"
