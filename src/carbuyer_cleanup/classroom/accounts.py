"""The accounts of a class that a run covers: all of a roster or organization, or those that ``--only`` names."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

from carbuyer_cleanup.classroom import roster, shards
from carbuyer_cleanup.errors import Refused

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import pytest

    from carbuyer_cleanup.classroom.roster import Member
    from carbuyer_cleanup.classroom.shards import Shard


def members(config: pytest.Config, region: str) -> tuple[tuple[Member, ...], tuple[str, ...]]:
    """Return the accounts that the run covers, and a sentence for each one left out; both are empty without a class.

    Raises:
        Refused: the class can't be read, or ``--only`` names an account that it doesn't have.
    """
    everybody, left_out = _everybody(config, region)
    only = config.getoption("--only")
    return (everybody if only is None else choose(everybody, only)), left_out


def _everybody(config: pytest.Config, region: str) -> tuple[tuple[Member, ...], tuple[str, ...]]:
    file, unit, role = (str(config.getoption(name)) for name in ("--roster", "--organization", "--role"))
    if file:
        return roster.read(config.invocation_params.dir / file), ()
    if unit:
        from carbuyer_cleanup.classroom import organization  # noqa: PLC0415 - boto3 is slow to import

        return organization.members(str(config.getoption("--profile")), region, unit, role)
    return (), ()


def choose(everybody: Sequence[Member], only: Iterable[str]) -> tuple[Member, ...]:
    """Return the accounts with the given aliases, in the order of the class.

    Args:
        everybody: the class.
        only: aliases; one string may hold several, separated by commas.

    Raises:
        Refused: an alias is not in the class, or is empty, like an unset variable of a script.
    """
    wanted = {alias.strip() for text in only for alias in text.split(",")}
    for alias in sorted(wanted - {member.alias for member in everybody}):
        raise Refused(_unknown(alias, [member.alias for member in everybody]))
    return tuple(member for member in everybody if member.alias in wanted)


def _unknown(alias: str, aliases: Sequence[str]) -> str:
    if not alias:
        return "--only needs the alias of an account, or several separated by commas. Nothing was done."
    longer = [other for other in aliases if other.startswith(f"{alias.lower()}-")]  # with the account's number
    close = longer or difflib.get_close_matches(alias.lower(), aliases, 1)
    hint = f" Did you mean {' or '.join(close)}?" if close else ""
    return f"--only: there is no account {alias!r} in the class.{hint} Nothing was done."


def shard(config: pytest.Config) -> Shard | None:
    """Return the part of the class to run, or None for the whole class.

    Raises:
        Refused: ``--shard`` is not K/N, or there is no such part.
    """
    given = config.getoption("--shard")
    return None if given is None else shards.read(str(given))


def confirmed(config: pytest.Config, count: int) -> bool:
    """Return whether ``--accounts-confirmed`` gives this number of accounts; False if the option is not given.

    Raises:
        Refused: it gives another number.
    """
    value = str(config.getoption("--accounts-confirmed"))
    if value and value != str(count):
        named = " that --only names" if config.getoption("--only") else ""
        msg = (
            f"--accounts-confirmed says {value}, but there are {count} accounts in the class{named}. Nothing was done."
        )
        raise Refused(msg)
    return bool(value)
