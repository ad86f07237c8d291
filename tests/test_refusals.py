"""An error without a code of AWS's: who answered, and what is made of it."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from carbuyer_cleanup.aws.refusals import refusal
from carbuyer_cleanup.errors import Trouble

PAGE = "\n<!doctype html>\n<title>Sign in</title>"
LOOKS, DELETES = "lambda:ListFunctions", "lambda:DeleteFunction"


@pytest.mark.parametrize(
    ("call", "status", "message", "trouble"),
    [
        (LOOKS, 400, "", Trouble.GARBLED),
        (LOOKS, 404, PAGE, Trouble.GARBLED),
        (LOOKS, 403, PAGE, Trouble.GARBLED),
        (LOOKS, 403, "Forbidden", Trouble.DENIED),
        (LOOKS, 500, PAGE, Trouble.GARBLED),
        (LOOKS, 503, "", Trouble.TRANSIENT),
        (DELETES, 400, "", Trouble.OTHER),
        (DELETES, 500, PAGE, Trouble.TRANSIENT),
    ],
)
def test_without_a_code(call: str, status: int, message: str, trouble: Trouble) -> None:
    """Botocore gives HTTP's status for a code then: a list was not answered by AWS, a deletion was not done."""
    response = {"Error": {"Code": str(status), "Message": message}, "ResponseMetadata": {"HTTPStatusCode": status}}
    error = refusal(call, "eu-west-1", ClientError(response, call))  # type: ignore[arg-type] # as much as is read
    assert error.trouble is trouble
    assert ("<" in str(error)) is (call == DELETES and message == PAGE)


def test_endpoint_with_a_password() -> None:
    """Botocore tells which address didn't answer; the password in it is nobody's business."""
    error = refusal(LOOKS, "", EndpointConnectionError(endpoint_url="https://me:hunter2@example.org:4566/"))
    assert "https://me:\N{HORIZONTAL ELLIPSIS}@example.org:4566/" in str(error)
    assert "hunter2" not in str(error)
