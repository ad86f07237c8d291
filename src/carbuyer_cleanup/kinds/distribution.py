"""CloudFront distributions: by ``Name`` tag, or without any name if they serve nothing but the workshop's bucket.

The console keeps a distribution's name as its ``Name`` tag, which no list shows: each takes a call of its own
(https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/distribution-create-console.html). A distribution
must be disabled and deployed before it can be deleted; AWS may refuse for some minutes after it reads ``Deployed``.
One on a flat-rate pricing plan can't be deleted before the plan has ended (``pricing_plan``).
"""

from __future__ import annotations

import asyncio
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from carbuyer_cleanup.aws.reading import found, needed, tag_in
from carbuyer_cleanup.backup.asking import Definition, told_of
from carbuyer_cleanup.call import grant, read, write
from carbuyer_cleanup.claims import DOUBTFUL, FOREIGN, OURS, Claim, Inference, hint, sign
from carbuyer_cleanup.errors import AwsError, Blocked, Trouble
from carbuyer_cleanup.kinds.common import each, is_ours, judged, related
from carbuyer_cleanup.kinds.pricing_plan import with_plans
from carbuyer_cleanup.kinds.stale import without_stale_part
from carbuyer_cleanup.resource import Kind, Resource

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from carbuyer_cleanup.aws.context import Aws

ENTRY = "cloudfront.distribution"
MEMORY = "origin access control"  # the journal's topic for those that deleted distributions used
ENABLED, DISABLING, DISABLED = "enabled", "disabling", "disabled"
# bucket.s3.amazonaws.com, with Region, as a website, dual-stack, in China:
# https://docs.aws.amazon.com/general/latest/gr/s3.html
S3_DOMAIN = re.compile(r"(?P<bucket>[a-z0-9.-]{3,63})\.s3(-website)?([.-][a-z0-9]+)*\.amazonaws\.com(\.cn)?")
MULTI_TENANT = "tenant-only"
UNTOLD = "an origin that AWS does not report"
BUCKETS = "origin bucket"  # the journal's topic for the buckets that deleted distributions served


async def find(aws: Aws) -> list[Resource]:
    """Find distributions by name, and unnamed ones that serve only our bucket, with their pricing plans."""
    found = related(judgement for _, judgement in await judgements(aws))
    return found if any(one.state == DISABLING for one in found) else await with_plans(aws, found)


async def judgements(aws: Aws) -> list[tuple[dict[str, Any], Resource | None]]:
    """Return all distributions of the account as AWS lists them, each judged; None if it has nothing to do with us.

    A deleted distribution is listed for a while, but no longer has tags: it is gone.
    """
    listed = await aws.pages("cloudfront:ListDistributions", "DistributionList.Items")
    names = await asyncio.gather(*(_name(aws, summary) for summary in listed))
    known = [(summary, name) for summary, name in zip(listed, names, strict=True) if name is not None]
    buckets = await _our_buckets(aws) if not all(is_ours(aws, ENTRY, name) for _, name in known) else set()
    return [(summary, _judged(aws, summary, name, buckets)) for summary, name in known]


async def _name(aws: Aws, summary: dict[str, Any]) -> str | None:
    """Return a distribution's ``Name`` tag, "" if it has none; None if it is gone."""
    answer = await aws.call("cloudfront:ListTagsForResource", Resource=needed("ARN", summary))
    return tag_in(found("Items", needed("Tags", answer))) if answer else None


async def _our_buckets(aws: Aws) -> set[str]:
    """Return the workshop's buckets that this account owns: names are global, so a name alone proves nothing."""
    names = await aws.pages("s3:ListBuckets", "Buckets[].Name", MaxBuckets=1000)
    return {name for name in names if is_ours(aws, "s3.bucket", name)}


def _judged(aws: Aws, summary: dict[str, Any], name: str, buckets: Collection[str]) -> Resource | None:
    comment, domain = summary["Comment"], summary["DomainName"]
    claim = claim_on(aws, summary, name, buckets)
    return judged(
        aws, "CloudFront distribution", summary["Id"], claim, entry=ENTRY, arn=summary["ARN"], region="global",
        name=name or comment or domain, state=_state(summary),
        details={"controls": controls(summary), "buckets": origins(summary), "version": summary["ETag"],
                 "acl": summary["WebACLId"]},
    )  # fmt: skip


def claim_on(aws: Aws, summary: Mapping[str, Any], name: str, buckets: Collection[str]) -> Claim | None:
    """Return the claim on a distribution, None if it has nothing to do with the workshop.

    Its ``Name`` tag decides. Without one, only a bucket of the workshop as its origin proves it, and only if nobody has
    given it a domain name or another description; a description alone is worth a question at most.

    Args:
        aws: the account.
        summary: the distribution as AWS lists it.
        name: its ``Name`` tag, "" if it has none.
        buckets: the workshop's buckets that this account owns.
    """
    inferred = _by_origin(aws, summary, buckets) or _by_description(aws, summary)
    return aws.workshop.claim(ENTRY, name, id_=summary["Id"], inferred=inferred)


def _by_origin(aws: Aws, summary: Mapping[str, Any], buckets: Collection[str]) -> Inference | None:
    served = origins(summary)
    ours = [bucket for bucket in served.values() if bucket in buckets]
    others = [domain for domain, bucket in served.items() if bucket not in buckets]
    if not ours:
        gone = [bucket for bucket in served.values() if is_ours(aws, "s3.bucket", bucket)]
        return Inference(DOUBTFUL, FOREIGN, f"it serves {gone[0]}, which this account does not own") if gone else None
    if others:
        return sign(f"it serves the bucket {ours[0]}, but also {', '.join(others)}")
    why = f"it serves the bucket {ours[0]}"
    if owner := _signs_of_an_owner(aws, summary):
        return sign(f"{why}, but {owner}")
    return Inference(OURS, DOUBTFUL, why)


def _signs_of_an_owner(aws: Aws, summary: Mapping[str, Any]) -> str:
    """Return the domain name or description that somebody gave a distribution, "" if nobody: the workshop doesn't.

    Visitors of a multi-tenant or staging one come by tenants, or by another distribution, which have the domain names
    (https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/distribution-config-options.html, and
    …/continuous-deployment.html).
    """
    aliases, comment = summary["Aliases"]["Items"], summary["Comment"]
    if summary["ConnectionMode"] == MULTI_TENANT:
        return "it is multi-tenant: others' domain names may lead to it"
    if summary["Staging"]:
        return "it is a staging distribution: another one serves its site"
    if aliases:
        return f"it has the domain name {aliases[0]}"
    if summary["Aliases"].get("Quantity") != 0:
        return "AWS does not say whether it has a domain name"
    return f"its description is {comment}" if comment and not is_ours(aws, ENTRY, comment) else ""


def _by_description(aws: Aws, summary: Mapping[str, Any]) -> Inference | None:
    said = [("description", summary["Comment"])]
    said += [("domain name", alias) for alias in summary["Aliases"]["Items"]]
    told = [f"its {what} is {text}" for what, text in said if is_ours(aws, ENTRY, text)]
    return hint(told[0]) if told else None


def origins(summary: Mapping[str, Any]) -> dict[str, str]:
    """Return the domain names of the origins, each with its bucket, "" if it isn't a bucket.

    Every distribution has at least one: ``UNTOLD`` is one without a reported name, which may be anybody's bucket.
    """
    domains = [origin["DomainName"] or UNTOLD for origin in summary["Origins"]["Items"]]
    return {domain: bucket_of(domain) for domain in domains or [UNTOLD]}


def may_serve(summary: Mapping[str, Any], bucket: str) -> bool:
    """Return whether a distribution serves a bucket, or nobody knows."""
    served = origins(summary)
    return bucket in served.values() or UNTOLD in served


def bucket_of(domain: str) -> str:
    """Return the bucket that a domain name belongs to, "" if it isn't a bucket's."""
    match = S3_DOMAIN.fullmatch(domain)
    return match["bucket"] if match else ""


def controls(summary: Mapping[str, Any]) -> list[str]:
    """Return the ids of the origin access controls that a distribution uses."""
    used = (origin["OriginAccessControlId"] for origin in summary["Origins"]["Items"])
    return sorted(set(used) - {""})


def _state(summary: dict[str, Any]) -> str:
    if summary.get("Enabled", True):
        return ENABLED
    return DISABLED if summary["Status"] == "Deployed" else DISABLING


@each
async def delete(aws: Aws, distribution: Resource) -> None:
    """Disable an enabled distribution; write what belongs to a disabled one to the disk, and delete it."""
    if distribution.state == ENABLED:
        await _disable(aws, distribution)
    else:
        because = f"of the {replace(distribution, state='')}"
        aws.journal.remember(MEMORY, "global", distribution.details["controls"], because=because)
        buckets = [bucket for bucket in distribution.details["buckets"].values() if bucket]
        aws.journal.remember(BUCKETS, "global", buckets, because=because)
        _remember_guards_and_logs(aws, distribution)
        await _delete(aws, distribution)


def _remember_guards_and_logs(aws: Aws, distribution: Resource) -> None:
    acl, because = distribution.details["acl"], f"the {replace(distribution, state='')}"
    aws.journal.remember("web acl", aws.home, [acl] if acl.startswith("arn:") else [], because=because)
    aws.journal.remember("distribution", "global", [distribution.arn], because=because)


async def _disable(aws: Aws, distribution: Resource) -> None:
    """Send back the whole configuration, as AWS requires, but disabled and without what AWS no longer accepts."""
    answer = await aws.call("cloudfront:GetDistributionConfig", Id=distribution.id)
    config = answer and needed("DistributionConfig", answer) | {"Enabled": False}
    _refuse_if_staged(distribution, config or {})
    while config:
        try:
            await _update(aws, distribution, needed("ETag", answer), config)
        except AwsError as error:
            lighter = without_stale_part(config, f"{error.code} {error.message}")
            if error.trouble is not Trouble.OTHER or lighter == config:
                raise
            config = lighter
        else:
            return


def _refuse_if_staged(distribution: Resource, config: Mapping[str, Any]) -> None:
    """Leave alone a distribution with a staging distribution: AWS keeps it until the policy that joins them is gone."""
    if policy := config.get("ContinuousDeploymentPolicyId"):
        raise Blocked(
            f"The {distribution} is part of a continuous deployment (policy {policy}). Delete that policy in the "
            "CloudFront console (the distribution, Continuous deployment), which deletes the staging distribution, "
            "too; then run again."
        )


async def _update(aws: Aws, distribution: Resource, version: str, config: dict[str, Any]) -> None:
    await aws.call("cloudfront:UpdateDistribution", Id=distribution.id, IfMatch=version, DistributionConfig=config)


async def _version(aws: Aws, distribution: Resource) -> str:
    """Return the version (ETag) to delete, which not all of AWS's lists show."""
    listed: str = distribution.details["version"]
    answer = {} if listed else await aws.call("cloudfront:GetDistributionConfig", Id=distribution.id)
    return needed("ETag", answer) if answer else listed


async def _delete(aws: Aws, distribution: Resource) -> None:
    try:
        await aws.call("cloudfront:DeleteDistribution", Id=distribution.id, IfMatch=await _version(aws, distribution))
    except AwsError as error:
        if "pricing plan" not in error.message:  # the code alone would mean an outdated ETag, which passes
            raise
        raise Blocked(
            f"The {distribution} is on a flat-rate pricing plan. It is disabled; cancel the plan in the CloudFront "
            "console (Distributions, Manage plan) and run again when AWS has ended it: then it can be deleted."
        ) from error


async def define(aws: Aws, distribution: Resource) -> Any:
    """Return a distribution's configuration, and its tags."""
    described = await told_of(aws, distribution, "cloudfront:GetDistributionConfig", Id=distribution.id)
    tags = await told_of(aws, distribution, "cloudfront:ListTagsForResource", Resource=distribution.arn)
    return {"DistributionConfig": described["DistributionConfig"], "Tags": tags["Tags"]}


def definitions() -> dict[str, Definition]:
    """Return how a backup asks for it."""
    return {"CloudFront distribution": Definition(define)}


KIND = Kind(
    "CloudFront distribution",
    find,
    delete,
    step=8,
    entry=ENTRY,
    deadline=90,  # for a deployment: tf cloudfront/distribution.go, waitDistributionDeployed
    usually=6,  # disabled everywhere after about 5, then deleted: CloudFront's developer guide
    price=0.10,
    console="cloudfront/v4/home#/distributions/{id}",
    # PreconditionFailed and InvalidIfMatchVersion: the ETag is outdated. DistributionNotDisabled and PreconditionFailed
    # also come for minutes after it reads Deployed: terraform-provider-aws, cloudfront/distribution.go.
    calls={
        "cloudfront:ListDistributions": read(),
        "cloudfront:ListTagsForResource": read("NoSuchResource", changed_by="cloudfront:DeleteDistribution"),
        "cloudfront:GetDistributionConfig": read("NoSuchDistribution", has="ETag DistributionConfig"),
        "cloudfront:UpdateDistribution": write("NoSuchDistribution", "PreconditionFailed InvalidIfMatchVersion"),
        "cloudfront:DeleteDistribution": write(
            "NoSuchDistribution", "DistributionNotDisabled PreconditionFailed InvalidIfMatchVersion"
        ),
        "pricing-plan-manager:ListSubscriptions": read(changed_by="cloudfront:DeleteDistribution", optional=True),
    },
    grants=(
        grant(
            "CloudFront",
            "cloudfront:GetDistributionConfig cloudfront:UpdateDistribution cloudfront:DeleteDistribution",
            "cloudfront::*:distribution/*",
        ),
    ),
    definitions=definitions,
    leaving=frozenset({DISABLING}),
)
