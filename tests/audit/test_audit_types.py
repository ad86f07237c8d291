"""A resource of each type that moto can create is found."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from carbuyer_cleanup.audit.types import TAGGED, TYPES
from strict_moto.rules import RULES
from strict_moto.rules.absent import EMPTY
from strict_moto.world import After
from tests.choice import one_in
from tests.creations import CREATE
from tests.creators import NAME, REGION, At

if TYPE_CHECKING:
    from tests.audit.accounts_audited import Account

# moto lists these, but what it lists has no names of the user's, or can't be created in it.
NOT_IN_MOTO = {
    "CloudWatch log alarm", "KMS key", "RDS automated backup", "Transfer Family server", "health check",
    "origin access identity",
}  # fmt: skip


@pytest.mark.parametrize("name", one_in(15, CREATE))
def test_type_is_found(account: Account, name: str) -> None:
    """It is found by its name or its Name tag, as one of its type, and as nothing else."""
    account.only(name)
    CREATE[name](At(account))

    result = account.sweep([REGION])

    assert [found for found in result.leftovers if NAME in found.name], result
    assert result.unseen == []


def test_each_type_is_tried() -> None:
    """No type of the table is passed over without a reason."""
    absent = {type_.name for type_ in TYPES if type_.call in EMPTY}
    assert {type_.name for type_ in TYPES} - CREATE.keys() == absent | NOT_IN_MOTO


def test_log_alarm(account: Account) -> None:
    """An alarm on the results of a log query is in no list that doesn't ask for it, even if it has tags."""
    arn = f"arn:aws:cloudwatch:{REGION}:{account.aws.account}:alarm:{NAME}"
    alarm = {"AlarmName": NAME, "AlarmArn": arn}
    tags = [{"ResourceARN": arn, "Tags": [{"Key": "Name", "Value": NAME}]}]
    account.only(*(type_.name for type_ in TYPES if type_.call in ("cloudwatch:DescribeAlarms", TAGGED.call)))
    account.in_one_region()
    account.sandbox.use((
        *RULES,
        After("cloudwatch:DescribeAlarms", lambda _world, request, answer: answer | {
            "LogAlarms": [alarm] if "LogAlarm" in request.params.get("AlarmTypes", ()) else []}, "a test's own"),
        After(TAGGED.call, lambda _world, _request, answer: answer | {"ResourceTagMappingList": tags}, "a test's own"),
    ))  # fmt: skip

    result = account.sweep()

    assert [(found.type, found.name) for found in result.leftovers] == [("CloudWatch log alarm", NAME)]


def test_backup_of_a_deleted_cluster(account: Account) -> None:
    """What an Aurora cluster left behind is found by the cluster's name."""
    name = "RDS cluster automated backup"
    (type_,) = (type_ for type_ in TYPES if type_.name == name)
    arn = f"arn:aws:rds:{REGION}:{account.aws.account}:cluster-auto-backup:cab-0"
    left = {"DbClusterResourceId": "cluster-0", "DBClusterIdentifier": NAME, "Status": "retained"}
    left["DBClusterAutomatedBackupsArn"] = arn
    account.only(name)
    account.in_one_region()
    told = After(type_.call, lambda _world, _request, _answer: {"DBClusterAutomatedBackups": [left]}, "a test's own")
    account.sandbox.use((*RULES, told))

    result = account.sweep()

    assert [(found.type, found.name, found.state) for found in result.leftovers] == [(name, NAME, "retained")]
