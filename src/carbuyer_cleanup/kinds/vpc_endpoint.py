"""VPC endpoints: by their ``Name`` tag, and every one in the workshop's VPC.

Endpoints with network interfaces (interface, gateway load balancer, …) hold security groups until they are gone, which
takes minutes; so they are deleted in the security groups' step, before the page's step for endpoints.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from carbuyer_cleanup.backup.asking import Definition, listed
from carbuyer_cleanup.call import grant, read, write
from carbuyer_cleanup.claims import OURS, part
from carbuyer_cleanup.errors import AwsError
from carbuyer_cleanup.kinds.common import Several, is_named, judged, owned, places, related, tag
from carbuyer_cleanup.kinds.occupancy import vacant
from carbuyer_cleanup.kinds.preparing import split
from carbuyer_cleanup.resource import Kind, Resource

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from carbuyer_cleanup.aws.context import Aws
    from carbuyer_cleanup.claims import Inference

NAMES = "ec2.vpc_endpoint"
GATEWAY = "Gateway"  # where AWS leaves out the type, as in GovCloud, there is no other
GUARDDUTY = ".guardduty-data"  # AWS creates it, again and again while instances run (terraform-provider-aws#46953)
DELETE = "ec2:DeleteVpcEndpoints"
CALLS = {
    "ec2:DescribeVpcEndpoints": read("InvalidVpcEndpointId.NotFound"),
    # answers 200 with the refusals inside; busy: hashicorp/terraform-provider-aws#42884
    DELETE: write("InvalidVpcEndpoint.NotFound InvalidVpcEndpointId.NotFound", "OperationInProgress"),
}


async def find(aws: Aws) -> list[Resource]:
    """Find the endpoints by name, and those in our VPC."""
    endpoints = await aws.pages("ec2:DescribeVpcEndpoints", "VpcEndpoints")
    return await _judged(aws, endpoints)


async def find_with_interfaces(aws: Aws) -> list[Resource]:
    """Find those of them that have network interfaces in our subnets."""
    endpoints = await aws.pages("ec2:DescribeVpcEndpoints", "VpcEndpoints")
    return await _judged(aws, [e for e in endpoints if (e["VpcEndpointType"] or GATEWAY) != GATEWAY])


async def _judged(aws: Aws, endpoints: list[dict[str, Any]]) -> list[Resource]:
    """Judge the endpoints that exist; the API writes states in lower case, its documentation capitalizes them."""
    existing = [e for e in endpoints if e["State"].lower() != "deleted"]
    unnamed = [e for e in existing if not is_named(aws, NAMES, e)]
    known = await places(aws) if unnamed else {}
    return related(_judge(aws, endpoint, known) for endpoint in existing)


def _judge(aws: Aws, endpoint: dict[str, Any], known: Mapping[str, Inference]) -> Resource | None:
    """Judge an endpoint; a gateway endpoint is part of its VPC, whatever its name: the console deletes both."""
    id_, vpc = endpoint["VpcEndpointId"], endpoint["VpcId"]
    inside = None if is_named(aws, NAMES, endpoint) or not owned(aws, endpoint) else known.get(vpc)
    if inside and inside.unnamed is OURS and (endpoint["VpcEndpointType"] or GATEWAY) == GATEWAY:
        inside = part(inside.why)
    return judged(
        aws, "VPC endpoint", id_, aws.workshop.claim(NAMES, tag(endpoint), id_=id_, inferred=inside),
        entry=NAMES, name=tag(endpoint) or endpoint["ServiceName"], state=endpoint["State"].lower(), place=vpc,
        details={"vpc": vpc} if inside else {}, follows=endpoint["ServiceName"].endswith(GUARDDUTY),
    )  # fmt: skip


@vacant
async def delete(aws: Aws, endpoints: list[Resource]) -> None:
    """Delete all with one call: AWS accepts four, then one every three seconds. It refuses each separately."""
    errors: dict[str, Exception] = {}
    refused = await split(partial(_delete, aws, errors), endpoints)
    if errors := errors | {endpoint.id: error for endpoint, error in refused}:
        raise Several(errors)


async def _delete(aws: Aws, errors: dict[str, Exception], endpoints: Sequence[Resource]) -> None:
    answer = await aws.call(DELETE, VpcEndpointIds=[endpoint.id for endpoint in endpoints])
    refused = {item["ResourceId"]: item["Error"] for item in answer["Unsuccessful"]}
    errors |= {id_: _error(aws, error) for id_, error in refused.items() if error["Code"] not in CALLS[DELETE].gone}


def _error(aws: Aws, error: dict[str, str]) -> AwsError:
    trouble = CALLS[DELETE].trouble(error["Code"], error["Message"])
    return AwsError(DELETE, error["Code"], error["Message"], trouble, aws.region)


def definitions() -> dict[str, Definition]:
    """Return how a backup asks for it."""
    return {
        "VPC endpoint": Definition(
            listed("ec2:DescribeVpcEndpoints", "VpcEndpoints", "VpcEndpointId"), by_aws="State LastError"
        )
    }


LEAVING = frozenset({"deleting"})
# GuardDuty creates its endpoint again while instances run in the VPC (hashicorp/terraform-provider-aws#46953).
AFTER = ("EC2 instance",)
GRANTS = (grant("InTheVpc", DELETE, "ec2:{region}:*:vpc-endpoint/*"),)
INTERFACE = Kind(
    "interface endpoint",
    find_with_interfaces,
    delete,
    step=11,
    also="interface endpoints that use them",
    entry=NAMES,
    deadline=10,  # its network interfaces go with it: tf ec2/vpc_endpoint.go, Delete
    usually=3,  # with its network interfaces
    comes_after=AFTER,
    calls=CALLS,
    grants=GRANTS,
    definitions=definitions,
    leaving=LEAVING,
)
KIND = Kind(
    "VPC endpoint",
    find,
    delete,
    step=12,
    entry=NAMES,
    deadline=10,  # tf ec2/vpc_endpoint.go, Delete
    comes_after=AFTER,
    console="vpcconsole/home?region={region}#EndpointDetails:vpcEndpointId={id}",
    calls=CALLS,
    grants=GRANTS,
    definitions=definitions,
    leaving=LEAVING,
)
