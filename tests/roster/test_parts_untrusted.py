"""``merge`` and ``part.json`` that anybody may have written: an answer of bounded size, and never a better verdict."""

from __future__ import annotations

import csv
import json
import tempfile
from contextlib import redirect_stderr, redirect_stdout
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carbuyer_cleanup.classroom.merge import main
from carbuyer_cleanup.classroom.parts import Part, Person
from carbuyer_cleanup.classroom.shards import Shard
from tests.classroom import HOSTILE, a_class, leftovers, stands
from tests.unhurried import unhurried

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from carbuyer_cleanup.classroom.standing import Standing

LONGEST = 4000  # characters of an answer to a class of a few accounts
FORMS = st.sampled_from(["1/2", "2/2", "3/2", "0/0", "1/1", "1/3", "1/999999", "999999/999999", "1/0", "-1/2"])
TEXTS = st.one_of(
    st.text(max_size=30), st.sampled_from([HOSTILE, "lab-000", "100000000000", "CLEAN", "../../x"]), FORMS
)
NUMBERS = st.one_of(st.integers(), st.floats(), st.sampled_from([10**400, 2**63, -1, 0]))
JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), NUMBERS, TEXTS),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(TEXTS, inner, max_size=4)),
    max_leaves=8,
)


def told(standings: Sequence[Standing], number: int, parts: int) -> dict[str, Any]:
    """Return a part as its file tells it."""
    shard = Shard(number, parts)
    mine = shard.numbers(s.account for s in standings)
    people = tuple(Person(s.alias, s.account, s.region, s.columns) for s in standings)
    with tempfile.TemporaryDirectory() as folder:
        Part(shard, people, tuple(s for s in standings if s.account in mine)).write(Path(folder))
        found: dict[str, Any] = json.loads((Path(folder) / "part.json").read_text(encoding="utf-8"))
    return found


def merged(*parts: dict[str, Any], options: Sequence[str] = ()) -> tuple[int, str, dict[str, str]]:
    """Merge parts; return exit code, what is said, and the verdicts by alias."""
    with tempfile.TemporaryDirectory() as home, redirect_stdout(StringIO()) as out, redirect_stderr(StringIO()) as err:
        folders = [Path(home) / f"part-{number}" for number in range(len(parts))]
        for folder, part in zip(folders, parts, strict=True):
            folder.mkdir()
            (folder / "part.json").write_text(json.dumps(part), encoding="utf-8")
        code = main(["merge", *map(str, folders), "--reports", f"{home}/reports", *options])
        grades = Path(home) / "reports" / "grades.csv"
        rows = [*csv.DictReader(StringIO(grades.read_text(encoding="utf-8-sig")))] if grades.exists() else []
        return code, out.getvalue() + err.getvalue(), {row["Alias"]: row["Verdict"] for row in rows}


def places(value: Any, way: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Return where something stands within a JSON value."""
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [way, *(place for key, one in inside for place in places(one, (*way, key)))][bool(not way) :]


def put(value: Any, way: tuple[Any, ...], new: Any) -> None:
    """Put something else in a place."""
    for key in way[:-1]:
        value = value[key]
    value[way[-1]] = new


@pytest.mark.exhaustive
@unhurried
@given(st.data())
def test_any_field(data: st.DataObject) -> None:
    """Whatever stands in a field: it is refused with a sentence, or the class is no better than it was."""
    parts = [told([stands(0), leftovers(1), stands(2)], number, 2) for number in (1, 2)]
    place = data.draw(st.sampled_from(places(parts[0])))
    put(parts[0], place, data.draw(JSON))

    code, said, verdicts = merged(*parts)

    assert code in {1, 4, 8}  # lab-001, in the other part, has something left
    assert len(said) < LONGEST
    assert said.isprintable() or set(filter(lambda c: not c.isprintable(), said)) == {"\n"}
    if code == 4:
        assert said.rstrip().endswith(("Nothing was merged.", "make all parts of the same class."))
        assert verdicts == {}
    else:
        assert verdicts["lab-001"] == "LEFTOVERS"


@pytest.mark.exhaustive
@unhurried
@given(FORMS | st.builds(lambda k, n: f"{k}/{n}", st.integers(0, 10**6), st.integers(0, 10**6)))
def test_any_shard(shard: str) -> None:
    """No part claims more parts than the class has accounts: no run makes them."""
    part = told([stands(0), stands(1), stands(2)], 1, 2)
    part["shard"] = shard

    code, said, _ = merged(part)

    assert code == (8 if shard in {"1/2", "1/1"} else 4), said  # of one part: lab-001 is missing in it
    assert len(said) < LONGEST


@pytest.mark.parametrize("parts", [4, 999_999])
def test_more_parts_than_accounts(parts: int) -> None:
    """It is said how many accounts there are, and nothing is merged."""
    part = told([stands(0), stands(1), stands(2)], 1, 1)
    part["shard"] = f"1/{parts}"

    code, said, _ = merged(part)

    assert code == 4
    assert f"it is part 1/{parts} of a class of 3 accounts: --shard makes no more parts than there are accounts" in said


def earlier(**of: float) -> str:
    """Return a time before now, as a part tells it."""
    return (datetime.now(UTC) - timedelta(**of)).isoformat(timespec="seconds")


@pytest.mark.parametrize("when", [earlier(days=7), earlier(hours=25), earlier(days=-2)], ids=["old", "older", "ahead"])
def test_part_of_another_run(when: str) -> None:
    """One of last week, where this run's is missing, grades nobody: who was clean then may not be so now."""
    parts = [told([stands(0), stands(1)], number, 2) for number in (1, 2)]
    parts[1]["made"] = when

    code, said, verdicts = merged(*parts)

    assert verdicts == {"lab-000": "CLEAN", "lab-001": "NOT RUN"}
    assert "Left out, because --max-age is 1 (in days): part 2/2 in " in said
    assert code == 8


def test_only_parts_of_another_run() -> None:
    """Nothing is merged, unless they are said to be recent enough."""
    part = told([stands(0)], 1, 1) | {"made": earlier(days=2)}

    assert merged(part)[0] == 4
    assert merged(part, options=["--max-age", "nan"])[0] == 4
    assert merged(part, options=["--max-age", "2.5"])[2] == {"lab-000": "CLEAN"}


def test_part_that_looked_for_other_names() -> None:
    """An account in which something else was looked for is no part of this class."""
    parts = [told([stands(0), stands(1)], number, 2) for number in (1, 2)]
    parts[1]["names"] = "0" * 64

    code, said, _ = merged(*parts)

    assert code == 4
    assert "looked for other names, or in another Region. Nothing was merged" in said


IMPOSSIBLE: dict[str, Callable[[dict[str, Any]], object]] = {
    "a rehearsal in a real account": lambda one: one.update(verdict="REHEARSAL"),
    "a step twice": lambda one: one["steps"].insert(0, one["steps"][0] | {"result": "failed"}),
    "something left of a step": lambda one: one["steps"][0]["left"].append({"kind": "x", "id": "x", "text": "x"}),
}


@pytest.mark.parametrize("how", IMPOSSIBLE)
def test_standing_that_no_run_writes(how: str) -> None:
    """It would pass for CLEAN, with exit code 0."""
    part = told([stands(0)], 1, 1)
    IMPOSSIBLE[how](part["standings"][0])

    code, said, _ = merged(part)

    assert code == 4
    assert "lab-000 can't be " in said


def test_missing_parts_are_told_as_ranges() -> None:
    """Not one by one, of hundreds."""
    class_ = a_class(500)

    _, said, _ = merged(*(told(class_, number, 500) for number in (2, 3, 7, 499)))

    assert "Missing parts: 1/500, 4/500 to 6/500, 8/500 to 498/500, 500/500. Run them again" in said


def test_missing_parts_are_capped() -> None:
    """Where every second one is missing, the first ones are told, and how many there are."""
    class_ = a_class(100)

    _, said, _ = merged(*(told(class_, number, 100) for number in range(2, 101, 2)))

    line = next(line for line in said.splitlines() if line.startswith("Missing parts: "))
    assert line.startswith("Missing parts: 1/100, 3/100, 5/100, 7/100, 9/100, 11/100, 13/100, 15/100, 17/100, 19/100, ")
    assert "and 40 more" in line
    assert len(line) < 200


def test_strangers_are_told_briefly() -> None:
    """Of many parts two are named that don't fit."""
    class_ = a_class(60)

    code, said, _ = merged(*(told(class_, number, 60) for number in range(1, 60)), told(class_, 1, 2))

    assert code == 4
    assert "These are parts of different classes: " in said
    assert said.count("part-") == 2
