"""A recording as data: anybody may have written the file, so everything in it is checked here, once."""

from __future__ import annotations

import json
import math
import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from carbuyer_cleanup.aws.clients import HOME_REGIONS
from carbuyer_cleanup.errors import Refused
from carbuyer_cleanup.recording.tape import lines
from carbuyer_cleanup.workshop import REGION

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from carbuyer_cleanup.recording.tape import Line

CALL = re.compile(r"[a-z0-9-]{2,64}:[A-Za-z0-9]{2,128}")
ALIAS = re.compile(r"[a-z0-9.-]{0,64}")
PREFIX = re.compile(r"[A-Za-z0-9._-]{3,64}-")
MOST_SECONDS = 1e9
MOST_REGION = 64
WRONG = (AttributeError, IndexError, KeyError, OverflowError, TypeError, ValueError)
DAMAGED = "The recording {path} is damaged: {what}. Nothing was done; `scrub` makes a new one of what can be read."


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What was asked for; ``count`` is how often the answer was shared before AWS was asked again."""

    alias: str
    call: str
    region: str
    params: Line | None
    count: int = 0


@dataclass(frozen=True, kw_only=True)
class RecordedCall(Asked):
    """A call and its result: an answer, an error of AWS's, or an exception instead. Times are seconds of the clock."""

    start: float
    end: float
    answer: Line | None = None
    status: int = 0
    error: Line = field(default_factory=dict)
    raised: Line = field(default_factory=dict)

    @property
    def refusal(self) -> str:
        """The code of an error, or the name of what was raised; "" if it was answered."""
        return str(self.error.get("code") or self.raised.get("name") or ("no code" if self.error else ""))


@dataclass(kw_only=True)
class Recording:
    """What is in a file. ``interrupted`` is the time of that, None if it wasn't; ``end`` is {} if it was cut off.

    ``accounts``, ``refused``, ``begun`` and ``memories`` are by alias.
    """

    run: Line = field(default_factory=dict)
    accounts: dict[str, Line] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)
    begun: dict[str, Line] = field(default_factory=dict)
    memories: dict[str, list[Line]] = field(default_factory=dict)
    calls: list[RecordedCall] = field(default_factory=list)
    shared: list[Asked] = field(default_factory=list)
    interrupted: float | None = None
    end: Line = field(default_factory=dict)


def load(path: Path) -> Recording:
    """Read, check and return a recording.

    Raises:
        Refused: it can't be read, is not a recording, or something in it is not as the recorder writes it.
    """
    made = Recording()
    for line in lines(path):
        try:
            take(made, line)
        except WRONG as error:
            raise Refused(DAMAGED.format(path=path, what=f"a line about {line.get('sort')!r} is wrong")) from error
    if not made.run:
        raise Refused(DAMAGED.format(path=path, what="it does not say what was run"))
    return made


def take(made: Recording, line: Line) -> None:
    """Add what a line says to a recording.

    Raises:
        WRONG: it is not as the recorder writes it.
    """
    TAKE.get(str(line.get("sort")), _pass)(made, line)


def _pass(_made: Recording, _line: Line) -> None:
    """Ignore what a later version may add."""


def _run(made: Recording, line: Line) -> None:
    """Take the first one: each worker's part has one. They differ only in the tests of the worker's accounts."""
    form = {
        "version": str, "botocore": str, "python": str, "started": str, "task": str, "rehearsal": bool, "region": str,
        "one_by_one": bool, "depth": str, "audit_regions": list, "prefix": str, "deadlines": dict, "names": dict,
        "members": list, "steps": dict, "audited": list,
    }  # fmt: skip
    _need(all(isinstance(line[name], sort) for name, sort in form.items()))
    _need(line["task"] in ("teardown", "plan", "verify") and line["depth"] in ("full", "workshop"))
    _need(REGION.fullmatch(line["region"]) and PREFIX.fullmatch(line["prefix"]))
    _need(datetime.fromisoformat(line["started"]))
    _need(all(ALIAS.fullmatch(alias) and _are(int, numbers) for alias, numbers in line["steps"].items()))
    _need(_are(str, line["audited"]) and _are(str, line["audit_regions"]) and all(map(_are_strings, line["members"])))
    _need(all(_are(str, names) for names in line["names"].values()))
    if made.run:
        made.run["steps"].update(line["steps"])
        made.run["audited"] += line["audited"]
    else:
        made.run = line


def _account(made: Recording, line: Line) -> None:
    _need(re.fullmatch("[0-9]{12}", line["account"]) and re.fullmatch("arn:aws[a-z-]*:[!-~]{1,2048}", line["caller"]))
    made.accounts[_alias(line)] = line


def _refused(made: Recording, line: Line) -> None:
    made.refused[_alias(line)] = _text(line["why"])


def _begun(made: Recording, line: Line) -> None:
    _need(all(_are(str, pair) and len(pair) == 2 for pair in line["vouched"]) and _are(str, line["not_ours"]))  # noqa: PLR2004 - a pair
    made.begun[_alias(line)] = line


def _memory(made: Recording, line: Line) -> None:
    memory = line["memory"]
    _need(all(isinstance(memory[name], str) for name in ("topic", "region", "id", "because")))
    _need(_are_strings(memory["facts"]))
    made.memories.setdefault(_alias(line), []).append(memory)


def _call(made: Recording, line: Line) -> None:
    _need(CALL.fullmatch(line["call"]) and isinstance(line["region"], str) and len(line["region"]) <= MOST_REGION)
    parts = {name: line.get(name) for name in ("params", "answer", "error", "raised")}
    _need(all(part is None or isinstance(part, dict) for part in parts.values()))
    start, end, status = _seconds(line["from"]), _seconds(line["to"]), line.get("status", 0)
    _need(isinstance(status, int))
    made.calls.append(
        RecordedCall(
            alias=_alias(line),
            call=line["call"],
            region=line["region"],
            start=start,
            end=max(start, end),
            params=parts["params"],
            answer=parts["answer"],
            status=status,
            error=parts["error"] or {},
            raised=parts["raised"] or {},
        )
    )


def _shared(made: Recording, line: Line) -> None:
    _need(CALL.fullmatch(line["call"]) and isinstance(line["params"], dict) and isinstance(line["count"], int))
    made.shared.append(
        Asked(
            alias=_alias(line),
            call=line["call"],
            region=_text(line["region"]),
            params=line["params"],
            count=line["count"],
        )
    )


def _interrupted(made: Recording, line: Line) -> None:
    made.interrupted = _seconds(line["at"])


def _end(made: Recording, line: Line) -> None:
    """Take the last one, which is from the process that started the workers."""
    _need(isinstance(line["exit_code"], int) and all(isinstance(one, dict) for one in line["results"].values()))
    results = made.end.get("results", {}) | line["results"]
    made.end = {"exit_code": line["exit_code"], "results": results}


TAKE: dict[str, Callable[[Recording, Line], None]] = {
    "run": _run,
    "account": _account,
    "refused": _refused,
    "begun": _begun,
    "memory": _memory,
    "call": _call,
    "shared": _shared,
    "interrupted": _interrupted,
    "end": _end,
}


def _need(given: object) -> None:
    if not given:
        raise ValueError


def _are(sort: type, values: Any) -> bool:
    return isinstance(values, list) and all(isinstance(one, sort) for one in values)


def _are_strings(values: Any) -> bool:
    return isinstance(values, dict) and all(isinstance(one, str) for one in values.values())


def _alias(line: Line) -> str:
    _need(ALIAS.fullmatch(line["alias"]))
    return str(line["alias"])


def _text(value: Any) -> str:
    _need(isinstance(value, str))
    return str(value)


def _seconds(value: Any) -> float:
    _need(isinstance(value, (int, float)) and math.isfinite(value) and 0 <= value <= MOST_SECONDS)
    return float(value)


def texts(value: Any) -> Iterable[str]:
    """Yield all texts in a part of a recording, including the names of members."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for name, one in value.items():
            yield str(name)
            yield from texts(one)
    elif isinstance(value, list):
        for one in value:
            yield from texts(one)


def place_of(region: str) -> str:
    """Return the Region that a call was made in; botocore names it differently if an endpoint is configured."""
    return HOME_REGIONS.get(region.removesuffix("-global"), region)


def key_of(params: Line | None) -> str:
    """Return a text that is the same for equal parameters, whatever a list's order: names set it, and were replaced."""
    return json.dumps(_sorted(params), sort_keys=True, default=str)


def _sorted(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _sorted(one) for name, one in value.items()}
    if isinstance(value, list):
        return sorted((_sorted(one) for one in value), key=lambda one: json.dumps(one, sort_keys=True, default=str))
    return value
