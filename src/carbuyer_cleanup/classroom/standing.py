"""A standing: what a run found out about one account of a class, as plain data for the grades and the class page."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from carbuyer_cleanup.audit.found import Leftover
from carbuyer_cleanup.certificate import prices
from carbuyer_cleanup.certificate.certificate import Remnant, RunFacts, StepFacts, judge
from carbuyer_cleanup.own_tests import OwnTest
from carbuyer_cleanup.teardown.plan import STEPS
from carbuyer_cleanup.verdict import GOOD, Reason, Verdict

if TYPE_CHECKING:
    from collections.abc import Mapping

    from carbuyer_cleanup.audit.result import Depth
    from carbuyer_cleanup.certificate.prices import Estimate
    from carbuyer_cleanup.verdict import State, Word

Json = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Standing:
    """How one account stands.

    ``account`` has 12 digits, and comes from the roster if nobody could look. ``reasons`` says what speaks against
    CLEAN, or why nobody looked. ``leftovers`` is what the audit found, ``unlisted`` what only the steps found,
    ``own_tests`` the results of the teacher's own tests. ``seconds`` is how long the account took. ``columns`` holds
    the other cells of its roster line, such as ``email``. ``reservations`` must be stated with the verdict.

    Raises:
        ValueError: a rehearsal would say CLEAN.
    """

    alias: str
    account: str
    region: str
    verdict: Word
    rehearsal: bool
    depth: Depth
    steps: tuple[StepFacts, ...] = ()
    leftovers: tuple[Leftover, ...] = ()
    reasons: tuple[Reason, ...] = ()
    seconds: float = 0.0
    columns: Mapping[str, str] = field(default_factory=dict)
    reservations: tuple[str, ...] = ()
    unlisted: tuple[str, ...] = ()
    own_tests: tuple[OwnTest, ...] = ()

    def __post_init__(self) -> None:
        if self.rehearsal and self.verdict == "CLEAN":
            msg = f"{self.alias}: a rehearsal never says CLEAN."
            raise ValueError(msg)

    @classmethod
    def of(cls, alias: str, run: RunFacts, depth: Depth, columns: Mapping[str, str]) -> Standing:
        """Return how the account of a run stands; the verdict is the certificate's."""
        verdict, reasons = judge(run)
        return cls(
            alias=alias,
            account=run.aws.account,
            region=run.aws.region,
            verdict="REHEARSAL" if run.rehearsal and verdict is Verdict.CLEAN else verdict.word,
            rehearsal=run.rehearsal,
            depth=depth,
            steps=run.steps,
            leftovers=tuple(run.sweep.leftovers) if run.sweep else (),
            reasons=tuple(reasons),
            seconds=max(0.0, round((run.ended - run.started).total_seconds(), 1)),  # a clock may be set back
            columns=dict(columns),
            reservations=tuple(run.sweep.reservations) if run.sweep else (),
            unlisted=run.unlisted,
            own_tests=run.own_tests,
        )

    @property
    def all_steps(self) -> tuple[StepFacts, ...]:
        """All steps of the page, in its order, including those that never ran."""
        known = {step.number: step for step in self.steps}
        return tuple(known.get(step.number, StepFacts(step.number, step.title, "not run")) for step in STEPS)

    @property
    def is_good(self) -> bool:
        """Whether nobody has to look at it."""
        return self.verdict in GOOD

    @property
    def why(self) -> str:
        """The first reason against CLEAN, or "" if none is known."""
        return next((reason.text for reason in self.reasons), "")

    @property
    def count(self) -> int:
        """How many things are left: the one number that terminal, grades and class page show."""
        return len(self.leftovers) + len(self.unlisted)

    @property
    def estimate(self) -> Estimate:
        """What the leftovers cost a month."""
        return prices.estimate(self.leftovers)

    def to_json(self) -> Json:
        """Return it as plain data, to travel between processes."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: Json) -> Standing:
        """Return the standing that :meth:`to_json` wrote, even after JSON has turned its tuples into lists."""
        lists = {
            "steps": tuple(_step(step) for step in data["steps"]),
            "leftovers": tuple(Leftover(**leftover) for leftover in data["leftovers"]),
            "reasons": tuple(Reason(**reason) for reason in data["reasons"]),
            "reservations": tuple(data["reservations"]),
            "unlisted": tuple(data["unlisted"]),
            "own_tests": tuple(OwnTest(**test) for test in data["own_tests"]),
        }
        return cls(**(data | lists))


def state(step: StepFacts | OwnTest) -> State:
    """Return whether what a step or test asks for is gone, as far as anybody knows."""
    if step.result == "done":
        return "gone"
    is_left = step.left if isinstance(step, StepFacts) else step.result == "failed"
    return "left" if is_left else "unknown"


def _step(data: Json) -> StepFacts:
    left = tuple(Remnant(**one) for one in data["left"])
    return StepFacts(**(data | {"found": tuple(data["found"]), "left": left}))
