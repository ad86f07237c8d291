"""``--grades gradescope``: what Gradescope's autograders may write, and the recipe that hands it in."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from carbuyer_cleanup.certificate.certificate import Remnant
from carbuyer_cleanup.classroom import gradescope
from carbuyer_cleanup.teardown.plan import STEPS
from tests.classroom import HOSTILE, leftovers, not_run, stands, unverified, with_step

DOC = Path(__file__).parents[1] / "docs" / "grades.md"
ONCE = {step.number: 1.0 for step in STEPS}
# https://gradescope-autograders.readthedocs.io/en/latest/specs/, "Output format"; what is optional may be left out.
TOP = {
    "score": float,
    "execution_time": int,
    "output": str,
    "output_format": str,
    "stdout_visibility": str,
    "tests": list,
}
TEST = {
    "score": float, "max_score": float, "status": str, "name": str, "number": str, "output": str, "output_format": str,
}  # fmt: skip
WORDS = {
    "output_format": {"text", "html", "simple_format", "md", "ansi"},
    "stdout_visibility": {"hidden", "after_due_date", "after_published", "visible"},
    "status": {"passed", "failed"},
}


def is_documented(given: dict[str, Any], known: dict[str, type]) -> bool:
    """Say whether all fields are documented, of their type, and of the words that there are."""
    typed = all(type(value) is known.get(name) for name, value in given.items())
    return typed and all(given[name] in words for name, words in WORDS.items() if name in given)


@pytest.mark.parametrize("standing", [stands(1), leftovers(2)])
def test_results_are_what_is_documented(standing: Any) -> None:
    """Field by field; the tests' points are what can be reached."""
    made = gradescope.results(standing, ONCE)

    assert made is not None
    assert is_documented(made, TOP)
    assert all(is_documented(test, TEST) for test in made["tests"])
    assert sum(test["max_score"] for test in made["tests"]) == 100
    assert sum(test["score"] for test in made["tests"]) == made["score"]


def test_what_is_left_is_told() -> None:
    """The student sees which step is not done, and what is left of it; a step that doesn't count is left out."""
    made = gradescope.results(leftovers(2), ONCE | {1: 0.0})

    assert made is not None
    assert made["output"].startswith("The audit found 1 leftover, about USD 43.10 a month")
    assert [test["number"] for test in made["tests"]][:3] == ["2", "3", "4"]
    assert made["tests"][2]["status"] == "failed"
    assert made["tests"][2]["output"] == "Left: NAT gateway carbuyer-nat-gateway [available]"


def test_no_grade_is_no_file(tmp_path: Path) -> None:
    """Not a zero: also the file of last time is gone."""
    gradescope.write(tmp_path, [stands(1), stands(2), stands(3)], ONCE)
    gradescope.write(tmp_path, [stands(1), unverified(2), not_run(3)], ONCE)

    assert sorted(file.name for file in tmp_path.iterdir()) == ["lab-001.json"]


def test_names_stay_text() -> None:
    """Gradescope is told that the texts are no markup, and controls are replaced."""
    made = gradescope.results(
        leftovers(2, steps=with_step(4, result="failed", left=(Remnant("VPC", "vpc-1", HOSTILE),))), ONCE
    )

    assert made is not None
    told = made["tests"][3]
    assert told["output_format"] == made["output_format"] == "text"
    assert not re.search(r"[\x07\u202e\n]", told["output"])


def handed_in(tmp_path: Path, *emails: str) -> float | None:
    """Run the script of docs/grades.md as Gradescope does; return the score of a submission of these students."""
    for folder in ("source", "results"):
        (tmp_path / folder).mkdir()
    gradescope.write(tmp_path / "source", [stands(1), leftovers(2)], ONCE)
    (tmp_path / "source" / "class.csv").write_text(
        "alias,email\nlab-001,a@example.com\nlab-002,B@example.com\n", "utf-8"
    )
    users = {"users": [{"email": email, "id": 1234, "name": "B"} for email in emails]}
    (tmp_path / "submission_metadata.json").write_text(json.dumps(users), "utf-8")
    script = re.findall(r"```python\n(.*?)```", DOC.read_text("utf-8"), re.DOTALL)[0]

    subprocess.run([sys.executable, "-c", script], env=os.environ | {"AUTOGRADER": str(tmp_path)}, check=False)  # noqa: S603 - ours

    made = tmp_path / "results" / "results.json"
    return json.loads(made.read_text("utf-8"))["score"] if made.exists() else None


def test_recipe_hands_in_the_file_of_whoever_submits(tmp_path: Path) -> None:
    """However the address is spelt."""
    assert handed_in(tmp_path, "b@example.com") == 93.75


def test_recipe_gives_no_group_the_grade_of_one(tmp_path: Path) -> None:
    """Of two students who submit together, neither gets what only the other's account is worth."""
    assert handed_in(tmp_path, "b@example.com", "a@example.com") is None
