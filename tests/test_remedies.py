"""What is said to do about a refusal: the tables as wholes."""

from __future__ import annotations

import ast
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
from botocore.loaders import Loader
from botocore.model import ServiceModel
from botocore.retries import standard

import strict_moto
from carbuyer_cleanup.aws.calls import CALLS
from carbuyer_cleanup.aws.remedies import REMEDIES, remedy
from carbuyer_cleanup.errors import CODES, AwsError, Trouble, trouble_of
from strict_moto.families import EC2, JSON, QUERY, REST_JSON, S3
from strict_moto.quirks import Quirks
from strict_moto.rules import RULES
from strict_moto.world import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType

PASSING = CODES[Trouble.THROTTLED] | CODES[Trouble.TRANSIENT]
SERVICES = sorted({call.split(":")[0] for call in CALLS})
RAISED = frozenset({"Refusal", "ErrorText", "_failure"})  # by which the sandbox's own functions refuse


class Said(NamedTuple):
    """A refusal: who was asked for what, and what came back."""

    call: str
    code: str
    message: str = ""
    status: int = 400

    @property
    def advice(self) -> str:
        """What the user is told to do."""
        known = self.call in CALLS
        trouble = (
            CALLS[self.call].trouble(self.code, self.message, self.status)
            if known
            else trouble_of(self.code, self.status)
        )
        return AwsError(self.call, self.code, self.message, trouble).advice


@cache
def _model(service: str) -> ServiceModel:
    return ServiceModel(Loader().load_service_model(service, "service-2"), service)


def _errors(service: str, operation: str) -> list[Any]:
    return _model(service).operation_model(operation).error_shapes


def _of_rules() -> Iterator[Said]:
    for rule in RULES:
        if isinstance(rule, Rule) and rule.code:
            yield Said(rule.call, rule.code, rule.message, rule.status)


def _of_calls() -> Iterator[Said]:
    for call, row in CALLS.items():
        for code in row.gone | row.busy:
            yield Said(call, code)


def _of_families() -> Iterator[Said]:
    for family in (EC2, JSON, QUERY, REST_JSON, S3):
        words = (family.throttled, family.failed, family.denied, family.expired, family.unknown, family.off)
        yield from (Said("iam:ListRoles", one.code, one.message, one.status) for one in words)


def _of_functions() -> Iterator[Said]:
    """Yield what the sandbox's modules refuse within functions, and by a switch."""
    root = Path(strict_moto.__file__).parent
    for path in root.rglob("*.py"):
        name = ".".join(("strict_moto", *path.relative_to(root).with_suffix("").parts))
        if not name.endswith("__"):
            yield from (Said("ec2:DeleteVpc", code) for code in _codes(import_module(name), path.read_text("utf-8")))
    yield from (Said("ec2:DeleteVpc", value) for value in vars(Quirks()).values() if isinstance(value, str))


def _codes(module: ModuleType, source: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in RAISED:
            for value in (_value(module, argument) for argument in node.args[:2]):
                if isinstance(value, str) and value and value[0].isupper() and not set(" {'") & set(value):
                    yield value


def _value(module: ModuleType, node: ast.expr) -> object:
    """Return what is passed: a text, or a constant of the module, of which the code is the first part."""
    if isinstance(node, ast.Constant):
        return node.value
    named = node.value if isinstance(node, ast.Starred) else node
    value = getattr(module, named.id, None) if isinstance(named, ast.Name) else None
    return value[0] if isinstance(value, tuple) else value


def test_every_refusal_has_an_answer() -> None:
    """Whatever any rule of the sandbox, or any row of the table of calls, can say: the user is told what helps."""
    said = {*_of_rules(), *_of_calls(), *_of_families(), *_of_functions()}
    assert len({one.code for one in said}) > 90
    assert sorted(one for one in said if one.advice == Trouble.OTHER.value) == []


def test_every_error_of_the_models_that_are_asked_has_an_answer() -> None:
    """The same of what botocore's models say that a call of ours that changes something may answer."""
    operations = [(call, *call.split(":")) for call, row in CALLS.items() if row.writes]
    errors = {Said(call, shape.error_code) for call, service, name in operations for shape in _errors(service, name)}
    assert sorted(one for one in errors if one.advice == Trouble.OTHER.value) == []


def test_what_botocore_tries_again_is_tried_again() -> None:
    """The codes that botocore's own retries take for passing pass here, too, and so do its HTTP statuses."""
    table = Loader().load_data("_retry")
    policies = [*table["definitions"].values()]
    policies += [p for s in table["retry"].values() for p in s.get("__default__", {}).get("policies", {}).values()]
    responses = [p["applies_when"].get("response", {}) for p in policies if "applies_when" in p]
    codes = {r["service_error_code"] for r in responses if "service_error_code" in r}
    codes |= {*vars(standard.ThrottledRetryableChecker())["_throttled_error_codes"]}
    codes |= {*vars(standard.TransientRetryableChecker())["_transient_error_codes"]}
    statuses = {r["http_status_code"] for r in responses if "service_error_code" not in r and "http_status_code" in r}
    assert codes - PASSING == set()
    assert {trouble_of("", s) for s in statuses} == {Trouble.THROTTLED, Trouble.TRANSIENT}


@pytest.mark.exhaustive
def test_what_the_models_call_retryable() -> None:
    """The errors that botocore's models call retryable are tried again; denials are known as such."""
    shapes: list[Any] = [shape for service in SERVICES for shape in _model(service).error_shapes]
    retryable = {shape.error_code for shape in shapes if shape.metadata.get("retryable")}
    assert retryable - PASSING == set()
    denials = {c for shape in shapes if (c := shape.error_code).startswith(("AccessDenied", "Forbidden", "NotAuthor"))}
    assert denials - CODES[Trouble.DENIED] == set()


def test_no_code_is_two_things() -> None:
    """A code means one kind of trouble."""
    codes = [code for row in CODES.values() for code in row]
    assert len(codes) == len(set(codes))


# One code in two meanings: what passes, and what never does.
LASTING = {
    "elbv2:DeleteLoadBalancer": ("ResourceInUse", "is in use", "currently associated with another service"),
    "ec2:ReleaseAddress": ("AuthFailure", "permission to access", "validate the provided access credentials"),
    "ec2:DeleteNetworkInterface": ("InvalidParameterValue", "is currently in use", "is not valid"),
}


def test_what_never_passes_is_not_waited_for() -> None:
    """Each call whose row has words for that has an example of both."""
    kinds = {call: [CALLS[call].trouble(code, words) for words in both] for call, (code, *both) in LASTING.items()}
    assert kinds.keys() == {call for call, row in CALLS.items() if row.lasting}
    assert [call for call, (passes, _) in kinds.items() if passes is not Trouble.BUSY] == []
    assert [call for call, (_, lasts) in kinds.items() if lasts is Trouble.BUSY] == []


FORBIDDEN = "with an explicit deny in "
REFUSALS = [
    (Said("s3:DeleteObjects", "AccessDenied", "Access Denied because object protected by object lock."), "Object lock"),
    (Said("s3:DeleteObjects", "AccessDenied", "Mfa Authentication must be used for this request"), "MFA delete"),
    (Said("s3:DeleteObjects", "AccessDenied", "2 left in b, first a (version null): Access Denied"), "Requester Pays"),
    (Said("s3:GetObject", "InvalidObjectState", "is not valid for the object's storage class"), "Initiate restore"),
    (Said("s3:GetObject", "InvalidRequest", "stored using a form of Server Side Encryption."), "SSE-C"),
    (Said("s3:GetObject", "KMS.DisabledException", "arn:aws:kms:…:key/… is disabled."), "KMS console"),
    (Said("s3:DeleteBucket", "AccessDenied", "is not authorized to perform: s3:DeleteBucket"), "Ask the owner"),
    (Said("ec2:DeleteVpc", "UnauthorizedOperation", f"{FORBIDDEN}a service control policy"), "organization"),
    (
        Said("sns:DeleteTopic", "TagPolicy", "doesn't comply with the IAM tag policy."),
        "tag policy of your organization",
    ),
    (Said("iam:DeleteRole", "AccessDenied", f"{FORBIDDEN}an identity-based policy"), "remove that statement"),
    (Said("iam:DeleteRole", "AccessDenied", "because no permissions boundary allows it"), "permissions boundary"),
    (Said("iam:DeleteRole", "AccessDenied", "because no session policy allows the action"), "session policy"),
    (Said("ec2:DeleteVpc", "AccessDenied", "because no VPC endpoint policy allows the action"), "outside that VPC"),
    (Said("iam:DeleteRole", "AccessDenied", "is not authorized to perform: iam:DeleteRole"), "Ask the owner"),
    (Said("lambda:DeleteFunction", "InvalidParameterValueException", "it is a replicated function"), "tomorrow"),
    (Said("ec2:DeleteVpc", "InvalidParameterValue", "is the source of IPAM pool ipam-pool-1"), "that pool"),
    (Said("elbv2:DeleteLoadBalancer", "ResourceInUse", "is associated with another service"), "VPC links"),
    (Said("cloudfront:DeleteDistribution", "ResourceInUse", "Cannot delete it"), "continuous deployment"),
    (Said("cloudfront:UpdateDistribution", "StagingDistributionInUse", "In use"), "continuous deployment"),
    (Said("cloudfront:UpdateDistribution", "TooManyOrigins", "Too many"), "which shows what is wrong"),
    (Said("ec2:ReleaseAddress", "InvalidAddress.Locked", "it is locked to your account"), "AWS Support"),
    (Said("ec2:DisassociateAddress", "AuthFailure", "permission to access the specified resource."), "belongs"),
    (Said("ec2:DescribeVpcs", "AuthFailure", "not able to validate the provided access credentials"), "not enabled"),
    (Said("ec2:DescribeVpcs", "RequestExpired", "Request has expired."), "clock"),
    (Said("sts:GetCallerIdentity", "SignatureDoesNotMatch", "Signature expired: 20261126T010000Z"), "clock"),
    (Said("s3:ListBuckets", "RequestTimeTooSkewed", "The difference between the request time"), "clock"),
    (Said("elbv2:DeleteLoadBalancer", "ResourceInUse", "is associated with another service"), "endpoint service"),
    (Said("ec2:DeleteVpcEndpoints", "InvalidParameter", "not allowed for requester-managed VPC"), "GuardDuty"),
    (Said("iam:DeleteRole", "LimitExceeded"), "quota"),
    (Said("ec2:DescribeVpcs", "SubscriptionRequiredException"), "registration"),
    (Said("ec2:DescribeVpcs", "OptInRequired", "You are not subscribed to this service."), "registration"),
    (Said("ec2:DescribeVpcs", "NotAws"), "endpoint_url"),
    (Said("ec2:DescribeInstanceConnectEndpoints", "InvalidAction"), "emulator"),
]


@pytest.mark.parametrize(("said", "part"), REFUSALS, ids=[f"{said.call} {said.code} {part}" for said, part in REFUSALS])
def test_the_cause_is_told_from_its_words(said: Said, part: str) -> None:
    """One code has many causes: the message tells which, and the sentence what helps against that one."""
    assert part in said.advice


def test_every_row_is_reached() -> None:
    """No row stands behind one that takes all it is for."""
    said = [one for one, _ in REFUSALS] + [*_of_rules(), *_of_calls(), *_of_families(), *_of_functions()]
    reached = {remedy(one.call, one.code, one.message) for one in said}
    assert [row.says for row in REMEDIES if row.says not in reached] == []
