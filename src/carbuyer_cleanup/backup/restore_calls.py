"""The calls that a restore makes, and the IAM actions that each needs. The suite's own calls create nothing.

Sources: Service Authorization Reference; what isn't named after its call, by the API reference. For the tag that they
are given, CreateBucket and CreateTable need more (CreateBucketConfiguration, "Tags"; CreateTable's "Tags").
"""

from __future__ import annotations

from typing import NamedTuple


class Restoring(NamedTuple):
    """A statement of the policy: its resources, as those of grants are written, and calls with their actions."""

    resources: tuple[str, ...]
    calls: dict[str, str]


RESTORING = {
    "RestoredBucket": Restoring(("s3:::{s3.bucket}",), {
        "s3:CreateBucket": "s3:CreateBucket s3:TagResource",
        "s3:DeleteBucketTagging": "s3:PutBucketTagging",
        "s3:GetBucketTagging": "s3:GetBucketTagging",
        "s3:ListMultipartUploads": "s3:ListBucketMultipartUploads",
        "s3:ListObjectVersions": "s3:ListBucketVersions",
        "s3:ListObjectsV2": "s3:ListBucket",
        "s3:PutBucketCors": "s3:PutBucketCORS",
        "s3:PutBucketTagging": "s3:PutBucketTagging",
        "s3:PutBucketVersioning": "s3:PutBucketVersioning",
    }),
    "RestoredObjects": Restoring(("s3:::{s3.bucket}/*",), {
        "s3:AbortMultipartUpload": "s3:AbortMultipartUpload",
        "s3:CompleteMultipartUpload": "s3:PutObject",
        "s3:CreateMultipartUpload": "s3:PutObject s3:PutObjectTagging",
        "s3:DeleteObject": "s3:DeleteObject",
        "s3:PutObject": "s3:PutObject s3:PutObjectTagging",
        "s3:UploadPart": "s3:PutObject",
    }),
    "RestoredTables": Restoring(("dynamodb:{region}:*:table/{dynamodb.table}",), {
        "dynamodb:BatchWriteItem": "dynamodb:BatchWriteItem",
        "dynamodb:CreateTable": "dynamodb:CreateTable dynamodb:TagResource",
        "dynamodb:DescribeTable": "dynamodb:DescribeTable",
        "dynamodb:DescribeTimeToLive": "dynamodb:DescribeTimeToLive",
        "dynamodb:ListTagsOfResource": "dynamodb:ListTagsOfResource",
        "dynamodb:TagResource": "dynamodb:TagResource",
        "dynamodb:UntagResource": "dynamodb:UntagResource",
        "dynamodb:UpdateTimeToLive": "dynamodb:UpdateTimeToLive",
    }),
}  # fmt: skip
