"""What EC2 checks first: how often a call is made, and whether it is a dry run."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from strict_moto.rules.ec2_describe import filters_of
from strict_moto.rules.ec2_listings import LISTINGS
from strict_moto.rules.throttle import limited
from strict_moto.world import Rule

if TYPE_CHECKING:
    from strict_moto.quirks import Quirks
    from strict_moto.rules.throttle import Rate
    from strict_moto.world import Request, World

GUIDE = "EC2 developer guide, ec2-api-throttling: a token bucket per call, account and Region"

# Calls, and their buckets: tokens, tokens gained per second. Calls that create are not limited: that would only
# throttle a test's preparations.
READING = tuple(listing.operation for listing in LISTINGS)
CHANGING = (
    *("DeleteEgressOnlyInternetGateway", "DeleteFlowLogs", "DeleteInternetGateway", "DeleteKeyPair"),
    *("DeleteNetworkAcl", "DeleteRoute", "DeleteRouteTable", "DeleteSecurityGroup", "DeleteSubnet", "DeleteVpc"),
    *("DeleteVpcPeeringConnection", "DetachInternetGateway", "DetachNetworkInterface", "DetachVolume"),
    *("DisassociateAddress", "DisassociateRouteTable"),
    *("ModifyInstanceAttribute", "ReleaseAddress", "ReplaceNetworkAclAssociation"),
    *("RevokeSecurityGroupEgress", "RevokeSecurityGroupIngress"),
)
RATES: dict[str, Rate] = {
    **dict.fromkeys(READING, (100.0, 20.0)),
    **dict.fromkeys(CHANGING, (50.0, 5.0)),
    **dict.fromkeys(("TerminateInstances", "DeleteNetworkInterface", "DeleteVolume"), (100.0, 5.0)),
    "DeleteTags": (100.0, 10.0),
    "DeleteNatGateway": (10.0, 1.0),
    "DeleteVpcEndpoints": (4.0, 0.3),
}
# Calls that ask for everything at once also draw from a second, smaller bucket
EVERYTHING = (
    *("DescribeInstances", "DescribeInstanceStatus", "DescribeNetworkInterfaces", "DescribeSecurityGroups"),
    "DescribeVolumes",
)


def _limit(operation: str, rate: Rate, bucket: str | None = None) -> Rule:
    def scaled(quirks: Quirks) -> Rate:
        return rate[0] * quirks.ec2_rate_scale, rate[1] * quirks.ec2_rate_scale

    return limited(
        f"ec2:{operation}",
        scaled,
        bucket=bucket,
        code="RequestLimitExceeded",
        message="Request limit exceeded.",
        status=503,
        source=GUIDE,
    )


def _limit_of_everything(operation: str) -> Rule:
    rule = _limit(operation, (50.0, 10.0), f"ec2:{operation} of everything")
    ids = next(listing.ids for listing in LISTINGS if listing.operation == operation)

    def when(world: World, request: Request) -> bool:
        narrowed = filters_of(request.params) or request.params.get(ids) or "MaxResults" in request.params
        return not narrowed and bool(rule.when(world, request))

    return replace(rule, when=when)


def _is_dry_run(world: World, request: Request) -> bool:
    del world
    return bool(request.params.get("DryRun"))


RULES = (
    *(_limit(operation, rate) for operation, rate in RATES.items()),
    *(_limit_of_everything(operation) for operation in EVERYTHING),
    Rule(
        "ec2:*",
        _is_dry_run,
        "DryRunOperation",
        "Request would have succeeded, but DryRun flag is set.",
        "botocore's model of EC2; moto 5.2.5 deletes VPCs, subnets, NAT gateways and endpoints all the same",
        412,
    ),
)
