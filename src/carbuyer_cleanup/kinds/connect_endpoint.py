"""EC2 Instance Connect endpoints: those without a name in the workshop's VPC, and those whose ``Name`` tag is ours.

Students create one to reach the admin instance, which has no public address. It keeps a network interface in a subnet,
which holds its security groups. AWS doesn't delete one that is still being created
(aws-cloudformation/cloudformation-coverage-roadmap#2000).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from carbuyer_cleanup.backup.asking import Definition, listed
from carbuyer_cleanup.call import grant, write
from carbuyer_cleanup.kinds.common import each, if_offered, judged, places, related, tag
from carbuyer_cleanup.kinds.occupancy import vacant
from carbuyer_cleanup.resource import Kind, Resource

if TYPE_CHECKING:
    from collections.abc import Mapping

    from carbuyer_cleanup.aws.context import Aws
    from carbuyer_cleanup.claims import Inference

NAME = "EC2 Instance Connect endpoint"
GONE = frozenset({"delete-complete"})


async def find(aws: Aws) -> list[Resource]:
    """Find the EC2 Instance Connect endpoints in our VPC."""
    endpoints = await if_offered(aws, "ec2:DescribeInstanceConnectEndpoints", "InstanceConnectEndpoints")
    existing = [endpoint for endpoint in endpoints if endpoint["State"] not in GONE]
    known = await places(aws) if existing else {}
    return related(_judged(aws, endpoint, known) for endpoint in existing)


def _judged(aws: Aws, endpoint: dict[str, Any], known: Mapping[str, Inference]) -> Resource | None:
    id_, vpc = endpoint["InstanceConnectEndpointId"], endpoint["VpcId"]
    claim = aws.workshop.claim("", tag(endpoint), id_=id_, inferred=known.get(vpc))
    return judged(
        aws, NAME, id_, claim, name=tag(endpoint) or id_, state=endpoint["State"],
        place=endpoint.get("SubnetId") or vpc, details={"vpc": vpc} if vpc in known else {},
    )  # fmt: skip


@vacant
@each
async def delete(aws: Aws, endpoint: Resource) -> None:
    """Delete an endpoint."""
    await aws.call("ec2:DeleteInstanceConnectEndpoint", InstanceConnectEndpointId=endpoint.id)


def definitions() -> dict[str, Definition]:
    """Return how a backup asks for it."""
    return {
        NAME: Definition(
            listed("ec2:DescribeInstanceConnectEndpoints", "InstanceConnectEndpoints", "InstanceConnectEndpointId"),
            by_aws="State StateMessage",
        )
    }


KIND = Kind(
    NAME,
    find,
    delete,
    step=11,
    also="EC2 Instance Connect endpoints",
    # 10 to create it and 10 to delete it: tf ec2/ec2_instance_connect_endpoint.go, SetDefaultCreateTimeout and …Delete…
    deadline=20,
    usually=3,  # with its network interface
    calls={"ec2:DeleteInstanceConnectEndpoint": write("InvalidInstanceConnectEndpointId.NotFound")},
    grants=(grant("InTheVpc", "ec2:DeleteInstanceConnectEndpoint", "ec2:{region}:*:instance-connect-endpoint/*"),),
    definitions=definitions,
    leaving=frozenset({"delete-in-progress", "create-in-progress"}),
)
