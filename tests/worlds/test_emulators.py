"""The whole workshop in AWS emulators of other authors: what the suite makes of answers that nobody here wrote."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from strict_moto import estate
from strict_moto.bystanders import BYSTANDERS
from tests.inventory import inventory
from tests.worlds.emulators import ACCOUNT, MOTOS_ACCOUNT

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from strict_moto.builder import Builder
    from tests.bursts import Proxy

OTHERS = ("network", "identities", "functions", "storage")
LACKING = {"describe_instance_connect_endpoints"}  # in both
# What ministack lacks of what the quick audit asks for
UNSEEN = {"client certificate", "code signing configuration", "EC2 Instance Connect endpoint", "REST API VPC link"}
UNSEEN_IN_MOTO = {
    "Capacity Reservation", "Client VPN endpoint", "EC2 Instance Connect endpoint", "cache policy",
    "client certificate", "code signing configuration", "origin access identity", "metric stream",
    "origin request policy", "placement group", "response headers policy",
}  # fmt: skip
# What stays in moto for want of an answer about Instance Connect endpoints; it lists deleted VPC endpoints for good.
NETWORK = {
    f"ec2:describe_{what}"
    for what in (
        "internet_gateways network_acls network_interfaces route_tables security_groups subnets vpc_endpoints vpcs"
    ).split()
}
QUICK = ("--audit-depth", "workshop")


def build(builder: Builder) -> set[tuple[str, str]]:
    """Let the bystanders in, and build the workshop; return what stood before the workshop did."""
    for name in OTHERS:
        BYSTANDERS[name](builder)
    others = inventory(builder.session, LACKING)
    for part, _ in estate.PARTS.values():
        part(builder)
    return others


Outcome = tuple[int, str]
FEW = ("-k", "cloudfront or s3_bucket or dynamodb_tables")
TRUE = {(1, "LEFTOVERS"), (4, "REFUSED"), (8, "COULD NOT VERIFY"), (8, "PLAN")}  # of some steps


def unseen(project: Path) -> set[str]:
    """Return the types that the last run's audit could not look for."""
    certificate = json.loads((project / "reports" / "certificate.json").read_text("utf-8"))
    return {one["type"] for one in certificate["predicate"]["audit"]["unseen"]}


def test_ministack(world: Callable[..., Builder], outcome: Callable[..., Outcome], project: Path) -> None:
    """Everything goes but the address, which ministack's NAT gateway doesn't show: nothing proves whose it is.

    It also keeps the disks of terminated instances, as if they were attached to them still. And it has no EventBridge
    schemas, so that step 7 is not seen whole.
    """
    builder = world("ministack")
    others = build(builder)

    ends = [outcome(*command) for command in (("--plan",), ("--account", ACCOUNT, *QUICK), ("--verify", *QUICK))]
    left = inventory(builder.session, LACKING)
    assert (ends, others - left) == ([(8, "PLAN"), (1, "LEFTOVERS"), (1, "LEFTOVERS")], set())
    address = {("ec2:describe_addresses", builder.ids["carbuyer-nat-gateway address"])}
    assert left - others == address | {one for one in left if one[0] == "ec2:describe_volumes"}
    for one in builder.client("ec2").describe_addresses()["Addresses"]:
        builder.client("ec2").release_address(AllocationId=one["AllocationId"])
    assert outcome("--verify", *QUICK) == (8, "COULD NOT VERIFY")
    assert unseen(project) == UNSEEN


def test_moto(world: Callable[..., Builder], outcome: Callable[..., Outcome], project: Path) -> None:
    """All goes but the network: nobody says whether an Instance Connect endpoint holds it, so nothing of it is touched.

    What moto's server lacks it answers with status 500 and a web page, as something that isn't AWS might.
    """
    builder = world("moto")
    others = build(builder)

    commands = (("--plan",), ("--account", MOTOS_ACCOUNT, *QUICK), ("--verify", *QUICK))
    ends = [outcome(*command) for command in commands]
    left = inventory(builder.session, LACKING)
    assert (ends, others - left) == ([(8, "PLAN"), (1, "LEFTOVERS"), (1, "LEFTOVERS")], set())
    assert {call for call, _ in left - others} == NETWORK
    assert unseen(project) == UNSEEN_IN_MOTO


@pytest.mark.parametrize(("name", "account"), [("ministack", ACCOUNT), ("moto", MOTOS_ACCOUNT)])
def test_behind_a_bad_proxy(
    world: Callable[..., Builder], outcome: Callable[..., Outcome], burst: Callable[..., Proxy], name: str, account: str
) -> None:
    """One answer in ten is cut short: nobody says CLEAN, others' things stay, and a run without the proxy ends it."""
    builder = world(name)
    others = build(builder)
    proxy = burst()

    ends = [outcome(*FEW, *command) for command in (("--plan",), ("--account", account), ("--verify",))]
    assert proxy.fired > 0
    proxy.rules()
    assert (others - inventory(builder.session, LACKING), {*ends} - TRUE - {(0, "PLAN")}) == (set(), set())
    assert outcome(*FEW, "--account", account) == (8, "COULD NOT VERIFY")  # the audit was not selected
    left = {call for call, _ in inventory(builder.session, LACKING) - others}
    assert left & {"cloudfront:list_distributions", "dynamodb:list_tables", "s3:list_buckets"} == set()
