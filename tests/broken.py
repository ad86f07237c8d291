"""Answers of the embedded AWS that somebody on the way has broken."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from carbuyer_cleanup.sandbox.rules import RULES
from carbuyer_cleanup.sandbox.world import After

if TYPE_CHECKING:
    from collections.abc import Callable

    import pytest

    from carbuyer_cleanup.sandbox import wire
    from carbuyer_cleanup.sandbox.front import Sandbox

IDS = re.compile(rb"<(RequestId|requestId)>[^<]*</\1>")  # in the bodies of the query protocols


def without(answer: dict[str, Any], path: str) -> dict[str, Any]:
    """Return an answer without a member, which may be in another: ``DistributionList.Quantity``."""
    outer, _, inner = path.partition(".")
    if inner:
        return answer | {outer: without(answer[outer], inner)}
    return {name: value for name, value in answer.items() if name != outer}


def drop(sandbox: Sandbox, call: str, *members: str, times: int | None = None) -> None:
    """Let members be missing in the answers to a call from now on, or only so many times."""
    left = [None] * times if times is not None else None

    def act(_world: object, _request: object, answer: dict[str, Any]) -> dict[str, Any]:
        if left is not None:
            if not left:
                return answer
            left.pop()
        for member in members:
            answer = without(answer, member)
        return answer

    sandbox.use((*RULES, After(call, act, "a test's own")))


def change_bodies(
    monkeypatch: pytest.MonkeyPatch, sandbox: Sandbox, calls: str, change: Callable[[bytes], bytes]
) -> None:
    """Change the bodies of the successful answers to the calls that a regular expression names."""

    def changed(made: wire.Answer) -> wire.Answer:
        if made.status >= 300 or not re.fullmatch(calls, sandbox.log[-1].call):
            return made
        headers = {name: value for name, value in made.headers.items() if name != "content-length"}
        return replace(made, body=change(made.body), headers=headers)

    _change(monkeypatch, sandbox, changed)


def drop_ids(monkeypatch: pytest.MonkeyPatch, sandbox: Sandbox) -> None:
    """Let no answer have a request id."""
    _change(monkeypatch, sandbox, lambda made: replace(made, body=IDS.sub(b"", made.body), headers={}))


def _change(monkeypatch: pytest.MonkeyPatch, sandbox: Sandbox, change: Callable[[wire.Answer], wire.Answer]) -> None:
    honest = sandbox._answer  # noqa: SLF001 - what goes over the wire
    monkeypatch.setattr(sandbox, "_answer", lambda request: change(honest(request)))
