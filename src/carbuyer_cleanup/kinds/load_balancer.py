"""Load balancers (application, network, gateway): by name. Classic ones are not looked for; the workshop has none.

Listeners and rules go with the load balancer. It disappears from the list at once, without a state in between, but its
network interfaces stay for minutes and hold security groups and subnets (hashicorp/terraform-provider-aws#40).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from carbuyer_cleanup.errors import AwsError
from carbuyer_cleanup.kinds.common import each, judged
from carbuyer_cleanup.kinds.preparing import Preparing
from carbuyer_cleanup.resource import Kind, Resource

if TYPE_CHECKING:
    from carbuyer_cleanup.aws import Aws

PROTECTED = "OperationNotPermitted"
UNPROTECTED = [{"Key": "deletion_protection.enabled", "Value": "false"}]


async def find(aws: Aws) -> list[Resource]:
    return [
        found
        for balancer in await aws.pages("elbv2:DescribeLoadBalancers", "LoadBalancers")
        for found in judged(
            aws, "load balancer", balancer["LoadBalancerArn"],
            aws.workshop.claim("elbv2.load_balancer", balancer["LoadBalancerName"]),
            name=balancer["LoadBalancerName"], state=balancer["State"]["Code"], arn=balancer["LoadBalancerArn"],
        )
    ]  # fmt: skip


@each
async def delete(aws: Aws, balancer: Resource) -> None:
    try:
        await aws.call("elbv2:DeleteLoadBalancer", LoadBalancerArn=balancer.id)
    except AwsError as error:
        if error.code != PROTECTED:
            raise
        await _delete_unprotected(aws, balancer)


async def _delete_unprotected(aws: Aws, balancer: Resource) -> None:
    unprotecting = Preparing()
    with unprotecting:
        await aws.call("elbv2:ModifyLoadBalancerAttributes", LoadBalancerArn=balancer.id, Attributes=UNPROTECTED)
    with unprotecting.deletion():
        await aws.call("elbv2:DeleteLoadBalancer", LoadBalancerArn=balancer.id)


KIND = Kind("load balancer", find, delete)
