"""``python -m carbuyer_cleanup.recording``: shows a recording, or scrubs it once more."""

from __future__ import annotations

import argparse
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
    """Do as the command line says; return 0, or 4 if the file is no recording."""
    options = _parser().parse_args(arguments)
    try:
        code: int = options.do(options)
    except Refused as error:
        print(printable(str(error)), file=sys.stderr)  # noqa: T201 - a command line
        return REFUSED
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m carbuyer_cleanup.recording")
    verbs = parser.add_subparsers(required=True)
    for verb, do, helps in VERBS:
        own = verbs.add_parser(verb, help=helps)
        own.add_argument("file", type=Path, help="what pytest cleanup_tests/ --record FILE has written")
        own.set_defaults(do=do)
    return parser


def _show(options: argparse.Namespace) -> int:
    print("\n".join(map(printable, shown(load(options.file)))))  # noqa: T201 - a command line
    return 0


def _scrub(options: argparse.Namespace) -> int:
    lost = scrub(options.file)
    left_out = f"; {lost} lines that can't be read were left out" if lost else ""
    print(printable(f"{options.file} was written anew{left_out}."))  # noqa: T201 - a command line
    return 0


VERBS = (
    ("show", _show, "say in plain words what is in a recording"),
    ("scrub", _scrub, "replace all that is not public once more, by today's rules"),
)

if __name__ == "__main__":
    sys.exit(main())
