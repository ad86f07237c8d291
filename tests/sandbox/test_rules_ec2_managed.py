"""EC2 in the sandbox: what AWS's services manage, seen with plain boto3."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import jmespath
import pytest

from strict_moto.sandbox import ACCOUNT
from tests.sandbox.network import ZONES

if TYPE_CHECKING:
    from strict_moto.sandbox import Sandbox
    from tests.sandbox.network import Network

WHOSE = {"Managed": True, "Principal": "eks.amazonaws.com", "HiddenByDefault": True}
# The call that lists a thing, its parameter for ids, and where ids and operators are in the answer.
LISTS = {
    "instance": ("describe_instances", "InstanceIds", "Reservations[].Instances[].[InstanceId, Operator]"),
    "interface": (
        "describe_network_interfaces", "NetworkInterfaceIds", "NetworkInterfaces[].[NetworkInterfaceId, Operator]"
    ),
    "template": ("describe_launch_templates", "LaunchTemplateIds", "LaunchTemplates[].[LaunchTemplateId, Operator]"),
    "volume": ("describe_volumes", "VolumeIds", "Volumes[].[VolumeId, Operator]"),
}  # fmt: skip


def made(network: Network, what: str) -> str:
    """Make one of each, and return its id."""
    ec2 = network.ec2
    if what == "instance":
        return network.launch()
    if what == "interface":
        subnet = ec2.describe_subnets()["Subnets"][0]["SubnetId"]
        return str(ec2.create_network_interface(SubnetId=subnet)["NetworkInterface"]["NetworkInterfaceId"])
    if what == "volume":
        return str(ec2.create_volume(AvailabilityZone=ZONES[0], Size=1)["VolumeId"])
    template = ec2.create_launch_template(LaunchTemplateName="nodes", LaunchTemplateData={"InstanceType": "t3.micro"})
    return str(template["LaunchTemplate"]["LaunchTemplateId"])


@pytest.mark.parametrize("what", LISTS)
def test_hidden_unless_asked_for(network: Network, sandbox: Sandbox, what: str) -> None:
    """A list leaves it out unless it is asked for it, or for that very thing; then it says who manages it."""
    (call, ids, path), id_ = LISTS[what], made(network, what)

    def told(**params: Any) -> dict[str, Any]:
        return dict(jmespath.search(path, getattr(network.ec2, call)(**params)))

    assert WHOSE not in told().values()
    sandbox.world.recall("ec2-managed", ACCOUNT, network.ec2.meta.region_name)[id_] = WHOSE["Principal"]
    assert id_ not in told()
    assert told(IncludeManagedResources=True)[id_] == told(**{ids: [id_]})[id_] == WHOSE
