"""The plan: the sixteen steps of the workshop's cleanup page, and what each kind of resource waits for."""

from __future__ import annotations

from dataclasses import dataclass
from graphlib import TopologicalSorter
from typing import TYPE_CHECKING

from carbuyer_cleanup.kinds import (
    api_key,
    base_path_mapping,
    bucket,
    connect_endpoint,
    disk_copy,
    distribution,
    elastic_ip,
    function,
    group,
    http_api,
    instance,
    instance_profile,
    internet_gateway,
    key_pair,
    load_balancer,
    log_delivery,
    log_group,
    nat_gateway,
    network_acl,
    network_interface,
    origin_access_control,
    policy,
    rest_api,
    role,
    route_table,
    security_group,
    shared_event,
    subnet,
    table,
    target_group,
    usage_plan,
    user,
    vpc,
    vpc_endpoint,
    web_acl,
)

if TYPE_CHECKING:
    from carbuyer_cleanup.resource import Kind


@dataclass(frozen=True)
class Step:
    """One step of the page: its number there, its title, and the kinds of resource that go with it."""

    number: int
    title: str
    kinds: tuple[Kind, ...]


STEPS = (
    Step(1, "load balancer", (load_balancer.KIND, web_acl.OF_BALANCERS)),
    Step(2, "target groups", (target_group.KIND,)),
    Step(3, "EC2 instances", (instance.KIND, instance.VOLUME, disk_copy.KIND)),
    Step(4, "NAT gateway", (nat_gateway.KIND,)),
    Step(5, "Elastic IP", (elastic_ip.KIND,)),
    Step(
        6,
        "API Gateway",
        (base_path_mapping.KIND, rest_api.KIND, http_api.KIND, usage_plan.KIND, api_key.KIND, log_group.OF_API),
    ),
    Step(7, "Lambda function", (function.KIND, log_group.OF_FUNCTION, shared_event.KIND)),
    Step(
        8,
        "CloudFront distribution",
        (distribution.KIND, origin_access_control.KIND, web_acl.OF_DISTRIBUTIONS, log_delivery.KIND),
    ),
    Step(9, "S3 bucket", (bucket.OBJECTS, bucket.KIND)),
    Step(10, "DynamoDB tables", (table.KIND,)),
    Step(11, "security groups", (vpc_endpoint.INTERFACE, connect_endpoint.KIND, security_group.KIND)),
    Step(12, "VPC endpoints", (vpc_endpoint.KIND,)),
    Step(
        13,
        "VPC",
        (
            network_interface.KIND,
            internet_gateway.KIND,
            subnet.KIND,
            route_table.KIND,
            network_acl.KIND,
            security_group.INSIDE,
            vpc.KIND,
        ),
    ),
    Step(14, "IAM roles", (instance_profile.KIND, role.KIND)),
    Step(15, "IAM user", (user.KIND, user.MFA_DEVICE, group.KIND, policy.KIND)),
    Step(16, "key pair", (key_pair.KIND,)),
)
STEP_OF = {kind: step for step in STEPS for kind in step.kinds}
BY_NUMBER = {step.number: step for step in STEPS}

# What must be gone before what. The reason stands beside each row; facts of AWS, not the page's order.
WAITS_FOR: dict[Kind, tuple[Kind, ...]] = {
    target_group.KIND: (load_balancer.KIND,),  # ResourceInUse while a listener forwards to it
    instance.VOLUME: (instance.KIND,),  # VolumeInUse while attached
    elastic_ip.KIND: (nat_gateway.KIND,),  # AuthFailure while a gateway holds it
    rest_api.KIND: (base_path_mapping.KIND,),  # refused while a custom domain maps to it
    http_api.KIND: (base_path_mapping.KIND,),
    # Refused while a stage is on it; deleting the API takes the stage off.
    api_key.KIND: (usage_plan.KIND,),
    log_group.OF_API: (rest_api.KIND,),  # a late request writes it again
    log_group.OF_FUNCTION: (function.KIND, rest_api.KIND),  # a late invocation writes it again
    shared_event.KIND: (function.KIND,),  # which they are for as long as it stays
    web_acl.OF_BALANCERS: (load_balancer.KIND,),  # AWS deletes no web ACL that guards something
    web_acl.OF_DISTRIBUTIONS: (distribution.KIND,),
    log_delivery.KIND: (distribution.KIND,),  # else its last logs go nowhere
    origin_access_control.KIND: (distribution.KIND,),  # in use while a distribution names it, disabled or not
    bucket.KIND: (distribution.KIND,),  # an origin whose name is free can be taken over
    # Their network interfaces use them.
    security_group.KIND: (load_balancer.KIND, instance.KIND, vpc_endpoint.INTERFACE, connect_endpoint.KIND),
    network_interface.KIND: (
        load_balancer.KIND,
        instance.KIND,
        nat_gateway.KIND,
        function.KIND,
        vpc_endpoint.KIND,
        connect_endpoint.KIND,
    ),
    # A gateway with public addresses mapped behind it can't be detached.
    internet_gateway.KIND: (network_interface.KIND,),
    subnet.KIND: (network_interface.KIND,),
    route_table.KIND: (subnet.KIND,),  # with the subnets go the associations that hold it
    network_acl.KIND: (subnet.KIND,),
    security_group.INSIDE: (network_interface.KIND, security_group.KIND),
    vpc.KIND: (
        internet_gateway.KIND,
        subnet.KIND,
        route_table.KIND,
        network_acl.KIND,
        security_group.INSIDE,
        vpc_endpoint.KIND,
    ),
    instance_profile.KIND: (instance.KIND,),  # running instances would lose their credentials
    # Lambda deletes a function's network interfaces with the function's own role: without it they stay for ever
    # (https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html).
    role.KIND: (instance_profile.KIND, function.KIND, instance.KIND),
    key_pair.KIND: (instance.KIND,),
}


# What comes after what, whether that went or not: the later one is in nobody's way and may go without the other.
COMES_AFTER: dict[Kind, tuple[Kind, ...]] = {
    usage_plan.KIND: (rest_api.KIND, http_api.KIND),  # whose deletion takes its stages off it
    # GuardDuty makes its endpoint anew while instances run in the VPC (hashicorp/terraform-provider-aws#46953).
    vpc_endpoint.INTERFACE: (instance.KIND,),
    vpc_endpoint.KIND: (instance.KIND,),
    security_group.KIND: (function.KIND,),  # the interfaces of one that was in the VPC use them for half an hour
    disk_copy.KIND: (instance.KIND,),  # which tell what their disks were
    bucket.KIND: (bucket.OBJECTS,),  # uploads that AWS does not abort don't hold a bucket
    user.MFA_DEVICE: (user.KIND,),  # DeleteConflict while the user has it
    group.KIND: (user.KIND,),
    policy.KIND: (role.KIND, user.KIND, group.KIND),  # it need not be taken off those that are gone
}


def waits_for(step: Step) -> list[Step]:
    """Return the other steps of which something must be gone before all of this one can go, in the page's order."""
    before = {STEP_OF[other] for kind in step.kinds for other in WAITS_FOR.get(kind, ())} - {step}
    return sorted(before, key=lambda other: other.number)


def order() -> list[Kind]:
    """Return all kinds so that each comes after what it waits for.

    Raises:
        graphlib.CycleError: two kinds wait for each other.
    """
    graph = {kind: WAITS_FOR.get(kind, ()) + COMES_AFTER.get(kind, ()) for kind in STEP_OF}
    return list(TopologicalSorter(graph).static_order())
