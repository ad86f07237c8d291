"""Putting tables and buckets back: in the embedded AWS, as a rehearsal, or in a real account."""

from __future__ import annotations

from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from botocore.exceptions import BotoCoreError, ClientError

from carbuyer_cleanup.account import identified, real_session
from carbuyer_cleanup.aws.refusals import tellable
from carbuyer_cleanup.backup import restore_bucket, restore_table
from carbuyer_cleanup.backup.fitting import refuse_name
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

PUT_BACK = frozenset({TABLE, OBJECTS, BUCKET})


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

    def put_back(self, one: Saved, name: str) -> str:
        """Put one thing back, and return what was done."""
        if one.kind == TABLE:
            return f"{TABLE} {name}: {restore_table.restore(self.clients[one], self._export(one), name)} items"
        count = restore_bucket.restore(self.clients[one], self.account, self.index, one.id, name)
        return f"{BUCKET} {name}: {count} versions and delete markers"

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
        restoring = _Restoring(account, index, names, {one: _client(session, one) for one in things})
        restoring.check()
        _refuse_what_exists(restoring.clients, names)
        for one, name in names.items():
            with _explained(f"put back as {name}"):
                yield restoring.put_back(one, name)
    yield from _not_put_back(index)


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


def _client(session: boto3.Session, one: Saved) -> Any:
    return session.client(_service(one), region_name=one.region)


def _refuse_what_exists(clients: Mapping[Saved, Any], names: Mapping[Saved, str]) -> None:
    with _explained("looked for"):
        there = [
            f"{one.kind} {name}"
            for one, name in names.items()
            if (restore_table if one.kind == TABLE else restore_bucket).exists(clients[one], name)
        ]
    if there:
        raise Refused(
            f"There is already {', '.join(there)}: nothing is overwritten, and nothing was done. Give another name "
            "with --name OLD=NEW."
        )


@contextmanager
def _explained(what: str) -> Iterator[None]:
    """Tell in a sentence what AWS refused.

    Raises:
        Refused: it did.
    """
    try:
        yield
    except (BotoCoreError, ClientError, OSError) as error:
        why = error.strerror if isinstance(error, OSError) else tellable(error)
        raise Refused(f"It could not be {what}: {why}. What was put back before stays.") from error


def _not_put_back(index: Index) -> Iterator[str]:
    yield "not put back: ids and times of versions, access control lists, policies, parts of unfinished uploads"
    for one in index.saved():
        if one.kind not in PUT_BACK:
            places = ", ".join(file.path for file in index.files(one.kind, one.id))
            yield f"not put back, to be read in {places or one.facts['place']}: {one.kind} {one.name}"
