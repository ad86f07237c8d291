"""Network ACLs of the workshop's VPC, and those whose ``Name`` tag is ours; a default one is deleted with its VPC."""

from __future__ import annotations

from typing import TYPE_CHECKING

from carbuyer_cleanup.aws.reading import texts
from carbuyer_cleanup.backup.asking import Definition, listed
from carbuyer_cleanup.call import grant, read, write
from carbuyer_cleanup.kinds.common import each, judged_inside, our_vpcs, related
from carbuyer_cleanup.kinds.occupancy import vacant
from carbuyer_cleanup.resource import Kind, Resource

if TYPE_CHECKING:
    from carbuyer_cleanup.aws.context import Aws


async def find(aws: Aws) -> list[Resource]:
    """Find the network ACLs in our VPC, except the default one, which is deleted with it."""
    acls = [acl for acl in await aws.pages("ec2:DescribeNetworkAcls", "NetworkAcls") if not acl["IsDefault"]]
    vpcs = await our_vpcs(aws) if acls else {}
    return related(
        judged_inside(aws, "network ACL", acl["NetworkAclId"], acl, vpcs, subnets=texts("Associations[].SubnetId", acl))
        for acl in acls
    )


@vacant
@each
async def delete(aws: Aws, acl: Resource) -> None:
    """Delete a network ACL."""
    await aws.call("ec2:DeleteNetworkAcl", NetworkAclId=acl.id)


async def holders(_aws: Aws, acls: list[Resource]) -> list[str]:
    """Name the subnets that use the network ACLs."""
    return [f"subnet {subnet}" for acl in acls for subnet in acl.details["subnets"]]


def definitions() -> dict[str, Definition]:
    """Return how a backup asks for it."""
    return {"network ACL": Definition(listed("ec2:DescribeNetworkAcls", "NetworkAcls", "NetworkAclId"))}


KIND = Kind(
    "network ACL",
    find,
    delete,
    step=13,
    also="network ACLs",
    deadline=5,  # DependencyViolation: tf ec2/vpc_network_acl.go with ec2/wait.go, ec2PropagationTimeout
    waits_for=("subnet",),
    price=0,
    console="vpcconsole/home?region={region}#NetworkAclDetails:networkAclId={id}",
    calls={
        "ec2:DescribeNetworkAcls": read("InvalidNetworkAclID.NotFound"),
        "ec2:DeleteNetworkAcl": write("InvalidNetworkAclID.NotFound", "DependencyViolation"),
    },
    grants=(grant("InTheVpc", "ec2:DeleteNetworkAcl", "ec2:{region}:*:network-acl/*"),),
    definitions=definitions,
    holders=holders,
)
