"""Items of every type come back from an export as they were, and its manifest is as AWS documents it."""

from __future__ import annotations

import gzip
import hashlib
import json
from base64 import b64encode
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from carbuyer_cleanup.backup.plain import line
from carbuyer_cleanup.backup.restore_table import value_of
from carbuyer_cleanup.backup.table import Digest
from carbuyer_cleanup.kinds import table

if TYPE_CHECKING:
    from pathlib import Path

    from tests.backup.savings import Saved

NUMBERS = st.one_of(
    st.integers(-(10**38) + 1, 10**38 - 1).map(str),
    st.decimals(allow_nan=False, allow_infinity=False, places=20).map(str),
)
TEXTS, BINARIES = st.text(max_size=20), st.binary(max_size=20)
VALUES = st.recursive(
    st.one_of(
        TEXTS.map(lambda one: {"S": one}),
        NUMBERS.map(lambda one: {"N": one}),
        BINARIES.map(lambda one: {"B": one}),
        st.booleans().map(lambda one: {"BOOL": one}),
        st.just({"NULL": True}),
        st.lists(TEXTS, min_size=1, max_size=3, unique=True).map(lambda one: {"SS": one}),
        st.lists(NUMBERS, min_size=1, max_size=3, unique=True).map(lambda one: {"NS": one}),
        st.lists(BINARIES, min_size=1, max_size=3, unique=True).map(lambda one: {"BS": one}),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda one: {"L": one}),
        st.dictionaries(st.sampled_from(["a", "SS", "B", "L"]), inner, max_size=3).map(lambda one: {"M": one}),
    ),
    max_leaves=6,
)
ITEMS = st.dictionaries(st.sampled_from(["id", "SS", "B", "x"]), VALUES, min_size=1)


@pytest.mark.exhaustive
@settings(max_examples=50, deadline=None)
@given(ITEMS)
def test_there_and_back(item: dict[str, Any]) -> None:
    """An item that was written as a line is read as it was: numbers to the last digit, bytes as bytes."""
    read = json.loads(line({"Item": item}))["Item"]

    assert {name: value_of(value) for name, value in read.items()} == item


@pytest.mark.exhaustive
@settings(max_examples=100, deadline=None)
@given(st.lists(ITEMS, max_size=5), st.randoms(use_true_random=False))
def test_digest(items: list[dict[str, Any]], chance: Any) -> None:
    """The digest is that of the items, in whatever order they and their sets come, and in whatever pages."""
    whole, shuffled = Digest().with_(items), [_shuffled(item, chance) for item in items]
    chance.shuffle(shuffled)
    half = len(items) // 2

    assert Digest().with_(shuffled[:half]).with_(shuffled[half:]) == whole
    assert Digest().with_([*items, {"id": {"S": "one more"}}]) != whole
    assert all(Digest().with_([*items[:n], {"y": {"S": ""}}, *items[n + 1 :]]) != whole for n in range(len(items)))


def _shuffled(value: Any, chance: Any) -> Any:
    """Return the same value with its sets and maps in another order."""
    if not isinstance(value, dict):
        return value
    names = list(value)
    chance.shuffle(names)
    sets = {"SS", "NS", "BS"}
    shuffled = {name: chance.sample(value[name], len(value[name])) for name in names if _is_set(name, value, sets)}
    return {name: shuffled.get(name) or _shuffled(value[name], chance) for name in names}


def _is_set(name: str, value: dict[str, Any], sets: set[str]) -> bool:
    return name in sets and isinstance(value[name], list)


@pytest.mark.exhaustive
def test_manifest(saved: Saved) -> None:
    """The export is laid out as DynamoDB's own is, with checksums that are right."""
    saved.client("dynamodb").put_item(TableName="User", Item={"id": {"S": "b"}, "data": {"BS": [b"\x00\xff"]}})
    assert saved.take_down(table.KIND) is None
    (export,) = (saved.folder / "dynamodb" / "User" / "AWSDynamoDB").iterdir()

    summary = _read(export, "manifest-summary")
    assert {"version", "exportArn", "startTime", "endTime", "tableArn", "tableId", "exportTime"} <= summary.keys()
    assert (summary["outputFormat"], summary["itemCount"]) == ("DYNAMODB_JSON", 4)
    assert summary["manifestFilesS3Key"] == f"AWSDynamoDB/{export.name}/manifest-files.json"
    files = _read(export, "manifest-files")
    assert files.keys() == {"itemCount", "md5Checksum", "etag", "dataFileS3Key"}
    data = (export.parents[1] / files["dataFileS3Key"]).read_bytes()
    md5 = hashlib.md5(data, usedforsecurity=False)
    assert (files["md5Checksum"], files["etag"]) == (b64encode(md5.digest()).decode(), md5.hexdigest())
    items = [json.loads(one) for one in gzip.decompress(data).splitlines()]
    assert len(items) == files["itemCount"]
    assert {"Item": {"id": {"S": "b"}, "data": {"BS": ["AP8="]}}} in items


def _read(export: Path, name: str) -> Any:
    """Return a manifest, whose checksum stands beside it."""
    data = (export / f"{name}.json").read_bytes()
    md5 = hashlib.md5(data, usedforsecurity=False).digest()
    assert (export / f"{name}.md5").read_bytes() == b64encode(md5)
    return json.loads(data)
