"""Snapshots and AMIs of the disks that the workshop's instances had: made by hand, by AWS Backup or a lifecycle policy.

They outlive the instances and cost by the gigabyte. One may be the backup that the cleanup page asks for: none is
deleted, and while there is one the account is not clean. Only the journal knows whose disk it was.
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
    """Ask for copies only if the journal knows of disks or instances."""
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
    """Delete nothing: say that copies may be backups, and where they are deleted by hand."""
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
    comes_after=("EC2 instance",),  # which tell what their disks were
)
