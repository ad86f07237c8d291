"""Load balancers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from carbuyer_cleanup.errors import AwsError
from carbuyer_cleanup.kinds.load_balancer import KIND

if TYPE_CHECKING:
    from tests.kinds.accounts import Account

PROTECTION = "deletion_protection.enabled"


def names(account: Account) -> list[str]:
    """Return the names of the load balancers that there are."""
    return sorted(b["LoadBalancerName"] for b in account.client("elbv2").describe_load_balancers()["LoadBalancers"])


def create(account: Account, name: str, **more: Any) -> str:
    """Make a protected load balancer in the default VPC."""
    subnets = account.client("ec2").describe_subnets(Filters=[{"Name": "default-for-az", "Values": ["true"]}])[
        "Subnets"
    ]
    elb = account.client("elbv2")
    made = elb.create_load_balancer(Name=name, Subnets=[subnet["SubnetId"] for subnet in subnets[:2]], **more)
    arn = str(made["LoadBalancers"][0]["LoadBalancerArn"])
    elb.modify_load_balancer_attributes(LoadBalancerArn=arn, Attributes=[{"Key": PROTECTION, "Value": "true"}])
    return arn


def test_estate(account: Account) -> None:
    """The load balancer goes, and its listeners with it."""
    builder = account.build("load_balancer")
    account.take_down(KIND)
    assert names(account) == []
    with pytest.raises(account.client("elbv2").exceptions.LoadBalancerNotFoundException):
        account.client("elbv2").describe_listeners(LoadBalancerArn=builder.ids["carbuyer-alb"])


@pytest.mark.parametrize("type_", ["application", "network", "gateway"])
def test_protected(account: Account, type_: str) -> None:
    """Deletion protection is switched off; whatever type has the prefix goes."""
    create(account, "carbuyer-extra", Type=type_)
    account.take_down(KIND)
    assert names(account) == []


def test_bystanders(account: Account) -> None:
    """Load balancers of other names stay, protected as they are; those of similar names are told."""
    arns = [create(account, name) for name in ("mycarbuyer-x", "carbuyers-x", "other")]
    taken = account.take_down(KIND)
    assert names(account) == ["carbuyers-x", "mycarbuyer-x", "other"]
    assert {r.name for r in taken.left_alone.values()} == {"carbuyers-x", "mycarbuyer-x"}
    attributes = account.client("elbv2").describe_load_balancer_attributes(LoadBalancerArn=arns[0])["Attributes"]
    assert {"Key": PROTECTION, "Value": "true"} in attributes


def test_one_refused(account: Account) -> None:
    """One that AWS does not let go is told, and the other goes all the same."""
    for name in ("carbuyer-1", "carbuyer-2"):
        create(account, name)
    account.deny("elbv2:DeleteLoadBalancer", times=1)
    with pytest.raises(AwsError, match="elbv2:DeleteLoadBalancer"):
        account.take_down(KIND)
    assert len(names(account)) == 1
