"""Families of AWS services that word their errors alike (throttled, denied, unknown action …), a row for each.

Sources: AWS's "Common errors" page of each service; botocore/data/_retry.json; for Regions that are off, the threads
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
class ErrorText:
    """An error code with its HTTP status, message and headers."""

    code: str
    status: int
    message: str
    headers: Mapping[str, str] = field(default_factory=dict)

    def refusal(self, **facts: str) -> Refusal:
        """Return the error as an exception, with ``facts`` in place of the braces in its message."""
        return Refusal(self.code, self.message.format_map(facts).rstrip(), self.status, self.headers)


@dataclass(frozen=True)
class Family:
    """The errors of one family of services.

    ``unknown`` answers a key that AWS doesn't know, ``off`` any key in a Region that is not enabled for the account,
    ``unsubscribed`` an account whose plan doesn't include the service, ``lacking`` an action that the service, or moto,
    doesn't have.
    """

    throttled: ErrorText
    failed: ErrorText
    denied: ErrorText
    expired: ErrorText
    unknown: ErrorText
    off: ErrorText
    unsubscribed: ErrorText
    lacking: ErrorText


DENIED = "User: {principal} is not authorized to perform: {action} on resource: * {because}"
ENCODED = "Encoded authorization failure message: 5Nm0uvRz8hZ-qY3jF0k"  # aws/karpenter-provider-aws#7370
NO_ACTION = "The action is not valid for this web service, or the embedded AWS does not have it."
INVALID = ErrorText("InvalidClientTokenId", 403, INVALID_TOKEN)
UNSUBSCRIBED = "The AWS Access Key Id needs a subscription for the service"

QUERY = Family(
    throttled=ErrorText("Throttling", 400, "Rate exceeded"),
    failed=ErrorText("InternalFailure", 500, "We encountered an internal error. Please try again."),
    denied=ErrorText("AccessDenied", 403, DENIED),
    expired=ErrorText("ExpiredToken", 403, EXPIRED_TOKEN),
    unknown=INVALID,
    off=INVALID,
    unsubscribed=ErrorText("OptInRequired", 403, UNSUBSCRIBED),  # aws-amplify/amplify-js#2796
    lacking=ErrorText("InvalidAction", 400, NO_ACTION),
)
EC2 = Family(
    throttled=ErrorText("RequestLimitExceeded", 503, "Request limit exceeded."),
    failed=ErrorText("InternalError", 500, "An internal error has occurred"),
    denied=ErrorText(
        "UnauthorizedOperation", 403, f"You are not authorized to perform this operation. {DENIED}. {ENCODED}"
    ),
    expired=ErrorText("RequestExpired", 400, "Request has expired."),
    unknown=ErrorText("AuthFailure", 401, "AWS was not able to validate the provided access credentials"),
    off=ErrorText("AuthFailure", 401, "AWS was not able to validate the provided access credentials"),
    unsubscribed=ErrorText(  # Appliscale/cloud-security-audit#24
        "OptInRequired", 401, "You are not subscribed to this service. Please go to http://aws.amazon.com to subscribe."
    ),
    lacking=ErrorText("InvalidAction", 400, NO_ACTION),
)
JSON = Family(
    throttled=ErrorText("ThrottlingException", 400, "Rate exceeded"),
    failed=ErrorText("InternalServerError", 500, "The request processing has failed because of an unknown error."),
    denied=ErrorText("AccessDeniedException", 400, DENIED),
    expired=ErrorText("ExpiredTokenException", 400, EXPIRED_TOKEN),
    unknown=ErrorText("UnrecognizedClientException", 400, INVALID_TOKEN),
    off=ErrorText("UnrecognizedClientException", 400, INVALID_TOKEN),
    unsubscribed=ErrorText("SubscriptionRequiredException", 400, UNSUBSCRIBED),  # digital-go-jp/genai-web#13
    lacking=ErrorText("UnknownOperationException", 400, NO_ACTION),
)
REST_JSON = Family(
    throttled=ErrorText("TooManyRequestsException", 429, "Too Many Requests"),
    failed=ErrorText("ServiceException", 500, "Service failure"),
    denied=ErrorText("AccessDeniedException", 403, DENIED),
    expired=ErrorText("ExpiredTokenException", 403, EXPIRED_TOKEN),
    unknown=ErrorText("UnrecognizedClientException", 403, INVALID_TOKEN),
    off=ErrorText("UnrecognizedClientException", 403, INVALID_TOKEN),
    unsubscribed=ErrorText("SubscriptionRequiredException", 403, UNSUBSCRIBED),  # not seen: as JSON
    lacking=ErrorText("UnknownOperationException", 404, NO_ACTION),
)
S3 = Family(
    throttled=ErrorText("SlowDown", 503, "Please reduce your request rate."),
    failed=ErrorText("InternalError", 500, "We encountered an internal error. Please try again."),
    denied=ErrorText("AccessDenied", 403, DENIED),
    expired=ErrorText("ExpiredToken", 400, "The provided token has expired."),
    unknown=ErrorText("InvalidAccessKeyId", 403, "The AWS Access Key Id you provided does not exist in our records."),
    off=ErrorText("InvalidToken", 400, "The provided token is malformed or otherwise invalid."),
    unsubscribed=ErrorText(  # webiny/webiny-js#1517
        "NotSignedUp", 403, "Your account is not signed up for the S3 service. You must sign up before you can use S3."
    ),
    lacking=ErrorText("MethodNotAllowed", 405, NO_ACTION),
)

OF_PROTOCOL = {"ec2": EC2, "query": QUERY, "rest-xml": QUERY, "json": JSON, "rest-json": REST_JSON}
OF_SERVICE = {
    "sns": replace(QUERY, denied=replace(QUERY.denied, code="AuthorizationError")),  # nccgroup/Scout2#129
    "s3": S3,
    "s3control": S3,
    "apigateway": replace(REST_JSON, throttled=replace(REST_JSON.throttled, headers={"Retry-After": "1"})),
    "resourcegroupstaggingapi": replace(JSON, throttled=ErrorText("ThrottledException", 400, "Rate exceeded")),
}


def family_of(service: str, protocol: str) -> Family:
    """Return how ``service`` words its errors: its own row, or its protocol's."""
    return OF_SERVICE.get(service) or OF_PROTOCOL[protocol]
