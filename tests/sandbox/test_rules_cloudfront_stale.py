"""CloudFront checks what a configuration names at each update, though it was there before."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.sandbox.refusals import refused

if TYPE_CHECKING:
    import boto3

HERE = "arn:aws:{}:us-east-1:111122223333:{}"
LOGGING = {"Enabled": True, "IncludeCookies": False, "Bucket": "gone.s3.amazonaws.com", "Prefix": ""}
CERTIFICATE = {"ACMCertificateArn": HERE.format("acm", "certificate/gone"), "SSLSupportMethod": "sni-only"}
FUNCTION = {"FunctionARN": "arn:aws:cloudfront::111122223333:function/gone", "EventType": "viewer-request"}
FUNCTIONS = {"FunctionAssociations": {"Quantity": 1, "Items": [FUNCTION]}}
BEHAVIOR: dict[str, Any] = {"TargetOriginId": "bucket", "ViewerProtocolPolicy": "allow-all"}
ORIGIN = {"Id": "bucket", "DomainName": "b.s3.amazonaws.com", "S3OriginConfig": {"OriginAccessIdentity": ""}}

# What a configuration names that is gone, and how AWS refuses it.
STALE: dict[str, dict[str, Any]] = {
    "InvalidArgument": {"Logging": LOGGING},
    "InvalidViewerCertificate": {"ViewerCertificate": CERTIFICATE},
    "InvalidWebACLId": {"WebACLId": HERE.format("wafv2", "global/webacl/gone/1")},
    "InvalidFunctionAssociation": {"DefaultCacheBehavior": BEHAVIOR | FUNCTIONS},
}


@pytest.fixture
def front(session: boto3.Session) -> Any:
    """Return a client of CloudFront."""
    return session.client("cloudfront")


def _config(**more: Any) -> dict[str, Any]:
    config = {"CallerReference": "once", "Origins": {"Quantity": 1, "Items": [ORIGIN]}, "Comment": "", "Enabled": True}
    return {**config, "DefaultCacheBehavior": BEHAVIOR, **more}


def _make(front: Any, config: dict[str, Any], *, tagged: bool) -> str:
    if tagged:
        tags: dict[str, Any] = {"Items": []}
        made = front.create_distribution_with_tags(
            DistributionConfigWithTags={"DistributionConfig": config, "Tags": tags}
        )
    else:
        made = front.create_distribution(DistributionConfig=config)
    return str(made["Distribution"]["Id"])


@pytest.mark.parametrize("tagged", [False, True])
@pytest.mark.parametrize("code", STALE)
def test_what_is_gone(front: Any, code: str, *, tagged: bool) -> None:
    """An update is refused while the configuration, sent back as it is, names what is gone; without it, it is taken."""
    number = _make(front, _config(**STALE[code]), tagged=tagged)
    shown = front.get_distribution_config(Id=number)
    with refused(code):
        front.update_distribution(Id=number, IfMatch=shown["ETag"], DistributionConfig=shown["DistributionConfig"])
    front.update_distribution(Id=number, IfMatch=shown["ETag"], DistributionConfig=_config())


def test_update_is_kept(front: Any, session: boto3.Session) -> None:
    """What an update sends is what is shown after it."""
    place: Any = {"LocationConstraint": "ap-southeast-1"}
    session.client("s3").create_bucket(Bucket="my-logs", CreateBucketConfiguration=place)
    code = {"FunctionConfig": {"Comment": "", "Runtime": "cloudfront-js-2.0"}, "FunctionCode": b"x"}
    made = front.create_function(Name="f", **code)["FunctionSummary"]["FunctionMetadata"]["FunctionARN"]
    functions = {"Quantity": 1, "Items": [FUNCTION | {"FunctionARN": made}]}
    number = _make(front, _config(), tagged=False)
    version = front.get_distribution_config(Id=number)["ETag"]
    logging, behavior = LOGGING | {"Bucket": "my-logs.s3.amazonaws.com"}, BEHAVIOR | {"FunctionAssociations": functions}
    config = _config(Logging=logging, DefaultCacheBehavior=behavior)
    front.update_distribution(Id=number, IfMatch=version, DistributionConfig=config)

    shown = front.get_distribution_config(Id=number)["DistributionConfig"]
    assert shown["Logging"] == logging
    assert shown["DefaultCacheBehavior"]["FunctionAssociations"] == functions
