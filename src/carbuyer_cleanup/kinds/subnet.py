"""Subnets: those of the workshop's VPC, and those whose ``Name`` tag is ours. A network interface inside holds one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from carbuyer_cleanup.backup.asking import Definition, listed
from carbuyer_cleanup.call import grant, read, write
from carbuyer_cleanup.kinds.common import each, judged_inside, our_vpcs, related
from carbuyer_cleanup.kinds.occupancy import held_by, vacant
from carbuyer_cleanup.resource import Kind, Resource

if TYPE_CHECKING:
    from carbuyer_cleanup.aws.context import Aws


async def find(aws: Aws) -> list[Resource]:
    """Find the subnets of our VPC, and those by name."""
    subnets = await aws.pages("ec2:DescribeSubnets", "Subnets")
    vpcs = await our_vpcs(aws)
    return related(judged_inside(aws, "subnet", s["SubnetId"], s, vpcs) for s in subnets)


@vacant
@each
async def delete(aws: Aws, subnet: Resource) -> None:
    """Delete a subnet."""
    await aws.call("ec2:DeleteSubnet", SubnetId=subnet.id)


def definitions() -> dict[str, Definition]:
    """Return how a backup asks for it."""
    return {
        "subnet": Definition(
            listed("ec2:DescribeSubnets", "Subnets", "SubnetId"),
            by_aws="State AvailableIpAddressCount Ipv6CidrBlockAssociationSet.Ipv6CidrBlockState",
        )
    }


KIND = Kind(
    "subnet",
    find,
    delete,
    step=13,
    also="subnets",
    deadline=20,  # tf ec2/vpc_subnet.go, Delete
    waits_for=("network interface",),
    price=0,
    console="vpcconsole/home?region={region}#SubnetDetails:subnetId={id}",
    calls={
        "ec2:DescribeSubnets": read("InvalidSubnetID.NotFound"),
        "ec2:DeleteSubnet": write("InvalidSubnetID.NotFound", "DependencyViolation"),
    },
    grants=(grant("InTheVpc", "ec2:DeleteSubnet", "ec2:{region}:*:subnet/*"),),
    definitions=definitions,
    holders=held_by("subnet-id"),
)
