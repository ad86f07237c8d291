"""What holds for every kind of EC2 and Elastic Load Balancing."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import pytest

from carbuyer_cleanup.errors import CleanupError
from carbuyer_cleanup.kinds import (
    elastic_ip,
    instance,
    internet_gateway,
    key_pair,
    load_balancer,
    nat_gateway,
    network_acl,
    network_interface,
    route_table,
    security_group,
    subnet,
    target_group,
    vpc,
    vpc_endpoint,
)
from carbuyer_cleanup.teardown.plan import WAITS_FOR

if TYPE_CHECKING:
    from accounts import Account

    from carbuyer_cleanup.resource import Kind


class Case(NamedTuple):
    """A kind, the part of the estate that has it, and the call that deletes it, if the part has any of it."""

    kind: Kind
    part: str
    deletes: str = ""


CASES = (
    Case(load_balancer.KIND, "load_balancer", "elbv2:DeleteLoadBalancer"),
    Case(target_group.KIND, "target_group", "elbv2:DeleteTargetGroup"),
    Case(instance.KIND, "instance", "ec2:TerminateInstances"),
    Case(instance.VOLUME, "instance"),
    Case(nat_gateway.KIND, "nat_gateway", "ec2:DeleteNatGateway"),
    Case(elastic_ip.KIND, "nat_gateway", "ec2:ReleaseAddress"),
    Case(vpc_endpoint.INTERFACE, "vpc_endpoint"),
    Case(security_group.KIND, "security_group", "ec2:DeleteSecurityGroup"),
    Case(vpc_endpoint.KIND, "vpc_endpoint", "ec2:DeleteVpcEndpoints"),
    Case(network_interface.KIND, "vpc"),
    Case(internet_gateway.KIND, "vpc", "ec2:DeleteInternetGateway"),
    Case(subnet.KIND, "vpc", "ec2:DeleteSubnet"),
    Case(route_table.KIND, "vpc", "ec2:DeleteRouteTable"),
    Case(network_acl.KIND, "vpc"),
    Case(security_group.INSIDE, "vpc"),
    Case(vpc.KIND, "vpc", "ec2:DeleteVpc"),
    Case(key_pair.KIND, "key_pair", "ec2:DeleteKeyPair"),
)
DELETING = tuple(case for case in CASES if case.deletes)


def idents(cases: tuple[Case, ...]) -> list[str]:
    """Return what pytest calls the cases."""
    return [case.kind.name for case in cases]


def before(kind: Kind) -> list[Kind]:
    """Return the kinds here that must go before ``kind``, in an order in which they can."""
    known = {case.kind for case in CASES}
    firsts = [first for first in WAITS_FOR.get(kind, ()) if first in known]
    return list(dict.fromkeys(k for first in firsts for k in (*before(first), first)))


@pytest.mark.parametrize("case", CASES, ids=idents(CASES))
def test_nothing_there(account: Account, case: Case) -> None:
    """In an account without the workshop nothing is found, and nothing is changed."""
    taken = account.take_down(case.kind)
    assert (taken.found, account.writes()) == ({}, [])


@pytest.mark.parametrize("case", DELETING, ids=idents(DELETING))
def test_twice(account: Account, case: Case) -> None:
    """The estate's are deleted, and a second run has nothing to do."""
    account.build(case.part)
    account.take_down_each(*before(case.kind), case.kind)
    done = account.writes()
    assert case.deletes in done
    assert account.take_down(case.kind).found == {}
    assert account.writes() == done


@pytest.mark.parametrize("case", DELETING, ids=idents(DELETING))
def test_denied(account: Account, case: Case) -> None:
    """What AWS forbids fails at once, and the error names the call."""
    account.build(case.part)
    account.take_down_each(*before(case.kind))
    account.deny(case.deletes)
    with pytest.raises(CleanupError, match=case.deletes):
        account.take_down(case.kind)
    assert account.sandbox.clock.now() < 2 * 86400  # the day since the estate was built, and no deadline


@pytest.mark.parametrize("case", DELETING, ids=idents(DELETING))
def test_could_not_look(account: Account, case: Case) -> None:
    """A look that fails is an error, never nothing there."""
    account.build(case.part)
    account.deny("*:Describe*")
    with pytest.raises(CleanupError, match="Describe"):
        account.find(case.kind)
