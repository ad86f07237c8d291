"""CloudFront distributions and their origin access controls."""

from __future__ import annotations

from datetime import UTC, datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import pytest
from botocore.loaders import Loader
from botocore.model import ServiceModel

from carbuyer_cleanup.errors import AwsError, Blocked
from carbuyer_cleanup.kinds import origin_access_control
from carbuyer_cleanup.kinds.distribution import KIND
from carbuyer_cleanup.kinds.stale import PARTS
from strict_moto.quirks import Quirks
from tests.choice import one_in

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.kinds.accounts import Account

BUCKET_NAME = "carbuyer-fcj-bucket"
BUCKET = f"{BUCKET_NAME}.s3.ap-southeast-1.amazonaws.com"
ACM = "arn:aws:acm:us-east-1:111122223333:certificate"
GONE = "arn:aws:cloudfront::111122223333:function/gone"
NOTHING: Mapping[str, Any] = MappingProxyType({})
OTHER = "other.s3.ap-southeast-1.amazonaws.com"


def ids(account: Account) -> list[str]:
    """Return the ids of the distributions that there are."""
    shown = account.client("cloudfront").list_distributions()["DistributionList"]
    return sorted(d["Id"] for d in shown.get("Items", ()))


def control_ids(account: Account) -> list[str]:
    """Return the ids of the origin access controls that there are."""
    shown = account.client("cloudfront").list_origin_access_controls()["OriginAccessControlList"]
    return sorted(c["Id"] for c in shown.get("Items", ()))


def create(  # noqa: PLR0913 - a distribution has as many parts
    account: Account,
    *origins: str,
    name: str = "",
    comment: str = "",
    control: str = "",
    config: Mapping[str, Any] = NOTHING,
    behavior: Mapping[str, Any] = NOTHING,
) -> str:
    """Make a distribution, deployed and enabled, with more of its configuration, and return its id."""
    s3 = {"OriginAccessControlId": control, "S3OriginConfig": {"OriginAccessIdentity": ""}}
    custom = {"CustomOriginConfig": {"HTTPPort": 80, "HTTPSPort": 443, "OriginProtocolPolicy": "https-only"}}
    items = [{"Id": o, "DomainName": o, **(s3 if o.endswith(".amazonaws.com") else custom)} for o in origins]
    usual = {"TargetOriginId": origins[0], "ViewerProtocolPolicy": "allow-all", "CachePolicyId": "x"}
    whole: dict[str, Any] = {
        "CallerReference": f"{name}{comment}{origins}",
        "Comment": comment,
        "Enabled": True,
        "Origins": {"Quantity": len(items), "Items": items},
        "DefaultCacheBehavior": usual | dict(behavior),
        **config,
    }
    tags = {"Items": [{"Key": "Name", "Value": name}] if name else []}
    made = account.client("cloudfront").create_distribution_with_tags(
        DistributionConfigWithTags={"DistributionConfig": whole, "Tags": tags}
    )
    account.wait(600)
    return str(made["Distribution"]["Id"])


def create_control(account: Account, name: str) -> str:
    """Make an origin access control and return its id."""
    config = {"Name": name, "SigningProtocol": "sigv4", "SigningBehavior": "always"}
    made = account.client("cloudfront").create_origin_access_control(
        OriginAccessControlConfig=config | {"OriginAccessControlOriginType": "s3"}
    )
    return str(made["OriginAccessControl"]["Id"])


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
    "domain", ["s3", "s3.us-west-2", "s3-us-west-2", "s3-website-us-west-2", "s3.dualstack.us-west-2"]
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


def test_pricing_plan(account: Account) -> None:
    """One on a flat-rate plan is disabled; then the step ends at once, and says what to do."""
    distribution = account.build("distribution").ids["fcj-cloudfront-carbuyer"]
    account.sandbox.world.recall("pricing-plans", account.aws.account)[distribution] = ("PRO",)
    with pytest.raises(Blocked, match=r"flat-rate pricing plan.*cancel the plan"):
        account.take_down(KIND)
    assert account.calls("cloudfront:DeleteDistribution") == 1
    shown = account.client("cloudfront").get_distribution(Id=distribution)["Distribution"]
    assert not shown["DistributionConfig"]["Enabled"]


STALE: list[tuple[dict[str, Any], dict[str, Any], str]] = [
    (
        {"Logging": {"Enabled": True, "IncludeCookies": False, "Bucket": "gone.s3.amazonaws.com", "Prefix": ""}},
        {},
        "Arg",
    ),
    ({"ViewerCertificate": {"ACMCertificateArn": f"{ACM}/gone", "SSLSupportMethod": "sni-only"}}, {}, "Certificate"),
    ({"WebACLId": "arn:aws:wafv2:us-east-1:111122223333:global/webacl/gone/1"}, {}, "WebACLId"),
    (
        {},
        {"FunctionAssociations": {"Quantity": 1, "Items": [{"FunctionARN": GONE, "EventType": "viewer-request"}]}},
        "Fun",
    ),
]


@pytest.mark.parametrize("several", one_in(2, [False, True]))
@pytest.mark.parametrize("stale", one_in(4, STALE))
def test_configuration_that_aws_takes_no_more(
    account: Account, stale: tuple[dict[str, Any], dict[str, Any], str], *, several: bool
) -> None:
    """A distribution whose log bucket, certificate, web ACL or function is gone is disabled without it, and deleted."""
    top, behavior, code = stale
    more = {"WebACLId": STALE[2][0]["WebACLId"]} if several else {}
    create(account, OTHER, name="carbuyer-x", config=more | top, behavior=behavior)
    account.take_down(KIND)
    assert ids(account) == []
    errors = [entry.error for entry in account.sandbox.log if entry.call == "cloudfront:UpdateDistribution"]
    assert code in str(errors[0]) or several
    assert len(errors) == 2 + (several and "WebACLId" not in top)


def test_configuration_that_aws_never_takes(account: Account) -> None:
    """If nothing can be left out any more, AWS's answer is told."""
    create(account, OTHER, name="carbuyer-x")
    account.refuse("cloudfront:UpdateDistribution", "InvalidArgument", holding="carbuyer")
    with pytest.raises(AwsError, match=r"InvalidArgument.*disable it in the CloudFront console"):
        account.take_down(KIND)


def test_every_part_is_one_of_botocores() -> None:
    """What may be left out of a configuration is what CloudFront's model has there."""
    model = ServiceModel(Loader().load_service_model("cloudfront", "service-2"))
    shapes: list[Any] = [model.shape_for(name) for name in ("DistributionConfig", "DefaultCacheBehavior", "Origin")]
    named = [{name for part in PARTS for name in part[place]} for place in (1, 2, 3)]
    assert [names - set(shape.members) for names, shape in zip(named, shapes, strict=True)] == [set(), set(), set()]


@pytest.mark.parametrize(
    ("plan", "said"),
    [
        (("PRO",), "it is on the pricing plan PRO (USD 15 a month), which goes on when it is disabled: cancel it"),
        (("FREE",), "it is on the pricing plan FREE (USD 0 a month)"),
        (("ULTRA",), "it is on the pricing plan ULTRA (at a price this suite doesn't know)"),
        (("PRO", datetime(2026, 12, 1, tzinfo=UTC)), "PRO (USD 15 a month) is cancelled and ends on 2026-12-01"),
    ],
)
def test_pricing_plan_is_told_beforehand(account: Account, plan: tuple[Any, ...], said: str) -> None:
    """The plan says what it costs and what must come first, before anything is disabled; others' plans are theirs."""
    distribution = account.build("distribution").ids["fcj-cloudfront-carbuyer"]
    other = create(account, OTHER, name="mycarbuyer-x")
    account.sandbox.world.recall("pricing-plans", account.aws.account).update({distribution: plan, other: plan})

    found = {resource.id: resource.line for resource in account.find(KIND)}

    assert said in found[distribution]
    assert "plan" not in found[other]
    assert account.calls("cloudfront:UpdateDistribution") == 0


def test_pricing_plan_not_known(account: Account) -> None:
    """That the plans can't be listed is told, and keeps nothing from being deleted."""
    account.build("distribution")
    account.deny("pricing-plan-manager:ListSubscriptions")

    (found,) = account.find(KIND)

    assert "whether it is on a pricing plan could not be looked up (AccessDeniedException)" in found.line
    account.take_down(KIND)
    assert ids(account) == []


def test_tags_denied(account: Account) -> None:
    """Tags that can't be read are not taken for none."""
    create(account, OTHER, name="carbuyer-x")
    account.deny("cloudfront:ListTagsForResource")
    with pytest.raises(AwsError, match="ListTagsForResource"):
        account.take_down(KIND)


def test_access_controls(account: Account) -> None:
    """Those of the workshop's name, or its bucket's, go; one that another distribution uses stays, with others."""
    for name in ("carbuyer-x", BUCKET, f"oac-{BUCKET}-mabc12"):
        create_control(account, name)
    used, other = create_control(account, "carbuyer-used"), create_control(account, OTHER)
    distribution = create(account, OTHER, control=used)
    taken = account.take_down(origin_access_control.KIND)
    assert control_ids(account) == sorted([used, other])
    assert [r.why for r in taken.left_alone.values()] == [
        f"the distribution {distribution}, not the workshop's, uses it"
    ]


def test_control_of_foreign_name(account: Account) -> None:
    """One of another name that the workshop's distribution used is doubtful, which only the journal tells later."""
    control = create_control(account, "my-control")
    create(account, OTHER, name="carbuyer-x", control=control)
    account.take_down(KIND)
    taken = account.take_down(origin_access_control.KIND)
    assert [r.id for r in taken.doubtful.values()] == control_ids(account) == [control]


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
