"""Before the first deletion: which permissions the caller lacks, as far as IAM's policy simulator knows."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

from carbuyer_cleanup.contain import contained
from carbuyer_cleanup.errors import CleanupError
from carbuyer_cleanup.permissions import NAME_TAG, SCOPES, actions, arns

if TYPE_CHECKING:
    from carbuyer_cleanup.aws import Aws
    from carbuyer_cleanup.permissions import Scope
    from carbuyer_cleanup.workshop import Workshop


async def missing(aws: Aws) -> list[str]:
    """Return the actions that a teardown may need and the caller may not take; nothing is changed to find out.

    Raises:
        CleanupError: the caller may not ask, or has no policies that can be asked for, or AWS's answer makes no sense.
    """
    if aws.caller.endswith(":root"):
        msg = "the root user's can't be asked for: it may do whatever no service control policy forbids"
        raise CleanupError(msg)
    with contained("permissions"):
        principal = await _principal(aws)
        denied = await asyncio.gather(*(_denied(aws, principal, scope) for scope in SCOPES))
    return sorted({action for found in denied for action in found})


async def _principal(aws: Aws) -> str:
    """Return the ARN that the policies hang on: a session's caller is named after its role, without the role's path."""
    sort, _, name = aws.caller.split(":", 5)[5].partition("/")
    if sort == "user":
        return aws.caller
    roles = await aws.pages("iam:ListRoles", "Roles") if sort == "assumed-role" else []
    found = [role["Arn"] for role in roles if role["RoleName"] == name.partition("/")[0]]
    if not found:
        raise CleanupError(f"{aws.caller} is neither a user nor in a role of this account")
    return str(found[0])


async def _denied(aws: Aws, principal: str, scope: Scope) -> set[str]:
    wanted = {action for call in scope.calls.split() for action in actions(call)}
    results = await aws.pages(
        "iam:SimulatePrincipalPolicy",
        "EvaluationResults",
        PolicySourceArn=principal,
        ActionNames=sorted(wanted),
        ResourceArns=[arn for resource in scope.resources for arn in _examples(aws, resource)],
        ContextEntries=_context(aws, scope),
    )
    # An action fits one of the scope's resources only: it will do if it is allowed for any of them.
    return wanted - {result["EvalActionName"] for result in results if result["EvalDecision"] == "allowed"}


def _examples(aws: Aws, resource: str) -> list[str]:
    """Return ARNs of things that may be there: the simulator takes no wildcards."""
    manifest = replace(aws.workshop, region=aws.region)  # --region wins over the manifest's
    parts = [arn.split(":", 5) for arn in arns(resource, manifest, _example_name)]
    return [":".join([*head, aws.account if account else "", rest.replace("*", "x")]) for *head, account, rest in parts]


def _example_name(entry: str, manifest: Workshop) -> list[str]:
    return [manifest.names.get(entry, (f"{manifest.prefix}x",))[0]]


def _context(aws: Aws, scope: Scope) -> list[dict[str, object]]:
    """Return what a policy's conditions may ask for."""
    facts = {"aws:RequestedRegion": aws.region}
    if scope.tagged is not None:
        facts[NAME_TAG] = _example_name(scope.tagged, aws.workshop)[0]
    return [{"ContextKeyName": k, "ContextKeyValues": [v], "ContextKeyType": "string"} for k, v in facts.items()]
