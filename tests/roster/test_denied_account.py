"""A list that AWS denies in one account of a class is that account's, and one step's; all others are torn down."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from strict_moto.faults import Fault, FaultKind, Faults
from tests.roster.school import number, outcomes

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.result import Result
    from tests.roster.school import School

DENIED = Fault(FaultKind.DENY, calls="schemas:ListRegistries", account=number(2))


@pytest.mark.exhaustive
def test_one_list_of_one_account(run_suite: Callable[..., Result], real_school: School) -> None:
    """Step 7 fails in one account, which the plan says; the key pair goes there as it does in the other."""
    real_school.enrol("an", "binh")
    pairs = [real_school.sandbox.session(number(index)).client("ec2") for index in (1, 2)]
    for ec2 in pairs:
        ec2.create_key_pair(KeyName="carbuyer-keypair")
    real_school.sandbox.faults = Faults((DENIED,))

    command = ("--aws", "--roster", "class.csv", "--accounts-confirmed", "2", "-v", "-k", "lambda_function or key_pair")
    result = run_suite(*command)

    assert "; WARNING: Lambda test events: schemas:ListRegistries in" in result.output
    assert outcomes(result) == {"an": ["PASSED", "PASSED"], "binh": ["FAILED", "PASSED"]}
    assert [ec2.describe_key_pairs()["KeyPairs"] for ec2 in pairs] == [[], []]
    assert result.exit_code == 8
