"""What a restore that has not ended leaves on the tables and buckets that it made: a tag that says so.

Whatever carries the tag of this backup is this restore's own unfinished work, and another run goes on with it. All else
that exists is somebody's. The tags go when all is put back. The last thing's tag says first that it is, so that a run
that dies in between knows the others, whose tags are gone already, for its own.
"""

from __future__ import annotations

import hashlib
import json
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from carbuyer_cleanup.backup.rows import TABLE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from carbuyer_cleanup.backup.rows import Saved

MARK = "carbuyer-cleanup-unfinished-restore"
WHOLE, ALL = "whole", "all whole"  # this one is; all are, and only tags are to be put right
MOST = 50  # tags of a table or bucket: "Tagging restrictions", "Using cost allocation S3 bucket tags"
NO_SUCH = {"NoSuchBucket", "ResourceNotFoundException"}
NO_TAGS = "NoSuchTagSet"
NO_TAGGING = "NotImplemented"  # s3rver's: its buckets have no tags, so a restore into one can't be continued
THEIRS = {"AccessDenied", "PermanentRedirect"}  # S3's answers about a bucket of somebody else's, or in another Region
Tags = list[dict[str, str]]


class Unfit(Exception):
    """Something can't be put back as a whole now; the message says why."""


def id_of(names: Mapping[Saved, str]) -> str:
    """Return what tells this backup, put back under these names, from others."""
    told = sorted([one.kind, one.id, one.at, name, str(one.facts.get("place"))] for one, name in names.items())
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()[:32]


def tag(id_: str, state: str = "") -> dict[str, str]:
    """Return the tag of what is being put back."""
    return {"Key": MARK, "Value": f"{id_} {state}".strip()}


def own(tags: Iterable[Mapping[str, Any]]) -> Tags:
    """Leave out the tags that AWS alone may give."""
    return [dict(one) for one in tags if not str(one.get("Key", "")).startswith("aws:")]


def read(client: Any, one: Saved, name: str) -> str | None:
    """Return the mark of what is called so, "" if it has none; None if there is no such thing."""
    try:
        tags = _tags_of_table(client, name) if one.kind == TABLE else _tags_of_bucket(client, name)
    except ClientError as error:
        if error.response["Error"]["Code"] in NO_SUCH:
            return None
        raise
    return next((found["Value"] for found in tags if found["Key"] == MARK), "")


def _tags_of_table(client: Any, name: str) -> Tags:
    arn, tags, more = _arn(client, name), [], {"NextToken": ""}
    while more:
        page = client.list_tags_of_resource(ResourceArn=arn, **{key: one for key, one in more.items() if one})
        tags += page["Tags"]
        more = {"NextToken": page["NextToken"]} if page.get("NextToken") else {}
    return tags


def _tags_of_bucket(client: Any, name: str) -> Tags:
    try:
        return list(client.get_bucket_tagging(Bucket=name)["TagSet"])
    except ClientError as error:
        if error.response["Error"]["Code"] in {NO_TAGS, *THEIRS}:
            return []
        raise


def _arn(client: Any, table: str) -> str:
    return str(client.describe_table(TableName=table)["Table"]["TableArn"])


def write(client: Any, one: Saved, name: str, mark: dict[str, str]) -> None:
    """Mark a table or bucket."""
    if one.kind == TABLE:
        client.tag_resource(ResourceArn=_settled(client, name), Tags=[mark])
    else:
        with _where_buckets_have_tags():
            client.put_bucket_tagging(Bucket=name, Tagging={"TagSet": [mark]})


def end(client: Any, one: Saved, name: str, tags: Tags) -> None:
    """Take the mark off, and give the tags that were saved."""
    if one.kind != TABLE:
        if tags:
            client.put_bucket_tagging(Bucket=name, Tagging={"TagSet": tags})
        else:
            with _where_buckets_have_tags():
                client.delete_bucket_tagging(Bucket=name)
        return
    for some in (tags[: MOST - 1], tags[MOST - 1 :]):
        if some:
            client.tag_resource(ResourceArn=_settled(client, name), Tags=some)
        client.untag_resource(ResourceArn=_settled(client, name), TagKeys=[MARK])


@contextmanager
def _where_buckets_have_tags() -> Iterator[None]:
    try:
        yield
    except ClientError as error:
        if error.response["Error"]["Code"] != NO_TAGGING:
            raise


def _settled(client: Any, table: str) -> str:
    """Return a table's ARN when its tags may be changed: while they are, it is ``UPDATING``, and refuses that."""
    client.get_waiter("table_exists").wait(TableName=table, WaiterConfig={"Delay": 2})
    return _arn(client, table)
