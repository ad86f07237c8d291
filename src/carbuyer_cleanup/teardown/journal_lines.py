"""What a line of the journal may be. Anybody may have written to the file, so each line is checked when it is read.

A line is a JSON object with exactly the members of its event, each a string of the form given here.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from carbuyer_cleanup.strict_json import Ambiguous, loaded

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from carbuyer_cleanup.resource import Resource

Line = dict[str, Any]

LONGEST = 64 * 1024  # bytes in a line
MOST_TEXT = 4096  # characters in a text: AWS's longest have 2048
MOST_FACTS = 20
SKEW = timedelta(minutes=5)  # between the clocks of two machines
TEXT = re.compile(rf"[^\x00-\x1f\x7f-\x9f\ud800-\udfff]{{0,{MOST_TEXT}}}")
NOT_TEXT = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")

FORMS: Mapping[str, re.Pattern[str]] = {
    "time": re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?\+00:00"),
    "account": re.compile(r"[0-9]{12}"),
    "kind": re.compile(r"[A-Za-z0-9 -]{1,64}"),
    "id": re.compile(rf"(?=.)({TEXT.pattern})"),
    "region": re.compile(r"global|(?=.{1,32}$)[a-z]{2,4}(-[a-z]+)+-[0-9]{1,2}"),
}


class Topic(NamedTuple):
    """What is remembered under a topic: the form of its ids, and the kind of resource that they identify.

    Once AWS says that the resource is gone, it is forgotten. ``kind`` is "" if the id is that of something that is
    deleted first, and what it leaves behind may come back.
    """

    ids: re.Pattern[str]
    kind: str


TOPICS: Mapping[str, Topic] = {
    "elastic ip": Topic(re.compile(r"eipalloc-[0-9a-z]{1,32}"), "Elastic IP"),
    "failed nat gateway": Topic(re.compile(r"nat-[0-9a-z]{1,32}"), ""),
    "internet gateway": Topic(re.compile(r"igw-[0-9a-z]{1,32}"), "internet gateway"),
    "origin access control": Topic(re.compile(r"[A-Za-z0-9-]{1,64}"), "origin access control"),
    "origin bucket": Topic(re.compile(r"[a-z0-9][a-z0-9.-]{1,62}"), "S3 bucket"),
    "table": Topic(re.compile(r"[A-Za-z0-9_.-]{3,255}"), "DynamoDB table"),
    "disk": Topic(re.compile(r"(vol|i)-[0-9a-z]{1,32}"), ""),
    "volume": Topic(re.compile(r"vol-[0-9a-z]{1,32}"), "EBS volume"),
    "rest api": Topic(re.compile(r"[A-Za-z0-9-]{1,64}"), ""),
    "distribution": Topic(re.compile(r"arn:aws[a-z-]*:cloudfront::[0-9]{12}:distribution/[A-Z0-9]{1,32}"), ""),
    "vpc": Topic(re.compile(r"vpc-[0-9a-z]{1,32}"), ""),
    "web acl": Topic(
        re.compile(r"arn:aws[a-z-]*:wafv2:[a-z0-9-]{1,32}:[0-9]{12}:(global|regional)/webacl/[\w-]{1,128}/[\w-]{1,64}"),
        "web ACL",
    ),
    "guarded load balancer": Topic(
        re.compile(r"arn:aws[a-z-]*:elasticloadbalancing:[a-z0-9-]{1,32}:[0-9]{12}:loadbalancer/[\w/-]{1,128}"),
        "",
    ),
    "iam policy": Topic(re.compile(r"arn:aws[a-z-]*:iam::[0-9]{12}:policy/[\w+=,.@/-]{1,640}", re.ASCII), "IAM policy"),
    "virtual mfa device": Topic(
        re.compile(r"arn:aws[a-z-]*:iam::[0-9]{12}:mfa/[\w+=,.@/-]{1,738}", re.ASCII), "virtual MFA device"
    ),
}

STAMP = ("time", "account", "event")
RESOURCE = ("kind", "id", "name", "region", "state", "why")
MEMORY = ("topic", "region", "id")
# The members of each event besides the stamp; "facts" may be absent.
EVENTS: Mapping[str, tuple[str, ...]] = {
    "found": RESOURCE,
    "deleting": RESOURCE,
    "gone": RESOURCE,
    "remember": (*MEMORY, "because", "facts"),
    "forget": MEMORY,
    "declared": ("id",),
}


class BadLine(ValueError):
    """It is not a line of a journal; the message says why."""


def parsed(raw: bytes) -> Line:
    """Return a line as data.

    Raises:
        BadLine: it doesn't have the form that the tables specify, or its time is in the future.
    """
    if len(raw) > LONGEST:
        msg = "it is too long"
        raise BadLine(msg)
    try:
        line = loaded(raw)
    except Ambiguous as error:
        raise BadLine(str(error)) from error
    except (ValueError, RecursionError) as error:  # not UTF-8, torn by a crash, numbers of a million digits
        msg = "it is not JSON"
        raise BadLine(msg) from error
    check(line)
    return dict(line)


def check(line: object) -> None:
    """Check that a line is a line of a journal.

    Raises:
        BadLine: it isn't.
    """
    for wrong in _errors(line):
        raise BadLine(wrong)


def _errors(line: object) -> Iterator[str]:
    if not isinstance(line, dict):
        yield "it is not an object"
        return
    event = line.get("event")
    members = EVENTS.get(event) if isinstance(event, str) else None
    if members is None:
        yield "its event is not one of the journal's"
    elif line.keys() ^ {*STAMP, *members} not in (set(), {"facts"} & {*members}):
        yield "it lacks a member, or has one too many"
    else:
        yield from (f"{name} is not of the right form" for name, value in line.items() if not _fits(name, value))
        yield from _errors_of_time(line["time"])
        yield from _errors_of_topic(line)


def _fits(name: str, value: object) -> bool:
    if name == "facts":
        return _are_facts(value)
    return isinstance(value, str) and FORMS.get(name, TEXT).fullmatch(value) is not None


def _are_facts(value: object) -> bool:
    return (
        isinstance(value, dict)
        and len(value) <= MOST_FACTS
        and all(_fits("name", text) for pair in value.items() for text in pair)
    )


def _errors_of_time(text: str) -> Iterator[str]:
    try:
        when = datetime.fromisoformat(text)
    except ValueError:  # the 30th of February
        yield "its time is not a time"
        return
    if when > datetime.now(UTC) + SKEW:
        yield "its time is in the future"


def _errors_of_topic(line: Line) -> Iterator[str]:
    if "topic" not in line:
        return
    topic = TOPICS.get(line["topic"])
    if topic is None:
        yield "its topic is not one of the journal's"
    elif not topic.ids.fullmatch(line["id"]) or {*re.findall(":([0-9]{12}):", line["id"])} - {line["account"]}:
        yield "its id is not one of the topic's in this account"


def facts_of(resource: Resource) -> dict[str, str]:
    """Return what the journal records about a resource, as texts that can be read back."""
    return {name: clean(getattr(resource, name)) for name in RESOURCE}


def clean(text: str) -> str:
    """Return a text without what a line may not contain: others choose names."""
    return NOT_TEXT.sub("\N{REPLACEMENT CHARACTER}", text)[:MOST_TEXT]
