"""An account of a class that is done gives back what it holds."""

from __future__ import annotations

from concurrent.futures import Future
from types import SimpleNamespace
from typing import Any

from carbuyer_cleanup.command_line.settings import Task
from carbuyer_cleanup.plugin.run import Run


def test_clients_and_lock() -> None:
    """With the last look, and not before, its clients are closed and its lock is free for others."""
    given_back: list[str] = []
    looks: dict[int, Future[Any]] = {1: Future(), 2: Future()}
    journal = SimpleNamespace(unlock=lambda: given_back.append("lock"))
    aws: Any = SimpleNamespace(warning="", journal=journal, close_clients=lambda: given_back.append("clients"))
    settings: Any = SimpleNamespace(task=Task.VERIFY, one_by_one=False)
    teardown: Any = SimpleNamespace(look_after=lambda step: looks[step.number])
    run = Run(settings=settings, aws=aws, teardown=teardown, another_session=lambda: aws)

    run.start(looks, audited=False)
    looks[1].set_result(None)
    assert given_back == []
    looks[2].set_result(None)
    assert given_back == ["clients", "lock"]
