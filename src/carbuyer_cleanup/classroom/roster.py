"""The roster: the accounts of a class, one per line of a CSV file with a header."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import TYPE_CHECKING, TypeVar

from carbuyer_cleanup.errors import Refused
from carbuyer_cleanup.resource import printable
from carbuyer_cleanup.workshop import REGION

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

T = TypeVar("T")
ALIAS = re.compile(r"[a-z0-9][a-z0-9.-]{0,62}")  # part of test ids and file names
ROLE = re.compile(r"arn:aws[a-z-]*:iam::([0-9]{12}):role/[\w+=,.@/-]{1,576}", re.ASCII)
BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")  # S3 user guide, bucket naming rules

# Each column that the suite reads: the form of its cells, and what to say about cells that don't have it.
COLUMNS: Mapping[str, tuple[re.Pattern[str], str]] = {
    "alias": (ALIAS, "must be 1 to 63 of a-z, 0-9, '.' and '-', not starting with '.' or '-'"),
    "account_id": (re.compile(r"[0-9]{12}"), "must be 12 digits"),
    "role_arn": (ROLE, "must be the ARN of a role, arn:aws:iam::123456789012:role/NAME"),
    "profile": (re.compile(r"\S(.*\S)?"), "must be the name of a profile"),
    # STS API reference, AssumeRole: ExternalId
    "external_id": (re.compile(r"[\w+=,.@:/-]{2,1224}", re.ASCII), "must be 2 to 1224 letters, digits or +=,.@:/-"),
    "region": (REGION, "must be an AWS Region such as ap-southeast-1"),
    "bucket": (BUCKET, "must be the name of an S3 bucket"),
}
REQUIRED = ("alias", "account_id")
SEPARATORS = ",;\t"  # spreadsheets use the semicolon where the comma is the decimal point
NAMED = re.compile(rf'"?sep=([{SEPARATORS}])"?[{SEPARATORS}]*\n', re.IGNORECASE)  # a first line for Excel
Line = dict[str, str]

# What turns twelve digits into something else, and how to repair it.
TEXT = "format the column as Text, and enter the numbers again"
CAUSES: tuple[tuple[re.Pattern[str], str], ...] = (
    (
        re.compile(r"[0-9]+([.,][0-9]*)?[eE]\+?[0-9]+"),
        f"that is Excel's scientific notation; {TEXT}",
    ),
    (re.compile(r"[0-9]+[.,]0*"), f"that is a decimal number; {TEXT}"),
    (re.compile(r"[0-9]{4}[ -][0-9]{4}[ -][0-9]{4}"), "remove what separates the digits"),
    (re.compile(r"[0-9]{9,11}"), f"spreadsheets drop leading zeros; {TEXT}"),
    (re.compile(r"[0-9]+"), "digits are missing, or there are too many"),
    (re.compile(r"\d+"), "these digits are not 0-9 but from another script"),
    (re.compile(r"[='\"]+[0-9]{12}\"?"), "leave out the sign that makes it text in a spreadsheet"),
)


@dataclass(frozen=True, kw_only=True)
class Member:
    """One account of a class; without a roster there is only one, and nothing is known about it beforehand.

    ``columns`` holds the other cells of its line, such as ``email``, for the grades.
    """

    alias: str = ""
    account: str = ""
    role_arn: str = ""
    profile: str = ""
    external_id: str = ""
    region: str = ""
    bucket: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)


def read(path: Path) -> tuple[Member, ...]:
    """Read and check a roster; return its accounts in order.

    Raises:
        Refused: the file can't be read, or something in it is wrong; the message lists all of it with line numbers.
    """
    header, lines = _table(path)
    errors = _errors_of_header(header) or [*_errors_of_lines(lines), *_twice(lines)]
    if not (errors or lines):
        errors = [(1, "there is no account below the header")]
    if errors:
        told = "\n".join(f"  line {number}: {what}" for number, what in sorted(errors))
        msg = f"The roster {path} is wrong. Nothing was done; correct these lines, then run again:\n{told}"
        raise Refused(msg)
    return tuple(map(_member, lines.values()))


def _table(path: Path) -> tuple[list[str], dict[int, Line]]:
    """Return the header, and the cells of each line by line number; blank lines are skipped."""
    try:
        text, separator, above = _separated(path.read_text(encoding="utf-8-sig"))
        rows = csv.reader(io.StringIO(text, newline=""), strict=True, delimiter=separator)
        numbered = [(rows.line_num + above, [cell.strip() for cell in row]) for row in rows if any(map(str.strip, row))]
    except OSError as error:
        msg = f"The roster {path} can't be read: {error.strerror}. Give another with --roster FILE. Nothing was done."
        raise Refused(msg) from error
    except UnicodeDecodeError as error:
        msg = f"The roster {path} is not in UTF-8; save it as CSV UTF-8. Nothing was done."
        raise Refused(msg) from error
    except csv.Error as error:
        msg = f"The roster {path} is not CSV, line {rows.line_num + above}: {error}. Nothing was done."
        raise Refused(msg) from error
    header = numbered[0][1] if numbered else []
    return header, {number: _cells(header, row) for number, row in numbered[1:]}


def _separated(text: str) -> tuple[str, str, int]:
    """Return the table, its separator, and how many lines stand above it.

    Excel's own first line names the separator; otherwise it is the one that is most frequent in the header.
    """
    if named := NAMED.match(text):
        return text[named.end() :], named[1], 1
    return text, max(SEPARATORS, key=text.partition("\n")[0].count), 0


def _cells(header: list[str], row: list[str]) -> Line:
    """Return a line's cells by column; cells without a column name, or beyond the header, are joined under ""."""
    cells = list(zip_longest(header, row[: len(header)], fillvalue=""))
    nameless = " ".join(filter(None, [*(cell for name, cell in cells if not name), *row[len(header) :]]))
    return {name: cell for name, cell in cells if name} | ({"": nameless} if nameless else {})


def _errors_of_header(header: list[str]) -> list[tuple[int, str]]:
    missing = [name for name in REQUIRED if name not in header]
    missing += [] if {"role_arn", "profile"} & set(header) else ["role_arn or profile"]
    twice = [name for name, count in Counter(header).items() if count > 1 and name]
    return [
        *((1, f"the header has no column {name}") for name in missing),
        *((1, f"the header has column {printable(name)} more than once") for name in twice),
    ]


def _errors_of_lines(lines: Mapping[int, Line]) -> Iterator[tuple[int, str]]:
    for number, line in lines.items():
        yield from ((number, what) for what in _errors_of_line(line))


def _errors_of_line(line: Line) -> Iterator[str]:
    for name, (form, rule) in COLUMNS.items():
        cell = line.get(name, "")
        if not form.fullmatch(cell) if cell else name in REQUIRED:
            yield f"{name} {rule}, not {cell!r}{_cause(cell) if name == 'account_id' else ''}"
    if bool(line.get("role_arn")) == bool(line.get("profile")):
        yield "give either role_arn or profile"
    role = ROLE.fullmatch(line.get("role_arn", ""))
    if role and role[1] != line.get("account_id"):
        yield f"role_arn is a role of account {role[1]}, not of {line.get('account_id')!r}"
    if line.get("external_id") and not line.get("role_arn"):
        yield "external_id is for a role_arn"
    if "" in line:
        yield f"a cell without a column name: {line['']!r}"


def _cause(cell: str) -> str:
    """Return what probably happened to the account number, or ""."""
    return next((f": {cause}" for form, cause in CAUSES if form.fullmatch(cell)), "")


def _twice(lines: Mapping[int, Line]) -> Iterator[tuple[int, str]]:
    for name in REQUIRED:
        first: dict[str, int] = {}
        for number, line in lines.items():
            cell = line.get(name, "")
            if cell and first.setdefault(cell, number) != number:
                yield number, f"{name} {cell!r} is already in line {first[cell]}"


def _member(line: Line) -> Member:
    known = {name: line.get(name, "") for name in COLUMNS}
    columns = {name: cell for name, cell in line.items() if name not in COLUMNS}
    return Member(account=known.pop("account_id"), columns=columns, **known)


def share(members: Iterable[T], index: int, count: int) -> tuple[T, ...]:
    """Return the accounts that worker ``index`` (from 0) of ``count`` takes."""
    return tuple(members)[index::count]
