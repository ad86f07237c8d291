"""Whatever a student left, one run ends clean or names what is in the way, and harms nobody else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings

from strict_moto import messy_estates
from strict_moto.quirks import Quirks
from tests.exhaustive.lab import Lab
from tests.inventory import inventory
from tests.strategies import messes

if TYPE_CHECKING:
    from pathlib import Path

    import boto3

    from strict_moto.messy_estates import Mess

pytestmark = pytest.mark.exhaustive

CHUNKS, EXAMPLES = 12, 3

# What each blocker holds, as the lists in which it is left. With a VPC stay its main route table, default network ACL
# and default group; with one that others use, all that stands in it and is not named for the workshop.
VPC = {"ec2:describe_vpcs", "ec2:describe_route_tables", "ec2:describe_network_acls", "ec2:describe_security_groups"}
INSIDE = "subnets internet_gateways vpc_endpoints instance_connect_endpoints network_interfaces nat_gateways addresses"
USED = {"ec2:describe_key_pairs", "iam:list_roles", "iam:list_instance_profiles"}  # by the foreign instance
HELD = {
    "foreign instance": VPC | USED | {f"ec2:describe_{kind}" for kind in INSIDE.split()},
    "peering connection": VPC,
    "access point": {"s3:list_buckets"},
}


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_any_estate(tmp_path: Path, chunk: int) -> None:
    """One run of any estate ends clean or names what is in the way; bystanders survive; a second changes nothing."""
    any_estate_holds(tmp_path, seed_=chunk, examples=EXAMPLES)


def any_estate_holds(reports: Path, seed_: int, examples: int) -> None:
    """Tear so many estates down, the same ones for the same seed."""
    lab = Lab(reports, Quirks())

    @seed(seed_)
    @settings(
        max_examples=examples,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(messes)
    def holds(mess: Mess) -> None:
        _tear_down(lab, mess)

    holds()


def _tear_down(lab: Lab, mess: Mess) -> None:
    others, named = _arranged(lab, mess)
    complaints = lab.run().complaints
    stock = lab.stock()
    assert others - stock == set(), "bystanders are gone"
    assert _not_named(named, complaints) == _hidden(mess)
    assert named or complaints == []
    assert {call for call, _ in stock - others} <= _may_stay(mess), "more is left than is held"
    assert lab.run(audited=False).writes == [], "the second run changed something"


def _arranged(lab: Lab, mess: Mess) -> tuple[set[tuple[str, str]], dict[str, str]]:
    """Build it all, and return what isn't the workshop's or can't be known to be, and by which ids it must be named."""
    lab.reset()
    messy_estates.settle(lab.session, mess.bystanders)
    others = inventory(lab.session)
    builder = messy_estates.build(lab.session, mess)
    lab.sandbox.offers[lab.session.account] = mess.offer
    with_workshop = inventory(lab.session) if mess.blockers else set()
    named = messy_estates.obstruct(builder, mess)
    others |= inventory(lab.session) - with_workshop if mess.blockers else set()
    forgotten = _forgotten(lab.session)
    others |= {("ec2:describe_addresses", id_) for id_ in forgotten}
    return others, named | {f"address {id_}": id_ for id_ in forgotten}


def _forgotten(session: boto3.Session) -> set[str]:
    """Return the idle addresses that no gateway has: what a deleted one tells of its addresses is not relied on."""
    ec2 = session.client("ec2")
    gateways = [nat for nat in ec2.describe_nat_gateways()["NatGateways"] if nat["State"] != "deleted"]
    had = {address.get("AllocationId") for nat in gateways for address in nat["NatGatewayAddresses"]}
    return {a["AllocationId"] for a in ec2.describe_addresses()["Addresses"] if "AssociationId" not in a} - had


def _not_named(named: dict[str, str], complaints: list[str]) -> set[str]:
    """Return what no complaint names by its id."""
    return {what for what, id_ in named.items() if not any(id_ in complaint for complaint in complaints)}


def _hidden(mess: Mess) -> set[str]:
    """Return what is not come to: a VPC's ties are looked for when nothing is in it any more."""
    return {"peering connection"} & set(mess.blockers) if "foreign instance" in mess.blockers else set()


def _may_stay(mess: Mess) -> set[str]:
    """Return the lists in which something of the workshop's is left, held by what is in the way."""
    return {call for blocker in mess.blockers for call in HELD.get(blocker, ())}
