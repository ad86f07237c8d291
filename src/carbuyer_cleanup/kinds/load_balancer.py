"""Load balancers (application, network, gateway): by name. We don't look for Classic ones; the workshop has none.

Listeners and rules are deleted with the load balancer. It disappears from the list at once, with no state in between,
but its network interfaces hold security groups and subnets for minutes (hashicorp/terraform-provider-aws#40).
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from carbuyer_cleanup.backup.asking import Definition, gone, one_of, told_of
from carbuyer_cleanup.call import grant, read, write
from carbuyer_cleanup.errors import AwsError
from carbuyer_cleanup.kinds.common import as_sign, each, is_ours, judged, places, related, unless_named
from carbuyer_cleanup.kinds.preparing import Preparing
from carbuyer_cleanup.resource import Kind, Resource

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from carbuyer_cleanup.aws.context import Aws
    from carbuyer_cleanup.claims import Inference

GUARDS = "web acl"  # the journal's topic for web ACLs of what was deleted
UNTOLD = "guarded load balancer"  # the journal's topic for those for which AWS did not say what guarded them
PROTECTED = "OperationNotPermitted"
MOST = 20  # resources whose tags are told at once: ELB API reference, DescribeTags
UNPROTECTED = [{"Key": "deletion_protection.enabled", "Value": "false"}]


ENTRY = "elbv2.load_balancer"


async def find(aws: Aws) -> list[Resource]:
    """Find load balancers by name, and those in our VPC."""
    balancers = await aws.pages("elbv2:DescribeLoadBalancers", "LoadBalancers")
    others = [b for b in balancers if not is_ours(aws, ENTRY, b["LoadBalancerName"])]
    known = await places(aws) if others else {}
    return related(_judged(aws, balancer, known) for balancer in balancers)


def _judged(aws: Aws, balancer: dict[str, Any], known: Mapping[str, Inference]) -> Resource | None:
    arn, name = balancer["LoadBalancerArn"], balancer["LoadBalancerName"]
    inferred = as_sign(known.get(balancer["VpcId"])) or unless_named(name)
    claim = aws.workshop.claim(ENTRY, name, id_=arn, inferred=inferred)
    facts = {"state": balancer["State"]["Code"], "place": balancer["VpcId"]}
    return judged(aws, "load balancer", arn, claim, entry=ENTRY, name=name, arn=arn, **facts)


async def web_acl(aws: Aws, balancer: Resource) -> str:
    """Return the ARN of the web ACL that guards a load balancer, "" if none does."""
    answer = await aws.call("wafv2:GetWebACLForResource", ResourceArn=balancer.arn)
    return str(answer["WebACL"]["ARN"])


@each
async def delete(aws: Aws, balancer: Resource) -> None:
    """Delete it, after writing its web ACL to the disk: nothing else shows afterwards what that guarded."""
    await _remember_guard(aws, balancer)
    try:
        await aws.call("elbv2:DeleteLoadBalancer", LoadBalancerArn=balancer.id)
    except AwsError as error:
        if error.code != PROTECTED:
            raise
        await _delete_unprotected(aws, balancer)


async def _remember_guard(aws: Aws, balancer: Resource) -> None:
    """Remember which web ACL guards it; if AWS does not say, remember that it may be any that nothing uses later."""
    region, because = balancer.region, f"the {replace(balancer, state='')}"
    with Preparing():
        acl = await web_acl(aws, balancer)
        aws.journal.remember(GUARDS, region, [acl] if acl else [], because=because)
        return
    aws.journal.remember(UNTOLD, region, [balancer.arn], because=because)


async def _delete_unprotected(aws: Aws, balancer: Resource) -> None:
    unprotecting = Preparing()
    with unprotecting:
        await aws.call("elbv2:ModifyLoadBalancerAttributes", LoadBalancerArn=balancer.id, Attributes=UNPROTECTED)
    with unprotecting.deletion():
        await aws.call("elbv2:DeleteLoadBalancer", LoadBalancerArn=balancer.id)


async def define(aws: Aws, balancer: Resource) -> Any:
    """Return a load balancer with its listeners and rules: much of it, and all tags, is told by calls of its own."""
    described = await one_of("elbv2:DescribeLoadBalancers", "LoadBalancers", "LoadBalancerArn", aws, balancer)
    which = {"LoadBalancerArn": balancer.id}
    found = await aws.pages("elbv2:DescribeListeners", "Listeners", **which)
    listeners = await asyncio.gather(*(define_listener(aws, balancer, one) for one in found))
    rules = [rule for one in listeners for rule in one["Rules"]]
    tags = await define_tags(
        aws, balancer, [balancer.id, *(o["ListenerArn"] for o in found), *(o["RuleArn"] for o in rules)]
    )
    for one, arn in (*((o, o["ListenerArn"]) for o in listeners), *((o, o["RuleArn"]) for o in rules)):
        one["Tags"] = tags[arn]
    attributes = await told_of(aws, balancer, "elbv2:DescribeLoadBalancerAttributes", **which)
    guard = await aws.fresh("wafv2:GetWebACLForResource", ResourceArn=balancer.id)
    return {
        "LoadBalancer": described, "Attributes": attributes["Attributes"], "Tags": tags[balancer.id],
        "Listeners": listeners, "WebACL": guard["WebACL"]["ARN"],
    }  # fmt: skip


async def define_listener(aws: Aws, balancer: Resource, listener: Mapping[str, Any]) -> dict[str, Any]:
    """Return a listener with its rules."""
    which = {"ListenerArn": listener["ListenerArn"]}
    rules = await aws.pages("elbv2:DescribeRules", "Rules", **which)
    attributes = await told_of(aws, balancer, "elbv2:DescribeListenerAttributes", **which)
    told = {**listener, "Rules": rules, "Attributes": attributes["Attributes"]}
    if listener["Protocol"] in ("HTTPS", "TLS"):
        told["AllCertificates"] = await aws.pages("elbv2:DescribeListenerCertificates", "Certificates", **which)
    return told


async def define_tags(aws: Aws, resource: Resource, arns: Sequence[str]) -> dict[str, Any]:
    """Return the tags of each of these ARNs."""
    some = [arns[start : start + MOST] for start in range(0, len(arns), MOST)]
    told = await asyncio.gather(*(told_of(aws, resource, "elbv2:DescribeTags", ResourceArns=[*one]) for one in some))
    found = {one["ResourceArn"]: one["Tags"] for answer in told for one in answer["TagDescriptions"]}
    if found.keys() < set(arns):
        raise gone(resource, "elbv2:DescribeTags")
    return found


def definitions() -> dict[str, Definition]:
    """Return how a backup asks for it."""
    calls = {
        "elbv2:DescribeTags": read(
            "LoadBalancerNotFound", "ListenerNotFound", "RuleNotFound", "TargetGroupNotFound", has="TagDescriptions"
        ),
        "elbv2:DescribeListeners": read("ListenerNotFound", "LoadBalancerNotFound"),
        "elbv2:DescribeRules": read("ListenerNotFound"),
        "elbv2:DescribeLoadBalancerAttributes": read("LoadBalancerNotFound", has="Attributes"),
        "elbv2:DescribeListenerAttributes": read("ListenerNotFound", has="Attributes"),
        "elbv2:DescribeListenerCertificates": read("ListenerNotFound"),
    }
    return {"load balancer": Definition(define, by_aws="LoadBalancer.State", calls=calls)}


KIND = Kind(
    "load balancer",
    find,
    delete,
    step=1,
    also="its listeners and rules",
    entry=ENTRY,
    deadline=10,  # tf elbv2/load_balancer.go, Delete
    usually=2,  # and then its network interfaces
    price=21.32,
    console="ec2/home?region={region}#LoadBalancer:loadBalancerArn={arn}",
    # The deleting calls are idempotent; their models list no code for what is gone.
    calls={
        "elbv2:DescribeLoadBalancers": read("LoadBalancerNotFound"),
        "elbv2:ModifyLoadBalancerAttributes": write("LoadBalancerNotFound"),
        # lasting: while a VPC endpoint service has it (NLB user guide, load-balancer-delete; logs in public code)
        "elbv2:DeleteLoadBalancer": write("LoadBalancerNotFound", "ResourceInUse", "associated with another service"),
        "wafv2:GetWebACLForResource": read("WAFNonexistentItemException", "WAFInvalidParameterException"),
    },
    grants=(
        grant(
            "LoadBalancing",
            "elbv2:ModifyLoadBalancerAttributes elbv2:DeleteLoadBalancer",
            "elasticloadbalancing:{region}:*:loadbalancer/*/{elbv2.load_balancer}/*",
        ),
    ),
    definitions=definitions,
)
