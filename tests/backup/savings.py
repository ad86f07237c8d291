"""An account of the embedded AWS whose deletions are saved before."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from carbuyer_cleanup.backup.opening import opened
from carbuyer_cleanup.backup.saving import Backup
from carbuyer_cleanup.backup.verify import problems
from carbuyer_cleanup.kinds import bucket, table
from carbuyer_cleanup.teardown.deletion import Deletion

if TYPE_CHECKING:
    from collections.abc import Iterable

    from carbuyer_cleanup.aws.context import Aws
    from carbuyer_cleanup.resource import Kind
    from strict_moto.sandbox import Sandbox
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
    _clients: dict[str, Any] = field(default_factory=dict)

    def client(self, service: str) -> Any:
        """Return a plain boto3 client."""
        if service not in self._clients:
            self._clients[service] = self.session.client(service)  # type: ignore[call-overload] # any service
        return self._clients[service]

    @property
    def backup(self) -> Backup:
        """The account's backup."""
        assert self.aws.backup
        return self.aws.backup

    def again(self) -> None:
        """Let the next deletion be another run's."""
        self.end()
        self.aws.backup = Backup(self.folder, logs=True)

    def end(self) -> None:
        """End the run, if one was begun."""
        if self.aws.backup:
            self.aws.backup.close()
        self.aws.backup = None

    def take_down(self, kind: Kind) -> Exception | None:
        """Take down all of one kind that is the workshop's, as the engine does; return what went wrong."""
        work: Any = Deletion(kind).run(self.aws, wait_for=60)
        try:
            self.run(work)
        except Exception as error:  # noqa: BLE001 - the test looks at it
            return error
        return None

    def go(self, kinds: Iterable[Kind]) -> None:
        """Take all of several kinds down in a run that nothing befalls."""
        self.again()
        assert [error for kind in kinds if (error := self.take_down(kind))] == []

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


def everything(saved: Saved) -> set[Any]:
    """Return what there is by plain boto3: items and versions."""
    dynamodb = saved.client("dynamodb")
    items = {(name, str(item["id"])) for name in saved.tables() for item in dynamodb.scan(TableName=name)["Items"]}
    buckets = {one["Name"] for one in saved.client("s3").list_buckets()["Buckets"]}
    return items | (saved.versions() if BUCKET in buckets else set())


def backed_up(saved: Saved) -> set[Any]:
    """Return what the backup has, all of it checked."""
    with opened(saved.folder) as index:
        assert [one for one in problems(saved.folder, index) if "not saved completely" not in one] == []
        objects = {(one.entry.key, one.entry.version) for one in index.objects(BUCKET, "version", "delete marker")}
        tables = {one.id for one in index.saved() if one.kind == "DynamoDB table"}
    return objects | {(name, str({"S": f"{name}-{number}"})) for name in tables for number in range(3)}
