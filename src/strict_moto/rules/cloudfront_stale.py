"""CloudFront checks the whole configuration at each update, even settings that are years old."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from strict_moto.world import After, Rule

if TYPE_CHECKING:
    from strict_moto.world import Params, Request, World

US_EAST_1 = "us-east-1"  # where CloudFront's certificates are
UPDATE = "cloudfront:UpdateDistribution"
MODEL = "botocore's model of CloudFront: errors of the call; text unverified"


def _config(request: Request) -> Params:
    config: Params = request.params.get("DistributionConfig") or {}
    return config


def _no_log_bucket(world: World, request: Request) -> Params | None:
    logging = _config(request).get("Logging") or {}
    bucket = logging.get("Bucket", "").partition(".s3")[0]
    known = world.backend("s3", request.account, "aws").buckets
    return {"bucket": logging["Bucket"]} if logging.get("Enabled") and bucket not in known else None


def _no_certificate(world: World, request: Request) -> bool:
    arn = (_config(request).get("ViewerCertificate") or {}).get("ACMCertificateArn")
    certificates = world.backend("acm", request.account, US_EAST_1)._certificates  # noqa: SLF001 - moto has no public name
    return bool(arn) and arn not in certificates


def _no_web_acl(world: World, request: Request) -> bool:
    arn = _config(request).get("WebACLId")
    return bool(arn) and arn not in world.backend("wafv2", request.account, "global").wacls


def _no_function(world: World, request: Request) -> bool:
    functions = world.backend("cloudfront", request.account, "aws").functions.values()
    associations = _config(request).get("DefaultCacheBehavior", {}).get("FunctionAssociations") or {}
    used = {one["FunctionARN"] for one in associations.get("Items", ())}
    return bool(used - {function.arn for function in functions})


def _keep(world: World, request: Request, answer: Params) -> Params:
    """Keep the settings that moto drops: logging, certificate and functions."""
    from moto.cloudfront.models import Logging, ViewerCertificate  # noqa: PLC0415 - moto costs a second to import

    distribution = world.backend("cloudfront", request.account, "aws").distributions[answer["Distribution"]["Id"]]
    sent = _config(request) or request.params["DistributionConfigWithTags"]["DistributionConfig"]
    kept: Any = distribution.distribution_config
    kept.Logging = Logging(sent.get("Logging") or {})
    kept.ViewerCertificate = ViewerCertificate(sent.get("ViewerCertificate") or {})
    functions = sent["DefaultCacheBehavior"].get("FunctionAssociations")
    kept.DefaultCacheBehavior.function_associations = functions or {"Quantity": 0}
    return answer


RULES = (
    Rule(
        UPDATE,
        _no_log_bucket,
        "InvalidArgument",
        "The S3 bucket that you specified for CloudFront logs doesn't exist: {bucket}",
        "hashicorp/terraform-provider-aws#43609",
    ),
    Rule(
        UPDATE,
        _no_certificate,
        "InvalidViewerCertificate",
        "The specified SSL certificate doesn't exist, isn't in us-east-1 region, isn't valid, or doesn't include a "
        "valid certificate chain.",
        "serverless-nextjs/serverless-next.js#789",
    ),
    Rule(UPDATE, _no_web_acl, "InvalidWebACLId", "The web ACL that is specified does not exist.", MODEL),
    Rule(UPDATE, _no_function, "InvalidFunctionAssociation", "The function that is associated does not exist.", MODEL),
    *(
        After(f"cloudfront:{operation}", _keep, "moto 5.2.5 drops these parts")
        for operation in ("CreateDistribution", "CreateDistributionWithTags", "UpdateDistribution")
    ),
)
