"""What STS answers of one account of a class, in an odd way, is that account's error."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from botocore.client import BaseClient

from tests.broken import without
from tests.roster.school import outcomes

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.result import Result
    from tests.roster.school import School

KEY_PAIR = "cleanup_tests/test_16_key_pair.py"
KEYS = "AccessKeyId SecretAccessKey SessionToken Expiration".split()
CLIENT: Any = BaseClient
Change = tuple[str, "Callable[[Any], Any]"]


def lacking(call: str, member: str) -> Change:
    """Return a call, and what takes a member out of its answer."""
    return call, lambda answer: without(answer, member)


def giving(call: str, member: str, value: object) -> Change:
    """Return a call, and what puts something else into its answer."""
    return call, lambda answer: answer | {member: value}


ODD = {
    "no-keys": lacking("AssumeRole", "Credentials"),
    **{f"no-{key.lower()}": lacking("AssumeRole", f"Credentials.{key}") for key in KEYS},
    "null": giving("AssumeRole", "Credentials", None),
    "no-account": lacking("GetCallerIdentity", "Account"),
    "no-arn": lacking("GetCallerIdentity", "Arn"),
    "odd-arn": giving("GetCallerIdentity", "Arn", "SomethingNew"),
    "odd-account": giving("GetCallerIdentity", "Account", "SomethingNew"),
}


@pytest.mark.exhaustive
def test_each_comes_in_in_an_odd_way(
    run_suite: Callable[..., Result], real_school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What STS answers of one account's role, or of who that is, is that account's; the others are looked at."""
    real_school.enrol("an", *ODD, "zoe")
    asked, changes = CLIENT._make_api_call, dict(enumerate(ODD.values(), 2))  # noqa: SLF001 - any client's

    def answered(client: Any, operation: str, params: Any) -> Any:
        answer = asked(client, operation, params)
        account = (params.get("RoleArn") or answer.get("Arn") or "::::").split(":")[4]
        call, change = changes.get(int(account[4:] or 0), ("", None)) if account.startswith("2222") else ("", None)
        return change(answer) if change and call == operation else answer

    monkeypatch.setattr(BaseClient, "_make_api_call", answered)

    result = run_suite("--aws", "--roster", "class.csv", "--verify", "-v", path=KEY_PAIR)

    assert "INTERNALERROR" not in result.output + result.errors
    assert outcomes(result) == {"an": ["PASSED"], **{alias: ["ERROR"] for alias in ODD}, "zoe": ["PASSED"]}
    assert result.exit_code == 8
