"""What is changed after it was saved, and before it is deleted: it is saved anew, or it stays."""

from __future__ import annotations

import gzip
import json
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from carbuyer_cleanup.backup import definitions
from carbuyer_cleanup.backup.definitions import DEFINITIONS
from carbuyer_cleanup.backup.saving import NEVER_DELETED, SAVERS, Backup, Saver
from carbuyer_cleanup.kinds import log_group, security_group
from carbuyer_cleanup.teardown.plan import ORDER
from strict_moto import estate
from tests.backup.changers import CHANGES, TAG, add_event
from tests.backup.savings import BUCKET, KINDS, Saved

if TYPE_CHECKING:
    from carbuyer_cleanup.resource import Resource

GROUP = "/aws/lambda/carbuyer-email-service"


# Asked for by another way (tests/backup/test_saving.py), never deleted, or not to be had together with the others.
ELSEWHERE = {*NEVER_DELETED, "DynamoDB table", "S3 objects"}
# moto can't change these.
NOT_CHANGED = {
    "EC2 Instance Connect endpoint", "Lambda test events", "log delivery", "log delivery source",
    "log delivery destination",
}  # fmt: skip
NOT_THERE = {
    "EBS volume", "egress-only internet gateway", "base path mapping", "HTTP API", "event source mapping",
    "virtual MFA device",
}  # fmt: skip


# What no row names: of a kind that is added, AWS tells something else when it is asked again.
UNNAMED = SAVERS.keys() - CHANGES.keys() - ELSEWHERE - NOT_CHANGED - NOT_THERE


def _telling_something_else(sort: str, changed: dict[tuple[str, str], Resource], monkeypatch: Any) -> None:
    """Let AWS tell something else of each resource when it was saved for the first time."""
    ask = DEFINITIONS[sort].ask

    async def asked(aws: Any, one: Resource) -> Any:
        told = await ask(aws, one)
        return told | {"Changed": "since"} if (one.kind, one.id) in changed else told

    async def save_and_change(aws: Any, backup: Backup, one: Resource) -> None:
        await definitions.save(asked, aws, backup, one)
        changed.setdefault((one.kind, one.id), one)

    renew = partial(definitions.renew, asked, save_and_change)
    monkeypatch.setitem(SAVERS, sort, Saver(save_and_change, renew))


def _changing(kind: str, session: Any, changed: dict[tuple[str, str], Resource], monkeypatch: Any) -> None:
    """Let somebody change each resource of a kind when it was saved for the first time."""
    save, renew = SAVERS[kind]

    async def save_and_change(aws: Any, backup: Backup, one: Resource) -> None:
        await save(aws, backup, one)
        if (one.kind, one.id) not in changed:
            changed[one.kind, one.id] = one
            CHANGES[kind](session, one)

    monkeypatch.setitem(SAVERS, kind, Saver(save_and_change, renew))


def _place(saved: Saved, kind: str, id_: str) -> str:
    known = saved.backup.index.of(kind, id_)
    assert known
    return str(known.facts["place"])


@pytest.mark.exhaustive
def test_definition_changed_since(whole: Saved, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of every kind: what was changed since it was saved is saved anew, and nothing else is."""
    changed: dict[tuple[str, str], Resource] = {}
    for kind in CHANGES:
        _changing(kind, whole.session, changed, monkeypatch)
    for sort in UNNAMED:
        _telling_something_else(sort, changed, monkeypatch)
    for step in ORDER:
        ours = [one for one in whole.run(step.find(whole.aws)) if one.ours and one.kind not in ELSEWHERE]
        assert whole.run(whole.backup.secure(whole.aws, ours)) == {}
        for one in ours:
            files = [file.path for file in whole.backup.index.files(one.kind, one.id)]
            described = [path for path in files if path.endswith(".json") and "openapi" not in path]
            assert len(described) == 1 + ((one.kind, one.id) in changed), (one, files)
            assert _place(whole, one.kind, one.id) == max(described, key=len)
    assert {kind for kind, _ in changed} == (CHANGES.keys() | UNNAMED) - NOT_THERE


def test_rule_changed_since(saved: Saved, monkeypatch: pytest.MonkeyPatch) -> None:
    """A security group goes with the rule that somebody has added, and the backup has that."""
    estate.create(saved.session, ("security_group",))
    changed: dict[tuple[str, str], Resource] = {}
    _changing("security group", saved.session, changed, monkeypatch)

    assert saved.take_down(security_group.KIND) is None
    for kind, id_ in changed:
        assert "10.9.9.0/24" in (saved.folder / _place(saved, kind, id_)).read_text("utf-8")
    assert len(changed) > 1


def test_changed_again_and_again(saved: Saved, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is another each time that it is looked at stays; all else goes."""
    estate.create(saved.session, ("security_group",))
    save, renew = SAVERS["security group"]
    ports = iter(range(1, 100))

    async def change(aws: Any, backup: Backup, one: Resource) -> None:
        await save(aws, backup, one)
        port = next(ports)
        rule = {"IpProtocol": "tcp", "FromPort": port, "ToPort": port, "IpRanges": [{"CidrIp": "10.9.9.0/24"}]}
        if one.name == "carbuyer-alb-sg":
            saved.client("ec2").authorize_security_group_ingress(GroupId=one.id, IpPermissions=[rule])

    async def renew_and_change(aws: Any, backup: Backup, one: Resource) -> bool:
        has_changed = await renew(aws, backup, one)
        await change(aws, backup, one)
        return has_changed

    monkeypatch.setitem(SAVERS, "security group", Saver(change, renew_and_change))
    before = {one["GroupName"] for one in saved.client("ec2").describe_security_groups()["SecurityGroups"]}

    error = str(saved.take_down(security_group.KIND))
    after = {one["GroupName"] for one in saved.client("ec2").describe_security_groups()["SecurityGroups"]}
    assert "changed again and again while it was being saved" in error, (error, before)
    assert len(after) < len(before)


def test_bucket_and_tags_changed_since(saved: Saved, monkeypatch: pytest.MonkeyPatch) -> None:
    """The tags of an object, and those of its bucket, are saved as they are when it goes."""
    key = "Database/User.json"

    def tag(session: Any, one: Resource) -> None:
        session.client("s3").put_object_tagging(Bucket=one.id, Key=key, Tagging={"TagSet": [TAG]})

    monkeypatch.setitem(CHANGES, "S3 objects", tag)
    for kind in ("S3 objects", "S3 bucket"):
        _changing(kind, saved.session, {}, monkeypatch)

    assert [saved.take_down(kind) for kind in KINDS] == [None] * 3
    newest = [one for one in saved.backup.index.objects(BUCKET, "version") if one.entry.key == key][-1]
    assert newest.facts["tags"] == [TAG]
    place = _place(saved, "S3 bucket", BUCKET)
    assert json.loads((saved.folder / place).read_text("utf-8"))["GetBucketTagging"]["TagSet"] == [TAG]


def test_listed_and_gone(saved: Saved) -> None:
    """A bucket that the list still has, and nothing else tells of, is waited for until the list has it no more."""
    assert [saved.take_down(kind) for kind in KINDS[:-1]] == [None] * 2
    saved.client("s3").delete_bucket(Bucket=BUCKET)
    saved.again()

    assert saved.take_down(KINDS[-1]) is None
    assert saved.client("s3").list_buckets()["Buckets"] == []


def _events(saved: Saved) -> list[set[str]]:
    files = [path.read_bytes() for path in (saved.folder / "log-group").glob("*/*.gz")]
    files += [path.read_bytes() for path in (saved.folder / "log-group").glob("*.gz")]
    return [{json.loads(line)["message"] for line in gzip.decompress(file).splitlines()} for file in files]


def test_late_event(saved: Saved, monkeypatch: pytest.MonkeyPatch) -> None:
    """An event that arrives when the others were saved, with an old time, is saved before the group goes."""
    saved.client("logs").create_log_group(logGroupName=GROUP)
    changed: dict[tuple[str, str], Resource] = {}
    _changing("log group", saved.session, changed, monkeypatch)

    assert saved.take_down(log_group.OF_FUNCTION) is None
    assert len(changed) == 1
    assert any("late" in events for events in _events(saved))
    assert saved.client("logs").describe_log_groups()["logGroups"] == []


def test_event_that_cannot_be_saved(saved: Saved, monkeypatch: pytest.MonkeyPatch) -> None:
    """A group into which somebody writes all the time stays."""
    saved.client("logs").create_log_group(logGroupName=GROUP)
    save, renew = SAVERS["log group"]
    numbers = iter(range(100))

    async def renew_and_write(aws: Any, backup: Backup, one: Resource) -> bool:
        add_event(saved.session, one, f"late-{next(numbers)}")
        return await renew(aws, backup, one)

    monkeypatch.setitem(SAVERS, "log group", Saver(save, renew_and_write))

    assert "changed again and again" in str(saved.take_down(log_group.OF_FUNCTION))
    assert len(saved.client("logs").describe_log_groups()["logGroups"]) == 1
