"""The page of a class: all accounts by all steps, in one self-contained file."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NamedTuple, get_args

from markupsafe import Markup

from carbuyer_cleanup.certificate import prices
from carbuyer_cleanup.classroom.comparison import SIGNS as SIGNS_OF_CHANGE
from carbuyer_cleanup.classroom.comparison import change
from carbuyer_cleanup.classroom.grades import FULL, score
from carbuyer_cleanup.classroom.standing import state
from carbuyer_cleanup.files import write_whole
from carbuyer_cleanup.plugin.language import ENGLISH
from carbuyer_cleanup.plugin.run import REHEARSED
from carbuyer_cleanup.report import TEMPLATES, asset, console
from carbuyer_cleanup.report.most_left import most_left
from carbuyer_cleanup.report.rows import duration
from carbuyer_cleanup.resource import printable
from carbuyer_cleanup.teardown.plan import STEPS
from carbuyer_cleanup.verdict import GOOD, SIGNS, STATE_SIGNS, WORST_FIRST, State, Word, style

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from carbuyer_cleanup.audit.found import Leftover
    from carbuyer_cleanup.certificate.certificate import StepFacts
    from carbuyer_cleanup.classroom.comparison import Change
    from carbuyer_cleanup.classroom.standing import Standing

BUDGET = 1_000_000  # characters of details; with the table of 500 accounts the page stays below 2 MB
FEWEST = 2  # reasons that are shown for every account, however many there are
LONGEST = 500  # characters of each text in the details
DEPTHS = {"full": "every type of resource in every Region", "workshop": "the workshop's types of resource only"}
EACH_ONE = dict.fromkeys((step.number for step in STEPS), 1.0)
NOBODY: Mapping[str, float | None] = {}
NAMES = ("student", "name")  # the roster's columns that may hold one
POLICY = "default-src 'none'; style-src {css}; script-src {js}; base-uri 'none'; form-action 'none'"
# Characters in JSON that could end the script element or, before ECMAScript 2019, a line of JavaScript.
UNSAFE = re.compile("[<>&\u2028\u2029]")


class Class(NamedTuple):
    """What the page shows: how the accounts stand, how much each step counts, and last time's scores, if known."""

    standings: Sequence[Standing]
    weights: Mapping[int, float] = EACH_ONE
    earlier: Mapping[str, float | None] = NOBODY


class Cell(NamedTuple):
    """Whether a step is done in an account: ``word`` is for those who don't see the sign."""

    state: State
    word: str

    @property
    def mark(self) -> str:
        """The sign."""
        return STATE_SIGNS[self.state]


@dataclass(frozen=True)
class AccountRow:
    """One account's row of the table."""

    standing: Standing
    points: float | None
    change: Change | None

    @property
    def name(self) -> str:
        """The student's name, if the roster has it."""
        return next((name for column in NAMES if (name := self.standing.columns.get(column, "").strip())), "")

    @property
    def score(self) -> str:
        """The grade, from 0 to 100; "" where there is none. Rounding makes none full."""
        most = FULL if self.points == FULL else FULL - 1
        return "" if self.points is None else f"{min(self.points, most):.0f}"

    @property
    def kind(self) -> str:
        """The verdict as a class of the style sheet."""
        return style(self.standing.verdict)

    @property
    def mark(self) -> str:
        """The verdict's sign."""
        return SIGNS[self.standing.verdict]

    @property
    def rank(self) -> int:
        """The verdict's place in the sort order, the worst first."""
        return WORST_FIRST.index(self.standing.verdict)

    @property
    def cells(self) -> list[Cell]:
        """The steps, followed by the audit."""
        return [*map(_cell, self.standing.all_steps), _audit(self.standing)]

    @property
    def left(self) -> str:
        """How many things are left; "" if that is not known."""
        return "" if self.cells[-1].state == "unknown" else str(self.standing.count)

    @property
    def cost(self) -> str:
        """What the leftovers cost, in USD a month; with a plus sign if the price of some is not known."""
        estimate = self.standing.estimate
        return self.left and f"{estimate.usd:.2f}" + ("+" if estimate.unknown else "")

    @property
    def took(self) -> str:
        """How long the account took, "" if it was not looked at."""
        return duration(self.standing.seconds) if self.standing.seconds else ""


def write(path: Path, a_class: Class) -> None:
    """Write the page of a class.

    Args:
        path: the file.
        a_class: the accounts, with weights and earlier scores.

    Raises:
        OSError: the file can't be written.
    """
    write_whole(path, page(a_class, datetime.now(UTC).astimezone()))


def page(a_class: Class, written: datetime) -> str:
    """Return the page as HTML: the accounts that somebody has to look at come first, the most expensive on top."""
    rows = sorted((_row(standing, a_class) for standing in a_class.standings), key=_urgency)
    standings = [row.standing for row in rows]
    columns = zip(*(row.cells for row in rows), strict=True)
    css, js = "".join(map(asset, ("palette.css", "base.css", "pictures.css", "class.css"))), asset("class.js")
    return TEMPLATES.get_template("class.jinja").render(
        rows=rows,
        steps=[(step.number, step.title) for step in STEPS],
        verdicts=_verdicts(standings),
        done=[sum(cell.state == "gone" for cell in column) for column in columns],
        compared=bool(a_class.earlier),
        most=most_left(standings),
        signs=STATE_SIGNS,
        rehearsal=REHEARSED if any(standing.rehearsal for standing in standings) else "",
        facts=_facts(rows, written),
        css=Markup(css),  # noqa: S704 - ours
        js=Markup(js),  # noqa: S704 - ours
        policy=POLICY.format(css=_hash(css), js=_hash(js)),
        details=Markup(_details(standings)),  # noqa: S704 - JSON, escaped for this place
    )


def _row(standing: Standing, a_class: Class) -> AccountRow:
    points = score(standing, a_class.weights)
    return AccountRow(standing, points, change(standing.alias, points, a_class.earlier) if a_class.earlier else None)


def _urgency(row: AccountRow) -> tuple[int, float, int]:
    return row.rank, -row.standing.estimate.usd, -row.standing.count


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _cell(step: StepFacts) -> Cell:
    words = {"gone": "gone", "left": f"{len(step.left)} left", "unknown": f"not known: {step.result}"}
    return Cell(state(step), words[state(step)])


def _audit(standing: Standing) -> Cell:
    if standing.leftovers:
        return Cell("left", f"{standing.count} left")
    if standing.is_good:
        return Cell("gone", "nothing left")
    return Cell("unknown", "not known")


def _verdicts(standings: Sequence[Standing]) -> list[tuple[str, str, str, int, bool]]:
    """Return each verdict's kind, sign, word, count, and whether it is shown: good ones only if alone."""
    counts = Counter(standing.verdict for standing in standings)
    shown = {word for word in counts if word not in GOOD} or set(GOOD)
    return [(style(word), SIGNS[word], word, counts[word], word in shown) for word in WORST_FIRST if counts[word]]


def _facts(rows: Sequence[AccountRow], written: datetime) -> list[tuple[str, str]]:
    standings = [row.standing for row in rows]
    left = [leftover for standing in standings for leftover in standing.leftovers]
    reserved = " ".join(dict.fromkeys(text for standing in standings for text in standing.reservations))
    return [
        ("Cost of the leftovers", ENGLISH.worth(prices.estimate(left))),
        ("Leftovers", str(sum(standing.count for standing in standings))),
        ("Accounts", str(len(standings))),
        *_since(rows),
        (
            "Depth of the audit",
            "; ".join(f"{depth}: {DEPTHS[depth]}" for depth in sorted({s.depth for s in standings})),
        ),
        ("The estimate", str(prices.estimate(left))),
        *([("With reservations", reserved)] if reserved else []),
        ("Written", f"{written:%Y-%m-%d %H:%M:%S %Z}"),
    ]


def _since(rows: Sequence[AccountRow]) -> list[tuple[str, str]]:
    """Return how many accounts are better, worse and so on, if there are earlier scores."""
    counts = Counter(row.change.trend for row in rows if row.change)
    told = ", ".join(f"{SIGNS_OF_CHANGE[trend]} {counts[trend]} {trend}" for trend in SIGNS_OF_CHANGE if counts[trend])
    return [("Since last time", told)] if told else []


def _details(standings: Sequence[Standing]) -> str:
    """Return all accounts' details as JSON: for each as many leftovers and reasons as there is room for."""
    whole = [_detail(standing) for standing in standings]
    limit = max((len(detail[part]) for detail in whole for part in ("left", "reasons")), default=0)
    while len(text := _json([_cut(detail, limit) for detail in whole])) > BUDGET and limit:
        limit //= 2
    return text


def _cut(detail: dict[str, Any], limit: int) -> dict[str, Any]:
    left, reasons = detail["left"], detail["reasons"]
    told = max(limit, FEWEST)
    rest = [f"and {len(reasons) - told} more"] if len(reasons) > told else []
    return detail | {"left": left[:limit], "more": len(left[limit:]), "reasons": [*reasons[:told], *rest]}


def _json(data: Any) -> str:
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return UNSAFE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def _detail(standing: Standing) -> dict[str, Any]:
    undone = [step for step in standing.all_steps if state(step) != "gone"]
    return {
        "facts": [(_text(name), _text(value)) for name, value in _about(standing) if value],
        "left": [_left(leftover) for leftover in prices.dearest_first(standing.leftovers)],
        "reasons": [_text(str(reason)) for reason in standing.reasons if reason.sort != "left"],
        "steps": [_text(f"{step.number} {step.title}: {_rest(step)}") for step in undone],
    }


def _rest(step: StepFacts) -> str:
    return "; ".join(map(str, step.left)) or _cell(step).word


def _about(standing: Standing) -> list[tuple[str, str]]:
    seconds = duration(standing.seconds) if standing.seconds else ""
    return [("Account", standing.account), ("Region", standing.region), ("Took", seconds), *standing.columns.items()]


def _left(leftover: Leftover) -> list[str]:
    price = prices.price(leftover)
    cost = "unknown" if price is None else f"{price:.2f}"
    told = (leftover.type, leftover.label, leftover.region, leftover.state, leftover.why, cost)
    return [*map(_text, told), console.link(leftover)]


def _text(text: str) -> str:
    return printable(" ".join(text.split())[:LONGEST])


assert set(WORST_FIRST) == set(get_args(Word))  # noqa: S101 - a new verdict needs its place
