"""What the suite's own tests share: an embedded AWS, and the suite run in it as a user runs it."""

from __future__ import annotations

import gc
import math
import os
import shutil
import signal
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import pytest

from aws_clock import Clock
from carbuyer_cleanup import account
from carbuyer_cleanup.account import REHEARSAL_ACCOUNT
from strict_moto import estate, wall
from strict_moto.sandbox import Sandbox
from tests import shared_clients
from tests.nesting import nested
from tests.result import Result

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from strict_moto.session import Session

ROOT = Path(__file__).parents[1]
PROJECT = ("pyproject.toml", "conftest.py", "cleanup_tests")

# What a process needs to run, and what pytest tells itself and its workers. Everything else that happens to be set
# (proxies, AWS's and pytest's own variables, languages, colours) would change what the suite says, or whom it asks.
KEPT = frozenset("CARBUYER_RECORDED HOME PATH SYSTEMROOT TEMP TMP TMPDIR USER".split())
PYTESTS = frozenset("PYTEST_CURRENT_TEST PYTEST_VERSION PYTEST_XDIST_TESTRUNUID PYTEST_XDIST_WORKER".split())
CHOSEN = {"LANG": "C.UTF-8"}
_freeze = gc.freeze


@pytest.fixture(autouse=True, scope="session")
def surroundings() -> Iterator[None]:
    """Let no test, and no process that a test starts, see what is set on the machine that it happens to run on."""
    kept = {name: value for name, value in os.environ.items() if name in KEPT | PYTESTS}
    with patch.dict(os.environ, kept | CHOSEN, clear=True):
        yield


@pytest.fixture(autouse=True, scope="session")
def impatience() -> Iterator[None]:
    """Let no test wait between the times that AWS is asked who we are."""
    with patch.object(account, "PAUSES", (0.0,) * len(account.PAUSES)):
        yield


@pytest.fixture(autouse=True, scope="session")
def thresholds() -> Iterator[None]:
    """Look for garbage rarely: looking through what thousands of tests have imported took a fifth of their CPU."""
    usual = gc.get_threshold()
    gc.set_threshold(100_000, 20, 50)
    with patch.object(gc, "freeze", _keep_no_garbage):
        yield
    gc.set_threshold(*usual)


def _keep_no_garbage() -> None:
    """Freeze nothing: a run in this process would keep forever what the one before it has left in cycles."""


@pytest.fixture(autouse=True, scope="module")
def tidy() -> Iterator[None]:
    """Free what the tests of a module have left in cycles: workers grew to 4 GB, and to fork one took as long as a run.

    What stays is looked through no more.
    """
    yield
    gc.collect()
    _freeze()


@pytest.fixture(autouse=True)
def no_way_out() -> Iterator[None]:
    """Fail any test in which a request leaves the machine."""
    with wall.raised(processes=True) as breaches:
        yield
    assert breaches == []


@pytest.fixture
def one_screen(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the terminal have 24 lines of 80 columns."""
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("LINES", "24")


@pytest.fixture
def reachable(no_way_out: None) -> Iterator[None]:  # noqa: ARG001 - a wall within the wall
    """Let this machine's own ports be reached, and nothing else."""
    with wall.raised(loopback=True, processes=True) as breaches:
        yield
    assert breaches == []


@pytest.fixture
def heard() -> Iterator[None]:
    """Let those that are started from here hear Ctrl-C and SIGHUP, even if a script started this in the background."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler), signal.signal(signal.SIGHUP, signal.SIG_DFL)
    yield
    for number, handler in zip((signal.SIGINT, signal.SIGHUP), before, strict=True):
        signal.signal(number, handler)


@pytest.fixture
def sandbox() -> Sandbox:
    """An embedded AWS with nothing of the workshop in it; its clock jumps while everybody waits."""
    return Sandbox(Clock(math.inf))


@pytest.fixture
def session(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> Session:
    """Plain boto3, for arranging and for looking; all tests share its clients."""
    session = sandbox.session(REHEARSAL_ACCOUNT)
    monkeypatch.setattr(session, "client", partial(shared_clients.client, session, sandbox))
    return session


@pytest.fixture
def workshop_estate(session: Session) -> Session:
    """Plain boto3 in an account where the whole workshop stands."""
    estate.create(session)
    return session


@dataclass
class _Bring:
    """The plugin that brings the test's own embedded AWS into the run."""

    sandbox: Sandbox

    def pytest_carbuyer_sandbox(self) -> Sandbox:
        """Return it: the suite rehearses in there."""
        return self.sandbox


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of the project, whose reports are its own."""
    home = tmp_path / "project"
    home.mkdir()
    for name in PROJECT:
        copy: Any = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, home / name)
    return home


@pytest.fixture
def run_suite(
    sandbox: Sandbox, project: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> Callable[..., Result]:
    """Return a function that runs ``pytest cleanup_tests/`` with further arguments, in a copy of the project."""
    monkeypatch.chdir(project)

    def run(*args: str, path: str = "cleanup_tests", plugins: Sequence[object] = ()) -> Result:
        capfd.readouterr()
        code = _pytest([path, "-p", "no:cacheprovider", *args], [_Bring(sandbox), *plugins])
        return Result(code, *capfd.readouterr(), project / "reports")

    return run


def _pytest(args: list[str], plugins: list[object]) -> int:
    """Run pytest within pytest."""
    with nested():
        return int(pytest.main([*args, "--capture=sys"], plugins=plugins))
