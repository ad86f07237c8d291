"""A class that is torn down at a terminal: the number of its accounts is typed."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from tests.roster.school import number
from tests.terminal import on_a_terminal

if TYPE_CHECKING:
    from tests.roster.school import School

KEY_PAIR = "cleanup_tests/test_16_key_pair.py"
COMMAND = (sys.executable, "-m", "pytest", "-p", "no:cacheprovider", KEY_PAIR, "--aws", "--roster", "class.csv")


@pytest.mark.exhaustive
@pytest.mark.parametrize(
    ("typed", "code", "gone"), [pytest.param("2", 8, True, marks=pytest.mark.exhaustive), ("3", 4, False)]
)
def test_number_typed(real_school: School, typed: str, code: int, *, gone: bool) -> None:
    """It is asked for below a line for each account; another number deletes nothing."""
    real_school.enrol("alice", "bob")
    ec2 = real_school.sandbox.session(number(2)).client("ec2")
    ec2.create_key_pair(KeyName="carbuyer-keypair")

    exit_code, shown = on_a_terminal(COMMAND, typed, home=real_school.roster.parent)

    bob = f"bob  account {number(2)}, ap-southeast-1: 1 resource, about USD 0.00 a month"
    total = "2 accounts: 1 resource, about USD 0.00 a month, usually about 1 minute"
    assert shown.index(bob) < shown.index(total) < shown.index("Type the number of accounts")
    assert exit_code == code, shown
    assert (ec2.describe_key_pairs()["KeyPairs"] == []) is gone
    assert "Traceback" not in shown


@pytest.mark.exhaustive
def test_number_of_those_that_only_names(real_school: School) -> None:
    """What is typed is how many ``--only`` names: the number of the whole class deletes nothing."""
    real_school.enrol("an", "lan", "chi")

    exit_code, shown = on_a_terminal((*COMMAND, "--only", "an"), "3", home=real_school.roster.parent)

    assert exit_code == 4, shown
    assert "That is not the number of accounts (1)" in shown
    assert f"an  account {number(1)}" in shown
    assert number(2) not in shown
