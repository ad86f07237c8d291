"""A look that failed is never *nothing there*: each read action refused in turn, and a Region as a whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from carbuyer_cleanup.audit.types import READS, TYPES
from carbuyer_cleanup.aws.sending import TRIES
from carbuyer_cleanup.verdict import Verdict
from strict_moto.faults import Fault, FaultKind, Faults
from tests.audit.accounts_audited import REGION
from tests.choice import one_in

if TYPE_CHECKING:
    from carbuyer_cleanup.audit.result import Sweep
    from tests.audit.accounts_audited import Account

SOMEBODYS_TABLE = {
    "TableName": "User",
    "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
    "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "N"}],
    "BillingMode": "PAY_PER_REQUEST",
}
ORIGIN = {"Id": "one", "DomainName": "example.org", "CustomOriginConfig": {
    "HTTPPort": 80, "HTTPSPort": 443, "OriginProtocolPolicy": "http-only"}}  # fmt: skip
SOMEBODYS_DISTRIBUTION = {
    "CallerReference": "1",
    "Comment": "",
    "Enabled": True,
    "Origins": {"Quantity": 1, "Items": [ORIGIN]},
    "DefaultCacheBehavior": {"TargetOriginId": "one", "ViewerProtocolPolicy": "allow-all"},
}


WITHHELD = "budgets:DescribeBudgets"


def needing(call: str) -> list[str]:
    """Return the names of the types that can't be looked for without a call."""
    return [type_.name for type_ in TYPES if call in (type_.call, *type_.others)]


def build_what_is_asked_about(account: Account, call: str) -> None:
    """Build what some calls are only made for."""
    if call in {"cloudfront:ListTagsForResource", "s3:ListBuckets"}:
        account.client("cloudfront").create_distribution(DistributionConfig=SOMEBODYS_DISTRIBUTION)
    if call == "dynamodb:DescribeTable":
        account.client("dynamodb").create_table(**SOMEBODYS_TABLE)
    if call == "apigateway:GetRestApis":
        api = account.client("apigateway").create_rest_api(name="somebodys")["id"]
        account.client("logs").create_log_group(logGroupName=f"API-Gateway-Execution-Logs_{api}/prod")
        account.aws.journal.remember("rest api", REGION, [api], "of an API that was deleted")
    if call == "schemas:ListSchemas":
        account.client("schemas").create_registry(RegistryName="somebodys")
    if call == "ecs:ListServices":
        account.client("ecs").create_cluster(clusterName="somebodys")


@pytest.mark.parametrize("call", one_in(15, sorted(READS.keys() - {WITHHELD})))
def test_denied_action(account: Account, call: str) -> None:
    """An account is CLEAN; refuse one action, and it is not, and the refusal is told for each type it is about."""
    account.only(*{*needing(call), "VPC"})  # a Region of which nothing else can be seen would be told as a whole
    account.in_one_region()
    build_what_is_asked_about(account, call)
    assert account.sweep().verdict is Verdict.CLEAN
    account.sandbox.faults = Faults((Fault(FaultKind.DENY, calls=call),))

    result = account.sweep()

    assert result.verdict is Verdict.COULD_NOT_VERIFY
    assert {unseen.type for unseen in result.unseen} == set(needing(call))
    assert all(call in unseen.reason for unseen in result.unseen)


@pytest.mark.exhaustive
def test_denied_region(account: Account) -> None:
    """A Region that a service control policy closes is told as not seen, once for all that is there."""
    account.sandbox.faults = Faults((Fault(FaultKind.DENY, region="eu-west-1"),))

    result = account.sweep(["ap-southeast-1", "eu-west-1"])

    assert result.forbidden == ["eu-west-1"]
    assert [unseen.type for unseen in result.unseen] == ["AWS Region"]
    assert result.verdict is Verdict.COULD_NOT_VERIFY


def test_denied_regions(account: Account) -> None:
    """Who may not list the Regions can't know that nothing is in them."""
    account.only("VPC")
    account.sandbox.faults = Faults((Fault(FaultKind.DENY, calls="ec2:DescribeRegions"),))

    result = account.sweep()

    assert result.verdict is Verdict.COULD_NOT_VERIFY
    assert [unseen.type for unseen in result.unseen] == ["AWS Region"]
    assert result.regions == ["ap-southeast-1"]


@pytest.mark.parametrize(
    "kind", [FaultKind.THROTTLE, FaultKind.ERROR, FaultKind.RESET, FaultKind.TIMEOUT, FaultKind.NOWHERE]
)
def test_no_answer(account: Account, kind: FaultKind) -> None:
    """A list that is throttled for ever, that fails or can't be reached is not seen; the others are."""
    account.only("VPC", "SQS queue")
    account.in_one_region()
    account.client("sqs").create_queue(QueueName="carbuyer-q")
    account.sandbox.faults = Faults((Fault(kind, calls="ec2:DescribeVpcs"),))

    result = account.sweep()

    assert [unseen.type for unseen in result.unseen] == ["VPC"]
    assert [found.name for found in result.leftovers] == ["carbuyer-q"]
    assert result.verdict is Verdict.LEFTOVERS


def test_silent_region(account: Account) -> None:
    """A Region from which no answer comes is not asked for each list anew: that would take hours."""
    account.only("VPC", "EC2 instance", "subnet")
    account.in_one_region()
    account.sandbox.faults = Faults((Fault(FaultKind.TIMEOUT, calls="ec2:Describe[!R]*"),))

    result = account.sweep()

    assert {unseen.type for unseen in result.unseen} == {"VPC", "EC2 instance", "subnet"}
    assert sum(count for (call, _), count in result.calls.items() if call != "ec2:DescribeRegions") == TRIES + 1


@pytest.mark.parametrize("kind", [FaultKind.THROTTLE, FaultKind.ERROR, FaultKind.RESET])
def test_passing_trouble(account: Account, kind: FaultKind) -> None:
    """What passes is waited out and not told."""
    account.only("VPC", "EC2 instance")
    account.sandbox.faults = Faults((Fault(kind, calls="ec2:*", times=4),))

    result: Sweep = account.sweep()

    assert result.verdict is Verdict.CLEAN


def test_failed_tag_read(account: Account) -> None:
    """A distribution whose tags can't be read may be ours."""
    account.only("CloudFront distribution")
    account.in_one_region()
    account.build("distribution")
    account.sandbox.faults = Faults((Fault(FaultKind.DENY, calls="cloudfront:ListTagsForResource"),))

    result = account.sweep()

    assert [unseen.type for unseen in result.unseen] == ["CloudFront distribution"]
    assert result.verdict is not Verdict.CLEAN
