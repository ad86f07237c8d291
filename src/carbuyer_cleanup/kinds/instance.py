"""EC2 instances: by their ``Name`` tag, wherever they are; and the volumes that they leave behind.

A terminated instance is listed for about another hour, and loses its tags in that time
(https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/terminating-instances.html). Root volumes go with the instance;
a volume that was attached later stays, and so does one whose ``DeleteOnTermination`` is off. The instance shows which
those are while it exists, and then the journal does. An instance with another name, or none, that uses something of the
workshop is doubtful: anybody can start one there.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from carbuyer_cleanup.aws.reading import texts
from carbuyer_cleanup.backup.asking import Definition, listed, one_of, told_of
from carbuyer_cleanup.call import grant, read, write
from carbuyer_cleanup.claims import FOREIGN, Claim, Inference, proof, sign
from carbuyer_cleanup.kinds.caller import runs_on
from carbuyer_cleanup.kinds.common import Several, as_sign, each, is_named, is_ours, judged, places, related, tag
from carbuyer_cleanup.kinds.preparing import Preparing, split
from carbuyer_cleanup.resource import Kind, Resource

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from carbuyer_cleanup.aws.context import Aws

ENTRY, VOLUMES = "ec2.instance", "ec2.volume"
DISKS = "disk"  # the journal's topic for instances and all their volumes, which may have been copied
MEMORY, ROOT = "volume", "root"  # the journal's topic for volumes that outlive their instances; a root device
LIVING = ["pending", "running", "shutting-down", "stopping", "stopped"]  # all but terminated
# A persistent request launches another instance for each that is terminated: EC2 user guide, spot-requests.
SPOT = "The Spot request {} launched it; it is cancelled first, because it might launch another"
HOST = (
    "It runs on the Dedicated Host {}, which stays and is charged for: release it in the EC2 console (Dedicated Hosts)"
)
PROTECTED = "OperationNotPermitted"
PROTECTIONS: tuple[dict[str, Any], ...] = (  # EC2 accepts one attribute per call
    {"DisableApiTermination": {"Value": False}},
    {"DisableApiStop": {"Value": False}},
)


async def find(aws: Aws) -> list[Resource]:
    """Find instances by name; for those without one, where they are says whose they may be."""
    described = await living(aws)
    known = await places(aws) if any(not is_named(aws, ENTRY, one) for one in described) else {}
    return related(_judged(aws, instance, known) for instance in described)


async def living(aws: Aws, *only: dict[str, Any], region: str = "") -> list[dict[str, Any]]:
    """Return what EC2 says about the instances that are not terminated, filtered further by ``only``."""
    filters = [{"Name": "instance-state-name", "Values": LIVING}, *only]
    return await aws.pages("ec2:DescribeInstances", "Reservations[].Instances[]", region=region, Filters=filters)


def claim_on(aws: Aws, instance: dict[str, Any]) -> Claim | None:
    """Return the claim on an instance by its name; the one that the suite runs on is never ours."""
    claim = aws.workshop.claim(ENTRY, tag(instance), id_=instance["InstanceId"])
    return _unless_own(aws, instance, claim)


def _unless_own(aws: Aws, instance: dict[str, Any], claim: Claim | None) -> Claim | None:
    if claim and runs_on(aws, instance["InstanceId"]):
        return Claim(FOREIGN, "the suite itself runs on it")
    return claim


def _judged(aws: Aws, instance: dict[str, Any], known: Mapping[str, Inference]) -> Resource | None:
    id_, used = instance["InstanceId"], _uses(aws, instance)
    inferred = sign(f"it uses the {used}") if used else as_sign(known.get(instance["VpcId"]))
    claim = aws.workshop.claim(ENTRY, tag(instance), id_=id_, inferred=inferred)
    request = instance["SpotInstanceRequestId"]
    return judged(
        aws, "EC2 instance", id_, _unless_own(aws, instance, claim),
        entry=ENTRY, name=tag(instance), state=instance["State"]["Name"],
        place=instance.get("SubnetId") or instance["VpcId"],
        notice=_notice(instance),
        details={"staying": staying(instance), "disks": _disks(instance), "request": request},
    )  # fmt: skip


def _notice(instance: dict[str, Any]) -> str:
    """Return what else exists because of an instance."""
    because = ((SPOT, instance["SpotInstanceRequestId"]), (HOST, instance["Placement"]["HostId"]))
    return "; ".join(words.format(id_) for words, id_ in because if id_)


def _uses(aws: Aws, instance: dict[str, Any]) -> str:
    """Return something of the workshop that an instance uses, "" if it uses nothing."""
    named = [
        ("key pair", "ec2.key_pair", instance["KeyName"]),
        ("instance profile", "iam.role", profile_of(instance)),
        *(("security group", "ec2.security_group", g["GroupName"]) for g in instance["SecurityGroups"]),
    ]
    return next((f"{what} {name}" for what, entry, name in named if is_ours(aws, entry, name)), "")


def profile_of(instance: dict[str, Any]) -> str:
    """Return the name of the instance profile that an instance runs with, "" if it has none."""
    return str(instance["IamInstanceProfile"]["Arn"]).rpartition("/")[2]


def _disks(instance: dict[str, Any]) -> list[str]:
    listed = (mapping["Ebs"]["VolumeId"] for mapping in instance["BlockDeviceMappings"])
    return [volume for volume in listed if volume]


def staying(instance: dict[str, Any]) -> dict[str, str]:
    """Return the ids of the volumes that outlive an instance, each with its device: ``root`` or ``data``."""
    root = instance["RootDeviceName"]
    return {
        mapping["Ebs"]["VolumeId"]: ROOT if mapping["DeviceName"] == root else "data"
        for mapping in instance["BlockDeviceMappings"]
        if mapping["Ebs"]["VolumeId"] and not mapping["Ebs"]["DeleteOnTermination"]
    }


async def delete(aws: Aws, instances: list[Resource]) -> None:
    """Terminate all with one call, in parts if AWS refuses it because of some; then the protected ones.

    First write to the disk which volumes stay: once the instances are gone, nothing else shows it. Cancel first
    whatever would launch other instances in their place.
    """
    for instance in instances:
        await _remember_volumes(aws, instance)
        what = f"the {replace(instance, state='')}"
        aws.journal.remember(DISKS, instance.region, instance.details["disks"], because=f"a disk of {what}")
        aws.journal.remember(DISKS, instance.region, [instance.id], because=what)
    errors = await _cancel_requests(aws, [instance for instance in instances if instance.details["request"]])
    refused = await split(partial(_terminate, aws), instances)
    errors |= {instance.id: error for instance, error in refused if error.code != PROTECTED}
    try:
        await _terminate_protected(aws, [instance for instance, error in refused if error.code == PROTECTED])
    except Several as several:
        errors |= several.errors
    if errors:
        raise Several(errors)


async def _remember_volumes(aws: Aws, instance: Resource) -> None:
    if devices := instance.details["staying"]:
        volumes = await aws.pages("ec2:DescribeVolumes", "Volumes")
        facts = {v["VolumeId"]: _facts(v, devices) for v in volumes if v["VolumeId"] in devices}
        because = f"attached to the {replace(instance, state='')}"
        aws.journal.remember(MEMORY, instance.region, facts, because=because, facts=facts)


def _facts(volume: dict[str, Any], devices: Mapping[str, str]) -> dict[str, str]:
    made = str(volume["CreateTime"])
    return {"Device": devices[volume["VolumeId"]], "CreateTime": made, "Name": tag(volume)}


async def _cancel_requests(aws: Aws, instances: list[Resource]) -> dict[str, Exception]:
    """Cancel the Spot requests that launched the instances; return the errors by instance id."""

    async def cancel(some: Sequence[Resource]) -> None:
        await aws.call("ec2:CancelSpotInstanceRequests", SpotInstanceRequestIds=[i.details["request"] for i in some])

    return {i.id: error for i, error in await split(cancel, instances)} if instances else {}


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
    """Find the volumes that stay when our instances are terminated."""
    volumes = [v for v in await aws.pages("ec2:DescribeVolumes", "Volumes") if v["State"] != "deleted"]
    owners = {id_: one for one in await find(aws) if one.ours for id_ in one.details["staying"]} if volumes else {}
    return related(
        judged(
            aws, "EBS volume", volume["VolumeId"], _claim_on_volume(aws, volume, owners),
            entry=VOLUMES, name=tag(volume), state=volume["State"],
            details={"instances": texts("Attachments[].InstanceId", volume)},
        )
        for volume in volumes
    )  # fmt: skip


def _claim_on_volume(aws: Aws, volume: dict[str, Any], owners: Mapping[str, Resource]) -> Claim | None:
    """Judge a volume by its name, else by the instance of ours that would leave it behind, or did.

    A root volume was created with the instance; another may hold what somebody wants to keep.
    """
    id_ = volume["VolumeId"]
    owner = owners.get(id_)
    attached = _left_behind(owner.details["staying"][id_], f"it is attached to the {owner}") if owner else None
    return aws.workshop.claim(VOLUMES, tag(volume), id_=id_, inferred=attached or _remembered(aws, volume))


def _left_behind(device: str, why: str) -> Inference:
    return proof(f"{why} as its root device") if device == ROOT else sign(why)


def _remembered(aws: Aws, volume: dict[str, Any]) -> Inference | None:
    """Infer from the journal, if the volume has the same creation time and name, and is attached to nothing."""
    memory = aws.journal.remembered(MEMORY, aws.region).get(volume["VolumeId"])
    if memory is None or volume["Attachments"]:
        return None
    facts = _facts(volume, {volume["VolumeId"]: memory.facts.get("Device", "")})
    return _left_behind(facts["Device"], f"it was {memory.because}") if facts == memory.facts else None


@each
async def delete_volume(aws: Aws, volume: Resource) -> None:
    """Delete a volume that is no longer attached to anything."""
    await aws.call("ec2:DeleteVolume", VolumeId=volume.id)


async def users_of_volumes(_aws: Aws, volumes: list[Resource]) -> list[str]:
    """Name the instances that the volumes are attached to."""
    return [f"EC2 instance {instance}" for volume in volumes for instance in volume.details["instances"]]


async def define(aws: Aws, instance: Resource) -> Any:
    """Return what the list tells, and the user data, which may hold passwords, if secrets are to be saved."""
    described = await one_of("ec2:DescribeInstances", "Reservations[].Instances[]", "InstanceId", aws, instance)
    if not (aws.backup and aws.backup.secrets):
        return described
    told = await told_of(aws, instance, "ec2:DescribeInstanceAttribute", InstanceId=instance.id, Attribute="userData")
    return {**described, "UserData": told["UserData"]}


def definitions() -> dict[str, Definition]:
    """Return how a backup asks for it."""
    return {
        "EC2 instance": Definition(
            define,
            by_aws="State StateReason StateTransitionReason UsageOperationUpdateTime MetadataOptions.State "
            "BlockDeviceMappings.Ebs.Status NetworkInterfaces.Status NetworkInterfaces.Attachment.Status",
            calls={"ec2:DescribeInstanceAttribute": read("InvalidInstanceID.NotFound", has="InstanceId")},
        ),
        "EBS volume": Definition(
            listed("ec2:DescribeVolumes", "Volumes", "VolumeId"), by_aws="State Attachments.State"
        ),
    }


KIND = Kind(
    "EC2 instance",
    find,
    delete,
    step=3,
    entry=ENTRY,
    deadline=20,  # tf ec2/ec2_instance.go, Delete; shutting-down is usually over in 3 minutes
    usually=3,
    price=10.22,
    console="ec2/home?region={region}#InstanceDetails:instanceId={id}",
    calls={
        "ec2:DescribeInstances": read("InvalidInstanceID.NotFound"),
        "ec2:ModifyInstanceAttribute": write("InvalidInstanceID.NotFound"),
        "ec2:TerminateInstances": write("InvalidInstanceID.NotFound"),
        "ec2:CancelSpotInstanceRequests": write("InvalidSpotInstanceRequestID.NotFound"),
    },
    grants=(
        grant(
            "Instances",
            "ec2:TerminateInstances ec2:ModifyInstanceAttribute",
            "ec2:{region}:*:instance/*",
            tagged=ENTRY,
        ),
        grant("InTheVpc", "ec2:CancelSpotInstanceRequests", "ec2:{region}:*:spot-instances-request/*"),
    ),
    definitions=definitions,
    leaving=frozenset({"shutting-down"}),
)
VOLUME = Kind(
    "EBS volume",
    find_volumes,
    delete_volume,
    step=3,
    also="volumes with the prefix",
    entry=VOLUMES,
    deadline=10,  # tf ec2/ebs_volume.go, Delete; and botocore's waiter volume_deleted
    waits_for=("EC2 instance",),  # VolumeInUse while attached
    console="ec2/home?region={region}#VolumeDetails:volumeId={id}",
    calls={
        "ec2:DescribeVolumes": read("InvalidVolume.NotFound"),
        "ec2:DeleteVolume": write("InvalidVolume.NotFound", "VolumeInUse"),
    },
    grants=(grant("Volumes", "ec2:DeleteVolume", "ec2:{region}:*:volume/*", tagged=""),),
    definitions=definitions,
    leaving=frozenset({"in-use", "deleting"}),
    holders=users_of_volumes,
)
