"""Members that AWS need not give are absent: it costs nothing of others', and what a deletion rests on is told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from carbuyer_cleanup.contain import contained
from carbuyer_cleanup.errors import NotUnderstood
from carbuyer_cleanup.kinds.common import Several
from carbuyer_cleanup.teardown.plan import STEPS
from tests.recorded.replay import run

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.recorded.collection import Answers
    from tests.recorded.replay import Told

KINDS = {kind.name: kind for step in STEPS for kind in step.kinds}
OURS = [{"Key": "Name", "Value": "carbuyer-x"}]
OUR_VPC = {"VpcId": "vpc-1", "IsDefault": False, "Tags": OURS}
ARN = "arn:aws:elasticloadbalancing:ap-southeast-1:111122223333:loadbalancer/app/x/1"

# Kind, call, answer, and whose each thing is that the kind then finds.
CASES: list[tuple[str, str, dict[str, Any], list[str]]] = [
    ("API key", "apigateway:GetApiKeys", {"items": [{"id": "k"}]}, []),
    ("usage plan", "apigateway:GetUsagePlans", {"items": [{"id": "p", "apiStages": [{}]}]}, ["doubtful"]),
    ("REST API", "apigateway:GetRestApis", {"items": [{"id": "a", "name": "x"}]}, []),
    ("EBS volume", "ec2:DescribeVolumes", {"Volumes": [{"VolumeId": "v", "Attachments": [{}], "Tags": OURS}]},
     ["ours"]),
    ("VPC endpoint", "ec2:DescribeVpcEndpoints", {"VpcEndpoints": [{"VpcEndpointId": "e"}]}, []),
    ("interface endpoint", "ec2:DescribeVpcEndpoints", {"VpcEndpoints": [{"VpcEndpointId": "e", "Tags": OURS}]}, []),
    ("Elastic IP", "ec2:DescribeAddresses", {"Addresses": [{"PublicIp": "203.0.113.1"}]}, []),
    ("Elastic IP", "ec2:DescribeAddresses", {"Addresses": [{"AllocationId": "a", "Tags": OURS}]}, ["ours"]),
    ("network interface", "ec2:DescribeNetworkInterfaces", {"NetworkInterfaces": [{"NetworkInterfaceId": "e"}]}, []),
    ("EC2 instance", "ec2:DescribeInstances",
     {"Reservations": [{"Instances": [{"InstanceId": "i-0a1b2c3d4e5f60718", "Tags": OURS}]}]}, ["ours"]),
    ("internet gateway", "ec2:DescribeInternetGateways", {"InternetGateways": [{"InternetGatewayId": "g"}]}, []),
    ("NAT gateway", "ec2:DescribeNatGateways", {"NatGateways": [{"NatGatewayId": "n", "Tags": OURS}]}, ["ours"]),
    ("route table", "ec2:DescribeRouteTables", {"RouteTables": [{"RouteTableId": "r", "Tags": OURS}]}, ["ours"]),
    ("network ACL", "ec2:DescribeNetworkAcls", {"NetworkAcls": [{"NetworkAclId": "a"}]}, []),
    ("security group", "ec2:DescribeSecurityGroups", {"SecurityGroups": [{"GroupId": "g", "GroupName": "x"}]}, []),
    ("VPC", "ec2:DescribeVpcs", {"Vpcs": [{"VpcId": "v"}]}, []),
    ("VPC", "ec2:DescribeVpcs", {"Vpcs": [{"VpcId": "v", "Tags": OURS}]}, ["doubtful"]),  # perhaps the default one
    ("Lambda function", "lambda:ListFunctions", {"Functions": [{"FunctionName": "carbuyer-x"}]}, ["ours"]),
    ("CloudFront distribution", "cloudfront:ListDistributions",
     {"DistributionList": {"Quantity": 1, "Items": [{"Id": "E", "ARN": "arn:aws:cloudfront::1:distribution/E"}]}}, []),
    ("S3 bucket", "s3:ListBuckets", {"Buckets": [{"Name": "carbuyer-x"}]}, ["ours"]),
    ("IAM role", "iam:GetAccountAuthorizationDetails", {"RoleDetailList": [{"RoleName": "carbuyer-x"}]}, ["ours"]),
    ("IAM user", "iam:ListUsers", {"Users": [{"UserName": "carbuyer-x"}]}, ["ours"]),
    ("load balancer", "elbv2:DescribeLoadBalancers", {"LoadBalancers": [{"LoadBalancerArn": ARN}]}, ["doubtful"]),
    ("target group", "elbv2:DescribeTargetGroups", {"TargetGroups": [{"TargetGroupArn": ARN}]}, ["doubtful"]),
]  # fmt: skip


@pytest.mark.parametrize(("name", "call", "answer", "whose"), CASES)
def test_sparse(
    told: Callable[[Answers], Told], name: str, call: str, answer: dict[str, Any], whose: list[str]
) -> None:
    """Something of which AWS tells next to nothing is judged all the same; what is ours is deleted."""
    aws = told({call: [answer], "lambda:GetPolicy": [{"Policy": "{}"}]})
    found = run(aws, KINDS[name].find(aws))
    assert [resource.whose.value for resource in found] == whose
    run(aws, KINDS[name].delete(aws, [resource for resource in found if resource.ours]))
    assert bool(aws.written) is ("ours" in whose)


def test_table_without_types(told: Callable[[Answers], Told]) -> None:
    """A table called like one of the workshop's whose key is not told whole may be it."""
    key = [{"AttributeName": "id", "KeyType": "HASH"}]
    described = {"Table": {"TableName": "User", "TableStatus": "ACTIVE", "KeySchema": key}}
    aws = told({"dynamodb:ListTables": [{"TableNames": ["User"]}], "dynamodb:DescribeTable": [described]})
    assert [table.whose.value for table in run(aws, KINDS["DynamoDB table"].find(aws))] == ["doubtful"]


@pytest.mark.parametrize(
    ("name", "call", "answer"),
    [
        ("NAT gateway", "ec2:DescribeNatGateways", {"NatGateways": [{"Tags": OURS}]}),
        ("key pair", "ec2:DescribeKeyPairs", {"KeyPairs": [{"KeyPairId": "key-1"}]}),
        ("IAM role", "iam:GetAccountAuthorizationDetails", {"RoleDetailList": [{"Path": "/"}]}),
    ],
)
def test_needed(told: Callable[[Answers], Told], name: str, call: str, answer: dict[str, Any]) -> None:
    """Without an id nothing can be deleted, and without a name nobody can say whose it is: that is told."""
    aws = told({call: [answer]})

    async def find() -> None:
        with contained(name):
            await KINDS[name].find(aws)

    with pytest.raises(NotUnderstood, match=f"{name}: AWS's answer to {call} was not understood: it has no "):
        run(aws, find())


def deleted(aws: Told, name: str, id_: str) -> list[str]:
    """Let a kind delete what it finds of the workshop's, and return why that does not happen; nothing is written."""
    ours = [resource for resource in run(aws, KINDS[name].find(aws)) if resource.ours]
    with pytest.raises(Several) as caught:
        run(aws, KINDS[name].delete(aws, ours))
    assert (aws.written, list(caught.value.errors)) == ([], [id_])
    return [str(error) for error in caught.value.errors.values()]


DISTRIBUTION = {"Id": "E", "ARN": "arn:aws:cloudfront::1:distribution/E", "Aliases": {"Quantity": 0}}
BUCKETS = {"s3:ListBuckets": [{"Buckets": [{"Name": "carbuyer-x"}]}]}
SERVED = {"Items": [{"DomainName": "carbuyer-x.s3.amazonaws.com"}]}


def distribution(**told: Any) -> Answers:
    """Return the answers where there are a bucket of the workshop's and a distribution without a name."""
    listed = {"DistributionList": {"Quantity": 1, "Items": [{**DISTRIBUTION, **told}]}}
    tags: dict[str, Any] = {"Tags": {"Items": []}}
    return {**BUCKETS, "cloudfront:ListDistributions": [listed], "cloudfront:ListTagsForResource": [tags]}


@pytest.mark.parametrize(
    ("what", "whose"),
    [
        ({"Origins": SERVED}, ["ours"]),
        ({"Origins": SERVED, "Aliases": {}}, ["doubtful"]),
        ({"Origins": SERVED, "Aliases": {"Quantity": 1}}, ["doubtful"]),
        ({"Origins": {"Items": [*SERVED["Items"], {"Id": "another"}]}}, ["doubtful"]),
        ({"Origins": {}}, []),
    ],
)
def test_distribution_that_is_half_told(
    told: Callable[[Answers], Told], what: dict[str, Any], whose: list[str]
) -> None:
    """That it serves our bucket proves nothing while AWS does not say what else it serves, and under what name."""
    aws = told(distribution(**what))
    assert [found.whose.value for found in run(aws, KINDS["CloudFront distribution"].find(aws))] == whose


def test_bucket_that_may_be_served(told: Callable[[Answers], Told]) -> None:
    """A distribution of which AWS tells no origins may serve any bucket."""
    (why,) = deleted(told(distribution()), "S3 bucket", "carbuyer-x")
    assert "others use it: the CloudFront distribution E" in why


@pytest.mark.parametrize(
    ("call", "answer", "user"),
    [
        ("lambda:ListFunctions", {"Functions": [{"FunctionName": "theirs"}]}, "Lambda function theirs"),
        (
            "ec2:DescribeInstances",
            {"Reservations": [{"Instances": [{"InstanceId": "i-1", "IamInstanceProfile": {}}]}]},
            "EC2 instance without a name (i-1)",
        ),
    ],
)
def test_role_that_may_be_used(told: Callable[[Answers], Told], call: str, answer: dict[str, Any], user: str) -> None:
    """Something of others' has a role, and AWS does not say which: none is deleted."""
    roles = {"RoleDetailList": [{"RoleName": "carbuyer-x"}]}
    (why,) = deleted(told({"iam:GetAccountAuthorizationDetails": [roles], call: [answer]}), "IAM role", "carbuyer-x")
    assert f"others use it: {user}" in why


def test_vpc_in_which_something_may_be(told: Callable[[Answers], Told]) -> None:
    """An interface of others' that EC2 lists for a VPC is in there, though it does not say so itself."""
    aws = told(
        {
            "ec2:DescribeVpcs": [{"Vpcs": [OUR_VPC]}],
            "ec2:DescribeSubnets": [{"Subnets": [{"SubnetId": "s", "VpcId": "vpc-1"}]}],
            "ec2:DescribeNetworkInterfaces": [
                {"NetworkInterfaces": [{"NetworkInterfaceId": "eni-1", "Status": "in-use"}]}
            ],
        }
    )
    (why,) = deleted(aws, "subnet", "s")
    assert why.startswith("In the way: network interface ")
