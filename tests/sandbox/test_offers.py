"""What AWS does not offer an account: each row in AWS's words, and each row needed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from botocore import xform_name
from botocore.exceptions import ClientError, EndpointConnectionError

from strict_moto import offers
from strict_moto.messy_estates import CLEAN, ESTATES, furnish
from strict_moto.offers import BILLING, CLOSED, GAPS, ORDINARY, Offer
from tests.choice import one_in

if TYPE_CHECKING:
    from strict_moto import Sandbox
    from strict_moto.offers import Lack
    from strict_moto.session import Session

HOME, OSAKA, ACCOUNT = "ap-southeast-1", "ap-northeast-3", "111122223333"
OF_ACCOUNT = {"AccountId": ACCOUNT}

# A call of each row of the table, where it is refused, its parameters, and the error: its code, its status, its text.
REFUSED: tuple[tuple[str, str, dict[str, Any], tuple[str, int, str] | None], ...] = (
    ("codeconnections:ListConnections", OSAKA, {}, None),
    (
        "lambda:ListCodeSigningConfigs",
        OSAKA,
        {},
        ("AccessDeniedException", 403, "Unable to determine service/operation name to be authorized"),
    ),
    (
        "ecr-public:DescribeRepositories",
        "us-west-2",
        {},
        ("UnsupportedCommandException", 400, "DescribeRepositories command is only supported in us-east-1."),
    ),
    (
        "s3control:ListMultiRegionAccessPoints",
        HOME,
        OF_ACCOUNT,
        ("PermanentRedirect", 301, "This API operation is only available in the following Regions: us-west-2."),
    ),
    (
        "ec2:DescribeTransitGateways",
        "me-central-1",
        {},
        ("InvalidAction", 400, "The action DescribeTransitGateways is not valid for this web service."),
    ),
    (
        "ec2:DescribeClientVpnEndpoints",
        OSAKA,
        {},
        ("InvalidAction", 400, "The action DescribeClientVpnEndpoints is not valid for this web service."),
    ),
    (
        "ec2:DescribeManagedPrefixLists",
        "me-south-1",
        {},
        ("UnsupportedOperation", 400, "The functionality you requested is not available in this region"),
    ),
    (
        "sagemaker:ListNotebookInstances",
        "ap-southeast-5",
        {},
        ("UnknownOperationException", 400, "The requested operation is not supported in the called region."),
    ),
    ("apigatewayv2:GetApis", "ap-southeast-6", {}, ("BadRequestException", 400, "arn:aws:lambda:ap-southeast-6:")),
    ("apigatewayv2:GetVpcLinks", "ap-east-2", {}, ("BadRequestException", 400, "arn:aws:lambda:ap-east-2:")),
)
ROWS = {call: next(row for row in GAPS if row.calls.split("*")[0] in call) for call, *_ in REFUSED}


def ask(session: Session, call: str, region: str = HOME, **params: Any) -> Any:
    """Make a call such as ``ec2:DescribeVpcs``."""
    service, operation = call.split(":")
    client: Any = session.client(service, region_name=region)  # type: ignore[call-overload] # any service
    return getattr(client, xform_name(operation))(**params)


def refusal(session: Session, call: str, region: str = HOME, **params: Any) -> tuple[str, int, str]:
    """Make a call that is refused, and return the error's code, its HTTP status and its text."""
    with pytest.raises(ClientError) as caught:
        ask(session, call, region, **params)
    answer = caught.value.response
    return answer["Error"]["Code"], answer["ResponseMetadata"]["HTTPStatusCode"], answer["Error"]["Message"]


@pytest.fixture
def offer(sandbox: Sandbox) -> Any:
    """Return what says which offer the account has; all Regions are enabled."""
    sandbox.identity.opted_in |= {"ap-east-2", "ap-southeast-5", "ap-southeast-6", "me-central-1", "me-south-1"}

    def make(**facts: Any) -> None:
        sandbox.offers[ACCOUNT] = Offer(**facts)

    return make


def test_each_row_has_its_call() -> None:
    """No row of the table goes without a test."""
    assert [row for row in GAPS if row not in ROWS.values()] == []


@pytest.mark.parametrize("case", one_in(3, REFUSED))
def test_gaps(session: Session, offer: Any, monkeypatch: pytest.MonkeyPatch, case: Any) -> None:
    """What is missing in a Region is refused as AWS refuses it; without its row it is answered."""
    call, region, params, error = case
    offer(gaps=True)
    if error is None:
        with pytest.raises(EndpointConnectionError):
            ask(session, call, region, **params)
    else:
        code, status, text = refusal(session, call, region, **params)
        assert (code, status) == error[:2]
        assert error[2] in text
    monkeypatch.setattr(offers, "GAPS", tuple(row for row in GAPS if row is not ROWS[call]))
    offer(gaps=True)
    ask(session, call, region, **params)


@pytest.mark.parametrize("row", [*GAPS, BILLING], ids=lambda row: row.calls)
def test_sources(row: Lack) -> None:
    """Every row says where AWS's behaviour is from."""
    assert row.source


def test_services_that_a_region_lacks(session: Session, offer: Any) -> None:
    """Where botocore's list says that a service isn't, its host has no address; global services are everywhere."""
    offer(gaps=True)
    with pytest.raises(EndpointConnectionError, match=r"memory-db\.ap-northeast-3"):
        ask(session, "memorydb:DescribeClusters", OSAKA)
    ask(session, "memorydb:DescribeClusters", "ap-northeast-1")
    ask(session, "iam:ListRoles", OSAKA)


@pytest.mark.parametrize(
    "case",
    one_in(
        3,
        [
            ("ec2:DescribeVpcs", "OptInRequired", 401),
            ("redshift:DescribeClusters", "OptInRequired", 403),
            ("route53:ListHostedZones", "OptInRequired", 403),
            ("s3:ListBuckets", "NotSignedUp", 403),
            ("memorydb:DescribeClusters", "SubscriptionRequiredException", 400),
            ("mq:ListBrokers", "SubscriptionRequiredException", 403),
        ],
    ),
)
def test_outside_the_plan(session: Session, offer: Any, case: tuple[str, str, int]) -> None:
    """A service that the plan doesn't include is refused in the words of its family, in all Regions; others aren't."""
    call, code, status = case
    offer(outside_plan=(call.split(":", maxsplit=1)[0],))

    assert refusal(session, call)[:2] == refusal(session, call, "eu-west-1")[:2] == (code, status)
    ask(session, "dynamodb:ListTables")


@pytest.mark.parametrize("code", one_in(4, CLOSED))
def test_closed_to_new_customers(session: Session, offer: Any, code: str) -> None:
    """A closed service tells those that never used it so, with any of the codes that have been seen."""
    offer(closed={"apprunner": code})

    told = refusal(session, "apprunner:ListServices")
    assert told[:2] == (code, 400)
    assert "is not authorized to perform" not in told[2]


def test_bills_are_not_for_everybody(session: Session, offer: Any) -> None:
    """IAM's users and roles see no budgets unless root allows it."""
    offer(billing=False)

    code, status, text = refusal(session, "budgets:DescribeBudgets", **OF_ACCOUNT)
    assert (code, status) == ("AccessDeniedException", 400)
    assert text.endswith("is not authorized to perform: budgets:ViewBudget on resource: *")


@pytest.mark.parametrize(
    "case",
    one_in(
        3,
        [
            ("ec2:DescribeVpcs", "UnauthorizedOperation", 403, "ec2:DescribeVpcs"),
            ("rds:DescribeDBInstances", "AccessDenied", 403, "rds:DescribeDBInstances"),
            ("sns:ListTopics", "AuthorizationError", 403, "sns:ListTopics"),
            ("dynamodb:ListTables", "AccessDeniedException", 400, "dynamodb:ListTables"),
            ("lambda:ListFunctions", "AccessDeniedException", 403, "lambda:ListFunctions"),
            ("apigateway:GetRestApis", "AccessDeniedException", 403, "apigateway:GET"),
            ("elbv2:DescribeLoadBalancers", "AccessDenied", 403, "elasticloadbalancing:DescribeLoadBalancers"),
        ],
    ),
)
def test_regions_denied_by_policy(session: Session, offer: Any, case: tuple[str, str, int, str]) -> None:
    """An organization's policy denies Regions: AWS says which policy, and goes on behind it."""
    call, code, status, action = case
    offer(allowed_regions=(HOME,), organization=True)

    told = refusal(session, call, "eu-west-1")
    assert told[:2] == (code, status)
    assert (
        f"is not authorized to perform: {action} on resource: * with an explicit deny in a service control" in told[2]
    )
    assert not told[2].endswith("service control policy")
    ask(session, call)


def test_what_no_policy_of_regions_denies(session: Session, offer: Any) -> None:
    """Global services and the question which Regions there are stay allowed, from wherever they are asked."""
    offer(allowed_regions=("eu-west-1",))

    for call in ("iam:ListRoles", "cloudfront:ListDistributions", "ec2:DescribeRegions", "s3:ListBuckets"):
        ask(session, call)


def test_offers_are_an_accounts(sandbox: Sandbox, session: Session, offer: Any) -> None:
    """What one account lacks another has; a sandbox that is emptied has everything again."""
    offer(outside_plan=("memorydb",))

    ask(sandbox.session("444455556666"), "memorydb:DescribeClusters")
    sandbox.reset()
    ask(session, "memorydb:DescribeClusters")


def test_ordinary_account(sandbox: Sandbox, session: Session) -> None:
    """It has what AWS makes in every account, in every Region; nothing of it has the workshop's names."""
    furnish(sandbox, session, CLEAN)

    roles = session.client("iam").list_roles()["Roles"]
    networks = [ask(session, "ec2:DescribeVpcs", region)["Vpcs"] for region in (HOME, OSAKA, "sa-east-1")]
    (trail,) = ask(session, "cloudtrail:ListTrails")["Trails"]
    linked = {role["RoleName"] for role in roles if role["Path"].startswith("/aws-service-role/")}
    assert {"AWSServiceRoleForSupport", "AWSServiceRoleForTrustedAdvisor"} < linked
    assert [[vpc["IsDefault"] for vpc in vpcs] for vpcs in networks] == [[True], [True], [True]]
    assert trail["Name"] == "management-events"
    assert [bucket["Name"][:20] for bucket in ask(session, "s3:ListBuckets")["Buckets"]] == ["aws-cloudtrail-logs-"]
    assert refusal(session, "budgets:DescribeBudgets", **OF_ACCOUNT)[0] == "AccessDeniedException"
    assert sandbox.offers[ACCOUNT] == ORDINARY
    assert sandbox.defects == []


def test_estates_of_ordinary_accounts() -> None:
    """The workshop in an ordinary account, and that account without it."""
    assert ESTATES["ordinary"].parts == ESTATES["workshop"].parts
    assert ESTATES["ordinary"].offer == ESTATES["clean"].offer == ORDINARY
    assert not ESTATES["clean"].parts
