"""Putting tables and buckets back: in the embedded AWS, as a rehearsal, or in a real account."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from carbuyer_cleanup.account import identified, real_session
from carbuyer_cleanup.aws.refusals import told
from carbuyer_cleanup.backup import restore_bucket, restore_table
from carbuyer_cleanup.backup.index import OBJECTS, TABLE
from carbuyer_cleanup.errors import Refused

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    import boto3

    from carbuyer_cleanup.backup.index import Index, Saved

BUCKET = "S3 bucket"
PUT_BACK = frozenset({TABLE, OBJECTS, BUCKET})


@dataclass(frozen=True)
class Wanted:
    """Where things are put back: in a real account only if ``account`` has its number; ``names`` are old and new."""

    account: str = ""
    profile: str = ""
    region: str = ""
    names: tuple[tuple[str, str], ...] = ()


def restore(account: Path, index: Index, wanted: Wanted) -> Iterator[str]:
    """Put the tables and buckets of a backup back, and yield what was done, a line each, and what can't be put back.

    Raises:
        Refused: something of these names is there, or it is another account; nothing was made.
    """
    things = _things(index)
    names = _names(things, dict(wanted.names))
    with _session(wanted, things) as session:
        clients = {one: _client(session, one) for one in things}
        _refuse_what_exists(clients, names)
        for one, name in names.items():
            yield _put_back(clients[one], account, index, one, name)
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
    return {one: new.get(one.id, one.id) for one in things}


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
    from strict_moto.front import Sandbox  # noqa: PLC0415

    with wall.raised():
        yield Sandbox(Clock(1000.0)).session()


def _client(session: boto3.Session, one: Saved) -> Any:
    return session.client("dynamodb" if one.kind == TABLE else "s3", region_name=one.region)


def _refuse_what_exists(clients: Mapping[Saved, Any], names: Mapping[Saved, str]) -> None:
    with _explained("looked for"):
        there = [
            f"{one.kind} {name}"
            for one, name in names.items()
            if (restore_table if one.kind == TABLE else restore_bucket).exists(clients[one], name)
        ]
    if there:
        raise Refused(
            f"There is already {', '.join(there)}: nothing is written over, and nothing was done. Give another name "
            "with --name OLD=NEW."
        )


def _put_back(client: Any, account: Path, index: Index, one: Saved, name: str) -> str:
    with _explained(f"put back as {name}"):
        if one.kind == TABLE:
            count = restore_table.restore(client, account / one.facts["place"], name)
            return f"{TABLE} {name}: {count} items"
        count = restore_bucket.restore(client, account, index, one.id, name)
        return f"{BUCKET} {name}: {count} versions and delete markers"


@contextmanager
def _explained(what: str) -> Iterator[None]:
    """Tell in a sentence what AWS refused.

    Raises:
        Refused: it did.
    """
    try:
        yield
    except (BotoCoreError, ClientError) as error:
        raise Refused(f"It could not be {what}: {told(error)}. What was put back before stays.") from error


def _not_put_back(index: Index) -> Iterator[str]:
    yield "not put back: ids and times of versions, access control lists, policies, parts of unfinished uploads"
    for one in index.saved():
        if one.kind not in PUT_BACK:
            yield f"not put back, to be read in {one.facts['place']}: {one.kind} {one.name}"
