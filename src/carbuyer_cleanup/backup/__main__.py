"""``python -m carbuyer_cleanup.backup``: checks a backup, or puts its tables and buckets back."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from carbuyer_cleanup.backup.opening import accounts, opened
from carbuyer_cleanup.backup.restore import Wanted, restore
from carbuyer_cleanup.backup.verify import problems
from carbuyer_cleanup.contain import contained
from carbuyer_cleanup.errors import CleanupError, Refused
from carbuyer_cleanup.resource import printable
from carbuyer_cleanup.workshop import ACCOUNT

if TYPE_CHECKING:
    from collections.abc import Sequence

DAMAGED, REFUSED = 1, 4
BOTH = "To put back in a real account give both: --aws --account 123456789012. Nothing was done."
REHEARSED = "REHEARSAL — put back in the embedded AWS, which is gone now. In yours: --aws --account ID"


def main(arguments: Sequence[str] | None = None) -> int:
    """Do as the command line says; return 0, 1 if the backup is damaged or incomplete, 4 if it was refused."""
    options = make_parser().parse_args(arguments)
    try:
        with contained("the backup"):
            code: int = options.do(options)
    except CleanupError as error:
        print(printable(str(error)), file=sys.stderr)  # noqa: T201 - a command line
        return REFUSED
    return code


def make_parser() -> argparse.ArgumentParser:
    """Return what reads the arguments."""
    parser = argparse.ArgumentParser(prog="python -m carbuyer_cleanup.backup", description=__doc__)
    verbs = parser.add_subparsers(required=True)
    check = verbs.add_parser("verify", help="check, offline, that every file is there, and is what was saved")
    put = verbs.add_parser("restore", help="put tables and buckets back; without --aws in the embedded AWS")
    for verb, do in ((check, _verify), (put, _restore)):
        verb.add_argument("folder", type=Path, metavar="DIR", help="the folder that was given with --backup")
        verb.set_defaults(do=do)
    put.add_argument("--aws", action="store_true", help="put back in a real account")
    put.add_argument("--account", default="", metavar="ID", help="the account to put back in (12 digits)")
    put.add_argument(
        "--from", dest="source", default="", metavar="ID", help="whose backup to use, if there are several"
    )
    put.add_argument("--profile", default="", help="the AWS profile, as in the AWS CLI")
    put.add_argument("--name", action="append", default=[], metavar="OLD=NEW", help="another name; may be repeated")
    return parser


def _verify(options: argparse.Namespace) -> int:
    found = 0
    for account in accounts(options.folder):
        with opened(account) as index:
            wrong = list(problems(account, index))
            holds = index.holds()
        found += len(wrong)
        _tell(*(f"{account.name}: {one}" for one in wrong))
        _tell(
            f"{account.name}: {holds.tables} tables, {holds.objects} objects, {len(holds.saved)} definitions; "
            + (f"{len(wrong)} problems" if wrong else "all of it is there, and as it was saved")
        )
    return DAMAGED if found else 0


def _restore(options: argparse.Namespace) -> int:
    if options.aws != bool(ACCOUNT.fullmatch(options.account)):
        raise Refused(BOTH)
    account = _account(options.folder, options.source)
    names = tuple(_name(given) for given in options.name)
    wanted = Wanted(options.account, options.profile, names=names)
    with opened(account) as index:
        for line in restore(account, index, wanted):
            _tell(line)
    if not options.aws:
        _tell(REHEARSED)
    return 0


def _account(folder: Path, source: str) -> Path:
    found = {path.name: path for path in accounts(folder)}
    if source not in found and (source or len(found) > 1):
        raise Refused(f"{folder} holds backups of {', '.join(found)}: say whose with --from ID. Nothing was done.")
    return found.get(source) or next(iter(found.values()))


def _name(given: str) -> tuple[str, str]:
    old, equals, new = given.partition("=")
    if not (old and equals and new):
        raise Refused(f"--name {given}: give the old name and the new one, as OLD=NEW. Nothing was done.")
    return old, new


def _tell(*lines: str) -> None:
    for line in lines:
        print(printable(line), flush=True)  # noqa: T201 - a command line


if __name__ == "__main__":
    sys.exit(main())
