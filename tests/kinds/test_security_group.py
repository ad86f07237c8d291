"""Security groups."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from carbuyer_cleanup.errors import Blocked
from carbuyer_cleanup.kinds import instance, load_balancer
from carbuyer_cleanup.kinds.security_group import INSIDE, KIND
from carbuyer_cleanup.teardown.deletion import Overdue
from strict_moto import estate_network as network
from strict_moto.builder import named

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tests.kinds.accounts import Account

OURS = ("carbuyer-customer-sg", "carbuyer-admin-sg", "carbuyer-alb-sg")


def groups(account: Account, vpcs: Iterable[str]) -> list[str]:
    """Return the names of the groups in some VPCs."""
    filters = [{"Name": "vpc-id", "Values": list(vpcs)}]
    described = account.client("ec2").describe_security_groups(Filters=filters)["SecurityGroups"]
    return sorted(group["GroupName"] for group in described)


def admit(account: Account, group: str, other: str, direction: str = "ingress") -> None:
    """Let a group refer to another."""
    rule: dict[str, Any] = {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443}
    authorize = getattr(account.client("ec2"), f"authorize_security_group_{direction}")
    authorize(GroupId=group, IpPermissions=[rule | {"UserIdGroupPairs": [{"GroupId": other}]}])


@pytest.mark.exhaustive
def test_estate(account: Account) -> None:
    """The three groups go, also while two of them admit the third."""
    builder = account.build("security_group")
    account.take_down(KIND)
    assert groups(account, [builder.ids["carbuyer-fcj-vpc"]]) == ["default"]


@pytest.mark.parametrize("direction", ["ingress", "egress"])
def test_references_in_both_directions(account: Account, direction: str) -> None:
    """Groups that refer to each other, and to themselves, hold nothing up."""
    builder = account.build("security_group")
    customer, admin, alb = (builder.ids[name] for name in OURS)
    for group, other in ((alb, customer), (customer, admin), (admin, customer), (admin, admin)):
        admit(account, group, other, direction)
    account.take_down(KIND)
    assert groups(account, [builder.ids["carbuyer-fcj-vpc"]]) == ["default"]


def test_lingering_interfaces_are_waited_for(account: Account) -> None:
    """The load balancer's network interfaces hold its group for minutes after it is gone."""
    builder = account.build("load_balancer")
    account.take_down_each(load_balancer.KIND, instance.KIND)
    before = account.sandbox.clock.now()
    account.take_down(KIND)
    assert groups(account, [builder.ids["carbuyer-fcj-vpc"]]) == ["default"]
    assert account.sandbox.clock.now() - before > 30


def test_lingering_interfaces_elsewhere(account: Account) -> None:
    """So it is in another VPC, where a load balancer of ours stood in a group of ours."""
    builder = account.build("vpc", "target_group")
    network.vpc(builder, "other")
    network.security_group(builder, "carbuyer-x", [], "other")
    network.load_balancer(builder, "carbuyer-y", "carbuyer-x", "other")
    account.take_down_each(load_balancer.KIND, KIND)
    assert groups(account, [builder.ids["other-vpc"]]) == ["default"]


def test_reference_to_itself(account: Account) -> None:
    """A group that refers to itself goes as it is."""
    builder = account.build("vpc")
    group = network.security_group(builder, "carbuyer-x", [])
    admit(account, group, group)
    account.take_down(KIND)
    assert groups(account, [builder.ids["carbuyer-fcj-vpc"]]) == ["default"]
    assert account.calls("ec2:RevokeSecurityGroupIngress") == 0


def test_named_by_tag(account: Account) -> None:
    """A group counts by its Name tag too, in whatever VPC it is."""
    builder = account.build("vpc")
    network.vpc(builder, "other")
    group = network.security_group(builder, "launch-wizard-1", [], "other")
    account.client("ec2").create_tags(Resources=[group], Tags=named("carbuyer-extra"))
    account.take_down(KIND)
    assert groups(account, [builder.ids["other-vpc"]]) == ["default"]


def test_bystanders(account: Account) -> None:
    """Groups of other names stay, with the rules they have; so does a default group, whatever its tag says."""
    builder = account.build("security_group")
    network.vpc(builder, "other")
    for name in ("mycarbuyer-x", "carbuyers-x", "other"):
        network.security_group(builder, name, [], "other")
    admit(account, builder.ids["mycarbuyer-x"], builder.ids["other"])
    tagged = account.client("ec2").describe_security_groups(GroupNames=["default"])["SecurityGroups"][0]["GroupId"]
    account.client("ec2").create_tags(Resources=[tagged], Tags=named("carbuyer-default"))
    taken = account.take_down(KIND)
    assert groups(account, [builder.ids["other-vpc"]]) == ["carbuyers-x", "default", "mycarbuyer-x", "other"]
    assert {r.name for r in taken.left_alone.values()} == {"carbuyers-x", "mycarbuyer-x"}
    rules = account.client("ec2").describe_security_groups(GroupIds=[builder.ids["mycarbuyer-x"]])["SecurityGroups"][0]
    assert rules["IpPermissions"][0]["UserIdGroupPairs"][0]["GroupId"] == builder.ids["other"]


def test_rule_of_a_foreign_group(account: Account) -> None:
    """A foreign group's rule is left as it is, and the error names group and rule."""
    builder = account.build("vpc")
    network.vpc(builder, "other")
    ours = network.security_group(builder, "carbuyer-x", [], "other")
    foreign = network.security_group(builder, "theirs", [], "other")
    admit(account, foreign, ours)
    with pytest.raises(Blocked, match=rf"tcp-443-443 of security group theirs \({foreign}\)"):
        account.take_down(KIND)
    assert groups(account, [builder.ids["other-vpc"]]) == ["carbuyer-x", "default", "theirs"]
    assert account.calls("ec2:RevokeSecurityGroupIngress") == 0


@pytest.mark.exhaustive
def test_rule_of_an_unnamed_group_in_our_vpc(account: Account) -> None:
    """A group in the workshop's VPC goes with it one step later, so its rule is in nobody's way."""
    builder = account.build("security_group")
    wizard = network.security_group(builder, "launch-wizard-1", [])
    admit(account, wizard, builder.ids["carbuyer-alb-sg"])
    admit(account, builder.ids["carbuyer-alb-sg"], wizard)
    account.take_down(KIND)
    assert groups(account, [builder.ids["carbuyer-fcj-vpc"]]) == ["default", "launch-wizard-1"]
    account.take_down(INSIDE)
    assert groups(account, [builder.ids["carbuyer-fcj-vpc"]]) == ["default"]


def test_used_by_a_foreign_instance(account: Account) -> None:
    """A group that somebody else's instance uses stays, as do its rules and what they admit; the error names it."""
    builder = account.build("security_group", "role", "key_pair")
    foreign = network.instance(builder, "other", "carbuyer-admin-sg", "carbuyer-fcj-private1")
    with pytest.raises(Blocked, match=rf"EC2 instance other \({foreign}\) of account {account.aws.account}"):
        account.take_down(KIND)
    assert groups(account, [builder.ids["carbuyer-fcj-vpc"]]) == ["carbuyer-admin-sg", "carbuyer-alb-sg", "default"]


def test_ours_still_in_use(account: Account) -> None:
    """While our own instances use them they are waited for; at the deadline the error names what holds them."""
    builder = account.build("instance")
    with pytest.raises(Overdue, match=builder.ids["carbuyer-admin-service"]):
        account.take_down(KIND, wait_for=60)


def test_inside_only_when_nobody_else_is(account: Account) -> None:
    """Unnamed groups of the VPC stay while somebody else's instance is in it, also if it does not use them."""
    builder = account.build("security_group", "role", "key_pair")
    network.security_group(builder, "launch-wizard-1", [])
    foreign = network.instance(builder, "other", "carbuyer-admin-sg", "carbuyer-fcj-private1")
    with pytest.raises(Blocked, match=foreign):
        account.take_down(INSIDE)
    assert groups(account, [builder.ids["carbuyer-fcj-vpc"]]) == sorted([*OURS, "default", "launch-wizard-1"])
