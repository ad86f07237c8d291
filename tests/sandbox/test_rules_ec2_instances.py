"""EC2 in the sandbox: instances, volumes, key pairs; each rule, seen with plain boto3."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.sandbox.network import ZONES
from tests.sandbox.refusals import refused

if TYPE_CHECKING:
    import boto3

    from strict_moto.sandbox import Sandbox
    from tests.sandbox.network import Network


def test_shutting_down_then_terminated(network: Network, sandbox: Sandbox) -> None:
    """A terminated instance shuts down first, keeping its interface, and is listed for an hour after."""
    id_ = network.launch()
    (change,) = network.ec2.terminate_instances(InstanceIds=[id_])["TerminatingInstances"]
    assert (change["PreviousState"]["Name"], change["CurrentState"]["Name"]) == ("running", "shutting-down")
    sandbox.clock.advance(44)
    assert network.state(id_) == "shutting-down"
    assert len(network.interfaces()) == 1
    sandbox.clock.advance(1)
    assert network.state(id_) == "terminated"
    assert network.interfaces() == []
    sandbox.clock.advance(3600)
    with refused("InvalidInstanceID.NotFound"):
        network.instance(id_)


def test_terminated_twice(network: Network, sandbox: Sandbox) -> None:
    """Terminating a terminated instance is a success that changes nothing."""
    id_ = network.launch()
    for seconds, before, after in ((45, "running", "shutting-down"), (0, "terminated", "terminated")):
        (change,) = network.ec2.terminate_instances(InstanceIds=[id_])["TerminatingInstances"]
        assert (change["PreviousState"]["Name"], change["CurrentState"]["Name"]) == (before, after)
        sandbox.clock.advance(seconds)


def test_terminated_instance_forgets(network: Network, sandbox: Sandbox) -> None:
    """A terminated instance has no VPC, so a filter by VPC misses it; its tags go later."""
    tags = [{"ResourceType": "instance", "Tags": [{"Key": "Name", "Value": "carbuyer-admin-service"}]}]
    id_ = network.launch(TagSpecifications=tags)
    network.ec2.terminate_instances(InstanceIds=[id_])
    in_vpc = [{"Name": "vpc-id", "Values": [network.vpc]}]
    assert network.ec2.describe_instances(Filters=in_vpc)["Reservations"]
    sandbox.clock.advance(45)
    assert network.ec2.describe_instances(Filters=in_vpc)["Reservations"] == []
    assert not {"VpcId", "SubnetId", "NetworkInterfaces", "SecurityGroups"} & network.instance(id_).keys()
    assert network.instance(id_)["Tags"]
    sandbox.clock.advance(900)
    assert "Tags" not in network.instance(id_)


@pytest.mark.parametrize("attribute", ["disableApiTermination", "disableApiStop"])
def test_protected_instance(network: Network, attribute: str) -> None:
    """A protected instance is refused, naming the attribute, and stays as it is until that is switched off."""
    parameter = attribute[0].upper() + attribute[1:]
    id_ = network.launch(**{parameter: True})
    with refused("OperationNotPermitted", f"Modify its '{attribute}' instance attribute"):
        network.ec2.terminate_instances(InstanceIds=[id_])
    assert network.state(id_) == "running"
    network.ec2.modify_instance_attribute(InstanceId=id_, **{parameter: {"Value": False}})
    network.ec2.terminate_instances(InstanceIds=[id_])


def test_one_protected_of_two_zones(network: Network) -> None:
    """Where one of several is protected the call fails, and yet terminates those in other zones."""
    protected, neighbour, elsewhere = network.launch(DisableApiTermination=True), network.launch(), network.launch(1)
    with refused("OperationNotPermitted", protected):
        network.ec2.terminate_instances(InstanceIds=[elsewhere, neighbour, protected])
    states = [network.state(id_) for id_ in (protected, neighbour, elsewhere)]
    assert states == ["running", "running", "shutting-down"]


@pytest.mark.parametrize(
    ("wrong", "code"),
    [("i-00000000000000001", "InvalidInstanceID.NotFound"), ("i-xyz", "InvalidInstanceID.Malformed")],
)
def test_one_wrong_id_terminates_none(network: Network, wrong: str, code: str) -> None:
    """A batch with one id that isn't there, or is no id, is refused as a whole."""
    id_ = network.launch()
    with refused(code, wrong):
        network.ec2.terminate_instances(InstanceIds=[id_, wrong])
    assert network.state(id_) == "running"


def test_spot_has_no_protection(network: Network) -> None:
    """The protection of a spot instance cannot be switched, not even off."""
    id_ = network.launch(InstanceMarketOptions={"MarketType": "spot"})
    with refused("UnsupportedOperation"):
        network.ec2.modify_instance_attribute(InstanceId=id_, DisableApiTermination={"Value": False})


def _request(network: Network, kind: str) -> tuple[str, str]:
    """Make a Spot request, and return its id and that of its instance."""
    how = {"ImageId": "ami-12345678", "SubnetId": network.subnets[0]}
    (made,) = network.ec2.request_spot_instances(Type=kind, LaunchSpecification=how)["SpotInstanceRequests"]
    return made["SpotInstanceRequestId"], made["InstanceId"]


@pytest.mark.parametrize(
    ("kind", "cancelled", "after"), [("persistent", False, 2), ("persistent", True, 1), ("one-time", False, 1)]
)
def test_spot_request(network: Network, sandbox: Sandbox, kind: str, after: int, *, cancelled: bool) -> None:
    """Its instance names it; if it is persistent, and not cancelled, there is another a minute after that has gone."""
    request, id_ = _request(network, kind)
    assert network.instance(id_)["SpotInstanceRequestId"] == request
    assert "SpotInstanceRequestId" not in network.instance(network.launch())
    for _ in range(2 if cancelled else 0):
        network.ec2.cancel_spot_instance_requests(SpotInstanceRequestIds=[request])
    network.ec2.terminate_instances(InstanceIds=[id_])
    sandbox.clock.advance(60)
    shown = [one for r in network.ec2.describe_instances()["Reservations"] for one in r["Instances"]]
    assert sum(one.get("SpotInstanceRequestId") == request for one in shown) == after


def test_unknown_spot_request(network: Network) -> None:
    """A request that isn't there is refused."""
    with refused("InvalidSpotInstanceRequestID.NotFound", "sir-1"):
        network.ec2.cancel_spot_instance_requests(SpotInstanceRequestIds=["sir-1"])


def test_what_goes_with_the_instance(network: Network, sandbox: Sandbox) -> None:
    """The root volume and the interface made at launch go; what says otherwise, or was there before, stays."""
    root = {"DeviceName": "/dev/xvda", "Ebs": {"VolumeSize": 8, "VolumeType": "gp3"}}
    data = {"DeviceName": "/dev/sdb", "Ebs": {"VolumeSize": 5, "DeleteOnTermination": False}}
    own = network.ec2.create_network_interface(SubnetId=network.subnets[0])["NetworkInterface"]["NetworkInterfaceId"]
    attach = [{"DeviceIndex": 0, "NetworkInterfaceId": own}]
    first = network.launch(BlockDeviceMappings=[root, data])
    second = network.launch(NetworkInterfaces=attach)
    network.ec2.terminate_instances(InstanceIds=[first, second])
    sandbox.clock.advance(45)
    assert [(v["Size"], v["State"]) for v in network.ec2.describe_volumes()["Volumes"]] == [(5, "available")]
    assert [(i["NetworkInterfaceId"], i["Status"]) for i in network.interfaces()] == [(own, "available")]


def test_volume_attached_later_survives(network: Network, sandbox: Sandbox) -> None:
    """A volume attached after launch is left, available."""
    volume = network.ec2.create_volume(AvailabilityZone=ZONES[0], Size=3)["VolumeId"]
    id_ = network.launch()
    network.ec2.attach_volume(VolumeId=volume, InstanceId=id_, Device="/dev/sdf")
    network.ec2.terminate_instances(InstanceIds=[id_])
    sandbox.clock.advance(45)
    assert [(v["VolumeId"], v["State"]) for v in network.ec2.describe_volumes()["Volumes"]] == [(volume, "available")]


def test_address_of_a_terminated_instance(network: Network, sandbox: Sandbox) -> None:
    """An instance's address cannot be released while it runs; it is left unattached when it has terminated."""
    id_, address = network.launch(), network.address()
    network.ec2.associate_address(InstanceId=id_, AllocationId=address)
    with refused("InvalidIPAddress.InUse"):
        network.ec2.release_address(AllocationId=address)
    network.ec2.terminate_instances(InstanceIds=[id_])
    sandbox.clock.advance(45)
    (shown,) = network.ec2.describe_addresses()["Addresses"]
    assert "AssociationId" not in shown
    network.ec2.release_address(AllocationId=address)


def test_volumes(network: Network, sandbox: Sandbox) -> None:
    """An attached volume is refused; a deleted one reads deleting and then is gone."""
    id_ = network.launch()
    (attached,) = network.ec2.describe_volumes()["Volumes"]
    with refused("VolumeInUse", id_):
        network.ec2.delete_volume(VolumeId=attached["VolumeId"])
    free = network.ec2.create_volume(AvailabilityZone=ZONES[0], Size=3)["VolumeId"]
    network.ec2.delete_volume(VolumeId=free)
    assert network.ec2.describe_volumes(VolumeIds=[free])["Volumes"][0]["State"] == "deleting"
    sandbox.clock.advance(20)
    with refused("InvalidVolume.NotFound"):
        network.ec2.describe_volumes(VolumeIds=[free])
    with refused("InvalidVolume.NotFound"):
        network.ec2.delete_volume(VolumeId=free)


def test_key_pairs(network: Network) -> None:
    """A key pair is deleted by id or name and found by id; a name that isn't there is a success, an id is not."""
    pairs = [network.ec2.create_key_pair(KeyName=name, KeyType="ed25519")["KeyPairId"] for name in "abc"]
    assert [one["KeyName"] for one in network.ec2.describe_key_pairs(KeyPairIds=pairs[1:2])["KeyPairs"]] == ["b"]
    assert network.ec2.delete_key_pair(KeyPairId=pairs[0])["Return"]
    assert network.ec2.delete_key_pair(KeyName="b")["KeyPairId"] == pairs[1]
    gone = network.ec2.delete_key_pair(KeyName="nobody's")
    assert gone["Return"]
    assert "KeyPairId" not in gone
    with refused("InvalidKeyPair.NotFound"):
        network.ec2.delete_key_pair(KeyPairId=pairs[0])
    with refused("InvalidKeyPair.NotFound"):
        network.ec2.describe_key_pairs(KeyPairIds=pairs[:1])
    assert [one["KeyName"] for one in network.ec2.describe_key_pairs()["KeyPairs"]] == ["c"]


def test_relaunched(network: Network, session: boto3.Session, sandbox: Sandbox) -> None:
    """An Auto Scaling group launches another instance in place of one that was terminated."""
    scaling = session.client("autoscaling")
    scaling.create_launch_configuration(LaunchConfigurationName="lc", ImageId="ami-12345678", InstanceType="t3.micro")
    sizes = {"MinSize": 1, "MaxSize": 1, "DesiredCapacity": 1}
    scaling.create_auto_scaling_group(
        AutoScalingGroupName="asg", LaunchConfigurationName="lc", VPCZoneIdentifier=network.subnets[0], **sizes
    )
    running = [{"Name": "instance-state-name", "Values": ["running"]}]
    (first,) = network.ec2.describe_instances(Filters=running)["Reservations"]
    network.ec2.terminate_instances(InstanceIds=[first["Instances"][0]["InstanceId"]])
    sandbox.clock.advance(45)
    (second,) = network.ec2.describe_instances(Filters=running)["Reservations"]
    assert second["Instances"][0]["InstanceId"] != first["Instances"][0]["InstanceId"]
