"""How a replay differs from the run that was recorded, in sentences."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from carbuyer_cleanup.aws.calls import CALLS
from carbuyer_cleanup.recording.reading import key_of
from carbuyer_cleanup.recording.replay_loop import LATE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from carbuyer_cleanup.recording.player import Played
    from carbuyer_cleanup.recording.reading import Recording
    from carbuyer_cleanup.recording.tape import Line

MOST = 20  # lines of one sort
SAME = "The same as was recorded: exit code {code}, verdict, and what each step found and left."
NO_END = "The recording has no end to compare with; its last call was call {calls}."


def compared(
    recording: Recording, played: Played, code: int, results: Line, *, stopped: bool
) -> tuple[list[str], list[str]]:
    """Return how a replay differs, and everything to report about it; one that was ``stopped`` is not compared."""
    is_whole = bool(recording.end) and not stopped
    differences = [*_ends(recording, code, results), *_writes(recording, played)] if is_whole else []
    told = [f"Replayed {played.calls} calls of {len(recording.calls)}."]
    if is_whole and not differences:
        told.append(SAME.format(code=code))
    if not recording.end:
        told.append(NO_END.format(calls=len(recording.calls)))
    return differences, [*told, *differences, *_unknown(played)]


def _ends(recording: Recording, code: int, results: Line) -> Iterator[str]:
    if code != recording.end["exit_code"]:
        yield f"Different: the exit code is {code}; then it was {recording.end['exit_code']}."
    then = recording.end["results"]
    for alias in [*then, *(results.keys() - then.keys())]:
        yield from _results(f" of {alias}" if alias else "", then.get(alias, {}), results.get(alias, {}))


def _results(whose: str, then: Line, now: Line) -> Iterator[str]:
    for name in sorted(then.keys() | now.keys() - {"steps"}):
        if name != "steps" and then.get(name) != now.get(name):
            yield f"Different: {name}{whose} is {now.get(name)}; then it was {then.get(name)}."
    before, after = then.get("steps", {}), now.get("steps", {})
    for number in sorted(before.keys() | after.keys(), key=int):
        if before.get(number) != after.get(number):
            told = "result, found, left"
            yield f"Different: step {number}{whose} ({told}) is {after.get(number)}; then it was {before.get(number)}."


def _writes(recording: Recording, played: Played) -> Iterator[str]:
    """Compare what was written to AWS, each call with its parameters; how often it was tried doesn't matter.

    Calls made just before Ctrl-C are not compared: a busy machine is later than a replay.
    """
    until = math.inf if recording.interrupted is None else recording.interrupted - LATE
    made = (call for call in recording.calls if call.call in CALLS and CALLS[call.call].writes)
    then = {(call.call, key_of(call.params)): call.start for call in made}
    for told, more, less in (("now, and not then", played.written, then), ("then, and not now", then, played.written)):
        for call, params in sorted(key for key in more.keys() - less.keys() if more[key] < until)[:MOST]:
            yield f"Different: written {told}: {call} {params}"


def _unknown(played: Played) -> list[str]:
    found = [
        f"Asked now, and not recorded (not seen): {call} x {count}" for call, count in played.unknown.most_common()
    ]
    return [*found[:MOST], *([f"and {len(found) - MOST} more calls"] if len(found) > MOST else [])]
