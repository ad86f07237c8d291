"""Saving a log group: its description, and its events if that is asked for, a line of JSON each."""

from __future__ import annotations

import gzip
import uuid
from functools import partial
from typing import TYPE_CHECKING

from carbuyer_cleanup.backup import definitions
from carbuyer_cleanup.backup.asking import listed, told_of
from carbuyer_cleanup.backup.folder import File
from carbuyer_cleanup.backup.plain import line
from carbuyer_cleanup.backup.table import Digest

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from carbuyer_cleanup.aws.context import Aws
    from carbuyer_cleanup.backup.saving import Backup
    from carbuyer_cleanup.resource import Resource

EVENTS = "SavedEvents"  # how many, and what tells them from others
_listed = listed("logs:DescribeLogGroups", "logGroups", "logGroupName")


async def _described(aws: Aws, group: Resource) -> Any:
    described = await _listed(aws, group)
    arn = described["arn"].removesuffix(":*")
    tags = await told_of(aws, group, "logs:ListTagsForResource", region=group.region, resourceArn=arn)
    return {**described, "Tags": tags["tags"]}


async def save(aws: Aws, backup: Backup, group: Resource) -> None:
    """Save a log group."""
    told = await _described(aws, group)
    if backup.logs:
        told = {**told, EVENTS: str(await _save_events(aws, backup, group))}
    await aws.in_thread(lambda: backup.describe(group, told))


async def renew(aws: Aws, backup: Backup, group: Resource) -> bool:
    """Save a log group again if its definition or its events are no longer those that were saved."""

    async def define(aws: Aws, group: Resource) -> Any:
        told = await _described(aws, group)
        return {**told, EVENTS: str(await _events(aws, group, _count))} if backup.logs else told

    return await definitions.renew(define, save, aws, backup, group)


async def _save_events(aws: Aws, backup: Backup, group: Resource) -> Digest:
    path = f"{backup.home_of(group)}/{backup.started}-{uuid.uuid4().hex[:8]}.jsonl.gz"
    with backup.folder.writing(path) as writing, gzip.GzipFile("", "wb", fileobj=writing, mtime=0) as packed:
        digest = await _events(aws, group, partial(_pack, packed))
    await aws.in_thread(lambda: backup.folder.settle(path))
    backup.index.add_file(group.kind, group.id, File(path, writing.bytes, writing.sha256.hexdigest()))
    return digest


async def _events(aws: Aws, group: Resource, read: Callable[[Digest, list[Any]], Digest]) -> Digest:
    """Read all events, also those that came late with an old time: no call tells them from others."""
    digest = Digest()
    async for page in aws.each_fresh_page("logs:FilterLogEvents", logGroupName=group.id):
        digest = await aws.in_thread(partial(read, digest, page["events"]))
    return digest


def _count(digest: Digest, events: list[Any]) -> Digest:
    return digest.with_(events)


def _pack(packed: gzip.GzipFile, digest: Digest, events: list[Any]) -> Digest:
    for event in events:
        packed.write(line(event))
    return digest.with_(events)
