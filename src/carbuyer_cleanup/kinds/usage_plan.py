"""Usage plans of API Gateway, by name.

A plan with stages on it can't be deleted (aws/aws-sdk-js#3841). Deleting an API takes its stages off all plans
(hashicorp/terraform-provider-aws#14100), so nothing is detached before; only where that lags is a stage taken off by
hand, which AWS allows once in 20 s. A plan of another name is never touched, even if it serves nothing but the
workshop's API: it is somebody's price list, and to be reused. Neither is one that serves others' APIs as well.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from carbuyer_cleanup.claims import FOREIGN, Claim
from carbuyer_cleanup.kinds import http_api, rest_api
from carbuyer_cleanup.kinds.common import each, judged
from carbuyer_cleanup.kinds.preparing import Preparing
from carbuyer_cleanup.resource import Kind, Resource

if TYPE_CHECKING:
    from carbuyer_cleanup.aws import Aws


async def find(aws: Aws) -> list[Resource]:
    plans = await aws.pages("apigateway:GetUsagePlans", "items", limit=500)
    claims = {plan["id"]: aws.workshop.claim("apigateway.usage_plan", plan["name"]) for plan in plans}
    joined = any(plan.get("apiStages") and claims[plan["id"]] for plan in plans)
    foreign = await _foreign_apis(aws) if joined else {}
    return [found for plan in plans for found in _judged(aws, plan, claims[plan["id"]], foreign)]


def _judged(aws: Aws, plan: dict[str, Any], claim: Claim | None, foreign: dict[str, str]) -> list[Resource]:
    stages = plan.get("apiStages", [])
    others = [f"{foreign[s['apiId']]} ({s['apiId']}:{s['stage']})" for s in stages if s["apiId"] in foreign]
    if claim and claim.ours and others:
        claim = Claim(FOREIGN, f"it also serves {', '.join(others)}, not the workshop's")
    joined = [f"{s['apiId']}:{s['stage']}" for s in stages]
    return judged(
        aws, "usage plan", plan["id"], claim,
        name=plan["name"], state="joined" if joined else "", details={"stages": joined},
    )  # fmt: skip


async def _foreign_apis(aws: Aws) -> dict[str, str]:
    """Return the APIs that exist and are not ours; one that exists no more is nobody's."""
    ours = {api.id for kind in (rest_api, http_api) for api in await kind.find(aws) if api.ours}
    existing = await rest_api.names(aws) | await http_api.names(aws)
    return {id_: name for id_, name in existing.items() if id_ not in ours}


@each
async def delete(aws: Aws, plan: Resource) -> None:
    """Take left-over stages off the plan; delete it when none is on it."""
    off = [{"op": "remove", "path": "/apiStages", "value": stage} for stage in plan.details["stages"]]
    taking_off = Preparing()
    if off:
        with taking_off:
            await aws.call("apigateway:UpdateUsagePlan", usagePlanId=plan.id, patchOperations=off)
    with taking_off.deletion():
        await aws.call("apigateway:DeleteUsagePlan", usagePlanId=plan.id)


KIND = Kind("usage plan", find, delete)
