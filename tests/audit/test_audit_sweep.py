"""What the audit finds, what it waits for, and what it believes."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

import pytest

from carbuyer_cleanup.audit.found import Leftover
from carbuyer_cleanup.audit.result import Unseen
from carbuyer_cleanup.audit.types import TYPES
from carbuyer_cleanup.verdict import Verdict
from strict_moto.rules import RULES, absent
from strict_moto.world import Instead
from tests.audit.accounts_audited import REGION
from tests.choice import one_in
from tests.creators import At, log_source

if TYPE_CHECKING:
    from tests.audit.accounts_audited import Account

USER = {
    "TableName": "User",
    "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
    "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
    "BillingMode": "PAY_PER_REQUEST",
}


def named(kind: str, name: str) -> list[dict[str, Any]]:
    """Return what EC2 takes to give a new ``kind`` a Name tag."""
    return [{"ResourceType": kind, "Tags": [{"Key": "Name", "Value": name}]}]


def test_empty_account_is_clean(account: Account) -> None:
    """Everything was looked at, nothing was found."""
    account.only("VPC", "EC2 instance", "Elastic IP", "IAM role", "S3 bucket", "network interface")

    result = account.sweep()

    assert result.verdict is Verdict.CLEAN
    assert len(result.regions) == 17
    assert "me-south-1" in result.regions_off


@pytest.mark.exhaustive
def test_whole_table_in_one_region(account: Account) -> None:
    """The embedded AWS answers every list of the table; that one Region is not a whole account is said."""
    result = account.sweep(["ap-southeast-1"])

    assert (result.leftovers, result.unseen, result.in_between) == ([], [], [])
    assert len(result.types) == len(TYPES)
    assert result.reservation.startswith("Looked for in ap-southeast-1 only, not in 16 Regions (ap-northeast-1, ")


@pytest.mark.exhaustive
def test_whole_table_everywhere(account: Account) -> None:
    """All types in all enabled Regions, and nothing there: CLEAN."""
    result = account.sweep()

    assert result.verdict is Verdict.CLEAN
    assert {unseen.type for unseen in result.not_offered if unseen.region == "ap-northeast-3"} == {
        "App Runner service", "CodeArtifact repository", "IoT thing", "Lightsail instance", "MemoryDB cluster"
    }  # fmt: skip


def test_distribution_deleted_a_moment_ago(account: Account) -> None:
    """CloudFront still lists it and knows no tags of it any more; a moment later it isn't there."""
    account.only("CloudFront distribution")
    account.build("distribution")
    front = account.client("cloudfront")
    (listed,) = front.list_distributions()["DistributionList"]["Items"]
    config = front.get_distribution_config(Id=listed["Id"])["DistributionConfig"] | {"Enabled": False}
    changed = front.update_distribution(Id=listed["Id"], IfMatch=listed["ETag"], DistributionConfig=config)
    account.sandbox.clock.advance(600)
    front.delete_distribution(Id=listed["Id"], IfMatch=changed["ETag"])

    result = account.sweep()

    assert (result.leftovers, result.unseen) == ([], [])
    asked = [entry.error for entry in account.sandbox.log if entry.call == "cloudfront:ListTagsForResource"]
    assert set(asked) == {"NoSuchResource"}


def test_workshop_depth(account: Account) -> None:
    """A class's sweep asks for the workshop's types alone; it is CLEAN at that depth, which it says."""
    account.only("VPC", "subnet", "SQS queue")
    account.client("sqs").create_queue(QueueName="carbuyer-q")

    result = account.sweep(depth="workshop")

    assert result.types == ["VPC", "subnet"]
    assert [region for call, region in result.calls if call == "ec2:DescribeSubnets"] == ["ap-southeast-1"]
    assert (result.verdict, result.depth) == (Verdict.CLEAN, "workshop")


@pytest.mark.exhaustive
def test_workshop_depth_knows_no_pardon_for_addresses(account: Account) -> None:
    """An Elastic IP that is attached to nothing is found in any Region at that depth, too."""
    account.only("VPC", "Elastic IP", "SQS queue")
    account.client("ec2", "eu-west-3").allocate_address(Domain="vpc")

    (found,) = account.sweep(depth="workshop").leftovers

    assert (found.type, found.region) == ("Elastic IP", "eu-west-3")


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


def test_address_of_aws(account: Account) -> None:
    """One that AWS kept for a NAT gateway of the whole Region is nobody's to release: the audit waits until it goes."""
    account.only("Elastic IP")
    ec2 = account.client("ec2")
    vpc = ec2.describe_vpcs()["Vpcs"][0]["VpcId"]
    nat = ec2.create_nat_gateway(AvailabilityMode="regional", VpcId=vpc)["NatGateway"]["NatGatewayId"]
    ec2.delete_nat_gateway(NatGatewayId=nat)
    account.sandbox.clock.advance(100)

    assert account.sweep().verdict is Verdict.CLEAN


def test_address_that_aws_keeps(account: Account) -> None:
    """If it stays too long for that, nobody can say CLEAN, and the service is named."""
    account.only("Elastic IP")
    account.client("ec2").allocate_address(Domain="vpc")
    account.sandbox.world.backend("ec2", account.aws.account, REGION).addresses[0].service_managed = "rnat"

    result = account.sweep()

    assert result.verdict is Verdict.COULD_NOT_VERIFY
    assert ["(rnat)" in found.why for found in result.in_between] == [True]


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


def test_leaving_is_waited_for(account: Account) -> None:
    """What is shutting down is neither gone nor left: the audit waits until it is gone."""
    account.only("EC2 instance")
    account.build("instance")
    ec2 = account.client("ec2")
    ids = [i["InstanceId"] for r in ec2.describe_instances()["Reservations"] for i in r["Instances"]]
    ec2.terminate_instances(InstanceIds=ids)
    started = account.sandbox.clock.now()

    result = account.sweep()

    assert result.verdict is Verdict.CLEAN
    assert account.sandbox.clock.now() - started >= account.sandbox.quirks.instance_shutting_down


def test_leaving_for_ever_is_told(account: Account) -> None:
    """What is still on its way out when patience ends is told as that, and the account is not CLEAN."""
    account.only("secret")
    secrets = account.client("secretsmanager")
    secrets.create_secret(Name="carbuyer-s", SecretString="s")
    secrets.delete_secret(SecretId="carbuyer-s", RecoveryWindowInDays=7)
    started = account.sandbox.clock.now()

    result = account.sweep()

    assert [(found.name, found.state) for found in result.in_between] == [("carbuyer-s", "pending deletion")]
    assert result.verdict is Verdict.COULD_NOT_VERIFY
    assert account.sandbox.clock.now() - started < 60  # it goes in days: waiting would be in vain


def test_leftover_needs_two_looks(account: Account) -> None:
    """What AWS's list still shows for a while after it was deleted is not left."""
    account.only("IAM user")
    iam = account.client("iam")
    iam.create_user(UserName="carbuyer-u")
    account.sandbox.clock.advance(60)
    iam.delete_user(UserName="carbuyer-u")

    result = account.sweep()

    assert result.verdict is Verdict.CLEAN


@pytest.mark.parametrize("hidden_first", [True, False])
def test_flickering_list(account: Account, *, hidden_first: bool) -> None:
    """What a list shows at every second look only is there: two looks must agree before it counts as gone."""
    account.only("network interface")
    ec2 = account.client("ec2")
    subnet = ec2.describe_subnets()["Subnets"][0]["SubnetId"]
    ec2.create_network_interface(SubnetId=subnet, TagSpecifications=named("network-interface", "carbuyer-eni"))
    looks = itertools.count()
    honest = account.aws._persistently  # noqa: SLF001 - where every answer comes by

    async def flickering(operation: str, region: str, params: dict[str, Any]) -> dict[str, Any]:
        answer: dict[str, Any] = await honest(operation, region, params)
        hidden = operation == "ec2:DescribeNetworkInterfaces" and next(looks) % 2 != hidden_first
        return answer | {"NetworkInterfaces": []} if hidden else answer

    account.patch.setattr(account.aws, "_persistently", flickering)

    assert [found.name for found in account.sweep(["ap-southeast-1"]).leftovers] == ["carbuyer-eni"]


@pytest.mark.exhaustive
def test_tagged_only(account: Account) -> None:
    """A type whose list tells no tags is found by its Name tag through the tagging API, and named as what it is."""
    account.only("Lambda layer", "KMS key", "tagged resource")
    account.client("kms").create_key(Tags=[{"TagKey": "Name", "TagValue": "carbuyer-k"}])

    (found,) = account.sweep().leftovers

    assert (found.type, found.name) == ("KMS key", "carbuyer-k")
    assert found.why.startswith("it is listed, and")


def test_stale_tag_is_not_left(account: Account) -> None:
    """The tagging API goes on listing what is deleted; the owning service knows better."""
    account.sandbox.quirks.__dict__["tag_index_lag"] = 10_000
    account.only("VPC", "tagged resource")
    ec2 = account.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.9.0.0/16", TagSpecifications=named("vpc", "carbuyer-v"))["Vpc"]["VpcId"]
    ec2.delete_vpc(VpcId=vpc)

    assert account.sweep().leftovers == []


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


def test_workshop_region_is_off(account: Account) -> None:
    """Nobody can look into the workshop's own Region once it is disabled, though things there go on costing."""
    account.only("S3 bucket")
    account.aws.region = "me-south-1"

    result = account.sweep()

    assert [unseen.type for unseen in result.unseen] == ["AWS Region"]
    assert "The Region is not enabled" in result.unseen[0].reason
    assert result.verdict is Verdict.COULD_NOT_VERIFY


def test_region_is_enabled_meanwhile(account: Account) -> None:
    """A Region that was off when the audit began was not looked at: that is told."""
    account.only("VPC")
    ask, looks = account.aws.fresh, itertools.count()

    async def fresh(operation: str, **params: Any) -> Any:
        answer = await ask(operation, **params)
        for region in answer.get("Regions", []) if next(looks) else []:
            region["OptInStatus"] = "opted-in" if region["RegionName"] == "me-south-1" else region["OptInStatus"]
        return answer

    account.patch.setattr(account.aws, "fresh", fresh)
    result = account.sweep()

    assert [unseen.region for unseen in result.unseen] == ["me-south-1"]
    assert result.verdict is Verdict.COULD_NOT_VERIFY


def test_calls_are_counted(account: Account) -> None:
    """The certificate tells how many calls of which kind were made, and where."""
    account.only("VPC")

    calls = account.sweep(["ap-southeast-1", "eu-west-1"]).calls

    assert calls == {
        ("ec2:DescribeRegions", "ap-southeast-1"): 2,
        ("ec2:DescribeVpcs", "ap-southeast-1"): 2,
        ("ec2:DescribeVpcs", "eu-west-1"): 2,
    }


def test_terminal_is_safe() -> None:
    """Names are others': they can't rewrite the terminal."""
    assert "\x1b" not in str(Leftover("VPC", "vpc-1", "carbuyer-\x1b[2J", "eu-west-1", "", "of its name"))
    assert "\x1b" not in str(Unseen("VPC", "eu-west-1", "\x1b[2J"))


@pytest.mark.parametrize("call", absent.EMPTY)
def test_absent_is_in_the_table(call: str) -> None:
    """Each list that is answered instead of moto is one that the audit asks for."""
    assert call in {type_.call for type_ in TYPES}


@pytest.mark.parametrize("call", one_in(6, absent.EMPTY))
def test_absent_is_needed(account: Account, call: str) -> None:
    """The sandbox answers only where moto fails."""
    rules = tuple(rule for rule in RULES if rule not in absent.RULES)
    account.patch.setattr("strict_moto.front.RULES", rules)
    account.sandbox.reset()
    type_ = next(one for one in TYPES if one.call == call)
    account.only(type_.name)
    account.aws.session = account.sandbox.session()

    result = account.sweep(["ap-southeast-1"])

    assert [unseen.type for unseen in (*result.unseen, *result.not_offered)] == [type_.name]
    account.sandbox.defects.clear()
