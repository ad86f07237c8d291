"""One list that is empty at the wrong moment turns no step green."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from strict_moto import estate
from strict_moto.rules import RULES
from strict_moto.world import After
from tests.choice import one_in

if TYPE_CHECKING:
    from collections.abc import Callable

    from strict_moto import Sandbox
    from strict_moto.session import Session
    from tests.result import Result

REGION = "ap-southeast-1"

# A step's file, the parts of the estate that it is about, and the list that proves them gone.
LISTS = {
    "test_02_target_groups.py": ("target_group", "elbv2:DescribeTargetGroups", "TargetGroups"),
    "test_05_elastic_ip.py": ("nat_gateway", "ec2:DescribeAddresses", "Addresses"),
    "test_10_dynamodb_tables.py": ("table", "dynamodb:ListTables", "TableNames"),
    "test_16_key_pair.py": ("key_pair", "ec2:DescribeKeyPairs", "KeyPairs"),
}


def empty(sandbox: Sandbox, call: str, member: str, *numbers: int) -> None:
    """Let the answers of these numbers to a call show nothing."""
    answers: list[str] = []

    def shown(_world: Any, asked: Any, answer: Any) -> Any:
        answers.append(asked.region)
        return answer | {member: []} if len(answers) in numbers else answer

    sandbox.use((After(call, shown, "made up"), *RULES))


@pytest.mark.parametrize("file", one_in(4, LISTS))
def test_verify(sandbox: Sandbox, session: Session, run_suite: Callable[..., Result], file: str) -> None:
    """The step is asked for what stands there: the first list shows nothing, and the step is red."""
    part, call, member = LISTS[file]
    estate.create(session, [part])
    empty(sandbox, call, member, 1)

    assert run_suite("--verify", path=f"cleanup_tests/{file}").exit_code == 1


@pytest.mark.parametrize("number", one_in(2, [1, 2, 3, 4]))
def test_teardown(sandbox: Sandbox, session: Session, run_suite: Callable[..., Result], number: int) -> None:
    """Whichever list of addresses shows nothing: the step is not green while the NAT gateway's address is left."""
    estate.create(session, ["nat_gateway"])
    empty(sandbox, "ec2:DescribeAddresses", "Addresses", number)

    result = run_suite("-k", "nat_gateway or elastic_ip")

    assert result.exit_code == 1 or session.client("ec2", region_name=REGION).describe_addresses()["Addresses"] == []
