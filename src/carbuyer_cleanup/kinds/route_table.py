"""Route tables of the workshop's VPC, and those whose ``Name`` tag is ours; a main one is deleted with its VPC.

Routes to a NAT gateway that is gone read as blackhole and block nothing
(https://docs.aws.amazon.com/vpc/latest/userguide/vpc-nat-gateway.html).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from carbuyer_cleanup.backup.asking import Definition, listed
from carbuyer_cleanup.call import grant, read, write
from carbuyer_cleanup.errors import Blocked
from carbuyer_cleanup.kinds.common import each, judged_inside, our_vpcs, related
from carbuyer_cleanup.kinds.occupancy import vacant
from carbuyer_cleanup.kinds.preparing import Preparing
from carbuyer_cleanup.resource import Kind, Resource

if TYPE_CHECKING:
    from carbuyer_cleanup.aws.context import Aws


async def find(aws: Aws) -> list[Resource]:
    """Find the route tables in our VPC, except the main one, which is deleted with it."""
    tables = [t for t in await aws.pages("ec2:DescribeRouteTables", "RouteTables") if not _is_main(t)]
    vpcs = await our_vpcs(aws) if tables else {}
    return related(
        judged_inside(aws, "route table", table["RouteTableId"], table, vpcs, associations=_associations(table))
        for table in tables
    )


def _is_main(table: dict[str, Any]) -> bool:
    return any(association["Main"] for association in table["Associations"])


def _associations(table: dict[str, Any]) -> dict[str, str]:
    """Return a table's association ids, each with the subnet or gateway that it is for."""
    return {
        association["RouteTableAssociationId"]: association["SubnetId"] or association["GatewayId"]
        for association in table["Associations"]
    }


@vacant
@each
async def delete(aws: Aws, table: Resource) -> None:
    """Disassociate our subnets from a route table and delete it, unless others' subnets use it."""
    associations = table.details["associations"]
    if associations and "vpc" not in table.details:
        raise Blocked(
            f"{table} is not deleted: {', '.join(associations.values())}, which the workshop does not own, "
            "would lose its routes. Associate another route table, then run again."
        )
    taking_off = Preparing()
    for association in associations:
        with taking_off:
            await aws.call("ec2:DisassociateRouteTable", AssociationId=association)
    with taking_off.deletion():
        await aws.call("ec2:DeleteRouteTable", RouteTableId=table.id)


def definitions() -> dict[str, Definition]:
    """Return how a backup asks for it."""
    return {
        "route table": Definition(
            listed("ec2:DescribeRouteTables", "RouteTables", "RouteTableId"),
            by_aws="Associations.AssociationState Routes.State",
        )
    }


KIND = Kind(
    "route table",
    find,
    delete,
    step=13,
    also="route tables",
    deadline=5,  # tf ec2/wait.go, RouteTableAssociationDeletedTimeout
    waits_for=("subnet",),  # the associations that hold it go with the subnets
    price=0,
    console="vpcconsole/home?region={region}#RouteTableDetails:RouteTableId={id}",
    calls={
        "ec2:DescribeRouteTables": read("InvalidRouteTableID.NotFound"),
        "ec2:DisassociateRouteTable": write("InvalidAssociationID.NotFound"),
        "ec2:DeleteRouteTable": write("InvalidRouteTableID.NotFound", "DependencyViolation"),
    },
    grants=(grant("InTheVpc", "ec2:DisassociateRouteTable ec2:DeleteRouteTable", "ec2:{region}:*:route-table/*"),),
    definitions=definitions,
)
