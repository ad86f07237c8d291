"""A place in the embedded AWS to create things in, and what these need."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from typing import Protocol

    class Account(Protocol):
        """What creations ask of an account."""

        aws: Any  # tells its number

        def client(self, service: str, region: str) -> Any:
            """Return a plain boto3 client."""


NAME = "carbuyer-x"
TAG = [{"Key": "Name", "Value": NAME}]
ASSUMED = """{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole",
    "Principal": {"Service": "codepipeline.amazonaws.com"}}]}"""
IMAGE = "ami-12345678"
REGION = "ap-southeast-1"
CERTIFICATE = "-----BEGIN CERTIFICATE-----\nx\n-----END CERTIFICATE-----"
POLICY = '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}'
DOCUMENT = '{"schemaVersion": "2.2", "description": "-", "mainSteps": []}'
TEMPLATE = '{"Resources": {"Q": {"Type": "AWS::SQS::Queue"}}}'


@dataclass
class At:
    """Where something is created, and what it needs."""

    account: Account

    def __call__(self, service: str) -> Any:
        """Return the client of a service."""
        return self.account.client(service, REGION)

    @cached_property
    def vpc(self) -> str:
        """A VPC of nobody's."""
        return str(self("ec2").create_vpc(CidrBlock="10.3.0.0/16")["Vpc"]["VpcId"])

    @cached_property
    def subnets(self) -> list[str]:
        """Two subnets of it."""
        zones = {"10.3.1.0/24": f"{REGION}a", "10.3.2.0/24": f"{REGION}b"}
        create = self("ec2").create_subnet
        return [
            create(VpcId=self.vpc, CidrBlock=block, AvailabilityZone=zone)["Subnet"]["SubnetId"]
            for block, zone in zones.items()
        ]

    @cached_property
    def role(self) -> str:
        """A role of nobody's."""
        role = self("iam").create_role(RoleName="somebodys", AssumeRolePolicyDocument=ASSUMED)
        return str(role["Role"]["Arn"])

    @cached_property
    def bucket(self) -> str:
        """A bucket of nobody's."""
        where = {"LocationConstraint": REGION}
        self("s3").create_bucket(Bucket="somebodys", CreateBucketConfiguration=where)
        return "somebodys"

    @cached_property
    def instance(self) -> str:
        """An instance of nobody's."""
        run = self("ec2").run_instances(ImageId=IMAGE, MinCount=1, MaxCount=1, SubnetId=self.subnets[0])
        return str(run["Instances"][0]["InstanceId"])

    @cached_property
    def volume(self) -> str:
        """A volume of nobody's."""
        return str(self("ec2").create_volume(AvailabilityZone=f"{REGION}a", Size=1)["VolumeId"])


def tagged(kind: str) -> list[dict[str, Any]]:
    """Return what EC2 takes to give a new ``kind`` a Name tag."""
    return [{"ResourceType": kind, "Tags": TAG}]


def code() -> bytes:
    """Return a function's code."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        file.writestr("index.js", "")
    return buffer.getvalue()


def distribution(comment: str) -> dict[str, Any]:
    """Return a distribution's configuration."""
    origin = {"HTTPPort": 80, "HTTPSPort": 443, "OriginProtocolPolicy": "http-only"}
    return {
        "CallerReference": comment,
        "Comment": comment,
        "Enabled": True,
        "Origins": {"Quantity": 1, "Items": [{"Id": "1", "DomainName": "example.org", "CustomOriginConfig": origin}]},
        "DefaultCacheBehavior": {"TargetOriginId": "1", "ViewerProtocolPolicy": "allow-all"},
    }


def balancer(at: At, name: str, kind: str) -> str:
    """Create a load balancer in somebody's subnets, and return its ARN."""
    made = at("elbv2").create_load_balancer(Name=name, Type=kind, Subnets=at.subnets)
    return str(made["LoadBalancers"][0]["LoadBalancerArn"])


def log_source(at: At, name: str = NAME) -> str:
    """Let the logs of somebody's distribution be delivered, and return the distribution's ARN."""
    made = at("cloudfront").create_distribution(DistributionConfig=distribution("-"))["Distribution"]["ARN"]
    logs = at.account.client("logs", "us-east-1")
    logs.put_delivery_source(name=name, resourceArn=made, logType="ACCESS_LOGS")
    return str(made)


def test_event(at: At) -> object:
    """Share a test event of a function."""
    at("schemas").create_registry(RegistryName="lambda-testevent-schemas")
    return at("schemas").create_schema(
        RegistryName="lambda-testevent-schemas", SchemaName=f"_{NAME}-schema", Type="OpenApi3", Content="{}"
    )


def task_definition(at: At, family: str) -> object:
    """Create a task definition."""
    return at("ecs").register_task_definition(
        family=family, containerDefinitions=[{"name": "c", "image": "i", "memory": 9}]
    )


def table(at: At, name: str) -> object:
    """Create a table."""
    return at("dynamodb").create_table(
        TableName=name,
        BillingMode="PAY_PER_REQUEST",
        KeySchema=[{"AttributeName": "k", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "k", "AttributeType": "S"}],
    )


def connection(at: At, name: str) -> Any:
    """Create a connection of EventBridge's."""
    key = {"ApiKeyName": "k", "ApiKeyValue": "v"}
    return at("events").create_connection(
        Name=name, AuthorizationType="API_KEY", AuthParameters={"ApiKeyAuthParameters": key}
    )


def visibility() -> dict[str, Any]:
    """Return what WAF requires."""
    return {"SampledRequestsEnabled": False, "CloudWatchMetricsEnabled": False, "MetricName": "m"}


def tag(at: At, resource: str) -> object:
    """Give something of EC2's a Name tag."""
    return at("ec2").create_tags(Resources=[resource], Tags=TAG)


def stage(name: str, category: str, provider: str) -> dict[str, Any]:
    """Return a stage of a pipeline."""
    kind = {"category": category, "owner": "AWS", "provider": provider, "version": "1"}
    return {"name": name, "actions": [{"name": "a", "actionTypeId": kind}]}
