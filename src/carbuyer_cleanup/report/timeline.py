"""The picture of a teardown's time: which step waited for which, when deletions were requested, when all was gone.

Each step is a row. An outline below its bar shows when it would have run in the page's order, step after step.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING, NamedTuple

from markupsafe import Markup

from carbuyer_cleanup.certificate.certificate import StepFacts
from carbuyer_cleanup.classroom.standing import state
from carbuyer_cleanup.report import TEMPLATES
from carbuyer_cleanup.report.rows import duration
from carbuyer_cleanup.teardown.plan import COMES_AFTER, STEP_OF, STEPS, WAITS_FOR
from carbuyer_cleanup.verdict import STATE_SIGNS, STATE_WORDS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from carbuyer_cleanup.plugin.run import Run
    from carbuyer_cleanup.resource import Kind
    from carbuyer_cleanup.teardown.deletion import Deletion
    from carbuyer_cleanup.teardown.engine import Outcome
    from carbuyer_cleanup.teardown.plan import Step

    Deletions = Mapping[Kind, Deletion]

TICKS = (10, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400)  # seconds between two marks of the scale
MOST_TICKS = 6
NOTHING = "nothing was there"


class Stretch(NamedTuple):
    """A period of time, in seconds since the teardown began."""

    start: float
    end: float

    @property
    def length(self) -> float:
        """Its length in seconds."""
        return self.end - self.start


NO_TIME = Stretch(0, 0)


@dataclass(frozen=True, kw_only=True)
class Bar:
    """One step: ``working`` is when AWS worked on it, ``requests`` when deletions were requested; the rest is waiting.

    ``after`` has the numbers of the steps that it waited for; ``paged`` is when it would have run in the page's order.
    """

    step: Step
    result: str
    until: float
    working: tuple[Stretch, ...]
    requests: tuple[Stretch, ...]
    after: tuple[int, ...]
    is_in_chain: bool
    paged: Stretch = NO_TIME

    @property
    def waiting(self) -> list[Stretch]:
        """When nothing could be done because something else had to go first."""
        edges = [0.0, *(edge for work in self.working for edge in work), self.until]
        gaps = [Stretch(start, end) for start, end in list(pairwise(edges))[::2]]
        return [gap for gap in gaps if gap.length > 0]

    @property
    def busy(self) -> float:
        """How many seconds AWS worked on it."""
        return sum(work.length for work in self.working)

    @property
    def ended(self) -> str:
        """When all was gone, and which steps it waited for, in a few words."""
        after = ["after", ", ".join(map(str, self.after))] if self.after else []
        return " ".join([clock(round(self.until)), *after])

    @property
    def in_words(self) -> str:
        """The row in words."""
        after = f", after step {' and '.join(map(str, self.after))}" if self.after else ""
        when = f" after {duration(self.until)}, of which {duration(self.busy)} at work" if self.working else ""
        return f"Step {self.step.number}, {self.step.title}: {self.result}{when}{after}."


@dataclass(frozen=True)
class Timeline:
    """All steps that began, in the page's order; ``chain`` is what the teardown as a whole had to wait for."""

    bars: tuple[Bar, ...]
    chain: tuple[Step, ...]
    links: tuple[Link, ...]

    @property
    def length(self) -> float:
        """Seconds until the last step had ended."""
        return max(bar.until for bar in self.bars)

    @property
    def scale(self) -> float:
        """The seconds that the picture's full width stands for."""
        return max(self.length, *(bar.paged.end for bar in self.bars), 1.0)

    @property
    def ticks(self) -> list[Tick]:
        """The marks of the scale."""
        every = next((tick for tick in TICKS if self.scale / tick <= MOST_TICKS), TICKS[-1])
        return [Tick(seconds, clock(seconds)) for seconds in range(0, int(self.scale) + 1, every)]

    @property
    def summary(self) -> str:
        """What the picture shows, in a sentence or two."""
        names = " → ".join(f"{step.number} {step.title}" for step in self.chain)
        paged = max(bar.paged.end for bar in self.bars)
        return (
            f"It took {duration(self.length)}; in the page's order, one step after another, {duration(paged)}. "
            f"The longest chain, which decided how long it took: {names}."
        )


class Link(NamedTuple):
    """Where the longest chain passes from one row to another, and at which second."""

    start: int
    end: int
    seconds: float


class Tick(NamedTuple):
    """A mark of the scale and its label."""

    seconds: int
    label: str


def clock(seconds: int) -> str:
    """Return seconds as on a stopwatch: ``minutes:seconds``."""
    return f"{seconds // 60}:{seconds % 60:02}"


def picture(run: Run) -> Markup | None:
    """Return the picture of a run as HTML, or None if no deletion began."""
    deletions = run.teardown.deletions
    drawn = timeline(deletions, run.outcomes, run.aws.clock.now()) if deletions else None
    return Markup(TEMPLATES.get_template("timeline.jinja").render(line=drawn)) if drawn else None  # noqa: S704 - escaped


def timeline(deletions: Deletions, outcomes: Mapping[int, Outcome], now: float) -> Timeline | None:
    """Return what happened when, or None if no deletion was requested.

    Args:
        deletions: what became of each kind of resource.
        outcomes: what became of each step, by number; steps that are missing did not finish.
        now: the time, in seconds of the clock that the deletions use.
    """
    begun = {kind: deletion for kind, deletion in deletions.items() if deletion.asked is not None}
    if not any(deletion.requests for deletion in begun.values()):
        return None
    return _Drawing(begun, outcomes, min(deletion.asked or 0.0 for deletion in begun.values()), now).timeline


@dataclass(frozen=True)
class _Drawing:
    """What a timeline is made from; ``origin`` is when the first deletion was asked for."""

    begun: Deletions
    outcomes: Mapping[int, Outcome]
    origin: float
    now: float

    @property
    def timeline(self) -> Timeline:
        kinds = self._chain()
        chain = tuple(dict.fromkeys(STEP_OF[kind] for kind in kinds))
        steps = [step for step in STEPS if step.kinds[0] in self.begun]
        bars = _paged([self._bar(step, chain) for step in steps])
        links = [
            Link(steps.index(STEP_OF[one]), steps.index(STEP_OF[other]), self._ended(one))
            for one, other in pairwise(kinds)
            if STEP_OF[one] != STEP_OF[other]
        ]
        return Timeline(tuple(bars), chain, tuple(links))

    def _chain(self) -> list[Kind]:
        """Return what the teardown waited for: from a kind that waited for nothing up to the one that ended last."""
        chain = [max((kind for kind, deletion in self.begun.items() if deletion.found), key=self._ended)]
        while before := self._awaited(chain[0]):
            chain.insert(0, before)
        return chain

    def _awaited(self, kind: Kind) -> Kind | None:
        """Return what a kind waited for longest, or None if it could begin at once."""
        before = [other for other in WAITS_FOR.get(kind, ()) + COMES_AFTER.get(kind, ()) if other in self.begun]
        last = max(before, key=self._ended, default=None)
        return last if last and self._ended(last) > self._since(self.begun[kind].asked) else None

    def _awaited_step(self, kind: Kind) -> list[int]:
        """Return the number of the other step that a kind waited for, in a list; empty if it waited for none."""
        other = self._awaited(kind)
        if other is None or STEP_OF[other] != STEP_OF[kind]:
            return [STEP_OF[other].number] if other else []
        return self._awaited_step(other)

    def _bar(self, step: Step, chain: tuple[Step, ...]) -> Bar:
        kinds = [kind for kind in step.kinds if self.begun[kind].found]
        awaited = {number for kind in kinds for number in self._awaited_step(kind)}
        working = [
            Stretch(self._since(self.begun[kind].started), self._ended(kind))
            for kind in kinds
            if self.begun[kind].started
        ]
        requests = [
            Stretch(start - self.origin, end - self.origin)
            for kind in kinds
            for start, end in self.begun[kind].requests
        ]
        return Bar(
            step=step,
            result=self._result(step),
            until=max(map(self._ended, kinds), default=0.0),
            working=tuple(_merged(working)),
            requests=tuple(requests),
            after=tuple(sorted(awaited)),
            is_in_chain=step in chain,
        )

    def _result(self, step: Step) -> str:
        outcome = self.outcomes.get(step.number)
        known = state(StepFacts.of(outcome)) if outcome else "unknown"
        if known == "gone" and outcome and not outcome.found:
            return NOTHING
        return f"{STATE_SIGNS[known]} {STATE_WORDS[known]}"

    def _ended(self, kind: Kind) -> float:
        return self._since(self.begun[kind].ended)

    def _since(self, moment: float | None) -> float:
        """Return the seconds from the beginning to that moment, or to now if it is None."""
        return (self.now if moment is None else moment) - self.origin


def _merged(stretches: Iterable[Stretch]) -> list[Stretch]:
    """Return the stretches, with those that overlap or touch joined into one."""
    merged: list[Stretch] = []
    for one in sorted(stretches):
        if merged and one.start <= merged[-1].end:
            merged[-1] = Stretch(merged[-1].start, max(merged[-1].end, one.end))
        else:
            merged.append(one)
    return merged


def _paged(bars: Sequence[Bar]) -> list[Bar]:
    """Return the bars, each with when its step would have run in the page's order."""
    ends = accumulate(bar.busy for bar in bars)
    return [replace(bar, paged=Stretch(end - bar.busy, end)) for bar, end in zip(bars, ends, strict=True)]
