"""Distributions of the sandbox to test with."""

from __future__ import annotations

from typing import Any


def configuration(control: str = "", function: str = "", reference: str = "once") -> dict[str, Any]:
    """Return the configuration of a distribution that serves a bucket."""
    associated = {"LambdaFunctionARN": function, "EventType": "viewer-request"}
    origin = {
        "Id": "bucket",
        "DomainName": "carbuyer-fcj-bucket.s3.amazonaws.com",
        "S3OriginConfig": {"OriginAccessIdentity": ""},
        "OriginAccessControlId": control,
    }
    behavior: dict[str, Any] = {"TargetOriginId": "bucket", "ViewerProtocolPolicy": "allow-all"}
    if function:
        behavior["LambdaFunctionAssociations"] = {"Quantity": 1, "Items": [associated]}
    return {
        "CallerReference": reference,
        "Origins": {"Quantity": 1, "Items": [origin]},
        "DefaultCacheBehavior": behavior,
        "Comment": "",
        "Enabled": True,
    }


def make_distribution(cloudfront: Any, **parts: str) -> str:
    """Make a distribution and return its id."""
    tagged = {"DistributionConfig": configuration(**parts), "Tags": {"Items": [{"Key": "Name", "Value": "fcj"}]}}
    made: str = cloudfront.create_distribution_with_tags(DistributionConfigWithTags=tagged)["Distribution"]["Id"]
    return made


def disable(cloudfront: Any, number: str) -> str:
    """Disable a distribution and return the version that makes."""
    now = cloudfront.get_distribution_config(Id=number)
    config = now["DistributionConfig"] | {"Enabled": False}
    version: str = cloudfront.update_distribution(Id=number, IfMatch=now["ETag"], DistributionConfig=config)["ETag"]
    return version
