"""What a restore does not put back, and where in the folder that is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from carbuyer_cleanup.backup import inside
from carbuyer_cleanup.backup.rows import BUCKET, OBJECTS, TABLE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from carbuyer_cleanup.backup.index import Index
    from carbuyer_cleanup.backup.rows import Saved

PUT_BACK = frozenset({TABLE, OBJECTS, BUCKET})
NEVER = (
    "not put back: ids and times of versions, access control lists, policies, parts of unfinished uploads, locks and "
    "encryption of objects"
)
# By the member of the definition that tells it. A table's key may be another account's; a replica is in another Region.
OF_TABLES = {"SSEDescription": "encryption", "Replicas": "replicas"}
OF_BUCKETS = {
    "GetBucketPolicy": "policy", "GetBucketEncryption": "encryption", "GetBucketLifecycleConfiguration": "lifecycle",
    "GetBucketWebsite": "website", "GetBucketOwnershipControls": "ownership of objects",
    "GetPublicAccessBlock": "block of public access", "GetBucketNotificationConfiguration": "notifications",
    "GetBucketLogging": "logging",
}  # fmt: skip


def told(account: Path, index: Index, things: Iterable[Saved]) -> Iterator[str]:
    """Yield what is not put back, a line each.

    Args:
        account: the folder of the account's backup.
        index: its index.
        things: the tables and buckets that are put back.

    Raises:
        Refused: a definition is not what a backup has there.
    """
    yield NEVER
    for one in things:
        yield from _of_table(account, index, one) if one.kind == TABLE else _of_bucket(account, index, one)
    for kind, id_ in index.unfinished():
        yield f"not saved completely, nor put back so (run the cleanup again with the same --backup): {kind} {id_}"
    for one in index.saved():
        if one.kind not in PUT_BACK:
            places = ", ".join(file.path for file in index.files(one.kind, one.id))
            yield f"not put back, to be read in {places or one.facts['place']}: {one.kind} {one.name}"


def _of_table(account: Path, index: Index, table: Saved) -> Iterator[str]:
    place = str(table.facts["place"])
    path = f"{place}/table.json"
    yield from _parts(OF_TABLES, inside.read_json(account, path)["Table"], f"{path}: {TABLE} {table.id}")
    for file in index.files(table.kind, table.id):
        if file.path.endswith("/table.json") and file.path != path:
            yield f"not put back, to be read in {file.path.rpartition('/')[0]}: an earlier {TABLE} {table.id}"


def _of_bucket(account: Path, index: Index, bucket: Saved) -> Iterator[str]:
    if definition := index.of(BUCKET, bucket.id):
        path = str(definition.facts["place"])
        yield from _parts(OF_BUCKETS, inside.read_json(account, path), f"{path}: {BUCKET} {bucket.id}")
    if count := index.written_over(bucket.id):
        yield f"not put back: {count} contents written over in the {BUCKET} {bucket.id}, which had no versions"


def _parts(words: Mapping[str, str], definition: Mapping[str, Any], what: str) -> Iterator[str]:
    if found := ", ".join(word for member, word in words.items() if definition.get(member)):
        yield f"not put back, to be read in {what}: {found}"
