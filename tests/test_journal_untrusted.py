"""The journal as what anybody may have written: a line that is none is ignored and told of, and stops nothing."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from carbuyer_cleanup.account import REHEARSAL_ACCOUNT
from carbuyer_cleanup.errors import Refused
from carbuyer_cleanup.resource import Resource
from carbuyer_cleanup.teardown.journal import MAX_AGE, Journal, Memory, passed_over
from carbuyer_cleanup.teardown.journal_lines import TOPICS

if TYPE_CHECKING:
    from pathlib import Path

REGION = "ap-southeast-1"
KEY_PAIR = "cleanup_tests/test_16_key_pair.py"


PIECES = (
    b"null",
    b"[]",
    b"{}",
    b"1e999",
    b"-0",
    b'"',
    b"\\ud800",
    b"\\u0000",
    b"\n",
    b',"id":1',
    b"NaN",
    b"true",
    b"\xff",
)


def line(**changed: object) -> bytes:
    """Return a line that remembers an address, some members changed; those that are ``...`` left out."""
    made = {
        "time": datetime.now(UTC).isoformat(timespec="milliseconds"),
        "account": REHEARSAL_ACCOUNT,
        "event": "remember",
        "topic": "elastic ip",
        "region": REGION,
        "id": "eipalloc-0bad",
        "because": "of the NAT gateway nat-1",
    }
    return json.dumps({name: value for name, value in (made | changed).items() if value is not ...}).encode()


def raw(old: bytes, new: bytes) -> bytes:
    """Return such a line, changed in a way that no JSON writer would."""
    assert old in line()
    return line().replace(old, new)


BAD = {
    "nothing but the account": b'{"account": "111122223333"}',
    "null": b"null",
    "list": b'["111122223333"]',
    "string": b'"111122223333"',
    "number": b"111122223333",
    "NaN": b'{"account": "111122223333", "time": NaN}',
    "infinity": line(time=float("inf")),
    "not JSON": b"account 111122223333",
    "torn": line()[:-9],
    "two objects": line() + line(),
    "something after it": line() + b" // 111122223333",
    "deep nesting": b'{"account": "111122223333", "facts": ' + b"[" * 30_000 + b"]" * 30_000 + b"}",
    "deep objects": b'{"account": "111122223333", "facts": ' + b'{"a":' * 9_000 + b"1" + b"}" * 9_001,
    "account twice": raw(b'{"time"', b'{"account": "999988887777", "time"'),
    "id twice": raw(b'"id"', b'"id": "eipalloc-1", "id"'),
    "fact twice": raw(b'"because"', b'"facts": {"Name": "a", "Name": "b"}, "because"'),
    "a number of 5000 digits": raw(b'"eipalloc-0bad"', b"9" * 5000),
    "a number too large": raw(b'"eipalloc-0bad"', b"1e999"),
    "not UTF-8": raw(b"nat-1", b"nat-\xff"),
    "UTF-16": line().decode().encode("utf-16-be") + b"111122223333",
    "byte order mark": b"\xef\xbb\xbf" + line(),
    "NUL": raw(b"nat-1", b"nat-\x00"),
    "NULs alone": b"\x00" * 99,
    "escaped NUL": line(because="\x00"),
    "escape sequence": line(because="\x1b[2J"),
    "line feed": line(because="a\nb"),
    "lone surrogate": line(because="\ud800"),
    "lone surrogate in an id": line(id="eipalloc-\udfff"),
    "empty object": line(time=..., account=..., event=..., topic=..., region=..., id=..., because=...) + b" ",
    "no event": line(event=...),
    "no time": line(time=...),
    "no topic": line(topic=...),
    "no id": line(id=...),
    "no reason": line(because=...),
    "one member too many": line(more="1"),
    "member of another event": line(kind="Elastic IP"),
    "event of no kind": line(event="remembered"),
    "event that is a list": line(event=["remember"]),
    "event that is an object": line(event={"remember": 1}),
    "topic of no kind": line(topic="bucket"),
    "topic that is a list": line(topic=["elastic ip"]),
    "topic that is null": line(topic=None),
    "account that is a number": line(account=111122223333),
    "account of 13 digits": line(account="1111222233334"),
    "account in other digits": line(account="١١١١٢٢٢٢٣٣٣٣") + b" ",
    "Region that is a list": line(region=[REGION]),
    "Region that is none": line(region="Singapore"),
    "Region with a path": line(region="../../etc"),
    "empty id": line(id=""),
    "id of another sort": line(id="vpc-0bad"),
    "id with a path": line(id="eipalloc-../x"),
    "id that is a boolean": line(id=True),
    "id that is too long": line(id="eipalloc-" + "0" * 33),
    "reason that is a list": line(because=[]),
    "reason that is too long": line(because="a" * 5000),
    "line that is too long": line(because="a" * 70_000),
    "facts that are a list": line(facts=[]),
    "facts that are null": line(facts=None),
    "facts that are numbers": line(facts={"Name": 1}),
    "facts in facts": line(facts={"Name": {"Name": ""}}),
    "facts without end": line(facts={str(n): "" for n in range(21)}),
    "time that is a number": line(time=1793000000),
    "time that is empty": line(time=""),
    "time without a zone": line(time="2026-01-01T00:00:00"),
    "time of another zone": line(time="2026-01-01T00:00:00+07:00"),
    "time in other digits": line(time="٢٠٢٦-01-01T00:00:00+00:00"),
    "day that isn't": line(time="2026-02-30T00:00:00+00:00"),
    "time in the future": line(time=(datetime.now(UTC) + timedelta(hours=1)).isoformat()),
    "year 9999": line(time="9999-12-31T23:59:59+00:00"),
    "device of another account": line(
        topic="virtual mfa device", region="global", id="arn:aws:iam::999988887777:mfa/phone"
    ),
    "web ACL of another account": line(
        topic="web acl", id="arn:aws:wafv2:ap-southeast-1:999988887777:regional/webacl/a/b-c"
    ),
    "resource without a name": line(event="gone", topic=..., because=..., kind="Elastic IP"),
    "declaration with a topic": line(event="declared", region=..., because=...),
    "declaration of nothing": line(event="declared", topic=..., region=..., because=..., id=""),
}


@pytest.mark.parametrize("bad", BAD.values(), ids=BAD)
def test_bad_line(tmp_path: Path, bad: bytes) -> None:
    """It is not remembered, is told of, and spoils neither the line before it nor the one after."""
    path = tmp_path / "journal.jsonl"
    path.write_bytes(line(id="eipalloc-1") + b"\n" + bad + b"\n" + line(id="eipalloc-2") + b"\n")

    journal = Journal(path, REHEARSAL_ACCOUNT)

    assert list(journal.remembered("elastic ip", REGION)) == ["eipalloc-1", "eipalloc-2"]
    assert journal.remembered("virtual mfa device", "global") == {}
    assert all(told.startswith("line ") for told in passed_over(path))
    assert passed_over(path)[0].startswith("line 2: ")


def test_line_of_another_account(tmp_path: Path) -> None:
    """It is that one's, though it speaks of this one."""
    (tmp_path / "j").write_bytes(line(account="999988887777", because=f"of account {REHEARSAL_ACCOUNT}") + b"\n")

    assert Journal(tmp_path / "j", REHEARSAL_ACCOUNT).lines() == []
    assert Journal(tmp_path / "j", REHEARSAL_ACCOUNT).remembered("elastic ip", REGION) == {}
    assert list(Journal(tmp_path / "j", "999988887777").remembered("elastic ip", REGION)) == ["eipalloc-0bad"]


def test_good_lines_are_not_told_of(tmp_path: Path) -> None:
    """Whatever the journal writes it can read, also of what others have named; and empty lines are nothing."""
    journal = Journal(tmp_path / "j", REHEARSAL_ACCOUNT)
    odd = Resource("VPC", "vpc-1", "a\x00\ud800\nb" * 9999, REGION, why="\x1b[2J" + "x" * 9999, state="\u202e")
    for event in ("found", "deleting", "gone"):
        journal.record(event, [odd])
    journal.remember("elastic ip", REGION, ["eipalloc-1"], because="\ud800", facts={"eipalloc-1": {"Name": "\x00"}})
    journal.forget("elastic ip", REGION, ["eipalloc-1"])
    journal.declare(["vpc-1", "\n"])
    with (tmp_path / "j").open("ab") as file:
        file.write(b"\n\r\n" + line() + b"\r\n")

    assert passed_over(tmp_path / "j") == []
    assert [made["event"] for made in Journal(tmp_path / "j", REHEARSAL_ACCOUNT).lines()][-4:] == [
        "forget", "declared", "declared", "remember",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("age", "known"), [(MAX_AGE - timedelta(hours=1), True), (MAX_AGE + timedelta(hours=1), False)]
)
def test_memories_grow_old(tmp_path: Path, age: timedelta, known: bool) -> None:  # noqa: FBT001 - a column of a table
    """What was known long ago is known no more, without a word: that is nobody's mistake."""
    (tmp_path / "j").write_bytes(line(time=(datetime.now(UTC) - age).isoformat(), id="eipalloc-1") + b"\n")

    assert ("eipalloc-1" in Journal(tmp_path / "j", REHEARSAL_ACCOUNT).remembered("elastic ip", REGION)) is known
    assert passed_over(tmp_path / "j") == []


def test_memories_are_made_new(tmp_path: Path) -> None:
    """A run that finds an owner again remembers it anew, so that it does not grow old meanwhile."""
    for _ in range(2):
        Journal(tmp_path / "j", REHEARSAL_ACCOUNT).remember("elastic ip", REGION, ["eipalloc-1"], because="")

    assert len(Journal(tmp_path / "j", REHEARSAL_ACCOUNT).lines()) == 2


@pytest.mark.parametrize(
    ("kind", "id_"),
    [
        ("elastic ip", "eipalloc-1"),
        ("internet gateway", "igw-1"),
        ("origin access control", "E1"),
        ("virtual mfa device", f"arn:aws:iam::{REHEARSAL_ACCOUNT}:mfa/phone"),
    ],
)
@pytest.mark.parametrize("end", ["gone", "forgotten"])
def test_what_is_gone_is_forgotten(tmp_path: Path, kind: str, id_: str, end: str) -> None:
    """Somebody may make a thing of the same id or name anew: that one is his."""
    words = {"elastic ip": "Elastic IP", "virtual mfa device": "virtual MFA device"}
    journal, other = Journal(tmp_path / "j", REHEARSAL_ACCOUNT), "eu-west-1"
    for region in (REGION, other):
        journal.remember(kind, region, [id_], because="")
    if end == "gone":
        journal.record("gone", [Resource(words.get(kind, kind), id_, "", REGION, why="")])
    else:
        journal.forget(kind, REGION, [id_])

    for one in (journal, Journal(tmp_path / "j", REHEARSAL_ACCOUNT)):
        assert one.remembered(kind, REGION) == {}
        assert one.remembered(kind, other) == {id_: Memory("")}
    journal.remember(kind, REGION, [id_], because="again")
    assert Journal(tmp_path / "j", REHEARSAL_ACCOUNT).remembered(kind, REGION) == {id_: Memory("again")}


def test_what_an_api_leaves_behind_is_not_forgotten_with_it(tmp_path: Path) -> None:
    """Its execution logs are known by its id, after it is gone."""
    journal = Journal(tmp_path / "j", REHEARSAL_ACCOUNT)
    journal.remember("rest api", REGION, ["abc123"], because="")
    journal.record("gone", [Resource("REST API", "abc123", "carbuyer-x", REGION, why="")])

    assert list(Journal(tmp_path / "j", REHEARSAL_ACCOUNT).remembered("rest api", REGION)) == ["abc123"]


def test_nothing_is_remembered_that_could_not_be_read_again(tmp_path: Path) -> None:
    """An id of a form that AWS doesn't have is refused before its owner is deleted."""
    journal = Journal(tmp_path / "j", REHEARSAL_ACCOUNT)

    with pytest.raises(Refused, match="its id is not one of the topic's"):
        journal.remember("elastic ip", REGION, ["eipalloc-1", "eipalloc ü"], because="")
    assert journal.remembered("elastic ip", REGION) == {}
    assert journal.lines() == []


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_any_line(tmp_path: Path, data: st.DataObject) -> None:
    """Whatever a line is made into: it is read or ignored, and what is remembered has the form that the table says."""
    good = line(facts={"Name": "x"})
    at, length = data.draw(st.integers(0, len(good))), data.draw(st.integers(0, 30))
    changed = good[:at] + data.draw(st.binary(max_size=30) | st.sampled_from(PIECES)) + good[at + length :]
    (tmp_path / "j").write_bytes(changed + b"\n" + line(id="eipalloc-2") + b"\n")

    kept = Journal(tmp_path / "j", REHEARSAL_ACCOUNT).remembered("elastic ip", REGION)

    assert "eipalloc-2" in kept
    assert all(TOPICS["elastic ip"].ids.fullmatch(id_) for id_ in kept)
    assert all(isinstance(text, str) for memory in kept.values() for text in (memory.because, *memory.facts.values()))
    assert len(passed_over(tmp_path / "j")) <= 1 + changed.count(b"\n")
