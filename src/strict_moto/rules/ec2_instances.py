"""Terminating instances, their volumes, and key pairs."""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING, Any

from strict_moto.rules import ec2_interfaces
from strict_moto.rules.ec2_common import (
    MODEL,
    VOLUME,
    backend,
    dissociate,
    find,
    leave,
    leaving,
    must_exist,
)
from strict_moto.world import After, Instead, Refusal, Rule

if TYPE_CHECKING:
    from collections.abc import Iterable

    from strict_moto.world import Params, Request, World

GUIDE = "EC2 user guide, terminating-instances"
WELL_FORMED = re.compile(r"i-([0-9a-f]{8}|[0-9a-f]{17})")

# moto's attribute, and AWS's
PROTECTIONS = {"disable_api_termination": "disableApiTermination", "disable_api_stop": "disableApiStop"}

# What moto still shows for a terminated instance
FORGOTTEN = (
    "VpcId",
    "SubnetId",
    "PrivateIpAddress",
    "PublicIpAddress",
    "NetworkInterfaces",
    "SecurityGroups",
    "BlockDeviceMappings",
)


# --- Launching -------------------------------------------------------------------------------------------------


def _launch(world: World, request: Request, answer: Params) -> Params:
    """Keep what moto drops: the protection, and which interfaces and volumes are deleted with the instance."""
    for shown in answer["Instances"]:
        instance = backend(world, request).get_instance(shown["InstanceId"])
        instance.disable_api_termination = bool(request.params.get("DisableApiTermination"))
        _bind_interfaces(instance, request.params.get("NetworkInterfaces", ()))
        _bind_volumes(instance, request.params.get("BlockDeviceMappings", ()))
    return answer


def _bind_interfaces(instance: Any, specifications: Iterable[Params]) -> None:
    given = {one.get("DeviceIndex", 0): one for one in specifications}
    for index, interface in instance.nics.items():
        specification = given.get(index, {})
        made_here = "NetworkInterfaceId" not in specification
        interface.delete_on_termination = specification.get("DeleteOnTermination", made_here)


def _bind_volumes(instance: Any, specifications: Iterable[Params]) -> None:
    given = {one["DeviceName"]: one.get("Ebs", {}) for one in specifications}
    for name, volume in instance.block_device_mapping.items():
        volume.delete_on_termination = given.get(name, {}).get("DeleteOnTermination", True)


# --- Terminating -----------------------------------------------------------------------------------------------


def _instances(world: World, request: Request) -> dict[str, Any]:
    return {one.id: one for one in backend(world, request).all_instances()}


def _malformed(world: World, request: Request) -> Params | None:
    del world
    wrong = [id_ for id_ in request.params["InstanceIds"] if not WELL_FORMED.fullmatch(id_)]
    return {"id": wrong[0]} if wrong else None


def _unknown(world: World, request: Request) -> Params | None:
    known = _instances(world, request)
    missing = [id_ for id_ in request.params["InstanceIds"] if id_ not in known]
    return {"id": ", ".join(missing)} if missing else None


def _protection(instance: Any) -> str | None:
    """Return the attribute that forbids terminating the instance, or None."""
    if instance.state == "terminated":
        return None
    return next((name for attribute, name in PROTECTIONS.items() if _is_on(instance, attribute)), None)


def _is_on(instance: Any, attribute: str) -> bool:
    return str(getattr(instance, attribute)).lower() == "true"


def _terminate(world: World, request: Request) -> Params:
    """Terminate the instances, except in zones where one of them is protected."""
    known = _instances(world, request)
    asked = [known[id_] for id_ in request.params["InstanceIds"]]
    protected = [one for one in asked if _protection(one)]
    zones = {one.availability_zone for one in protected}
    changes = [_shut_down(world, request, one) for one in asked if one.availability_zone not in zones]
    if protected:
        raise _not_permitted(protected[0])
    return {"TerminatingInstances": changes}


def _not_permitted(instance: Any) -> Refusal:
    attribute = _protection(instance)
    return Refusal(
        "OperationNotPermitted",
        f"The instance '{instance.id}' may not be terminated. "
        f"Modify its '{attribute}' instance attribute and try again.",
    )


def _shut_down(world: World, request: Request, instance: Any) -> Params:
    before = _state(instance)
    if instance.state not in {"shutting-down", "terminated"}:
        instance._state.name, instance._state.code = "shutting-down", 32  # noqa: SLF001 - moto has no public name
        _schedule(world, request, instance)
    return {"InstanceId": instance.id, "PreviousState": before, "CurrentState": _state(instance)}


def _schedule(world: World, request: Request, instance: Any) -> None:
    """Schedule the instance's end: it terminates, loses its tags, and finally is no longer listed."""
    ec2, terminated = backend(world, request), world.quirks.instance_shutting_down
    world.later(terminated, lambda: _terminated(world, request, instance))
    world.later(terminated + world.quirks.instance_tags_kept, lambda: ec2.tags.pop(instance.id, None))
    world.later(terminated + world.quirks.instance_listed, lambda: _purge(ec2, instance))


def _state(instance: Any) -> Params:
    return {"Code": instance.state_code, "Name": instance.state}


def _terminated(world: World, request: Request, instance: Any) -> None:
    """Delete what goes with the instance."""
    ec2 = backend(world, request)
    for interface in instance.nics.values():
        _let_go(world, request, interface)
    for volume in instance.block_device_mapping.values():
        if volume.delete_on_termination:
            ec2.tags.pop(volume.volume_id, None)
    instance.terminate()
    _tell_others(world, request, instance)


def _let_go(world: World, request: Request, interface: Any) -> None:
    if interface.delete_on_termination:
        ec2_interfaces.delete(world, request, interface)
    else:
        dissociate(backend(world, request), interface)
    ec2_interfaces.detach(interface)
    interface.delete_on_termination = False  # otherwise moto deletes it again


def _tell_others(world: World, request: Request, instance: Any) -> None:
    """Remove the instance from its target groups, and let its Auto Scaling group launch another."""
    grouped = any(tag["key"] == "aws:autoscaling:groupName" for tag in instance.get_tags())
    for service in ("elbv2", "autoscaling") if grouped else ("elbv2",):
        world.backend(service, request.account, request.region).notify_terminate_instances([instance.id])


def _purge(ec2: Any, instance: Any) -> None:
    for reservation in list(ec2.reservations.values()):
        reservation.instances = [one for one in reservation.instances if one is not instance]
        if not reservation.instances:
            del ec2.reservations[reservation.id]


def _is_spot(world: World, request: Request) -> bool:
    instance = _instances(world, request).get(request.params["InstanceId"])
    return "DisableApiTermination" in request.params and getattr(instance, "lifecycle", None) == "spot"


def _forget(world: World, request: Request, answer: Params) -> Params:
    """Show no more of terminated instances than AWS does; their place in a VPC disappears first."""
    del world, request
    shown = [one for reservation in answer["Reservations"] for one in reservation["Instances"]]
    for instance in shown:
        if instance["State"]["Name"] == "terminated":
            for key in FORGOTTEN:
                instance.pop(key, None)
    return answer


INSTANCES = (
    After("ec2:RunInstances", _launch, "moto 5.2.5 drops these parameters"),
    Rule("ec2:TerminateInstances", _malformed, "InvalidInstanceID.Malformed", 'Invalid id: "{id}"', MODEL),
    Rule(
        "ec2:TerminateInstances",
        _unknown,
        "InvalidInstanceID.NotFound",
        "The instance ID '{id}' does not exist",
        MODEL + ": if an instance does not exist, none is terminated",
    ),
    Instead("ec2:TerminateInstances", _terminate, MODEL + ": by zone, if one is protected; " + GUIDE),
    After("ec2:DescribeInstances", _forget, GUIDE + ": tags and volumes are gradually disassociated"),
    Rule(
        "ec2:ModifyInstanceAttribute",
        _is_spot,
        "UnsupportedOperation",
        "The attribute 'disableApiTermination' is not supported for spot instances.",
        "Terraform, resource_aws_instance.go; text unverified",
    ),
)


# --- Volumes ---------------------------------------------------------------------------------------------------


def _is_attached(world: World, request: Request) -> Params | None:
    attachment = find(world, request, VOLUME).attachment
    return {"instance": attachment.instance.id} if attachment else None


def _delete_volume(world: World, request: Request) -> Params:
    leave(world, request, VOLUME, request.params["VolumeId"], world.quirks.volume_deleting)
    return {}


def _show(world: World, request: Request, answer: Params) -> Params:
    """Show which volumes are being deleted, and which go with their instance, which moto hides."""
    gone, instances = leaving(world, request), _instances(world, request).values()
    devices = [device for instance in instances for device in instance.block_device_mapping.values()]
    goes = {device.volume_id: bool(device.delete_on_termination) for device in devices}
    for shown in answer["Volumes"]:
        if shown["VolumeId"] in gone:
            shown["State"] = "deleting"
        shown["Attachments"] = [
            one | {"DeleteOnTermination": goes.get(one["VolumeId"], False)} for one in shown["Attachments"]
        ]
    return answer


VOLUMES = (
    must_exist("ec2:DeleteVolume", VOLUME),
    Rule(
        "ec2:DeleteVolume",
        _is_attached,
        "VolumeInUse",
        "Volume {VolumeId} is currently attached to {instance}",
        MODEL,
    ),
    Instead("ec2:DeleteVolume", _delete_volume, MODEL + ": deleting, for several minutes"),
    After("ec2:DescribeVolumes", _show, MODEL),
)


# --- Key pairs -------------------------------------------------------------------------------------------------


def _unknown_key_pairs(world: World, request: Request, named: str) -> Params | None:
    known = {one.id for one in backend(world, request).key_pairs.values()}
    given = request.params.get(named, ())
    missing = [id_ for id_ in ([given] if isinstance(given, str) else given) if id_ not in known]
    return {"id": ", ".join(missing)} if missing else None


def _delete_key_pair(world: World, request: Request) -> Params:
    """Delete by id or by name; an unknown name is a success."""
    ec2 = backend(world, request)
    wanted = {request.params.get("KeyName"), request.params.get("KeyPairId")} - {None}
    found = [one for one in ec2.key_pairs.values() if wanted & {one.key_name, one.id}]
    for pair in found:
        del ec2.key_pairs[pair.key_name]
        ec2.tags.pop(pair.id, None)
    return {"Return": True, **({"KeyPairId": found[0].id} if found else {})}


def _only_those_asked_for(world: World, request: Request, answer: Params) -> Params:
    del world
    wanted = request.params.get("KeyPairIds")
    pairs = [one for one in answer["KeyPairs"] if not wanted or one["KeyPairId"] in wanted]
    return {**answer, "KeyPairs": pairs}


KEY_PAIRS = (
    *(
        Rule(
            call,
            partial(_unknown_key_pairs, named=parameter),
            "InvalidKeyPair.NotFound",
            "The key pair '{id}' does not exist",
            "EC2's list of error codes",
        )
        for call, parameter in (("ec2:DeleteKeyPair", "KeyPairId"), ("ec2:DescribeKeyPairs", "KeyPairIds"))
    ),
    Instead("ec2:DeleteKeyPair", _delete_key_pair, MODEL + "; moto 5.2.5 ignores KeyPairId"),
    After("ec2:DescribeKeyPairs", _only_those_asked_for, "moto 5.2.5 ignores KeyPairIds"),
)

RULES = (*INSTANCES, *VOLUMES, *KEY_PAIRS)
