"""The estate: everything that workshop.md lists stands in the account, seen with plain boto3."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import pytest

from aws_clock import Clock
from strict_moto import Sandbox, estate
from strict_moto import estate_network as network
from strict_moto import estate_services as services
from tests.choice import one_in

if TYPE_CHECKING:
    import boto3

    from strict_moto.builder import Builder
    from strict_moto.session import Session

NETWORK = {
    "describe_vpcs": ("Vpcs", {"carbuyer-fcj-vpc"}),
    "describe_subnets": (
        "Subnets",
        {
            "carbuyer-fcj-subnet-public1-ap-southeast-1a",
            "carbuyer-fcj-subnet-public2-ap-southeast-1b",
            "carbuyer-fcj-subnet-private1-ap-southeast-1a",
            "carbuyer-fcj-subnet-private2-ap-southeast-1b",
        },
    ),
    "describe_route_tables": (
        "RouteTables",
        {
            "carbuyer-fcj-rtb-public",
            "carbuyer-fcj-rtb-private1-ap-southeast-1a",
            "carbuyer-fcj-rtb-private2-ap-southeast-1b",
        },
    ),
    "describe_internet_gateways": ("InternetGateways", {"carbuyer-fcj-igw"}),
    "describe_vpc_endpoints": ("VpcEndpoints", {"carbuyer-fcj-vpce-s3", "carbuyer-dynamodb-endpoint"}),
    "describe_nat_gateways": ("NatGateways", {"carbuyer-nat-gateway"}),
}
TABLES = "DanhGia DatLichKH KieuDang LoaiPhuKien MauXe NguyenLieuXe PhuKien Slider ThuongHieu TinTuc User XeOto".split()
POLICIES = {"AmazonDynamoDBFullAccess", "AmazonS3FullAccess", "CloudFrontFullAccess"}


@pytest.fixture(scope="module")
def account() -> Session:
    """An account in which the whole estate stands; the tests of this module only look."""
    session = Sandbox(Clock(math.inf)).session()
    estate.create(session)
    return session


def look(session: boto3.Session, call: str, *path: Any, **params: Any) -> Any:
    """Make a call such as ``iam:list_users`` and return what is at ``path`` of its answer."""
    service, method = call.split(":")
    found = getattr(session.client(service), method)(**params)  # type: ignore[call-overload] # any service
    for step in path:
        found = found[step]
    return found


def names(resources: list[dict[str, Any]]) -> set[str]:
    """Return the Name tags."""
    return {tag["Value"] for r in resources for tag in r.get("Tags", []) if tag["Key"] == "Name"}


@pytest.mark.parametrize("call", NETWORK)
def test_network(account: Session, call: str) -> None:
    """The VPC wizard's parts and the gateways bear the workshop's names."""
    key, expected = NETWORK[call]
    assert names(look(account, f"ec2:{call}", key)) == expected


def test_address_has_no_name(account: Session) -> None:
    """The NAT gateway's address is without a name, and held by it; the private route leads there."""
    address = look(account, "ec2:describe_addresses", "Addresses")
    nat = look(account, "ec2:describe_nat_gateways", "NatGateways", 0)
    assert [a.get("Tags", []) for a in address] == [[]]
    assert nat["NatGatewayAddresses"][0]["AllocationId"] == address[0]["AllocationId"]
    routed = [{"Name": "route.nat-gateway-id", "Values": [nat["NatGatewayId"]]}]
    tables = look(account, "ec2:describe_route_tables", "RouteTables", Filters=routed)
    assert names(tables) == {"carbuyer-fcj-rtb-private2-ap-southeast-1b"}


def test_instances(account: Session) -> None:
    """Two instances run, with key pair, profile and a root volume that goes with them; one is public."""
    found = {
        next(iter(names([i]))): i
        for r in look(account, "ec2:describe_instances", "Reservations")
        for i in r["Instances"]
    }
    assert set(found) == {"carbuyer-customer-service", "carbuyer-admin-service"}
    for instance in found.values():
        assert (instance["State"]["Name"], instance["KeyName"]) == ("running", "carbuyer-keypair")
        assert instance["IamInstanceProfile"]["Arn"].endswith("instance-profile/carbuyer-ec2-role")
        assert instance["BlockDeviceMappings"][0]["Ebs"]["DeleteOnTermination"]
    assert found["carbuyer-customer-service"].get("PublicIpAddress")
    assert not found["carbuyer-admin-service"].get("PublicIpAddress")
    assert {(v["Size"], v["VolumeType"]) for v in look(account, "ec2:describe_volumes", "Volumes")} == {(8, "gp3")}


def test_security_groups(account: Session) -> None:
    """Two groups admit the third by reference."""
    groups = {g["GroupName"]: g for g in look(account, "ec2:describe_security_groups", "SecurityGroups")}
    alb = groups["carbuyer-alb-sg"]["GroupId"]
    for name, port in (("carbuyer-customer-sg", 3000), ("carbuyer-admin-sg", 3001)):
        rule = next(p for p in groups[name]["IpPermissions"] if p["FromPort"] == port)
        assert [pair["GroupId"] for pair in rule["UserIdGroupPairs"]] == [alb]


def test_load_balancer(account: Session) -> None:
    """The listener forwards to one group and by seven path rules to the other, which is sticky; both have a target."""
    arn = look(account, "elbv2:describe_load_balancers", "LoadBalancers", 0, "LoadBalancerArn")
    listener = look(account, "elbv2:describe_listeners", "Listeners", 0, "ListenerArn", LoadBalancerArn=arn)
    rules = look(account, "elbv2:describe_rules", "Rules", ListenerArn=listener)
    groups = {
        g["TargetGroupName"]: g["TargetGroupArn"] for g in look(account, "elbv2:describe_target_groups", "TargetGroups")
    }
    assert [r["Priority"] for r in rules] == ["100", "101", "200", "300", "400", "500", "600", "default"]
    assert {r["Actions"][0]["TargetGroupArn"] for r in rules[:7]} == {groups["carbuyer-admin-employee-tg"]}
    assert rules[7]["Actions"][0]["TargetGroupArn"] == groups["carbuyer-customer-tg"]
    for group in groups.values():
        assert len(look(account, "elbv2:describe_target_health", "TargetHealthDescriptions", TargetGroupArn=group)) == 1
    sticky = look(
        account, "elbv2:describe_target_group_attributes", "Attributes",
        TargetGroupArn=groups["carbuyer-admin-employee-tg"],
    )  # fmt: skip
    assert {"Key": "stickiness.enabled", "Value": "true"} in sticky


def test_roles_and_user(account: Session) -> None:
    """The roles, the profile that bears the role's name, and the user with a described key."""
    attached = look(account, "iam:list_attached_role_policies", "AttachedPolicies", RoleName="carbuyer-ec2-role")
    assert {p["PolicyName"] for p in attached} == POLICIES
    profile = look(account, "iam:get_instance_profile", "InstanceProfile", InstanceProfileName="carbuyer-ec2-role")
    assert [r["RoleName"] for r in profile["Roles"]] == ["carbuyer-ec2-role"]
    user = {"UserName": "carbuyer-app-user"}
    assert len(look(account, "iam:list_attached_user_policies", "AttachedPolicies", **user)) == 3
    key = look(account, "iam:list_access_keys", "AccessKeyMetadata", 0, "AccessKeyId", **user)
    assert look(account, "iam:list_user_tags", "Tags", **user) == [{"Key": key, "Value": "carbuyer-app-keys"}]


def test_tables(account: Session) -> None:
    """Twelve tables on demand, by id, with a few items."""
    assert look(account, "dynamodb:list_tables", "TableNames") == TABLES
    for name in TABLES:
        table = look(account, "dynamodb:describe_table", "Table", TableName=name)
        assert table["KeySchema"] == [{"AttributeName": "id", "KeyType": "HASH"}]
        assert (table["TableStatus"], table["BillingModeSummary"]["BillingMode"]) == ("ACTIVE", "PAY_PER_REQUEST")
        assert look(account, "dynamodb:scan", "Count", TableName=name) == 3


def test_bucket(account: Session) -> None:
    """The bucket keeps versions, is readable by all, and holds old versions and a delete marker."""
    bucket = {"Bucket": "carbuyer-fcj-bucket"}
    listed = look(account, "s3:list_object_versions", **bucket)
    assert (len(listed["Versions"]), len(listed["DeleteMarkers"])) == (7, 1)
    assert {v["IsLatest"] for v in listed["Versions"]} == {True, False}
    assert look(account, "s3:get_bucket_versioning", "Status", **bucket) == "Enabled"
    assert '"Principal": "*"' in look(account, "s3:get_bucket_policy", "Policy", **bucket)
    rules = look(account, "s3:get_bucket_encryption", "ServerSideEncryptionConfiguration", "Rules", **bucket)
    assert rules[0]["BucketKeyEnabled"]


def test_distribution(account: Session) -> None:
    """The distribution's name is a tag only; its origin is the bucket, behind an access control."""
    found = look(account, "cloudfront:list_distributions", "DistributionList", "Items", 0)
    tags = look(account, "cloudfront:list_tags_for_resource", "Tags", "Items", Resource=found["ARN"])
    assert tags == [{"Key": "Name", "Value": "fcj-cloudfront-carbuyer"}]
    assert (found["Status"], found["Enabled"], found["Comment"]) == ("Deployed", True, "")
    control = look(account, "cloudfront:list_origin_access_controls", "OriginAccessControlList", "Items", 0, "Id")
    origin = found["Origins"]["Items"][0]
    assert origin["OriginAccessControlId"] == control
    assert origin["DomainName"] == "carbuyer-fcj-bucket.s3.ap-southeast-1.amazonaws.com"


def test_function(account: Session) -> None:
    """The function has a password in its environment; both log groups are there."""
    found = look(account, "lambda:get_function", "Configuration", FunctionName="carbuyer-email-service")
    assert (found["Runtime"], found["MemorySize"], found["Timeout"]) == ("nodejs22.x", 256, 30)
    assert "EMAIL_PASS" in found["Environment"]["Variables"]
    api = look(account, "apigateway:get_rest_apis", "items", 0, "id")
    groups = {g["logGroupName"] for g in look(account, "logs:describe_log_groups", "logGroups")}
    assert groups == {"/aws/lambda/carbuyer-email-service", f"API-Gateway-Execution-Logs_{api}/prod"}


def test_api(account: Session) -> None:
    """The API wants a key for its one method; the usage plan joins its stage and the key."""
    api = look(account, "apigateway:get_rest_apis", "items", 0, "id")
    root = look(account, "apigateway:get_resources", "items", 0, "id", restApiId=api)
    post = look(account, "apigateway:get_method", restApiId=api, resourceId=root, httpMethod="POST")
    assert (post["apiKeyRequired"], post["methodIntegration"]["type"]) == (True, "AWS_PROXY")
    plan = look(account, "apigateway:get_usage_plans", "items", 0)
    assert (plan["name"], plan["apiStages"]) == ("carbuyer-email-plan", [{"apiId": api, "stage": "prod"}])
    keys = look(account, "apigateway:get_usage_plan_keys", "items", usagePlanId=plan["id"])
    assert [key["name"] for key in keys] == ["carbuyer-email-api-key"]


@pytest.mark.parametrize("part", one_in(6, estate.PARTS))
def test_each_part_alone(sandbox: Sandbox, part: str) -> None:
    """Each part can be built with no more than what it needs."""
    builder = estate.create(sandbox.session(), {part})
    assert [entry for entry in sandbox.log if entry.error] == []
    assert sandbox.defects == []
    assert builder.ids or part in {"table", "bucket"}


def double(builder: Builder) -> None:
    """Build a second one of much, under other names or the same."""
    network.vpc(builder, "other")
    network.nat_gateway(builder)
    network.nat_gateway(builder, "other-nat", "other")
    network.instance(builder, "carbuyer-admin-service", "carbuyer-admin-sg", "carbuyer-fcj-private1")
    network.load_balancer(builder, "other-alb")
    services.table(builder, "User2")
    services.bucket(builder, "mycarbuyer-bucket")
    services.distribution(builder, "other-distribution", "mycarbuyer-bucket")


def test_parts_can_be_doubled(sandbox: Sandbox) -> None:
    """The same functions build doubles, and what is somebody else's."""
    session = sandbox.session()
    double(estate.create(session))
    assert names(look(session, "ec2:describe_vpcs", "Vpcs")) == {"carbuyer-fcj-vpc", "other-vpc"}
    assert len(look(session, "ec2:describe_addresses", "Addresses")) == 3
    assert len(look(session, "cloudfront:list_distributions", "DistributionList", "Items")) == 2
    assert sandbox.defects == []


def test_second_account(sandbox: Sandbox) -> None:
    """A second participant's bucket has a name of its own."""
    estate.create(sandbox.session(), {"bucket"})
    estate.create(other := sandbox.session("444455556666"), {"bucket", "distribution"}, "carbuyer-binh")
    assert [b["Name"] for b in look(other, "s3:list_buckets", "Buckets")] == ["carbuyer-binh"]


def test_bucket_in_virginia(sandbox: Sandbox) -> None:
    """The estate can be built in us-east-1, too, which no bucket may name as its place."""
    session = sandbox.session(region="us-east-1")
    estate.create(session, only=["bucket"])

    assert session.client("s3").get_bucket_location(Bucket="carbuyer-fcj-bucket")["LocationConstraint"] is None
