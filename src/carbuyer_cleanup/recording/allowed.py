"""What a recording may keep of a request or an answer: decided member by member, by botocore's models.

Numbers, booleans, times and the words of a model's own lists (``enum``) stay. A text stays, replaced by a mask, only if
the suite reads its member. Everything else (bytes, what a model calls sensitive, members that nobody reads,
documents) is left out.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from carbuyer_cleanup.recording.words import members

if TYPE_CHECKING:
    from collections.abc import Mapping

    from carbuyer_cleanup.recording.mask import Masking

Copy = Callable[[Any, "Masking"], Any]

TIME = "~time"  # the only member of the object that a time becomes in JSON
DEEPEST = 12  # models refer to themselves
LONGEST_CODE = 100
CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]*")
STATE = re.compile(r"(state|status)$", re.IGNORECASE)
UNKNOWN = "Unknown"
INVOKER = re.compile(r"arn:[a-z-]+:execute-api:[a-z0-9-]+:[0-9]{12}:[a-z0-9]+/")  # what kinds.function looks for


def copied(operation: Any, half: str, value: Any, mask: Masking) -> Any:
    """Return what may be kept of a request or an answer, {} if that is nothing.

    Args:
        operation: botocore's model of the operation.
        half: ``input`` or ``output``.
        value: the parameters, or the answer as botocore parsed it.
        mask: what replaces texts.
    """
    return getattr(_kept_of(operation), half)(value, mask) or {}


def asked_of(operation: Any, params: dict[str, Any], mask: Masking) -> Any:
    """Return what may be kept of a call's parameters, without those that botocore adds itself."""
    kept = _kept_of(operation)
    return kept.input({name: value for name, value in params.items() if name not in kept.added}, mask) or {}


@dataclass(frozen=True)
class _Kept:
    """The functions that copy the two halves of an operation's calls, and the parameters that botocore adds."""

    input: Copy
    output: Copy
    added: frozenset[str]


def _kept_of(operation: Any) -> _Kept:
    key = (operation.service_model.service_name, operation.name)
    if key not in _made:  # by name: each client has a model of its own
        halves = (operation.input_shape, operation.output_shape)
        asked, answered = (_copy(shape, "") if shape is not None else _nothing for shape in halves)
        _made[key] = _Kept(asked, answered, frozenset({*operation.idempotent_members, "EncodingType"}))
    return _made[key]


_made: dict[tuple[str, str], _Kept] = {}


def code(text: object) -> str:
    """Return an error code, which is AWS's own word; UNKNOWN if it doesn't look like one."""
    is_one = isinstance(text, str) and len(text) <= LONGEST_CODE and CODE.fullmatch(text)
    return str(text) if is_one else UNKNOWN


def dated(value: datetime) -> Any:
    """Return the JSON object for a time; for ``json.dumps``' ``default``."""
    return {TIME: value.isoformat()}


def read(value: Any) -> Any:
    """Return the value of a JSON object, which may be a time; for ``json.loads``' ``object_hook``."""
    return datetime.fromisoformat(str(value[TIME])) if value.keys() == {TIME} else value


def _copy(shape: Any, member: str, depth: int = 0) -> Copy:
    """Return a function that copies values of a shape; ``member`` holds them, or the list that they are in."""
    make = MAKERS.get(shape.type_name)
    if make is None or depth > DEEPEST:
        return _nothing
    if _is_sensitive(shape) and shape.type_name != "string":
        return _nothing
    return make(shape, member, depth)


def _nothing(_value: Any, _mask: Masking) -> None:
    """Keep nothing: for bytes, documents, sensitive values, and unknown shapes."""


def _structure(shape: Any, _member: str, depth: int) -> Copy:
    copies = _Copies(shape.members, depth + 1)
    needed = {name: _filler(shape.members[name]) for name in shape.required_members}

    def copy(value: Any, mask: Masking) -> Any:
        if not isinstance(value, dict):
            return None
        kept = {name: made for name, one in value.items() if (made := copies[name](one, mask)) is not None}
        return kept | {name: needed[name] for name in needed.keys() & value.keys() - kept.keys()} if needed else kept

    return copy


class _Copies(dict[str, Copy]):
    """The functions that copy each member of a structure, made when needed: models refer to themselves."""

    def __init__(self, members: Mapping[str, Any], depth: int) -> None:
        self._members, self._depth = members, depth

    def __missing__(self, name: str) -> Copy:
        if name not in self._members:
            return _nothing
        self[name] = copy = _copy(self._members[name], name, self._depth)
        return copy


def _filler(shape: Any) -> Any:
    """Return the placeholder for a left-out member that the model requires: what is read is also sent back."""
    return "x" * int(shape.metadata.get("min", 0)) if shape.type_name == "string" else {}


def _list(shape: Any, member: str, depth: int) -> Copy:
    inner = _copy(shape.member, member, depth + 1)

    def copy(value: Any, mask: Masking) -> Any:
        made = [inner(one, mask) for one in value] if isinstance(value, list) else None
        return made and [one for one in made if one is not None]

    return copy


def _map(shape: Any, member: str, depth: int) -> Copy:
    key, inner = _copy(shape.key, member, depth + 1), _copy(shape.value, member, depth + 1)
    if _is_sensitive(shape.key) or _is_sensitive(shape.value):
        return _nothing

    def copy(value: Any, mask: Masking) -> Any:
        pairs = value.items() if isinstance(value, dict) else ()
        made = ((key(name, mask), inner(one, mask)) for name, one in pairs)
        return {name: one for name, one in made if None not in (name, one)} or None

    return copy


def _string(shape: Any, member: str, _depth: int) -> Copy:
    if member not in members():
        return _words_of(shape)
    if member in DOCUMENTS:
        return DOCUMENTS[member]
    if _is_sensitive(shape):
        return lambda value, mask: mask.whole(value) if isinstance(value, str) else None
    return _text_of(shape, member)


def _words_of(shape: Any) -> Copy:
    """Return a function that keeps the words of the model's own list, and nothing else."""
    own = frozenset(getattr(shape, "enum", ()))
    return lambda value, _mask: value if isinstance(value, str) and value in own else None


def _text_of(shape: Any, member: str) -> Copy:
    own, is_state = frozenset(getattr(shape, "enum", ())), bool(STATE.search(member))

    def copy(value: Any, mask: Masking) -> Any:
        if not isinstance(value, str) or value in own:
            return value if isinstance(value, str) else None
        return mask.state(value) if is_state else mask.text(value)

    return copy


def _number(value: Any, _mask: Masking) -> Any:
    return value if isinstance(value, (bool, int, float)) and math.isfinite(value) else None


def _time(value: Any, _mask: Masking) -> Any:
    return value if isinstance(value, datetime) else None


def _is_sensitive(shape: Any) -> bool:
    return bool(shape.metadata.get("sensitive"))


def _policy(value: Any, mask: Masking) -> str | None:
    """Keep what the suite reads in a policy: whether it denies anything, and which APIs it lets in."""
    policy = _parsed(value)
    said = policy.get("Statement", [])
    statements = [one for one in (said if isinstance(said, list) else [said]) if isinstance(one, dict)]
    effects = [{"Effect": effect} for one in statements if (effect := one.get("Effect")) in ("Allow", "Deny")]
    invokers = [mask.text(arn[0]) for arn in INVOKER.finditer(value)] if isinstance(value, str) else []
    return json.dumps({"Statement": effects, "Invokers": invokers}) if policy else None


def _event(value: Any, mask: Masking) -> str | None:
    """Keep, of CloudTrail's record of a call, only which IAM user made it, if one did."""
    identity = _parsed(value).get("userIdentity", {})
    user = identity.get("userName", "") if isinstance(identity, dict) else ""
    if not isinstance(user, str) or identity.get("type") != "IAMUser":
        return "{}"
    return json.dumps({"userIdentity": {"type": "IAMUser", "userName": mask.text(user)}})


def _parsed(value: Any) -> dict[str, Any]:
    try:
        parsed = json.loads(value) if isinstance(value, str) else {}
    except (ValueError, RecursionError):
        return {}
    return parsed if isinstance(parsed, dict) else {}


DOCUMENTS: dict[str, Copy] = {"CloudTrailEvent": _event, "Policy": _policy}  # texts that are JSON, by member
MAKERS: dict[str, Callable[[Any, str, int], Copy]] = {
    "structure": _structure,
    "list": _list,
    "map": _map,
    "string": _string,
    "timestamp": lambda *_: _time,
    **{name: lambda *_: _number for name in ("integer", "long", "float", "double", "boolean")},
}
