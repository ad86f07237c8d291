"""What AWS does not have for an account does not keep it from CLEAN; what it only doesn't show does."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from carbuyer_cleanup.audit.refusals import is_absent, is_by_scp
from carbuyer_cleanup.audit.types import TAGGED, TYPES
from carbuyer_cleanup.aws.availability import BY_DEFAULT, NOT_IN, ONLY_IN, WORDS, is_missing, words_for
from carbuyer_cleanup.errors import AwsError, Trouble, trouble_of
from carbuyer_cleanup.teardown.plan import STEPS
from carbuyer_cleanup.verdict import Verdict
from strict_moto.faults import Fault, FaultKind, Faults
from strict_moto.rules import RULES
from strict_moto.world import Rule
from tests.choice import one_in

if TYPE_CHECKING:
    from tests.audit.accounts_audited import Account

REGION = "ap-southeast-1"
BY_NAME = {type_.name: type_ for type_ in TYPES}
OTHER, DECIDING = BY_NAME["SQS queue"], BY_NAME["VPC"]

# Answers that say that there is no such thing, as they were reported: ../shared/facts names the threads.
ABSENT = [
    ("InvalidAction", "The action DescribeTransitGateways is not valid for this web service."),
    ("UnsupportedOperation", "The functionality you requested is not available in this region"),
    ("UnsupportedOperationException", "The operation is not supported"),
    ("UnknownOperationException", "The requested operation is not supported in the called region."),
    ("UnsupportedCommandException", "DescribeRepositories command is only supported in us-east-1."),
    ("SubscriptionRequiredException", "The AWS Access Key Id needs a subscription for the service"),
    ("OptInRequired", "You are not subscribed to this service. Please go to http://aws.amazon.com to subscribe."),
    ("NotSignedUp", "Your account is not signed up for the S3 service. You must sign up before you can use S3."),
    ("AccessDeniedException", "Thank you for your interest. It is no longer available to new customers."),
    ("AccessDeniedException", "AWS OpsWorks Stacks is no longer accepting new customers"),
    ("ForbiddenException", "AWS RoboMaker is only available for existing customers."),
    ("ValidationException", "AWS OpsWorks CM is not accepting new customers."),
    ("NoLongerSupportedException", "This service is gone."),
    ("AccessDeniedException", "Unable to determine service/operation name to be authorized"),
    ("AccessDeniedException", "This API is not available in current Region."),
    ("AccessDeniedException", "X API is not currently supported in this region."),
    ("InvalidInputException", "Operation is not supported in eu-south-2 region"),
    ("ValidationException", "Operation is disabled in this region."),
    ("ValidationError", "Value '[LogAlarm]' at 'alarmTypes' failed to satisfy constraint: [enum value set: [Metric…]]"),
    ("AccessDenied", "This is not available for the current AWS account"),
    ("NoAddress", 'Could not connect to the endpoint URL: "https://apprunner.us-west-1.amazonaws.com/"'),
]
# Those that are definite enough for the workshop's own types.
DEFINITE = [
    ("BadRequestException", "Value 'arn:aws:lambda:eu-south-2:1:function:' at 'functionName' failed to satisfy"),
    ("WAFInvalidParameterException", "Error reason: The scope is not valid., field: SCOPE_VALUE"),
]
BASE = "User: arn:aws:iam::111122223333:user/x is not authorized to perform: sqs:ListQueues on resource: * "
TAILS = [
    "with an explicit deny in a service control policy",
    "with an explicit deny in a service control policy: arn:aws:organizations::1:policy/o-x/service_control_policy/p-x",
    "because no service control policy allows the sqs:ListQueues action",
    "with an explicit deny in a resource control policy",
    "with an explicit deny in a permissions boundary",
    "because no permissions boundary allows the sqs:ListQueues action",
    "with an explicit deny in a sessions policy",
    "because no session policy allows the sqs:ListQueues action",
    "with an explicit deny in an identity-based policy",
    "because no identity-based policy allows the sqs:ListQueues action",
    "with an explicit deny in a VPC endpoint policy transitively through a service control policy",
    "with an explicit deny",
    "",
]
# Answers that say something else.
DENIALS = [
    *((code, BASE + tail) for code in ("AccessDenied", "AccessDeniedException") for tail in TAILS),
    ("UnauthorizedOperation", "You are not authorized to perform this operation."),
    ("AccessDenied", "Access Denied"),
    ("AccessDenied", "Access to the resource https://queue.amazonaws.com/ is denied."),
    ("AccessDeniedException", "Insufficient privileges to perform this action."),
    ("UnrecognizedClientException", "The security token included in the request is invalid."),
    ("ExpiredTokenException", "The security token is no longer valid"),
    ("ThrottlingException", "Rate exceeded for existing customers"),
    ("ServiceUnavailable", "The service is no longer available"),
    ("EndpointConnectionError", 'Could not connect to the endpoint URL: "https://x/"'),
    ("NotAws", "the answer is not AWS's"),
]


def answer(code: str, message: str) -> AwsError:
    """Return an answer as ``Aws`` raises it."""
    trouble = Trouble.TRANSIENT if code == "NoAddress" else trouble_of(code, 400)
    return AwsError("sqs:ListQueues", code, message, trouble, REGION, "request")


def always(call: str, code: str, message: str) -> Rule:
    """Return a rule that always answers so."""
    return Rule(call, lambda *_: True, code, message, "made up", 403)


@pytest.mark.parametrize(("code", "message"), ABSENT)
def test_no_such_thing(code: str, message: str) -> None:
    """It is that of another type, and of one of the workshop's it is a look that failed."""
    assert is_absent(OTHER, answer(code, message), others_answer=True)
    assert not is_absent(DECIDING, answer(code, message), others_answer=True)


@pytest.mark.parametrize(("code", "message"), DEFINITE)
def test_definite(code: str, message: str) -> None:
    """These are no other answer's words."""
    assert is_absent(DECIDING, answer(code, message), others_answer=True)


@pytest.mark.parametrize(("code", "message"), DENIALS)
def test_a_denial_says_nothing(code: str, message: str) -> None:
    """No policy's words are taken for AWS's own, and nothing that passes."""
    assert not is_absent(OTHER, answer(code, message), others_answer=True)


def test_each_way_was_reported() -> None:
    """Each row of the table says where the words are from, and is needed for one of these answers."""
    needed = {row for refusal in (*ABSENT, *DEFINITE) for row in words_for(*refusal)}
    assert [row for row in WORDS if not row.source] == []
    assert set(WORDS) == needed


@pytest.mark.parametrize("code", ["OptInRequired", "NoAddress"])
def test_alone_it_may_be_the_region(code: str) -> None:
    """Where no other service answers, the Region may be off, or the network down."""
    assert not is_absent(OTHER, answer(code, ""), others_answer=False)


def test_service_control_policies_are_told(subtests: pytest.Subtests) -> None:
    """By the words that the IAM user guide has for them, in any case; an SCP's words alone are no denial."""
    told = [tail for tail in TAILS if is_by_scp(answer("AccessDeniedException", BASE + tail))]

    with subtests.test("tails"):
        assert told == [*TAILS[:3], TAILS[10]][:3]
    with subtests.test("case"):
        assert is_by_scp(answer("AccessDenied", "No Service Control Policy allows it"))
    with subtests.test("code"):
        assert not is_by_scp(answer("ThrottlingException", BASE + TAILS[0]))


def test_deciding_types() -> None:
    """All that the steps delete is looked for by a deciding type, what hangs on that, and what is tagged."""
    deciding = {type_.name.lower() for type_ in TYPES if type_.is_deciding}
    names = {"function": "lambda function", "instance": "ec2 instance", "distribution": "cloudfront distribution",
             "volume": "ebs volume", "bucket": "s3 bucket", "table": "dynamodb table",
             "role": "iam role", "user": "iam user", "policy": "iam policy", "interface endpoint": "vpc endpoint",
             "base path mapping": "rest api domain name", "http api": "http or websocket api"}  # fmt: skip
    kinds = {kind.name.lower() for step in STEPS for kind in step.kinds}
    assert {kind for kind in kinds if names.get(kind, kind) not in deciding} <= LOOKED_AT_WITH_ANOTHER
    assert TAGGED.is_deciding
    assert not OTHER.is_deciding


# Kinds that are told apart by what they hang on: the audit has one type for them. Test events of Lambda cost nothing,
# and EventBridge's schemas are not in every Region. The last three have no name of the workshop's, so that only the
# step and the journal know whose they are.
LOOKED_AT_WITH_ANOTHER = {
    "lambda test events",
    "s3 objects", "log group of an api", "log group of a function", "security group in the vpc",
    "web acl of a load balancer", "log delivery", "copy of a disk",
}  # fmt: skip


def test_availability_is_of_regions() -> None:
    """The lists name Regions and calls that there are; each gap is one of Regions that botocore knows."""
    calls = {type_.call for type_ in TYPES}
    services = {call.split(":")[0] for call in calls}
    assert len(BY_DEFAULT) == 17
    for pattern in (*ONLY_IN, *NOT_IN):
        assert pattern in calls or pattern.removesuffix(":*") in services


@pytest.mark.parametrize(
    ("call", "region"),
    [
        ("codeconnections:ListConnections", "ap-northeast-3"),
        ("lambda:ListCodeSigningConfigs", "eu-central-2"),
        ("apigatewayv2:GetApis", "ap-east-2"),
        ("sesv2:ListEmailTemplates", "eu-south-2"),
    ],
)
def test_gaps_that_botocore_does_not_know(call: str, region: str) -> None:
    """Where AWS's own parameters lack a service it is asked once; where they have it, as anything else."""
    assert is_missing(call, region)
    assert not is_missing(call, "ap-southeast-1")


@pytest.mark.parametrize("words", one_in(6, ABSENT[:-1]))
def test_absent_other_type(account: Account, words: tuple[str, str]) -> None:
    """The account is CLEAN, and the certificate names what it can't have."""
    account.only("VPC", "SQS queue")
    account.in_one_region()
    account.sandbox.use((always("sqs:ListQueues", *words), *RULES))

    result = account.sweep()

    assert (result.verdict, result.unseen, result.reservation) == (Verdict.CLEAN, [], "")
    assert [(unseen.type, unseen.region) for unseen in result.not_offered] == [("SQS queue", REGION)]
    assert words[1].rstrip(".") in result.not_offered[0].reason


@pytest.mark.parametrize("words", one_in(6, ABSENT[:-1]))
def test_absent_deciding_type(account: Account, words: tuple[str, str]) -> None:
    """Nobody calls an account clean on the word that it has no VPCs."""
    account.only("VPC", "SQS queue")
    account.in_one_region()
    account.sandbox.use((always("ec2:DescribeVpcs", *words), *RULES))

    result = account.sweep()

    assert [unseen.type for unseen in result.unseen] == ["VPC"]
    assert result.verdict is Verdict.COULD_NOT_VERIFY


def test_http_apis_in_a_new_region(account: Account) -> None:
    """A Region without HTTP APIs answers a list of them with words about a function: that is definite."""
    account.only("HTTP or WebSocket API")
    account.in_one_region()
    message = "Value 'arn:aws:lambda:x:1:function:' at 'functionName' failed to satisfy constraint"
    account.sandbox.use((always("apigatewayv2:GetApis", "BadRequestException", message), *RULES))

    assert account.sweep().verdict is Verdict.CLEAN


@pytest.mark.parametrize(("names", "verdict"), [
    (("VPC", "SQS queue"), Verdict.CLEAN), (("SQS queue", "SNS topic"), Verdict.COULD_NOT_VERIFY)
])  # fmt: skip
def test_no_address(account: Account, names: tuple[str, ...], verdict: Verdict) -> None:
    """A host without an address is a service that isn't there, if the Region's others answer."""
    account.only(*names)
    account.in_one_region()
    account.sandbox.faults = Faults((Fault(FaultKind.NOWHERE, calls="s[nq]s:*"),))

    assert account.sweep().verdict is verdict


def test_no_address_of_the_workshops(account: Account) -> None:
    """It is no proof that there is no VPC."""
    account.only("VPC", "SQS queue")
    account.in_one_region()
    account.sandbox.faults = Faults((Fault(FaultKind.NOWHERE, calls="ec2:DescribeVpcs"),))

    assert account.sweep().verdict is Verdict.COULD_NOT_VERIFY


def test_billing_is_withheld(account: Account) -> None:
    """AWS keeps budgets from most identities: CLEAN, and that they were not looked at is said."""
    account.only("VPC", "budget")
    account.sandbox.faults = Faults((Fault(FaultKind.DENY, calls="budgets:*"),))

    result = account.sweep()

    assert (result.verdict, result.unseen) == (Verdict.CLEAN, [])
    assert result.reservation == "Not looked at: budget, which AWS refused to show."
    assert [unseen.type for unseen in result.not_looked_at] == ["budget"]


@pytest.mark.parametrize("kind", [FaultKind.THROTTLE, FaultKind.ERROR, FaultKind.RESET, FaultKind.TIMEOUT])
def test_billing_did_not_answer(account: Account, kind: FaultKind) -> None:
    """Trouble is not AWS's word that nobody may look."""
    account.only("budget")
    account.sandbox.faults = Faults((Fault(kind, calls="budgets:*"),))

    assert account.sweep().verdict is Verdict.COULD_NOT_VERIFY


def test_lists_grow_old(account: Account) -> None:
    """Where AWS's lists know no such service it is asked for all the same: a real answer counts."""
    account.only("SQS queue")
    account.client("sqs").create_queue(QueueName="carbuyer-q")
    known = account.aws.regions_with
    elsewhere = lambda service: [r for r in known(service) if service != "sqs" or r != REGION]  # noqa: E731
    account.patch.setattr(account.aws, "regions_with", elsewhere)

    assert [found.name for found in account.sweep().leftovers] == ["carbuyer-q"]


@pytest.mark.exhaustive
@pytest.mark.parametrize(
    "kind", [FaultKind.NOWHERE, FaultKind.TIMEOUT, FaultKind.RESET, FaultKind.DENY, FaultKind.ERROR]
)
def test_not_listed_and_not_there(account: Account, kind: FaultKind) -> None:
    """Connections is nowhere in Osaka: whatever comes of asking, it is asked once, and the account is CLEAN."""
    account.only("VPC", "code connection")
    account.sandbox.faults = Faults((Fault(kind, calls="codeconnections:*", region="ap-northeast-3"),))

    result = account.sweep()

    assert result.verdict is Verdict.CLEAN
    assert [(unseen.type, unseen.region) for unseen in result.not_offered] == [("code connection", "ap-northeast-3")]
    assert result.calls["codeconnections:ListConnections", "ap-northeast-3"] == 1
