"""What else is in a messy account: bystanders, which must survive, and blockers of the workshop's teardown."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from strict_moto import defaults
from strict_moto import estate_network as network
from strict_moto import estate_services as services
from strict_moto import states_beside as beside

if TYPE_CHECKING:
    from collections.abc import Callable

    from strict_moto.builder import Builder

NEAR_MISSES = ("mycarbuyer-x", "carbuyers-x", "Carbuyer-x")


class Blocker(NamedTuple):
    """Somebody else's resource in the workshop's way: the parts it needs, and what puts it there.

    ``put`` returns the id that the suite must name.
    """

    needs: tuple[str, ...]
    put: Callable[[Builder], str]


def _network(builder: Builder) -> None:
    """Create somebody else's whole VPC: endpoint, NAT gateway with its address, group, key, target group."""
    network.vpc(builder, "other")
    network.nat_gateway(builder, "other-nat-gateway", "other")
    network.security_group(builder, "other-sg", [], "other")
    network.key_pair(builder, "other-key")
    network.target_group(builder, "other-tg", 80, "nobody", "other")


def _identities(builder: Builder) -> None:
    """Create roles, instance profiles, users and a group whose names only look like the workshop's."""
    builder.client("iam").create_group(GroupName="carbuyers")
    for name in NEAR_MISSES:
        services.role(builder, name, "ec2.amazonaws.com", services.APP_POLICIES)
        services.user(builder, name)
        builder.client("iam").create_instance_profile(InstanceProfileName=name)


def _functions(builder: Builder) -> None:
    """Create somebody else's function with its log group, API, usage plan and key."""
    builder.ids["carbuyer-lambda-email-role"] = services.role(builder, "other-role", "lambda.amazonaws.com")
    services.function(builder, "mycarbuyer-function")
    services.rest_api(builder, "mycarbuyer-api", "mycarbuyer-function")
    services.usage_plan(builder, "mycarbuyer-plan", "mycarbuyer-key", "mycarbuyer-api")
    builder.client("apigatewayv2").create_api(Name="mycarbuyer-http", ProtocolType="HTTP")


def _test_events(builder: Builder) -> None:
    """Share a test event for somebody else's function."""
    beside.share_test_event(builder, "mycarbuyer-function")


def _storage(builder: Builder) -> None:
    """Create a bucket behind a distribution, and tables, whose names only look like the workshop's."""
    services.bucket(builder, f"my{builder.bucket}")
    services.distribution(builder, "other", origin=f"my{builder.bucket}")
    for name in ("User2", "user"):
        services.table(builder, name)


BYSTANDERS: dict[str, Callable[[Builder], object]] = {
    "defaults": defaults.defaults,
    "billing": defaults.billing,
    "member": defaults.member,
    "network": _network,
    "identities": _identities,
    "functions": _functions,
    "test_events": _test_events,
    "storage": _storage,
}


def _foreign_instance(builder: Builder) -> str:
    """Launch somebody else's instance inside the workshop's VPC."""
    return network.instance(builder, "somebody-elses", "carbuyer-customer-sg", "carbuyer-fcj-public1")


def _idle_address(builder: Builder) -> str:
    """Allocate an address that nothing uses: the suite never releases it, but it costs money."""
    return str(builder.client("ec2").allocate_address(Domain="vpc")["AllocationId"])


def _peering(builder: Builder) -> str:
    """Peer the workshop's VPC with another network."""
    ec2 = builder.client("ec2")
    other = ec2.create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
    asked = ec2.create_vpc_peering_connection(VpcId=other, PeerVpcId=builder.ids["carbuyer-fcj-vpc"])
    id_ = asked["VpcPeeringConnection"]["VpcPeeringConnectionId"]
    ec2.accept_vpc_peering_connection(VpcPeeringConnectionId=id_)
    return str(id_)


def _snapshot(builder: Builder) -> str:
    """Copy the disk of a workshop instance, as a lifecycle policy does: it may be a backup."""
    ec2, instance = builder.client("ec2"), builder.ids["carbuyer-admin-service"]
    (disk,) = ec2.describe_volumes(Filters=[{"Name": "attachment.instance-id", "Values": [instance]}])["Volumes"]
    return str(ec2.create_snapshot(VolumeId=disk["VolumeId"])["SnapshotId"])


def _access_point(builder: Builder) -> str:
    """Put an access point in front of the bucket."""
    builder.client("s3control").create_access_point(
        AccountId=builder.session.account, Name="somebody-elses-door", Bucket=builder.bucket
    )
    return "somebody-elses-door"


BLOCKERS = {
    "foreign instance": Blocker(("instance",), _foreign_instance),
    "copy of a disk": Blocker(("instance",), _snapshot),
    "idle address": Blocker((), _idle_address),
    "peering connection": Blocker(("vpc",), _peering),
    "access point": Blocker(("bucket",), _access_point),
}
