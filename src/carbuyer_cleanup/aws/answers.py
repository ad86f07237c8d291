"""What an answer of AWS must contain before *nothing there* can be believed.

botocore turns a JSON body that is empty, cut short or not JSON into an empty answer, and XML of any other sort, too. So
a body must match its protocol, and the list that was asked for must be in the answer, even if it is empty.
``empty_lists`` says which lists AWS leaves out if they are empty.
"""

from __future__ import annotations

import json
import re
from datetime import datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from botocore.parsers import ResponseParserError, ResponseParserFactory
from botocore.utils import parse_timestamp

from carbuyer_cleanup.aws.calls import CALLS
from carbuyer_cleanup.aws.empty_lists import LEFT_OUT, NOT_PROVED
from carbuyer_cleanup.aws.looking import only_looks
from carbuyer_cleanup.aws.reading import found
from carbuyer_cleanup.errors import Garbled, Trouble

if TYPE_CHECKING:
    from collections.abc import Callable

Answer = dict[str, Any]

JSON = frozenset({"json", "rest-json"})
REDIRECTED = 300  # HTTP's successes are lower
PLAIN = re.compile(r"\w+(?:\[\])?(?:\.\w+(?:\[\])?)*")  # the part of a JMESPath that only names members
ISO = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{3}|\.\d{6})?Z")
UTC = parse_timestamp("1970-01-01T00:00:00Z").tzinfo  # as botocore's times have it
MEMBER = re.compile(r"(\w+)(?:\[\])?\.?")


def refuse_broken(operation_model: Any, response_dict: dict[str, Any], **_event: Any) -> None:
    """Handle botocore's event ``before-parse``: check that the answer to a call that looks has a whole body.

    botocore's own parsers reject XML and CBOR that are cut short, so only JSON is read here. Nobody else notices a body
    shorter than its header says: botocore reads what comes (measured with botocore 1.44.5 and urllib3 2.8.0).

    Raises:
        ResponseParserError: it hasn't.
    """
    if not _has_body(operation_model) or response_dict["status_code"] >= REDIRECTED:
        return
    service = operation_model.service_model
    body, length = response_dict["body"], response_dict["headers"].get("content-length")
    if length and len(body) < int(length):
        raise ResponseParserError(f"{operation_model.name}: only {len(body)} of {length} bytes arrived")
    is_json = service.resolved_protocol in JSON
    if not (_is_answer(body, operation_model.output_shape) if is_json else body):
        raise ResponseParserError(f"{operation_model.name}: the body is empty, or not {service.resolved_protocol}")


def _has_body(operation_model: Any) -> bool:
    """Return whether a call only looks, and its answer is in the body: not in headers alone, nor read later."""
    is_read_later = operation_model.has_streaming_output or operation_model.has_event_stream_output
    call = f"{operation_model.service_model.service_name}:{operation_model.name}"
    return only_looks(call) and not (is_read_later or operation_model.name.startswith("Head"))


def _is_answer(body: bytes, shape: Any) -> bool:
    """Return whether a body is a JSON object, empty or with a member that AWS's model knows: not ``{"message": …}``."""
    try:
        answer = json.loads(body)
    except ValueError:
        return False
    known = {member.serialization.get("name", name) for name, member in shape.members.items()} if shape else set()
    return isinstance(answer, dict) and not (answer and known.isdisjoint(answer))


class Parsers(ResponseParserFactory):
    """Makes botocore's parsers, which trust an answer's form, raise the same error whenever the form is wrong.

    It would be a KeyError for XML without AWS's wrapping element, and a UnicodeDecodeError for a garbled refusal.
    """

    def create_parser(self, protocol_name: str) -> Any:
        """Return a parser that raises ResponseParserError, and nothing else, for what can't be read."""
        self.set_parser_defaults(timestamp_parser=timestamp)
        parser = super().create_parser(protocol_name)
        parser.parse = _telling(parser.parse)  # type: ignore[assignment,method-assign]  # of this one parser
        return parser


def timestamp(value: Any) -> datetime:
    """Return the time in an answer, as botocore does but faster: it tries every form in which people write one."""
    if isinstance(value, str) and ISO.fullmatch(value):
        return datetime.fromisoformat(value).replace(tzinfo=UTC)
    return parse_timestamp(value)


def _telling(parse: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    def parsed(response: Any, shape: Any) -> Any:
        try:
            return parse(response, shape)
        except Exception as error:
            msg = f"{type(error).__name__}: {error}"
            raise ResponseParserError(msg) from error

    return parsed


def demand(operation: str, region: str, answer: Answer) -> None:
    """Check that an answer has the members that the call's row demands.

    Raises:
        Garbled: one is missing.
    """
    for either in CALLS[operation].has:
        if not any(answer.get(member) is not None for member in either.split("|")):
            raise incomplete(operation, region, either)


def listed(operation: str, path: str, answer: Answer, region: str = "") -> list[Any]:
    """Return what a JMESPath selects from a list call's answer; ``{}`` is the answer *there is no such thing*.

    Raises:
        Garbled: a member that the path names is missing, or a name is empty: nobody can say what exists.
    """
    if answer and (member := _missing(operation, MEMBER.findall(_plain(path)), answer)):
        raise incomplete(operation, region, member)
    return found(path, answer) or []


def taken_for_empty(operation: str, path: str, answer: Answer) -> bool:
    """Return whether a list missing from AWS's own answer was taken for empty, though nobody has shown that it is."""
    names = MEMBER.findall(_plain(path))
    return operation in NOT_PROVED and bool(answer and names) and answer.get(names[0]) is None


def _plain(path: str) -> str:
    match = PLAIN.match(path)
    return match[0] if match else ""


def _missing(operation: str, names: list[str], part: Any) -> str:
    """Return the first member of a path that is missing in any item of the lists on the way; "" if none is.

    The texts at the end of a path are names, and an empty text is not a name.
    """
    if not names:
        return "name" if "" in (part if isinstance(part, list) else [part]) else ""
    name, *inner = names
    for one in part if isinstance(part, list) else [part]:
        value = one.get(name) if isinstance(one, dict) else None
        if value is None and (inner or not _may_lack(operation, one)):
            return name
        if value is not None and (missing := _missing(operation, inner, value)):
            return missing
    return ""


def _may_lack(operation: str, part: Any) -> bool:
    """Return whether AWS leaves out an empty list here: CloudFront does if ``Quantity``, which it always sends, is 0.

    Seen in ubergeek42/lambda-letsencrypt#12 and awsdocs/aws-doc-sdk-examples#223. Where nobody knows, the answer must
    be AWS's own, with a request id. In neither case may it show that there is something after all.
    """
    if operation in NOT_PROVED:
        return _is_numbered(part) and not _tells_more(part)
    if operation in LEFT_OUT:
        return not _tells_more(part)
    return operation.startswith("cloudfront:") and part.get("Quantity") == 0


def _is_numbered(answer: Answer) -> bool:
    """Return whether the answer is AWS's, as AWS sent it: a proxy that removes something says 203 or 206."""
    meta = answer.get("ResponseMetadata", {})
    return bool(meta.get("RequestId")) and meta.get("HTTPStatusCode") == HTTPStatus.OK


def _tells_more(answer: Answer) -> bool:
    """Return whether an answer without its list has a marker of a next page, says that it was cut, or has another list.

    The size of a page, the only number in these answers, says nothing.
    """
    told = {name: value for name, value in answer.items() if name != "ResponseMetadata"}
    return any(value for value in told.values() if isinstance(value, bool) or not isinstance(value, int))


def incomplete(operation: str, region: str, member: str) -> Garbled:
    """Return the error for an answer that lacks a member: it is incomplete, or not AWS's."""
    message = f"its answer has no {member}, which AWS always sends"
    return Garbled(operation, "IncompleteAnswer", message, Trouble.GARBLED, region)
