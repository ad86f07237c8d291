"""Usage plans of API Gateway, by name.

A plan with stages can't be deleted (aws/aws-sdk-js#3841). Deleting an API removes its stages from all plans
(hashicorp/terraform-provider-aws#14100), so none is removed beforehand; only if that lags do we remove a stage
ourselves, which AWS allows once in 20 s. A plan with another name is never touched: it is somebody's price list. If it
serves the workshop's API, it is doubtful. A plan that also serves others' APIs is not touched, either.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from carbuyer_cleanup.backup.asking import Definition, one_of
from carbuyer_cleanup.call import grant, read, write
from carbuyer_cleanup.claims import FOREIGN, Claim, sign
from carbuyer_cleanup.kinds import apis
from carbuyer_cleanup.kinds.common import each, judged, related, unless_named
from carbuyer_cleanup.kinds.preparing import Preparing
from carbuyer_cleanup.resource import Kind, Resource

if TYPE_CHECKING:
    from carbuyer_cleanup.aws.context import Aws


ENTRY = "apigateway.usage_plan"


async def find(aws: Aws) -> list[Resource]:
    """Find usage plans by name."""
    plans = await aws.pages("apigateway:GetUsagePlans", "items", limit=500)
    ours, others = await apis.listed(aws) if any(plan["apiStages"] for plan in plans) else ({}, {})
    return related(_judged(aws, plan, ours, others) for plan in plans)


def _judged(aws: Aws, plan: dict[str, Any], ours: dict[str, str], others: dict[str, str]) -> Resource | None:
    stages, name = [s for s in plan["apiStages"] if s["apiId"]], plan["name"]
    joined = [f"{s['apiId']}:{s['stage']}" for s in stages]
    return judged(
        aws, "usage plan", plan["id"], _claim(aws, plan, [s["apiId"] for s in stages], ours, others),
        entry=ENTRY, name=name, state="joined" if joined else "", details={"stages": joined},
    )  # fmt: skip


def _claim(aws: Aws, plan: dict[str, Any], on: list[str], ours: dict[str, str], others: dict[str, str]) -> Claim | None:
    served = [f"{ours[id_]} ({id_})" for id_ in on if id_ in ours]
    inferred = sign(f"it serves {', '.join(served)}") if served else unless_named(plan["name"])
    claim = aws.workshop.claim(ENTRY, plan["name"], id_=plan["id"], inferred=inferred)
    if claim and claim.ours and (foreign := [f"{others[id_]} ({id_})" for id_ in on if id_ in others]):
        return Claim(FOREIGN, f"it also serves {', '.join(foreign)}, not the workshop's")
    return claim


@each
async def delete(aws: Aws, plan: Resource) -> None:
    """Remove leftover stages from the plan, and delete it."""
    off = [{"op": "remove", "path": "/apiStages", "value": stage} for stage in plan.details["stages"]]
    taking_off = Preparing()
    if off:
        with taking_off:
            await aws.call("apigateway:UpdateUsagePlan", usagePlanId=plan.id, patchOperations=off)
    with taking_off.deletion():
        await aws.call("apigateway:DeleteUsagePlan", usagePlanId=plan.id)


PLANS = "apigateway:{region}::/usageplans/*"


async def define(aws: Aws, plan: Resource) -> Any:
    """Return a usage plan, and its keys, without their values."""
    described = await one_of("apigateway:GetUsagePlans", "items", "id", aws, plan, limit=500)
    keys = await aws.pages(
        "apigateway:GetUsagePlanKeys", "items[].{id: id, name: name}", usagePlanId=plan.id, limit=500
    )
    return {"UsagePlan": described, "Keys": keys}


def definitions() -> dict[str, Definition]:
    """Return how a backup asks for it."""
    return {"usage plan": Definition(define)}


KIND = Kind(
    "usage plan",
    find,
    delete,
    step=6,
    also="its usage plan",
    entry=ENTRY,
    deadline=10,  # one change in 20 s per account, and the stages of a deleted API may linger on it
    comes_after=("REST API", "HTTP API"),  # whose deletion removes their stages from it
    price=0,
    console="apigateway/main/usage-plans?region={region}",
    calls={
        "apigateway:GetUsagePlans": read(),
        # BadRequestException: as for REST APIs
        "apigateway:UpdateUsagePlan": write("NotFoundException", "BadRequestException ConflictException"),
        "apigateway:DeleteUsagePlan": write("NotFoundException", "BadRequestException ConflictException"),
    },
    grants=(
        grant("ApiGateway", "apigateway:DeleteUsagePlan", PLANS),
        grant("UsagePlan", "apigateway:UpdateUsagePlan", PLANS),
    ),
    definitions=definitions,
)
