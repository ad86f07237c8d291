"""CloudFront origin access controls: those that the workshop's distributions use or used, and those by name.

The console creates one with a distribution and names it after the origin, sometimes with ``oac-`` before and some
letters after it. It can't be deleted while any distribution names it, even a disabled one.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from carbuyer_cleanup.aws.reading import needed
from carbuyer_cleanup.backup.asking import Definition, told_of
from carbuyer_cleanup.call import grant, read, write
from carbuyer_cleanup.claims import FOREIGN, OURS, Claim, proof
from carbuyer_cleanup.kinds import distribution
from carbuyer_cleanup.kinds.common import each, is_ours, judged, related
from carbuyer_cleanup.resource import Kind, Resource

if TYPE_CHECKING:
    from collections.abc import Mapping

    from carbuyer_cleanup.aws.context import Aws

# The domain is S3's, whole or cut off after 48 characters.
CONSOLES_NAME = re.compile(r"(oac-)?(?P<bucket>[a-z0-9.-]{3,63}?)\.s3[.-][a-z0-9.-]*?(-[0-9a-z]{11})?")

ENTRY = "cloudfront.origin_access_control"


async def find(aws: Aws) -> list[Resource]:
    """Find the origin access controls that our distributions use or used, and those by name."""
    listed = await aws.pages("cloudfront:ListOriginAccessControls", "OriginAccessControlList.Items")
    if not listed:
        return []
    ours: dict[str, str] = {}
    others: dict[str, str] = {}
    for summary, judgement in await distribution.judgements(aws):
        user = f"the {judgement} uses it" if judgement and judgement.ours else ""
        uses = dict.fromkeys(distribution.controls(summary), user or summary["Id"])
        (ours if user else others).update(uses)
    return related(_judged(aws, control, ours, others) for control in listed)


def _judged(aws: Aws, control: dict[str, Any], ours: dict[str, str], others: dict[str, str]) -> Resource | None:
    id_, name = control["Id"], control["Name"]
    claim = claim_on(aws, control, ours.get(id_, ""))
    if claim and not claim.doubtful and id_ in others:
        claim = Claim(FOREIGN, f"the distribution {others[id_]}, not the workshop's, uses it")
    return judged(aws, "origin access control", id_, claim, entry=ENTRY, name=name, region="global")


def claim_on(aws: Aws, control: Mapping[str, Any], user: str = "") -> Claim | None:
    """Return the claim on an access control, if any: by its name, else by the distribution that uses it, or did.

    The console's own name for it only repeats the origin, and so doesn't count as a name that somebody gave it.

    Args:
        aws: the account.
        control: the access control as AWS lists it.
        user: which distribution of the workshop uses it, "" if none does.
    """
    name = needed("Name", control)
    if is_ours(aws, "s3.bucket", bucket_in(name)):
        return Claim(OURS, f"it is named after the bucket {bucket_in(name)}")
    memory = aws.journal.remembered(distribution.MEMORY, "global").get(needed("Id", control))
    why = user or (f"it was {memory.because}" if memory else "")
    given = "" if bucket_in(name) else name
    return aws.workshop.claim(ENTRY, given, id_=needed("Id", control), inferred=proof(why) if why else None)


def bucket_in(name: str) -> str:
    """Return the bucket after which the console named an access control, "" if it didn't.

    The console may put ``oac-`` before the domain, cut that at 48 characters, and add a hyphen and eleven letters.
    """
    match = CONSOLES_NAME.fullmatch(name)
    return match["bucket"] if match else ""


@each
async def delete(aws: Aws, control: Resource) -> None:
    """Delete an origin access control in its current version."""
    described = await aws.call("cloudfront:GetOriginAccessControl", Id=control.id)
    if described:
        etag = needed("ETag", described)
        await aws.call("cloudfront:DeleteOriginAccessControl", Id=control.id, IfMatch=etag)


async def define(aws: Aws, control: Resource) -> Any:
    """Return an origin access control."""
    return (await told_of(aws, control, "cloudfront:GetOriginAccessControl", Id=control.id))["OriginAccessControl"]


def definitions() -> dict[str, Definition]:
    """Return how a backup asks for it."""
    return {"origin access control": Definition(define)}


KIND = Kind(
    "origin access control",
    find,
    delete,
    step=8,
    also="its origin access control",
    entry=ENTRY,
    deadline=10,  # in use until the distribution is gone everywhere
    waits_for=("CloudFront distribution",),  # in use while a distribution names it, disabled or not
    price=0,
    console="cloudfront/v4/home#/originAccess",
    calls={
        "cloudfront:ListOriginAccessControls": read(),
        "cloudfront:GetOriginAccessControl": read("NoSuchOriginAccessControl", has="ETag"),
        # PreconditionFailed and InvalidIfMatchVersion: the ETag is outdated
        "cloudfront:DeleteOriginAccessControl": write(
            "NoSuchOriginAccessControl", "OriginAccessControlInUse PreconditionFailed InvalidIfMatchVersion"
        ),
    },
    grants=(
        grant(
            "CloudFront",
            "cloudfront:GetOriginAccessControl cloudfront:DeleteOriginAccessControl",
            "cloudfront::*:origin-access-control/*",
        ),
    ),
    definitions=definitions,
)
