"""What IAM must allow for this suite's calls: ``python -m carbuyer_cleanup.permissions cleanup`` prints it.

Actions have the names of AWS's Service Authorization Reference. Those that can be granted for some resources only are
granted by the kinds; all others only list, which AWS grants for a whole account or not at all.
"""

from __future__ import annotations

import argparse
import json
import re
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING, Any

from carbuyer_cleanup import workshop
from carbuyer_cleanup.aws.calls import CALLS
from carbuyer_cleanup.backup import calls as backup
from carbuyer_cleanup.backup.restore_calls import RESTORING
from carbuyer_cleanup.call import grant
from carbuyer_cleanup.catalog import KINDS
from carbuyer_cleanup.project_files import MANIFEST

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from carbuyer_cleanup.call import Grant
    from carbuyer_cleanup.workshop import Workshop

Statement = dict[str, Any]
LOOK = "Look"  # the statement of the calls that list
NAME_TAG = "aws:ResourceTag/Name"
FREE = frozenset({"sts:GetCallerIdentity"})  # "No permissions are required": STS API reference

# botocore's name of a service → IAM's, where they differ.
SERVICES = {
    "apigatewayv2": "apigateway",
    "efs": "elasticfilesystem",
    "elb": "elasticloadbalancing",
    "elbv2": "elasticloadbalancing",
    "emr": "elasticmapreduce",
    "opensearch": "es",
    "pricing-plan-manager": "pricingplanmanager",
    "resourcegroupstaggingapi": "tag",
    "s3control": "s3",
    "sesv2": "ses",
    "stepfunctions": "states",
}
# A call → its actions, where the operation's name isn't the action's.
ACTIONS = {
    "budgets:DescribeBudgets": ("budgets:ViewBudget",),
    "s3:DeleteObject": ("s3:DeleteObject", "s3:DeleteObjectVersion"),
    "s3:DeleteObjects": ("s3:DeleteObject", "s3:DeleteObjectVersion"),
    "s3:GetBucketCors": ("s3:GetBucketCORS",),
    "s3:GetBucketEncryption": ("s3:GetEncryptionConfiguration",),
    "s3:GetBucketLifecycleConfiguration": ("s3:GetLifecycleConfiguration",),
    "s3:GetBucketNotificationConfiguration": ("s3:GetBucketNotification",),
    "s3:GetObject": ("s3:GetObject", "s3:GetObjectVersion"),
    "s3:GetObjectTagging": ("s3:GetObjectTagging", "s3:GetObjectVersionTagging"),
    "s3:GetPublicAccessBlock": ("s3:GetBucketPublicAccessBlock",),
    "s3:HeadObject": ("s3:GetObject", "s3:GetObjectVersion"),
    "s3:ListBuckets": ("s3:ListAllMyBuckets",),
    "s3:ListMultipartUploads": ("s3:ListBucketMultipartUploads",),
    "s3:ListObjectVersions": ("s3:ListBucketVersions",),
}
# API Gateway's actions are HTTP's methods, and its resources the paths of its own API.
METHODS = {"Get": "GET", "Export": "GET", "Delete": "DELETE", "Update": "PATCH"}


@dataclass(frozen=True)
class Scope:
    """A statement of the cleanup policy: calls that are granted for some resources only, built from grants.

    ``name``, ``calls``, ``resources`` and ``tagged`` are a grant's. ``written`` is a shorter form of the resources, and
    ``lists`` of the actions that list: the length of a managed policy is limited.
    """

    name: str
    calls: tuple[str, ...]
    resources: tuple[str, ...]
    tagged: str | None = None
    written: tuple[str, ...] = ()
    lists: str = ""


WRITTEN = {"InTheVpc": ("ec2:{region}:*:*/*",)}
LISTS = dict.fromkeys(("User", "GroupsAndPolicies"), "iam:List*")  # what is the workshop's may be listed in any way


def _scope(name: str, grants: Sequence[Grant]) -> Scope:
    calls = dict.fromkeys(call for grant in grants for call in grant.calls)
    resources = dict.fromkeys(resource for grant in grants for resource in grant.resources)
    return Scope(name, (*calls,), (*resources,), grants[0].tagged, WRITTEN.get(name, ()), LISTS.get(name, ""))


def _scopes(grants: Sequence[Grant]) -> tuple[Scope, ...]:
    """Combine the grants with the same name."""
    names = dict.fromkeys(grant.statement for grant in grants)
    return tuple(_scope(name, [grant for grant in grants if grant.statement == name]) for name in names)


GRANTS = (
    *(grant for kind in KINDS for grant in kind.grants),
    grant("Preflight", "iam:SimulatePrincipalPolicy", "iam::*:user/*", "iam::*:role/*"),
)
SCOPES, SAVING = _scopes(GRANTS), _scopes(backup.GRANTS)
SCOPED = frozenset(call for scope in (*SCOPES, *SAVING) for call in scope.calls)

# What is listed of API Gateway, whose GETs are granted by path.
API_PATHS = (
    "restapis", "domainnames", "domainnames/*/basepathmappings", "domainnames/*/apimappings", "usageplans", "apikeys",
    "apis", "vpclinks", "clientcertificates",
)  # fmt: skip


def actions(call: str) -> tuple[str, ...]:
    """Return the IAM actions that a call of the suite needs, none if it needs no permission."""
    service, operation = call.split(":")
    if SERVICES.get(service, service) == "apigateway":
        return (f"apigateway:{METHODS[re.findall('[A-Z][a-z]+', operation)[0]]}",)
    return () if call in FREE else ACTIONS.get(call, (f"{SERVICES.get(service, service)}:{operation}",))


def looking() -> list[str]:
    """Return the calls of the verify policy: those that list."""
    return [call for call in CALLS if call not in SCOPED and call not in backup.LOOKS]


def policy(task: str, manifest: Workshop, scopes: Iterable[Scope] = SCOPES) -> Statement:
    """Return the IAM policy for a task: a teardown needs ``cleanup`` and ``verify``, and with a backup ``backup``."""
    return {"Version": "2012-10-17", "Statement": POLICIES[task](manifest, scopes)}


def statement(scope: Scope, manifest: Workshop) -> Statement:
    """Return a scope as a statement of a policy."""
    resources = [arn for resource in scope.written or scope.resources for arn in arns(resource, manifest, names)]
    granted = _statement(scope.name, scope.calls, resources)
    if scope.lists:
        granted["Action"] = sorted({*(a for a in granted["Action"] if not fnmatchcase(a, scope.lists)), scope.lists})
    if scope.tagged is not None:
        granted["Condition"] = {"StringLike": {NAME_TAG: names(scope.tagged, manifest)}}
    return granted


def _cleanup(manifest: Workshop, scopes: Iterable[Scope]) -> list[Statement]:
    return [statement(scope, manifest) for scope in scopes]


def _backup(manifest: Workshop, _scopes: Iterable[Scope]) -> list[Statement]:
    return [_statement(LOOK, backup.LOOKS, ["*"]), *(statement(scope, manifest) for scope in SAVING)]


def _verify(manifest: Workshop, _scopes: Iterable[Scope]) -> list[Statement]:
    paths = [f"arn:{partition(manifest)}:apigateway:*::/{path}" for path in API_PATHS]
    api = [call for call in looking() if call.startswith("apigateway")]
    return [_statement(LOOK, [c for c in looking() if c not in api], ["*"]), _statement("ApiGateway", api, paths)]


def _restore(manifest: Workshop, _scopes: Iterable[Scope]) -> list[Statement]:
    return [
        _granted(
            name,
            {action for needed in one.calls.values() for action in needed.split()},
            [arn for resource in one.resources for arn in arns(resource, manifest, names)],
        )
        for name, one in RESTORING.items()
    ]


POLICIES = {"cleanup": _cleanup, "verify": _verify, "backup": _backup, "restore": _restore}


def _statement(name: str, calls: Iterable[str], resources: list[str]) -> Statement:
    return _granted(name, {action for call in calls for action in actions(call)}, resources)


def _granted(name: str, wanted: Iterable[str], resources: list[str]) -> Statement:
    granted = sorted(wanted)
    return {"Sid": name, "Effect": "Allow", "Action": granted, "Resource": resources}


def arns(resource: str, manifest: Workshop, named: Callable[[str, Workshop], list[str]]) -> list[str]:
    """Return the ARNs that a grant's resource stands for: one for each name that ``named`` returns for its entry."""
    text = f"arn:{partition(manifest)}:" + resource.replace("{region}", manifest.region)
    entry = re.search(r"\{(.*)\}", text)
    return [text.replace(entry[0], name) for name in named(entry[1], manifest)] if entry else [text]


def names(entry: str, manifest: Workshop) -> list[str]:
    """Return the patterns of an entry's names: anything with the prefix, and the manifest's other names."""
    told = manifest.names.get(entry, ())
    others = [_literal(name) for name in told if not name.startswith(manifest.prefix)]
    return [f"{_literal(manifest.prefix)}*", *others]


def _literal(name: str) -> str:
    """Return a name escaped for a policy (IAM user guide, "Policy variables": special characters)."""
    return re.sub(r"[*?$]", r"${\g<0>}", name)


def partition(manifest: Workshop) -> str:
    """Return the partition that the workshop's Region is in; in ARNs it can't be a wildcard."""
    return {"cn": "aws-cn", "us-gov": "aws-us-gov"}.get(manifest.region.rpartition("-")[0].rpartition("-")[0], "aws")


def _region(text: str) -> str:
    if not workshop.REGION.fullmatch(text):
        raise argparse.ArgumentTypeError(f"{text!r} is not a Region such as ap-southeast-1")
    return text


def main(arguments: Sequence[str] | None = None) -> None:
    """Print a policy."""
    options = make_parser().parse_args(arguments)
    manifest = workshop.load(options.workshop)
    manifest = replace(manifest, region=options.region or manifest.region)
    manifest = manifest.with_names(*options.name)
    print(json.dumps(policy(options.task, manifest), indent=2))  # noqa: T201 - what it is started for


def make_parser() -> argparse.ArgumentParser:
    """Return what reads the arguments."""
    parser = argparse.ArgumentParser(prog="python -m carbuyer_cleanup.permissions", description=__doc__)
    parser.add_argument("task", choices=list(POLICIES), help="deleting needs the first two")
    parser.add_argument("--workshop", type=Path, default=MANIFEST, metavar="FILE", help="default: the suite's own")
    parser.add_argument("--name", action="append", default=[], metavar="ENTRY=NAME", help="as in the suite")
    parser.add_argument("--region", type=_region, help="as in the suite (default: the manifest's)")
    return parser
