"""CloudFront distributions whose configuration names something that is gone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from botocore.loaders import Loader
from botocore.model import ServiceModel

from carbuyer_cleanup.errors import AwsError
from carbuyer_cleanup.kinds.distribution import KIND
from carbuyer_cleanup.kinds.stale import PARTS
from tests.choice import one_in
from tests.kinds.distributions import OTHER, create, ids

if TYPE_CHECKING:
    from tests.kinds.accounts import Account


ACM = "arn:aws:acm:us-east-1:111122223333:certificate"
GONE = "arn:aws:cloudfront::111122223333:function/gone"
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
