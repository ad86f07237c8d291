"""Putting tables and buckets back: in the embedded AWS, as a rehearsal, or in a real account."""

from __future__ import annotations

from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

from boto3.exceptions import Boto3Error
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from carbuyer_cleanup.account import identified, real_session
from carbuyer_cleanup.aws.refusals import tellable
from carbuyer_cleanup.backup import marks, restore_bucket, restore_left, restore_table
from carbuyer_cleanup.backup.fitting import refuse_name
from carbuyer_cleanup.backup.marks import Unfit
from carbuyer_cleanup.backup.restore_bucket import Target
from carbuyer_cleanup.backup.restore_table import Export
from carbuyer_cleanup.backup.rows import BUCKET, OBJECTS, TABLE
from carbuyer_cleanup.backup.verify import damages
from carbuyer_cleanup.errors import Refused

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    import boto3

    from carbuyer_cleanup.backup.index import Index
    from carbuyer_cleanup.backup.rows import Saved

GOES_ON = "Run the same command again: it continues where it left off."


@dataclass(frozen=True)
class Wanted:
    """Where things are put back: in a real account only if ``account`` has its number; ``names`` are old and new."""

    account: str = ""
    profile: str = ""
    region: str = ""
    names: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class _Restoring:
    """What is put back: where it is read, and where each thing goes, under which name."""

    account: Path
    index: Index
    names: Mapping[Saved, str]
    clients: Mapping[Saved, Any]
    once: Mapping[Saved, Any]

    @cached_property
    def id(self) -> str:
        """What its marks say."""
        return marks.id_of(self.names)

    @cached_property
    def found(self) -> dict[Saved, str | None]:
        """The mark of each thing that is there already, None for others."""
        return {one: marks.read(self.clients[one], one, name) for one, name in self.names.items()}

    def check(self) -> None:
        """Check that all of it is whole, and can be put back.

        Raises:
            Refused: something isn't, or can't.
        """
        for one, name in self.names.items():
            if one.kind == TABLE:
                restore_table.check(self.clients[one], self._export(one), name)
            else:
                restore_bucket.check(self.clients[one], self.account, self.index, one.id, name)

    def is_(self, one: Saved, state: str = "") -> bool:
        """Say whether an earlier run has left something in this state."""
        return self.found[one] == self._mark(state)["Value"]

    def refuse_others(self) -> None:
        """See that what is there is what an earlier run has left.

        Raises:
            Refused: something is somebody's.
        """
        if self.found and self.is_(self._last, marks.ALL):
            return
        there = [one for one, mark in self.found.items() if mark is not None]
        if others := [one for one in there if not (self.is_(one) or self.is_(one, marks.WHOLE))]:
            what = ", ".join(f"{_called(one)} {self.names[one]}" for one in others)
            raise Refused(
                f"There is already {what}: nothing is overwritten, and nothing was done. Give another name "
                "with --name OLD=NEW."
            )

    def put_back(self, one: Saved, name: str) -> str:
        """Put one thing back, or go on with it, and return what was done."""
        if self.is_(one, marks.WHOLE) or self.is_(self._last, marks.ALL):
            return f"{_called(one)} {name}: put back by an earlier run"
        done = self._restore(one, name)
        marks.write(self.clients[one], one, name, self._mark(marks.WHOLE))
        return done

    def _restore(self, one: Saved, name: str) -> str:
        mark, begun = self._mark(), self.is_(one)
        if one.kind == TABLE:
            count = restore_table.restore(self.clients[one], self._export(one), name, mark, begun=begun)
            return f"{TABLE} {name}: {count} items"
        target = Target(self.clients[one], self.once[one], name)
        count = restore_bucket.restore(target, self.account, self.index, one.id, mark, begun=begun)
        return f"{BUCKET} {name}: {count} versions and delete markers"

    def end(self) -> None:
        """Take the marks off, the last thing's at last."""
        if not self.names:
            return
        marks.write(self.clients[self._last], self._last, self.names[self._last], self._mark(marks.ALL))
        for one, name in self.names.items():
            marks.end(self.clients[one], one, name, self._tags(one))

    @property
    def _last(self) -> Saved:
        return list(self.names)[-1]

    def _mark(self, state: str = "") -> dict[str, str]:
        return marks.tag(self.id, state)

    def _tags(self, one: Saved) -> list[dict[str, str]]:
        if one.kind == TABLE:
            return restore_table.tags(self._export(one))
        return restore_bucket.tags(self.account, self.index, one.id)

    def _export(self, one: Saved) -> Export:
        return Export.of(self.account, self.index, one)


def restore(account: Path, index: Index, wanted: Wanted) -> Iterator[str]:
    """Put the tables and buckets of a backup back, and yield what was done, a line each, and what can't be put back.

    Raises:
        Refused: something is damaged, or of these names is there, or it is another account; nothing was made.
    """
    things = _things(index)
    names = _names(things, dict(wanted.names))
    _refuse_damage(account, index, things)
    with _session(wanted, things) as session:
        clients = [{one: _client(session, one, tries) for one in things} for tries in (None, 1)]
        restoring = _Restoring(account, index, names, *clients)
        restoring.check()
        with _explained("What is already there could not be listed", "Nothing was done."):
            restoring.refuse_others()
        yield from _each_put_back(restoring)
    yield from restore_left.told(account, index, things)


def _things(index: Index) -> list[Saved]:
    """Return the tables, and the buckets; one that was empty has no objects."""
    saved = index.saved()
    filled = {one.id for one in saved if one.kind == OBJECTS}
    return [one for one in saved if one.kind in (TABLE, OBJECTS) or (one.kind == BUCKET and one.id not in filled)]


def _names(things: list[Saved], new: Mapping[str, str]) -> dict[Saved, str]:
    if unknown := new.keys() - {one.id for one in things}:
        msg = f"--name: the backup holds no table or bucket {', '.join(sorted(unknown))}. Nothing was done."
        raise Refused(msg)
    names = {one: new.get(one.id, one.id) for one in things}
    for one, name in names.items():
        refuse_name(_service(one), name)
    counted = Counter((_service(one), name) for one, name in names.items())
    if twice := [name for (_, name), count in counted.items() if count > 1]:
        raise Refused(f"Two would be called {twice[0]}. Nothing was done; give another name with --name OLD=NEW.")
    return names


def _service(one: Saved) -> Literal["dynamodb", "s3"]:
    return "dynamodb" if one.kind == TABLE else "s3"


def _refuse_damage(account: Path, index: Index, things: list[Saved]) -> None:
    """Check that all that is to be put back is as it was saved.

    Raises:
        Refused: something isn't.
    """
    definitions = [one for thing in things if (one := index.of(BUCKET, thing.id))]
    wanted = {(one.kind, one.id) for one in (*things, *definitions)}
    files = (file for kind, id_ in sorted(wanted) for file in index.files(kind, id_))
    if wrong := next(damages(account, files), "") or next(iter(index.unlisted()), ""):
        raise Refused(f"{account}: {wrong}. Nothing was done; `verify` lists everything that is damaged.")


@contextmanager
def _session(wanted: Wanted, things: list[Saved]) -> Iterator[boto3.Session]:
    """Open the account, or an embedded one with nothing in it.

    Raises:
        Refused: the credentials are another account's.
    """
    if not wanted.account:
        with _embedded() as session:
            yield session
        return
    region = wanted.region or next((one.region for one in things), "")
    session = real_session(Wanted(profile=wanted.profile, region=region))
    found = identified(session, region).whoami
    if found.account != wanted.account:
        msg = f"The credentials belong to account {found.account}, not to {wanted.account}. Nothing was done."
        raise Refused(msg)
    yield session


@contextmanager
def _embedded() -> Iterator[boto3.Session]:
    from aws_clock import Clock  # noqa: PLC0415 - moto is slow to import
    from strict_moto import wall  # noqa: PLC0415
    from strict_moto.sandbox import Sandbox  # noqa: PLC0415

    with wall.raised():
        yield Sandbox(Clock(1000.0)).session()


def _client(session: boto3.Session, one: Saved, tries: int | None) -> Any:
    config = Config(retries={"total_max_attempts": tries}) if tries else None
    return session.client(_service(one), region_name=one.region, config=config)


def _each_put_back(restoring: _Restoring) -> Iterator[str]:
    """Put one thing back after the other, and yield what was done.

    Raises:
        Refused: AWS did; the message says what was put back, and what wasn't.
    """
    names = [f"{_called(one)} {name}" for one, name in restoring.names.items()]
    for number, (one, name) in enumerate(restoring.names.items()):
        done, rest = ", ".join(names[:number]) or "nothing", ", ".join(names[number + 1 :]) or "nothing"
        left = f"Put back: {done}. Not started: {rest}. {GOES_ON}"
        with _explained(f"{names[number]} could not be put back completely", left):
            yield restoring.put_back(one, name)
    tags = "the tags that mark the restore as unfinished could not be removed"
    with _explained(f"Everything was put back, but {tags}", GOES_ON):
        restoring.end()


def _called(one: Saved) -> str:
    return TABLE if one.kind == TABLE else BUCKET


@contextmanager
def _explained(what: str, left: str) -> Iterator[None]:
    """Tell in a sentence what AWS refused.

    Raises:
        Refused: it did.
    """
    try:
        yield
    except (Boto3Error, BotoCoreError, ClientError, OSError) as error:
        why = str(error.strerror) if isinstance(error, OSError) else tellable(error)
        raise Refused(f"{what}: {why.rstrip('.')}. {left}") from error
    except Unfit as error:
        raise Refused(f"{what}: {error}. {left}") from error
