"""CloudFront distributions: by ``Name`` tag, by description, or by serving nothing but the workshop's bucket.

The console keeps a distribution's name as its ``Name`` tag, which lists don't show: one call each
(https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/distribution-create-console.html). It must be
disabled, and deployed so, before it can be deleted; for some minutes after it reads ``Deployed`` AWS may still refuse.
One on a flat-rate pricing plan can't be deleted before the plan has ended (``pricing_plan``).
"""

from __future__ import annotations

import asyncio
import re
from typing import TYPE_CHECKING, Any

from carbuyer_cleanup.claims import FOREIGN, OURS, Claim
from carbuyer_cleanup.errors import AwsError, Blocked, Trouble
from carbuyer_cleanup.kinds.common import each, judged
from carbuyer_cleanup.kinds.pricing_plan import with_plans
from carbuyer_cleanup.kinds.stale import without_stale_part
from carbuyer_cleanup.resource import Kind, Resource

if TYPE_CHECKING:
    from carbuyer_cleanup.aws import Aws

ENTRY = "cloudfront.distribution"
MEMORY = "origin access control"  # the journal's topic for those that deleted distributions used
ENABLED, DISABLING, DISABLED = "enabled", "disabling", "disabled"
# bucket.s3.amazonaws.com, with Region, as a website, dual-stack: docs.aws.amazon.com/general/latest/gr/s3.html
S3_DOMAIN = re.compile(r"(?P<bucket>.+)\.s3([.-][a-z0-9.-]+)?\.amazonaws\.com")


async def find(aws: Aws) -> list[Resource]:
    found = [found for _, judgement in await judgements(aws) for found in judgement]
    return found if any(one.state == DISABLING for one in found) else await with_plans(aws, found)


async def judgements(aws: Aws) -> list[tuple[dict[str, Any], list[Resource]]]:
    """Return all distributions of the account as AWS lists them, each with what it is to us: nothing, if foreign."""
    summaries = await aws.pages("cloudfront:ListDistributions", "DistributionList.Items")
    names = await asyncio.gather(*(_name(aws, summary) for summary in summaries))
    return [(s, _judged(aws, s, name)) for s, name in zip(summaries, names, strict=True)]


async def _name(aws: Aws, summary: dict[str, Any]) -> str:
    tags = await aws.pages("cloudfront:ListTagsForResource", "Tags.Items", Resource=summary["ARN"])
    return next((tag["Value"] for tag in tags if tag["Key"] == "Name"), "")


def _judged(aws: Aws, summary: dict[str, Any], name: str) -> list[Resource]:
    claims = [aws.workshop.claim(ENTRY, name), aws.workshop.claim(ENTRY, summary["Comment"]), _by_origin(aws, summary)]
    claim = next((c for c in claims if c and c.ours), None) or next(filter(None, claims), None)
    return judged(
        aws, "CloudFront distribution", summary["Id"], claim, arn=summary["ARN"], region="global",
        name=name or summary["Comment"] or summary["DomainName"], state=_state(summary),
        details={"controls": controls(summary), "version": summary["ETag"]},
    )  # fmt: skip


def _by_origin(aws: Aws, summary: dict[str, Any]) -> Claim | None:
    """Judge by the origins: ours if all are the workshop's buckets; one among others' is no reason to delete."""
    domains = [origin["DomainName"] for origin in summary["Origins"]["Items"]]
    ours = [domain for domain in domains if _is_our_bucket(aws, domain)]
    others = [domain for domain in domains if domain not in ours]
    if ours and others:
        return Claim(FOREIGN, f"it serves {ours[0]}, but also {', '.join(others)}")
    return Claim(OURS, f"it serves the bucket {ours[0]}") if ours else None


def _is_our_bucket(aws: Aws, domain: str) -> bool:
    claim = aws.workshop.claim("s3.bucket", bucket_of(domain))
    return bool(claim and claim.ours)


def bucket_of(domain: str) -> str:
    """Return the bucket whose domain name the text begins with, "" if it is none."""
    match = S3_DOMAIN.match(domain)
    return match["bucket"] if match else ""


def controls(summary: dict[str, Any]) -> list[str]:
    """Return the ids of the origin access controls that a distribution uses."""
    used = (origin.get("OriginAccessControlId", "") for origin in summary["Origins"]["Items"])
    return sorted(set(used) - {""})


def _state(summary: dict[str, Any]) -> str:
    if summary["Enabled"]:
        return ENABLED
    return DISABLED if summary["Status"] == "Deployed" else DISABLING


@each
async def delete(aws: Aws, distribution: Resource) -> None:
    """Disable it; or delete it if it is disabled, when its origin access controls are on the disk."""
    if distribution.state == ENABLED:
        await _disable(aws, distribution)
    else:
        aws.journal.remember(MEMORY, "global", distribution.details["controls"], because=f"of the {distribution}")
        await _delete(aws, distribution)


async def _disable(aws: Aws, distribution: Resource) -> None:
    """Send the whole configuration back, as AWS wants it, but for the one word, and for what it takes no more."""
    answer = await aws.call("cloudfront:GetDistributionConfig", Id=distribution.id)
    config = answer and answer["DistributionConfig"] | {"Enabled": False}
    while config:
        try:
            await _update(aws, distribution, answer["ETag"], config)
        except AwsError as error:
            lighter = without_stale_part(config, f"{error.code} {error.message}")
            if error.trouble is not Trouble.OTHER or lighter == config:
                raise
            config = lighter
        else:
            return


async def _update(aws: Aws, distribution: Resource, version: str, config: dict[str, Any]) -> None:
    await aws.call("cloudfront:UpdateDistribution", Id=distribution.id, IfMatch=version, DistributionConfig=config)


async def _delete(aws: Aws, distribution: Resource) -> None:
    try:
        await aws.call("cloudfront:DeleteDistribution", Id=distribution.id, IfMatch=distribution.details["version"])
    except AwsError as error:
        if "pricing plan" not in error.message:  # else its code is that of an ETag out of date, which passes
            raise
        raise Blocked(
            f"The {distribution} is on a flat-rate pricing plan. It is disabled; cancel the plan in the CloudFront "
            "console (Distributions, Manage plan) and run again when AWS has ended it: then it can be deleted."
        ) from error


KIND = Kind("CloudFront distribution", find, delete, leaving=frozenset({DISABLING}))
