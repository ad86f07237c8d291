"""``python -m carbuyer_cleanup.recording``: show, scrub or replay a recording."""

from __future__ import annotations

import argparse
import importlib
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from carbuyer_cleanup.errors import Refused
from carbuyer_cleanup.recording.reading import load
from carbuyer_cleanup.recording.scrubbing import scrub
from carbuyer_cleanup.recording.showing import shown
from carbuyer_cleanup.resource import printable

if TYPE_CHECKING:
    from collections.abc import Sequence

REFUSED = 4


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what the command line says; return 0, 4 if the file is not a recording, or the replayed run's exit code."""
    options, more = make_parser().parse_known_args(arguments)
    if more and options.do is not _replay:
        make_parser().error(f"unrecognized arguments: {' '.join(more)}")
    options.more = more
    try:
        code: int = options.do(options)
    except Refused as error:
        print(printable(str(error)), file=sys.stderr)  # noqa: T201 - a command line
        return REFUSED
    return code


def make_parser() -> argparse.ArgumentParser:
    """Return what reads the arguments."""
    parser = argparse.ArgumentParser(prog="python -m carbuyer_cleanup.recording")
    verbs = parser.add_subparsers(required=True)
    for verb, do, helps in VERBS:
        own = verbs.add_parser(verb, help=helps)
        own.add_argument("file", type=Path, help="what pytest cleanup_tests/ --record FILE has written")
        own.set_defaults(do=do)
        if do is _replay:
            own.add_argument("--until", type=_count, metavar="N", help="stop after so many calls")
            own.epilog = "Further options are pytest's, such as --pdb."
    return parser


def _count(given: str) -> int:
    if not given.isascii() or not given.isdigit() or int(given) == 0:
        raise argparse.ArgumentTypeError(f"{given!r} is not a number of calls, such as 100")
    return int(given)


def _show(options: argparse.Namespace) -> int:
    print("\n".join(map(printable, shown(load(options.file)))))  # noqa: T201 - a command line
    return 0


def _scrub(options: argparse.Namespace) -> int:
    lost = scrub(options.file)
    left_out = f"; {lost} lines that can't be read were left out" if lost else ""
    print(printable(f"{options.file} was rewritten{left_out}."))  # noqa: T201 - a command line
    return 0


def _replay(options: argparse.Namespace) -> int:
    replaying = importlib.import_module("carbuyer_cleanup.recording.replaying")  # pytest and all of the suite
    done = replaying.replay(options.file, options.until, options.more)
    for line in (*done.told, f"The reports of the replay are in {done.reports}."):
        print(printable(line))  # noqa: T201 - a command line
    return int(done.exit_code)


VERBS = (
    ("show", _show, "say in plain words what is in a recording"),
    ("scrub", _scrub, "once more replace everything that is not public, by today's rules"),
    ("replay", _replay, "run the same command again, offline, with the recorded answers"),
)

if __name__ == "__main__":
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # so `show FILE | head` ends quietly, as with any other program
    sys.exit(main())
