"""The command line, and the fixtures that the steps use. The rest is in carbuyer_cleanup.plugin."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from carbuyer_cleanup.command_line import options, settings
from carbuyer_cleanup.errors import Refused
from carbuyer_cleanup.plugin.run import SETTINGS
from carbuyer_cleanup.plugin.steps import Audit, StepTest, run_of

if TYPE_CHECKING:
    from carbuyer_cleanup.plugin.run import Run

pytest_plugins = ["carbuyer_cleanup.plugin.conductor"]


def pytest_addoption(parser: pytest.Parser) -> None:
    """Register the options in the README's table."""
    options.add_options(parser)


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Read and check the options before anything else happens.

    Raises:
        UsageError: they can't be carried out; the message says what to do.
    """
    try:
        config.stash[SETTINGS] = settings.inherited(config) or settings.read(config, os.environ)
    except Refused as error:
        raise pytest.UsageError(str(error)) from error


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """With a roster, generate each test once per account."""
    members = metafunc.config.stash[SETTINGS].members
    if members and "alias" in metafunc.fixturenames:
        metafunc.parametrize("alias", [member.alias for member in members])


@pytest.fixture
def alias() -> str:
    """The account's alias in the roster, or "" without one."""
    return ""


@pytest.fixture
def run(request: pytest.FixtureRequest, alias: str) -> Run:
    """The account of the test, which the session opened before the first test."""
    return run_of(request.config, alias)


@pytest.fixture
def step(run: Run, request: pytest.FixtureRequest) -> StepTest:
    """The step of the page that the test is for: deletes its resources, and asks AWS afresh what is left."""
    return StepTest(run, request.node)


@pytest.fixture
def audit(run: Run, request: pytest.FixtureRequest) -> Audit:
    """The audit of the whole account, which knows nothing of the steps."""
    return Audit(run, request.node)
