"""Web ACLs of AWS WAF that the consoles create at the tick of a box: for distributions, in us-east-1, and balancers.

Their names, ``CreatedByCloudFront-…`` and ``CreatedByALB-…``, say who created them but not what for: the distribution
or load balancer shows that while it exists, then the journal does. AWS bills each one, used or not. One that somebody
has named is theirs, whatever it guards, and one that others use as well stays.
"""

from __future__ import annotations

import asyncio
import re
from typing import TYPE_CHECKING, Any

from carbuyer_cleanup.backup.asking import Definition, told_of
from carbuyer_cleanup.call import grant, read, write
from carbuyer_cleanup.claims import FOREIGN, Claim, hint, part, sign
from carbuyer_cleanup.kinds import distribution, load_balancer
from carbuyer_cleanup.kinds.common import each, judged, related
from carbuyer_cleanup.resource import Kind, Resource

if TYPE_CHECKING:
    from collections.abc import Sequence

    from carbuyer_cleanup.aws.context import Aws
    from carbuyer_cleanup.claims import Inference

NAME = "web ACL"
BY_CONSOLE = re.compile("CreatedBy(CloudFront|ALB)-")
MEMORY = load_balancer.GUARDS  # the journal's topic for those that guarded what was deleted

Guarded = dict[str, list[Resource | str]]  # by a web ACL's ARN, what it guards: our resources, and the ids of others'


async def find_of_distributions(aws: Aws) -> list[Resource]:
    """Find the web ACLs that guard our distributions."""
    guarded: Guarded = {}
    for summary, judgement in await distribution.judgements(aws):
        if acl := summary.get("WebACLId"):
            guarded.setdefault(acl, []).append(judgement if judgement and judgement.ours else summary["Id"])
    return await _found(aws, aws.home, "CLOUDFRONT", guarded)


async def find_of_balancers(aws: Aws) -> list[Resource]:
    """Find the web ACLs that guard our load balancers."""
    balancers = [balancer for balancer in await load_balancer.find(aws) if balancer.ours]
    acls = await asyncio.gather(*(load_balancer.web_acl(aws, balancer) for balancer in balancers))
    guarded: Guarded = {acl: [balancer] for acl, balancer in zip(acls, balancers, strict=True) if acl}
    for acl, users in guarded.items():
        answer = await aws.call("wafv2:ListResourcesForWebACL", WebACLArn=acl)
        users += [arn for arn in answer["ResourceArns"] if arn not in {b.arn for b in balancers}]
    found = await _found(aws, aws.region, "REGIONAL", guarded)
    return found + [idle for idle in await _idle(aws) if idle.id not in {one.id for one in found}]


async def _idle(aws: Aws) -> list[Resource]:
    """Doubt those that guard nothing, if AWS didn't say which of them guarded a load balancer that was deleted."""
    untold = aws.journal.remembered(load_balancer.UNTOLD, aws.region).values()
    if not untold:
        return []
    why = f"AWS did not say which web ACL guarded {', '.join(memory.because for memory in untold)}"
    acls = await aws.pages("wafv2:ListWebACLs", "WebACLs", region=aws.region, Scope="REGIONAL")
    made = [acl for acl in acls if BY_CONSOLE.match(acl["Name"])]
    used = await asyncio.gather(*(aws.call("wafv2:ListResourcesForWebACL", WebACLArn=acl["ARN"]) for acl in made))
    idle = [acl for acl, users in zip(made, used, strict=True) if not users["ResourceArns"]]
    return related(_resource(aws, acl, sign(why), "REGIONAL") for acl in idle)


async def _found(aws: Aws, region: str, scope: str, guarded: Guarded) -> list[Resource]:
    """Judge the web ACLs; ask for them only if one guards, or guarded, something of ours."""
    kept = {arn: f"it guarded {memory.because}" for arn, memory in aws.journal.remembered(MEMORY, region).items()}
    because = kept | {acl: f"it guards the {user}" for acl, users in guarded.items() if (user := _ours(users))}
    if not because:
        return []
    acls = await aws.pages("wafv2:ListWebACLs", "WebACLs", region=region, Scope=scope)
    known = [acl for acl in acls if acl["ARN"] in because]
    return related(_judged(aws, acl, because[acl["ARN"]], guarded.get(acl["ARN"], []), scope) for acl in known)


def _ours(users: list[Resource | str]) -> Resource | None:
    return next((user for user in users if isinstance(user, Resource)), None)


def _judged(aws: Aws, acl: dict[str, Any], why: str, users: list[Resource | str], scope: str) -> Resource | None:
    inferred = part(why) if BY_CONSOLE.match(acl["Name"]) else hint(why)
    others = [user for user in users if isinstance(user, str)]
    return _resource(aws, acl, inferred, scope, others)


def _resource(
    aws: Aws, acl: dict[str, Any], inferred: Inference, scope: str, others: Sequence[str] = ()
) -> Resource | None:
    arn, name, region = acl["ARN"], acl["Name"], aws.home if scope == "CLOUDFRONT" else aws.region
    claim = aws.workshop.claim("", name, id_=arn, inferred=inferred)
    if claim and claim.ours and others:
        claim = Claim(FOREIGN, f"it guards {', '.join(others)}, too")
    return judged(aws, NAME, arn, claim, name=name, region=region, arn=arn, details={"scope": scope})


@each
async def delete(aws: Aws, acl: Resource) -> None:
    """Delete a web ACL in its current version."""
    id_ = acl.arn.rpartition("/")[2]
    which = {"Name": acl.name, "Scope": acl.details["scope"], "Id": id_, "region": acl.region}
    described = await aws.call("wafv2:GetWebACL", **which)
    if described:
        await aws.call("wafv2:DeleteWebACL", LockToken=described["LockToken"], **which)


async def define(aws: Aws, acl: Resource) -> Any:
    """Return a web ACL, and its tags."""
    id_ = acl.arn.rpartition("/")[2]
    which = {"Name": acl.name, "Scope": acl.details["scope"], "Id": id_, "region": acl.region}
    described = (await told_of(aws, acl, "wafv2:GetWebACL", **which))["WebACL"]
    path = "TagInfoForResource.TagList[]"
    tags = await aws.pages("wafv2:ListTagsForResource", path, region=acl.region, ResourceARN=acl.arn)
    return {**described, "Tags": tags}


def definitions() -> dict[str, Definition]:
    """Return how a backup asks for it."""
    return {NAME: Definition(define, calls={"wafv2:ListTagsForResource": read("WAFNonexistentItemException")})}


CALLS = {
    "wafv2:ListResourcesForWebACL": read("WAFNonexistentItemException", has="ResourceArns"),
    "wafv2:GetWebACL": read("WAFNonexistentItemException", has="LockToken"),
    # Associated: WAF learns a little later that what it guarded is gone.
    "wafv2:DeleteWebACL": write("WAFNonexistentItemException", "WAFAssociatedItemException WAFOptimisticLockException"),
}
GRANTS = (grant("WebAcls", "wafv2:GetWebACL wafv2:DeleteWebACL", "wafv2:*:*:*/webacl/CreatedBy*/*"),)
OF_DISTRIBUTIONS = Kind(
    "web ACL of CloudFront",
    find_of_distributions,
    delete,
    step=8,
    also="the web ACL that the console created for it",
    deadline=15,  # as a load balancer's
    waits_for=("CloudFront distribution",),
    price=5.00,  # and more for each rule: aws.amazon.com/waf/pricing
    calls=CALLS,
    grants=GRANTS,
    definitions=definitions,
)
OF_BALANCERS = Kind(
    "web ACL of a load balancer",
    find_of_balancers,
    delete,
    step=1,
    also="the web ACL that the console created for it",
    deadline=15,  # its association ends a little after what it guarded: tf wafv2/web_acl.go, 5
    waits_for=("load balancer",),  # AWS deletes no web ACL that guards something
    calls=CALLS,
    grants=GRANTS,
    definitions=definitions,
)
