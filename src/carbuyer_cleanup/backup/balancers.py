"""What AWS says about load balancers and target groups: much of it, and all tags, is told by calls of its own."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from carbuyer_cleanup.backup.asking import gone, one_of, told_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from carbuyer_cleanup.aws.context import Aws
    from carbuyer_cleanup.resource import Resource

MOST = 20  # resources whose tags are told at once: ELB API reference, DescribeTags
SECURE = ("HTTPS", "TLS")  # listeners that have certificates
TAGS = "elbv2:DescribeTags"


async def describe(aws: Aws, balancer: Resource) -> Any:
    """Ask for all of a load balancer."""
    described = await one_of("elbv2:DescribeLoadBalancers", "LoadBalancers", "LoadBalancerArn", aws, balancer)
    which = {"LoadBalancerArn": balancer.id}
    found = await aws.pages("elbv2:DescribeListeners", "Listeners", **which)
    listeners = await asyncio.gather(*(_listener(aws, balancer, one) for one in found))
    rules = [rule for one in listeners for rule in one["Rules"]]
    tags = await _tags(aws, balancer, [balancer.id, *(o["ListenerArn"] for o in found), *(o["RuleArn"] for o in rules)])
    for one, arn in (*((o, o["ListenerArn"]) for o in listeners), *((o, o["RuleArn"]) for o in rules)):
        one["Tags"] = tags[arn]
    attributes = await told_of(aws, balancer, "elbv2:DescribeLoadBalancerAttributes", **which)
    guard = await aws.fresh("wafv2:GetWebACLForResource", ResourceArn=balancer.id)
    return {
        "LoadBalancer": described, "Attributes": attributes["Attributes"], "Tags": tags[balancer.id],
        "Listeners": listeners, "WebACL": guard["WebACL"]["ARN"],
    }  # fmt: skip


async def _listener(aws: Aws, balancer: Resource, listener: Mapping[str, Any]) -> dict[str, Any]:
    which = {"ListenerArn": listener["ListenerArn"]}
    rules = await aws.pages("elbv2:DescribeRules", "Rules", **which)
    attributes = await told_of(aws, balancer, "elbv2:DescribeListenerAttributes", **which)
    told = {**listener, "Rules": rules, "Attributes": attributes["Attributes"]}
    if listener["Protocol"] in SECURE:
        told["AllCertificates"] = await aws.pages("elbv2:DescribeListenerCertificates", "Certificates", **which)
    return told


async def describe_group(aws: Aws, group: Resource) -> Any:
    """Ask for all of a target group."""
    described = await one_of("elbv2:DescribeTargetGroups", "TargetGroups", "TargetGroupArn", aws, group)
    which = {"TargetGroupArn": group.id}
    health = await told_of(aws, group, "elbv2:DescribeTargetHealth", **which)
    attributes = await told_of(aws, group, "elbv2:DescribeTargetGroupAttributes", **which)
    tags = await _tags(aws, group, [group.id])
    targets = [one["Target"] for one in health["TargetHealthDescriptions"]]
    return {
        "TargetGroup": described, "Targets": targets, "Attributes": attributes["Attributes"], "Tags": tags[group.id],
    }  # fmt: skip


async def _tags(aws: Aws, resource: Resource, arns: Sequence[str]) -> dict[str, Any]:
    """Return the tags of each of these ARNs."""
    some = [arns[start : start + MOST] for start in range(0, len(arns), MOST)]
    told = await asyncio.gather(*(told_of(aws, resource, TAGS, ResourceArns=[*one]) for one in some))
    found = {one["ResourceArn"]: one["Tags"] for answer in told for one in answer["TagDescriptions"]}
    if found.keys() < set(arns):
        raise gone(resource, TAGS)
    return found
