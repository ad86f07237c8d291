"""S3 buckets and what is in them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from carbuyer_cleanup.account import REHEARSAL_ACCOUNT
from carbuyer_cleanup.errors import AwsError, Blocked
from carbuyer_cleanup.kinds.bucket import KIND, OBJECTS
from strict_moto import estate_services as services
from strict_moto.builder import Builder
from strict_moto.quirks import Quirks
from strict_moto.rules import RULES, s3_objects
from strict_moto.world import Rule

if TYPE_CHECKING:
    from carbuyer_cleanup.resource import Kind
    from strict_moto.world import Request, World
    from tests.kinds.accounts import Account

NAME = "carbuyer-fcj-bucket"


def names(account: Account) -> list[str]:
    """Return the names of the buckets that there are."""
    account.wait(60)  # deleted ones stay in the list for a while
    return sorted(bucket["Name"] for bucket in account.client("s3").list_buckets()["Buckets"])


def create(account: Account, name: str = NAME, region: str = "ap-southeast-1", *, versioned: bool = True) -> None:
    """Make a bucket with an object in it."""
    s3 = account.client("s3", region)
    place = {} if region == "us-east-1" else {"CreateBucketConfiguration": {"LocationConstraint": region}}
    s3.create_bucket(Bucket=name, **place)
    if versioned:
        s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
    s3.put_object(Bucket=name, Key="a", Body=b"a")


def deny(account: Account, *actions: str) -> None:
    """Give the bucket a policy that denies everybody the actions."""
    resources = [f"arn:aws:s3:::{NAME}", f"arn:aws:s3:::{NAME}/*"]
    statement = {"Effect": "Deny", "Principal": "*", "Action": list(actions), "Resource": resources}
    policy = json.dumps({"Version": "2012-10-17", "Statement": statement})
    account.client("s3").put_bucket_policy(Bucket=NAME, Policy=policy)


def keys(account: Account) -> list[str]:
    """Return the keys of the versions and delete markers in the bucket."""
    listed = account.client("s3").list_object_versions(Bucket=NAME)
    return sorted(one["Key"] for part in ("Versions", "DeleteMarkers") for one in listed.get(part, ()))


def test_estate(account: Account) -> None:
    """The bucket goes with all versions and delete markers; its policy, which only allows, is not touched before."""
    account.build("bucket")
    account.take_down_each(OBJECTS, KIND)
    before = account.writes()
    account.take_down_each(OBJECTS, KIND)
    assert names(account) == []
    assert account.calls("s3:DeleteBucketPolicy") == 0
    assert account.writes() == before


@pytest.mark.exhaustive
def test_many_versions(account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    """More versions of one key than a page holds go page by page, and the list is read once."""
    monkeypatch.setattr(s3_objects, "PAGE", 10)
    create(account)
    for number in range(24):
        account.client("s3").put_object(Bucket=NAME, Key="b" if number else "c", Body=b"")
    account.take_down(OBJECTS)
    assert account.calls("s3:DeleteObjects") == 3
    assert account.calls("s3:ListObjectVersions") == 3 + 1  # the look before is the first page; and the look after
    assert keys(account) == []


@pytest.mark.parametrize("blocking", [False, True])
def test_unfinished_uploads(account: Account, *, blocking: bool) -> None:
    """Unfinished multipart uploads are aborted, whether or not they block."""
    account.sandbox.world.quirks = Quirks(multipart_uploads_block=blocking)
    create(account)
    for number in range(3):
        account.client("s3").create_multipart_upload(Bucket=NAME, Key=f"film-{number}")
    account.take_down(OBJECTS)
    assert account.client("s3").list_multipart_uploads(Bucket=NAME).get("Uploads", []) == []
    account.take_down(KIND)
    assert names(account) == []


@pytest.mark.parametrize(
    "actions", [["s3:DeleteBucket"], ["s3:ListBucketVersions"], ["s3:DeleteObjectVersion"], ["s3:*"]]
)
def test_denying_policy(account: Account, actions: list[str]) -> None:
    """A policy that denies what must be done is deleted first."""
    create(account)
    deny(account, *actions)
    account.take_down_each(OBJECTS, KIND)
    assert names(account) == []


def test_denied_otherwise(account: Account) -> None:
    """Where it is not the policy that denies, the policy stays, and the refusal is told."""
    account.build("bucket")
    account.deny("s3:DeleteObjects")
    with pytest.raises(AwsError, match="s3:DeleteObjects"):
        account.take_down(OBJECTS)
    assert account.client("s3").get_bucket_policy(Bucket=NAME)["Policy"]


def test_object_lock(account: Account) -> None:
    """A locked version is named and stays with its bucket; all else goes."""
    s3 = account.client("s3")
    place = {"LocationConstraint": "ap-southeast-1"}
    s3.create_bucket(Bucket=NAME, CreateBucketConfiguration=place, ObjectLockEnabledForBucket=True)
    for key in ("a", "locked", "z"):
        s3.put_object(Bucket=NAME, Key=key, Body=b"")
    s3.put_object_legal_hold(Bucket=NAME, Key="locked", LegalHold={"Status": "ON"})
    with pytest.raises(AwsError, match="1 left in carbuyer-fcj-bucket, first locked"):
        account.take_down(OBJECTS)
    assert keys(account) == ["locked"]


def test_keys_that_xml_cannot_carry(account: Account) -> None:
    """An object whose key has a control character goes, and spoils no call for the others."""
    create(account)
    for key in ("in\x10voice.pdf", "\x01", "b"):
        account.client("s3").put_object(Bucket=NAME, Key=key, Body=b"x")
    assert keys(account) == ["\x01", "a", "b", "in\x10voice.pdf"]
    account.take_down_each(OBJECTS, KIND)
    assert names(account) == []
    assert account.calls("s3:DeleteObject") == 2


def test_a_key_that_spoils_the_call(account: Account) -> None:
    """If AWS refuses a whole call because of some key, the others go, and that one by a call of its own."""
    create(account)
    for number in range(20):
        account.client("s3").put_object(Bucket=NAME, Key=f"b{number}", Body=b"x")
    account.refuse("s3:DeleteObjects", "InvalidRequest", holding="'b7'")
    account.take_down_each(OBJECTS, KIND)
    assert names(account) == []
    assert account.calls("s3:DeleteObjects") < 12


def test_written_meanwhile(account: Account) -> None:
    """What is written after the bucket was emptied, such as a log, is deleted with it."""
    create(account)
    account.take_down(OBJECTS)
    account.client("s3").put_object(Bucket=NAME, Key="late.log", Body=b"")
    account.take_down(KIND)
    assert names(account) == []


@pytest.mark.parametrize("region", ["us-east-1", "eu-west-1"])
def test_another_region(account: Account, region: str) -> None:
    """A bucket of the workshop goes wherever it is, and is asked for there at once."""
    create(account, region=region)
    account.take_down_each(OBJECTS, KIND)
    assert "PermanentRedirect" not in {entry.error for entry in account.sandbox.log}
    assert names(account) == []


def test_bystanders(account: Account) -> None:
    """Buckets of other names stay, full; so does one of ours by name that another account owns."""
    for name in ("mycarbuyer-x", "carbuyers-x", "other", "carbuyer-mine"):
        create(account, name, versioned=False)
    stranger = account.sandbox.session("444455556666").client("s3")
    stranger.create_bucket(Bucket=NAME, CreateBucketConfiguration={"LocationConstraint": "ap-southeast-1"})
    account.take_down(OBJECTS)
    taken = account.take_down(KIND)
    assert names(account) == ["carbuyers-x", "mycarbuyer-x", "other"]
    assert set(taken.left_alone) == {"mycarbuyer-x", "carbuyers-x"}
    assert [bucket["Name"] for bucket in stranger.list_buckets()["Buckets"]] == [NAME]
    assert account.client("s3").list_objects_v2(Bucket="other")["KeyCount"] == 1


def test_access_point(account: Account) -> None:
    """Access points are named: somebody made them by hand."""
    create(account)
    account.client("s3control").create_access_point(AccountId=account.aws.account, Name="films", Bucket=NAME)
    account.take_down(OBJECTS)
    with pytest.raises(Blocked, match=r"access points \(films\)"):
        account.take_down(KIND)
    assert names(account) == [NAME]


def test_own_name(account: Account) -> None:
    """Bucket names are the world's: a participant's own, given with --name, is ours too."""
    account.aws.workshop = account.aws.workshop.with_names("s3.bucket=films-of-an")
    create(account, "films-of-an")
    account.take_down_each(OBJECTS, KIND)
    assert names(account) == []


@pytest.mark.parametrize(("account_id", "ours"), [(REHEARSAL_ACCOUNT, True), ("999999999999", False)])
def test_own_name_in_the_accounts_namespace(account: Account, account_id: str, *, ours: bool) -> None:
    """The console has added account and Region to the name that was typed, which the manifest has."""
    account.aws.workshop = account.aws.workshop.with_names("s3.bucket=films-of-an")
    create(account, f"films-of-an-{account_id}-ap-southeast-1-an")
    assert [r.ours for r in account.find(KIND)] == [True] * ours


def test_whose_the_bucket_must_be(account: Account) -> None:
    """Every call says so: a bucket's name may be another account's by the time that it is emptied."""
    account.build("bucket")
    calls = ("s3:ListObjectVersions", "s3:DeleteObjects", "s3:ListMultipartUploads", "s3:DeleteBucket")
    account.sandbox.use((*(Rule(call, _not_said, "AccessDenied", "whose?", "none", 403) for call in calls), *RULES))

    account.take_down_each(OBJECTS, KIND)

    account.sandbox.use(RULES)
    assert names(account) == []


def _not_said(_world: World, request: Request) -> bool:
    return bool(request.params.get("ExpectedBucketOwner") != request.account)


@pytest.mark.parametrize("kind", [OBJECTS, KIND], ids=lambda kind: kind.name)
def test_served_by_others(account: Account, kind: Kind) -> None:
    """A bucket that somebody else's distribution serves is neither emptied nor deleted; the distribution is named."""
    builder = account.build("bucket")
    services.distribution(builder, "portfolio-site")
    with pytest.raises(Blocked, match="the CloudFront distribution portfolio-site"):
        account.take_down(kind)
    assert names(account) == [NAME]
    assert account.calls("s3:DeleteObjects") == 0


def test_of_a_name_of_its_own(account: Account) -> None:
    """One behind the workshop's distribution, or with the workshop's word in its name, is doubtful; others aren't."""
    builder = Builder(account.session)
    for name in ("lan-photos", "fcj-carbuyer-bucket", "mycarbuyer-x", "other"):
        create(account, name)
    services.distribution(builder, origin="lan-photos")
    taken = account.take_down(KIND)
    assert set(taken.doubtful) == {"lan-photos", "fcj-carbuyer-bucket"}
    assert len(names(account)) == 4
