"""The errors that users see: one sentence that says what happened, where, and what to do next."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, ClassVar

from carbuyer_cleanup.aws.remedies import remedy

if TYPE_CHECKING:
    from collections.abc import Mapping


class CleanupError(Exception):
    """The base of all errors that users see without a traceback."""

    @property
    def is_silence(self) -> bool:
        """Whether nobody answered at all: then nobody would answer the next call either."""
        return False


class Refused(CleanupError):
    """Nothing was done: wrong account, bad option, malformed manifest. Exit code 4."""


class Trouble(Enum):
    """Why AWS's answer doesn't answer the question; the value says what to do if no remedy is known."""

    BUSY = "AWS still holds it, so the run waits."
    THROTTLED = "AWS is throttling requests: run again in a few minutes."
    TRANSIENT = "AWS or the network failed: run again in a few minutes."
    GARBLED = "Check AWS_ENDPOINT_URL, and whether a proxy or a sign-in page answers instead of AWS; then run again."
    DENIED = "Ask the owner of the account for the permission, then run again."
    EXPIRED = "Sign in to AWS again, then run again: it continues where it left off."
    OTHER_ACCOUNT = "Nothing more was sent. Sign in to the right account, then run again."
    REGION_OFF = "The Region is not enabled for this account: enable it, or choose another with --region."
    OTHER = "Look up the AWS error code, then run again."


# The codes of each family of services, from AWS's API references, the errors that botocore's models call retryable, and
# botocore/data/_retry.json; for Regions that are off, from the threads in docs/decisions.md
# ("Errors are classified by a table").
CODES: Mapping[Trouble, frozenset[str]] = {
    Trouble.THROTTLED: frozenset(
        "Throttling ThrottlingException ThrottledException Throttled RequestThrottled RequestThrottledException "
        "TooManyRequests TooManyRequestsException RequestLimitExceeded EC2ThrottledException BandwidthLimitExceeded "
        "SlowDown LimitExceededException PriorRequestNotComplete ProvisionedThroughputExceededException "
        "DependencyThrottle KmsThrottled KMSThrottling KMSThrottlingException KmsThrottlingException "
        "KMSThrottlingFault DependentServiceRequestThrottlingFault".split()
    ),
    Trouble.TRANSIENT: frozenset(
        "InternalError InternalErrorException InternalException InternalFailure InternalFailureException "
        "InternalServerError InternalServerErrorException InternalServerException InternalServiceError "
        "InternalServiceErrorException InternalServiceException ServerException ServiceException ServiceFailure "
        "ServiceUnavailable ServiceUnavailableException Unavailable DependentServiceFailureException "
        "DependentServiceUnavailableFault ResourceUnavailableException HealthUnavailable KMSInternalException "
        "WAFInternalErrorException WAFTagOperationInternalErrorException WAFUnavailableEntityException RequestTimeout "
        "RequestTimeoutException DependencyTimeout BadDigest IDPCommunicationError ReplicatedWriteConflictException "
        "ConcurrentModification ConcurrentModificationException TransactionInProgressException".split()
    ),
    Trouble.DENIED: frozenset(
        "AccessDenied AccessDeniedException AccessDeniedFault AccessToClusterDenied DependentServiceAccessDenied "
        "ForbiddenException InsufficientPermissionsException InsufficientPrivilegesException NotAuthorizedException "
        "OrganizationAccessDeniedException UnauthorizedOperation UnauthorizedException AuthorizationError "
        "AuthorizationErrorException NotAuthorized Forbidden 403".split()
    ),
    Trouble.EXPIRED: frozenset("ExpiredToken ExpiredTokenException RequestExpired TokenRefreshRequired".split()),
    Trouble.REGION_OFF: frozenset(
        "AuthFailure OptInRequired InvalidClientTokenId UnrecognizedClientException InvalidToken "
        "RegionDisabledException".split()
    ),
}
PASSING = frozenset({Trouble.BUSY, Trouble.THROTTLED, Trouble.TRANSIENT, Trouble.GARBLED})
SLOW_DOWN = frozenset({429, 509})  # HTTP: botocore/data/_retry.json, too_many_requests and limit_exceeded


def trouble_of(code: str, status: int) -> Trouble:
    """Return what kind of trouble an error ``code`` with an HTTP ``status`` is; only a call's row can say BUSY."""
    for trouble, codes in CODES.items():
        if code in codes:
            return trouble
    if status in SLOW_DOWN:
        return Trouble.THROTTLED
    return Trouble.TRANSIENT if status >= 500 else Trouble.OTHER  # noqa: PLR2004 - HTTP's server errors


@dataclass(eq=False)
class AwsError(CleanupError):
    """AWS refused a call, or could not be reached; ``cause`` is an earlier refusal that is probably the reason."""

    happened: ClassVar[str] = "was refused"
    call: str  # "ec2:DeleteVpc"
    code: str
    message: str
    trouble: Trouble
    region: str = ""
    request_id: str = ""
    cause: AwsError | None = field(default=None, kw_only=True)

    @property
    def advice(self) -> str:
        """What to do about it, in one sentence."""
        if self.cause:
            return self.cause.advice
        passes = self.trouble in PASSING
        return self.trouble.value if passes else remedy(self.call, self.code, self.message) or self.trouble.value

    @property
    def is_silence(self) -> bool:
        """Whether nobody answered at all: then nobody would answer the next call either."""
        return self.trouble is Trouble.TRANSIENT and not self.request_id

    def __str__(self) -> str:
        where = "" if self.region in ("", "aws-global") else f" in {self.region}"
        number = f"; request id {self.request_id}" if self.request_id else ""
        return f"{self.call}{where} {self.happened}: {self.message.rstrip('.')} ({self.code}{number}). {self.advice}"


class Garbled(AwsError):
    """An answer that is incomplete, or not AWS's: nobody knows what is there."""

    happened = "got an answer that is not one of AWS's"


@dataclass(eq=False)
class NotUnderstood(CleanupError):
    """AWS answered, and this suite could not read the answer: nobody knows what is there."""

    what: str  # what was being looked at: "NAT gateway"
    call: str  # the last call before it, "" if there was none
    happened: str
    place: str  # file and line, for whoever fixes it

    def __str__(self) -> str:
        answer = f"AWS's answer to {self.call}" if self.call else "AWS's answer"
        return (
            f"{self.what}: {answer} was not understood: {self.happened} ({self.place}). "
            "Please send this message to whoever gave you this suite, and look in the AWS console."
        )


@dataclass(eq=False)
class NotSent(AwsError):
    """A call that was not sent, because there are no keys to sign it with; ``helps`` says how to get some."""

    happened = "was not sent"
    helps: str = ""

    @property
    def at_the_start(self) -> str:
        """What users see if nothing has been done yet."""
        code = f"{self.code}; request id {self.request_id}" if self.request_id else self.code
        what = f"{self.message[:1].upper()}{self.message[1:]}".rstrip(".")
        return f"{what} ({code}). Nothing was done; {self.helps}, then run again."

    @property
    def advice(self) -> str:
        """What to do about it, in one sentence."""
        again = self.trouble.value
        return again.replace("again,", f"again ({self.helps}),", 1) if self.trouble is Trouble.EXPIRED else again


class Elsewhere(AwsError):
    """The credentials, or what an answer shows, belong to another account: nobody knows whose things were seen."""

    def __str__(self) -> str:
        return f"{self.message}. {self.trouble.value}"


class Blocked(CleanupError):
    """Something that is not the workshop's blocks a resource that is; waiting would not help."""
