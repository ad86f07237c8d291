"""IAM's policy simulator, which moto 5.2.5 lacks.

The embedded AWS denies nothing by an identity's policies, and says so; what an organization's policy denies of Regions
(``offers``) it judges by the context, as AWS does. Since 2026 there is one result for each action, the most restrictive
over all resources, whose name is the pattern of the type's ARNs; what is decided for a resource stands below it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from carbuyer_cleanup.sandbox.offers import EVERYTHING
from carbuyer_cleanup.sandbox.rules.paging import paged
from carbuyer_cleanup.sandbox.world import Instead

if TYPE_CHECKING:
    from carbuyer_cleanup.sandbox.world import Params, Request, World

SOURCE = "IAM API reference, SimulatePrincipalPolicy and EvaluationResult"
TEMPLATE = "arn:${{Partition}}:{}:${{Region}}:${{Account}}:${{ResourceType}}/${{ResourceId}}"


def _simulate(world: World, request: Request) -> Params:
    offer = world.recall("offers").get(request.account, EVERYTHING)
    context = {one["ContextKeyName"]: one["ContextKeyValues"] for one in request.params.get("ContextEntries", ())}
    (region,) = context.get("aws:RequestedRegion", [""])
    resources = request.params.get("ResourceArns", ["*"])
    denied = {a: offer.denies(a, region) for a in request.params["ActionNames"]}
    results = [_result(action, resources, denied=denied[action]) for action in denied]
    if offer.organization or offer.allowed_regions:
        results = [
            one | {"OrganizationsDecisionDetail": {"AllowedByOrganizations": not denied[one["EvalActionName"]]}}
            for one in results
        ]
    return {"EvaluationResults": results, "IsTruncated": False}


def _result(action: str, resources: list[str], *, denied: bool) -> Params:
    decision = "explicitDeny" if denied else "allowed"
    each = [{"EvalResourceName": one, "EvalResourceDecision": decision} for one in resources]
    pattern = "*" if resources == ["*"] else TEMPLATE.format(action.split(":", maxsplit=1)[0])
    told = {"EvalActionName": action, "EvalResourceName": pattern, "EvalDecision": decision}
    return told if resources == ["*"] else told | {"ResourceSpecificResults": each}


RULES = (
    Instead("iam:SimulatePrincipalPolicy", _simulate, SOURCE),
    paged(
        "iam:SimulatePrincipalPolicy",
        "EvaluationResults",
        lambda result: str(result["EvalActionName"]),
        size="MaxItems",
        start="Marker",
        resume="Marker",
        more="IsTruncated",
        most=lambda quirks: quirks.iam_page,
        source=f"{SOURCE}: MaxItems",
    ),
)
