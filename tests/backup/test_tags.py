"""Tags that AWS doesn't tell: of versions that S3 no longer finds, and of functions without the permission."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from carbuyer_cleanup.backup.saving import SAVERS, Saver
from carbuyer_cleanup.kinds import bucket, function
from strict_moto.rules import RULES
from strict_moto.world import After, Rule
from tests.backup.savings import BUCKET

if TYPE_CHECKING:
    from tests.backup.savings import Saved

REFUSAL = {"ErrorCode": "Denied", "Message": "not for you"}
KEY = "Database/User.json"


def test_version_that_is_listed(saved: Saved) -> None:
    """A version that S3 lists, and says that there is none when its tags are asked for, stays with its bucket."""
    when = lambda _, asked: asked.params["Key"] == KEY  # noqa: E731
    saved.sandbox.use((Rule("s3:GetObjectTagging", when, "NoSuchVersion", "no", "injected", 404), *RULES))
    before = saved.versions()

    assert "is not deleted: S3 lists it" in str(saved.take_down(bucket.OBJECTS))
    assert saved.versions() == before


@pytest.mark.parametrize(
    ("what", "answer"),
    [
        ("tags", {"TagsError": REFUSAL}),
        ("environment", {"Configuration": {"Environment": {"Error": REFUSAL}}}),
        ("code", {"Code": {"Error": REFUSAL}}),
    ],
)
def test_function_of_which_a_part_is_refused(whole: Saved, what: str, answer: dict[str, Any]) -> None:
    """Lambda answers without it, and with an error beside: what was not read is not saved, so the function stays."""
    merged = lambda _world, _asked, told: told | {k: told.get(k, {}) | v for k, v in answer.items()}  # noqa: E731
    whole.sandbox.use((*RULES, After("lambda:GetFunction", merged, "a test's own")))

    told = str(whole.take_down(function.KIND))

    assert (
        f"The {what} of the function carbuyer-email-service can't be read (not for you), so it is not deleted." in told
    )
    assert whole.client("lambda").list_functions()["Functions"]


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
