"""The whole table of the audit against the installed botocore: what is wrong in any line is listed here."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Any

from carbuyer_cleanup.audit.tagged import owners_of
from carbuyer_cleanup.audit.types import HOME, READS, TAGGED, TYPES, Type
from carbuyer_cleanup.audit.types.row import SCHEDULED
from carbuyer_cleanup.aws.calls import CALLS
from carbuyer_cleanup.kinds import distribution, rest_api
from carbuyer_cleanup.workshop import ENTRIES
from tests.audit.shapes import SCALAR, Many, operation_model, paginator, resolve

if TYPE_CHECKING:
    from collections.abc import Callable

TOKEN = re.compile(r"(next|marker|.*token|position|istruncated|hasmore.*|lastevaluated.*)$", re.IGNORECASE)
ENDING = re.compile(r"delet|terminat|shut|remov|releas", re.IGNORECASE)

# States that don't sound like an end and are one: of requests, and of what never came into being.
ENDED = {"cancelled", "closed", "deregistered", "expired", "failed", "rejected", "unsupported"}

# States that sound like an end and are none.
STILL_THERE = {"delete_failed", "delete-failed", "delete_rollback_failed", "deletion_failed", "partially_deleted"}


def each_type(check: Callable[[Type], None]) -> Callable[[], None]:
    """Make a test of a check of one line: it lists what is wrong in any line of the table."""

    def whole_table() -> None:
        assert {type_.name: wrong for type_ in TYPES if (wrong := complaint(check, type_))} == {}

    whole_table.__name__, whole_table.__doc__ = check.__name__, check.__doc__
    return whole_table


def complaint(check: Callable[[Type], None], type_: Type) -> str:
    """Return what a check says of a type, "" if nothing."""
    try:
        check(type_)
    except (AssertionError, LookupError) as error:
        return repr(error)
    return ""


def item_shape(type_: Type) -> Any:
    """Return the shape of one item of a type's list."""
    listed = resolve(type_.items, operation_model(type_.call).output_shape)
    return listed.of if isinstance(listed, Many) else listed.member


def is_text(shape: Any) -> bool:
    """Whether it is a scalar."""
    return shape == SCALAR or getattr(shape, "type_name", "") in {"string", "timestamp", "integer"}


def test_ninety_types() -> None:
    """The table has at least ninety types, each name once, no line twice."""
    assert len(TYPES) >= 90
    assert [name for name, times in Counter(type_.name for type_ in TYPES).items() if times > 1] == []


@each_type
def test_calls_exist(type_: Type) -> None:
    """Each operation is one of the service's, only looks, and gets the parameters that it requires."""
    for call in (type_.call, *type_.others):
        operation_model(call)
        assert re.match("(Describe|List|Get)[A-Z]", call.split(":")[1])
    shape = operation_model(type_.call).input_shape
    given = {*type_.params, *([type_.parent.param] if type_.parent else [])}
    assert set(shape.required_members if shape else ()) <= given <= set(shape.members if shape else ())


@each_type
def test_expressions_resolve(type_: Type) -> None:
    """Each expression selects what it should in the shape of the answer."""
    item = item_shape(type_)
    for path in filter(None, (type_.id, type_.state, type_.arn, type_.region)):
        assert is_text(resolve(path, item)), path
    names = resolve(type_.names or type_.id, item)
    assert is_text(names.of if isinstance(names, Many) else names)
    if type_.tags:
        tags = resolve(type_.tags, item)
        assert tags.type_name == "map" or {name.lower() for name in tags.member.members} >= {"key", "value"}
    if type_.parent:
        assert is_text(resolve(type_.parent.items, operation_model(type_.parent.call).output_shape).of)


@each_type
def test_pages_follow(type_: Type) -> None:
    """Where an answer can go on, botocore or the table knows how; nothing is cut off after the first page."""
    for call in (type_.call, *type_.others):
        tokens = dict(CALLS[call].tokens)
        output = operation_model(call).output_shape
        if paginator(call) is None and tokens:
            for parameter, path in tokens.items():
                assert parameter in operation_model(call).input_shape.members
                resolve(path, output)
        if paginator(call) is None and not tokens:
            members = [output, *(m for m in output.members.values() if m.type_name == "structure")]
            assert [name for shape in members for name in shape.members if TOKEN.match(name)] == []


@each_type
def test_states_are_judged(type_: Type) -> None:
    """Each state that AWS's model lists and that sounds like an end is gone, leaving, or known not to be one."""
    shape = resolve(type_.state, item_shape(type_)) if type_.state else SCALAR
    words = [word.lower() for word in getattr(shape, "enum", None) or [] if ENDING.search(word)]
    assert set(words) <= type_.gone | type_.leaving | SCHEDULED | STILL_THERE


@each_type
def test_no_gone_state_is_a_living_one(type_: Type) -> None:
    """What counts as gone sounds like an end, by AWS's model: INACTIVE is idle, for one, and costs."""
    shape = resolve(type_.state, item_shape(type_)) if type_.state else SCALAR
    words = {word.lower() for word in getattr(shape, "enum", None) or []}
    assert words & type_.gone <= {word for word in words if ENDING.search(word) or word in ENDED}


@each_type
def test_calls_are_known(type_: Type) -> None:
    """The calls' rows have the table's tokens and only look."""
    assert dict(CALLS[type_.call].tokens) == READS[type_.call][1]
    assert not any(CALLS[call].writes for call in (type_.call, *type_.others))


@each_type
def test_arns_lead_back(type_: Type) -> None:
    """An ARN of the type is taken for one of it, and of those that have the same ARNs."""
    if not type_.of:
        return
    service, _, rest = type_.of.partition(":")
    owners = owners_of(f"arn:aws:{service}:eu-west-1:111122223333:{rest}carbuyer-x")
    assert type_ in owners
    assert {owner.of for owner in owners} == {type_.of}


def test_manifest_is_covered() -> None:
    """Each entry of the manifest is looked for, and no line names another."""
    assert {type_.entry for type_ in TYPES if type_.entry} == ENTRIES


def test_memories_agree() -> None:
    """The audit reads from the journal what the deleters write there, under the same topics."""
    assert (rest_api.MEMORY, distribution.MEMORY) == ("rest api", "origin access control")


def test_tagging_api_is_asked_everywhere() -> None:
    """The tagging API answers for one Region only."""
    assert TAGGED.where != HOME
    assert TAGGED in TYPES
