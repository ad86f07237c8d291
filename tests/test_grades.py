"""The grades: what Moodle and Canvas make of the file, who is not graded, and that no cell is ever a formula."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from carbuyer_cleanup.classroom import grades
from carbuyer_cleanup.errors import Refused
from carbuyer_cleanup.own_tests import OwnTest
from carbuyer_cleanup.workshop import load
from tests.classroom import HOSTILE, leftovers, not_run, stands, unseen, unverified, with_step
from tests.unhurried import unhurried

if TYPE_CHECKING:
    from collections.abc import Sequence

    from carbuyer_cleanup.classroom.standing import Standing

WORKSHOP = load(Path(__file__).parents[1] / "cleanup_tests" / "workshop.toml")
CLASS = [stands(1), leftovers(2), unverified(3), not_run(4)]
FORMULA = '["\\s]*[=+@\uff1d\uff0b\uff0d\uff20\u2212-]'
# What no importer may see in a header, or it would not know where the students' columns end, or drop ours.
CANVAS_TOTALS = re.compile(r"(Current|Final) (Score|Points|Grade)|Override (Score|Grade|Status)")


def lines(path: Path, standings: Sequence[Standing], style: str, weights: dict[int, float] | None = None) -> list[str]:
    """Write the grades, and return them as text, line by line."""
    manifest = replace(WORKSHOP, weights=WORKSHOP.weights | (weights or {}))
    grades.write(path / "grades.csv", standings, style, manifest)
    return (path / "grades.csv").read_bytes().decode("utf-8-sig").split("\r\n")


def rows(*args: object) -> list[dict[str, str]]:
    """Write the grades, and return them as a spreadsheet reads them."""
    return list(csv.DictReader(io.StringIO("\n".join(lines(*args)))))  # type: ignore[arg-type]  # passed on


def test_moodle_gets_who_and_a_grade_of_100(tmp_path: Path) -> None:
    """A column to know the student by, and a score; whoever is not graded has a hyphen, which Moodle does not store."""
    told = rows(tmp_path, CLASS, "moodle")

    assert [row["Email address"] for row in told] == [f"student{n}@example.com" for n in range(1, 5)]
    assert [row[grades.SCORE] for row in told] == ["100.00", "93.75", "-", "-"]


def test_own_tests_count_as_a_step_each(tmp_path: Path) -> None:
    """Sixteen steps and four tests: a failed one takes a twentieth, and is named; one that errored leaves no grade."""
    passed, failed = (
        OwnTest("t.py::test_a", "", "done"),
        OwnTest("t.py::test_b", "There is no snapshot.", "failed", "1"),
    )
    some = [
        stands(1, "LEFTOVERS", own_tests=(passed,) * 3 + (failed,)),
        stands(2, "LEFTOVERS", own_tests=(failed, OwnTest("t.py::test_c", "", "not seen", "denied"))),
    ]
    told = rows(tmp_path, some, "moodle")

    assert [row[grades.SCORE] for row in told] == ["95.00", "-"]
    assert told[0]["Feedback"] == "This test failed: There is no snapshot."


def test_moodle_is_offered_no_column_with_a_gap(tmp_path: Path) -> None:
    """Moodle gives the grade of a line without a value to the student of the line before."""
    some = [stands(1, columns={"email": "a@b.c", "idnumber": "7"}), stands(2, columns={"email": "d@e.f"})]

    assert list(rows(tmp_path, some, "moodle")[0])[:2] == ["Email address", grades.SCORE]


@pytest.mark.parametrize(
    ("emails", "problem"),
    [
        (("a@b.c", ""), "email is empty for lab-002"),
        (("a@b.c", "  "), "email is empty for lab-002"),
        (("a@b.c", "A@B.C"), "email is the same for lab-001 and lab-002"),
    ],
)
def test_moodle_must_know_whose_grade_it_is(tmp_path: Path, emails: tuple[str, str], problem: str) -> None:
    """Without a column that tells all students apart there is no file, and it can be known before the run."""
    some = [stands(number, columns={"email": email}) for number, email in enumerate(emails, 1)]

    with pytest.raises(Refused, match=problem):
        lines(tmp_path, some, "moodle")
    assert problem in grades.check("moodle", [(one.alias, one.columns) for one in some])[0]
    assert not (tmp_path / "grades.csv").exists()


def test_canvas_gets_its_columns_and_the_points(tmp_path: Path) -> None:
    """The student's columns in Canvas's order, the row of the points, one assignment, and all else read-only."""
    header, points, clean, *_ = csv.reader(lines(tmp_path, CLASS, "canvas"))

    assert header[:6] == ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", grades.SCORE]
    assert points[:6] == ["    Points Possible", "", "", "", "", "100"]
    assert set(points[6:]) == {"(read only)"}
    assert clean[:6] == ["Nguyễn Văn 1", "", "", "student1@example.com", "", "100.00"]
    assert not any(CANVAS_TOTALS.search(name) for name in header)
    assert {len(row) for row in csv.reader(lines(tmp_path, CLASS, "canvas")) if row} == {len(header)}


def test_canvas_leaves_who_is_not_graded_without_a_grade(tmp_path: Path) -> None:
    """Canvas takes an empty cell for no grade."""
    told = rows(tmp_path, CLASS, "canvas")[1:]

    assert [row[grades.SCORE] for row in told] == ["100.00", "93.75", "", ""]


def test_canvas_must_know_whose_grade_it_is(tmp_path: Path) -> None:
    """A name alone is not enough: two students may have the same, and Canvas would take the first."""
    some = [
        stands(1, columns={"name": "An"}),
        stands(2, columns={"canvas_id": "7"}),
        stands(3, columns={"canvas_id": "7"}),
    ]

    with pytest.raises(Refused, match="lab-001 has none of canvas_id") as refused:
        lines(tmp_path, some, "canvas")
    assert "canvas_id is the same for lab-002 and lab-003" in str(refused.value)


def test_plain_needs_nothing_and_keeps_the_rosters_columns(tmp_path: Path) -> None:
    """Whatever the roster has is there, with what the score rests on; Excel knows by the mark that it is UTF-8."""
    clean, left, unknown, never = rows(tmp_path, CLASS, "plain")

    assert (tmp_path / "grades.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    assert (clean["name"], clean["email"]) == ("Nguyễn Văn 1", "student1@example.com")
    assert (clean["Alias"], clean["Account"], clean["Audit depth"]) == ("lab-001", "100000000001", "full")
    assert [row["Verdict"] for row in (clean, left, unknown, never)] == [
        "CLEAN", "LEFTOVERS", "COULD NOT VERIFY", "NOT RUN",
    ]  # fmt: skip
    assert [row["Steps gone"] for row in (clean, left, unknown, never)] == [
        "16 of 16",
        "15 of 16",
        "15 of 16",
        "0 of 16",
    ]
    assert [row["Leftovers"] for row in (clean, left, unknown, never)] == ["0", "1", "", ""]
    assert [row["Cost of leftovers (USD a month)"] for row in (clean, left)] == ["0.00", "43.10"]
    assert "step 4 (NAT gateway)" in left["Feedback"]
    assert unknown["Feedback"].startswith("Not graded: could not verify: step 7: lambda:ListFunctions was refused")
    assert never["Feedback"] == "Not graded: not run: its worker crashed"


@pytest.mark.parametrize(
    ("weights", "grade"), [({4: 3.0}, "83.33"), ({4: 0.0}, "100.00"), ({3: 2.0}, "94.12"), ({4: 1e-4}, "99.99")]
)
def test_steps_count_by_their_weight(tmp_path: Path, weights: dict[int, float], grade: str) -> None:
    """The manifest says what each step is worth."""
    assert rows(tmp_path, [leftovers(1)], "plain", weights)[0][grades.SCORE] == grade


def test_step_that_nobody_could_look_at_is_not_a_zero(tmp_path: Path) -> None:
    """What is left elsewhere is no reason to count a failed look against the student, unless it does not count."""
    doubtful = leftovers(1, steps=with_step(7, result="failed"))

    assert rows(tmp_path, [doubtful], "plain")[0][grades.SCORE] == ""
    assert "step 7 (Lambda function)" in rows(tmp_path, [doubtful], "plain")[0]["Feedback"]
    assert rows(tmp_path, [doubtful], "plain", {7: 0.0})[0][grades.SCORE] == "100.00"


def test_leftovers_without_an_audit_have_no_price(tmp_path: Path) -> None:
    """What only the steps found is counted, but nobody has priced it."""
    told = rows(tmp_path, [leftovers(1, leftovers=(), unlisted=("NAT gateway carbuyer-nat-gateway",))], "plain")[0]

    assert (told["Leftovers"], told["Cost of leftovers (USD a month)"]) == ("1", "")


@pytest.mark.parametrize("verdict", ["REHEARSAL", "LEFTOVERS", "COULD NOT VERIFY"])
def test_rehearsal_grades_nobody(tmp_path: Path, verdict: str) -> None:
    """No grade of a rehearsal can be imported by mistake, and its verdict is marked."""
    told = rows(tmp_path, [stands(1, verdict, rehearsal=True)], "plain")[0]  # type: ignore[arg-type]  # one of the words

    assert told[grades.SCORE] == ""
    assert told["Verdict"].startswith("REHEARSAL")
    assert told["Feedback"] == "Not graded: a rehearsal touches no AWS account."


@unhurried
@given(st.text(), st.text(max_size=3), st.sampled_from(sorted(grades.STYLES)))
@example(HOSTILE, "", "plain")
@example("x;=1+1", "", "canvas")
@example("\uff1dcmd", "\t", "moodle")
@example('";=1+1', "", "plain")
@example("-", "", "plain")
def test_no_cell_is_a_formula(tmp_path_factory: pytest.TempPathFactory, text: str, start: str, style: str) -> None:
    """Whatever students are called, and whatever separator a spreadsheet splits lines at, no cell starts a formula."""
    path = tmp_path_factory.mktemp("grades")
    columns = {"email": start + text + "@example.com", "name": text, "section": start + text}
    told = lines(path, [unverified(1, columns=columns, reasons=unseen(start + text))], style)

    assert len(told) == (4 if style == "canvas" else 3)  # with what follows the last line's end
    for separator in ",;|\t":
        cells = [cell for line in told for cell in line.split(separator) if cell != "-"]
        assert [cell for cell in cells if re.match(FORMULA, cell)] == []
