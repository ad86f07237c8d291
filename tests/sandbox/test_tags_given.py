"""Tags that are given with a bucket, or given again to a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from strict_moto import Sandbox
    from strict_moto.session import Session


def test_bucket_with_tags(session: Session) -> None:
    """A bucket has the tags with which it was asked for."""
    s3, tags = session.client("s3"), [{"Key": "a", "Value": "1"}]
    place = {"LocationConstraint": session.region_name, "Tags": tags}
    s3.create_bucket(Bucket="tagged", CreateBucketConfiguration=place)
    assert s3.get_bucket_tagging(Bucket="tagged")["TagSet"] == tags


def test_tag_given_again(sandbox: Sandbox, session: Session) -> None:
    """A tag that a table has takes the new value."""
    dynamodb = session.client("dynamodb")
    arn = dynamodb.create_table(
        TableName="User", BillingMode="PAY_PER_REQUEST",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        Tags=[{"Key": "a", "Value": "1"}],
    )["TableDescription"]["TableArn"]  # fmt: skip
    sandbox.clock.advance(60)
    dynamodb.tag_resource(ResourceArn=arn, Tags=[{"Key": "a", "Value": "2"}])
    assert dynamodb.list_tags_of_resource(ResourceArn=arn)["Tags"] == [{"Key": "a", "Value": "2"}]
