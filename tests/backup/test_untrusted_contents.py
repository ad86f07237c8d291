"""A backup whose files are what its index says, and not what belongs there: nothing of it is restored."""

from __future__ import annotations

import gzip
import json
import sqlite3
from contextlib import suppress

import pytest

from carbuyer_cleanup.backup.__main__ import main
from tests.backup.forged import CONFIGURATION, DATA, DEFINITION, DESCRIBED, NAMED
from tests.backup.tried import REFUSED, Tried

DEEP = "[" * 100_000


def _packed(*lines: object) -> bytes:
    return gzip.compress(
        b"".join(line if isinstance(line, bytes) else json.dumps(line).encode() + b"\n" for line in lines)
    )


def _defined(**more: object) -> bytes:
    return json.dumps({"Table": {**DESCRIBED, **more}, "Tags": [], "TimeToLiveDescription": {}}).encode()


DEAR = {"ReadCapacityUnits": 40_001, "WriteCapacityUnits": 1}
CONTENTS: dict[str, tuple[str, bytes]] = {
    "no gzip": (DATA, b"no gzip"),
    "half of it": (DATA, _packed({"Item": {"id": {"S": "a" * 1000}}})[:-9]),
    "none": (DATA, _packed()),
    "more than there should be": (DATA, _packed(*[{"Item": {"id": {"S": "a"}}}] * 3)),
    "a bomb": (DATA, gzip.compress(b'{"Item":{"id":{"S":"' + b"a" * 2**24)),
    "too deep": (DATA, _packed(DEEP.encode())),
    "deep": (DATA, _packed(b'{"Item":{"id":' + b'{"L":[' * 450 + b"]}" * 450 + b"}}")),
    "no item": (DATA, _packed({"Thing": 1})),
    "a list": (DATA, _packed([1])),
    "two types": (DATA, _packed({"Item": {"id": {"S": "a", "N": "1"}}})),
    "no type": (DATA, _packed({"Item": {"id": {"X": "a"}}})),
    "a number": (DATA, _packed({"Item": {"id": {"S": 1}}})),
    "no base64": (DATA, _packed({"Item": {"id": {"B": "?"}}})),
    "half a character": (DATA, _packed({"Item": {"id": {"S": "\ud800"}}})),
    "no JSON": (DEFINITION, b"no JSON"),
    "no object": (DEFINITION, b"[]"),
    "no table": (DEFINITION, b"{}"),
    "a table of text": (DEFINITION, b'{"Table": "x", "Tags": [], "TimeToLiveDescription": {}}'),
    "dear": (DEFINITION, _defined(ProvisionedThroughput=DEAR)),
    "a dear index": (DEFINITION, _defined(GlobalSecondaryIndexes=[
        {"IndexName": "abc", "KeySchema": DESCRIBED["KeySchema"], "Projection": {}, "ProvisionedThroughput": DEAR}])),
    "a text for a number": (DEFINITION, _defined(ProvisionedThroughput={"ReadCapacityUnits": "1"})),
    "a huge file": (DEFINITION, b" " * 2**24 + b"{}"),
    "no versioning": (CONFIGURATION, b'{"GetBucketVersioning": {"Status": "Perhaps"}}'),
    "no such tags": (CONFIGURATION, b'{"GetBucketTagging": {"TagSet": [{"Key": 1}]}}'),
    "no tags": (CONFIGURATION, b'{"GetBucketTagging": {"TagSet": "x"}}'),
    "no such rules": (CONFIGURATION, b'{"GetBucketCors": {"CORSRules": [{"Rule": {}}]}}'),
}  # fmt: skip


@pytest.mark.parametrize("change", CONTENTS)
def test_contents(tried: Tried, change: str) -> None:
    """A file that is what the index says, but not what belongs there, is found before anything is made."""
    tried.forged.replace(*CONTENTS[change])

    assert tried.told("restore")[0] == REFUSED


# Of each text of JSON that a backup has, what is read otherwise by one reader than by another.
TWICE, NO_NUMBER = b'{"same": 1, "same": 2, ', b'{"odd": NaN, '


@pytest.mark.parametrize("odd", [TWICE, NO_NUMBER])
def test_every_reader_makes_the_same_of_it(tried: Tried, odd: bytes) -> None:
    """A member that is there twice, or a number that is none, is found in whatever file, and in the index."""
    files = [file for file in tried.forged.account.rglob("*") if file.name.endswith((".json", ".json.gz"))]
    for path in (str(file.relative_to(tried.forged.account)) for file in files):
        content = (tried.anew().account / path).read_bytes()
        lines = gzip.decompress(content) if path.endswith(".gz") else content
        altered = lines.replace(b"{", odd, 1)
        tried.forged.replace(path, gzip.compress(altered) if path.endswith(".gz") else altered)
        assert tried.told("restore")[0] == REFUSED, path
    for table in ("saved", "objects"):
        tried.anew().alter(f"UPDATE {table} SET facts = ? || substr(facts, 2)", odd.decode())  # noqa: S608 - ours
        assert [code for code, _ in tried.both()] == [REFUSED] * 2
    assert len(files) == 3


NAMES = (
    ("UPDATE saved SET id = ?", "arn:aws:s3:us-east-1:999999999999:accesspoint/theirs"),
    ("UPDATE saved SET id = ? WHERE kind = 'DynamoDB table'", "arn:aws:dynamodb:us-east-1:999999999999:table/User"),
    ("UPDATE saved SET id = ? WHERE kind = 'DynamoDB table'", "a/b"),
    ("UPDATE saved SET id = ? WHERE kind != 'DynamoDB table'", "Bucket_"),
    ("UPDATE saved SET region = ?", "ap-southeast-1.evil.example"),
    ("UPDATE saved SET region = ?", "evil.example/#"),
)


@pytest.mark.parametrize(("statement", "value"), NAMES)
def test_names(tried: Tried, statement: str, value: str) -> None:
    """Nothing is put where a name leads that no table and no bucket has, nor sent to another host."""
    with suppress(sqlite3.IntegrityError):  # two would have it
        tried.forged.alter(statement, value)
        assert tried.told("restore")[0] == REFUSED


@pytest.mark.parametrize("new", ["User=../x", "User=x", f"{NAMED}=arn:aws:s3:::x", f"{NAMED}=User", "User=x\ny"])
def test_new_names(tried: Tried, new: str) -> None:
    """Nor does a name that the caller gives."""
    assert main(["restore", str(tried.forged.root), "--name", new]) == REFUSED
    assert tried.sandbox is None
