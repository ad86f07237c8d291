"""The results of a class in Gradescope's format: a ``results.json`` for each account.

A Gradescope autograder runs for one submission and writes one file, whose format is documented:
https://gradescope-autograders.readthedocs.io/en/latest/specs/
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from carbuyer_cleanup.classroom.grades import FULL, feedback, score
from carbuyer_cleanup.classroom.standing import state
from carbuyer_cleanup.files import make_folder, write_whole
from carbuyer_cleanup.resource import printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from carbuyer_cleanup.certificate.certificate import StepFacts
    from carbuyer_cleanup.classroom.standing import Standing

    Json = dict[str, Any]

FOLDER = "gradescope"  # in the folder of the reports


def write(folder: Path, standings: Iterable[Standing], weights: Mapping[int, float]) -> None:
    """Write ``ALIAS.json`` for each account that has a score, and remove those of the others.

    Gradescope has no word for *no grade*: without a file the autograder fails, and somebody has to look.

    Args:
        folder: where to write them; created if it doesn't exist.
        standings: the accounts.
        weights: how much each step counts, by its number.

    Raises:
        OSError: a file can't be written or removed.
    """
    make_folder(folder)
    for standing in standings:
        path, made = folder / f"{standing.alias}.json", results(standing, weights)
        path.unlink(missing_ok=True)
        if made:
            write_whole(path, json.dumps(made, indent=2, ensure_ascii=False) + "\n")


def results(standing: Standing, weights: Mapping[int, float]) -> Json | None:
    """Return the content of an account's ``results.json``, or None if it has no score.

    Args:
        standing: how the account stands.
        weights: how much each step counts, by its number; steps that count 0 are left out.
    """
    points = score(standing, weights)
    if points is None:
        return None
    share = FULL / sum(weights.values())
    return {
        "score": round(points, 2),
        "execution_time": round(standing.seconds),
        "output": printable(feedback(standing)),
        "output_format": "text",
        "stdout_visibility": "hidden",  # the run's output also tells about other accounts
        "tests": [_test(step, share * weights[step.number]) for step in standing.all_steps if weights[step.number]],
    }


def _test(step: StepFacts, most: float) -> Json:
    is_gone = state(step) == "gone"
    return {
        "name": step.title,
        "number": str(step.number),
        "score": round(most, 2) if is_gone else 0.0,
        "max_score": round(most, 2),
        "status": "passed" if is_gone else "failed",
        "output": "Gone." if is_gone else printable(f"Left: {'; '.join(map(str, step.left))}"),
        "output_format": "text",
    }
