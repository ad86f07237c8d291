"""Snapshots and AMIs of the workshop's instances' disks, made by hand, by AWS Backup or by a lifecycle policy.

They outlive the instances and are charged by the gigabyte. One may be the backup that the cleanup page asks for, so
none is deleted, and the account is not clean while one exists. Only the journal knows whose disk it was.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from carbuyer_cleanup.claims import sign
from carbuyer_cleanup.errors import Blocked
from carbuyer_cleanup.kinds.common import judged, related, tag
from carbuyer_cleanup.kinds.instance import DISKS
from carbuyer_cleanup.resource import Kind, Resource

if TYPE_CHECKING:
    from carbuyer_cleanup.aws.context import Aws


async def find(aws: Aws) -> list[Resource]:
    """Find the copies of disks and instances that the journal knows; ask AWS only if it knows any."""
    known = {id_: memory.because for id_, memory in aws.journal.remembered(DISKS, aws.region).items()}
    if not known:
        return []
    snapshots, images = await asyncio.gather(
        aws.pages("ec2:DescribeSnapshots", "Snapshots", OwnerIds=["self"]),
        aws.pages("ec2:DescribeImages", "Images", Owners=["self"]),
    )
    found = [_judged(aws, "EBS snapshot", s, s["SnapshotId"], known.get(s["VolumeId"])) for s in snapshots]
    found += [_judged(aws, "AMI", i, i["ImageId"], known.get(i["SourceInstanceId"])) for i in images]
    return related(found)


def _judged(aws: Aws, kind: str, described: dict[str, Any], id_: str, of: str | None) -> Resource | None:
    if of is None:
        return None
    claim = aws.workshop.claim("", tag(described), id_=id_, inferred=sign(f"it is a copy of {of}"))
    return judged(aws, kind, id_, claim, name=tag(described) or id_, state=described["State"])


async def delete(_aws: Aws, copies: list[Resource]) -> None:
    """Delete nothing: raise Blocked, which says that copies may be backups and where to delete them by hand."""
    raise Blocked(
        f"{', '.join(map(str, copies))} may be backups, and are not deleted: if you don't want to keep them, "
        "delete them in the EC2 console (Snapshots, AMIs), then run again."
    )


KIND = Kind(
    "copy of a disk",
    find,
    delete,
    step=3,
    also="snapshots and AMIs of its disks are listed, not deleted",
    deadline=5,  # none is deleted
    comes_after=("EC2 instance",),  # which shows what its disks were
)
