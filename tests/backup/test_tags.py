"""The tags of versions that S3 no longer finds when they are asked for, right before the deletion."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from carbuyer_cleanup.backup.saving import SAVERS, Saver
from carbuyer_cleanup.kinds import bucket
from strict_moto.rules import RULES
from strict_moto.world import Rule
from tests.backup.savings import BUCKET

if TYPE_CHECKING:
    import pytest

    from tests.backup.savings import Saved

KEY = "Database/User.json"


def test_version_that_is_listed(saved: Saved) -> None:
    """A version that S3 lists, and says that there is none when its tags are asked for, stays with its bucket."""
    when = lambda _, asked: asked.params["Key"] == KEY  # noqa: E731
    saved.sandbox.use((Rule("s3:GetObjectTagging", when, "NoSuchVersion", "no", "injected", 404), *RULES))
    before = saved.versions()

    assert "is not deleted: S3 lists it" in str(saved.take_down(bucket.OBJECTS))
    assert saved.versions() == before


def test_version_that_went(saved: Saved, monkeypatch: pytest.MonkeyPatch) -> None:
    """What somebody has deleted since it was saved, and no list has, is gone; all else goes."""
    s3 = saved.client("s3")
    s3.put_object(Bucket=BUCKET, Key=f"{KEY}x", Body=b"its key begins like the other's")
    save, renew = SAVERS["S3 objects"]

    async def save_and_delete(*which: Any) -> None:
        await save(*which)
        for key, version in saved.versions():
            if key == KEY:
                s3.delete_object(Bucket=BUCKET, Key=key, VersionId=version)

    monkeypatch.setitem(SAVERS, "S3 objects", Saver(save_and_delete, renew))
    assert [saved.take_down(kind) for kind in (bucket.OBJECTS, bucket.KIND)] == [None, None]
