"""EC2 instances: by their ``Name`` tag, wherever they stand; and volumes so named that no instance took along.

A terminated instance is listed for about an hour more, and loses its tags in that time
(https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/terminating-instances.html). Root volumes go with the instance;
a volume that was attached later stays.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from carbuyer_cleanup.claims import FOREIGN, Claim
from carbuyer_cleanup.kinds.common import Several, each, judged, tag
from carbuyer_cleanup.kinds.preparing import Preparing, split
from carbuyer_cleanup.resource import Kind, Resource

if TYPE_CHECKING:
    from collections.abc import Sequence

    from carbuyer_cleanup.aws import Aws

LIVING = ["pending", "running", "shutting-down", "stopping", "stopped"]  # all but terminated
PROTECTED = "OperationNotPermitted"
PROTECTIONS: tuple[dict[str, Any], ...] = (  # EC2 takes one attribute a call
    {"DisableApiTermination": {"Value": False}},
    {"DisableApiStop": {"Value": False}},
)


async def find(aws: Aws) -> list[Resource]:
    described = await living(aws)
    return [found for instance in described for found in _judged(aws, instance)]


async def living(aws: Aws, *only: dict[str, Any]) -> list[dict[str, Any]]:
    """Return what EC2 tells of the instances that are not terminated, filtered further by ``only``."""
    filters = [{"Name": "instance-state-name", "Values": LIVING}, *only]
    return await aws.pages("ec2:DescribeInstances", "Reservations[].Instances[]", Filters=filters)


def claim_on(aws: Aws, instance: dict[str, Any]) -> Claim | None:
    """Judge an instance: never the one that the suite runs on, whose id is the session name of its role."""
    claim = aws.workshop.claim("ec2.instance", tag(instance))
    if claim and aws.caller.endswith(f"/{instance['InstanceId']}"):
        return Claim(FOREIGN, "the suite itself runs on it")
    return claim


def _judged(aws: Aws, instance: dict[str, Any]) -> list[Resource]:
    claim, state = claim_on(aws, instance), instance["State"]["Name"]
    return judged(aws, "EC2 instance", instance["InstanceId"], claim, name=tag(instance), state=state)


async def delete(aws: Aws, instances: list[Resource]) -> None:
    """Terminate all with one call, for where AWS refuses one it may refuse others with it; then the protected ones."""
    refused = await split(partial(_terminate, aws), instances)
    errors: dict[str, Exception] = {instance.id: error for instance, error in refused if error.code != PROTECTED}
    try:
        await _terminate_protected(aws, [instance for instance, error in refused if error.code == PROTECTED])
    except Several as several:
        errors |= several.errors
    if errors:
        raise Several(errors)


async def _terminate(aws: Aws, instances: Sequence[Resource]) -> None:
    await aws.call("ec2:TerminateInstances", InstanceIds=[instance.id for instance in instances])


@each
async def _terminate_protected(aws: Aws, instance: Resource) -> None:
    unprotecting = Preparing()
    for protection in PROTECTIONS:
        with unprotecting:
            await aws.call("ec2:ModifyInstanceAttribute", InstanceId=instance.id, **protection)
    with unprotecting.deletion():
        await _terminate(aws, [instance])


async def find_volumes(aws: Aws) -> list[Resource]:
    return [
        found
        for volume in await aws.pages("ec2:DescribeVolumes", "Volumes")
        if volume["State"] != "deleted"
        for found in judged(
            aws, "EBS volume", volume["VolumeId"], aws.workshop.claim("", tag(volume)),
            name=tag(volume), state=volume["State"],
            details={"instances": [attachment["InstanceId"] for attachment in volume["Attachments"]]},
        )
    ]  # fmt: skip


@each
async def delete_volume(aws: Aws, volume: Resource) -> None:
    await aws.call("ec2:DeleteVolume", VolumeId=volume.id)


async def users_of_volumes(_aws: Aws, volumes: list[Resource]) -> list[str]:
    return [f"EC2 instance {instance}" for volume in volumes for instance in volume.details["instances"]]


KIND = Kind("EC2 instance", find, delete, leaving=frozenset({"shutting-down"}))
VOLUME = Kind(
    "EBS volume", find_volumes, delete_volume,
    leaving=frozenset({"in-use", "deleting"}), holders=users_of_volumes,
)  # fmt: skip
