"""The rules, one or more files per service; ``RULES`` is the whole table."""

from __future__ import annotations

from itertools import chain

from strict_moto.rules import (
    absent,
    apigateway,
    apigateway_export,
    apigateway_pages,
    awslambda,
    cloudfront,
    cloudfront_lists,
    cloudfront_staging,
    cloudfront_stale,
    cloudtrail,
    cloudwatch,
    dynamodb,
    ec2_addresses,
    ec2_connect,
    ec2_describe,
    ec2_endpoints,
    ec2_groups,
    ec2_instances,
    ec2_interfaces,
    ec2_managed,
    ec2_nat_modes,
    ec2_ptr,
    ec2_rates,
    ec2_spot,
    ec2_vpc,
    elbv2,
    iam,
    logs,
    logs_deliveries,
    s3,
    schemas,
    simulate,
    tagging,
    wafv2,
)

EC2 = (
    ec2_rates,
    ec2_addresses,
    ec2_nat_modes,
    ec2_ptr,
    ec2_endpoints,
    ec2_connect,
    ec2_groups,
    ec2_instances,
    ec2_interfaces,
    ec2_spot,
    ec2_vpc,
    ec2_managed,
    ec2_describe,  # its filters apply to answers that the others have changed
)
MODULES = (
    absent,
    apigateway,
    apigateway_export,
    apigateway_pages,
    awslambda,
    cloudfront,
    cloudfront_lists,
    cloudfront_stale,
    cloudfront_staging,
    cloudtrail,
    cloudwatch,
    dynamodb,
    *EC2,
    elbv2,
    iam,
    logs,
    logs_deliveries,
    s3,
    schemas,
    simulate,
    tagging,
    wafv2,
)

RULES = tuple(chain.from_iterable(module.RULES for module in MODULES))
