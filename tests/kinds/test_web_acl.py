"""Web ACLs that the consoles make, and how CloudFront's logs are delivered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from carbuyer_cleanup.audit.result import Sweep
from carbuyer_cleanup.kinds import distribution, load_balancer, log_delivery, web_acl
from strict_moto.states import STATES
from strict_moto.states_beside import console_acl
from tests.broken import drop

if TYPE_CHECKING:
    from strict_moto.builder import Builder
    from tests.kinds.accounts import Account

US = "us-east-1"


def acls(account: Account, scope: str) -> list[str]:
    """Return the names of the web ACLs that there are."""
    waf = account.client("wafv2", US if scope == "CLOUDFRONT" else None)
    return [acl["Name"] for acl in waf.list_web_acls(Scope=scope)["WebACLs"]]


def deliveries(account: Account) -> list[Any]:
    """Return the deliveries, and their ends."""
    logs = account.client("logs", US)
    return [
        *logs.describe_deliveries()["deliveries"],
        *logs.describe_delivery_sources()["deliverySources"],
        *logs.describe_delivery_destinations()["deliveryDestinations"],
    ]


def others_balancer(account: Account, builder: Builder) -> str:
    """Build somebody else's load balancer in the workshop's subnets, and return its ARN."""
    subnets = [builder.ids["carbuyer-fcj-public1"], builder.ids["carbuyer-fcj-public2"]]
    made = account.client("elbv2").create_load_balancer(Name="shop", Subnets=subnets)
    return str(made["LoadBalancers"][0]["LoadBalancerArn"])


def test_of_the_distribution(account: Account) -> None:
    """What the wizard made beside the distribution goes after it: the chain is on the disk before that breaks."""
    STATES["distribution"]["guarded and logged"](account.build("distribution"))
    assert (acls(account, "CLOUDFRONT"), len(deliveries(account))) == (["CreatedByCloudFront-0a1b2c3d"], 3)
    account.take_down_each(distribution.KIND, web_acl.OF_DISTRIBUTIONS, log_delivery.KIND)
    assert (acls(account, "CLOUDFRONT"), deliveries(account)) == ([], [])


def test_list_that_is_not_in_the_answer(account: Account) -> None:
    """Nobody knows whether AWS leaves an empty one out: it is taken for empty, and no verdict is without that word."""
    sweep = Sweep(complete=True, steps_without_list=account.aws.without_list)
    account.build("distribution")
    drop(account.sandbox, "logs:DescribeDeliveries", "deliveries")
    assert account.find(log_delivery.KIND) == []
    assert sweep.reservation == "Assumed to be empty, because AWS's answer had no list: logs:DescribeDeliveries."


def test_of_the_load_balancer(account: Account) -> None:
    """So does the web ACL of the load balancer."""
    STATES["load_balancer"]["guarded"](account.build("load_balancer"))
    account.take_down_each(load_balancer.KIND, web_acl.OF_BALANCERS)
    assert acls(account, "REGIONAL") == []


@pytest.mark.exhaustive
@pytest.mark.parametrize("scope", ["CLOUDFRONT", "REGIONAL"])
def test_nobodys(account: Account, scope: str) -> None:
    """One that guards nothing of ours is not even asked for, whatever the console has called it."""
    builder = account.build("load_balancer", "distribution")
    console_acl(builder, "CreatedByCloudFront-ffffffff", scope)
    account.take_down_each(load_balancer.KIND, web_acl.OF_BALANCERS, distribution.KIND, web_acl.OF_DISTRIBUTIONS)
    assert acls(account, scope) == ["CreatedByCloudFront-ffffffff"]
    assert account.calls("wafv2:DeleteWebACL") == 0


def test_of_somebodys_name(account: Account) -> None:
    """One with a name of its own stays though it guards our load balancer: somebody has made it."""
    builder = account.build("load_balancer")
    acl = console_acl(builder, "company-firewall", "REGIONAL")
    account.client("wafv2").associate_web_acl(WebACLArn=acl, ResourceArn=builder.ids["carbuyer-alb"])
    assert [r.ours for r in account.find(web_acl.OF_BALANCERS)] == [False]
    account.take_down_each(load_balancer.KIND, web_acl.OF_BALANCERS)
    assert acls(account, "REGIONAL") == ["company-firewall"]


def test_that_others_use(account: Account) -> None:
    """One that guards somebody else's load balancer as well stays, and says whose."""
    builder = account.build("load_balancer")
    STATES["load_balancer"]["guarded"](builder)
    other = others_balancer(account, builder)
    waf = account.client("wafv2")
    acl = waf.list_web_acls(Scope="REGIONAL")["WebACLs"][0]["ARN"]
    waf.associate_web_acl(WebACLArn=acl, ResourceArn=other)
    assert [r.why for r in account.find(web_acl.OF_BALANCERS)] == [f"it guards {other}, too"]


def test_that_aws_did_not_tell(account: Account) -> None:
    """Who may not ask what guards the load balancer deletes it; what guards nothing after that may be what did."""
    builder = account.build("load_balancer")
    STATES["load_balancer"]["guarded"](builder)
    account.deny("wafv2:GetWebACLForResource")
    account.take_down(load_balancer.KIND)
    assert [r.whose.value for r in account.find(web_acl.OF_BALANCERS)] == ["doubtful"]

    acl = account.find(web_acl.OF_BALANCERS)[0].id
    account.client("wafv2").associate_web_acl(WebACLArn=acl, ResourceArn=others_balancer(account, builder))
    account.wait(120)
    assert account.find(web_acl.OF_BALANCERS) == []
