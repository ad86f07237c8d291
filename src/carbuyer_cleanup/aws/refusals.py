"""Turning what came instead of an answer into the errors that users see."""

from __future__ import annotations

import re
import socket
from typing import Any

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    CredentialRetrievalError,
    EndpointConnectionError,
    FlexibleChecksumError,
    HTTPClientError,
    IncompleteReadError,
    NoCredentialsError,
    SSOError,
)
from botocore.exceptions import ConnectionError as BotoConnectionError
from botocore.parsers import ResponseParserError

from carbuyer_cleanup.aws.calls import CALLS
from carbuyer_cleanup.aws.endpoints import shown
from carbuyer_cleanup.errors import AwsError, CleanupError, Garbled, Trouble

NO_ANSWER = (BotoCoreError, ClientError, ResponseParserError)  # what botocore raises instead of an answer
# The last two: the body of an object broke off, or doesn't match its checksum.
FAILED_ON_THE_WAY = (BotoConnectionError, HTTPClientError, IncompleteReadError, FlexibleChecksumError)
NOT_AWS = "the answer is not AWS's, or was cut short"

FORBIDDEN, SERVER_ERRORS = 403, 500  # HTTP's status
NO_ADDRESS = "NoAddress"  # the code for a host that doesn't exist, such as a service's in a Region that lacks it
# The system's error for such a name. EAI_NODATA is glibc's older one; not all systems have it.
NO_SUCH_NAME = frozenset({socket.EAI_NONAME, getattr(socket, "EAI_NODATA", socket.EAI_NONAME)})

# What AWS repeats from a request whose signature it rejects (IAM user guide, "Troubleshoot Signature Version 4"): the
# headers, including the session token. Nothing but such a token is that long.
SECRET = re.compile(r"\s*(The Canonical String|The String-to-Sign|AWS4-HMAC-SHA256).*|[A-Za-z0-9/+=]{100,}", re.DOTALL)


def discreet(text: str) -> str:
    """Return what AWS or botocore said, without secrets, which must not be repeated."""
    return shown(SECRET.sub("\N{HORIZONTAL ELLIPSIS}", text))


def tellable(error: Exception) -> str:
    """Return what users may see of an exception from botocore, or from a credential provider, which may raise any."""
    spoken = isinstance(error, BotoCoreError | ClientError | CleanupError)
    return discreet(str(error)) if spoken else type(error).__name__


def refusal(operation: str, region: str, error: Exception) -> AwsError:
    """Return one of ``NO_ANSWER`` as users see it, when ``operation`` was called in ``region``."""
    if isinstance(error, ClientError):
        return _refused(operation, region, error)
    if isinstance(error, ResponseParserError):
        return not_aws(operation, region)
    code = NO_ADDRESS if _has_no_address(error) else type(error).__name__
    return AwsError(operation, code, discreet(str(error)), _trouble_of_transport(error), region)


def not_aws(operation: str, region: str) -> Garbled:
    """Return the error for an answer that isn't AWS's; the next look shows whether a deletion happened."""
    trouble = Trouble.BUSY if CALLS[operation].writes else Trouble.GARBLED
    return Garbled(operation, "NotAws", NOT_AWS, trouble, region)


def code_of(error: ClientError) -> str:
    """Return AWS's error code; "" if there is none, in which case it wasn't AWS that answered."""
    return str(error.response.get("Error", {}).get("Code", ""))


def _refused(operation: str, region: str, error: ClientError) -> AwsError:
    code, meta = code_of(error), error.response.get("ResponseMetadata", {})
    status = int(meta.get("HTTPStatusCode", 0))
    message = discreet(str(error.response.get("Error", {}).get("Message", "") or "no reason given"))
    if not code or (_is_made_up(code, message, status) and not CALLS[operation].writes):
        return not_aws(operation, region)
    trouble = CALLS[operation].trouble(code, message, status)
    return AwsError(operation, code, message, trouble, region, str(meta.get("RequestId", "")))


def _is_made_up(code: str, message: str, status: int) -> bool:
    """Return whether botocore used HTTP's status for want of a code, and it wasn't AWS that answered.

    AWS's errors have codes. Its load balancers fail without one, but not with 400, nor with a web page instead of JSON.
    """
    has_reason = status >= SERVER_ERRORS or status == FORBIDDEN
    return code == str(status) and (message.lstrip().startswith("<") or not has_reason)


def _has_no_address(error: Exception) -> bool:
    """Return whether the endpoint's name has no address; a resolver that fails says EAI_AGAIN instead."""
    cause: Any = error.kwargs.get("error") if isinstance(error, EndpointConnectionError) else None
    reasons = [cause, getattr(cause, "__cause__", None), getattr(cause, "__context__", None)]
    return any(isinstance(one, socket.gaierror) and one.errno in NO_SUCH_NAME for one in reasons)


def _trouble_of_transport(error: Exception) -> Trouble:
    """Return what kind of trouble it is if there was no answer at all."""
    if isinstance(error, NoCredentialsError | CredentialRetrievalError | SSOError):
        return Trouble.EXPIRED
    return Trouble.TRANSIENT if isinstance(error, FAILED_ON_THE_WAY) else Trouble.OTHER
