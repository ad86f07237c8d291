"""pytest-xdist: spreads a class over processes and machines, each of which takes its share of the accounts.

A worker collects the tests of its own accounts and runs all of them. The process that starts it says which accounts
these are, and what the user asked for. ``--dist`` doesn't matter: its modes deal out single tests, and one account's
tests must stay together (``loadgroup`` does nothing at all on pytest 9.2, pytest-dev/pytest-xdist#1386).
"""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import Any

import pytest

from carbuyer_cleanup.classroom.roster import share
from carbuyer_cleanup.command_line.settings import TOLD, Settings, Task, inherited
from carbuyer_cleanup.errors import Refused
from carbuyer_cleanup.plugin.run import SETTINGS
from carbuyer_cleanup.plugin.session import concerns_cleanup

NO_ROSTER = (
    "-n spreads the accounts of a class over workers: give --roster FILE, or leave -n out. The steps of one "
    "account overlap anyway. Nothing was done."
)
NO_COUNT = "With -n there is no prompt: add --accounts-confirmed {count} to tear these accounts down. Nothing was done."
NO_CHDIR = (
    "{spec}: say where the project is on that machine: --tx ssh=HOST//chdir=/path/to/it//python=.venv/bin/python "
    "(docs/many-machines.md). Nothing was done."
)
ABSOLUTE = "{arg} is not the same file on another machine: run pytest in the project, with paths relative to it."


def pytest_configure(config: pytest.Config) -> None:
    """Refuse what several processes can't do before any starts, and keep any from being replaced.

    A replacement for a dead worker would run its share's last tests without what the first ones found.

    Raises:
        UsageError: this run can't be spread over workers.
    """
    if not (concerns_cleanup(config) and is_spread(config)):
        return
    config.option.maxworkerrestart = "0"
    try:
        _refuse(config, config.stash[SETTINGS])
    except Refused as error:
        raise pytest.UsageError(str(error)) from error


def is_spread(config: pytest.Config) -> bool:
    """Return whether this process starts workers."""
    return bool(config.getoption("tx", None)) and config.getoption("dist", "no") != "no"


def _refuse(config: pytest.Config, settings: Settings) -> None:
    if not settings.members:
        raise Refused(NO_ROSTER)
    if settings.task is Task.TEARDOWN and not (settings.rehearsal or settings.confirmed):
        raise Refused(NO_COUNT.format(count=len(settings.members)))
    remote = [spec for spec in config.getoption("tx") if not _is_local(spec)]
    for spec in remote:
        if "chdir=" not in spec:
            raise Refused(NO_CHDIR.format(spec=spec))
    for arg in config.invocation_params.args if remote else ():
        if str(arg).startswith("/"):
            raise Refused(ABSOLUTE.format(arg=arg))


def _is_local(spec: str) -> bool:
    return spec.rpartition("*")[2].split("//")[0] == "popen"


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_setupnodes(config: pytest.Config) -> None:
    """Copy nothing to other machines: xdist would send its pytest, and delete whatever else is there (our journal)."""
    manager: Any = config.pluginmanager.get_plugin("dsession")
    if SETTINGS in config.stash and config.stash[SETTINGS].members:
        manager.nodemanager.roots = [_Here()]
        manager.nodemanager.rsync_roots = lambda _gateway: None


class _Here(PurePosixPath):
    """The folder in which a worker starts, in the form of an xdist root: relative arguments stay unchanged."""

    @property
    def name(self) -> str:
        return "."


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Tell a worker which accounts are its own."""
    settings = node.config.stash[SETTINGS]
    if settings.members:
        ids = [spec.id for spec in node.nodemanager.specs]  # the specs themselves are equal to each other
        mine = share(settings.members, ids.index(node.gateway.id), len(ids))
        node.workerinput[TOLD] = settings.to_plain(mine)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Make each worker run everything that it collected: the tests of its own accounts."""
    if not config.stash[SETTINGS].members:
        return None
    from xdist.scheduler import EachScheduling  # noqa: PLC0415 - not after -p no:xdist

    return EachScheduling(config, log)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Give a worker no tests if no account is left for it: without a roster, they would run on its own account."""
    told = inherited(config)
    if told and not told.members:
        items.clear()
