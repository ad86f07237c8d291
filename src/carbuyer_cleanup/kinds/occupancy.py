"""Who uses the workshop's VPC and security groups: the network interfaces there, and what each of them serves.

A VPC is taken apart only if nobody else is in it. Whatever runs in a VPC has a network interface there, so one list
shows everything: instances, load balancers, functions, databases, endpoints.
"""

from __future__ import annotations

import re
from functools import wraps
from typing import TYPE_CHECKING, Any, NamedTuple

import jmespath

from carbuyer_cleanup.aws.reading import needed
from carbuyer_cleanup.claims import FOREIGN, OURS, Claim
from carbuyer_cleanup.errors import Blocked
from carbuyer_cleanup.kinds import instance
from carbuyer_cleanup.kinds.common import Several, if_offered, in_our_vpc, judged, our_vpcs, owned, places, related, tag

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping

    from carbuyer_cleanup.aws.context import Aws
    from carbuyer_cleanup.resource import Delete, Holders, Resource

# What AWS's own interfaces serve, the manifest's entry for it, and the description that the service gives them.
SERVED = (
    ("load balancer", "elbv2.load_balancer", re.compile(r"ELB (?:(?:app|net|gwy)/)?([^/]+)(?:/\w+)?")),
    ("function", "lambda.function", re.compile(r"AWS Lambda VPC ENI-(.+)-\w{8}(?:-\w{4}){3}-\w{12}")),
)
# What keeps interfaces in a VPC and lists them itself: its list, its id, their path, and the manifest's entry.
KEEPERS = (
    (
        "NAT gateway",
        ("ec2:DescribeNatGateways", "NatGateways"),
        "NatGatewayId",
        "NatGatewayAddresses[].NetworkInterfaceId",
        "ec2.nat_gateway",
    ),
    (
        "VPC endpoint",
        ("ec2:DescribeVpcEndpoints", "VpcEndpoints"),
        "VpcEndpointId",
        "NetworkInterfaceIds",
        "ec2.vpc_endpoint",
    ),
    (
        "EC2 Instance Connect endpoint",
        ("ec2:DescribeInstanceConnectEndpoints", "InstanceConnectEndpoints"),
        "InstanceConnectEndpointId",
        "NetworkInterfaceIds",
        "",
    ),
)
# The types of their interfaces, which go with the VPC once the keeper is no longer listed. The documented name and the
# one on the wire differ.
OF_THE_VPC = frozenset(
    "nat_gateway natGateway vpc_endpoint gateway_load_balancer_endpoint ec2_instance_connect_endpoint".split()
)
# What keeps interfaces of other types in a VPC, and where to delete it; the types are those of botocore's model.
KEPT_FOR = {
    "api_gateway_managed": "a VPC link of API Gateway (delete it in the API Gateway console, VPC links)",
    "aws_codestar_connections_managed": "a host of a code connection (delete it in the CodePipeline console, Settings)",
    "gateway_load_balancer": "a Gateway Load Balancer (delete it in the EC2 console, with its endpoint service)",
    "global_accelerator_managed": "an accelerator (delete it in the Global Accelerator console)",
    "iot_rules_managed": "a VPC destination of an IoT rule (delete it in the IoT console, Message routing)",
    "network_load_balancer": "a Network Load Balancer (delete it in the EC2 console, after its endpoint services)",
    "quicksight": "a VPC connection of QuickSight (delete it in the QuickSight console, Manage QuickSight)",
    "transit_gateway": "an attachment of a transit gateway (delete it in the VPC console)",
}
# CloudShell's interfaces in a VPC: https://docs.aws.amazon.com/cloudshell/latest/userguide/aws-cloudshell-vpc-permissions-1.html
CLOUDSHELL, IN_CLOUDSHELL = "ManagedByCloudShell", "used by CloudShell"
MANAGED = "managed by AWS"  # the state of those that their service removes itself
# AWS seconds for which we assume that nobody else has moved in; if somebody has, AWS itself refuses to delete.
VACANT_FOR = 60.0


class Holder(NamedTuple):
    """What a network interface serves: its kind, its id ("" if AWS does not say it) and its name."""

    kind: str
    id: str
    name: str


class Kept(NamedTuple):
    """The claim on an interface, and what the interface serves."""

    claim: Claim
    holder: Holder


async def using(aws: Aws, name: str, ids: Collection[str]) -> list[Resource]:
    """Return the network interfaces that match EC2's filter ``name`` with one of ``ids``, ours and others'."""
    if not ids:
        return []
    filters = [{"Name": name, "Values": sorted(ids)}]
    described = await aws.pages("ec2:DescribeNetworkInterfaces", "NetworkInterfaces", Filters=filters)
    return await judged_interfaces(aws, described, await our_vpcs(aws)) if described else []


async def _strangers(aws: Aws, name: str, ids: Collection[str]) -> list[Resource]:
    """Return others' network interfaces that match; ask afresh only if there were any a moment ago."""
    if not ids:
        return []
    listed = await aws.recent("ec2:DescribeNetworkInterfaces", "NetworkInterfaces", VACANT_FOR)
    matching = [eni for eni in listed if _is_among(_uses(eni)[name], ids)]
    seen = await judged_interfaces(aws, matching, await our_vpcs(aws)) if matching else []
    return [eni for eni in await using(aws, name, ids) if not eni.ours] if any(not eni.ours for eni in seen) else []


async def judged_interfaces(aws: Aws, described: list[dict[str, Any]], vpcs: Mapping[str, str]) -> list[Resource]:
    """Return network interfaces that EC2 describes, judged; ask EC2 only about what they are attached or may belong to.

    ``vpcs`` are the workshop's, with their names.
    """
    ids = sorted({id_ for eni in described if (id_ := _instance(eni))})
    living = await instance.living(aws, {"Name": "instance-id", "Values": ids}) if ids else []
    instances = {needed("InstanceId", i): i for i in living}
    kept = await _kept(aws) if any(eni["VpcId"] in vpcs and not _instance(eni) for eni in described) else {}
    known = [kept.get(e["NetworkInterfaceId"]) or Kept(_claim(aws, e, vpcs, instances), _holder(e, instances))
             for e in described]  # fmt: skip
    return related(_judged(aws, eni, vpcs, kept_for) for eni, kept_for in zip(described, known, strict=True))


def _judged(aws: Aws, eni: dict[str, Any], vpcs: Mapping[str, str], kept: Kept) -> Resource | None:
    return judged(
        aws, "network interface", eni["NetworkInterfaceId"], kept.claim,
        name=tag(eni) or eni["Description"], state=_state(eni), follows=bool(eni.get("RequesterManaged")),
        place=eni.get("SubnetId") or eni["VpcId"],
        details=_uses(eni) | {"holder": kept.holder} | ({"vpc": eni["VpcId"]} if eni["VpcId"] in vpcs else {}),
    )  # fmt: skip


async def _kept(aws: Aws) -> dict[str, Kept]:
    """Return the claims on interfaces that gateways and endpoints list themselves, by interface id."""
    known, kept = await places(aws), dict[str, Kept]()
    for what, lists, key, interfaces, entry in KEEPERS:
        for keeper in await if_offered(aws, *lists, VACANT_FOR):
            claim = aws.workshop.claim(entry, tag(keeper), id_=keeper[key], inferred=known.get(keeper["VpcId"]))
            why = f"it belongs to the {what} {tag(keeper) or keeper[key]} of account {aws.account}"
            found = Claim(OURS if claim and claim.ours else FOREIGN, why)
            held = Kept(found, Holder(what, keeper[key], tag(keeper)))
            kept |= dict.fromkeys(jmespath.search(interfaces, keeper) or (), held)
    return kept


def _state(eni: dict[str, Any]) -> str:
    if eni["Status"] == "available":
        return "available"
    if _is_of_cloudshell(eni):
        return IN_CLOUDSHELL
    return MANAGED if eni["RequesterManaged"] else str(eni["Status"])


def _is_of_cloudshell(eni: dict[str, Any]) -> bool:
    return any(tag["Key"] == CLOUDSHELL for tag in eni["TagSet"])


def _uses(eni: dict[str, Any]) -> dict[str, set[str]]:
    """Return what the interface uses, by the names of EC2's filters."""
    return {"vpc-id": {eni["VpcId"]}, "group-id": {group["GroupId"] for group in eni["Groups"]}}


def _is_among(used: set[str], ids: Collection[str]) -> bool:
    """Return whether an interface uses one of these, or AWS does not say what it uses."""
    return "" in used or not used.isdisjoint(ids)


def _instance(eni: dict[str, Any]) -> str:
    return str(eni["Attachment"]["InstanceId"])


def _claim(aws: Aws, eni: dict[str, Any], vpcs: Mapping[str, str], instances: Mapping[str, Any]) -> Claim:
    """Judge an interface by what it serves; if it serves nothing, by where it is and by its name."""
    inside = in_our_vpc(vpcs, eni["VpcId"])
    if not owned(aws, eni):
        return Claim(FOREIGN, f"it belongs to account {eni['OwnerId']}")
    if other := _other_account(aws, eni):
        return Claim(FOREIGN, f"it is attached to something of account {other}")
    if _instance(eni):
        return _claim_by_instance(aws, _instance(eni), instances)
    if inside and (eni["InterfaceType"] in OF_THE_VPC or _is_idle(eni) or _is_of_cloudshell(eni)):
        return inside
    if eni["RequesterManaged"] or not _is_idle(eni):
        return _claim_by_service(aws, eni)
    return aws.workshop.claim("", tag(eni)) or Claim(FOREIGN, "its VPC is not the workshop's")


def _other_account(aws: Aws, eni: dict[str, Any]) -> str:
    """Return the other account that has an interface attached, "" if there is none: services have no number."""
    owner = str(eni["Attachment"]["InstanceOwnerId"])
    return owner if owner.isdigit() and owner != aws.account else ""


def _is_idle(eni: dict[str, Any]) -> bool:
    """Return whether nothing uses an interface; Lambda keeps its own for the function's next run."""
    return bool(eni["Status"] == "available" and eni["InterfaceType"] != "lambda")


def _holder(eni: dict[str, Any], instances: Mapping[str, Any]) -> Holder:
    """Return what an interface serves; the interface itself if AWS does not say."""
    if id_ := _instance(eni):
        return Holder("EC2 instance", id_, tag(instances.get(id_, {})))
    for what, _, description in SERVED:
        if match := description.fullmatch(eni["Description"]):
            return Holder(what, "", match[1])
    return Holder("network interface", eni["NetworkInterfaceId"], tag(eni) or eni["Description"])


def _claim_by_instance(aws: Aws, id_: str, instances: Mapping[str, Any]) -> Claim:
    if id_ not in instances:
        return Claim(OURS, f"it goes with the terminated EC2 instance {id_}")
    claim, name = instance.claim_on(aws, instances[id_]), tag(instances[id_])
    why = f"it belongs to the EC2 instance {name or 'without a name'} ({id_}) of account {aws.account}"
    return Claim(OURS if claim is not None and claim.ours else FOREIGN, why)


def _claim_by_service(aws: Aws, eni: dict[str, Any]) -> Claim:
    for what, entry, description in SERVED:
        if match := description.fullmatch(eni["Description"]):
            claim = aws.workshop.claim(entry, match[1])
            why = f"it belongs to the {what} {match[1]} of account {aws.account}"
            return Claim(OURS if claim is not None and claim.ours else FOREIGN, why)
    if kept_for := KEPT_FOR.get(eni["InterfaceType"]):
        return Claim(FOREIGN, f"AWS keeps it for {kept_for}")
    owner = eni["RequesterId"] or eni["Attachment"]["InstanceOwnerId"] or "AWS"
    return Claim(FOREIGN, f"{owner} keeps it for {eni['Description'] or 'a service'}")


def unless_used(name: str, ids_of: Callable[[Resource], Iterable[str]]) -> Callable[[Delete], Delete]:
    """Return a decorator for deleters: they leave alone what others' network interfaces use, and say whose those are.

    Args:
        name: EC2's filter for the interfaces that use a thing: ``vpc-id`` or ``group-id``.
        ids_of: returns the ids of the things to ask about for a resource.
    """

    def decorate(delete: Delete) -> Delete:
        @wraps(delete)
        async def delete_unused(aws: Aws, resources: list[Resource]) -> None:
            asked = {r.id: set(ids_of(r)) for r in resources}
            strangers = await _strangers(aws, name, set().union(*asked.values()))
            users = {r.id: [eni for eni in strangers if _is_among(eni.details[name], asked[r.id])] for r in resources}
            refused = _refusals([(r, _told(users[r.id])) for r in resources if users[r.id]])
            await _all_but(refused, delete, aws, resources)

        return delete_unused

    return decorate


def _told(strangers: list[Resource]) -> str:
    return "; ".join(f"{eni}: {eni.why}" for eni in strangers)


def _refusals(used: list[tuple[Resource, str]]) -> dict[str, Exception]:
    """Return the errors by resource id: one for all resources that have the same users."""
    errors = {}
    for who in {who for _, who in used}:
        kept = [str(r) for r, user in used if user == who]
        stays = "this stays" if len(kept) == 1 else "these stay"
        errors[who] = Blocked(
            f"In the way: {who}. So {stays}: {', '.join(kept)}. Remove what is in the way, then run again."
        )
    return {r.id: errors[who] for r, who in used}


async def _all_but(refused: dict[str, Exception], delete: Delete, aws: Aws, resources: list[Resource]) -> None:
    try:
        if free := [r for r in resources if r.id not in refused]:
            await delete(aws, free)
    except Several as several:
        refused |= several.errors
    if refused:
        raise Several(refused)


def _its_vpc(part: Resource) -> list[str]:
    return [part.details["vpc"]] if "vpc" in part.details else []


# For what is ours because it is in our VPC: nothing in it is touched while others use the VPC.
vacant = unless_used("vpc-id", _its_vpc)


def held_by(name: str) -> Holders:
    """Return the ``holders`` of a kind that network interfaces hold; ``name`` is EC2's filter for those."""

    async def holders(aws: Aws, resources: list[Resource]) -> list[str]:
        ids = {id_ for r in resources for id_ in (_its_vpc(r) if name == "vpc-id" else [r.id])}
        return [f"{eni} ({eni.why})" for eni in await using(aws, name, ids)]

    return holders
