"""Answers of AWS's that nobody foresaw."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from carbuyer_cleanup.aws.context import Aws

if TYPE_CHECKING:
    from collections.abc import Callable

    import pytest

    When = Callable[[Aws, dict[str, Any]], bool]


def always(_aws: Aws, _params: dict[str, Any]) -> bool:
    """Let it happen at each call."""
    return True


def puzzle(monkeypatch: pytest.MonkeyPatch, call: str, error: BaseException, when: When = always) -> None:
    """Let whatever makes a call meet ``error`` when it reads the answer."""
    honest = Aws.ask_once

    async def once(aws: Aws, operation: str, region: str, params: dict[str, Any]) -> Any:
        answer = await honest(aws, operation, region, params)
        if operation == call and when(aws, params):
            raise error
        return answer

    monkeypatch.setattr(Aws, "ask_once", once)
