"""What the tests of the backup share: an account of the embedded AWS whose deletions are saved before."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from carbuyer_cleanup import workshop
from carbuyer_cleanup.aws.context import Aws
from carbuyer_cleanup.backup.saving import Backup
from carbuyer_cleanup.kinds import bucket, table
from carbuyer_cleanup.teardown.journal import Journal
from carbuyer_cleanup.teardown.takedown import Takedown
from strict_moto import estate, estate_services

if TYPE_CHECKING:
    from collections.abc import Iterator

    from carbuyer_cleanup.resource import Kind
    from strict_moto.front import Sandbox
    from strict_moto.session import Session

MANIFEST = Path(__file__).resolve().parents[2] / "cleanup_tests" / "workshop.toml"
TABLES = ("User", "XeOto")
BUCKET = "carbuyer-fcj-bucket"
KINDS = (table.KIND, bucket.OBJECTS, bucket.KIND)


@dataclass
class Saved:
    """An account that is saved in ``folder``: ``aws`` is how the suite sees it, ``client`` how a test looks at it."""

    sandbox: Sandbox
    session: Session
    aws: Aws
    folder: Path

    def client(self, service: str) -> Any:
        """Return a plain boto3 client."""
        return self.session.client(service)  # type: ignore[call-overload] # any service

    @property
    def backup(self) -> Backup:
        """The account's backup."""
        assert self.aws.backup
        return self.aws.backup

    def again(self) -> None:
        """Let the next takedown be another run's."""
        self.end()
        self.aws.backup = Backup(self.folder, logs=True)

    def end(self) -> None:
        """End the run, if one was begun."""
        if self.aws.backup:
            self.aws.backup.close()
        self.aws.backup = None

    def take_down(self, kind: Kind) -> Exception | None:
        """Take down all of one kind that is the workshop's, as the engine does; return what went wrong."""
        work: Any = Takedown(kind).run(self.aws, wait_for=60)
        try:
            self.run(work)
        except Exception as error:  # noqa: BLE001 - the test looks at it
            return error
        return None

    def run(self, work: Any) -> Any:
        """Run a coroutine on the sandbox's time."""
        with asyncio.Runner(loop_factory=self.sandbox.clock.new_event_loop) as runner:
            return runner.run(work)

    def tables(self) -> list[str]:
        """Return the names of the tables there are."""
        return list(self.client("dynamodb").list_tables()["TableNames"])

    def versions(self) -> set[tuple[str, str]]:
        """Return keys and ids of the versions and delete markers there are."""
        listed = self.client("s3").list_object_versions(Bucket=BUCKET)
        return {(one["Key"], one["VersionId"]) for n in ("Versions", "DeleteMarkers") for one in listed.get(n, ())}


@pytest.fixture
def saved(sandbox: Sandbox, session: Session, tmp_path: Path) -> Iterator[Saved]:
    """An account with the workshop's bucket and two of its tables; their names alone would prove nothing."""
    site = estate.create(session, ("bucket", "role", "key_pair"))
    for name in TABLES:
        estate_services.table(site, name)
    site.wait(60)
    for name in TABLES:
        estate_services.items(site, name)
    identity = session.client("sts").get_caller_identity()
    folder = tmp_path / "backup" / identity["Account"]
    with ThreadPoolExecutor(4) as pool:
        aws = Aws(
            session, account=identity["Account"], caller=identity["Arn"], region=session.region_name,
            workshop=workshop.load(MANIFEST), journal=Journal(tmp_path / "journal.jsonl", identity["Account"]),
            clock=sandbox.clock, pool=pool,
        )  # fmt: skip
        aws.backup = Backup(folder, logs=True)
        account = Saved(sandbox, session, aws, folder)
        yield account
        account.end()
    assert sandbox.defects == []
