"""VPCs: by their ``Name`` tag, never the default one.

With a VPC, the API deletes only its main route table, default network ACL and default security group; the other things
that the console deletes with it are the kinds before this one
(https://docs.aws.amazon.com/vpc/latest/userguide/delete-vpc.html).
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from carbuyer_cleanup.backup.asking import Definition, one_of, told_of, without_meta
from carbuyer_cleanup.call import grant, read, write
from carbuyer_cleanup.errors import AwsError, Blocked
from carbuyer_cleanup.kinds.common import each, judged, related, tag, vpcs
from carbuyer_cleanup.kinds.occupancy import held_by, vacant
from carbuyer_cleanup.resource import Kind, Resource

if TYPE_CHECKING:
    from carbuyer_cleanup.aws.context import Aws

MEMORY = "vpc"

# What ties a VPC to other networks, and so is not the workshop's alone: AWS's word for it, the list call, and the path
# of those in use. AWS would delete a peering connection with the VPC; a gateway makes AWS refuse. So does a
# regional NAT gateway with another name, which has no network interface.
PEERINGS, *GATEWAYS = (
    (
        "peering connection",
        "ec2:DescribeVpcPeeringConnections",
        (
            "VpcPeeringConnections[?contains(['active', 'provisioning'], Status.Code)].{id: VpcPeeringConnectionId, "
            "vpcs: [RequesterVpcInfo.VpcId, AccepterVpcInfo.VpcId], owner: RequesterVpcInfo.OwnerId, Tags: Tags}"
        ),
    ),
    (
        "virtual private gateway",
        "ec2:DescribeVpnGateways",
        "VpnGateways[].{id: VpnGatewayId, vpcs: VpcAttachments[?State!='detached'].VpcId, Tags: Tags}",
    ),
    (
        "NAT gateway",
        "ec2:DescribeNatGateways",
        "NatGateways[?contains(['pending', 'available'], State)].{id: NatGatewayId, vpcs: [VpcId], Tags: Tags}",
    ),
)


async def find(aws: Aws) -> list[Resource]:
    """Find VPCs by name."""
    return related(
        judged(
            aws, "VPC", vpc["VpcId"], claim,
            entry="ec2.vpc", name=tag(vpc), state=vpc["State"],
            details={"vpc": vpc["VpcId"]},
        )
        for vpc, claim in await vpcs(aws)
    )  # fmt: skip


@vacant
@each
async def delete(aws: Aws, vpc: Resource) -> None:
    """Delete a VPC, unless it is tied to other networks; remember it for what outlives it."""
    await _refuse_if_tied(aws, vpc, PEERINGS)
    # A target group outlives its VPC, and then nothing else shows where it was.
    aws.journal.remember(MEMORY, vpc.region, [vpc.id], because=f"the {vpc}")
    try:
        await aws.call("ec2:DeleteVpc", VpcId=vpc.id)
    except AwsError:
        await _refuse_if_tied(aws, vpc, *GATEWAYS)
        raise


async def _refuse_if_tied(aws: Aws, vpc: Resource, *rows: tuple[str, str, str]) -> None:
    ties = [
        f"the {what} {tag(tie) or 'without a name'} ({tie['id']}) of account {tie.get('owner', aws.account)}"
        for what, call, path in rows
        for tie in await aws.pages(call, path)
        if vpc.id in (tie["vpcs"] or ())
    ]
    if ties:
        raise Blocked(f"The {vpc} is not deleted: it still has {', '.join(ties)}. Delete that, then run again.")


async def define(aws: Aws, vpc: Resource) -> Any:
    """Return what the list tells, and the attributes, which it doesn't."""
    described = await one_of("ec2:DescribeVpcs", "Vpcs", "VpcId", aws, vpc)
    names = ("enableDnsHostnames", "enableDnsSupport")
    asked = (told_of(aws, vpc, "ec2:DescribeVpcAttribute", VpcId=vpc.id, Attribute=name) for name in names)
    return {**described, "Attributes": [without_meta(answer) for answer in await asyncio.gather(*asked)]}


def definitions() -> dict[str, Definition]:
    """Return how a backup asks for it."""
    return {
        "VPC": Definition(
            define,
            by_aws="State CidrBlockAssociationSet.CidrBlockState Ipv6CidrBlockAssociationSet.Ipv6CidrBlockState",
            calls={"ec2:DescribeVpcAttribute": read("InvalidVpcID.NotFound", has="VpcId")},
        )
    }


KIND = Kind(
    "VPC",
    find,
    delete,
    step=13,
    entry="ec2.vpc",
    deadline=10,  # tf ec2/wait.go, vpcDeletedTimeout: 5 while something depends on it, and 5 until it isn't listed
    usually=1,  # with its subnets, one after another
    waits_for=(
        "internet gateway",
        "subnet",
        "route table",
        "network ACL",
        "security group in the VPC",
        "VPC endpoint",
    ),
    after_seeing=("target group",),  # one with another name is recognized only by its VPC
    price=0,
    console="vpcconsole/home?region={region}#VpcDetails:VpcId={id}",
    # For some minutes after the last dependent is gone, the answer is still DependencyViolation, here and for what is
    # in the VPC: terraform-provider-aws waits (internal/service/ec2/vpc_*.go).
    calls={
        "ec2:DescribeVpcs": read("InvalidVpcID.NotFound", changed_by="ec2:DeleteVpc"),
        "ec2:DescribeVpcPeeringConnections": read("InvalidVpcPeeringConnectionID.NotFound"),
        "ec2:DescribeVpnGateways": read("InvalidVpnGatewayID.NotFound"),
        "ec2:DeleteVpc": write("InvalidVpcID.NotFound", "DependencyViolation"),
    },
    grants=(grant("Vpc", "ec2:DeleteVpc", "ec2:{region}:*:vpc/*", tagged="ec2.vpc"),),
    definitions=definitions,
    holders=held_by("vpc-id"),
)
