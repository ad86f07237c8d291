"""The tagging API in the sandbox: each rule, seen with plain boto3."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.sandbox.refusals import refused

if TYPE_CHECKING:
    import boto3

    from strict_moto.sandbox import Sandbox

TAGS = [{"Key": "Name", "Value": "carbuyer"}]
PLAIN = {"Name": "carbuyer"}


@pytest.fixture
def tagging(session: boto3.Session) -> Any:
    """Return a client of the tagging API."""
    return session.client("resourcegroupstaggingapi")


def _arns(tagging: Any, **wanted: Any) -> list[str]:
    return [one["ResourceARN"] for one in tagging.get_resources(**wanted)["ResourceTagMappingList"]]


def _spec(kind: str) -> dict[str, Any]:
    return {"TagSpecifications": [{"ResourceType": kind, "Tags": TAGS}]}


def _elastic_ip(session: boto3.Session) -> Any:
    return session.client("ec2").allocate_address(Domain="vpc", **_spec("elastic-ip"))


def _key_pair(session: boto3.Session) -> Any:
    return session.client("ec2").create_key_pair(KeyName="k", **_spec("key-pair"))


def _endpoint(session: boto3.Session) -> Any:
    ec2 = session.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    service = "com.amazonaws.ap-southeast-1.s3"
    return ec2.create_vpc_endpoint(VpcId=vpc, ServiceName=service, **_spec("vpc-endpoint"))


def _log_group(session: boto3.Session) -> Any:
    return session.client("logs").create_log_group(logGroupName="/aws/lambda/x", tags=PLAIN)


def _rest_api(session: boto3.Session) -> Any:
    return session.client("apigateway").create_rest_api(name="x", tags=PLAIN)


def _api_key(session: boto3.Session) -> Any:
    return session.client("apigateway").create_api_key(name="x", tags=PLAIN)


def _usage_plan(session: boto3.Session) -> Any:
    return session.client("apigateway").create_usage_plan(name="x", tags=PLAIN)


@pytest.mark.parametrize(
    ("make", "kind"),
    [
        (_elastic_ip, "ec2:elastic-ip"),
        (_key_pair, "ec2:key-pair"),
        (_endpoint, "ec2:vpc-endpoint"),
        (_log_group, "logs:log-group"),
        (_rest_api, "apigateway:restapis"),
        (_api_key, "apigateway:apikeys"),
        (_usage_plan, "apigateway:usageplans"),
    ],
)
def test_kinds(session: boto3.Session, tagging: Any, make: Any, kind: str) -> None:
    """Kinds that moto's tagging API forgets are found, by type, by service and by tag."""
    make(session)
    (arn,) = _arns(tagging, ResourceTypeFilters=[kind])
    assert arn in _arns(tagging, ResourceTypeFilters=[kind.partition(":")[0]])
    assert arn in _arns(tagging, TagFilters=[{"Key": "Name", "Values": ["carbuyer"]}])
    assert _arns(tagging, TagFilters=[{"Key": "Name", "Values": ["other"]}]) == []
    assert _arns(tagging, ResourceARNList=[arn]) == [arn]
    assert _arns(tagging, ResourceTypeFilters=["rds:db"]) == []


def test_stage_of_an_api(session: boto3.Session, tagging: Any) -> None:
    """A tagged stage is found below its API."""
    gateway = session.client("apigateway")
    api = gateway.create_rest_api(name="x")["id"]
    root = gateway.get_resources(restApiId=api)["items"][0]["id"]
    gateway.put_method(restApiId=api, resourceId=root, httpMethod="GET", authorizationType="NONE")
    gateway.put_integration(restApiId=api, resourceId=root, httpMethod="GET", type="MOCK")
    deployment = gateway.create_deployment(restApiId=api)["id"]
    gateway.create_stage(restApiId=api, stageName="prod", deploymentId=deployment, tags=PLAIN)
    assert _arns(tagging) == [f"arn:aws:apigateway:ap-southeast-1::/restapis/{api}/stages/prod"]


def test_never_tagged(session: boto3.Session, tagging: Any) -> None:
    """What never had a tag is not found."""
    session.client("ec2").allocate_address(Domain="vpc")
    session.client("logs").create_log_group(logGroupName="x")
    session.client("apigateway").create_rest_api(name="x")
    assert _arns(tagging) == []


def test_formerly_tagged(session: boto3.Session, tagging: Any) -> None:
    """What had a tag once is found without tags."""
    address = _elastic_ip(session)["AllocationId"]
    session.client("ec2").delete_tags(Resources=[address], Tags=[{"Key": "Name"}])
    (found,) = tagging.get_resources()["ResourceTagMappingList"]
    assert found["ResourceARN"].endswith(address)
    assert found["Tags"] == []


def _untag_api(session: boto3.Session) -> None:
    api = _rest_api(session)["id"]
    arn = f"arn:aws:apigateway:ap-southeast-1::/restapis/{api}"
    session.client("apigateway").untag_resource(resourceArn=arn, tagKeys=["Name"])


def _untag_target_group(session: boto3.Session) -> None:
    elb = session.client("elbv2")
    vpc = session.client("ec2").create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    group = elb.create_target_group(Name="x", Protocol="HTTP", Port=80, VpcId=vpc, Tags=TAGS)["TargetGroups"][0]
    elb.remove_tags(ResourceArns=[group["TargetGroupArn"]], TagKeys=["Name"])


@pytest.mark.parametrize("untag", [_untag_api, _untag_target_group])
def test_untagged_before_anybody_looked(session: boto3.Session, tagging: Any, untag: Any) -> None:
    """Every service's way of taking tags away leaves the resource in the index."""
    untag(session)
    assert [one["Tags"] for one in tagging.get_resources()["ResourceTagMappingList"]] == [[]]


def test_no_users_and_roles(session: boto3.Session) -> None:
    """IAM users and roles are never found, not even where the global services are."""
    iam = session.client("iam")
    iam.create_user(UserName="x", Tags=TAGS)
    iam.create_role(RoleName="x", AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17"}), Tags=TAGS)
    assert _arns(session.client("resourcegroupstaggingapi", region_name="us-east-1")) == []


@pytest.mark.parametrize(("region", "found"), [("ap-southeast-1", ["s3:::b-1"]), ("us-east-1", ["distribution"])])
def test_regions(session: boto3.Session, region: str, found: list[str]) -> None:
    """A bucket is found in its Region only, a distribution in us-east-1 only."""
    here = {"LocationConstraint": "ap-southeast-1"}
    s3 = session.client("s3")
    s3.create_bucket(Bucket="b-1", CreateBucketConfiguration=here)
    s3.put_bucket_tagging(Bucket="b-1", Tagging={"TagSet": TAGS})
    origin = {"Id": "o", "DomainName": "x.example.com"}
    config = {
        "CallerReference": "c",
        "Origins": {"Quantity": 1, "Items": [origin]},
        "DefaultCacheBehavior": {"TargetOriginId": "o", "ViewerProtocolPolicy": "allow-all"},
        "Comment": "",
        "Enabled": True,
    }
    tagged = {"DistributionConfig": config, "Tags": {"Items": TAGS}}
    session.client("cloudfront").create_distribution_with_tags(DistributionConfigWithTags=tagged)
    arns = _arns(session.client("resourcegroupstaggingapi", region_name=region))
    assert len(arns) == 1
    assert all(part in arn for part, arn in zip(found, arns, strict=True))
    assert _arns(session.client("resourcegroupstaggingapi", region_name="eu-west-1")) == []
    by_type = _arns(session.client("resourcegroupstaggingapi"), ResourceTypeFilters=["s3:bucket"])
    assert by_type == ["arn:aws:s3:::b-1"]


def test_deleted_is_still_found(session: boto3.Session, tagging: Any, sandbox: Sandbox) -> None:
    """The index lags: what is deleted is found for a minute more."""
    address = _elastic_ip(session)["AllocationId"]
    session.client("ec2").release_address(AllocationId=address)
    assert [arn.rpartition("/")[2] for arn in _arns(tagging)] == [address]
    sandbox.clock.advance(61)
    assert _arns(tagging) == []


@pytest.mark.exhaustive
def test_pages(session: boto3.Session, tagging: Any, sandbox: Sandbox) -> None:
    """Pages go on with a token, which is good for a quarter of an hour."""
    made = sorted(_elastic_ip(session)["AllocationId"] for _ in range(3))
    first = tagging.get_resources(ResourcesPerPage=2)
    second = tagging.get_resources(ResourcesPerPage=2, PaginationToken=first["PaginationToken"])
    both = first["ResourceTagMappingList"] + second["ResourceTagMappingList"]
    assert [one["ResourceARN"].rpartition("/")[2] for one in both] == made
    assert second["PaginationToken"] == ""
    sandbox.clock.advance(901)
    with refused("PaginationTokenExpiredException"):
        tagging.get_resources(PaginationToken=first["PaginationToken"])


@pytest.mark.parametrize(
    "wanted",
    [
        {"ResourcesPerPage": 101},
        {"ResourceARNList": ["arn:aws:s3:::b"], "ResourceTypeFilters": ["s3"]},
        {"ResourceARNList": ["arn:aws:s3:::b"], "TagFilters": [{"Key": "a"}]},
    ],
)
def test_wrong_questions(tagging: Any, wanted: dict[str, Any]) -> None:
    """Pages have an upper bound, and ARNs exclude filters."""
    with refused("InvalidParameterException"):
        tagging.get_resources(**wanted)


def test_keys_and_values_once(session: boto3.Session, tagging: Any) -> None:
    """Each key, and each value of a key, is named once."""
    for number in range(2):
        session.client("ec2").create_key_pair(KeyName=f"k{number}", **_spec("key-pair"))
        session.client("ec2").create_vpc(CidrBlock="10.0.0.0/16", **_spec("vpc"))
    assert tagging.get_tag_keys()["TagKeys"] == ["Name"]
    assert tagging.get_tag_values(Key="Name")["TagValues"] == ["carbuyer"]
