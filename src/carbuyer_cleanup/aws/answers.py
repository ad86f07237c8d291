"""What must be in an answer of AWS's, so that *nothing there* can be believed.

botocore makes an empty answer of a JSON body that is empty, cut short or no JSON, and of XML of any other sort. So a
body must be of its protocol, and the list that was asked for must be in the answer, if need be empty. Which lists AWS
leaves out if they are empty is in ``empty_lists``.
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
from carbuyer_cleanup.aws.reading import found
from carbuyer_cleanup.errors import Garbled, Trouble
from carbuyer_cleanup.looking import only_looks

if TYPE_CHECKING:
    from collections.abc import Callable

Answer = dict[str, Any]

JSON = frozenset({"json", "rest-json"})
REDIRECTED = 300  # HTTP's successes are below
PLAIN = re.compile(r"\w+(?:\[\])?(?:\.\w+(?:\[\])?)*")  # of a JMESPath, the part that names members and no more
ISO = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{3}|\.\d{6})?Z")
UTC = parse_timestamp("1970-01-01T00:00:00Z").tzinfo  # as botocore's times have it
MEMBER = re.compile(r"(\w+)(?:\[\])?\.?")


def refuse_broken(operation_model: Any, response_dict: dict[str, Any], **_event: Any) -> None:
    """Handle botocore's event ``before-parse``: the answer to a call that looks has a body, of JSON if it is to be.

    XML and CBOR that are cut short don't pass botocore's own parsers. That a body is shorter than its head says, nobody
    else notices: botocore reads what comes (measured with botocore 1.44.5 and urllib3 2.8.0).

    Raises:
        ResponseParserError: it isn't.
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
    """Say whether a call only looks, and its answer is in the body: not in headers alone, nor read later."""
    is_read_later = operation_model.has_streaming_output or operation_model.has_event_stream_output
    call = f"{operation_model.service_model.service_name}:{operation_model.name}"
    return only_looks(call) and not (is_read_later or operation_model.name.startswith("Head"))


def _is_answer(body: bytes, shape: Any) -> bool:
    """Say whether a body is an object of JSON, and not one of which AWS's model knows no member: ``{"message": …}``."""
    try:
        answer = json.loads(body)
    except ValueError:
        return False
    known = {member.serialization.get("name", name) for name, member in shape.members.items()} if shape else set()
    return isinstance(answer, dict) and not (answer and known.isdisjoint(answer))


class Parsers(ResponseParserFactory):
    """Makes botocore's parsers, which trust that an answer is of the form it should be; if it isn't, that is one error.

    It would be a KeyError of XML without the element that AWS wraps in, a UnicodeDecodeError of a garbled refusal.
    """

    def create_parser(self, protocol_name: str) -> Any:
        """Return a parser that raises ResponseParserError, and nothing else, for what can't be read."""
        self.set_parser_defaults(timestamp_parser=timestamp)
        parser = super().create_parser(protocol_name)
        parser.parse = _telling(parser.parse)  # type: ignore[assignment,method-assign]  # of this one parser
        return parser


def timestamp(value: Any) -> datetime:
    """Return the time that an answer tells, as botocore does, which tries every form in which people write one."""
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
    """Check that what a call must always answer is there.

    Raises:
        Garbled: it isn't.
    """
    for either in CALLS[operation].has:
        if not any(answer.get(member) is not None for member in either.split("|")):
            raise incomplete(operation, region, either)


def listed(operation: str, path: str, answer: Answer, region: str = "") -> list[Any]:
    """Return what a JMESPath selects of a list call's answer; ``{}`` is the answer *there is no such thing*.

    Raises:
        Garbled: a member that the path names is not there, or a name is empty, so that nobody can say what there is.
    """
    if answer and (member := _missing(operation, MEMBER.findall(_plain(path)), answer)):
        raise incomplete(operation, region, member)
    return found(path, answer) or []


def taken_for_empty(operation: str, path: str, answer: Answer) -> bool:
    """Say whether a list that is not in AWS's own answer was taken for empty, though nobody has shown that it is."""
    names = MEMBER.findall(_plain(path))
    return operation in NOT_PROVED and bool(answer and names) and answer.get(names[0]) is None


def _plain(path: str) -> str:
    match = PLAIN.match(path)
    return match[0] if match else ""


def _missing(operation: str, names: list[str], part: Any) -> str:
    """Return the first member of a path that is not there, in any item of the lists on the way; "" if all are.

    Where a path ends at texts these are names, and an empty one is none.
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
    """Say whether AWS leaves an empty list out here: CloudFront does where ``Quantity``, which it always sends, is 0.

    Seen in ubergeek42/lambda-letsencrypt#12 and awsdocs/aws-doc-sdk-examples#223. Where nobody knows, the answer must
    be AWS's own, which has numbered it. In either case it must not tell that there is something all the same.
    """
    if operation in NOT_PROVED:
        return _is_numbered(part) and not _tells_more(part)
    if operation in LEFT_OUT:
        return not _tells_more(part)
    return operation.startswith("cloudfront:") and part.get("Quantity") == 0


def _is_numbered(answer: Answer) -> bool:
    """Say whether it is AWS's answer, and as AWS sent it: a proxy that takes something away says 203 or 206."""
    meta = answer.get("ResponseMetadata", {})
    return bool(meta.get("RequestId")) and meta.get("HTTPStatusCode") == HTTPStatus.OK


def _tells_more(answer: Answer) -> bool:
    """Say whether an answer without its list has the marker of a next page, says that it was cut, or has another list.

    How many a page holds at most, the only number among these answers, says nothing.
    """
    told = {name: value for name, value in answer.items() if name != "ResponseMetadata"}
    return any(value for value in told.values() if isinstance(value, bool) or not isinstance(value, int))


def incomplete(operation: str, region: str, member: str) -> Garbled:
    """Return the error that an answer lacks a member: it is not whole, or not AWS's."""
    message = f"its answer has no {member}, which AWS always sends"
    return Garbled(operation, "IncompleteAnswer", message, Trouble.GARBLED, region)
