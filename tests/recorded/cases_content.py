"""CloudFront and S3: whose each thing is, and what is refused."""

from __future__ import annotations

from carbuyer_cleanup.account import REHEARSAL_ACCOUNT as ME
from strict_moto.session import REGION
from tests.recorded.things import ACL, OTHER, Case, acl, arn, buckets, control, delivery, distributions

FOUND: dict[str, Case] = {
    "distribution-of-others-bucket": Case(
        "CloudFront distribution", distributions("other.s3.amazonaws.com", buckets=("other",)), {}
    ),
    "distribution-of-our-bucket": Case(
        "CloudFront distribution",
        distributions("carbuyer-b.s3.amazonaws.com", buckets=("carbuyer-b",)),
        {"E1": "ours"},
    ),
    "staging-distribution-of-our-bucket": Case(
        "CloudFront distribution",
        distributions("carbuyer-b.s3.amazonaws.com", buckets=("carbuyer-b",), Staging=True),
        {"E1": "doubtful"},
    ),
    "distribution-of-our-bucket-with-tenants": Case(
        "CloudFront distribution",
        distributions("carbuyer-b.s3.amazonaws.com", buckets=("carbuyer-b",), ConnectionMode="tenant-only"),
        {"E1": "doubtful"},
    ),
    "distribution-of-a-bucket-that-is-not-here": Case(
        "CloudFront distribution", distributions("carbuyer-b.s3.amazonaws.com"), {"E1": "doubtful"}
    ),
    "named-distribution-of-a-bucket-that-is-not-here": Case(
        "CloudFront distribution", distributions("carbuyer-b.s3.amazonaws.com", "x"), {"E1": "foreign"}
    ),
    "named-distribution-of-our-bucket": Case(
        "CloudFront distribution",
        distributions("carbuyer-b.s3.amazonaws.com", "x", ("carbuyer-b",)),
        {"E1": "doubtful"},
    ),
    "distribution-by-its-description": Case(
        "CloudFront distribution", distributions("example.org", Comment="carbuyer-x"), {"E1": "doubtful"}
    ),
    "control-named-after-others-bucket": Case(
        "origin access control", control("oac-other.s3.ap-southeast-1.amazonaws.com-abcdefghijk"), {}
    ),
    "control-named-after-our-bucket": Case(
        "origin access control", control("carbuyer-b.s3.ap-southeast-1.amazonaws.com"), {"oac-1": "ours"}
    ),
    "control-of-the-consoles-name-remembered": Case(
        "origin access control",
        control("other.s3.ap-southeast-1.amazonaws.com"),
        {"oac-1": "ours"},
        remembered=(("origin access control", "global", "oac-1", {}),),
    ),
    "control-of-a-name-remembered": Case(
        "origin access control",
        control("somebodys"),
        {"oac-1": "doubtful"},
        remembered=(("origin access control", "global", "oac-1", {}),),
    ),
    "control-that-others-use": Case(
        "origin access control", control("carbuyer-oac") | distributions("example.org", "x"), {"oac-1": "foreign"}
    ),
    "bucket-with-our-word-in-a-word": Case("S3 bucket", buckets("mycarbuyerphotos"), {"mycarbuyerphotos": "foreign"}),
    "bucket-with-our-word": Case("S3 bucket", buckets("an-carbuyer"), {"an-carbuyer": "doubtful"}),
    "bucket-of-a-near-miss": Case(
        "S3 bucket",
        distributions("other.s3.amazonaws.com", "mycarbuyer-x", ("other",)),
        {},
    ),
    "bucket-of-our-distribution": Case(
        "S3 bucket", distributions("other.s3.amazonaws.com", "carbuyer-x", ("other",)), {"other": "doubtful"}
    ),
    "bucket-remembered": Case(
        "S3 bucket", buckets("other"), {"other": "doubtful"}, remembered=(("origin bucket", "global", "other", {}),)
    ),
    "objects-of-a-doubtful-bucket": Case(
        "S3 objects",
        buckets("an-carbuyer") | {"s3:ListObjectVersions": {"Versions": [{"Key": "k", "VersionId": "v"}]}},
        {},
    ),
    "delete-markers-are-objects": Case(
        "S3 objects",
        buckets("carbuyer-b") | {"s3:ListObjectVersions": {"DeleteMarkers": [{"Key": "k", "VersionId": "v"}]}},
        {"carbuyer-b": "ours"},
    ),
    "unfinished-uploads-are-objects": Case(
        "S3 objects",
        buckets("carbuyer-b") | {"s3:ListMultipartUploads": {"Uploads": [{"Key": "k", "UploadId": "u"}]}},
        {"carbuyer-b": "ours"},
    ),
    "nothing-is-no-objects": Case("S3 objects", buckets("carbuyer-b"), {}),
    "acl-of-the-wizard": Case(
        "web ACL of CloudFront",
        acl("CreatedByCloudFront-1", "carbuyer-x"),
        {ACL.format("CreatedByCloudFront-1"): "ours"},
    ),
    "acl-of-a-name": Case(
        "web ACL of CloudFront", acl("somebodys", "carbuyer-x"), {ACL.format("somebodys"): "foreign"}
    ),
    "acl-of-a-near-miss": Case("web ACL of CloudFront", acl("CreatedByCloudFront-1", "mycarbuyer-x"), {}),
    "acl-remembered": Case(
        "web ACL of CloudFront",
        {
            "wafv2:ListWebACLs": {
                "WebACLs": [{"Name": "CreatedByCloudFront-1", "ARN": ACL.format("CreatedByCloudFront-1")}]
            }
        },
        {ACL.format("CreatedByCloudFront-1"): "ours"},
        remembered=(("web acl", "us-east-1", ACL.format("CreatedByCloudFront-1"), {}),),
    ),
    "acl-remembered-that-others-have-now": Case(
        "web ACL of CloudFront",
        acl("CreatedByCloudFront-1", "x"),
        {ACL.format("CreatedByCloudFront-1"): "foreign"},
        remembered=(("web acl", "us-east-1", ACL.format("CreatedByCloudFront-1"), {}),),
    ),
    "logs-of-our-distribution": Case(
        "log delivery", delivery("carbuyer-x"), {"d1": "ours", "s1": "ours", "CF-E1-s3": "ours"}
    ),
    "logs-of-a-distribution-that-nearly-is": Case("log delivery", delivery("mycarbuyer-x"), {}),
    "logs-of-another-source-to-our-destination": Case(
        "log delivery", delivery("carbuyer-x", source="s2"), {"s1": "ours"}
    ),
    "logs-of-another-distribution": Case("log delivery", delivery("carbuyer-x", of="E2"), {}),
    "logs-of-a-distribution-remembered": Case(
        "log delivery",
        delivery("x"),
        {"d1": "ours", "s1": "ours", "CF-E1-s3": "ours"},
        remembered=(("distribution", "global", arn("cloudfront", "distribution/E1"), {}),),
    ),
    "distribution-of-a-bucket-described-by-others": Case(
        "CloudFront distribution",
        distributions("carbuyer-b.s3.amazonaws.com", buckets=("carbuyer-b",), Comment="photos"),
        {"E1": "doubtful"},
    ),
    "distribution-of-a-bucket-with-a-domain": Case(
        "CloudFront distribution",
        distributions(
            "carbuyer-b.s3.amazonaws.com",
            buckets=("carbuyer-b",),
            Aliases={"Quantity": 1, "Items": ["www.example.org"]},
        ),
        {"E1": "doubtful"},
    ),
    "distribution-of-two-origins": Case(
        "CloudFront distribution",
        distributions(
            "carbuyer-b.s3.amazonaws.com",
            buckets=("carbuyer-b",),
            Origins={
                "Quantity": 2,
                "Items": [{"DomainName": "carbuyer-b.s3.amazonaws.com"}, {"DomainName": "example.org"}],
            },
        ),
        {"E1": "doubtful"},
    ),
    "bucket-in-the-accounts-namespace": Case(
        "S3 bucket",
        buckets(f"my-site-{ME}-{REGION}-an"),
        {f"my-site-{ME}-{REGION}-an": "ours"},
        names=("s3.bucket=my-site",),
    ),
    "bucket-in-anothers-namespace": Case(
        "S3 bucket", buckets(f"my-site-{OTHER}-{REGION}-an"), {}, names=("s3.bucket=my-site",)
    ),
}

DELETIONS: dict[str, Case] = {
    "bucket-of-somebodys-distribution": Case(
        "S3 bucket", distributions("carbuyer-b.s3.amazonaws.com", "x", ("carbuyer-b",), Comment="x")
    ),
    "bucket-of-our-distribution": Case(
        "S3 bucket",
        distributions("carbuyer-b.s3.amazonaws.com", "carbuyer-x", ("carbuyer-b",)),
        written=("s3:DeleteBucket",),
    ),
    "bucket-beside-somebodys-distribution": Case(
        "S3 bucket", distributions("example.org", "x", ("carbuyer-b",)), written=("s3:DeleteBucket",)
    ),
    "deliveries-before-their-ends": Case("log delivery", delivery("carbuyer-x"), written=("logs:DeleteDelivery",)),
    "distribution-that-is-enabled": Case(
        "CloudFront distribution",
        distributions("example.org", "carbuyer-x")
        | {"cloudfront:GetDistributionConfig": {"ETag": "1", "DistributionConfig": {"Enabled": True}}},
        written=("cloudfront:UpdateDistribution",),
    ),
}
