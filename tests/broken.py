"""Answers of the embedded AWS that somebody on the way has broken."""

from __future__ import annotations

import itertools
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from strict_moto.rules import RULES
from strict_moto.world import After

if TYPE_CHECKING:
    from collections.abc import Callable

    import pytest

    from strict_moto import wire
    from strict_moto.sandbox import Sandbox

Answer = dict[str, Any]
IDS = re.compile(rb"<(RequestId|requestId)>[^<]*</\1>")  # in the bodies of the query protocols


def without(answer: dict[str, Any], path: str) -> dict[str, Any]:
    """Return an answer without a member, which may be in another: ``DistributionList.Quantity``."""
    outer, _, inner = path.partition(".")
    if inner:
        return answer | {outer: without(answer[outer], inner)}
    return {name: value for name, value in answer.items() if name != outer}


def drop(sandbox: Sandbox, call: str, *members: str) -> None:
    """Let members be missing in the answers to a call from now on."""

    def dropped(answer: Answer) -> Answer:
        for member in members:
            answer = without(answer, member)
        return answer

    change(sandbox, call, dropped)


def empty(sandbox: Sandbox, call: str, member: str) -> None:
    """Let the list in the first answer to a call be empty, as AWS's lists are once in a while."""
    outer, _, inner = member.partition(".")
    asked = itertools.count()

    def emptied(answer: Answer) -> Answer:
        nothing = {"Quantity": 0, "IsTruncated": False, "MaxItems": 100, "Marker": ""} if inner else []
        return answer | {outer: nothing} if next(asked) == 0 else answer

    change(sandbox, call, emptied)


def change(sandbox: Sandbox, call: str, change_one: Callable[[Answer], Answer]) -> None:
    """Change the answers to a call from now on."""
    sandbox.use((*RULES, After(call, lambda _world, _request, answer: change_one(answer), "a test's own")))


def change_bodies(
    monkeypatch: pytest.MonkeyPatch, sandbox: Sandbox, calls: str, change: Callable[[bytes], bytes]
) -> None:
    """Change the bodies of the successful answers to the calls that a regular expression names."""

    def changed(made: wire.HttpAnswer) -> wire.HttpAnswer:
        if made.status >= 300 or not re.fullmatch(calls, sandbox.log[-1].call):
            return made
        headers = {name: value for name, value in made.headers.items() if name != "content-length"}
        return replace(made, body=change(made.body), headers=headers)

    _change(monkeypatch, sandbox, changed)


def drop_ids(monkeypatch: pytest.MonkeyPatch, sandbox: Sandbox) -> None:
    """Let no answer have a request id."""
    _change(monkeypatch, sandbox, lambda made: replace(made, body=IDS.sub(b"", made.body), headers={}))


def _change(
    monkeypatch: pytest.MonkeyPatch, sandbox: Sandbox, change: Callable[[wire.HttpAnswer], wire.HttpAnswer]
) -> None:
    honest = sandbox.answer_to
    monkeypatch.setattr(sandbox, "answer_to", lambda request: change(honest(request)))
