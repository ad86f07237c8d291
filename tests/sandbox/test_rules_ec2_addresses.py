"""EC2 in the sandbox: NAT gateways and addresses; each rule, seen with plain boto3."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from strict_moto.rules.ec2_nat_modes import FAILS
from tests.sandbox.network import network_with
from tests.sandbox.refusals import refused

if TYPE_CHECKING:
    from strict_moto.sandbox import Sandbox
    from tests.sandbox.network import Network

NO_PERMISSION = "You do not have permission to access the specified resource."


def _nat(network: Network) -> dict[str, Any]:
    (shown,) = network.ec2.describe_nat_gateways()["NatGateways"]
    gateway: dict[str, Any] = shown
    return gateway


def test_nat_gateway_deleting_then_deleted(network: Network, sandbox: Sandbox) -> None:
    """A NAT gateway is deleting for minutes, listed as deleted for an hour, and then is unknown."""
    nat, _ = network.nat_gateway()
    for _ in range(2):  # the second time changes nothing
        network.ec2.delete_nat_gateway(NatGatewayId=nat)
        assert _nat(network)["State"] == "deleting"
        sandbox.clock.advance(40)
    sandbox.clock.advance(10)
    assert _nat(network)["State"] == "deleted"
    assert "DeleteTime" in _nat(network)
    network.ec2.delete_nat_gateway(NatGatewayId=nat)
    sandbox.clock.advance(3600)
    assert network.ec2.describe_nat_gateways()["NatGateways"] == []
    with refused("NatGatewayNotFound", nat):
        network.ec2.describe_nat_gateways(NatGatewayIds=[nat])
    with refused("NatGatewayNotFound"):
        network.ec2.delete_nat_gateway(NatGatewayId=nat)


def test_nat_gateway_interface(network: Network, sandbox: Sandbox) -> None:
    """A NAT gateway's interface is AWS's own, in no security group, and holds its subnet until it is deleted."""
    nat, _ = network.nat_gateway()
    (interface,) = network.interfaces(interface_type="nat_gateway")
    assert interface["RequesterManaged"]
    assert (interface["Groups"], interface["Attachment"]["InstanceOwnerId"]) == ([], "amazon-aws")
    network.ec2.delete_nat_gateway(NatGatewayId=nat)
    with refused("DependencyViolation"):
        network.ec2.delete_subnet(SubnetId=network.subnets[1])
    sandbox.clock.advance(90)
    assert network.interfaces() == []
    network.ec2.delete_subnet(SubnetId=network.subnets[1])


def test_address_of_a_nat_gateway(network: Network, sandbox: Sandbox) -> None:
    """Its address is not to be released while it lives, nor for some seconds after; then once."""
    nat, address = network.nat_gateway()
    (shown,) = network.ec2.describe_addresses()["Addresses"]
    with refused("AuthFailure", NO_PERMISSION):
        network.ec2.disassociate_address(AssociationId=shown["AssociationId"])
    network.ec2.delete_nat_gateway(NatGatewayId=nat)
    for seconds in (89, 1, 14):  # deleting, deleted just now, not long ago
        sandbox.clock.advance(seconds)
        with refused("AuthFailure", NO_PERMISSION, status=400):
            network.ec2.release_address(AllocationId=address)
    assert "AssociationId" not in network.ec2.describe_addresses()["Addresses"][0]
    sandbox.clock.advance(1)
    network.ec2.release_address(AllocationId=address)
    with refused("InvalidAllocationID.NotFound"):
        network.ec2.release_address(AllocationId=address)


@pytest.mark.parametrize("listed", [True, False])
def test_deleted_nat_gateway_and_its_addresses(*, listed: bool) -> None:
    """Whether a deleted gateway tells which addresses it had is a switch: the evidence conflicts."""
    sandbox, network = network_with(nat_gateway_addresses_listed=listed)
    nat, _ = network.nat_gateway()
    network.ec2.delete_nat_gateway(NatGatewayId=nat)
    sandbox.clock.advance(90)
    assert bool(_nat(network).get("NatGatewayAddresses")) == listed


def test_nat_gateway_by_tag(network: Network) -> None:
    """A filter by tag finds the gateways that have it, which moto ignores."""
    network.nat_gateway()
    nat, _ = network.nat_gateway()
    network.ec2.create_tags(Resources=[nat], Tags=[{"Key": "Name", "Value": "carbuyer-nat-gateway"}])
    found = network.ec2.describe_nat_gateways(Filter=[{"Name": "tag:Name", "Values": ["carbuyer-*"]}])
    assert [one["NatGatewayId"] for one in found["NatGateways"]] == [nat]


def test_address_that_a_service_manages(network: Network, sandbox: Sandbox) -> None:
    """An address that AWS allocated for a service of its own is not the customer's to release."""
    address = network.address()
    ec2 = sandbox.world.backend("ec2", "111122223333", "ap-southeast-1")
    ec2.address_by_allocation([address])[0].service_managed = "alb"
    with refused("AuthFailure"):
        network.ec2.release_address(AllocationId=address)


def test_address_in_the_default_vpc(network: Network) -> None:
    """In the default VPC an address in use is released all the same."""
    default = network.ec2.describe_subnets(Filters=[{"Name": "default-for-az", "Values": ["true"]}])["Subnets"][0]
    network.subnets[0], address = default["SubnetId"], network.address()
    network.ec2.associate_address(InstanceId=network.launch(), AllocationId=address)
    network.ec2.release_address(AllocationId=address)
    assert network.ec2.describe_addresses()["Addresses"] == []


def test_unknown_association(network: Network) -> None:
    """An association that isn't there is an error, though AWS calls the operation idempotent."""
    with refused("InvalidAssociationID.NotFound"):
        network.ec2.disassociate_address(AssociationId="eipassoc-00000000000000001")


def test_one_unknown_address(network: Network) -> None:
    """One address that isn't there fails the whole call."""
    with refused("InvalidAllocationID.NotFound"):
        network.ec2.describe_addresses(AllocationIds=[network.address(), "eipalloc-00000000000000001"])


def test_reverse_dns_record(network: Network, sandbox: Sandbox) -> None:
    """An address with one can't be released before it is removed, which takes a while and can't be asked for twice."""
    address: Any = {"AllocationId": network.address()}
    record = network.ec2.modify_address_attribute(**address, DomainName="mail.example.com")["Address"]
    assert record["PtrRecord"] == "mail.example.com."
    with refused("InvalidAddress.PtrSet"):
        network.ec2.release_address(**address)
    network.ec2.reset_address_attribute(**address, Attribute="domain-name")
    (shown,) = network.ec2.describe_addresses_attribute(Attribute="domain-name")["Addresses"]
    assert shown["PtrRecordUpdate"]["Status"] == "PENDING"
    with refused("IncorrectState"):
        network.ec2.reset_address_attribute(**address, Attribute="domain-name")
    sandbox.clock.advance(60)
    assert network.ec2.describe_addresses_attribute(Attribute="domain-name")["Addresses"] == []
    network.ec2.release_address(**address)


def test_locked_address(network: Network, sandbox: Sandbox) -> None:
    """One that AWS has locked can't be released at all."""
    address = network.address()
    sandbox.world.recall("ec2-locked", "111122223333", "ap-southeast-1")[address] = True
    with refused("InvalidAddress.Locked", "contact AWS Support"):
        network.ec2.release_address(AllocationId=address)


def test_regional_gateway(sandbox: Sandbox, network: Network) -> None:
    """It stands in no subnet; its address is AWS's, which alone releases it, a while after the gateway is gone."""
    ec2 = network.ec2
    made = ec2.create_nat_gateway(AvailabilityMode="regional", VpcId=network.vpc)["NatGateway"]["NatGatewayId"]
    (nat,) = ec2.describe_nat_gateways()["NatGateways"]
    (address,) = ec2.describe_addresses()["Addresses"]
    assert (nat["AvailabilityMode"], "SubnetId" in nat) == ("regional", False)
    assert nat["NatGatewayAddresses"][0]["AssociationId"] == address["AssociationId"]
    assert nat["RouteTableId"] in {table["RouteTableId"] for table in ec2.describe_route_tables()["RouteTables"]}
    ec2.delete_nat_gateway(NatGatewayId=made)
    sandbox.clock.advance(120)
    assert ec2.describe_addresses()["Addresses"][0]["ServiceManaged"] == "rnat"
    with refused("AuthFailure"):
        ec2.release_address(AllocationId=address["AllocationId"])
    sandbox.clock.advance(120)
    assert ec2.describe_addresses()["Addresses"] == []
    assert nat["RouteTableId"] not in {table["RouteTableId"] for table in ec2.describe_route_tables()["RouteTables"]}


def test_gateway_that_can_not_be_made(sandbox: Sandbox, network: Network) -> None:
    """It shows as failed, has nothing, and is forgotten in an hour."""
    ec2 = network.ec2
    ec2.create_nat_gateway(SubnetId=network.subnets[0], AllocationId=FAILS)
    (nat,) = ec2.describe_nat_gateways()["NatGateways"]
    assert (nat["State"], nat["NatGatewayAddresses"][0]["Status"]) == ("failed", "failed")
    assert ec2.describe_network_interfaces()["NetworkInterfaces"] == []
    sandbox.clock.advance(3700)
    assert ec2.describe_nat_gateways()["NatGateways"] == []
