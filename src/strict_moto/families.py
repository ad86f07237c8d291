"""Families of AWS services that word their errors alike (throttled, denied, unknown action …): a row for each.

Sources: AWS's "Common errors" page of each service; botocore/data/_retry.json; for Regions that are off the threads
turbot/steampipe-plugin-aws#75 (EC2), boto/boto3#2381 (query) and aws/chalice#1445 (JSON).
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from strict_moto.world import Refusal

if TYPE_CHECKING:
    from collections.abc import Mapping

INVALID_TOKEN = "The security token included in the request is invalid."  # noqa: S105 - AWS's sentence
EXPIRED_TOKEN = "The security token included in the request is expired"  # noqa: S105 - AWS's sentence


@dataclass(frozen=True)
class Words:
    """An error code with its HTTP status and message."""

    code: str
    status: int
    message: str
    headers: Mapping[str, str] = field(default_factory=dict)

    def refusal(self, **facts: str) -> Refusal:
        """Return the error with ``facts`` in the braces of its message."""
        return Refusal(self.code, self.message.format_map(facts).rstrip(), self.status, self.headers)


@dataclass(frozen=True)
class Family:
    """The errors of one family of services.

    ``unknown`` is the answer to a key that AWS doesn't know, ``off`` to any key in a Region that is not enabled for
    the account, ``unsubscribed`` to an account whose plan doesn't include the service, ``lacking`` to an action that
    the service hasn't, or moto hasn't.
    """

    throttled: Words
    failed: Words
    denied: Words
    expired: Words
    unknown: Words
    off: Words
    unsubscribed: Words
    lacking: Words


DENIED = "User: {principal} is not authorized to perform: {action} on resource: * {because}"
ENCODED = "Encoded authorization failure message: 5Nm0uvRz8hZ-qY3jF0k"  # aws/karpenter-provider-aws#7370
NO_ACTION = "The action is not valid for this web service, or the embedded AWS does not have it."
INVALID = Words("InvalidClientTokenId", 403, INVALID_TOKEN)
UNSUBSCRIBED = "The AWS Access Key Id needs a subscription for the service"

QUERY = Family(
    throttled=Words("Throttling", 400, "Rate exceeded"),
    failed=Words("InternalFailure", 500, "We encountered an internal error. Please try again."),
    denied=Words("AccessDenied", 403, DENIED),
    expired=Words("ExpiredToken", 403, EXPIRED_TOKEN),
    unknown=INVALID,
    off=INVALID,
    unsubscribed=Words("OptInRequired", 403, UNSUBSCRIBED),  # aws-amplify/amplify-js#2796
    lacking=Words("InvalidAction", 400, NO_ACTION),
)
EC2 = Family(
    throttled=Words("RequestLimitExceeded", 503, "Request limit exceeded."),
    failed=Words("InternalError", 500, "An internal error has occurred"),
    denied=Words(
        "UnauthorizedOperation", 403, f"You are not authorized to perform this operation. {DENIED}. {ENCODED}"
    ),
    expired=Words("RequestExpired", 400, "Request has expired."),
    unknown=Words("AuthFailure", 401, "AWS was not able to validate the provided access credentials"),
    off=Words("AuthFailure", 401, "AWS was not able to validate the provided access credentials"),
    unsubscribed=Words(  # Appliscale/cloud-security-audit#24
        "OptInRequired", 401, "You are not subscribed to this service. Please go to http://aws.amazon.com to subscribe."
    ),
    lacking=Words("InvalidAction", 400, NO_ACTION),
)
JSON = Family(
    throttled=Words("ThrottlingException", 400, "Rate exceeded"),
    failed=Words("InternalServerError", 500, "The request processing has failed because of an unknown error."),
    denied=Words("AccessDeniedException", 400, DENIED),
    expired=Words("ExpiredTokenException", 400, EXPIRED_TOKEN),
    unknown=Words("UnrecognizedClientException", 400, INVALID_TOKEN),
    off=Words("UnrecognizedClientException", 400, INVALID_TOKEN),
    unsubscribed=Words("SubscriptionRequiredException", 400, UNSUBSCRIBED),  # digital-go-jp/genai-web#13
    lacking=Words("UnknownOperationException", 400, NO_ACTION),
)
REST_JSON = Family(
    throttled=Words("TooManyRequestsException", 429, "Too Many Requests"),
    failed=Words("ServiceException", 500, "Service failure"),
    denied=Words("AccessDeniedException", 403, DENIED),
    expired=Words("ExpiredTokenException", 403, EXPIRED_TOKEN),
    unknown=Words("UnrecognizedClientException", 403, INVALID_TOKEN),
    off=Words("UnrecognizedClientException", 403, INVALID_TOKEN),
    unsubscribed=Words("SubscriptionRequiredException", 403, UNSUBSCRIBED),  # not seen: as JSON
    lacking=Words("UnknownOperationException", 404, NO_ACTION),
)
S3 = Family(
    throttled=Words("SlowDown", 503, "Please reduce your request rate."),
    failed=Words("InternalError", 500, "We encountered an internal error. Please try again."),
    denied=Words("AccessDenied", 403, DENIED),
    expired=Words("ExpiredToken", 400, "The provided token has expired."),
    unknown=Words("InvalidAccessKeyId", 403, "The AWS Access Key Id you provided does not exist in our records."),
    off=Words("InvalidToken", 400, "The provided token is malformed or otherwise invalid."),
    unsubscribed=Words(  # webiny/webiny-js#1517
        "NotSignedUp", 403, "Your account is not signed up for the S3 service. You must sign up before you can use S3."
    ),
    lacking=Words("MethodNotAllowed", 405, NO_ACTION),
)

OF_PROTOCOL = {"ec2": EC2, "query": QUERY, "rest-xml": QUERY, "json": JSON, "rest-json": REST_JSON}
OF_SERVICE = {
    "sns": replace(QUERY, denied=replace(QUERY.denied, code="AuthorizationError")),  # nccgroup/Scout2#129
    "s3": S3,
    "s3control": S3,
    "apigateway": replace(REST_JSON, throttled=replace(REST_JSON.throttled, headers={"Retry-After": "1"})),
    "resourcegroupstaggingapi": replace(JSON, throttled=Words("ThrottledException", 400, "Rate exceeded")),
}


def family_of(service: str, protocol: str) -> Family:
    """Return how ``service`` words its errors: by its own row, or by its protocol's."""
    return OF_SERVICE.get(service) or OF_PROTOCOL[protocol]
