"""Network interfaces: those in the workshop's VPC that serve nobody else, and those whose ``Name`` tag is ours.

AWS's services put interfaces of their own into a VPC and remove them after what they served is gone: minutes later for
load balancers, endpoints and NAT gateways, up to 45 minutes later for functions
(https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html). We wait for those. One that is attached to
nothing is deleted: a function's whose role went first, or an instance's that was meant to outlive it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from carbuyer_cleanup.backup.asking import Definition, listed
from carbuyer_cleanup.call import grant, read, write
from carbuyer_cleanup.errors import AwsError, Blocked, Trouble
from carbuyer_cleanup.kinds.common import each, our_vpcs, tag
from carbuyer_cleanup.kinds.occupancy import IN_CLOUDSHELL, MANAGED, judged_interfaces, vacant
from carbuyer_cleanup.resource import Kind, Resource

if TYPE_CHECKING:
    from carbuyer_cleanup.aws.context import Aws

LEAVING = frozenset({MANAGED, "associated", "attaching", "detaching", "in-use", "pending"})  # all but available


async def find(aws: Aws) -> list[Resource]:
    """Find the network interfaces in our VPC, ours and those that others left there, and ours by name."""
    described = await aws.pages("ec2:DescribeNetworkInterfaces", "NetworkInterfaces")
    vpcs = await our_vpcs(aws) if described else {}
    near = [eni for eni in described if eni["VpcId"] in vpcs or aws.workshop.claim("", tag(eni))]
    return await judged_interfaces(aws, near, vpcs)


@vacant
@each
async def delete(aws: Aws, eni: Resource) -> None:
    """Delete it; if AWS manages it and refuses, wait until AWS deletes it."""
    if eni.state == IN_CLOUDSHELL:
        raise Blocked(
            f"The {eni} belongs to a CloudShell environment in the VPC, which no API can delete: open CloudShell in "
            "the AWS console, choose that environment's tab, then Actions, Delete. Run this suite somewhere else."
        )
    try:
        await aws.call("ec2:DeleteNetworkInterface", NetworkInterfaceId=eni.id)
    except AwsError as error:
        passes = eni.follows and error.trouble in (Trouble.OTHER, Trouble.REGION_OFF)
        raise replace(error, trouble=Trouble.BUSY) if passes else error from error


async def holders(_aws: Aws, interfaces: list[Resource]) -> list[str]:
    """Name the interfaces themselves, and whose they are."""
    return [f"{eni} ({eni.why})" for eni in interfaces]


def definitions() -> dict[str, Definition]:
    """Return how a backup asks for it."""
    return {
        "network interface": Definition(
            listed("ec2:DescribeNetworkInterfaces", "NetworkInterfaces", "NetworkInterfaceId"),
            by_aws="Status Attachment.Status",
        )
    }


KIND = Kind(
    "network interface",
    find,
    delete,
    step=13,
    also="leftover network interfaces",
    # Those of functions: as the function; others: tf ec2/wait.go, NetworkInterfaceDetachedTimeout, 10; of load
    # balancers: elbv2/load_balancer.go, loadBalancerNetworkInterfaceDetachTimeout, 5
    deadline=45,
    waits_for=(
        "load balancer",
        "EC2 instance",
        "NAT gateway",
        "Lambda function",
        "VPC endpoint",
        "EC2 Instance Connect endpoint",
    ),
    price=0,
    console="ec2/home?region={region}#NetworkInterface:networkInterfaceId={id}",
    calls={
        "ec2:DescribeNetworkInterfaces": read("InvalidNetworkInterfaceID.NotFound"),
        # InvalidParameterValue: only while it is "currently in use" (terraform-provider-aws, vpc_network_interface.go)
        "ec2:DeleteNetworkInterface": write(
            "InvalidNetworkInterfaceID.NotFound",
            "InvalidNetworkInterface.InUse InvalidParameterValue",
            "^(?!.*currently in use)",
        ),
    },
    grants=(grant("InTheVpc", "ec2:DeleteNetworkInterface", "ec2:{region}:*:network-interface/*"),),
    definitions=definitions,
    leaving=LEAVING,
    holders=holders,
)
