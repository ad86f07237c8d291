"""What is in a recording, in plain words: for whoever is about to send it."""

from __future__ import annotations

import textwrap
from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from carbuyer_cleanup.aws.calls import CALLS
from carbuyer_cleanup.recording.mask import HIDDEN
from carbuyer_cleanup.recording.reading import texts
from carbuyer_cleanup.recording.words import WORD

if TYPE_CHECKING:
    from collections.abc import Iterator

    from carbuyer_cleanup.recording.reading import RecordedCall, Recording

WIDTH = 100
WHAT = {"teardown": "a teardown", "plan": "a plan", "verify": "a check (--verify)"}
REPLACED = (
    "Account numbers, ids, names, tags and addresses are replaced, each by the same letters and digits wherever it "
    "appears. The originals can't be recovered: the key was not kept. Policies, environment values, keys, "
    "passwords, and what is in tables, buckets and logs are not in the file."
)
KEPT = "These words are in it unchanged; they are AWS's, the workshop's, or this suite's own:"


def shown(recording: Recording) -> list[str]:
    """Return what is in a recording, as lines of text."""
    return [*_run(recording), "", *_calls(recording.calls), "", *_wrapped(REPLACED), "", *_words(recording)]


def _run(recording: Recording) -> Iterator[str]:
    run = recording.run
    where = "the embedded AWS (a rehearsal)" if run["rehearsal"] else "AWS"
    many = f"a class of {len(run['members'])} accounts" if run["members"] else "one account"
    yield f"The recording of {WHAT[run['task']]} in {where}, {run['region']}, {many}; started {run['started']}."
    yield f"carbuyer-cleanup {run['version']}, botocore {run['botocore']}, Python {run['python']}."
    yield from (f"An account could not be opened: {why}" for why in recording.refused.values())
    yield _ending(recording)


def _ending(recording: Recording) -> str:
    if not recording.end:
        return "It has no end: the run was killed, or the file is full."
    verdicts = Counter(str(result.get("verdict")) for result in recording.end["results"].values())
    told = ", ".join(
        f"{name.replace('_', ' ')}{f' x {count}' if count > 1 else ''}" for name, count in verdicts.items()
    )
    interrupted = "It was interrupted. " if recording.interrupted is not None else ""
    return f"{interrupted}It ended with exit code {recording.end['exit_code']}{': ' if told else ''}{told}."


def _calls(calls: list[RecordedCall]) -> Iterator[str]:
    by_call: defaultdict[str, list[RecordedCall]] = defaultdict(list)
    for call in calls:
        by_call[call.call].append(call)
    changing = sum(call.call in CALLS and CALLS[call.call].writes for call in calls)
    yield f"{len(calls)} calls; {changing} of them were meant to change something. How often, and in how many Regions:"
    for name, made in sorted(by_call.items()):
        regions, refusals = {call.region for call in made}, Counter(call.refusal for call in made if call.refusal)
        told = "".join(f"; {code} x {count}" for code, count in refusals.most_common())
        yield f"  {name:45} {len(made):6} {len(regions):4}{told}"


def _words(recording: Recording) -> Iterator[str]:
    parts = (part for call in recording.calls for part in (call.params, call.answer, call.error, call.raised))
    rest = (recording.run, recording.accounts, recording.refused, recording.begun, recording.memories)
    found = {word for text in texts([*parts, *rest]) for word in WORD.findall(text)}
    yield KEPT
    yield from _wrapped(" ".join(sorted((word for word in found if _is_word(word)), key=str.lower)))


def _is_word(word: str) -> bool:
    """Return whether it may be a word: not a replacement, nor a number or an id."""
    return not HIDDEN.fullmatch(word.lower()) and word.isalpha()


def _wrapped(text: str) -> list[str]:
    return textwrap.wrap(text, WIDTH, initial_indent="  ", subsequent_indent="  ")
