"""The calls that only a backup makes, and what IAM must allow for them.

Those that ask for a definition are the kinds' (``Kind.definitions``); those that read what is in a resource are here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from carbuyer_cleanup.call import grant, read
from carbuyer_cleanup.catalog import KINDS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from carbuyer_cleanup.call import Call, Grant
    from carbuyer_cleanup.resource import Kind

SAVING: dict[str, Call] = {
    **{call: row for kind in KINDS for one in kind.definitions().values() for call, row in one.calls.items()},
    "s3:GetObject": read("NoSuchKey", "NoSuchVersion", "NoSuchBucket"),
    "s3:HeadObject": read("NoSuchKey", "NoSuchVersion", "NoSuchBucket"),
    # MethodNotAllowed: a delete marker has its id now ("Working with delete markers"), which may be null.
    "s3:GetObjectTagging": read("NoSuchKey", "NoSuchVersion", "NoSuchBucket", "MethodNotAllowed", has="TagSet"),
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
    "logs:ListTagsForResource": read("ResourceNotFoundException"),
    "logs:FilterLogEvents": read("ResourceNotFoundException", has="events"),
}

# What IAM must allow to save what is in the resources of a kind, by the kind's name.
CONTENTS: Mapping[str, Grant] = {
    "S3 objects": grant("SavedBucket", "s3:GetObject s3:HeadObject s3:GetObjectTagging", "s3:::{s3.bucket}/*"),
    "DynamoDB table": grant(
        "SavedTables",
        "dynamodb:Scan dynamodb:ListTagsOfResource dynamodb:DescribeTimeToLive",
        "dynamodb:{region}:*:table/{dynamodb.table}",
    ),
    "Lambda function": grant(
        "SavedFunctions",
        "lambda:GetFunction lambda:ListVersionsByFunction lambda:ListAliases",
        "lambda:{region}:*:function:{lambda.function}",
        "lambda:{region}:*:function:{lambda.function}:*",
    ),
    "REST API": grant(
        "SavedApis",
        "apigateway:GetExport apigateway:GetStages apigateway:GetResources apigateway:GetAuthorizers "
        "apigateway:GetModels apigateway:GetRequestValidators apigateway:GetGatewayResponses",
        "apigateway:{region}::/restapis/*",
    ),
    "HTTP API": grant(
        "SavedApis",
        "apigatewayv2:ExportApi apigatewayv2:GetStages apigatewayv2:GetRoutes apigatewayv2:GetIntegrations",
        "apigateway:{region}::/apis/*",
    ),
    "log group of a function": grant(
        "SavedLogs", "logs:FilterLogEvents", "logs:{region}:*:log-group:/aws/lambda/{lambda.function}:*"
    ),
    "log group of an API": grant(
        "SavedLogs", "logs:FilterLogEvents", "logs:{region}:*:log-group:API-Gateway-Execution-Logs_*"
    ),
}


def grants(kind: Kind) -> tuple[Grant, ...]:
    """Return what IAM must allow to save the resources of a kind, besides the calls that only list."""
    contents = (CONTENTS[kind.name],) if kind.name in CONTENTS else ()
    return (*(grant for definition in kind.definitions().values() for grant in definition.grants), *contents)


GRANTS = tuple(grant for kind in KINDS for grant in grants(kind))
# All others only tell of tags, and of what AWS grants for all load balancers or none (Service Authorization Reference).
LOOKS = tuple(call for call in SAVING if not any(call in grant.calls for grant in GRANTS))
