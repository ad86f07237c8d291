"""Saving a log group: its description, and its events if that is asked for, a line of JSON each."""

from __future__ import annotations

import gzip
from functools import partial
from typing import TYPE_CHECKING

from carbuyer_cleanup.backup.definitions import listed
from carbuyer_cleanup.backup.folder import File
from carbuyer_cleanup.backup.plain import line

if TYPE_CHECKING:
    from typing import Any

    from carbuyer_cleanup.aws.context import Aws
    from carbuyer_cleanup.backup.saving import Backup
    from carbuyer_cleanup.resource import Resource

described = listed("logs:DescribeLogGroups", "logGroups", "logGroupName")


async def save(aws: Aws, backup: Backup, group: Resource) -> None:
    """Save a log group."""
    told = await described(aws, group)
    if backup.logs:
        await _save_events(aws, backup, group)
    await aws.in_thread(lambda: backup.describe(group, told))


async def _save_events(aws: Aws, backup: Backup, group: Resource) -> None:
    path = f"{backup.home_of(group)}/{backup.started}.jsonl.gz"
    with backup.folder.writing(path) as writing, gzip.GzipFile("", "wb", fileobj=writing, mtime=0) as packed:
        async for page in aws.each_fresh_page("logs:FilterLogEvents", logGroupName=group.id):
            await aws.in_thread(partial(_pack, packed, page["events"]))
    await aws.in_thread(lambda: backup.folder.settle(path))
    backup.index.add_file(group.kind, group.id, File(path, writing.bytes, writing.sha256.hexdigest()))


def _pack(packed: gzip.GzipFile, events: list[Any]) -> None:
    for event in events:
        packed.write(line(event))
