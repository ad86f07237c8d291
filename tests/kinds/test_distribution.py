"""CloudFront distributions: which are the workshop's, and how they are deleted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from carbuyer_cleanup.errors import AwsError
from carbuyer_cleanup.kinds import origin_access_control
from carbuyer_cleanup.kinds.distribution import KIND
from strict_moto.quirks import Quirks
from strict_moto.rules import RULES
from strict_moto.world import After
from tests.choice import one_in
from tests.kinds.distributions import BUCKET, BUCKET_NAME, OTHER, control_ids, create, ids

if TYPE_CHECKING:
    from strict_moto.world import Params, Request, World
    from tests.kinds.accounts import Account


def disable(account: Account, distribution: str) -> None:
    """Disable a distribution; it is not deployed yet."""
    cloudfront = account.client("cloudfront")
    answer = cloudfront.get_distribution_config(Id=distribution)
    config = answer["DistributionConfig"] | {"Enabled": False}
    cloudfront.update_distribution(Id=distribution, IfMatch=answer["ETag"], DistributionConfig=config)


def test_estate(account: Account) -> None:
    """Distribution and access control go; a second run changes nothing."""
    account.build("distribution")
    account.take_down_each(KIND, origin_access_control.KIND)
    before = account.writes()
    account.take_down_each(KIND, origin_access_control.KIND)
    assert ids(account) == control_ids(account) == []
    assert account.calls("cloudfront:UpdateDistribution") == 1
    assert account.calls("cloudfront:DeleteDistribution") < 8  # not while it is being disabled, for minutes
    assert account.writes() == before


@pytest.mark.parametrize("minutes", [0, 60])
def test_disabled_already(account: Account, minutes: float) -> None:
    """One that somebody disabled, just now or long ago, is not disabled again."""
    disable(account, account.build("distribution").ids["fcj-cloudfront-carbuyer"])
    account.wait(60 * minutes)
    account.take_down(KIND)
    account.wait(600)  # a deleted one is listed a while longer
    assert ids(account) == []
    assert account.calls("cloudfront:UpdateDistribution") == 1


@pytest.mark.parametrize("code", ["DistributionNotDisabled", "PreconditionFailed"])
def test_refused_for_a_while(account: Account, code: str) -> None:
    """What AWS still answers when the distribution reads deployed is waited out."""
    account.build("distribution")
    account.sandbox.world.quirks = Quirks(distribution_lag=180, distribution_lag_code=code)
    account.take_down(KIND)
    assert ids(account) == []


@pytest.mark.parametrize("name", ["fcj-cloudfront-carbuyer", "carbuyer-x"])
def test_recognised_by_name(account: Account, name: str) -> None:
    """It is known by its tag, whatever it serves."""
    create(account, OTHER, name=name)
    account.take_down(KIND)
    assert ids(account) == []


@pytest.mark.parametrize(
    "domain", one_in(5, ["s3", "s3.us-west-2", "s3-us-west-2", "s3-website-us-west-2", "s3.dualstack.us-west-2"])
)
def test_recognised_by_origin(account: Account, domain: str) -> None:
    """One without a name is known by the workshop's bucket, in all the ways that AWS spells that."""
    account.build("bucket")
    create(account, f"carbuyer-fcj-bucket.{domain}.amazonaws.com")
    account.take_down(KIND)
    assert ids(account) == []


@pytest.mark.parametrize(
    ("origins", "facts", "why"),
    [
        ([BUCKET], {"name": "portfolio"}, f"it serves the bucket {BUCKET_NAME}, but its name is portfolio"),
        ([BUCKET], {"comment": "photos"}, f"it serves the bucket {BUCKET_NAME}, but its description is photos"),
        (
            [BUCKET],
            {"config": {"Aliases": {"Quantity": 1, "Items": ["www.example.com"]}}},
            f"it serves the bucket {BUCKET_NAME}, but it has the domain name www.example.com",
        ),
        ([BUCKET, OTHER], {}, f"it serves the bucket {BUCKET_NAME}, but also {OTHER}"),
        (["carbuyer-gone.s3.amazonaws.com"], {}, "it serves carbuyer-gone, which this account does not own"),
        ([OTHER], {"comment": "carbuyer-x of the workshop"}, "its description is carbuyer-x of the workshop"),
        (
            [OTHER],
            {"config": {"Aliases": {"Quantity": 1, "Items": ["carbuyer-shop.example.com"]}}},
            "its domain name is carbuyer-shop.example.com",
        ),
    ],
)
def test_doubtful(account: Account, origins: list[str], facts: dict[str, Any], why: str) -> None:
    """What may be the workshop's and may be somebody's site stays as it is, and is told."""
    account.build("bucket")
    made = create(account, *origins, **facts)
    taken = account.take_down(KIND)
    assert {r.id: r.why for r in taken.doubtful.values()} == {made: why}
    assert ids(account) == [made]
    assert account.calls("cloudfront:UpdateDistribution") == 0


@pytest.mark.parametrize(
    ("shown", "why"),
    [
        ({"ConnectionMode": "tenant-only"}, "it is multi-tenant: others' domain names may lead to it"),
        ({"Staging": True}, "it is a staging distribution: another one serves its site"),
    ],
)
def test_without_a_domain_name_of_its_own(account: Account, shown: dict[str, Any], why: str) -> None:
    """That nobody gave it a domain name says nothing of one whose visitors come by other distributions or tenants."""

    def told(_world: World, _request: Request, answer: Params) -> Params:
        listed = answer["DistributionList"]
        items = [one | shown | {"Aliases": {"Quantity": 0}} for one in listed.get("Items", ())]
        return {**answer, "DistributionList": listed | {"Items": items}}

    account.build("bucket")
    made = create(account, BUCKET)
    account.sandbox.use((*RULES, After("cloudfront:ListDistributions", told, "a test's own")))
    taken = account.take_down(KIND)
    assert {r.id: r.why for r in taken.doubtful.values()} == {made: f"it serves the bucket {BUCKET_NAME}, but {why}"}
    assert account.calls("cloudfront:UpdateDistribution") == 0


def test_bystanders(account: Account) -> None:
    """Those of other buckets stay enabled, whatever their descriptions and origins only look like."""
    account.build("bucket")
    others = [
        create(account, OTHER, name="mycarbuyer-x"),
        create(account, OTHER, name="prod-shop", comment="carbuyer-like shop"),
        create(account, "carbuyer-fcj-bucket.s3.amazonaws.com.example.org", name="other-site"),
        create(account, "carbuyer-magazine.s3.amazonaws.com", name="magazine"),
        create(account, OTHER, name="other"),
        create(account, "carbuyers-x.s3.amazonaws.com", comment="other"),
    ]
    taken = account.take_down(KIND)
    assert ids(account) == sorted(others)
    assert {r.name: r.why for r in taken.left_alone.values()} == {
        "mycarbuyer-x": "its name does not start with carbuyer-",
        "prod-shop": "its description is carbuyer-like shop, but its name is prod-shop",
        "magazine": "it serves carbuyer-magazine, which this account does not own, but its name is magazine",
    }
    assert taken.doubtful == {}
    assert account.calls("cloudfront:UpdateDistribution") == 0


def test_tags_denied(account: Account) -> None:
    """Tags that can't be read are not taken for none."""
    create(account, OTHER, name="carbuyer-x")
    account.deny("cloudfront:ListTagsForResource")
    with pytest.raises(AwsError, match="ListTagsForResource"):
        account.take_down(KIND)


def test_gone_since_it_was_listed(account: Account) -> None:
    """One whose tags AWS has no more is gone, though it is listed, and though it served our bucket."""
    account.client("s3").create_bucket(
        Bucket=BUCKET_NAME, CreateBucketConfiguration={"LocationConstraint": "ap-southeast-1"}
    )
    create(account, BUCKET)
    assert [one.ours for one in account.find(KIND)] == [True]

    account.wait(3600)
    account.refuse("cloudfront:ListTagsForResource", "NoSuchResource", holding="")

    assert account.find(KIND) == []
