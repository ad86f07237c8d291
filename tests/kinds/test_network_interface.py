"""Network interfaces."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from botocore.loaders import Loader
from botocore.model import ServiceModel

from carbuyer_cleanup.errors import Blocked
from carbuyer_cleanup.kinds import function, instance, load_balancer, subnet
from carbuyer_cleanup.kinds.network_interface import KIND
from carbuyer_cleanup.kinds.occupancy import KEPT_FOR, OF_THE_VPC
from carbuyer_cleanup.teardown.deletion import Overdue
from strict_moto import estate_network as network
from strict_moto import estate_services as services
from strict_moto.builder import spec
from strict_moto.rules.ec2_interfaces import hand_over
from tests.choice import rows_in

if TYPE_CHECKING:
    from tests.kinds.accounts import Account


def interfaces(account: Account) -> set[str]:
    """Return the ids of the network interfaces that there are."""
    described = account.client("ec2").describe_network_interfaces()["NetworkInterfaces"]
    return {eni["NetworkInterfaceId"] for eni in described}


def create(account: Account, subnet: str, **more: Any) -> str:
    """Make a network interface that nothing is attached to."""
    made = account.client("ec2").create_network_interface(SubnetId=subnet, **more)
    return str(made["NetworkInterface"]["NetworkInterfaceId"])


def test_left_behind(account: Account) -> None:
    """What nothing is attached to in the workshop's VPC is deleted, whatever its name."""
    builder = account.build("vpc")
    create(account, builder.ids["carbuyer-fcj-private1"])
    create(account, builder.ids["carbuyer-fcj-public1"], TagSpecifications=spec("network-interface", "whatever"))
    account.take_down(KIND)
    assert interfaces(account) == set()


def test_of_a_terminated_instance(account: Account) -> None:
    """A second interface of ours, which outlives its instance, is deleted."""
    builder = account.build("instance")
    eni = create(account, builder.ids["carbuyer-fcj-private1"])
    account.client("ec2").attach_network_interface(
        NetworkInterfaceId=eni, InstanceId=builder.ids["carbuyer-admin-service"], DeviceIndex=1
    )
    account.take_down_each(instance.KIND, KIND)
    assert interfaces(account) == set()


def test_instance_terminated_a_moment_ago(account: Account) -> None:
    """While EC2 still lists the interface of an instance that it lists as terminated, it is waited for."""
    builder = account.build("instance")
    ec2 = account.sandbox.world.backend("ec2", account.aws.account, account.aws.region)
    for name in ("carbuyer-admin-service", "carbuyer-customer-service"):
        ec2.get_instance(builder.ids[name])._state.name = "terminated"  # noqa: SLF001 - moto has no public name for it
    with pytest.raises(Overdue, match="goes with the terminated EC2 instance"):
        account.take_down(KIND, wait_for=60)
    assert account.calls("ec2:DeleteNetworkInterface") == 0


def test_of_the_load_balancer(account: Account) -> None:
    """The load balancer's interfaces are AWS's: while nothing is attached we try, and wait where AWS says no."""
    account.build("load_balancer")
    account.take_down(load_balancer.KIND)
    assert len(interfaces(account)) > 0
    account.take_down(KIND)
    assert interfaces(account) == set()
    assert account.calls("ec2:DeleteNetworkInterface") > 0  # and AWS said no


def test_bystanders(account: Account) -> None:
    """Interfaces in other VPCs stay; one whose Name tag has the prefix goes."""
    builder = account.build("vpc")
    network.vpc(builder, "other")
    subnet = builder.ids["other-private1"]
    create(account, subnet, TagSpecifications=spec("network-interface", "carbuyer-x"))
    left = {
        create(account, subnet),
        create(account, subnet, TagSpecifications=spec("network-interface", "mycarbuyer-x")),
    }
    account.take_down(KIND)
    assert interfaces(account) == left


def test_foreign_instance(account: Account) -> None:
    """While somebody else's instance is in the VPC nothing there is touched, and the error names it."""
    builder = account.build("security_group", "role", "key_pair")
    foreign = network.instance(builder, "other", "carbuyer-admin-sg", "carbuyer-fcj-private1")
    eni = create(account, builder.ids["carbuyer-fcj-private2"])
    with pytest.raises(Blocked, match=rf"EC2 instance other \({foreign}\) of account {account.aws.account}"):
        account.take_down(KIND)
    assert eni in interfaces(account)


def test_foreign_instance_that_aws_hides(account: Account) -> None:
    """So it is with one that a service of AWS's runs for somebody else, which EC2's lists hide unless asked."""
    builder = account.build("security_group", "role", "key_pair")
    foreign = network.instance(builder, "other", "carbuyer-admin-sg", "carbuyer-fcj-private1")
    managed = account.sandbox.world.recall("ec2-managed", account.aws.account, account.aws.region)
    managed |= dict.fromkeys({foreign, *interfaces(account)}, "eks.amazonaws.com")
    assert interfaces(account) == set()
    eni = create(account, builder.ids["carbuyer-fcj-private2"])
    with pytest.raises(Blocked, match=rf"EC2 instance other \({foreign}\) of account {account.aws.account}"):
        account.take_down(KIND)
    assert eni in interfaces(account)


def test_foreign_load_balancer(account: Account) -> None:
    """So it is with somebody else's load balancer."""
    builder = account.build("security_group", "target_group")
    network.load_balancer(builder, "other")
    create(account, builder.ids["carbuyer-fcj-private2"])
    with pytest.raises(Blocked, match="load balancer other of account"):
        account.take_down(KIND)


@pytest.mark.parametrize(("kind", "where"), rows_in(4, KEPT_FOR.items()))
def test_kept_by_another_service(account: Account, kind: str, where: str) -> None:
    """What a service keeps an interface for, and where that is deleted, is told: nobody else can delete it."""
    builder = account.build("vpc")
    create(account, builder.ids["carbuyer-fcj-private1"])
    kept = create(account, builder.ids["carbuyer-fcj-private2"])
    backend = account.sandbox.world.backend("ec2", account.aws.account, account.aws.region)
    hand_over(backend.enis[kept], "-", "amazon-aws", kind)
    with pytest.raises(Blocked, match=re.escape(where)):
        account.take_down(KIND)


def test_every_type_of_interface_is_known() -> None:
    """Each type that botocore's model lists is a customer's, goes with what it serves, or has its service named."""
    shape: Any = ServiceModel(Loader().load_service_model("ec2", "service-2")).shape_for("NetworkInterfaceType")
    customers = {"interface", "efa", "efa-only", "trunk", "branch"}
    assert {*shape.enum} - customers - OF_THE_VPC - {"load_balancer", "lambda"} == set(KEPT_FOR)


@pytest.mark.parametrize(("name", "is_ours"), [("carbuyer-worker", True), ("worker", False)])
def test_of_a_function(account: Account, name: str, *, is_ours: bool) -> None:
    """Interfaces of a function of ours are waited for; somebody else's function is named as a blocker."""
    builder = account.build("role", "security_group")
    subnets, groups = [builder.ids["carbuyer-fcj-private1"]], [builder.ids["carbuyer-alb-sg"]]
    services.function(builder, name, VpcConfig={"SubnetIds": subnets, "SecurityGroupIds": groups})
    create(account, builder.ids["carbuyer-fcj-private2"])
    if is_ours:
        account.take_down_each(function.KIND, KIND)
        assert interfaces(account) == set()
    else:
        with pytest.raises(Blocked, match="function worker of account"):
            account.take_down(KIND)


def test_attached_to_another_accounts_instance(account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    """An interface in our VPC that serves another account's instance is that account's, and keeps the VPC."""
    builder = account.build("vpc")
    subnet = builder.ids["carbuyer-fcj-public1"]
    made = account.client("ec2").create_network_interface(SubnetId=subnet)["NetworkInterface"]["NetworkInterfaceId"]
    ask = account.aws.pages

    async def pages(operation: str, path: str, **params: Any) -> list[Any]:
        listed = await ask(operation, path, **params)
        for eni in listed if operation == "ec2:DescribeNetworkInterfaces" else ():
            eni |= {"Status": "in-use", "Attachment": {"InstanceOwnerId": "444455556666", "InstanceId": ""}}
        return listed

    monkeypatch.setattr(account.aws, "pages", pages)
    told = {r.id: r.why for r in account.find(KIND) if not r.ours}
    assert told == {made: "it is attached to something of account 444455556666"}


def test_stranger_who_has_left(account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who was in the VPC a minute ago, and isn't any more, keeps nothing: AWS is asked once more."""
    builder = account.build("vpc")
    left = {
        "NetworkInterfaceId": "eni-0", "VpcId": builder.ids["carbuyer-fcj-vpc"], "OwnerId": "444455556666",
        "Groups": [], "Description": "", "Status": "in-use", "RequesterManaged": False, "InterfaceType": "interface",
        "TagSet": [], "Attachment": {"InstanceId": "", "InstanceOwnerId": "444455556666"},
    }  # fmt: skip

    ask = account.aws.recent

    async def recent(operation: str, path: str, seconds: float) -> list[Any]:
        return [left] if operation == "ec2:DescribeNetworkInterfaces" else await ask(operation, path, seconds)

    monkeypatch.setattr(account.aws, "recent", recent)
    account.take_down(subnet.KIND)
    subnets = account.client("ec2").describe_subnets()["Subnets"]
    assert [one["SubnetId"] for one in subnets if one["VpcId"] == builder.ids["carbuyer-fcj-vpc"]] == []
