"""Each Region in turn answers as one that is off, though AWS says that it is on: the account is not CLEAN."""

from __future__ import annotations

import asyncio
import itertools
from typing import TYPE_CHECKING, Any

import boto3
import pytest

from carbuyer_cleanup.audit import sweeper
from carbuyer_cleanup.audit.scope import ALLOWED
from carbuyer_cleanup.audit.types import TYPES
from carbuyer_cleanup.aws.paging import Paging
from carbuyer_cleanup.errors import CODES, AwsError, Trouble
from carbuyer_cleanup.verdict import Verdict
from tests.choice import one_in

if TYPE_CHECKING:
    from tests.audit.accounts_audited import Account

REGIONS = sorted(boto3.Session("key", "secret").get_available_regions("ec2"))
ON = {"Regions": [{"RegionName": name, "OptInStatus": "opted-in"} for name in REGIONS]}
WORDS = sorted(CODES[Trouble.REGION_OFF])  # one for each family of services
# A type of each protocol that is asked for in every Region, and the list in its answer.
LISTS = {
    "VPC": "Vpcs",
    "Elastic IP": "Addresses",
    "target group": "TargetGroups",
    "DynamoDB table": "TableNames",
    "Lambda function": "Functions",
    "SNS topic": "Topics",
    "secret": "SecretList",
    "tagged resource": "ResourceTagMappingList",
}
CASES = [f"{region} {word}" for region, word in zip(REGIONS, itertools.cycle(WORDS), strict=False)]


def answer_all_but(account: Account, off: str, word: str, *names: str) -> None:
    """Let every list be empty, but in one Region, where all calls, or those of some types, are refused."""
    account.only(*LISTS)
    calls = {type_.name: type_.call for type_ in TYPES if type_.name in LISTS}
    lists: dict[str, dict[str, Any]] = {calls[name]: {member: []} for name, member in LISTS.items()}
    refused = {calls[name] for name in names or LISTS}

    async def answer(operation: str, region: str, _params: Any) -> dict[str, Any]:
        if operation == "ec2:DescribeRegions":
            return ON
        if region == off and operation in refused:
            raise AwsError(operation, word, "The security token is invalid", Trouble.REGION_OFF, region, "1")
        return lists[operation]

    for name in ("ask_patiently", "ask_once"):
        account.patch.setattr(account.aws, name, answer)
    account.patch.setattr(account.aws, "paging", lambda *_: Paging({}))  # else each would get a client
    account.patch.setattr(sweeper, "PAUSES", (0.0,))


def test_all_are_on(account: Account) -> None:
    """Where each Region answers, the account is CLEAN."""
    answer_all_but(account, "nowhere", "")

    assert asyncio.run(sweeper.sweep(account.aws)).verdict is Verdict.CLEAN


@pytest.mark.parametrize("case", one_in(12, CASES))
@pytest.mark.parametrize("regions", [(), (ALLOWED,)], ids=["all", "allowed"])
def test_region_is_off(account: Account, case: str, regions: tuple[str, ...]) -> None:
    """Nobody knows what is there, also for who leaves out what a policy forbids."""
    off, word = case.split()
    answer_all_but(account, off, word)

    result = asyncio.run(sweeper.sweep(account.aws, regions))

    assert result.verdict is Verdict.COULD_NOT_VERIFY
    assert {unseen.region for unseen in result.unseen} == {off}
    assert off in result.regions


@pytest.mark.parametrize("name", one_in(4, LISTS))
@pytest.mark.parametrize("word", WORDS)
def test_one_service_says_so(account: Account, name: str, word: str) -> None:
    """A service that says so alone hides what it has; only a type that isn't the workshop's may be not offered."""
    answer_all_but(account, "eu-west-3", word, name)

    result = asyncio.run(sweeper.sweep(account.aws))

    is_deciding = next(type_.is_deciding for type_ in TYPES if type_.name == name)
    not_offered = word == "OptInRequired" and not is_deciding
    assert result.verdict is (Verdict.CLEAN if not_offered else Verdict.COULD_NOT_VERIFY)
    assert [one.type for one in (result.not_offered if not_offered else result.unseen)] == [name]
