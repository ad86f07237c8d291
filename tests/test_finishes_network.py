"""What stands in a network and ends by itself, or not: the suite finishes, and says what is left."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from strict_moto import estate
from strict_moto.rules import RULES, ec2_interfaces
from strict_moto.states import STATES
from strict_moto.states_beside import share_test_event
from strict_moto.world import Request, Rule

if TYPE_CHECKING:
    from collections.abc import Callable

    from strict_moto.sandbox import Sandbox
    from strict_moto.session import Session
    from tests.result import Result

pytestmark = pytest.mark.exhaustive


def test_load_balancer_behind_an_endpoint_service(
    sandbox: Sandbox, session: Session, run_suite: Callable[..., Result]
) -> None:
    """What will not pass is not waited for: the step fails at once, and says what to delete."""
    estate.create(session)
    refusal = Rule(
        "elbv2:DeleteLoadBalancer",
        lambda _world, _request: True,
        "ResourceInUse",
        "Load balancer '{LoadBalancerArn}' cannot be deleted because it is currently associated with another service",
        "NLB user guide, load-balancer-delete; texts of logs in public repositories",
    )
    sandbox.use((refusal, *RULES))

    result = run_suite(path="cleanup_tests/test_01_load_balancer.py")

    assert result.exit_code == 1
    assert "delete the VPC link in the API Gateway console (VPC links), or the VPC endpoint service" in result.output
    assert sum(entry.call == "elbv2:DeleteLoadBalancer" for entry in sandbox.log) == 1


def test_address_with_a_reverse_dns_record(session: Session, run_suite: Callable[..., Result]) -> None:
    """The NAT gateway's address is released when its record is removed."""
    builder = estate.create(session)
    ec2 = builder.client("ec2")
    ec2.modify_address_attribute(
        AllocationId=builder.ids["carbuyer-nat-gateway address"], DomainName="mail.example.com"
    )

    result = run_suite()

    assert result.exit_code == 0, result.output
    assert ec2.describe_addresses()["Addresses"] == []


def test_endpoint_that_guardduty_makes_anew(
    sandbox: Sandbox, session: Session, run_suite: Callable[..., Result]
) -> None:
    """Somebody has deleted it a moment ago: it is back when the plan has been made, and goes all the same."""
    builder = estate.create(session)
    STATES["vpc_endpoint"]["and GuardDuty's"](builder)
    ec2 = builder.client("ec2")
    endpoints = ec2.describe_vpc_endpoints()["VpcEndpoints"]
    guard = [e["VpcEndpointId"] for e in endpoints if e["ServiceName"].endswith("guardduty-data")]
    ec2.delete_vpc_endpoints(VpcEndpointIds=guard)

    result = run_suite()

    assert result.exit_code == 0, result.output
    assert ec2.describe_vpc_endpoints()["VpcEndpoints"] == []
    assert sum(entry.call == "ec2:CreateVpcEndpoint" for entry in sandbox.log) == 3  # not those of AWS's own


def test_connect_endpoint_in_the_vpc(session: Session, run_suite: Callable[..., Result]) -> None:
    """An EC2 Instance Connect endpoint, by which a student reached the admin instance, goes with the groups."""
    STATES["vpc_endpoint"]["and one of Instance Connect"](estate.create(session))

    result = run_suite()

    assert result.exit_code == 0, result.output


def test_nat_gateway_that_failed(sandbox: Sandbox, session: Session, run_suite: Callable[..., Result]) -> None:
    """It has nothing and goes by itself in an hour: no step waits for that, and the address it never got stays."""
    builder = estate.create(session)
    ec2 = builder.client("ec2")
    address = ec2.allocate_address(Domain="vpc")["AllocationId"]
    made = ec2.create_nat_gateway(SubnetId=builder.ids["carbuyer-fcj-public1"], AllocationId=address)["NatGateway"]
    backend = sandbox.world.backend("ec2", "111122223333", builder.region)
    backend.nat_gateways[made["NatGatewayId"]].state = "failed"
    ec2_interfaces.delete(sandbox.world, _asking(builder.region), backend.nat_gateways[made["NatGatewayId"]]._eni)  # noqa: SLF001
    began = sandbox.clock.now()

    result = run_suite("--deselect", "cleanup_tests/test_17_audit.py")

    assert result.exit_code == 0, result.output
    assert sandbox.clock.now() - began < 3600
    assert [a["AllocationId"] for a in ec2.describe_addresses()["Addresses"]] == [address]


def _asking(region: str) -> Request:
    return Request("ec2", "DescribeVpcs", {}, "111122223333", region, "")


def test_nat_gateway_of_the_whole_region(sandbox: Sandbox, session: Session, run_suite: Callable[..., Result]) -> None:
    """It goes, and its address, which only AWS may release, is waited for; if that takes hours it is told."""
    builder = estate.create(session)
    STATES["nat_gateway"]["and a regional one"](builder)
    STATES["nat_gateway"]["and one with more addresses"](builder)
    sandbox.world.quirks = replace(sandbox.world.quirks, managed_address_kept=4 * 3600)

    first = run_suite()
    sandbox.clock.advance(4 * 3600)
    second = run_suite()

    assert first.exit_code == 1
    assert "Held by: AWS (rnat)" in first.output
    assert [entry.error for entry in sandbox.log if entry.call == "ec2:ReleaseAddress"].count(None) == 4
    assert second.exit_code == 0, second.output
    assert builder.client("ec2").describe_addresses()["Addresses"] == []


def test_interface_that_aws_has_forgotten(sandbox: Sandbox, session: Session, run_suite: Callable[..., Result]) -> None:
    """One of AWS's own that nothing is attached to any more is tried, and AWS's answer told if it does not go."""
    builder = estate.create(session)
    backend = sandbox.world.backend("ec2", "111122223333", builder.region)
    made = builder.client("ec2").create_network_interface(SubnetId=builder.ids["carbuyer-fcj-private1"])[
        "NetworkInterface"
    ]
    interface = backend.enis[made["NetworkInterfaceId"]]
    interface.requester_managed, interface.description = True, "ELB app/carbuyer-alb/0123456789abcdef"

    result = run_suite()

    assert result.exit_code == 1
    assert "Last answer: ec2:DeleteNetworkInterface answered OperationNotPermitted" in result.output


def test_cloudshell_in_the_vpc(sandbox: Sandbox, session: Session, run_suite: Callable[..., Result]) -> None:
    """A CloudShell environment in the VPC holds it: the step fails at once and says how to delete it in the console."""
    builder = estate.create(session)
    backend = sandbox.world.backend("ec2", "111122223333", builder.region)
    tags = [{"ResourceType": "network-interface", "Tags": [{"Key": "ManagedByCloudShell", "Value": "x"}]}]
    made = builder.client("ec2").create_network_interface(
        SubnetId=builder.ids["carbuyer-fcj-private1"], TagSpecifications=tags
    )["NetworkInterface"]
    backend.enis[made["NetworkInterfaceId"]].status = "in-use"

    result = run_suite()

    assert result.exit_code == 1
    assert "open CloudShell in the AWS console, choose that environment's tab, then Actions, Delete" in result.output
    assert made["NetworkInterfaceId"] in result.output


def test_cloudshell_that_has_ended(session: Session, run_suite: Callable[..., Result]) -> None:
    """What it leaves behind when nobody may delete it for the user, goes: AWS says to delete it by hand."""
    builder = estate.create(session)
    tags = [{"ResourceType": "network-interface", "Tags": [{"Key": "ManagedByCloudShell", "Value": ""}]}]
    builder.client("ec2").create_network_interface(
        SubnetId=builder.ids["carbuyer-fcj-private1"], TagSpecifications=tags
    )

    result = run_suite()

    assert result.exit_code == 0, result.output


def test_what_the_wizards_make_beside(session: Session, run_suite: Callable[..., Result]) -> None:
    """Web ACLs, log deliveries, shared test events, a role's own policy go after what they are for, and only theirs."""
    builder = estate.create(session)
    STATES["distribution"]["guarded and logged"](builder)
    STATES["load_balancer"]["guarded"](builder)
    share_test_event(builder)
    share_test_event(builder, "somebody-elses")
    STATES["role"]["with a console's policy"](builder)

    result = run_suite()

    us: Any = session.client("wafv2", region_name="us-east-1")
    logs: Any = session.client("logs", region_name="us-east-1")
    assert result.exit_code == 0, result.output
    assert us.list_web_acls(Scope="CLOUDFRONT")["WebACLs"] == []
    assert session.client("wafv2").list_web_acls(Scope="REGIONAL")["WebACLs"] == []
    schemas = builder.client("schemas").list_schemas(RegistryName="lambda-testevent-schemas")["Schemas"]
    assert [schema["SchemaName"] for schema in schemas] == ["_somebody-elses-schema"]
    assert builder.client("iam").list_policies(Scope="Local")["Policies"] == []
    assert logs.describe_deliveries()["deliveries"] == []
    assert logs.describe_delivery_sources()["deliverySources"] == []
    assert logs.describe_delivery_destinations()["deliveryDestinations"] == []
