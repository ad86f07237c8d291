"""What others would use instead of this suite, each against the same estate; writes ``docs/benchmarks.md``.

``python -m benchmarks.contest [--rounds N] [--only SECTION ...] [--page]``. The contestants are complete set-ups
(``benchmarks/contestants``), installed by pip into ``.contestants``. Each meets a strict server of its own in this
process, whose clock jumps by what the contestant pauses. At the end a list by plain boto3 tells what is left, and who
was harmed. The figures are kept in ``benchmarks/results.json``, section by section: others stay as they were measured.
"""

from __future__ import annotations

import argparse
import datetime as dt
import os
import platform
import shutil
import statistics
import subprocess
import venv
from typing import TYPE_CHECKING

import boto3
import moto

from benchmarks.contest_courses import COURSES, HERE, HOME, ROOT
from benchmarks.contest_page import page
from benchmarks.contest_results import RESULTS, Figures, Section, read, write
from benchmarks.contest_run import run
from carbuyer_cleanup import __version__

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from benchmarks.contest_courses import Course

PAGE = ROOT / "docs" / "benchmarks.md"


def install() -> dict[str, str]:
    """Install the contestants if need be, and return their versions."""
    wanted, have = (HERE / "requirements.txt").read_text(encoding="utf-8"), HOME / "installed.txt"
    if not have.exists() or have.read_text(encoding="utf-8") != wanted:
        venv.create(HOME, clear=True, with_pip=True)
        pip = [str(HOME / "bin/pip"), "install", "-q", "-r", str(HERE / "requirements.txt")]
        subprocess.run(pip, check=True)  # noqa: S603 - ours
        have.write_text(wanted, encoding="utf-8")
    ours = {"carbuyer-cleanup": __version__, "moto": moto.__version__, "boto3 of the suite": boto3.__version__}
    known = ours | dict(line.split("==") for line in wanted.split())
    return known | ({"rclone": rclone()} if shutil.which("rclone") else {})


def rclone() -> str:
    """Return the version of rclone, which the system's packages have."""
    said = subprocess.run(["rclone", "version"], capture_output=True, text=True, check=True)  # noqa: S607 - wherever
    return said.stdout.split()[1].lstrip("v")


def compete(course: Course, rounds: int, known: Mapping[str, str]) -> Section:
    """Let all contestants run the course in turn, round after round."""
    done: dict[str, list[Figures]] = {}
    for _ in range(rounds):
        for who, command in course.contestants.items():
            if command[0] == "rclone" and "rclone" not in known:
                continue
            done.setdefault(who, []).append(run(course, command))
            print(course.title, "|", who, "|", done[who][-1], flush=True)
    return Section(
        title=course.title,
        figures={who: median(figures) for who, figures in done.items()},
        note=course.note,
        rounds=rounds,
        date=f"{dt.datetime.now(dt.UTC):%Y-%m-%d}",
        machine=machine(),
        versions=dict(sorted(known.items())),
    )


def machine() -> str:
    """Return what the figures hang on: the machine, and how busy it was in the last quarter of an hour."""
    system = f"{platform.system()} {platform.machine()}, Python {platform.python_version()}"
    return f"{os.cpu_count()} cores, load {os.getloadavg()[2]:.0f}, {system}"


def median(figures: Sequence[Figures]) -> Figures:
    """Return the median of each figure."""
    return Figures(*(round(statistics.median(column), 3) for column in zip(*figures, strict=True)))


def make_parser() -> argparse.ArgumentParser:
    """Return what reads the arguments."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", nargs="*", choices=COURSES, metavar="SECTION", help=", ".join(COURSES))
    parser.add_argument("--page", action="store_true", help="measure nothing: write the page anew")
    return parser


def main() -> None:
    """Run what was asked for, keep the figures, and write the page."""
    options = make_parser().parse_args()
    sections = read(RESULTS)
    for name in () if options.page else options.only or COURSES:
        sections[name] = compete(COURSES[name], options.rounds, install())
        sections = {name: sections[name] for name in COURSES if name in sections}
        write(sections, RESULTS)
    PAGE.write_text(page(sections), encoding="utf-8")


if __name__ == "__main__":
    main()
