"""CloudFront origin access controls: those that the workshop's distributions use or used, and those of its name.

The console makes one with a distribution and calls it like the origin, sometimes with ``oac-`` before and some letters
after it. One can't be deleted while any distribution names it, a disabled one too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from carbuyer_cleanup.claims import FOREIGN, OURS, Claim
from carbuyer_cleanup.kinds import distribution
from carbuyer_cleanup.kinds.common import each, judged
from carbuyer_cleanup.resource import Kind, Resource

if TYPE_CHECKING:
    from carbuyer_cleanup.aws import Aws


async def find(aws: Aws) -> list[Resource]:
    listed = await aws.pages("cloudfront:ListOriginAccessControls", "OriginAccessControlList.Items")
    if not listed:
        return []
    kept = aws.journal.remembered(distribution.MEMORY, "global")
    because = {id_: f"it was {memory.because}" for id_, memory in kept.items()}
    foreign: dict[str, str] = {}
    for summary, judgement in await distribution.judgements(aws):
        ours = [f"the {d} uses it" for d in judgement if d.ours]
        uses = dict.fromkeys(distribution.controls(summary), ours[0] if ours else summary["Id"])
        (because if ours else foreign).update(uses)
    return [found for control in listed for found in _judged(aws, control, because, foreign)]


def _judged(aws: Aws, control: dict[str, Any], because: dict[str, str], foreign: dict[str, str]) -> list[Resource]:
    id_, name = control["Id"], control["Name"]
    claim = Claim(OURS, because[id_]) if id_ in because else _by_name(aws, name)
    if claim and claim.ours and id_ in foreign:
        claim = Claim(FOREIGN, f"the distribution {foreign[id_]}, not the workshop's, uses it")
    return judged(aws, "origin access control", id_, claim, name=name, region="global")


def _by_name(aws: Aws, name: str) -> Claim | None:
    bucket = distribution.bucket_of(name.removeprefix("oac-"))
    if bucket and (claim := aws.workshop.claim("s3.bucket", bucket)) and claim.ours:
        return Claim(OURS, f"it is named after the bucket {bucket}")
    return aws.workshop.claim("", name)


@each
async def delete(aws: Aws, control: Resource) -> None:
    described = await aws.call("cloudfront:GetOriginAccessControl", Id=control.id)
    if described:
        etag = described["ETag"]
        await aws.call("cloudfront:DeleteOriginAccessControl", Id=control.id, IfMatch=etag)


KIND = Kind("origin access control", find, delete)
