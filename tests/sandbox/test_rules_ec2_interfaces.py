"""EC2 in the sandbox: network interfaces and endpoints; each rule, seen with plain boto3."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.sandbox.network import network_with
from tests.sandbox.refusals import refused

if TYPE_CHECKING:
    from strict_moto.sandbox import Sandbox
    from tests.sandbox.network import Network


def test_interface_of_an_instance(network: Network) -> None:
    """An instance's primary interface can be neither deleted nor detached."""
    network.launch()
    (interface,) = network.interfaces()
    with refused("InvalidParameterValue", "currently in use"):
        network.ec2.delete_network_interface(NetworkInterfaceId=interface["NetworkInterfaceId"])
    second = network.ec2.create_network_interface(SubnetId=network.subnets[0])["NetworkInterface"]
    network.ec2.attach_network_interface(
        NetworkInterfaceId=second["NetworkInterfaceId"], InstanceId=interface["Attachment"]["InstanceId"], DeviceIndex=1
    )
    with refused("OperationNotPermitted", "device index 0"):
        network.ec2.detach_network_interface(AttachmentId=interface["Attachment"]["AttachmentId"])


def test_interface_of_a_service(network: Network, sandbox: Sandbox) -> None:
    """An interface that AWS manages can be neither detached nor, once that has happened, deleted."""
    network.nat_gateway()
    (interface,) = network.interfaces()
    with refused("OperationNotPermitted", "You are not allowed to manage 'ela-attach' attachments."):
        network.ec2.detach_network_interface(AttachmentId=interface["Attachment"]["AttachmentId"])
    ec2 = sandbox.world.backend("ec2", "111122223333", "ap-southeast-1")
    ec2.enis[interface["NetworkInterfaceId"]].status = "available"
    with refused("OperationNotPermitted", "managed by its requester"):
        network.ec2.delete_network_interface(NetworkInterfaceId=interface["NetworkInterfaceId"])


def test_code_of_an_interface_in_use() -> None:
    """Which code an interface in use gives is a switch: two have been seen."""
    _, network = network_with(interface_in_use_code="InvalidNetworkInterface.InUse")
    network.launch()
    with refused("InvalidNetworkInterface.InUse"):
        network.ec2.delete_network_interface(NetworkInterfaceId=network.interfaces()[0]["NetworkInterfaceId"])


def test_deleted_interface_comes_and_goes() -> None:
    """A deleted interface may be listed in one answer and not in the next, for minutes."""
    sandbox, network = network_with(interface_flicker=180)
    made = network.ec2.create_network_interface(SubnetId=network.subnets[0])["NetworkInterface"]
    network.ec2.delete_network_interface(NetworkInterfaceId=made["NetworkInterfaceId"])
    assert sorted(len(network.interfaces()) for _ in range(4)) == [0, 0, 1, 1]
    sandbox.clock.advance(180)
    assert [len(network.interfaces()) for _ in range(2)] == [0, 0]
    with refused("InvalidNetworkInterfaceID.NotFound"):
        network.ec2.delete_network_interface(NetworkInterfaceId=made["NetworkInterfaceId"])


def test_groups_are_replaced(network: Network) -> None:
    """Giving an instance or its interface other groups takes it out of the old ones."""
    first, second, third = (network.group(name) for name in "abc")
    id_ = network.launch(SecurityGroupIds=[first])
    interface = network.interfaces()[0]["NetworkInterfaceId"]
    network.ec2.modify_network_interface_attribute(NetworkInterfaceId=interface, Groups=[second])
    assert [group["GroupId"] for group in network.interfaces()[0]["Groups"]] == [second]
    network.ec2.modify_instance_attribute(InstanceId=id_, Groups=[third])
    assert [group["GroupId"] for group in network.interfaces()[0]["Groups"]] == [third]


def _endpoint(network: Network, **more: Any) -> str:
    service = "com.amazonaws.ap-southeast-1.s3"
    made: str = network.ec2.create_vpc_endpoint(VpcId=network.vpc, ServiceName=service, **more)["VpcEndpoint"][
        "VpcEndpointId"
    ]
    return made


def _states(network: Network) -> list[str]:
    return [one["State"] for one in network.ec2.describe_vpc_endpoints()["VpcEndpoints"]]


def test_gateway_endpoint(network: Network, sandbox: Sandbox) -> None:
    """A gateway endpoint takes its routes along at once, is deleting for seconds, and then is unknown."""
    table = network.ec2.create_route_table(VpcId=network.vpc)["RouteTable"]["RouteTableId"]
    endpoint = _endpoint(network, RouteTableIds=[table])
    network.ec2.delete_vpc_endpoints(VpcEndpointIds=[endpoint])
    (shown,) = network.ec2.describe_route_tables(RouteTableIds=[table])["RouteTables"]
    assert [route["GatewayId"] for route in shown["Routes"]] == ["local"]
    assert _states(network) == ["deleting"]
    sandbox.clock.advance(5)
    assert _states(network) == []
    with refused("InvalidVpcEndpointId.NotFound"):
        network.ec2.describe_vpc_endpoints(VpcEndpointIds=[endpoint])


def test_interface_endpoint(network: Network, sandbox: Sandbox) -> None:
    """An interface endpoint is deleting for minutes, and its interfaces hold group and subnet that long."""
    group = network.group()
    interface = {"SubnetIds": network.subnets[:1], "SecurityGroupIds": [group]}
    endpoint = _endpoint(network, VpcEndpointType="Interface", **interface)
    network.ec2.delete_vpc_endpoints(VpcEndpointIds=[endpoint])
    sandbox.clock.advance(119)
    assert _states(network) == ["deleting"]
    with refused("DependencyViolation"):
        network.ec2.delete_security_group(GroupId=group)
    with refused("DependencyViolation"):
        network.ec2.delete_subnet(SubnetId=network.subnets[0])
    sandbox.clock.advance(1)
    assert (_states(network), network.interfaces()) == ([], [])
    network.ec2.delete_security_group(GroupId=group)


def test_failures_inside_a_success(network: Network, sandbox: Sandbox) -> None:
    """One unknown endpoint, one that a service made: told item by item, while the third is deleted."""
    made, managed = _endpoint(network), _endpoint(network)
    ec2 = sandbox.world.backend("ec2", "111122223333", "ap-southeast-1")
    ec2.vpc_end_points[managed].requester_managed = True
    unknown = "vpce-00000000000000001"
    answer = network.ec2.delete_vpc_endpoints(VpcEndpointIds=[unknown, managed, made])
    failures = {one["ResourceId"]: one["Error"]["Code"] for one in answer["Unsuccessful"]}
    assert failures == {unknown: "InvalidVpcEndpoint.NotFound", managed: "InvalidParameter"}
    assert sorted(_states(network)) == ["available", "deleting"]


def test_instance_connect_endpoint(network: Network, sandbox: Sandbox) -> None:
    """It takes minutes to come and to go, can't be deleted before it is complete, and keeps an interface."""
    made = network.ec2.create_instance_connect_endpoint(SubnetId=network.subnets[0])["InstanceConnectEndpoint"]
    which = {"InstanceConnectEndpointId": made["InstanceConnectEndpointId"]}
    with refused("IncorrectState"):
        network.ec2.delete_instance_connect_endpoint(**which)
    sandbox.clock.advance(120)
    (shown,) = network.ec2.describe_instance_connect_endpoints()["InstanceConnectEndpoints"]
    assert shown["State"] == "create-complete"
    assert len(network.interfaces(interface_type="ec2_instance_connect_endpoint")) == 1
    network.ec2.delete_instance_connect_endpoint(**which)
    sandbox.clock.advance(120)
    assert network.interfaces() == []
    with refused("InvalidInstanceConnectEndpointId.NotFound"):
        network.ec2.delete_instance_connect_endpoint(**which)


def test_guardduty_makes_its_endpoint_anew(network: Network, sandbox: Sandbox) -> None:
    """While an instance runs in the VPC its endpoint is back within half a minute, with its group; then no more."""
    service = "com.amazonaws.ap-southeast-1.guardduty-data"
    made: Any = {"VpcId": network.vpc, "ServiceName": service, "VpcEndpointType": "Interface"}
    endpoint = network.ec2.create_vpc_endpoint(**made, SubnetIds=network.subnets[:1])["VpcEndpoint"]["VpcEndpointId"]
    instance = network.launch()
    network.ec2.delete_vpc_endpoints(VpcEndpointIds=[endpoint])
    sandbox.clock.advance(150)
    (anew,) = network.ec2.describe_vpc_endpoints()["VpcEndpoints"]
    assert anew["VpcEndpointId"] != endpoint
    assert f"GuardDutyManagedSecurityGroup-{network.vpc}" in str(network.ec2.describe_security_groups())
    network.ec2.terminate_instances(InstanceIds=[instance])
    network.ec2.delete_vpc_endpoints(VpcEndpointIds=[anew["VpcEndpointId"]])
    sandbox.clock.advance(150)
    assert network.ec2.describe_vpc_endpoints()["VpcEndpoints"] == []
