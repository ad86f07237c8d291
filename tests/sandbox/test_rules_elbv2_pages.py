"""Elastic Load Balancing's pages and rates."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import pytest
from botocore import xform_name
from botocore.config import Config

from aws_clock import Clock
from strict_moto.quirks import Quirks
from strict_moto.rules.elbv2 import CHANGING, LISTS, READING
from strict_moto.sandbox import Sandbox
from tests.sandbox.balancing import NO_BALANCER, NO_TARGET_GROUP, Balancing
from tests.sandbox.refusals import refused

if TYPE_CHECKING:
    import boto3


def _narrowed(balancing: Balancing) -> dict[str, dict[str, str]]:
    return {
        "DescribeListeners": {"LoadBalancerArn": balancing.balancer},
        "DescribeRules": {"ListenerArn": balancing.listener},
    }


@pytest.mark.parametrize("operation", sorted(LISTS))
def test_pages(balancing: Balancing, operation: str) -> None:
    """Every list comes in pages of the size asked for, 400 at most, and all of it comes."""
    balancing.make("other-alb")
    answer = [{"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "200"}}]
    balancing.elb.create_listener(LoadBalancerArn=balancing.balancer, Protocol="HTTP", Port=81, DefaultActions=answer)
    items, narrowed = LISTS[operation][0], _narrowed(balancing).get(operation, {})
    describe = getattr(balancing.elb, xform_name(operation))
    whole, first = describe(**narrowed)[items], describe(**narrowed, PageSize=1)
    assert len(first[items]) == 1
    assert "NextMarker" in first
    pages = balancing.elb.get_paginator(xform_name(operation)).paginate(**narrowed, PaginationConfig={"PageSize": 1})
    assert sum(len(page[items]) for page in pages) == len(whole)


@pytest.mark.parametrize("operation", sorted(LISTS))
@pytest.mark.parametrize("size", [0, 401])
def test_page_sizes(session: boto3.Session, operation: str, size: int) -> None:
    """A page of more than 400, or none, is refused."""
    client = session.client("elbv2", config=Config(parameter_validation=False))
    with refused("ValidationError", "pageSize"):
        getattr(client, xform_name(operation))(PageSize=size)


@pytest.mark.parametrize("code", ["Throttling", "ThrottlingException"])
def test_rates(code: str) -> None:
    """All calls that read share a bucket, all that change another; which code says so is a switch."""
    sandbox = Sandbox(Clock(math.inf), Quirks(elb_throttle_code=code))
    elb = sandbox.session().client("elbv2")
    for _ in range(20):
        elb.describe_target_groups()
        elb.describe_load_balancers()
        elb.delete_target_group(TargetGroupArn=NO_TARGET_GROUP)
    for call in (elb.describe_load_balancers, lambda: elb.delete_load_balancer(LoadBalancerArn=NO_BALANCER)):
        with refused(code, "Rate exceeded", status=400):
            call()
    sandbox.clock.advance(0.2)
    elb.describe_load_balancers()
    elb.delete_load_balancer(LoadBalancerArn=NO_BALANCER)


@pytest.mark.parametrize(("rate", "operations"), [("elb_describe_rate", READING), ("elb_change_rate", CHANGING)])
def test_every_rate(rate: str, operations: tuple[str, ...]) -> None:
    """Each call of the tables draws from its bucket: none is answered when that is empty."""
    quirks: dict[str, Any] = {rate: (0, 1)}
    session = Sandbox(Clock(math.inf), Quirks(**quirks)).session()
    elb = session.client("elbv2", config=Config(parameter_validation=False))
    for operation in operations:
        with refused("Throttling"):
            getattr(elb, xform_name(operation))()


def test_rates_name_operations(session: boto3.Session) -> None:
    """The tables name operations that there are."""
    assert {*READING, *CHANGING} <= set(session.client("elbv2").meta.service_model.operation_names)
