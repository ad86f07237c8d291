"""IAM's policy simulator, which moto 5.2.5 lacks. The embedded AWS denies nothing by policy, and says so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from carbuyer_cleanup.sandbox.world import Instead

if TYPE_CHECKING:
    from carbuyer_cleanup.sandbox.world import Params, Request, World


def _allow_all(_world: World, request: Request) -> Params:
    results = [
        {"EvalActionName": action, "EvalResourceName": resource, "EvalDecision": "allowed"}
        for action in request.params["ActionNames"]
        for resource in request.params.get("ResourceArns", ["*"])
    ]
    return {"EvaluationResults": results, "IsTruncated": False}


RULES = (Instead("iam:SimulatePrincipalPolicy", _allow_all, "IAM API reference, SimulatePrincipalPolicy"),)
