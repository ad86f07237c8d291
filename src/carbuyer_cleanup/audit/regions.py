"""Which Regions the audit looks at, and what it reports about those where it can't look."""

from __future__ import annotations

from typing import TYPE_CHECKING

from carbuyer_cleanup.audit.result import REGION, Sweep, Unseen
from carbuyer_cleanup.audit.scope import ALLOWED
from carbuyer_cleanup.aws.answers import incomplete
from carbuyer_cleanup.contain import contained
from carbuyer_cleanup.errors import CleanupError

if TYPE_CHECKING:
    from collections.abc import Collection

    from carbuyer_cleanup.aws.context import Aws

ASKED = "ec2:DescribeRegions"
FORBIDDEN = (
    "a service control policy of the organization forbids {}, so nobody can look there: {}. If nothing can have "
    "been built there, exclude it with --audit-regions allowed"
)


async def find(aws: Aws, result: Sweep, chosen: Collection[str]) -> None:
    """Enter in ``result`` which Regions are enabled, and which of them to look at: those ``chosen``, or else all."""
    try:
        status = await _opted_in(aws)
    except CleanupError as error:
        result.unseen.append(Unseen(REGION, "global", str(error)))
        status = {aws.region: "not known"}
    result.regions_off = sorted(name for name, opted in status.items() if opted == "not-opted-in")
    enabled = status.keys() - result.regions_off
    wanted = set(chosen) - {ALLOWED} or enabled
    result.regions, result.left_out = sorted(enabled & wanted), sorted(enabled - wanted)
    strange = sorted(wanted - status.keys())
    result.unseen += [Unseen(REGION, name, "this account's AWS has no such Region") for name in strange]


async def _opted_in(aws: Aws) -> dict[str, str]:
    """Return the opt-in status of each Region of the partition, by its name."""
    with contained(REGION):
        answer = await aws.fresh(ASKED, AllRegions=True)
        status = {region["RegionName"]: region["OptInStatus"] for region in answer["Regions"]}
    if aws.region not in status:  # it answered, so a list without it is not AWS's, or incomplete
        raise incomplete(ASKED, aws.region, aws.region)
    return status


async def find_new(aws: Aws, result: Sweep, chosen: Collection[str]) -> None:
    """Report the Regions that were enabled while the audit ran: nobody looked there."""
    if any(unseen.type == REGION for unseen in result.unseen):
        return  # the enabled Regions weren't known before, either
    now = Sweep()
    await find(aws, now, chosen)
    new = sorted(set(now.regions) - set(result.regions) - set(result.left_out))
    result.unseen += [*now.unseen, *(Unseen(REGION, name, "enabled while the audit ran: run again") for name in new)]


def tell_forbidden(aws: Aws, result: Sweep, forbidden: Collection[str], chosen: Collection[str]) -> None:
    """Report the Regions that are forbidden as a whole in one line, or leave them out if the user allowed that.

    The workshop's own Region is never left out.
    """
    result.forbidden = sorted(forbidden)
    left_out = set(forbidden) - {aws.region} if ALLOWED in chosen else set()
    result.left_out = sorted({*result.left_out, *left_out})
    result.regions = sorted(set(result.regions) - left_out)
    if told := sorted(set(forbidden) - left_out):
        number, them = (f"{len(told)} AWS Regions", "them") if len(told) > 1 else (REGION, "it")
        result.unseen.append(Unseen(number, "", FORBIDDEN.format(them, ", ".join(told))))
