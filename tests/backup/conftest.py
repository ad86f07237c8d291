"""What the tests of the backup share: an account whose deletions are saved before."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from carbuyer_cleanup import workshop
from carbuyer_cleanup.aws.context import Aws
from carbuyer_cleanup.backup import restore
from carbuyer_cleanup.teardown.journal import Journal
from strict_moto import estate, estate_services
from tests.backup import small
from tests.backup.forged import Forged
from tests.backup.savings import MANIFEST, TABLES, Saved
from tests.backup.tried import Tried
from tests.beside import leave_beside

if TYPE_CHECKING:
    from collections.abc import Iterator
    from concurrent.futures import Executor
    from pathlib import Path

    from strict_moto.sandbox import Sandbox
    from strict_moto.session import Session


@pytest.fixture
def saved(sandbox: Sandbox, session: Session, tmp_path: Path) -> Iterator[Saved]:
    """An account with the workshop's bucket and two of its tables; their names alone would prove nothing."""
    builder = estate.create(session, ("bucket", "role", "key_pair"))
    for name in TABLES:
        estate_services.table(builder, name)
    builder.wait(60)
    for name in TABLES:
        estate_services.items(builder, name)
    with ThreadPoolExecutor(4) as pool:
        account = _account(sandbox, session, tmp_path, pool)
        account.again()
        yield account
        account.end()
    assert sandbox.defects == []


@pytest.fixture
def whole(sandbox: Sandbox, session: Session, tmp_path: Path) -> Iterator[Saved]:
    """An account with the whole workshop, and what consoles leave beside it."""
    site = estate.create(session)
    leave_beside(site)
    site.wait(small.A_DAY)
    with ThreadPoolExecutor(4) as pool:
        account = _account(sandbox, session, tmp_path, pool)
        account.again()
        yield account
        account.end()


@pytest.fixture
def few(sandbox: Sandbox, session: Session, tmp_path: Path) -> Saved:
    """An account with few things of each sort, in which everything happens in one thread.

    It was taken down once, and filled again: what that loads need not be loaded in each copy of the process.
    """
    builder = estate.create(session, ("role", "key_pair"))
    account = _account(sandbox, session, tmp_path / "before", small.AtOnce())
    small.fill(builder)
    account.go(small.KINDS)
    account.end()
    small.fill(builder)
    account.folder = tmp_path / "backup" / account.folder.name
    small.everything(account)
    return account


def _account(sandbox: Sandbox, session: Session, home: Path, pool: Executor) -> Saved:
    identity = session.client("sts").get_caller_identity()
    aws = Aws(
        session, account=identity["Account"], caller=identity["Arn"], region=session.region_name,
        workshop=workshop.load(MANIFEST), journal=Journal(home / "journal.jsonl", identity["Account"]),
        clock=sandbox.clock, pool=pool,
    )  # fmt: skip
    return Saved(sandbox, session, aws, home / "backup" / identity["Account"])


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Forged:
    """A backup as it is made."""
    return Forged(tmp_path_factory.mktemp("made") / "saved")


@pytest.fixture
def tried(tmp_path: Path, made: Forged, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Tried:
    """An altered backup, and an account in which nothing stands."""
    tried = Tried(tmp_path, made, capfd)
    monkeypatch.setattr(restore, "_embedded", tried.account)
    return tried
