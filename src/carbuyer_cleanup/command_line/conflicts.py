"""Options that contradict each other, or that mean nothing without another one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from carbuyer_cleanup.command_line.options import NO_VALUE
from carbuyer_cleanup.errors import Refused

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import pytest

VARIABLE = "CLEANUP_AWS_ACCOUNT"

# An option that means nothing without another one.
NEEDS = (
    ("--organization", "--role"),
    ("--role", "--organization"),
    ("--only", "--roster or --organization"),
    ("--shard", "--roster or --organization"),
    ("--max-age", "--roster or --organization"),
    ("--max-age", "--sign"),
    ("--accounts-confirmed", "--roster or --organization"),
    ("--grades", "--roster or --organization"),
    ("--compare", "--roster or --organization"),
    ("--backup-secrets", "--backup"),
    ("--backup-logs", "--backup"),
)


def _refuse_half(given: Callable[[str], object]) -> None:
    for option, needed in NEEDS:
        if given(option) and not any(given(name) for name in needed.split(" or ")):
            msg = f"{option} needs {needed}, too. Nothing was done."
            raise Refused(msg)


# Two options that contradict each other, and why. Without --aws, a run is a rehearsal.
CONFLICTS = (
    ("--plan", "--verify", "choose what to look for"),
    ("--plan", "--one-by-one", "a plan starts no step"),
    ("--plan", "--max-age", "a plan is made of all accounts"),
    ("--plan", "--sign", "a plan certifies nothing"),
    ("--plan", "--audit-regions", "a plan makes no audit"),
    ("--plan", "--compare", "a plan grades nobody"),
    ("--verify", "--one-by-one", "--verify starts no step"),
    ("--verify", "--backup", "--verify deletes nothing, so there is nothing to save"),
    ("--backup", "--record", "a recording holds no data that could be saved when it is replayed"),
    ("--aws", "--sandbox-speed", "the speed of AWS can't be chosen"),
    (VARIABLE, "--sandbox-speed", "the speed of AWS can't be chosen"),
    ("--aws", "--estate", "the contents of a real account can't be chosen"),
    (VARIABLE, "--estate", "the contents of a real account can't be chosen"),
    ("--aws", "--setup-plan", "no test would run, but the deletions would; give --plan"),
    ("--aws", "--setup-only", "no test would run, but the deletions would; give --plan"),
    (VARIABLE, "--setup-plan", "no test would run, but the deletions would; give --plan"),
    (VARIABLE, "--setup-only", "no test would run, but the deletions would; give --plan"),
    ("--roster", "--organization", "choose one class"),
    ("--roster", "--account", "the roster has the accounts' numbers"),
    ("--roster", VARIABLE, "the roster has the accounts' numbers"),
    ("--organization", "--account", "the organization has the accounts' numbers"),
    ("--organization", VARIABLE, "the organization has the accounts' numbers"),
)


EMPTY = (
    "{what} is empty, like a variable of a script that isn't set. Give it a value, or leave it out. Nothing was done."
)


def refuse_empty(config: pytest.Config, environ: Mapping[str, str]) -> None:
    """Check that no option was given an empty value: it would mean as much as if it were left out.

    A rehearsal would then pass for a clean account, and an account for a class; nothing would be saved, or signed.

    Raises:
        Refused: one was, or the environment variable is empty.
    """
    for what in (*getattr(config.option, NO_VALUE, ()), *(name for name in (VARIABLE,) if environ.get(name) == "")):
        raise Refused(EMPTY.format(what=what))


def _refuse_conflicts(given: Callable[[str], object]) -> None:
    for one, other, why in CONFLICTS:
        if given(one) and given(other):
            msg = f"{one} and {other} can't be used together: {why}. Nothing was done."
            raise Refused(msg)


def refuse(given: Callable[[str], object]) -> None:
    """Check that the given options make sense together.

    Args:
        given: returns the value of an option, or of the environment variable.

    Raises:
        Refused: they don't; the message says why.
    """
    _refuse_conflicts(given)
    _refuse_half(given)
