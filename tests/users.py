"""Things of somebody else's that use what is the workshop's: the workshop's must not be taken from under them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple

from strict_moto import estate_services as services
from strict_moto.bystanders import BLOCKERS

if TYPE_CHECKING:
    from collections.abc import Callable

    from strict_moto.builder import Builder

ROLE, IMAGE = "carbuyer-lambda-email-role", "ami-12c6146b"


class User(NamedTuple):
    """What somebody has: the parts of the workshop that it uses, and what puts it there."""

    needs: tuple[str, ...]
    put: Callable[[Builder], object]


def _instance(builder: Builder, **more: object) -> None:
    name = [{"ResourceType": "instance", "Tags": [{"Key": "Name", "Value": "somebodys"}]}]
    builder.client("ec2").run_instances(ImageId=IMAGE, MinCount=1, MaxCount=1, TagSpecifications=name, **more)


def _function(builder: Builder) -> None:
    """Make a function that has the workshop's role."""
    services.function(builder, "somebodys-function")


def _profile(builder: Builder) -> None:
    """Make an instance profile that holds the workshop's role."""
    iam = builder.client("iam")
    iam.create_instance_profile(InstanceProfileName="somebodys-profile")
    iam.add_role_to_instance_profile(InstanceProfileName="somebodys-profile", RoleName=ROLE)


def _plan(builder: Builder) -> None:
    """Make a usage plan on the stage of the workshop's API, with a key."""
    gateway, stage = builder.client("apigateway"), {"apiId": builder.ids["carbuyer-email-api"], "stage": "prod"}
    plan = gateway.create_usage_plan(name="somebodys-plan", apiStages=[stage])["id"]
    key = gateway.create_api_key(name="somebodys-key", enabled=True)["id"]
    gateway.create_usage_plan_key(usagePlanId=plan, keyId=key, keyType="API_KEY")


def _policy(builder: Builder) -> None:
    """Make a role that has a policy of the workshop's name."""
    iam = builder.client("iam")
    allowed = {"Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [allowed]})
    arn = iam.create_policy(PolicyName="carbuyer-app-policy", PolicyDocument=document)["Policy"]["Arn"]
    services.role(builder, "somebodys-role", "ec2.amazonaws.com", (arn,))


def _member(builder: Builder) -> None:
    """Make a user who is in a group of the workshop's name."""
    iam = builder.client("iam")
    iam.create_group(GroupName="carbuyer-team")
    iam.create_user(UserName="somebody")
    iam.add_user_to_group(GroupName="carbuyer-team", UserName="somebody")


def _distribution(builder: Builder) -> None:
    """Make a distribution of the workshop's bucket, under a name of its own."""
    services.distribution(builder, "somebodys-site")


USERS: dict[str, User] = {
    "instance with our key": User(("key_pair",), lambda builder: _instance(builder, KeyName="carbuyer-keypair")),
    "instance with our profile": User(
        ("role",), lambda builder: _instance(builder, IamInstanceProfile={"Name": "carbuyer-ec2-role"})
    ),
    "instance in our VPC": User(
        ("vpc",), lambda builder: _instance(builder, SubnetId=builder.ids["carbuyer-fcj-private1"])
    ),
    "function with our role": User(("role",), _function),
    "profile with our role": User(("role",), _profile),
    "plan on our API": User(("rest_api",), _plan),
    "role with a policy of ours": User((), _policy),
    "user in a group of ours": User((), _member),
    "distribution of our bucket": User(("bucket",), _distribution),
    "peering connection": User(("vpc",), BLOCKERS["peering connection"].put),
    "access point": User(("bucket",), BLOCKERS["access point"].put),
}
