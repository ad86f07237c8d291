"""Rewriting a recording by today's rules, with another key: for files that an older version wrote."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError
from botocore.model import OperationNotFoundError
from botocore.session import Session as CoreSession

from carbuyer_cleanup.aws.calls import CALLS
from carbuyer_cleanup.errors import Trouble
from carbuyer_cleanup.recording import allowed
from carbuyer_cleanup.recording.mask import Mask
from carbuyer_cleanup.recording.reading import WRONG, Recording, take
from carbuyer_cleanup.recording.tape import Tape, lines
from carbuyer_cleanup.teardown.deadlines import DEADLINES
from carbuyer_cleanup.verdict import Verdict
from carbuyer_cleanup.workshop import ENTRIES

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from carbuyer_cleanup.recording.tape import Line

VERSION = re.compile(r"[0-9A-Za-z.+-]{1,40}")
NAME = re.compile(r"[A-Za-z]{1,64}")
LOOKS = re.compile(r"JSON|XML|a web page|something else|empty")
SEEN_AS_IT_IS = ("sort", "started", "task", "rehearsal", "region", "one_by_one", "depth", "prefix")
VERSIONS = ("version", "botocore", "python")
RESULTS = frozenset({"done", "doubtful", "failed", "not seen", "blocked", "not run"})


def scrub(path: Path) -> int:
    """Rewrite a recording, and return how many of its lines were left out because they can't be read.

    Raises:
        Refused: it is not a recording, or can't be written.
    """
    unfinished = path.with_name(f"{path.name}.unfinished")
    tape, scrubber = Tape(unfinished), _Scrubber()
    try:
        for line in lines(path):
            if cleaned := scrubber.cleaned(line):
                tape.write(cleaned)
        tape.close()
        unfinished.replace(path)
    finally:
        tape.close()
        unfinished.unlink(missing_ok=True)
    return scrubber.lost


class _Scrubber:
    """Scrubs line after line; ``lost`` counts those that could not be read."""

    def __init__(self) -> None:
        self._seen, self._mask, self.lost = Recording(), Mask("carbuyer-"), 0

    def cleaned(self, line: Line) -> Line:
        """Return what may stay of a line, {} if nothing may."""
        try:
            take(self._seen, line)
            if line["sort"] == "run":
                self._mask = Mask(line["prefix"])
            return SCRUB[line["sort"]](line, self._mask)
        except (*WRONG, BotoCoreError, OperationNotFoundError):
            self.lost += 1
            return {}


def _run(line: Line, mask: Mask) -> Line:
    kept = {name: line[name] for name in SEEN_AS_IT_IS}
    kept |= {name: _form(VERSION, line[name]) for name in VERSIONS}
    kept |= {"names": {entry: _texts(names, mask) for entry, names in line["names"].items() if entry in ENTRIES}}
    kept |= {"members": [{_form(NAME, name): mask.text(one[name]) for name in one} for one in line["members"]]}
    kept |= {"deadlines": {name: float(minutes) for name, minutes in line["deadlines"].items() if name in DEADLINES}}
    steps = {mask.text(alias): numbers for alias, numbers in line["steps"].items()}
    return kept | {"steps": steps, "maxfail": int(line.get("maxfail") or 0)} | {
        name: _texts(line[name], mask) for name in ("audited", "audit_regions")
    }  # fmt: skip


def _texts(values: list[str], mask: Mask) -> list[str]:
    return [mask.text(value) for value in values]


def _masked(value: Any, mask: Mask) -> Any:
    """Return a part of a line with all texts replaced."""
    if isinstance(value, dict):
        return {mask.text(name): _masked(one, mask) for name, one in value.items()}
    if isinstance(value, list):
        return [_masked(one, mask) for one in value]
    return mask.text(value) if isinstance(value, str) else None


def _parts(line: Line, mask: Mask, *names: str) -> Line:
    return {"sort": line["sort"], **{name: _masked(line[name], mask) for name in ("alias", *names)}}


def _memory(line: Line, mask: Mask) -> Line:
    memory = {_form(NAME, name): _masked(value, mask) for name, value in line["memory"].items()}
    return _parts(line, mask) | {"memory": memory}


def _shared(line: Line, mask: Mask) -> Line:
    kept = {name: line[name] for name in ("sort", "call", "count")} | _where(line, mask)
    return kept | {"params": allowed.copied(_model(line["call"]), "input", line["params"], mask)}


def _where(line: Line, mask: Mask) -> Line:
    return {"alias": mask.text(line["alias"]), "region": mask.text(line["region"])}


def _call(line: Line, mask: Mask) -> Line:
    kept = {name: line[name] for name in ("sort", "call", "from", "to")} | {"status": line.get("status", 0)}
    kept |= _where(line, mask)
    if line["call"] in CALLS:
        model = _model(line["call"])
        halves = {"params": "input", "answer": "output"}
        kept |= {name: allowed.copied(model, halves[name], line[name], mask) for name in halves if name in line}
    return kept | {name: EDGES[name](line[name], mask) for name in EDGES if name in line}


@cache
def _model(call: str) -> Any:
    service, name = call.split(":")
    return _session().get_service_model(service).operation_model(name)


@cache
def _session() -> CoreSession:
    return CoreSession()


def _error(error: Line, mask: Mask) -> Line:
    code = allowed.code(error["code"]) if error["code"] else ""
    return {"code": code, "message": mask.sentence(str(error["message"]))}


def _raised(raised: Line, mask: Mask) -> Line:
    kept: Line = {"name": _form(NAME, raised["name"]), "no_address": bool(raised.get("no_address"))}
    if raised.get("bytes"):
        seen = raised["bytes"]
        kept["bytes"] = {name: _count(seen.get(name)) for name in ("status", "length", "said")}
        kept["bytes"]["looks"] = _form(LOOKS, seen["looks"])
    if "trouble" in raised:
        kept |= {"trouble": Trouble[raised["trouble"]].name, **_error(raised, mask)}
    return kept


def _end(line: Line, mask: Mask) -> Line:
    results = {mask.text(alias): _result(result) for alias, result in line["results"].items()}
    return {"sort": "end", "exit_code": line["exit_code"], "results": results}


def _result(result: Line) -> Line:
    steps = {str(int(number)): _step(*step) for number, step in result["steps"].items()}
    counts = {name: _count(result[name]) for name in ("unseen", "leftovers")}
    return {"verdict": Verdict[result["verdict"]].name, "steps": steps, **counts}


def _step(result: str, found: int, left: int) -> list[Any]:
    if result not in RESULTS:
        raise ValueError(result)
    return [result, _count(found), _count(left)]


def _count(value: Any) -> int | None:
    return value if isinstance(value, int) else None


def _form(form: re.Pattern[str], value: Any) -> str:
    if not form.fullmatch(value):
        raise ValueError(value)
    return str(value)


EDGES: dict[str, Callable[[Line, Mask], Line]] = {"error": _error, "raised": _raised}
SCRUB: dict[str, Callable[[Line, Mask], Line]] = {
    "run": _run,
    "memory": _memory,
    "call": _call,
    "shared": _shared,
    "end": _end,
    "account": lambda line, mask: _parts(line, mask, "account", "caller") | {"elsewhere": bool(line["elsewhere"])},
    "begun": lambda line, mask: _parts(line, mask, "vouched", "not_ours"),
    "refused": lambda line, mask: _parts(line, mask) | {"why": mask.sentence(line["why"])},
    "interrupted": lambda line, _mask: {"sort": "interrupted", "at": line["at"]},
}
