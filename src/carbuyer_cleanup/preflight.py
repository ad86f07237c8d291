"""Before the first deletion: which permissions the caller lacks, as far as IAM's policy simulator knows."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from carbuyer_cleanup.aws.context import GLOBAL, HOME_REGIONS
from carbuyer_cleanup.errors import CleanupError
from carbuyer_cleanup.permissions import NAME_TAG, SAVING, SCOPES, actions, arns
from carbuyer_cleanup.teardown.plan import STEPS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from carbuyer_cleanup.aws.context import Aws
    from carbuyer_cleanup.permissions import Scope
    from carbuyer_cleanup.workshop import Workshop

Result = dict[str, Any]  # IAM's EvaluationResult

# The calls of each step that are granted for some resources only.
NEEDS = {step.number: {call for kind in step.kinds for one in kind.grants for call in one.calls} for step in STEPS}

# Those that a backup makes besides, by the statement of its policy.
SAVED_BY = {6: ("SavedApis", "SavedLogs"), 7: ("SavedFunctions", "SavedTestEvents", "SavedLogs"), 9: ("SavedBucket",)}
SAVED_BY |= {10: ("SavedTables",)}


@dataclass(frozen=True)
class Lacking:
    """What the caller may not do by IAM's simulator.

    ``denied`` are the actions that no policy of the caller's allows, ``forbidden`` those that an organization's policy
    forbids; ``unclear`` depends on the ``keys`` of the request's context, which the simulator can't be told beforehand.
    """

    denied: tuple[str, ...] = ()
    forbidden: tuple[str, ...] = ()
    unclear: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()


async def lacking(aws: Aws, numbers: Iterable[int]) -> Lacking:
    """Return what the steps of these numbers may need and the caller may not do; nothing is changed to find out.

    Raises:
        CleanupError: the caller may not ask, or is nobody whose policies can be asked for.
    """
    if aws.caller.endswith(":root"):
        msg = "the root user's can't be asked for: it may do whatever no service control policy forbids"
        raise CleanupError(msg)
    calls = {call for number in numbers for call in NEEDS[number]} | _saving(aws, numbers)
    principal = await _principal(aws)
    found = await asyncio.gather(*(_results(aws, principal, scope, calls) for scope in (*SCOPES, *SAVING)))
    return _sorted({action: results for of_scope in found for action, results in of_scope.items()})


def _saving(aws: Aws, numbers: Iterable[int]) -> set[str]:
    """Return what the backup of these steps calls; nothing without one."""
    statements = {name for number in numbers for name in SAVED_BY.get(number, ())} if aws.backup else set()
    return {call for scope in SAVING if scope.name in statements for call in scope.calls}


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


async def _results(aws: Aws, principal: str, scope: Scope, calls: set[str]) -> Mapping[str, list[Result]]:
    """Return what the simulator says of each action that these calls of the scope need."""
    wanted = sorted({action for call in scope.calls if call in calls for action in actions(call)})
    results = defaultdict[str, list[Result]](list, {action: [] for action in wanted})
    if wanted:
        for result in await aws.pages(
            "iam:SimulatePrincipalPolicy",
            "EvaluationResults",
            PolicySourceArn=principal,
            ActionNames=wanted,
            ResourceArns=[arn for resource in scope.resources for arn in _examples(aws, resource)],
            ContextEntries=_context(aws, scope),
        ):
            results[result["EvalActionName"]].append(result)
    return results


def _sorted(results: Mapping[str, list[Result]]) -> Lacking:
    refused = {action: told for action, told in results.items() if not _is_allowed(told)}
    forbidden = {action for action, told in refused.items() if any(map(_is_forbidden, told))}
    needed = {action: {*_missing(told)} for action, told in refused.items() if action not in forbidden}
    return Lacking(
        denied=tuple(sorted(action for action, keys in needed.items() if not keys)),
        forbidden=tuple(sorted(forbidden)),
        unclear=tuple(sorted(action for action, keys in needed.items() if keys)),
        keys=tuple(sorted({key for keys in needed.values() for key in keys})),
    )


def _is_allowed(results: list[Result]) -> bool:
    """Say whether an action is allowed for one of its scope's resources: most actions fit one of them only.

    What a result itself says is the most restrictive of all (IAM API reference, EvaluationResult).
    """
    decisions = {one["EvalResourceDecision"] for result in results for one in _each(result)}
    return "allowed" in (decisions or {result["EvalDecision"] for result in results})


def _is_forbidden(result: Result) -> bool:
    return result.get("OrganizationsDecisionDetail", {}).get("AllowedByOrganizations") is False


def _missing(results: list[Result]) -> Iterator[str]:
    """Yield the context keys that a policy asks for and the simulator wasn't told."""
    for result in results:
        for told in (result, *_each(result)):
            yield from told.get("MissingContextValues") or ()


def _each(result: Result) -> list[Result]:
    """Return what is said of each resource; nothing if none was named."""
    return result.get("ResourceSpecificResults") or []


def _examples(aws: Aws, resource: str) -> list[str]:
    """Return ARNs of things that may be there: the simulator takes no wildcards. A digit is kept by recordings."""
    manifest = replace(aws.workshop, region=aws.region)  # --region wins over the manifest's
    parts = [arn.split(":", 5) for arn in arns(resource, manifest, _example_name)]
    return [":".join([*head, aws.account if account else "", rest.replace("*", "0")]) for *head, account, rest in parts]


def _example_name(entry: str, manifest: Workshop) -> list[str]:
    return [manifest.names.get(entry, (f"{manifest.prefix}0",))[0]]


def _context(aws: Aws, scope: Scope) -> list[dict[str, object]]:
    """Return what a policy's conditions may ask for; global services are asked at home."""
    service = scope.calls[0].split(":")[0]
    facts = {"aws:RequestedRegion": HOME_REGIONS[aws.partition] if service in GLOBAL else aws.region}
    if scope.tagged is not None:
        facts[NAME_TAG] = _example_name(scope.tagged, aws.workshop)[0]
    return [{"ContextKeyName": k, "ContextKeyValues": [v], "ContextKeyType": "string"} for k, v in facts.items()]
