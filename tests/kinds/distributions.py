"""Distributions and origin access controls to test with."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.kinds.accounts import Account


BUCKET_NAME = "carbuyer-fcj-bucket"
BUCKET = f"{BUCKET_NAME}.s3.ap-southeast-1.amazonaws.com"
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
