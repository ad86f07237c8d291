"""Where it isn't known how AWS behaves, the suite copes with either way, and with AWS at its slowest."""

from __future__ import annotations

from dataclasses import fields, replace
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from strict_moto.quirks import Quirks

if TYPE_CHECKING:
    from tests.exhaustive.anywhere import Anywhere

pytestmark = pytest.mark.exhaustive

# Each switch the other way round than by default, and each duration as long as it has been seen at.
OTHERWISE: dict[str, Any] = {
    "nat_gateway_deleting": 300,
    "address_lag": 60,
    "managed_address_kept": 600,
    "absent_members": 1,
    "instance_shutting_down": 300,
    "distribution_deploying": 1500,
    "elb_throttle_code": "ThrottlingException",
    "elb_describe_rate": (2, 1),
    "elb_change_rate": (1, 0.5),
    "ec2_rate_scale": 0.3,
    "vpc_read_lag": 120,
    "interface_flicker": 180,
    "interface_in_use_code": "InvalidNetworkInterface.InUse",
    "nat_gateway_addresses_listed": False,
    "interface_endpoint_deleting": 300,
    "gateway_endpoint_deleting": 60,
    "load_balancer_interfaces_attached": 300,
    "load_balancer_interfaces_available": 300,
    "target_group_in_use": 120,
    "control_rate": (5, 2),
    "usage_plan_link_lag": 60,
    "lambda_rate": (1, 1),
    "log_group_settling": 30,
    "distribution_lag": 180,
    "distribution_still_listed": 120,
    "distribution_lag_code": "PreconditionFailed",
    "bucket_still_listed": 120,
    "bucket_settling": 30,
    "multipart_uploads_block": True,
    "late_object": 20,
    "table_deleting": 60,
    "table_updating": 60,
    "tables_at_once": 10,
    "iam_page": 2,
    "iam_conflict_lag": 120,
    "iam_read_lag": 60,
    "tag_index_lag": 900,
}
SWITCHES = [
    field.name
    for field in fields(Quirks)
    if isinstance(getattr(Quirks(), field.name), (str, bool)) or getattr(Quirks(), field.name) == 0
]
GROUPS = 10  # a run takes seconds: each switch is turned with two or three others
NEVER = {"late_invocation"}  # a log group that is written anew when all is over can only be found: see tests/kinds


def test_every_switch_is_tried() -> None:
    """No switch is forgotten."""
    assert set(SWITCHES) - set(OTHERWISE) - NEVER == set()


@pytest.mark.parametrize("names", [list(OTHERWISE), *(list(OTHERWISE)[n::GROUPS] for n in range(GROUPS))])
def test_otherwise(anywhere: Anywhere, names: list[str]) -> None:
    """The teardown ends clean, and others' things stay, whichever way AWS behaves: all turned, or each with a few."""
    turned = {name: OTHERWISE[name] for name in names}
    anywhere.try_out(partial(ends_clean, anywhere, replace(Quirks(), **turned)), ", ".join(turned))


def ends_clean(anywhere: Anywhere, quirks: Quirks) -> None:
    """Tear down what was built when AWS was quick."""
    anywhere.lab.sandbox.world.quirks = quirks
    assert anywhere.lab.run().complaints == []
    assert anywhere.lab.stock() == anywhere.others
