"""What a deletion changes besides the resource itself, so that it must be saved before that, too.

Its own turn comes later, when the change has been made, or never: it may be somebody else's, or be deleted by AWS.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from carbuyer_cleanup.backup.rows import BUCKET, OBJECTS
from carbuyer_cleanup.kinds.common import tag

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable, Mapping

    from carbuyer_cleanup.aws.context import Aws
    from carbuyer_cleanup.resource import Resource

    Others = Callable[[Aws, Resource], Awaitable[list[Resource]]]
TABLES, ACLS, GROUPS = "ec2:DescribeRouteTables", "ec2:DescribeNetworkAcls", "ec2:DescribeSecurityGroups"


async def of(aws: Aws, resource: Resource) -> list[Resource]:
    """Return what deleting a resource changes, too.

    Raises:
        AwsError: AWS doesn't tell it.
    """
    return await BESIDE[resource.kind](aws, resource) if resource.kind in BESIDE else []


def _others(resource: Resource, kind: str, id_: str, found: Iterable[Mapping[str, Any]]) -> list[Resource]:
    """Return what AWS described as resources of that kind; ``id_`` is the member that has their ids."""
    return [
        replace(resource, kind=kind, id=one[id_], name=_name(one) or one[id_], state="", details={}) for one in found
    ]


def _name(described: Mapping[str, Any]) -> str:
    return str(described.get("GroupName") or described.get("name") or tag(described))


async def _bucket(_aws: Aws, objects: Resource) -> list[Resource]:
    """Return the bucket: a policy that denies that it is emptied is deleted."""
    return [replace(objects, kind=BUCKET, state="")]


async def _referring(_aws: Aws, group: Resource) -> list[Resource]:
    """Return the security groups with rules that refer to one: these rules are removed, also from a default group."""
    return _others(group, group.kind, "GroupId", [one.group for one in group.details.get("references", ())])


async def _of_subnet(aws: Aws, subnet: Resource) -> list[Resource]:
    """Return the route tables and network ACLs that a subnet is associated with: nothing else tells that."""

    def is_its(one: Mapping[str, Any]) -> bool:
        return any(at["SubnetId"] == subnet.id for at in one["Associations"])

    tables, acls = await aws.pages(TABLES, "RouteTables"), await aws.pages(ACLS, "NetworkAcls")
    return [
        *_others(subnet, "route table", "RouteTableId", filter(is_its, tables)),
        *_others(subnet, "network ACL", "NetworkAclId", filter(is_its, acls)),
    ]


async def _of_vpc(aws: Aws, vpc: Resource) -> list[Resource]:
    """Return what AWS deletes with a VPC: its main route table, default network ACL and default security group."""
    calls = ((TABLES, "RouteTables"), (ACLS, "NetworkAcls"), (GROUPS, "SecurityGroups"))
    lists = [await aws.pages(call, path) for call, path in calls]
    tables, acls, groups = ([one for one in found if one["VpcId"] == vpc.id] for found in lists)
    return [
        *_others(vpc, "route table", "RouteTableId", [t for t in tables if any(a["Main"] for a in t["Associations"])]),
        *_others(vpc, "network ACL", "NetworkAclId", [acl for acl in acls if acl["IsDefault"]]),
        *_others(vpc, "security group", "GroupId", [group for group in groups if group["GroupName"] == "default"]),
    ]


async def _plans(aws: Aws, api: Resource) -> list[Resource]:
    """Return the usage plans that serve an API: they lose its stages, and what they allow these."""
    plans = await aws.pages("apigateway:GetUsagePlans", "items", limit=500)
    return _others(api, "usage plan", "id", [p for p in plans if any(s["apiId"] == api.id for s in p["apiStages"])])


BESIDE: Mapping[str, Others] = {
    OBJECTS: _bucket,
    "security group": _referring,
    "subnet": _of_subnet,
    "VPC": _of_vpc,
    "REST API": _plans,
}
