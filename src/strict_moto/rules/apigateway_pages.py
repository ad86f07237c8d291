"""API Gateway's lists, of both versions, page by page."""

from __future__ import annotations

from operator import itemgetter

from strict_moto.rules.paging import at_most, paged

V1_PAGES = tuple(
    paged(
        f"apigateway:{operation}",
        "items",
        itemgetter(key),
        size="limit",
        start="position",
        resume="position",
        default=25,
        most=at_most(500),
        source="botocore's paginators: limit 25, at most 500, position",
    )
    for operation, key in (
        ("GetApiKeys", "id"),
        ("GetBasePathMappings", "basePath"),
        ("GetDeployments", "id"),
        ("GetDomainNames", "domainName"),
        ("GetResources", "id"),
        ("GetRestApis", "id"),
        ("GetUsagePlanKeys", "id"),
        ("GetUsagePlans", "id"),
        ("GetVpcLinks", "id"),
    )
)

V2_PAGES = tuple(
    paged(
        f"apigatewayv2:{operation}",
        "Items",
        itemgetter(key),
        size="MaxResults",
        start="NextToken",
        resume="NextToken",
        default=25,
        most=at_most(500),
        source="botocore's paginators; MaxResults is a string",
    )
    for operation, key in (
        ("GetApis", "ApiId"),
        ("GetApiMappings", "ApiMappingId"),
        ("GetDomainNames", "DomainName"),
        ("GetStages", "StageName"),
        ("GetVpcLinks", "VpcLinkId"),
    )
)

RULES = V1_PAGES + V2_PAGES
