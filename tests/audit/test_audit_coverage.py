"""What the audit covers: every type in every Region, and what it says where it did not look."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

import pytest

from carbuyer_cleanup.audit.types import TYPES
from carbuyer_cleanup.verdict import Verdict
from strict_moto.rules import RULES, absent
from tests.choice import one_in

if TYPE_CHECKING:
    from tests.audit.accounts_audited import Account


def test_empty_account_is_clean(account: Account) -> None:
    """Everything was looked at, nothing was found."""
    account.only("VPC", "EC2 instance", "Elastic IP", "IAM role", "S3 bucket", "network interface")

    result = account.sweep()

    assert result.verdict is Verdict.CLEAN
    assert len(result.regions) == 17
    assert "me-south-1" in result.regions_off


@pytest.mark.exhaustive
def test_whole_table_in_one_region(account: Account) -> None:
    """The embedded AWS answers every list of the table; that one Region is not a whole account is said."""
    result = account.sweep(["ap-southeast-1"])

    assert (result.leftovers, result.unseen, result.in_between) == ([], [], [])
    assert len(result.types) == len(TYPES)
    assert result.reservation.startswith("Looked for in ap-southeast-1 only, not in 16 Regions (ap-northeast-1, ")


@pytest.mark.exhaustive
def test_whole_table_everywhere(account: Account) -> None:
    """All types in all enabled Regions, and nothing there: CLEAN."""
    result = account.sweep()

    assert result.verdict is Verdict.CLEAN
    assert {unseen.type for unseen in result.not_offered if unseen.region == "ap-northeast-3"} == {
        "App Runner service", "CodeArtifact repository", "IoT thing", "Lightsail instance", "MemoryDB cluster"
    }  # fmt: skip


def test_workshop_depth(account: Account) -> None:
    """A class's sweep asks for the workshop's types alone; it is CLEAN at that depth, which it says."""
    account.only("VPC", "subnet", "SQS queue")
    account.client("sqs").create_queue(QueueName="carbuyer-q")

    result = account.sweep(depth="workshop")

    assert result.types == ["VPC", "subnet"]
    assert [region for call, region in result.calls if call == "ec2:DescribeSubnets"] == ["ap-southeast-1"]
    assert (result.verdict, result.depth) == (Verdict.CLEAN, "workshop")


@pytest.mark.exhaustive
def test_workshop_depth_knows_no_pardon_for_addresses(account: Account) -> None:
    """An Elastic IP that is attached to nothing is found in any Region at that depth, too."""
    account.only("VPC", "Elastic IP", "SQS queue")
    account.client("ec2", "eu-west-3").allocate_address(Domain="vpc")

    (found,) = account.sweep(depth="workshop").leftovers

    assert (found.type, found.region) == ("Elastic IP", "eu-west-3")


def test_workshop_region_is_off(account: Account) -> None:
    """Nobody can look into the workshop's own Region once it is disabled, though things there go on costing."""
    account.only("S3 bucket")
    account.aws.region = "me-south-1"

    result = account.sweep()

    assert [unseen.type for unseen in result.unseen] == ["AWS Region"]
    assert "The Region is not enabled" in result.unseen[0].reason
    assert result.verdict is Verdict.COULD_NOT_VERIFY


def test_region_is_enabled_meanwhile(account: Account) -> None:
    """A Region that was off when the audit began was not looked at: that is told."""
    account.only("VPC")
    ask, looks = account.aws.fresh, itertools.count()

    async def fresh(operation: str, **params: Any) -> Any:
        answer = await ask(operation, **params)
        for region in answer.get("Regions", []) if next(looks) else []:
            region["OptInStatus"] = "opted-in" if region["RegionName"] == "me-south-1" else region["OptInStatus"]
        return answer

    account.patch.setattr(account.aws, "fresh", fresh)
    result = account.sweep()

    assert [unseen.region for unseen in result.unseen] == ["me-south-1"]
    assert result.verdict is Verdict.COULD_NOT_VERIFY


def test_calls_are_counted(account: Account) -> None:
    """The certificate tells how many calls of which kind were made, and where."""
    account.only("VPC")

    calls = account.sweep(["ap-southeast-1", "eu-west-1"]).calls

    assert calls == {
        ("ec2:DescribeRegions", "ap-southeast-1"): 2,
        ("ec2:DescribeVpcs", "ap-southeast-1"): 2,
        ("ec2:DescribeVpcs", "eu-west-1"): 2,
    }


@pytest.mark.parametrize("call", absent.EMPTY)
def test_absent_is_in_the_table(call: str) -> None:
    """Each list that is answered instead of moto is one that the audit asks for."""
    assert call in {type_.call for type_ in TYPES}


@pytest.mark.parametrize("call", one_in(6, absent.EMPTY))
def test_absent_is_needed(account: Account, call: str) -> None:
    """The sandbox answers only where moto fails."""
    rules = tuple(rule for rule in RULES if rule not in absent.RULES)
    account.patch.setattr("strict_moto.sandbox.RULES", rules)
    account.sandbox.reset()
    type_ = next(one for one in TYPES if one.call == call)
    account.only(type_.name)
    account.aws.session = account.sandbox.session()

    result = account.sweep(["ap-southeast-1"])

    assert [unseen.type for unseen in (*result.unseen, *result.not_offered)] == [type_.name]
    account.sandbox.defects.clear()
