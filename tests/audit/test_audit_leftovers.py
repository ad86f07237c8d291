"""What the audit counts as left, and what it doesn't."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from carbuyer_cleanup.audit.found import Leftover
from carbuyer_cleanup.audit.result import Unseen
from carbuyer_cleanup.verdict import Verdict
from strict_moto.builder import spec
from strict_moto.rules import RULES
from strict_moto.world import Instead, Rule
from tests.audit.accounts_audited import REGION
from tests.creators import At, log_source

if TYPE_CHECKING:
    from tests.audit.accounts_audited import Account


USER = {
    "TableName": "User",
    "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
    "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
    "BillingMode": "PAY_PER_REQUEST",
}


@pytest.mark.parametrize("name", ["carbuyer-x", "carbuyer-"])
def test_prefix(account: Account, name: str) -> None:
    """The prefix makes it the workshop's."""
    account.only("SNS topic")
    account.client("sns").create_topic(Name=name)

    assert [found.name for found in account.sweep().leftovers] == [name]


@pytest.mark.parametrize("name", ["Carbuyer-x", "mycarbuyer-x", "carbuyers-x", "carbuye"])
def test_near_miss(account: Account, name: str) -> None:
    """Another case, or another beginning, is another name."""
    account.only("SNS topic")
    account.client("sns").create_topic(Name=name)

    assert account.sweep().leftovers == []


def test_what_ec2_hides(account: Account) -> None:
    """What AWS's services run in the account is charged for, though EC2's lists hide it unless asked."""
    account.only("EBS volume")
    ec2, tags = account.client("ec2"), spec("volume", "carbuyer-node")
    made = ec2.create_volume(AvailabilityZone=f"{REGION}a", Size=8, TagSpecifications=tags)
    account.sandbox.world.recall("ec2-managed", account.aws.account, REGION)[made["VolumeId"]] = "eks.amazonaws.com"
    assert ec2.describe_volumes()["Volumes"] == []

    assert [found.id for found in account.sweep().leftovers] == [made["VolumeId"]]


def test_where_ec2_hides_nothing_yet(account: Account) -> None:
    """Where it doesn't know the parameter it shows all without; AWS's services come to partitions one by one."""
    account.only("EBS volume")
    asked = lambda _world, request: "IncludeManagedResources" in request.params  # noqa: E731
    said = "The parameter IncludeManagedResources is not recognized"
    account.sandbox.use((Rule("ec2:DescribeVolumes", asked, "UnknownParameter", said, "a test's own"), *RULES))
    made = account.client("ec2").create_volume(
        AvailabilityZone=f"{REGION}a", Size=8, TagSpecifications=spec("volume", "carbuyer-node")
    )

    result = account.sweep([REGION])

    assert ([found.id for found in result.leftovers], result.unseen) == ([made["VolumeId"]], [])


def test_address_of_anybody(account: Account) -> None:
    """An Elastic IP that is attached to nothing counts in any Region, whosever it is; an attached one does not."""
    account.only("Elastic IP")
    lonely = account.client("ec2", "eu-west-3").allocate_address(Domain="vpc")["AllocationId"]
    ec2 = account.client("ec2")
    subnet = ec2.describe_subnets()["Subnets"][0]["SubnetId"]
    interface = ec2.create_network_interface(SubnetId=subnet)["NetworkInterface"]["NetworkInterfaceId"]
    used = ec2.allocate_address(Domain="vpc")["AllocationId"]
    ec2.associate_address(AllocationId=used, NetworkInterfaceId=interface)

    result = account.sweep()

    assert [(found.id, found.region) for found in result.leftovers] == [(lonely, "eu-west-3")]
    assert "charged" in result.leftovers[0].why


def test_logs_of_a_distribution_that_was_ours(account: Account) -> None:
    """What delivers a distribution's logs has its id in its name, if it has: whose that was is in the journal."""
    account.only("log delivery source")
    arn = log_source(At(account), "CreatedByCloudFront-E1-ACCESS_LOGS")
    assert account.sweep().verdict is Verdict.CLEAN
    account.aws.journal.remember("distribution", "global", [arn], because="the distribution")

    assert [found.name for found in account.sweep().leftovers] == ["CreatedByCloudFront-E1-ACCESS_LOGS"]


@pytest.mark.exhaustive
def test_table_of_another_key(account: Account) -> None:
    """A table ``User`` with another key is somebody else's, and noted; one with the key alone is doubtful."""
    account.only("DynamoDB table")
    number = [{"AttributeName": "id", "AttributeType": "N"}]
    account.client("dynamodb").create_table(**USER)
    account.client("dynamodb", "eu-west-1").create_table(**USER | {"AttributeDefinitions": number})

    result = account.sweep()

    assert result.leftovers == []
    assert [(found.name, found.region) for found in result.doubtful] == [("User", "ap-southeast-1")]
    assert result.verdict is Verdict.COULD_NOT_VERIFY
    assert [(found.region, found.why) for found in result.noted] == [
        ("eu-west-1", "its key is id (N), and the workshop's tables have id (S)")
    ]


def test_who_looks_is_not_left(account: Account) -> None:
    """The identity that the suite runs as can't be gone: it is noted, another one is left."""
    account.only("IAM role")
    iam = account.client("iam")
    for name in ("carbuyer-me", "carbuyer-other"):
        iam.create_role(RoleName=name, AssumeRolePolicyDocument="{}")
    account.aws.caller = "arn:aws:sts::111122223333:assumed-role/carbuyer-me/session"

    result = account.sweep()

    assert [found.name for found in result.leftovers] == ["carbuyer-other"]
    assert [found.name for found in result.noted] == ["carbuyer-me"]


def test_remembered_api_left_logs(account: Account) -> None:
    """An API's execution logs have its id in their name, which the journal remembers."""
    account.only("log group")
    for name in ("API-Gateway-Execution-Logs_abc123/prod", "API-Gateway-Execution-Logs_other/prod", "/ecs/carbuyer-x"):
        account.client("logs").create_log_group(logGroupName=name)
    account.aws.journal.remember("rest api", "ap-southeast-1", ["abc123"], "of the REST API")

    names = {found.id for found in account.sweep().leftovers}

    assert names == {"API-Gateway-Execution-Logs_abc123/prod", "/ecs/carbuyer-x"}


@pytest.mark.exhaustive
def test_tagged_only(account: Account) -> None:
    """A type whose list tells no tags is found by its Name tag through the tagging API, and named as what it is."""
    account.only("Lambda layer", "KMS key", "tagged resource")
    account.client("kms").create_key(Tags=[{"TagKey": "Name", "TagValue": "carbuyer-k"}])

    (found,) = account.sweep().leftovers

    assert (found.type, found.name) == ("KMS key", "carbuyer-k")
    assert found.why.startswith("it is listed, and")


def test_tagged_where_its_service_did_not_answer(account: Account) -> None:
    """AWS's lists of Regions say that the service isn't there: what is tagged there counts all the same."""
    account.only("App Runner service", "tagged resource")
    found = {"ResourceTagMappingList": [{
        "ResourceARN": "arn:aws:apprunner:us-west-1:111122223333:service/x/1",
        "Tags": [{"Key": "Name", "Value": "carbuyer-x"}],
    }]}  # fmt: skip
    account.sandbox.use((Instead("resourcegroupstaggingapi:GetResources", lambda *_: found, "made up"), *RULES))

    result = account.sweep(["us-west-1"])

    assert [(left.type, left.name) for left in result.leftovers] == [("App Runner service", "carbuyer-x")]
    assert "its own service was not asked" in result.leftovers[0].why
    assert [(unseen.type, unseen.region) for unseen in result.not_offered] == [("App Runner service", "us-west-1")]


def test_tagged_of_two_types_with_one_form_of_arn(account: Account) -> None:
    """A Classic Load Balancer's ARN looks like that of another load balancer; it is not given up for that."""
    account.only("load balancer", "Classic Load Balancer", "tagged resource")
    listener = {"Protocol": "HTTP", "LoadBalancerPort": 80, "InstancePort": 80}
    account.client("elb").create_load_balancer(
        LoadBalancerName="somebodys", Listeners=[listener], AvailabilityZones=[f"{REGION}a"],
        Tags=[{"Key": "Name", "Value": "carbuyer-lb"}],
    )  # fmt: skip

    assert [found.type for found in account.sweep([REGION]).leftovers] == ["Classic Load Balancer"]


def test_bucket_region_is_told(account: Account) -> None:
    """Buckets are listed once for the whole account; each is told with its own Region."""
    account.only("S3 bucket")
    where = {"LocationConstraint": "eu-west-1"}
    account.client("s3", "eu-west-1").create_bucket(Bucket="carbuyer-b", CreateBucketConfiguration=where)

    (found,) = account.sweep().leftovers

    assert (found.region, found.arn) == ("eu-west-1", "arn:aws:s3:::carbuyer-b")


def test_terminal_is_safe() -> None:
    """Names are others': they can't rewrite the terminal."""
    assert "\x1b" not in str(Leftover("VPC", "vpc-1", "carbuyer-\x1b[2J", "eu-west-1", "", "of its name"))
    assert "\x1b" not in str(Unseen("VPC", "eu-west-1", "\x1b[2J"))
