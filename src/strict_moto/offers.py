"""What AWS does not offer an account, because of the Region, its plan, or a policy of its organization."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from functools import cached_property
from typing import TYPE_CHECKING

from strict_moto import places
from strict_moto.families import ErrorText
from strict_moto.faults import BY_SCP, action_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from strict_moto.families import Family
    from strict_moto.world import Request

POLICY = "arn:aws:organizations::999999999999:policy/o-exampleorgid/service_control_policy/p-examplepolicyid111"

UNSUPPORTED = ErrorText("UnsupportedOperation", 400, "The functionality you requested is not available in this region.")
INVALID_ACTION = ErrorText("InvalidAction", 400, "The action {operation} is not valid for this web service.")
UNKNOWN = ErrorText("UnknownOperationException", 400, "The requested operation is not supported in the called region.")
UNDETERMINED = ErrorText("AccessDeniedException", 403, "Unable to determine service/operation name to be authorized")
ONLY_VIRGINIA = ErrorText("UnsupportedCommandException", 400, "{operation} command is only supported in us-east-1.")
ONLY_OREGON = ErrorText(
    "PermanentRedirect",
    301,
    "This API operation is only available in the following Regions: us-west-2. Retry the request in one of them.",
)
NO_HTTP_APIS = ErrorText(
    "BadRequestException",
    400,
    "1 validation error detected: Value 'arn:aws:lambda:{region}:{account}:function:' at 'functionName' failed to "
    "satisfy constraint",
)

# How closed services refuse to list anything for accounts that aren't customers: aws-nuke#559 and #665 (ekristen), its
# Evidently; what App Runner says is not known.
CLOSED = {
    "AccessDeniedException": ErrorText(
        "AccessDeniedException", 400, "{service} is no longer available to new customers."
    ),
    "ForbiddenException": ErrorText("ForbiddenException", 400, "{service} is only available for existing customers."),
    "ValidationException": ErrorText("ValidationException", 400, "{service} is not accepting new customers."),
    "NoLongerSupportedException": ErrorText("NoLongerSupportedException", 400, "{service} is no longer supported."),
}

# What a policy that denies Regions exempts, as in AWS's own example:
# aws-samples/service-control-policy-examples, Region-controls
EXEMPT = (
    "acm:*",
    "budgets:*",
    "cloudfront:*",
    "config:*",
    "ec2:DescribeRegions",
    "ec2:DescribeTransitGateways",
    "ec2:DescribeVpnGateways",
    "globalaccelerator:*",
    "iam:*",
    "kms:*",
    "organizations:*",
    "pricing:*",
    "route53:*",
    "s3:ListAllMyBuckets",
    "s3:ListMultiRegionAccessPoints",
    "sts:*",
    "support:*",
    "wafv2:*",
)


@dataclass(frozen=True)
class Lack:
    """Something that AWS does not offer an account.

    ``calls`` are refused in ``regions``, or everywhere if none are named, or with ``elsewhere`` in all others.
    ``words`` is AWS's error, or the name of a field of the family; None if the service's host there has no address.
    """

    calls: str
    words: ErrorText | str | None
    source: str
    regions: frozenset[str] = frozenset()
    elsewhere: bool = False

    def concerns(self, request: Request) -> bool:
        """Return whether a request is refused."""
        here = not self.regions or (request.region in self.regions) != self.elsewhere
        return here and fnmatchcase(request.call, self.calls)

    def in_words_of(self, family: Family) -> ErrorText:
        """Return the error, in the words of the service's family if there are no words of its own."""
        words: ErrorText = self.words if isinstance(self.words, ErrorText) else getattr(family, str(self.words))
        return words


def _lack(calls: str, regions: str, words: ErrorText | None, source: str, *, elsewhere: bool = False) -> Lack:
    return Lack(calls, words, source, frozenset(regions.split()), elsewhere)


OSAKA = "ap-northeast-3"
TERRAFORM_SIGNING = "terraform-provider-aws#18328; aws-controllers-k8s/community#2971"

# Where a service, or one of its actions, is missing; for services in botocore's list of Regions, that list decides.
GAPS = (
    _lack(
        "codeconnections:*",
        "ap-northeast-3 af-south-1 ap-east-1 ap-east-2 ap-south-2 ap-southeast-3 ap-southeast-4 ap-southeast-5 "
        "ap-southeast-6 ap-southeast-7 ca-west-1 eu-central-2 eu-south-2 il-central-1 me-central-1 me-south-1 "
        "mx-central-1",
        None,
        "AWS General Reference, codeconnections: endpoints; botocore lists none",
    ),
    _lack("lambda:*CodeSigningConfig*", OSAKA, UNDETERMINED, TERRAFORM_SIGNING),
    _lack("ecr-public:*", "us-east-1", ONLY_VIRGINIA, "terraform-provider-aws#21277", elsewhere=True),
    _lack("s3control:*MultiRegionAccessPoint*", "us-west-2", ONLY_OREGON, "cloud-nuke#667", elsewhere=True),
    _lack("ec2:DescribeTransitGateway*", "me-central-1", INVALID_ACTION, "steampipe-plugin-aws#1283"),
    # steampipe-plugin-aws doesn't say which Regions lack it: here, the default Region that lacks most
    _lack("ec2:DescribeClientVpnEndpoints", OSAKA, INVALID_ACTION, "steampipe-plugin-aws, ec2_client_vpn_endpoint"),
    _lack("ec2:DescribeManagedPrefixLists", "me-south-1", UNSUPPORTED, "steampipe-plugin-aws#1577"),
    _lack("sagemaker:ListNotebookInstances", "ap-southeast-5", UNKNOWN, "steampipe-plugin-aws, sagemaker_domain"),
    _lack("apigatewayv2:GetApis", "ap-east-2 ap-southeast-6", NO_HTTP_APIS, "aws-sdk-ruby#3228; aws-cli#8009"),
    _lack("apigatewayv2:GetVpcLinks", "ap-east-2 ap-southeast-6", NO_HTTP_APIS, "aws-sdk-ruby#3228; aws-cli#8009"),
)
BILLING = Lack("budgets:*", "denied", "https://repost.aws/knowledge-center/aws-billing-access-denied")


@dataclass(frozen=True)
class Offer:
    """What AWS offers an account: by default everything everywhere, which no real account has.

    Args:
        gaps: whether services and actions are missing from Regions as in the real AWS.
        outside_plan: services that the account's plan doesn't include: a setting, because AWS publishes no list of
            what the free plan leaves out.
        closed: services that take no new customers, each with the error code that it answers (a key of ``CLOSED``).
        billing: whether IAM users and roles may see the bills.
        allowed_regions: the only Regions that the organization's policy does not deny; if empty, all are allowed.
        organization: whether the account belongs to an organization.
    """

    gaps: bool = False
    outside_plan: tuple[str, ...] = ()
    closed: Mapping[str, str] = field(default_factory=dict)
    billing: bool = True
    allowed_regions: tuple[str, ...] = ()
    organization: bool = False

    def denies(self, action: str, region: str) -> bool:
        """Return whether the organization's policy denies an action, given by IAM's name, in a Region."""
        if not self.allowed_regions or region in self.allowed_regions:
            return False
        return not any(fnmatchcase(action, pattern) for pattern in EXEMPT)

    @cached_property
    def lacks(self) -> Mapping[str, list[Lack]]:
        """What AWS itself doesn't offer, by service."""
        found = defaultdict[str, list[Lack]](list)
        for lack in self._lacks():
            found[lack.calls.split(":")[0]].append(lack)
        return found

    def _lacks(self) -> Iterator[Lack]:
        yield from GAPS if self.gaps else ()
        for service in self.outside_plan:
            yield Lack(f"{service}:*", "unsubscribed", "families.py: the threads beside each family's words")
        for service, code in self.closed.items():
            yield Lack(f"{service}:*", CLOSED[code], "ekristen/aws-nuke#559, #665")
        if not self.billing:
            yield BILLING

    def refuse(self, request: Request, family: Family, url: str) -> None:
        """Refuse what is not offered; if the service exists there, the policy's denial comes before its own.

        Raises:
            Refusal: the account doesn't have it, in AWS's words.
            EndpointConnectionError: the service is not in that Region, so its host has no address.
        """
        lacks = [lack for lack in self.lacks.get(request.service, ()) if lack.concerns(request)]
        if any(lack.words is None for lack in lacks) or not places.has_address(request.service, request.region):
            raise places.nowhere(url)
        if self.denies(action_of(request.call), request.region):
            raise family.denied.refusal(**_facts(request), because=f"{BY_SCP}: {POLICY}")
        if lacks:
            raise lacks[0].in_words_of(family).refusal(**_facts(request), because="")


def _facts(request: Request) -> dict[str, str]:
    return {
        "service": request.service,
        "operation": request.operation,
        "region": request.region,
        "account": request.account,
        "principal": request.principal,
        "action": action_of(request.call),
    }


EVERYTHING = Offer()

# What is outside the plan is one example per family of services, not a claim about AWS's free plan.
ORDINARY = Offer(
    gaps=True,
    outside_plan=("memorydb", "redshift", "mq"),
    closed={"apprunner": "AccessDeniedException"},
    billing=False,
)
