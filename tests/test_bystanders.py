"""What is not the workshop's survives, whatever it is called and wherever it stands."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from strict_moto import estate
from strict_moto import estate_network as network
from strict_moto import estate_services as services
from strict_moto.builder import Builder
from tests.choice import quick
from tests.inventory import inventory

if TYPE_CHECKING:
    from collections.abc import Callable

    from strict_moto.sandbox import Sandbox
    from strict_moto.session import Session
    from tests.result import Result

HOURS = 3 * 3600


def another_network(builder: Builder) -> None:
    """Make a whole VPC of somebody else's: NAT gateway with its address, instance, load balancer, groups."""
    network.vpc(builder, "other")
    network.nat_gateway(builder, "other-nat-gateway", "other")
    network.security_group(builder, "other-sg", [], "other")
    network.key_pair(builder, "other-key")
    for name in ("carbuyers-x", "mycarbuyer-x"):
        network.target_group(builder, name, 80, "nobody", "other")


def almost_the_names(builder: Builder) -> None:
    """Make one of each kind whose name only looks like the workshop's."""
    for name in ("mycarbuyer-x", "carbuyers-x", "Carbuyer-x"):
        services.role(builder, name, "ec2.amazonaws.com")
        services.user(builder, name)
        builder.client("iam").create_instance_profile(InstanceProfileName=name)
        network.key_pair(builder, name)
        builder.client("logs").create_log_group(logGroupName=f"/aws/lambda/{name}")
        builder.client("apigateway").create_rest_api(name=name)
        builder.client("apigateway").create_api_key(name=name)
        builder.client("apigatewayv2").create_api(Name=name, ProtocolType="HTTP")
    services.bucket(builder, "mycarbuyer-x")


def tables_of_others(builder: Builder) -> None:
    """Make a table with a longer name, one in other letters, and one with another key."""
    for name in ("User2", "user", "Users"):
        services.table(builder, name)
    services.table(builder, "Slider", key="slider_id")


def distribution_of_another_bucket(builder: Builder) -> None:
    """Make a distribution that serves somebody else's bucket."""
    services.distribution(builder, "other", origin="other-bucket")


def plan_of_another_api(builder: Builder) -> None:
    """Make an API of somebody else's with a usage plan and a key."""
    builder.ids["carbuyer-lambda-email-role"] = services.role(builder, "other-role", "lambda.amazonaws.com")
    services.function(builder, "other-function")
    services.rest_api(builder, "other-api", "other-function")
    services.usage_plan(builder, "other-plan", "other-key", "other-api")


BYSTANDERS = (
    another_network,
    almost_the_names,
    tables_of_others,
    distribution_of_another_bucket,
    plan_of_another_api,
)


@pytest.mark.exhaustive
@pytest.mark.parametrize("settle", quick(BYSTANDERS, another_network))
def test_bystanders_survive(
    sandbox: Sandbox, session: Session, run_suite: Callable[..., Result], settle: Callable[[Builder], None]
) -> None:
    """The workshop goes, and all that somebody else had stays as it was."""
    settle(Builder(session))
    before = inventory(session)
    wanted = set(estate.PARTS) - ({"table"} if settle is tables_of_others else set())
    estate.create(session, only=wanted)

    result = run_suite()

    sandbox.clock.advance(HOURS)
    assert before - inventory(session) == set(), result.output
    assert inventory(session) - before == set(), result.output
    assert result.exit_code == 0, result.output
    assert sandbox.defects == []


def test_table_with_another_key_is_named(session: Session, run_suite: Callable[..., Result]) -> None:
    """Somebody else's ``Slider`` is left alone, and the reason is told."""
    services.table(Builder(session), "Slider", key="slider_id")

    result = run_suite(path="cleanup_tests/test_10_dynamodb_tables.py")

    assert result.exit_code == 0
    assert "left alone: DynamoDB table Slider" in result.output
    assert "its key is slider_id (S)" in result.output


@pytest.mark.exhaustive
def test_foreign_instance_in_the_vpc_blocks_and_is_named(session: Session, run_suite: Callable[..., Result]) -> None:
    """A foreign instance keeps the VPC: the step fails and names it, and its network is as it was."""
    builder = estate.create(session)
    network.instance(builder, "somebody-elses", "carbuyer-customer-sg", "carbuyer-fcj-public1")
    subnets = {item for item in inventory(session) if item[0] in {"ec2:describe_subnets", "ec2:describe_route_tables"}}

    result = run_suite()

    assert result.exit_code == 1
    assert f"somebody-elses ({builder.ids['somebody-elses']})" in result.output
    assert "13 VPC                     [did not finish]" in result.output
    assert subnets - inventory(session) == set()
    assert _state(session, builder.ids["somebody-elses"]) == "running"


def _state(session: Session, instance: str) -> str:
    described = session.client("ec2").describe_instances(InstanceIds=[instance])
    return str(described["Reservations"][0]["Instances"][0]["State"]["Name"])


def test_plan_of_somebody_elses_keeps_the_api(session: Session, run_suite: Callable[..., Result]) -> None:
    """A usage plan of somebody else's that our API was joined to stays as it is, and so the API: the plan is named."""
    builder = estate.create(session, only={"rest_api", "usage_plan"})
    services.rest_api(builder, "other-api")
    gateway = builder.client("apigateway")
    stages = [{"apiId": builder.ids[name], "stage": "prod"} for name in ("carbuyer-email-api", "other-api")]
    shared = gateway.create_usage_plan(name="shared", apiStages=stages)["id"]

    result = run_suite(path="cleanup_tests/test_06_api_gateway.py")

    assert result.exit_code == 1
    assert f"others use it: usage plan shared ({shared})" in " ".join(result.output.split())
    assert gateway.get_usage_plan(usagePlanId=shared)["apiStages"] == stages
    assert [plan["name"] for plan in gateway.get_usage_plans()["items"]] == ["shared"]


@pytest.mark.exhaustive
@pytest.mark.parametrize("region", ["eu-west-1", "ap-southeast-1"])
def test_unattached_address_stays_and_fails_the_audit(
    sandbox: Sandbox, session: Session, run_suite: Callable[..., Result], region: str
) -> None:
    """An address that is nobody's costs money: it is told, in any Region, and never released."""
    estate.create(session)
    ec2 = sandbox.session(session.account, region).client("ec2")
    address = ec2.allocate_address(Domain="vpc")

    result = run_suite()

    assert result.exit_code == 1
    assert address["AllocationId"] in result.output
    assert [a["AllocationId"] for a in ec2.describe_addresses()["Addresses"]] == [address["AllocationId"]]


@pytest.mark.exhaustive
def test_leftover_named_by_the_prefix_fails_the_audit(session: Session, run_suite: Callable[..., Result]) -> None:
    """A thing of the prefix that no step deletes is found by the audit, with Region and reason."""
    document = {"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Action": "*", "Resource": "*"}]}
    iam: Any = session.client("iam")
    policy = iam.create_policy(PolicyName="carbuyer-extra", PolicyDocument=json.dumps(document))["Policy"]["Arn"]
    services.role(Builder(session), "somebody-elses", "ec2.amazonaws.com", (policy,))

    result = run_suite()

    assert result.exit_code == 1
    assert "carbuyer-extra" in result.output
    assert "somebody-elses" in result.output
