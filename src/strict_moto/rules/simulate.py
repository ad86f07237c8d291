"""IAM's policy simulator, which moto 5.2.5 lacks.

The embedded AWS denies nothing by an identity's policies, and says so. What the organization's policy denies, whether
the account's own (``offers``) or a fault that plays one, depends on the context, as in AWS. Since 2026 there is one
result per action, the most restrictive over all resources, named by the pattern of the type's ARNs; the decisions for
single resources are inside it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from strict_moto.offers import EVERYTHING
from strict_moto.rules.paging import paged
from strict_moto.wire import SIGNED_AS
from strict_moto.world import Instead

if TYPE_CHECKING:
    from strict_moto.offers import Offer
    from strict_moto.world import Params, Request, World

SOURCE = "IAM API reference, SimulatePrincipalPolicy and EvaluationResult"
TEMPLATE = "arn:${{Partition}}:{}:${{Region}}:${{Account}}:${{ResourceType}}/${{ResourceId}}"


def _simulate(world: World, request: Request) -> Params:
    context = {one["ContextKeyName"]: one["ContextKeyValues"] for one in request.params.get("ContextEntries", ())}
    (region,) = context.get("aws:RequestedRegion", [""])
    resources = request.params.get("ResourceArns", ["*"])
    denied = {action: _is_denied(world, request, action, region) for action in request.params["ActionNames"]}
    results = [_result(action, resources, denied=denied[action]) for action in denied]
    if _offer(world, request).organization or any(denied.values()):
        results = [
            one | {"OrganizationsDecisionDetail": {"AllowedByOrganizations": not denied[one["EvalActionName"]]}}
            for one in results
        ]
    return {"EvaluationResults": results, "IsTruncated": False}


def _is_denied(world: World, request: Request, action: str, region: str) -> bool:
    """Return whether the organization's policy denies an action: the account's own, or a fault that plays one."""
    service, operation = action.split(":")
    call = f"{SIGNED_AS.get(service, service)}:{operation}"
    forbidden = world.recall("faults")["forbids"](call, request.account, region)
    return forbidden or _offer(world, request).denies(action, region)


def _offer(world: World, request: Request) -> Offer:
    offer: Offer = world.recall("offers").get(request.account, EVERYTHING)
    return offer


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
