"""What could not be asked, or is no longer there as it was saved, is not taken for saved."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from carbuyer_cleanup.backup import bucket as buckets
from carbuyer_cleanup.backup import table as tables
from carbuyer_cleanup.backup.saving import SAVERS, Saver
from carbuyer_cleanup.kinds import bucket, key_pair, subnet, table
from strict_moto.faults import Fault, FaultKind, Faults

if TYPE_CHECKING:
    from pathlib import Path

    from carbuyer_cleanup.resource import Kind, Resource
    from tests.backup.savings import Saved


def _found(saved: Saved, kind: Kind) -> list[Resource]:
    return [one for one in saved.run(kind.find(saved.aws)) if one.ours]


def _secure(saved: Saved, resources: list[Resource]) -> dict[str, Exception]:
    errors: dict[str, Exception] = saved.run(saved.backup.secure(saved.aws, resources))
    return errors


def _deny(saved: Saved, call: str) -> None:
    saved.sandbox.faults = Faults((Fault(FaultKind.DENY, calls=call),))


def test_tags_that_are_refused_in_the_end(saved: Saved, monkeypatch: pytest.MonkeyPatch) -> None:
    """Tags that were told when a version was saved, and are not right before its deletion, may be others now."""

    async def save_and_deny(*which: Any) -> None:
        await buckets.save(*which)
        _deny(saved, "s3:GetObjectTagging")

    monkeypatch.setitem(SAVERS, "S3 objects", Saver(save_and_deny, buckets.renew_tags))
    before = saved.versions()

    assert "s3:GetObjectTagging" in str(saved.take_down(bucket.OBJECTS))
    assert saved.versions() == before


@pytest.mark.parametrize("call", ["ec2:DescribeRouteTables", "ec2:DescribeNetworkAcls"])
def test_what_hangs_on_it_is_not_told(whole: Saved, call: str) -> None:
    """A resource stays as long as nobody knows what its deletion changes besides."""
    subnets = _found(whole, subnet.KIND)
    _deny(whole, call)

    errors = _secure(whole, subnets)
    assert errors.keys() == {one.id for one in subnets}
    assert all(call in str(error) for error in errors.values())


def test_not_saved_the_first_time(saved: Saved) -> None:
    """What could not be saved is saved when it is tried again, and not before."""
    (pair,) = _found(saved, key_pair.KIND)
    _deny(saved, "ec2:DescribeKeyPairs")
    assert list(_secure(saved, [pair])) == [pair.id]
    assert not saved.backup.has_secured(pair.kind, pair.id)

    saved.sandbox.faults = Faults()
    assert _secure(saved, [pair]) == {}
    assert saved.backup.has_secured(pair.kind, pair.id)


def test_damaged_since_it_was_saved(saved: Saved) -> None:
    """What an earlier run has saved counts only as it was: else it is saved anew."""
    (pair,) = _found(saved, key_pair.KIND)
    assert _secure(saved, [pair]) == {}
    known = saved.backup.index.of(pair.kind, pair.id)
    assert known
    file: Path = saved.folder / str(known.facts["place"])
    was = file.read_bytes()
    file.write_bytes(was.replace(b"carbuyer", b"somebody"))
    saved.again()

    assert _secure(saved, [pair]) == {}
    assert file.read_bytes() == was


def test_table_changed_since(saved: Saved, monkeypatch: pytest.MonkeyPatch) -> None:
    """A table whose items are as they were saved, but not its tags, stays as well."""

    async def save_and_tag(*which: Any) -> None:
        await tables.save(*which)
        dynamodb = saved.client("dynamodb")
        arn = dynamodb.describe_table(TableName="User")["Table"]["TableArn"]
        dynamodb.tag_resource(ResourceArn=arn, Tags=[{"Key": "late", "Value": ""}])

    monkeypatch.setitem(SAVERS, "DynamoDB table", Saver(save_and_tag, tables.check))

    assert "Somebody changed the definition of" in str(saved.take_down(table.KIND))
    assert "User" in saved.tables()
