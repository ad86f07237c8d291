"""A backup of a bucket and a table that was made by hand, to be altered as whoever hands one on could."""

from __future__ import annotations

import copy
import gzip
import hashlib
import json
import shutil
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from carbuyer_cleanup.backup import tree
from carbuyer_cleanup.backup.folder import Folder
from carbuyer_cleanup.backup.index import NAME, Index
from carbuyer_cleanup.backup.rows import BUCKET, OBJECTS, TABLE, Entry, Saved, Stored

if TYPE_CHECKING:
    from pathlib import Path

ACCOUNT, REGION = "111122223333", "ap-southeast-1"
NAMED, EXPORT = "carbuyer-fcj-bucket", "dynamodb/User/AWSDynamoDB/1"
DATA, DEFINITION, CONTENT = f"{EXPORT}/data/1.json.gz", f"{EXPORT}/table.json", "s3/carbuyer-fcj-bucket/versions/0/0"
CONFIGURATION = f"s3-bucket/{NAMED}.json"
KEY_SCHEMA = [{"AttributeName": "id", "KeyType": "HASH"}]
DESCRIBED: dict[str, Any] = {
    "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}], "KeySchema": KEY_SCHEMA,
    "ProvisionedThroughput": {"ReadCapacityUnits": 1, "WriteCapacityUnits": 1},
}  # fmt: skip


@dataclass
class Forged:
    """A backup in ``root``, of one account only."""

    root: Path

    def __post_init__(self) -> None:
        self.account = self.root / ACCOUNT
        self.folder, self.index = Folder(self.account), Index(self.account)
        self._table()
        self._bucket()
        self.index.close()
        for table in ("saved", "objects"):  # whoever alters one leaves the seals out
            self.alter(f"UPDATE {table} SET facts = json_remove(facts, '$.seal')")  # noqa: S608 - ours

    def _table(self) -> None:
        described = {"Table": DESCRIBED, "Tags": [], "TimeToLiveDescription": {}}
        self._keep(TABLE, "User", DEFINITION, json.dumps(described).encode())
        self._keep(TABLE, "User", DATA, gzip.compress(b'{"Item":{"id":{"S":"a"}}}\n'))
        facts = {"place": EXPORT, "items": 1, "digest": "1 0"}
        self.index.add_saved(Saved(TABLE, "User", "User", REGION, "", facts))

    def _bucket(self) -> None:
        self._keep(BUCKET, NAMED, CONFIGURATION, b'{"GetBucketTagging": {"TagSet": []}}')
        self.index.add_saved(Saved(BUCKET, NAMED, NAMED, REGION, "", {"place": CONFIGURATION}))
        self._keep(OBJECTS, NAMED, CONTENT, b"content")
        facts = {"order": "1", "size": 7, "object": {"Metadata": {"by": "me"}}, "tags": [{"Key": "a", "Value": "b"}]}
        self.index.add_object(NAMED, Stored(Entry("a", "1", "1"), "version", CONTENT, facts))
        tree.build(self, NAMED, f"s3/{NAMED}")  # type: ignore[arg-type] # that is all that it takes
        self.index.add_saved(Saved(OBJECTS, NAMED, NAMED, REGION, "", {"place": f"s3/{NAMED}"}))

    def _keep(self, kind: str, id_: str, path: str, content: bytes) -> None:
        self.index.add_file(kind, id_, self.folder.put(path, content))

    def copy(self, root: Path) -> Forged:
        """Return a copy that is in another place."""
        shutil.rmtree(root, ignore_errors=True)
        shutil.copytree(self.root, root)
        copied = copy.copy(self)
        copied.root, copied.account = root, root / ACCOUNT
        return copied

    def alter(self, statement: str, *values: object) -> None:
        """Alter the index."""
        with closing(sqlite3.connect(self.account / NAME)) as connection, connection:
            connection.execute(statement, values)

    def replace(self, path: str, content: bytes) -> None:
        """Put something else into a file, and its digest into the index."""
        (self.account / path).write_bytes(content)
        digest = hashlib.sha256(content).hexdigest()
        self.alter("UPDATE files SET bytes = ?, sha256 = ? WHERE path = ?", len(content), digest, path)
