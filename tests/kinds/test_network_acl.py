"""Network ACLs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from carbuyer_cleanup.errors import Blocked
from carbuyer_cleanup.kinds import subnet
from carbuyer_cleanup.kinds.network_acl import KIND
from carbuyer_cleanup.teardown.deletion import Overdue
from strict_moto import estate_network as network

if TYPE_CHECKING:
    from tests.kinds.accounts import Account


def custom(account: Account) -> list[str]:
    """Return the ids of the network ACLs that no VPC was made with."""
    described = account.client("ec2").describe_network_acls()["NetworkAcls"]
    return [acl["NetworkAclId"] for acl in described if not acl["IsDefault"]]


def create(account: Account, vpc: str, subnet_id: str = "") -> str:
    """Make a network ACL, and let a subnet use it."""
    ec2 = account.client("ec2")
    made = str(ec2.create_network_acl(VpcId=vpc)["NetworkAcl"]["NetworkAclId"])
    if subnet_id:
        acls = ec2.describe_network_acls()["NetworkAcls"]
        associations = {a["SubnetId"]: a["NetworkAclAssociationId"] for acl in acls for a in acl["Associations"]}
        ec2.replace_network_acl_association(AssociationId=associations[subnet_id], NetworkAclId=made)
    return made


def test_only_those_of_our_vpc(account: Account) -> None:
    """Those of the workshop's VPC go when its subnets are gone; other VPCs' stay, and all default ones."""
    builder = account.build("vpc")
    network.vpc(builder, "other")
    create(account, builder.ids["carbuyer-fcj-vpc"], builder.ids["carbuyer-fcj-private1"])
    other = create(account, builder.ids["other-vpc"])
    account.take_down_each(subnet.KIND, KIND)
    assert custom(account) == [other]


def test_still_associated(account: Account) -> None:
    """While a subnet uses it it is waited for; at the deadline the error names the subnet."""
    builder = account.build("vpc")
    create(account, builder.ids["carbuyer-fcj-vpc"], builder.ids["carbuyer-fcj-private1"])
    with pytest.raises(Overdue, match=builder.ids["carbuyer-fcj-private1"]):
        account.take_down(KIND, wait_for=60)


def test_foreign_instance(account: Account) -> None:
    """While somebody else's instance is in the VPC they stay."""
    builder = account.build("security_group", "role", "key_pair")
    acl = create(account, builder.ids["carbuyer-fcj-vpc"])
    foreign = network.instance(builder, "other", "carbuyer-admin-sg", "carbuyer-fcj-private1")
    with pytest.raises(Blocked, match=foreign):
        account.take_down(KIND)
    assert custom(account) == [acl]
