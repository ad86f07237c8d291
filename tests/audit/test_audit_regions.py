"""Which Regions are looked at: all that are enabled, or those that the user chose, which is said."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from carbuyer_cleanup.audit import scope
from carbuyer_cleanup.audit.scope import ALLOWED
from carbuyer_cleanup.audit.types import TYPES
from carbuyer_cleanup.errors import Refused
from carbuyer_cleanup.verdict import Verdict
from strict_moto.faults import Fault, FaultKind, Faults
from strict_moto.rules import RULES
from strict_moto.world import After

if TYPE_CHECKING:
    from tests.audit.accounts_audited import Account

HOME = "ap-southeast-1"
FEW = ("VPC", "Elastic IP", "SQS queue", "Lambda layer", "tagged resource")
BARRED = ("eu-*", "us-west-*", "ca-*", "sa-*")
NAMES = {"eu-central-1", "eu-north-1", "eu-west-1", "eu-west-2", "eu-west-3", "us-west-1", "us-west-2",
         "ca-central-1", "sa-east-1"}  # fmt: skip
ALL_BUT_REGIONS = ("[!e]*", "ec2:Describe[!R]*")


def forbid(account: Account, *patterns: str, calls: str = "*") -> None:
    """Let a service control policy forbid these Regions."""
    account.sandbox.faults = Faults(tuple(Fault(FaultKind.DENY, calls=calls, region=pattern) for pattern in patterns))


@pytest.mark.exhaustive
def test_forbidden_regions_are_one_line(account: Account) -> None:
    """A policy that forbids nine Regions is one thing to be told, and nothing but the deciding types is asked there."""
    account.only(*FEW)
    forbid(account, *BARRED)

    result = account.sweep()

    (told,) = result.unseen
    assert str(told).startswith("9 AWS Regions: a service control policy of the organization forbids them")
    assert all(name in str(told) for name in NAMES)
    assert "--audit-regions allowed" in str(told)
    assert (result.verdict, set(result.forbidden)) == (Verdict.COULD_NOT_VERIFY, NAMES)
    assert {call for call, region in result.calls if region in NAMES} == {
        "ec2:DescribeVpcs", "ec2:DescribeAddresses", "resourcegroupstaggingapi:GetResources"
    }  # fmt: skip


@pytest.mark.exhaustive
@pytest.mark.parametrize("depth", ["full", "workshop"])
def test_whole_table_under_a_policy(account: Account, depth: str) -> None:
    """At either depth: a few lines, and some fifty calls a Region instead of two hundred."""
    forbid(account, *BARRED, "us-east-1")

    result = account.sweep(depth=depth)  # type: ignore[arg-type] # it is one

    assert len(result.unseen) <= 3
    calls = sum(count for (_, region), count in result.calls.items() if region == "eu-west-1")
    assert calls <= sum(type_.is_deciding for type_ in TYPES)


def test_allowed_regions(account: Account) -> None:
    """The user knows of the policy: CLEAN, and which Regions nobody looked at is said."""
    account.only(*FEW)
    forbid(account, *BARRED)

    result = account.sweep([ALLOWED])

    assert (result.verdict, result.unseen) == (Verdict.CLEAN, [])
    assert set(result.left_out) == set(result.forbidden) == NAMES
    assert result.reservation.startswith("Not looked for in 9 Regions (ca-central-1, ")
    assert result.reservation.endswith("that a service control policy forbids.")
    assert HOME in result.regions
    assert not NAMES & set(result.regions)


def test_allowed_where_nothing_is_forbidden(account: Account) -> None:
    """Then it says nothing."""
    account.only("VPC")

    result = account.sweep([ALLOWED])

    assert (result.verdict, result.reservation, len(result.regions)) == (Verdict.CLEAN, "", 17)


@pytest.mark.exhaustive
def test_the_workshops_own_region_is_never_left_out(account: Account) -> None:
    """Nobody calls an account clean whose workshop can't be looked for where it was built."""
    account.only(*FEW)
    account.sandbox.faults = Faults(tuple(Fault(FaultKind.DENY, calls=call, region=HOME) for call in ALL_BUT_REGIONS))

    result = account.sweep([ALLOWED])

    assert result.verdict is Verdict.COULD_NOT_VERIFY
    assert f"forbids it, so nobody can look there: {HOME}" in str(result.unseen[0])


@pytest.mark.exhaustive
@pytest.mark.parametrize("calls", ["ec2:*", "resourcegroupstaggingapi:*", "ec2:DescribeAddresses"])
def test_part_of_a_region_is_not_the_region(account: Account, calls: str) -> None:
    """A policy that forbids some deciding looks is no closed Region: what it hides may be there."""
    account.only(*FEW)
    forbid(account, "eu-west-1", calls=calls)

    result = account.sweep([ALLOWED])

    assert (result.verdict, result.forbidden) == (Verdict.COULD_NOT_VERIFY, [])
    assert {unseen.region for unseen in result.unseen} == {"eu-west-1"}


@pytest.mark.exhaustive
def test_other_types_that_are_forbidden(account: Account) -> None:
    """They are a doubt, unless the user knows of the policy: then they are told."""
    account.only("VPC", "SQS queue")
    forbid(account, "*", calls="sqs:*")

    assert account.sweep().verdict is Verdict.COULD_NOT_VERIFY
    known = account.sweep([ALLOWED])
    assert (known.verdict, known.reservation) == (Verdict.CLEAN, "Not looked at: SQS queue, which AWS refused to show.")


def test_listed_regions(account: Account) -> None:
    """Two Regions: nothing is asked elsewhere, which is said; global types are looked for all the same."""
    account.only("VPC", "S3 bucket")
    account.client("ec2", "eu-west-1").create_vpc(CidrBlock="10.9.0.0/16")

    result = account.sweep([HOME, "us-east-1"])

    assert (result.verdict, result.regions) == (Verdict.CLEAN, [HOME, "us-east-1"])
    assert len(result.left_out) == 15
    assert result.reservation.startswith(f"Looked for in {HOME}, us-east-1 only, not in 15 Regions (")
    assert {region for call, region in result.calls if call == "ec2:DescribeVpcs"} == {HOME, "us-east-1"}
    assert "S3 bucket" in result.types


def test_region_of_another_partition(account: Account) -> None:
    """It is one that botocore knows and the account has not: nobody looked there."""
    account.only("VPC")
    here = lambda _world, _asked, answer: {"Regions": [r for r in answer["Regions"] if "cn-" not in r["RegionName"]]}  # noqa: E731
    account.sandbox.use((After("ec2:DescribeRegions", here, "AWS's has those of the partition; moto's all"), *RULES))

    result = account.sweep([HOME, "cn-north-1"])

    assert [(unseen.type, unseen.region) for unseen in result.unseen] == [("AWS Region", "cn-north-1")]
    assert result.verdict is Verdict.COULD_NOT_VERIFY


@pytest.mark.parametrize(
    ("value", "regions"),
    [
        ("", ()),
        ("allowed", (ALLOWED,)),
        (HOME, (HOME,)),
        (f"us-east-1, {HOME},us-east-1", ("us-east-1", HOME)),
        ("ap-southeast-1,cn-north-1", (HOME, "cn-north-1")),
    ],
)
def test_read(value: str, regions: tuple[str, ...]) -> None:
    """A list of Regions, each once, or the one word."""
    assert scope.read(value, [HOME]) == regions


@pytest.mark.parametrize(
    ("value", "why"),
    [
        ("us-east-1", "leaves out ap-southeast-1, where the workshop was built"),
        (f"{HOME},", "there is no ''"),
        (f"{HOME},us-east-9", "there is no 'us-east-9'"),
        (f"{HOME},allowed", "there is no 'allowed'"),
        (f"{HOME};us-east-1", "there is no 'ap-southeast-1;us-east-1'"),
        ("all", "there is no 'all'"),
        ("\x1b[2J", "there is no '\\x1b[2J'"),
        ("AP-SOUTHEAST-1", "there is no"),
    ],
)
def test_refused(value: str, why: str) -> None:
    """What is no list of Regions, and what leaves the workshop out, is refused at the start."""
    with pytest.raises(Refused) as refused:
        scope.read(value, [HOME])

    assert why in str(refused.value)
    assert str(refused.value).endswith("Nothing was done.")


@pytest.mark.exhaustive
def test_class_of_several_regions() -> None:
    """Each account's own Region must be among them."""
    with pytest.raises(Refused, match="leaves out eu-west-1, where"):
        scope.read(HOME, [HOME, "eu-west-1"])
