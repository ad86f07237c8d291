"""The calls that a backup makes besides those of the kinds, and what IAM must allow for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from carbuyer_cleanup.call import grant, read

if TYPE_CHECKING:
    from carbuyer_cleanup.call import Call

# A bucket without a configuration is answered with an error: Amazon S3 API reference, "Error responses".
SAVING: dict[str, Call] = {
    "s3:GetObject": read("NoSuchKey", "NoSuchVersion", "NoSuchBucket"),
    "s3:HeadObject": read("NoSuchKey", "NoSuchVersion", "NoSuchBucket"),
    # MethodNotAllowed: a delete marker has its id now ("Working with delete markers"), which may be null.
    "s3:GetObjectTagging": read("NoSuchKey", "NoSuchVersion", "NoSuchBucket", "MethodNotAllowed", has="TagSet"),
    "s3:GetBucketVersioning": read("NoSuchBucket"),
    "s3:GetBucketTagging": read("NoSuchBucket", "NoSuchTagSet"),
    "s3:GetBucketCors": read("NoSuchBucket", "NoSuchCORSConfiguration"),
    "s3:GetBucketEncryption": read("NoSuchBucket", "ServerSideEncryptionConfigurationNotFoundError"),
    "s3:GetBucketLifecycleConfiguration": read("NoSuchBucket", "NoSuchLifecycleConfiguration"),
    "s3:GetBucketWebsite": read("NoSuchBucket", "NoSuchWebsiteConfiguration"),
    "s3:GetBucketOwnershipControls": read("NoSuchBucket", "OwnershipControlsNotFoundError"),
    "s3:GetPublicAccessBlock": read("NoSuchBucket", "NoSuchPublicAccessBlockConfiguration"),
    "s3:GetBucketNotificationConfiguration": read("NoSuchBucket"),
    "s3:GetBucketLogging": read("NoSuchBucket"),
    "dynamodb:Scan": read(has="Items"),
    "dynamodb:ListTagsOfResource": read("ResourceNotFoundException"),
    "dynamodb:DescribeTimeToLive": read("ResourceNotFoundException", has="TimeToLiveDescription"),
    "lambda:GetFunction": read("ResourceNotFoundException"),
    "lambda:ListVersionsByFunction": read("ResourceNotFoundException"),
    "lambda:ListAliases": read("ResourceNotFoundException"),
    "apigateway:GetExport": read("NotFoundException"),
    "apigateway:GetStages": read("NotFoundException", has="item"),
    "apigateway:GetResources": read("NotFoundException"),
    "apigateway:GetAuthorizers": read("NotFoundException"),
    "apigateway:GetModels": read("NotFoundException"),
    "apigateway:GetRequestValidators": read("NotFoundException"),
    "apigateway:GetGatewayResponses": read("NotFoundException"),
    "apigatewayv2:ExportApi": read("NotFoundException"),
    "apigatewayv2:GetStages": read("NotFoundException"),
    "apigatewayv2:GetRoutes": read("NotFoundException"),
    "apigatewayv2:GetIntegrations": read("NotFoundException"),
    "elbv2:DescribeListeners": read("ListenerNotFound", "LoadBalancerNotFound"),
    "elbv2:DescribeRules": read("ListenerNotFound"),
    "elbv2:DescribeLoadBalancerAttributes": read("LoadBalancerNotFound", has="Attributes"),
    "elbv2:DescribeListenerAttributes": read("ListenerNotFound", has="Attributes"),
    "elbv2:DescribeListenerCertificates": read("ListenerNotFound"),
    "elbv2:DescribeTargetGroupAttributes": read("TargetGroupNotFound", has="Attributes"),
    "elbv2:DescribeTags": read(
        "LoadBalancerNotFound", "ListenerNotFound", "RuleNotFound", "TargetGroupNotFound", has="TagDescriptions"
    ),
    "elbv2:DescribeTargetHealth": read("TargetGroupNotFound", has="TargetHealthDescriptions"),
    "ec2:DescribeInstanceAttribute": read("InvalidInstanceID.NotFound", has="InstanceId"),
    "ec2:DescribeVpcAttribute": read("InvalidVpcID.NotFound", has="VpcId"),
    "iam:GetRole": read("NoSuchEntity", has="Role"),
    "iam:GetInstanceProfile": read("NoSuchEntity", has="InstanceProfile"),
    "iam:ListPolicyTags": read("NoSuchEntity"),
    "lambda:ListTags": read("ResourceNotFoundException"),
    "logs:ListTagsForResource": read("ResourceNotFoundException"),
    "wafv2:ListTagsForResource": read("WAFNonexistentItemException"),
    "schemas:DescribeSchema": read("NotFoundException", has="Content"),
    "logs:FilterLogEvents": read("ResourceNotFoundException", has="events"),
}

GRANTS = (
    grant(
        "SavedBucket",
        "s3:GetObject s3:HeadObject s3:GetObjectTagging s3:GetBucketVersioning s3:GetBucketTagging s3:GetBucketCors "
        "s3:GetBucketEncryption s3:GetBucketLifecycleConfiguration s3:GetBucketWebsite s3:GetBucketOwnershipControls "
        "s3:GetPublicAccessBlock s3:GetBucketNotificationConfiguration s3:GetBucketLogging",
        "s3:::{s3.bucket}",
        "s3:::{s3.bucket}/*",
    ),
    grant(
        "SavedTables",
        "dynamodb:Scan dynamodb:ListTagsOfResource dynamodb:DescribeTimeToLive",
        "dynamodb:{region}:*:table/{dynamodb.table}",
    ),
    grant(
        "SavedFunctions",
        "lambda:GetFunction lambda:ListVersionsByFunction lambda:ListAliases",
        "lambda:{region}:*:function:{lambda.function}",
        "lambda:{region}:*:function:{lambda.function}:*",
    ),
    grant(
        "SavedApis",
        "apigateway:GetExport apigateway:GetStages apigateway:GetResources apigateway:GetAuthorizers "
        "apigateway:GetModels apigateway:GetRequestValidators apigateway:GetGatewayResponses apigatewayv2:ExportApi "
        "apigatewayv2:GetStages apigatewayv2:GetRoutes apigatewayv2:GetIntegrations",
        "apigateway:{region}::/restapis/*",
        "apigateway:{region}::/apis/*",
    ),
    grant(
        "SavedTestEvents",
        "schemas:DescribeSchema",
        "schemas:{region}:*:schema/lambda-testevent-schemas/_{lambda.function}-schema",
    ),
    grant(
        "SavedLogs",
        "logs:FilterLogEvents",
        "logs:{region}:*:log-group:/aws/lambda/{lambda.function}:*",
        "logs:{region}:*:log-group:API-Gateway-Execution-Logs_*",
    ),
)
# All others only tell of tags, and of what AWS grants for all load balancers or none (Service Authorization Reference).
LOOKS = tuple(call for call in SAVING if not any(call in grant.calls for grant in GRANTS))
