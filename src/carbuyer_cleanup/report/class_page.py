"""The page of a class: all accounts by all steps, in one file that needs nothing else."""

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
from carbuyer_cleanup.classroom.standing import State, state
from carbuyer_cleanup.files import write_whole
from carbuyer_cleanup.plugin.run import REHEARSAL
from carbuyer_cleanup.report import TEMPLATES, asset, console
from carbuyer_cleanup.report.rows import duration
from carbuyer_cleanup.resource import printable
from carbuyer_cleanup.teardown.plan import STEPS
from carbuyer_cleanup.verdict import SIGNS, Word

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from carbuyer_cleanup.audit.look import Leftover
    from carbuyer_cleanup.certificate.certificate import StepFacts
    from carbuyer_cleanup.classroom.standing import Standing

BUDGET = 1_000_000  # characters of details; with the table of 500 accounts the page stays below 2 MB
FEWEST = 2  # reasons that each account tells in any case
LONGEST = 500  # characters of one text in the details
MARKS: dict[State, str] = {"gone": "✓", "left": "✗", "unknown": "?"}
# In the order in which somebody has to look at them.
VERDICTS: tuple[Word, ...] = ("LEFTOVERS", "COULD NOT VERIFY", "NOT RUN", "REHEARSAL", "CLEAN")
DEPTHS = {"full": "every type of resource in every Region", "workshop": "the workshop's types of resource only"}
POLICY = "default-src 'none'; style-src {css}; script-src {js}; base-uri 'none'; form-action 'none'"
# What would end the script element, or a line of JavaScript before 2019, inside of JSON.
UNSAFE = re.compile("[<>&\u2028\u2029]")


class Cell(NamedTuple):
    """Whether a step is done in an account: ``word`` says it to those who don't see the sign."""

    state: State
    word: str

    @property
    def mark(self) -> str:
        """The sign."""
        return MARKS[self.state]


@dataclass(frozen=True)
class Row:
    """One account's line of the table."""

    standing: Standing

    @property
    def kind(self) -> str:
        """The verdict as a class of the style sheet."""
        return _kind(self.standing.verdict)

    @property
    def mark(self) -> str:
        """The verdict's sign."""
        return SIGNS[self.standing.verdict]

    @property
    def rank(self) -> int:
        """The verdict's place when sorted by it."""
        return VERDICTS.index(self.standing.verdict)

    @property
    def cells(self) -> list[Cell]:
        """The steps and, last, the audit."""
        return [*map(_cell, self.standing.all_steps), _audit(self.standing)]

    @property
    def left(self) -> str:
        """How many things are left; nothing where none were found because nobody could look."""
        return "" if self.cells[-1].state == "unknown" else str(self.standing.count)

    @property
    def cost(self) -> str:
        """What the leftovers cost a month; with a plus if there is more whose price is not known."""
        estimate = self.standing.estimate
        return self.left and f"{estimate.usd:.2f}" + ("+" if estimate.unknown else "")

    @property
    def took(self) -> str:
        """How long the account took."""
        return duration(self.standing.seconds) if self.standing.seconds else ""


def write(path: Path, standings: Sequence[Standing]) -> None:
    """Write the page.

    Args:
        path: the file.
        standings: the accounts, in the order of the roster.

    Raises:
        OSError: it can't be written.
    """
    write_whole(path, page(standings, datetime.now(UTC).astimezone()))


def page(standings: Sequence[Standing], written: datetime) -> str:
    """Return the page as HTML."""
    rows = [Row(standing) for standing in standings]
    columns = zip(*(row.cells for row in rows), strict=True)
    css, js = asset("palette.css") + asset("class.css"), asset("class.js")
    return TEMPLATES.get_template("class.jinja").render(
        rows=rows,
        steps=[(step.number, step.title) for step in STEPS],
        verdicts=_verdicts(standings),
        done=[sum(cell.state == "gone" for cell in column) for column in columns],
        rehearsal=REHEARSAL if any(standing.rehearsal for standing in standings) else "",
        facts=_facts(standings, written),
        css=Markup(css),  # noqa: S704 - ours
        js=Markup(js),  # noqa: S704 - ours
        policy=POLICY.format(css=_hash(css), js=_hash(js)),
        details=Markup(_details(standings)),  # noqa: S704 - JSON, escaped for this place
    )


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _kind(verdict: Word) -> str:
    return verdict.lower().replace(" ", "-")


def _cell(step: StepFacts) -> Cell:
    words = {"gone": "gone", "left": f"{len(step.left)} left", "unknown": f"not known: {step.result}"}
    return Cell(state(step), words[state(step)])


def _audit(standing: Standing) -> Cell:
    if standing.leftovers:
        return Cell("left", f"{standing.count} left")
    if standing.verdict in ("CLEAN", "REHEARSAL"):
        return Cell("gone", "nothing left")
    return Cell("unknown", "not known")


def _verdicts(standings: Sequence[Standing]) -> list[tuple[str, str, str, int]]:
    """Return kind, sign, word and number of the verdicts that there are."""
    counts = Counter(standing.verdict for standing in standings)
    return [(_kind(word), SIGNS[word], word, counts[word]) for word in VERDICTS if counts[word]]


def _facts(standings: Sequence[Standing], written: datetime) -> list[tuple[str, str]]:
    left = [leftover for standing in standings for leftover in standing.leftovers]
    reserved = " ".join(dict.fromkeys(text for standing in standings for text in standing.reservations))
    return [
        ("Accounts", str(len(standings))),
        ("Leftovers", str(sum(standing.count for standing in standings))),
        ("Cost of the leftovers", str(prices.estimate(left))),
        (
            "Depth of the audit",
            "; ".join(f"{depth}: {DEPTHS[depth]}" for depth in sorted({s.depth for s in standings})),
        ),
        *([("With a reservation", reserved)] if reserved else []),
        ("Written", f"{written:%Y-%m-%d %H:%M:%S %Z}"),
    ]


def _details(standings: Sequence[Standing]) -> str:
    """Return the details of all accounts as JSON: as many leftovers and reasons of each as there is room for."""
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
    listed = {*map(str, standing.leftovers), *(text for step in undone for text in step.left)}  # no need of that twice
    return {
        "facts": [(_text(name), _text(value)) for name, value in _about(standing) if value],
        "left": [_left(leftover) for leftover in standing.leftovers],
        "reasons": [_text(reason) for reason in standing.reasons if reason not in listed],
        "steps": [_text(f"{step.number} {step.title}: {'; '.join(step.left) or _cell(step).word}") for step in undone],
    }


def _about(standing: Standing) -> list[tuple[str, str]]:
    seconds = duration(standing.seconds) if standing.seconds else ""
    return [("Account", standing.account), ("Region", standing.region), ("Took", seconds), *standing.columns.items()]


def _left(leftover: Leftover) -> list[str]:
    price = prices.price(leftover)
    cost = "unknown" if price is None else f"{price:.2f}"
    label = leftover.name if leftover.id in ("", leftover.name, leftover.arn) else f"{leftover.name} ({leftover.id})"
    told = (leftover.type, label, leftover.region, leftover.state, leftover.why, cost)
    return [*map(_text, told), console.link(leftover)]


def _text(text: str) -> str:
    return printable(" ".join(text.split())[:LONGEST])


assert set(VERDICTS) == set(get_args(Word))  # noqa: S101 - a new verdict needs its place
