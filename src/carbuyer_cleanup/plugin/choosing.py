"""In a class's teardown, ``--only`` chooses the accounts; everything else chooses steps, the same for each account.

``-k`` matches parts of words: ``-k an`` matches every test, because all of them are in ``cle-an-up_tests``. So the
resulting selection is judged, and the words of ``-k`` too: a word that every test has, or that is part of an alias,
was meant to choose an account.
"""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING

import pytest

from carbuyer_cleanup.command_line.settings import Task
from carbuyer_cleanup.errors import Refused
from carbuyer_cleanup.plugin.run import SETTINGS, alias_of, is_about_account

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Mapping, Sequence

CHOICE = "In a class's teardown --only chooses accounts; -k, -m, files and test names choose the same steps for all."
UNEVEN = "{choice} Here {who} would get different steps from {others}. {instead} Nothing was done."
NO_CHOICE = "{choice} -k {word!r} is {what}, and would not choose what you mean. {instead} Nothing was done."
MOST_FILES = 3  # to name in a command

SESSION: pytest.StashKey[pytest.Session] = pytest.StashKey()
COMMON: pytest.StashKey[list[str]] = pytest.StashKey()  # what -k searches: the names of each test


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> Generator[None, object, object]:
    """Keep the names of all tests before any are deselected."""
    if _matters(config):
        config.stash[COMMON] = [_names(item) for item in items if alias_of(item)]
    return (yield)


def pytest_sessionstart(session: pytest.Session) -> None:
    """Keep the session for the hook below, which doesn't receive it."""
    session.config.stash[SESSION] = session


@pytest.hookimpl(optionalhook=True, tryfirst=True)
def pytest_xdist_setupnodes(config: pytest.Config) -> None:
    """Collect before workers start: each of them sees only its own accounts, and begins at once."""
    if _matters(config):
        session = config.stash[SESSION]
        session.perform_collect()
        _refuse(session)
        session.items.clear()


def judge(session: pytest.Session) -> None:
    """Check the selection before any account is opened.

    Raises:
        UsageError: it seems meant to choose accounts.
    """
    if _matters(session.config):
        _refuse(session)


def _matters(config: pytest.Config) -> bool:
    settings = config.stash[SETTINGS]
    here = not (hasattr(config, "workerinput") or config.option.collectonly)
    return here and bool(settings.members) and settings.task is Task.TEARDOWN


def _refuse(session: pytest.Session) -> None:
    aliases = [member.alias for member in session.config.stash[SETTINGS].members]
    tests: defaultdict[str, set[str]] = defaultdict(set)
    for item in session.items:
        if is_about_account(item):
            tests[alias_of(item)].add(item.path.name)
    try:
        if tests:
            _refuse_words(session.config, aliases)
            _refuse_uneven(aliases, tests)
    except Refused as error:
        raise pytest.UsageError(str(error)) from error


def _refuse_uneven(aliases: Sequence[str], tests: Mapping[str, set[str]]) -> None:
    """Refuse a selection that differs between accounts: ``-k bob``, ``test_vpc[bob]``, ``--lf`` and so on."""
    first = [alias for alias in aliases if tests[alias] == tests[_most(aliases, tests)]]
    others = [alias for alias in aliases if alias not in first]
    if others:
        instead = f"For {'these accounts' if len(first) > 1 else 'this account'}: {_command(first, tests[first[0]])}."
        raise Refused(UNEVEN.format(choice=CHOICE, who=_some(first), others=_some(others), instead=instead))


def _most(aliases: Sequence[str], tests: Mapping[str, set[str]]) -> str:
    """Return the account with the most tests: probably the one that was meant."""
    return max(aliases, key=lambda alias: len(tests[alias]))


def _refuse_words(config: pytest.Config, aliases: Sequence[str]) -> None:
    for word in _words(str(config.option.keyword)):
        inside = [alias for alias in aliases if word in alias]
        everywhere = all(word in names for names in config.stash[COMMON])
        if inside or everywhere:
            what = f"part of the alias {inside[0]}" if inside else "part of the name of every test"
            instead = (
                f"To choose accounts: {_command(inside or ['ALIAS'], ())}; a step: its file, as in cleanup_tests/."
            )
            raise Refused(NO_CHOICE.format(choice=CHOICE, word=word, what=what, instead=instead))


def _words(expression: str) -> list[str]:
    found = re.findall(r"[^\s()]+", expression.lower())
    return [word for word in found if word not in {"and", "or", "not"}]


def _names(item: pytest.Item) -> str:
    return " ".join([item.nodeid, *(mark.name for mark in item.iter_markers())]).lower()


def _command(aliases: Sequence[str], files: Iterable[str]) -> str:
    """Return the options to give instead."""
    paths = [f"cleanup_tests/{file}" for file in sorted(files)]
    return " ".join(["--only", ",".join(aliases), *(paths if len(paths) <= MOST_FILES else [])])


def _some(aliases: Sequence[str]) -> str:
    return ", ".join(aliases) if len(aliases) <= MOST_FILES else f"{', '.join(aliases[:2])} and {len(aliases) - 2} more"
