"""What was raised instead of an answer, raised again: today's code may read it differently from the code then."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

import botocore.exceptions
from botocore.exceptions import BotoCoreError, EndpointConnectionError
from botocore.parsers import ResponseParserError

from carbuyer_cleanup.errors import AwsError, Elsewhere, NotSent, Trouble

if TYPE_CHECKING:
    from carbuyer_cleanup.recording.reading import RecordedCall

OURS = {made.__name__: made for made in (AwsError, NotSent, Elsewhere)}
SAID = "it was so when this was recorded"


def again(call: RecordedCall) -> Exception:
    """Return the exception that a call ended with; it contains only what was recorded."""
    name = str(call.raised.get("name"))
    if name in OURS:
        raised, trouble = call.raised, Trouble[str(call.raised.get("trouble", "OTHER"))]
        return OURS[name](call.call, str(raised.get("code")), str(raised.get("message")), trouble, call.region)
    if call.raised.get("no_address"):
        return _nowhere()
    made = getattr(botocore.exceptions, name, None)
    if not (isinstance(made, type) and issubclass(made, BotoCoreError)):
        return ResponseParserError(SAID)  # for what can't be read, whatever botocore raised
    error = made.__new__(made)
    Exception.__init__(error, f"{name}: {SAID}")
    error.kwargs = {}
    return error


def _nowhere() -> Exception:
    error = EndpointConnectionError(endpoint_url="", error=SAID)
    cause = OSError(SAID)
    cause.__cause__ = socket.gaierror(socket.EAI_NONAME, SAID)
    error.kwargs["error"] = cause
    return error
