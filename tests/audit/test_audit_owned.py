"""What the audit finds and another account has: shared with this one it is theirs, else everything stops."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from carbuyer_cleanup.errors import AwsError
from carbuyer_cleanup.verdict import Verdict
from strict_moto.builder import spec
from strict_moto.estate_network import IMAGE
from strict_moto.rules import RULES
from strict_moto.world import After

if TYPE_CHECKING:
    from tests.audit.accounts_audited import Account

REGION = "ap-southeast-1"
OTHER = "999988887777"
NAMED = [{"Key": "Name", "Value": "carbuyer-x"}]


def tell(account: Account, call: str, **members: Any) -> None:
    """Let the answers to a call have these members from now on."""
    account.sandbox.use((*RULES, After(call, lambda _world, _request, answer: answer | members, "a test's own")))


def tag(account: Account, arn: str) -> None:
    """Let the tagging API list something of our name."""
    account.only("tagged resource")
    account.in_one_region()
    tell(account, "resourcegroupstaggingapi:GetResources", ResourceTagMappingList=[{"ResourceARN": arn, "Tags": NAMED}])


@pytest.mark.parametrize(
    "resource", ["sns:{region}:{other}:carbuyer-x", "ec2:{region}:{other}:volume/vol-0", "iam::{other}:role/carbuyer-x"]
)
def test_tagged(account: Account, resource: str) -> None:
    """An ARN of another account that counts as ours: nobody knows whose things the audit saw."""
    tag(account, "arn:aws:" + resource.format(region=REGION, other=OTHER))

    swept = account.sweep([REGION])

    assert account.aws.is_elsewhere
    assert swept.verdict is Verdict.COULD_NOT_VERIFY
    assert swept.leftovers == []
    assert any(f"as account {OTHER}'s, not as {account.aws.account}'s" in unseen.reason for unseen in swept.unseen)


def test_shared_and_tagged(account: Account) -> None:
    """Whoever shares a network may call it as we do."""
    tag(account, f"arn:aws:ec2:{REGION}:{OTHER}:vpc/vpc-0")

    assert account.sweep([REGION]).verdict is Verdict.CLEAN
    assert not account.aws.is_elsewhere


def test_shared(account: Account) -> None:
    """A VPC that another account shares is told, and is no leftover."""
    made = account.client("ec2").create_vpc(CidrBlock="10.9.0.0/16", TagSpecifications=spec("vpc", "carbuyer-x"))["Vpc"]
    vpc = {"VpcId": made["VpcId"], "State": "available", "OwnerId": OTHER, "IsDefault": False, "Tags": NAMED}
    account.only("VPC")
    account.in_one_region()
    tell(account, "ec2:DescribeVpcs", Vpcs=[vpc])

    swept = account.sweep([REGION])

    assert swept.verdict is Verdict.CLEAN
    assert [one.why for one in swept.noted] == [f"it belongs to account {OTHER}"]
    assert not account.aws.is_elsewhere


@pytest.mark.parametrize(
    ("type_", "call", "members"),
    [
        ("trail", "cloudtrail:ListTrails",
         {"Trails": [{"Name": "carbuyer-x", "TrailARN": f"arn:aws:cloudtrail:{REGION}:{OTHER}:trail/carbuyer-x"}]}),
        ("Cloud Map namespace", "servicediscovery:ListNamespaces",
         {"Namespaces": [{"Id": "ns-0", "Name": "carbuyer-x",
                          "Arn": f"arn:aws:servicediscovery:{REGION}:{OTHER}:namespace/ns-0"}]}),
        ("placement group", "ec2:DescribePlacementGroups",
         {"PlacementGroups": [{"GroupName": "carbuyer-x", "GroupId": "pg-0", "State": "available",
                               "GroupArn": f"arn:aws:ec2:{REGION}:{OTHER}:placement-group/carbuyer-x"}]}),
    ],
)  # fmt: skip
def test_what_others_share(account: Account, type_: str, call: str, members: dict[str, Any]) -> None:
    """An organization's trail is in the lists of all its accounts; so is what others share by AWS RAM."""
    account.only(type_)
    account.in_one_region()
    tell(account, call, **members)

    swept = account.sweep([REGION])

    assert (swept.verdict, swept.unseen) == (Verdict.CLEAN, [])
    assert [one.why for one in swept.noted] == [f"it belongs to account {OTHER}"]
    assert not account.aws.is_elsewhere


@pytest.mark.parametrize(
    ("type_", "call", "members"),
    [
        ("Elastic IP", "ec2:DescribeAddresses",
         {"Addresses": [{"AllocationId": "eipalloc-0", "NetworkInterfaceOwnerId": OTHER, "Tags": NAMED}]}),
        ("EBS volume", "ec2:DescribeVolumes",
         {"Volumes": [{"VolumeId": "vol-0", "State": "available", "OwnerId": OTHER, "Tags": NAMED}]}),
        ("EBS snapshot", "ec2:DescribeSnapshots",
         {"Snapshots": [{"SnapshotId": "snap-0", "State": "completed", "OwnerId": OTHER, "Tags": []}]}),
        ("ACM certificate", "acm:ListCertificates",
         {"CertificateSummaryList": [
             {"CertificateArn": f"arn:aws:acm:{REGION}:{OTHER}:certificate/1", "DomainName": "carbuyer-x.example.org"}
         ]}),
    ],
)  # fmt: skip
def test_what_nobody_shares(account: Account, type_: str, call: str, members: dict[str, Any]) -> None:
    """What an account's lists show of nobody else: addresses, disks and their copies, certificates."""
    account.only(type_)
    account.in_one_region()
    tell(account, call, **members)

    assert account.sweep([REGION]).verdict is Verdict.COULD_NOT_VERIFY
    assert account.aws.is_elsewhere


def test_owner_that_changes(account: Account) -> None:
    """A group that was this account's in the first of two looks, and another's in the second, is not gone."""
    group = {"GroupId": "sg-0", "GroupName": "carbuyer-sg", "OwnerId": account.aws.account, "Tags": []}
    asked: list[int] = []

    def changing(_world: Any, _request: Any, answer: Any) -> Any:
        asked.append(1)
        return answer | {"SecurityGroups": [group | ({"OwnerId": OTHER} if len(asked) > 1 else {})]}

    account.only("security group")
    account.in_one_region()
    account.sandbox.use((After("ec2:DescribeSecurityGroups", changing, "a test's own"), *RULES))

    assert account.sweep([REGION]).verdict is not Verdict.CLEAN
    assert account.aws.is_elsewhere
    with pytest.raises(AwsError, match="The account has changed"):
        account.run(account.aws.call("ec2:DescribeVpcs"))


def test_logs_of_an_api_that_exists(account: Account) -> None:
    """What the journal says of an API is no proof while the API is there: its logs are its owner's."""
    api = account.client("apigateway").create_rest_api(name="somebodys")["id"]
    account.client("logs").create_log_group(logGroupName=f"API-Gateway-Execution-Logs_{api}/prod")
    account.aws.journal.remember("rest api", REGION, [api], "of the REST API carbuyer-email-api")
    account.only("log group")
    account.in_one_region()

    assert account.sweep([REGION]).verdict is Verdict.CLEAN


@pytest.mark.parametrize("key", ["carbuyer-keypair", "homework"])
def test_spot_request_that_launches_our_instances(account: Account, key: str) -> None:
    """Whose it is nobody knows; but while it is there an instance may come, when all are gone."""
    how = {"ImageId": IMAGE, "KeyName": key}
    account.client("ec2").request_spot_instances(Type="persistent", LaunchSpecification=how)
    account.only("Spot request")
    account.in_one_region()

    doubtful = account.sweep([REGION]).doubtful

    assert [one.why for one in doubtful] == (
        ["it launches instances with carbuyer-keypair"] if key != "homework" else []
    )


@pytest.mark.parametrize(
    ("table", "verdict"),
    [
        ("carbuyer-orders", Verdict.LEFTOVERS),
        ("carbuyer-orders/index/EmailIndex", Verdict.LEFTOVERS),
        ("User", Verdict.COULD_NOT_VERIFY),
        ("my-carbuyer-orders", Verdict.CLEAN),
    ],
)
def test_alarm_of_auto_scaling(account: Account, table: str, verdict: Verdict) -> None:
    """It names the table that it was made for: ours by the prefix, and in doubt by one of the workshop's own names."""
    account.client("cloudwatch").put_metric_alarm(
        AlarmName=f"TargetTracking-table/{table}-AlarmHigh-1b2c3d4e", ComparisonOperator="LessThanThreshold",
        EvaluationPeriods=1, MetricName="ConsumedReadCapacityUnits", Namespace="AWS/DynamoDB", Period=60, Threshold=1,
        Statistic="Sum",
    )  # fmt: skip
    account.only("CloudWatch alarm")
    account.in_one_region()

    assert account.sweep([REGION]).verdict is verdict
