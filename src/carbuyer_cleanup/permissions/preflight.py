"""Before the first deletion: which permissions the caller lacks, as far as IAM's policy simulator knows."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from carbuyer_cleanup.aws.clients import GLOBAL, HOME_REGIONS
from carbuyer_cleanup.backup import calls as backup
from carbuyer_cleanup.catalog import KINDS
from carbuyer_cleanup.errors import CleanupError
from carbuyer_cleanup.permissions.policies import NAME_TAG, SAVING, SCOPES, actions, arns

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from carbuyer_cleanup.aws.context import Aws
    from carbuyer_cleanup.permissions.policies import Scope
    from carbuyer_cleanup.resource import Kind, Resource

    Plan = Mapping[Kind, Collection[Resource]]

Result = dict[str, Any]  # IAM's EvaluationResult

# The calls of each kind that are granted for some resources only.
NEEDS = {kind: {call for one in kind.grants for call in one.calls} for kind in KINDS}


@dataclass(frozen=True)
class Lacking:
    """What the caller may not do, according to IAM's simulator.

    ``denied`` are the actions that no policy of the caller allows, ``forbidden`` those that an organization's policy
    forbids; ``unclear`` are those that depend on ``keys`` of the request's context, which nobody knows beforehand.
    """

    denied: tuple[str, ...] = ()
    forbidden: tuple[str, ...] = ()
    unclear: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()


async def lacking(aws: Aws, plan: Plan) -> Lacking:
    """Return what a plan (resources by kind) may need and the caller may not do; finding out changes nothing.

    Raises:
        CleanupError: the caller may not ask, or is not a user or role whose policies can be simulated.
    """
    if aws.caller.endswith(":root"):
        msg = "the root user's can't be simulated: it may do whatever no service control policy forbids"
        raise CleanupError(msg)
    kinds = _deleted(plan)
    calls = {call for kind in kinds for call in NEEDS[kind]} | _saving(aws, kinds)
    principal, examples = await _principal(aws), _Examples(aws, plan)
    found = await asyncio.gather(*(_results(examples, principal, scope, calls) for scope in (*SCOPES, *SAVING)))
    return _sorted({action: results for of_scope in found for action, results in of_scope.items()})


def _deleted(plan: Plan) -> list[Kind]:
    """Return the kinds that are deleted: those in the plan, and those that deleting them may create."""
    planned = [kind for kind, resources in plan.items() if resources]
    steps = {kind.step for kind in planned}
    return [*planned, *(kind for kind in plan if kind.follows and kind.step in steps and kind not in planned)]


def _saving(aws: Aws, kinds: Iterable[Kind]) -> set[str]:
    """Return the calls that a backup of these kinds makes; none without --backup."""
    granted = (grant for kind in kinds for grant in backup.grants(kind)) if aws.backup else ()
    return {call for grant in granted for call in grant.calls}


async def _principal(aws: Aws) -> str:
    """Return the ARN that the policies are attached to: a session's own ARN lacks its role's path."""
    sort, _, name = aws.caller.split(":", 5)[5].partition("/")
    if sort == "user":
        return aws.caller
    roles = await aws.pages("iam:ListRoles", "Roles") if sort == "assumed-role" else []
    found = [role["Arn"] for role in roles if role["RoleName"] == name.partition("/")[0]]
    if not found:
        raise CleanupError(f"{aws.caller} is neither a user nor in a role of this account")
    return str(found[0])


async def _results(examples: _Examples, principal: str, scope: Scope, calls: set[str]) -> Mapping[str, list[Result]]:
    """Return what the simulator says about each action that these calls of the scope need."""
    wanted = sorted({action for call in scope.calls if call in calls for action in actions(call)})
    results = defaultdict[str, list[Result]](list, {action: [] for action in wanted})
    if wanted:
        for result in await examples.aws.pages(
            "iam:SimulatePrincipalPolicy",
            "EvaluationResults",
            PolicySourceArn=principal,
            ActionNames=wanted,
            ResourceArns=[arn for resource in scope.resources for arn in examples.arns(resource)],
            ContextEntries=examples.context(scope),
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
    """Return whether an action is allowed for one of its scope's resources: most actions apply to one of them only.

    A result's own decision is the most restrictive one of all (IAM API reference, EvaluationResult).
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
    """Return the results for single resources; none if no resource was named."""
    return result.get("ResourceSpecificResults") or []


@dataclass(frozen=True)
class _Examples:
    """ARNs and names of things that may exist, planned ones first: the simulator accepts no wildcards."""

    aws: Aws
    plan: Plan

    def arns(self, resource: str) -> list[str]:
        """Return the ARNs that a grant's resource stands for, with 0 for ``*``: recordings keep a digit."""
        aws = self.aws
        manifest = replace(aws.workshop, region=aws.region)  # --region wins over the manifest's
        parts = [arn.split(":", 5) for arn in arns(resource, manifest, lambda entry, _: [self.name(entry)])]
        return [":".join([*head, aws.account if of else "", rest.replace("*", "0")]) for *head, of, rest in parts]

    def name(self, entry: str) -> str:
        """Return a name for an entry of the manifest: of something planned, else the manifest's, else a made-up one."""
        planned = (one.name for found in self.plan.values() for one in found if entry and one.entry == entry)
        manifest = self.aws.workshop
        return next(filter(None, planned), manifest.names.get(entry, (f"{manifest.prefix}0",))[0])

    def context(self, scope: Scope) -> list[dict[str, object]]:
        """Return the context keys that a policy may use; global services are called in the home Region."""
        service = scope.calls[0].split(":")[0]
        facts = {"aws:RequestedRegion": HOME_REGIONS[self.aws.partition] if service in GLOBAL else self.aws.region}
        if scope.tagged is not None:
            facts[NAME_TAG] = self.name(scope.tagged)
        return [{"ContextKeyName": k, "ContextKeyValues": [v], "ContextKeyType": "string"} for k, v in facts.items()]
