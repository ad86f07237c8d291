"""Tags that are given with a bucket."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from strict_moto.session import Session


def test_bucket_with_tags(session: Session) -> None:
    """A bucket has the tags with which it was asked for."""
    s3, tags = session.client("s3"), [{"Key": "a", "Value": "1"}]
    place = {"LocationConstraint": session.region_name, "Tags": tags}
    s3.create_bucket(Bucket="tagged", CreateBucketConfiguration=place)
    assert s3.get_bucket_tagging(Bucket="tagged")["TagSet"] == tags
