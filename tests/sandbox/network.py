"""A VPC to put things into, as the tests of EC2's and Elastic Load Balancing's rules need it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from aws_clock import Clock
from strict_moto.quirks import Quirks
from strict_moto.sandbox import Sandbox

if TYPE_CHECKING:
    import boto3

ZONES = ("ap-southeast-1a", "ap-southeast-1b")


class Network:
    """A VPC with a subnet in each of two zones, an internet gateway, and what tests put into it."""

    def __init__(self, session: boto3.Session) -> None:
        """Make it."""
        self.ec2: Any = session.client("ec2")
        self.vpc = self.ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
        self.subnets = [self._subnet(number, zone) for number, zone in enumerate(ZONES)]
        self.gateway = self.ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
        self.ec2.attach_internet_gateway(InternetGatewayId=self.gateway, VpcId=self.vpc)

    def _subnet(self, number: int, zone: str) -> str:
        made = self.ec2.create_subnet(VpcId=self.vpc, CidrBlock=f"10.0.{number}.0/24", AvailabilityZone=zone)
        name: str = made["Subnet"]["SubnetId"]
        return name

    def group(self, name: str = "carbuyer-sg") -> str:
        """Make a security group."""
        made: str = self.ec2.create_security_group(VpcId=self.vpc, GroupName=name, Description="x")["GroupId"]
        return made

    def launch(self, zone: int = 0, **more: Any) -> str:
        """Launch an instance and return its id."""
        where = {} if "NetworkInterfaces" in more else {"SubnetId": self.subnets[zone]}
        run = self.ec2.run_instances(ImageId="ami-12345678", MinCount=1, MaxCount=1, **where, **more)
        made: str = run["Instances"][0]["InstanceId"]
        return made

    def instance(self, id_: str) -> dict[str, Any]:
        """Return the instance as EC2 shows it."""
        shown: dict[str, Any] = self.ec2.describe_instances(InstanceIds=[id_])["Reservations"][0]["Instances"][0]
        return shown

    def state(self, id_: str) -> str:
        """Return the instance's state."""
        name: str = self.instance(id_)["State"]["Name"]
        return name

    def interfaces(self, **filters: str) -> list[dict[str, Any]]:
        """Return the VPC's network interfaces."""
        wanted = {"vpc-id": self.vpc, **{name.replace("_", "-"): value for name, value in filters.items()}}
        named = [{"Name": name, "Values": [value]} for name, value in wanted.items()]
        found: list[dict[str, Any]] = self.ec2.describe_network_interfaces(Filters=named)["NetworkInterfaces"]
        return found

    def address(self) -> str:
        """Allocate an Elastic IP address."""
        made: str = self.ec2.allocate_address(Domain="vpc")["AllocationId"]
        return made

    def nat_gateway(self) -> tuple[str, str]:
        """Make a NAT gateway; return its id and its address's."""
        address = self.address()
        made = self.ec2.create_nat_gateway(SubnetId=self.subnets[1], AllocationId=address)
        return made["NatGateway"]["NatGatewayId"], address


def network_with(**quirks: Any) -> tuple[Sandbox, Network]:
    """Return a sandbox with other quirks than the usual ones, and a network in it."""
    sandbox = Sandbox(Clock(math.inf), Quirks(**quirks))
    return sandbox, Network(sandbox.session())
