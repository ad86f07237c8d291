"""Checking a certificate: who signed it, whether it is one, how old it is, and what it says."""

from __future__ import annotations

import argparse
import json
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
import jsonschema
from securesystemslib.dsse import Envelope
from securesystemslib.exceptions import FormatError, VerificationError

from carbuyer_cleanup.errors import Refused
from carbuyer_cleanup.resource import printable
from carbuyer_cleanup.signing import PAYLOAD, public_key

if TYPE_CHECKING:
    from collections.abc import Sequence

SCHEMA = Path(__file__).resolve().parents[2] / "docs" / "certificate.schema.json"
MAX_AGE = 30  # days
DEPTHS = ("workshop", "full")  # each looks for more than those before it


def main(arguments: Sequence[str] | None = None) -> int:
    """Check a certificate as the command line says; return 0 if it is genuine, recent and CLEAN, else 1."""
    options = _parser().parse_args(arguments)
    try:
        given = {"depth": options.depth, "regions": options.regions}
        line = verify(Path(options.file), options.key, options.max_age, options.account, **given)
    except Refused as error:
        print(f"REFUSED: {printable(str(error))}", file=sys.stderr)  # noqa: T201 - a command line
        return 1
    print(printable(line))  # noqa: T201 - a command line
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m carbuyer_cleanup.certificate")
    verb = parser.add_subparsers(required=True).add_parser("verify", help="check a certificate")
    verb.add_argument("file", help="reports/certificate.json")
    verb.add_argument("--key", required=True, help="the signer's key: a PEM file, or the ARN of a KMS key")
    verb.add_argument("--max-age", type=_days, default=MAX_AGE, metavar="DAYS", help="default: %(default)s")
    verb.add_argument("--account", default="", help="the account that it must be about")
    verb.add_argument("--depth", choices=DEPTHS, default="full", help="how deep it must have looked; default: full")
    verb.add_argument("--regions", default="", metavar="LIST", help="the Regions that will do; default: all enabled")
    return parser


def _days(text: str) -> float:
    days = float(text)
    if not 0 <= days <= timedelta.max.days:
        raise ValueError(text)
    return days


def verify(  # noqa: PLR0913 - what the command line has
    file: Path, key: str, max_age: float = MAX_AGE, account: str = "", *, depth: str = "full", regions: str = ""
) -> str:
    """Check a certificate and return the sentence that it proves.

    Raises:
        Refused: it proves nothing, or not that the account is clean; the message says why.
    """
    statement = _opened(file, key)
    _check_schema(statement)
    predicate = statement["predicate"]
    _check_age(predicate["endedAt"], max_age)
    audit = predicate["audit"]
    for wrong, why in (*_objections(predicate, account), *_shallow(audit, depth), *_narrow(audit, regions)):
        if wrong:
            raise Refused(why)
    said = (
        f"CLEAN: account {predicate['account']}, {predicate['endedAt']}, looked at by {predicate['caller']}, "
        f"depth {audit['depth']}."
    )
    return " ".join([said, *audit["reservations"]])


def _objections(predicate: dict[str, Any], account: str) -> list[tuple[bool, str]]:
    about, verdict, others = predicate["account"], predicate["verdict"], predicate["otherEndpoints"]
    return [
        (bool(account) and account != about, f"It is about account {about}."),
        (bool(others), f"Not AWS was asked, but {', '.join(others)}."),
        (verdict != "CLEAN", f"It is genuine, but says {verdict}: {'; '.join(predicate['reasons'])}."),
    ]


def _shallow(audit: dict[str, Any] | None, depth: str) -> list[tuple[bool, str]]:
    looked = audit["depth"] if audit else DEPTHS[0]
    why = f"It is CLEAN at depth {looked} only; check it with --depth {looked} if that will do."
    return [(DEPTHS.index(looked) < DEPTHS.index(depth), why)]


def _narrow(audit: dict[str, Any] | None, regions: str) -> list[tuple[bool, str]]:
    """Return what is wrong with the Regions that were looked at: not all, nor all of those that would do."""
    looked = audit["regions"] if audit else []
    missing = sorted({part.strip() for part in regions.split(",")} - {"", *looked})
    those = ",".join(looked)
    why = f"It is CLEAN in these Regions only: {those}; check it with --regions {those} if that will do."
    return [
        (bool(audit and audit["regionsLeftOut"]) and not regions, why),
        (bool(missing), f"Nobody looked in {', '.join(missing)}."),
    ]


def _opened(file: Path, key: str) -> dict[str, Any]:
    """Return the statement out of its envelope, if the signature is the key's."""
    trusted = public_key(key, boto3.Session())
    try:
        envelope = Envelope.from_dict(json.loads(file.read_text(encoding="utf-8")))
        envelope.verify([trusted], 1)
        statement = json.loads(envelope.payload)
    except OSError as error:
        msg = f"{file} can't be read: {error.strerror}."
        raise Refused(msg) from error
    except (AttributeError, KeyError, TypeError, ValueError, FormatError, RecursionError) as error:
        msg = f"{file} is not a signed certificate; sign with pytest cleanup_tests/ --aws --sign KEY."
        raise Refused(msg) from error
    except VerificationError as error:
        msg = f"{file} was not signed with this key, or was changed since."
        raise Refused(msg) from error
    if envelope.payload_type != PAYLOAD or not isinstance(statement, dict):
        msg = f"{file} holds {envelope.payload_type}, which is not a certificate."
        raise Refused(msg)
    return statement


def _check_schema(statement: dict[str, Any]) -> None:
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    try:
        jsonschema.validate(statement, schema)
    except jsonschema.ValidationError as error:
        msg = f"It is not a certificate: {error.json_path}: {error.message}"
        raise Refused(msg) from error


def _check_age(ended: str, days: float) -> None:
    try:
        age = datetime.now(UTC) - datetime.fromisoformat(ended)
    except ValueError as error:
        msg = f"It is not a certificate: {ended} is no time."
        raise Refused(msg) from error
    if not timedelta(minutes=-5) <= age <= timedelta(days=days):
        msg = f"It is of {ended}, which is in the future." if age < timedelta() else f"It is {age.days} days old."
        raise Refused(msg)
