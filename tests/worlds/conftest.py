"""Worlds that are not ours: the suite against AWS emulators of other authors, and their clients against our sandbox."""

from __future__ import annotations

import os
import re
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

import pytest

from aws_clock import Clock
from carbuyer_cleanup.aws import sending
from strict_moto.quirks import Quirks
from strict_moto.sandbox import Sandbox
from strict_moto.server import Server, serving
from tests.bursts import Proxy, proxy_before
from tests.worlds.emulators import ACCOUNT, REGION, place, started

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from strict_moto.builder import Builder
    from tests.result import Result

SPEED = 30.0  # of the sandbox: a terminated instance is to be seen by waiters that look every 15 seconds
# Custodian deletes an IAM user right after it has detached the last policy, and asks once only. IAM is mostly that
# quick; with a lag that a slow machine outlasts, and a fast one doesn't, the test would tell of the machine.
PROMPT = Quirks(iam_conflict_lag=0, target_group_in_use=0)
VERDICT = re.compile(r"^(CLEAN|COULD NOT VERIFY|LEFTOVERS|PLAN|REFUSED) — ", re.MULTILINE)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests of this folder: they take minutes, and programs that .ci/worlds installs."""
    for item in items:
        if "worlds" in item.path.parts:
            item.add_marker("exhaustive")


@pytest.fixture(autouse=True)
def on_this_machine(reachable: None) -> None:
    """Let this machine's own ports be reached."""


@pytest.fixture
def world(reachable: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Builder]]:  # noqa: ARG001
    """Return a function that starts an emulator, says so in the environment, and returns where to build in it."""
    with ExitStack() as stack:

        def start(name: str, key: str = "test", *, endpoint: str = "AWS_ENDPOINT_URL") -> Builder:
            home = tmp_path / name
            home.mkdir()
            monkeypatch.setenv(endpoint, stack.enter_context(started(name, home)))
            monkeypatch.setenv("AWS_ACCESS_KEY_ID", key)
            monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", key)
            return place()

        yield start


@pytest.fixture
def burst(reachable: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Proxy]]:  # noqa: ARG001
    """Return a function that puts a proxy before what answers now: it cuts some of the answers short."""
    monkeypatch.setattr(sending, "LONGEST_PAUSE", 0.05)
    with ExitStack() as stack:

        def begin(endpoint: str = "AWS_ENDPOINT_URL", share: float = 0.1) -> Proxy:
            proxy = stack.enter_context(proxy_before(os.environ[endpoint]))
            proxy.rules({"service": "*", "probability": share, "response": {"truncate_frac": 0.5}})
            monkeypatch.setenv(endpoint, proxy.address)
            return proxy

        yield begin


@pytest.fixture
def served(reachable: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Sandbox]:  # noqa: ARG001
    """The sandbox on a port of this machine, which the environment tells, with its administrator's keys."""
    made = Sandbox(Clock(SPEED), PROMPT)
    keys = made.add_account(ACCOUNT)
    with Server(made) as server, serving(server):
        for name, value in server.environment.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", keys.access_key)
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", keys.secret_key)
        monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)
        yield made


@pytest.fixture
def outcome(run_suite: Callable[..., Result]) -> Callable[..., tuple[int, str]]:
    """Return a function that runs the suite against what the environment says, and returns exit code and verdict."""

    def run(*args: str) -> tuple[int, str]:
        result: Any = run_suite("--aws", *args)
        print(result.output, result.errors)  # noqa: T201 - pytest shows it if the test fails
        told = VERDICT.search(result.output)
        return result.exit_code, told[1] if told else result.output[-500:]

    return run
