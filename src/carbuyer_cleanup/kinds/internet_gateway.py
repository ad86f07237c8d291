"""Internet gateways, egress-only ones too: those of the workshop's VPC, and those whose ``Name`` tag is ours.

A gateway is detached before it is deleted, and in between only the journal knows where an unnamed one was.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from carbuyer_cleanup.aws.reading import texts
from carbuyer_cleanup.backup.asking import Definition, listed
from carbuyer_cleanup.call import grant, read, write
from carbuyer_cleanup.claims import FOREIGN, OURS, Inference
from carbuyer_cleanup.errors import Blocked
from carbuyer_cleanup.kinds.common import each, judged, judged_inside, our_vpcs, related, tag
from carbuyer_cleanup.kinds.occupancy import held_by, vacant
from carbuyer_cleanup.kinds.preparing import Preparing
from carbuyer_cleanup.resource import Kind, Resource

if TYPE_CHECKING:
    from collections.abc import Mapping

    from carbuyer_cleanup.aws.context import Aws
    from carbuyer_cleanup.teardown.journal import Memory

TOPIC = "internet gateway"  # the journal's, for those that are being deleted
BOTH_WAYS, EGRESS_ONLY = "internet gateway", "egress-only internet gateway"
LISTS = (
    (BOTH_WAYS, "ec2:DescribeInternetGateways", "InternetGateways", "InternetGatewayId"),
    (
        EGRESS_ONLY,
        "ec2:DescribeEgressOnlyInternetGateways",
        "EgressOnlyInternetGateways",
        "EgressOnlyInternetGatewayId",
    ),
)


async def find(aws: Aws) -> list[Resource]:
    """Find internet gateways, egress-only ones too, by name or by the VPC that they are attached to."""
    vpcs, detached = await our_vpcs(aws), aws.journal.remembered(TOPIC, aws.region)
    listed = [((kind, g[key]), g) for kind, call, path, key in LISTS for g in await aws.pages(call, path)]
    return related(_judged(aws, ident, gateway, vpcs, detached) for ident, gateway in listed)


def _judged(
    aws: Aws,
    ident: tuple[str, str],
    gateway: dict[str, Any],
    vpcs: Mapping[str, str],
    detached: Mapping[str, Memory],
) -> Resource | None:
    attached = texts("Attachments[].VpcId", gateway)
    if memory := not attached and detached.get(ident[1]):  # one that was given a name since is somebody's
        claim = aws.workshop.claim("", tag(gateway), inferred=Inference(OURS, FOREIGN, memory.because))
        place = memory.facts.get("VpcId", "")
        return judged(aws, *ident, claim, name=tag(gateway), place=place, details={"attached": []})
    described = gateway | {"VpcId": next(iter(attached), "")}
    return judged_inside(aws, *ident, described, vpcs, attached=attached)


@vacant
@each
async def delete(aws: Aws, gateway: Resource) -> None:
    """Detach a gateway from our VPC and delete it; one that is attached to another VPC stays."""
    attached = gateway.details["attached"]
    if attached and "vpc" not in gateway.details:
        raise Blocked(
            f"{gateway} is not deleted: it is attached to {', '.join(attached)}, which is not the workshop's VPC. "
            "Detach it, then run again."
        )
    await DELETERS[gateway.kind](aws, gateway)


async def _detach_and_delete(aws: Aws, gateway: Resource) -> None:
    facts = {gateway.id: {"VpcId": next(iter(gateway.details["attached"]), gateway.place)}}
    because = "it was attached to the workshop's VPC"
    aws.journal.remember(TOPIC, gateway.region, [gateway.id], because=because, facts=facts)
    detaching = Preparing()
    for vpc in gateway.details["attached"]:
        with detaching:
            await aws.call("ec2:DetachInternetGateway", InternetGatewayId=gateway.id, VpcId=vpc)
    with detaching.deletion():
        await aws.call("ec2:DeleteInternetGateway", InternetGatewayId=gateway.id)


async def _delete_egress_only(aws: Aws, gateway: Resource) -> None:
    await aws.call("ec2:DeleteEgressOnlyInternetGateway", EgressOnlyInternetGatewayId=gateway.id)


def definitions() -> dict[str, Definition]:
    """Return how a backup asks for it."""
    return {
        "internet gateway": Definition(
            listed("ec2:DescribeInternetGateways", "InternetGateways", "InternetGatewayId"), by_aws="Attachments.State"
        ),
        EGRESS_ONLY: Definition(
            listed(
                "ec2:DescribeEgressOnlyInternetGateways", "EgressOnlyInternetGateways", "EgressOnlyInternetGatewayId"
            ),
            by_aws="Attachments.State",
        ),
    }


DELETERS = {BOTH_WAYS: _detach_and_delete, EGRESS_ONLY: _delete_egress_only}
KIND = Kind(
    "internet gateway",
    find,
    delete,
    step=13,
    also="internet gateways",
    deadline=20,  # while public addresses are mapped: tf ec2/vpc_internet_gateway.go, Delete
    waits_for=("network interface",),  # it can't be detached while public addresses are mapped behind it
    price=0,
    console="vpcconsole/home?region={region}#InternetGateway:internetGatewayId={id}",
    calls={
        "ec2:DescribeInternetGateways": read("InvalidInternetGatewayID.NotFound"),
        "ec2:DescribeEgressOnlyInternetGateways": read(changed_by="ec2:DeleteEgressOnlyInternetGateway"),
        "ec2:DetachInternetGateway": write(
            "Gateway.NotAttached InvalidInternetGatewayID.NotFound", "DependencyViolation"
        ),
        "ec2:DeleteInternetGateway": write("InvalidInternetGatewayID.NotFound", "DependencyViolation"),
        "ec2:DeleteEgressOnlyInternetGateway": write(
            "InvalidGatewayID.NotFound InvalidEgressOnlyInternetGatewayId.NotFound", "DependencyViolation"
        ),
    },
    grants=(
        grant(
            "InTheVpc",
            "ec2:DetachInternetGateway ec2:DeleteInternetGateway ec2:DeleteEgressOnlyInternetGateway",
            "ec2:{region}:*:internet-gateway/*",
            "ec2:{region}:*:vpc/*",  # from which an internet gateway is detached
            "ec2:{region}:*:egress-only-internet-gateway/*",
        ),
    ),
    definitions=definitions,
    holders=held_by("vpc-id"),
)
