"""Where AWS does not offer what the table asks for: by its lists of Regions, and by the wording of its answers."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from botocore.regions import EndpointResolver

# The Regions that are enabled in every account: opt-in-not-required in DescribeRegions.
BY_DEFAULT = frozenset(
    "ap-northeast-1 ap-northeast-2 ap-northeast-3 ap-south-1 ap-southeast-1 ap-southeast-2 ca-central-1 eu-central-1 "
    "eu-north-1 eu-west-1 eu-west-2 eu-west-3 sa-east-1 us-east-1 us-east-2 us-west-1 us-west-2".split()
)

# botocore knows where each service is, except for these. AWS's public parameters have them
# (/aws/service/global-infrastructure, as prowler-cloud/prowler keeps them, 2026-08-20).
ONLY_IN: Mapping[str, frozenset[str]] = {
    "codeconnections:*": BY_DEFAULT - {"ap-northeast-3"} | {"eu-south-1"},  # botocore's list is empty
}
NOT_IN: Mapping[str, frozenset[str]] = {
    "apigatewayv2:*": frozenset({"ap-east-2", "ap-southeast-6"}),  # botocore uses the list of REST APIs for it
    # hashicorp/terraform-provider-aws#16755 and #18328; aws-controllers-k8s/community#2971
    "lambda:ListCodeSigningConfigs": frozenset({"ap-northeast-3", "eu-central-2"}),
    # The parameters lack these, botocore has them; before SES came to a Region, its host made callers wait
    # (cycloidio/terracognita#171). Where it is listed here, it is asked once, and silence agrees.
    "sesv2:*": frozenset(
        {"ap-east-2", "ap-southeast-4", "ap-southeast-6", "ap-southeast-7", "eu-south-2", "mx-central-1"}
    ),
}


@cache
def known(service: str = "ec2") -> frozenset[str]:
    """Return the Regions of all partitions in which there is a service, given as in its host names (``ec2``, ``sts``).

    A session's ``get_available_regions`` reads the service's whole model to learn that name; EC2's takes 0.1 s.
    """
    partitions = _places().get_available_partitions()
    return frozenset(region for name in partitions for region in _places().get_available_endpoints(service, name))


def partition_of(region: str) -> str:
    """Return the partition that a Region is in, such as ``aws-cn``.

    Each session's own ``get_partition_for_region`` reads the list of all endpoints again, which takes 0.1 s.

    Raises:
        UnknownRegionError: botocore knows no partition that could have it.
    """
    return str(_places().get_partition_for_region(region))


@cache
def _places() -> EndpointResolver:
    from botocore.loaders import create_loader  # noqa: PLC0415 - whoever only lists the tests needs no AWS
    from botocore.regions import EndpointResolver  # noqa: PLC0415

    return EndpointResolver(create_loader().load_data("endpoints"))


def is_missing(call: str, region: str) -> bool:
    """Return whether AWS does not have ``call`` in a Region, although botocore's lists don't say so."""
    only = [regions for pattern, regions in ONLY_IN.items() if fnmatchcase(call, pattern)]
    gaps = [regions for pattern, regions in NOT_IN.items() if fnmatchcase(call, pattern)]
    return any(region not in regions for regions in only) or any(region in regions for regions in gaps)


@dataclass(frozen=True)
class NotOffered:
    """How AWS says that it has no such thing, there or for this account.

    Args:
        code: a pattern for the error code.
        message: a regular expression that the message must contain.
        source: who got that answer, and for what.
        others_answer: whether it is only certain if the Region's other services answer.
        deciding: whether it is so definite that it counts even for the workshop's own types.
    """

    code: str
    message: str
    source: str
    others_answer: bool = False
    deciding: bool = False


# Never a policy's answer: a denial names the action that the caller "is not authorized to perform".
WORDS = (
    NotOffered("InvalidAction", "", "aws/aws-sdk-go#3828; turbot/steampipe-plugin-aws#1283: EC2 in single Regions"),
    NotOffered("UnsupportedOperation*", "", "turbot/steampipe-plugin-aws#1577: EC2; terraform-provider-aws: FSx"),
    NotOffered(
        "UnknownOperation*", "", "turbot/steampipe-plugin-aws: SageMaker; terraform-provider-aws#18905: EventBridge"
    ),
    NotOffered("UnsupportedCommandException", "", "hashicorp/terraform-provider-aws#21277: public ECR"),
    NotOffered("NoLongerSupportedException", "", "hashicorp/terraform-provider-aws, internal/sweep: Evidently"),
    # Unpaid and unfinished accounts get these from every service, but then the deciding looks fail as well.
    NotOffered("SubscriptionRequiredException", "", "digital-go-jp/genai-web#13: the free plan; awslabs/fargatecli#38"),
    NotOffered("NotSignedUp", "", "webiny/webiny-js#1517: S3's word for it"),
    # Also the code for a Region that is off.
    NotOffered(
        "OptInRequired", "", "aws-amplify/amplify-js#2796; Appliscale/cloud-security-audit#24", others_answer=True
    ),
    NotOffered("NoAddress", "", "prowler-cloud/prowler#662: no such host", others_answer=True),
    NotOffered("*", r"\b(new|existing) customers\b", "ekristen/aws-nuke#559 and #665: closed services"),
    NotOffered("*", r"\bno longer (available|accepting|offered|supported)\b", "ekristen/aws-nuke#665: closed services"),
    NotOffered(
        "*", r"\bnot available for the current AWS account\b", "hashicorp/terraform-provider-aws, internal/sweep"
    ),
    NotOffered(
        "AccessDeniedException",
        r"^Unable to determine service/operation name to be authorized",
        "hashicorp/terraform-provider-aws#18328; aws-controllers-k8s/community#2971: Lambda",
    ),
    NotOffered("*", r"\b(un|not (currently )?)(available|supported) in [^.]*\bregion\b", "turbot/steampipe-plugin-aws"),
    NotOffered(
        "*", r"\bdisabled in (this|the current) region\b", "hashicorp/terraform-provider-aws#18905: EventBridge"
    ),
    # What we ask for is in AWS's model, but a Region may not know the newest of its values yet.
    NotOffered(
        "*",
        r"at 'alarmTypes' failed to satisfy constraint: .*enum value set",
        "CloudWatch API reference: Common Errors, ValidationError; mhart/dynalite, test: the words, compared with AWS",
    ),
    # We never ask for HTTP APIs by a function's name: it is the answer of a Region without HTTP APIs.
    NotOffered(
        "BadRequestException",
        r"arn:aws[\w-]*:lambda:.*functionName",
        "aws/aws-sdk-ruby#3228; aws/aws-cli#8009: HTTP APIs",
        deciding=True,
    ),
    # We ask in the home Region of the partition's global services: no other Region would answer differently.
    NotOffered(
        "WAFInvalidParameterException",
        r"\bscope is not valid\b",
        "awslabs/aws-solutions-constructs#723: where there is no WAF for CloudFront",
        deciding=True,
    ),
)
PERMISSION = re.compile(r"not authorized to perform|explicit deny", re.IGNORECASE)


def words_for(code: str, message: str) -> list[NotOffered]:
    """Return the rows by which an error says that AWS has no such thing; none if it says something else."""
    if PERMISSION.search(message):
        return []
    return [
        words for words in WORDS if fnmatchcase(code, words.code) and re.search(words.message, message, re.IGNORECASE)
    ]
