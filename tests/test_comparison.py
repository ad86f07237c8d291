"""``--compare``: an older ``grades.csv``, which anybody may have changed, and who has improved since."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from carbuyer_cleanup.classroom import comparison, grades
from carbuyer_cleanup.errors import Refused
from carbuyer_cleanup.workshop import Workshop
from tests.classroom import leftovers, stands, unseen, unverified

if TYPE_CHECKING:
    from pathlib import Path

WORKSHOP = Workshop(region="ap-southeast-1", prefix="carbuyer-", names={})
HEAD = "Alias,CarBuyer cleanup\n"
FORMULA = "=cmd|' /C calc'!A1"


@pytest.mark.parametrize("style", ["plain", "moodle", "canvas"])
def test_own_grades_can_be_read(style: str, tmp_path: Path) -> None:
    """Whatever platform they were written for, no grade included."""
    grades.write(tmp_path / "grades.csv", [stands(1), leftovers(2), unverified(3)], style, WORKSHOP)

    assert comparison.read(tmp_path / "grades.csv") == {"lab-001": 100.0, "lab-002": 93.75, "lab-003": None}


def test_grades_of_thousands_can_be_read(tmp_path: Path) -> None:
    """A large class writes large files, with a sentence for each account."""
    why = unseen("step 7: lambda:ListFunctions was refused: " + "not authorized to perform " * 60)
    grades.write(tmp_path / "grades.csv", [unverified(n, reasons=why) for n in range(1000)], "plain", WORKSHOP)

    assert len(comparison.read(tmp_path / "grades.csv")) == 1000


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "it has no column Alias and no column CarBuyer cleanup"),
        (HEAD, "it has no account"),
        ("Alias;CarBuyer cleanup\nlab-001;100\n", "it has no column Alias"),
        (f"{HEAD}lab-001,100\nlab-001,50\n", "line 3: lab-001 is listed twice"),
        (f"{HEAD}{FORMULA},100\n", "line 2: \"=cmd|' /C calc'!A1\" is not an alias"),
        (f"{HEAD}../../etc,100\n", "line 2: '../../etc' is not an alias"),
        (f"{HEAD}lab-001,101\n", "line 2: '101' is not a score from 0 to 100"),
        (f"{HEAD}lab-001,nan\n", "line 2: 'nan' is not a score"),
        (f"{HEAD}lab-001,-1\n", "line 2: '-1' is not a score"),
        (f"{HEAD}lab-\x1b[2J,100\n", "line 2: 'lab-\ufffd[2J' is not an alias"),
        (f'{HEAD}"lab-001,100\n', "is not CSV"),
        (HEAD.ljust(2**24 + 1), "it is larger than 16 MiB"),
        (b"\xff\xfe", "it is not in UTF-8"),
        (None, "it can't be read: No such file or directory"),
    ],
)
def test_file_that_is_wrong_is_refused(text: str | bytes | None, why: str, tmp_path: Path) -> None:
    """The message names the file, the line and what is wrong; nothing has been done."""
    file = tmp_path / "old.csv"
    if text is not None:
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(Refused, match=re.escape(why)) as refused:
        comparison.read(file)

    assert str(refused.value).startswith(f"--compare {file}: ")
    assert str(refused.value).endswith("Give the grades.csv of an earlier run. Nothing was done.")


@pytest.mark.parametrize(
    ("score", "told"),
    [(100.0, "▲ +50 better"), (25.0, "▼ -25 worse"), (50.0, "= as before"), (None, "? not comparable")],
)
def test_change_is_told_by_sign_and_word(score: float | None, told: str) -> None:
    """Better or worse by so many points."""
    assert str(comparison.change("lab-001", score, {"lab-001": 50.0})) == told


def test_change_of_whom_nobody_knew() -> None:
    """Somebody new, or without a grade then."""
    assert str(comparison.change("lab-002", 100.0, {"lab-001": 50.0})) == "+ new"
    assert str(comparison.change("lab-001", 100.0, {"lab-001": None})) == "? not comparable"
