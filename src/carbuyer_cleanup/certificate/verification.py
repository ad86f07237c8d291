"""Checking a certificate: who signed it, whether it is valid, what it is about, how old it is, and what it says."""

from __future__ import annotations

import argparse
import hashlib
import sys
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3

from carbuyer_cleanup import workshop
from carbuyer_cleanup.certificate import extras
from carbuyer_cleanup.errors import Refused
from carbuyer_cleanup.project_files import MANIFEST, SCHEMA
from carbuyer_cleanup.resource import printable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from carbuyer_cleanup.workshop import Workshop

MAX_AGE = 30  # days
SKEW = timedelta(minutes=5)  # between the clocks of two machines
DEPTHS = ("workshop", "full")  # each looks for more than those before it

Json = dict[str, Any]


@dataclass(frozen=True)
class Requirements:
    """What a certificate must be about.

    ``account`` is "" and ``max_age`` (days) None if not given: then any account will do, and up to 30 days.
    ``workshop`` has the names that must have been looked for. ``regions`` are the Regions that will do, none for all.
    """

    workshop: Workshop
    account: str = ""
    max_age: float | None = None
    depth: str = "full"
    regions: frozenset[str] = frozenset()


def main(arguments: Sequence[str] | None = None) -> int:
    """Check a certificate as the command line says; return 0 if it proves what is wanted, else 1."""
    options = make_parser().parse_args(arguments)
    try:
        lines = verify(Path(options.file), options.key, _wanted(options))
    except Refused as error:
        print(f"REFUSED: {printable(str(error))}", file=sys.stderr)  # noqa: T201 - a command line
        return 1
    print("\n".join(map(printable, lines)))  # noqa: T201 - a command line
    return 0


def make_parser() -> argparse.ArgumentParser:
    """Return what reads the arguments."""
    parser = argparse.ArgumentParser(prog="python -m carbuyer_cleanup.certificate")
    verb = parser.add_subparsers(required=True).add_parser("verify", help="check a certificate")
    verb.add_argument("file", help="reports/certificate.json")
    verb.add_argument("--key", required=True, help="the signer's key: a PEM file, or the ARN of a KMS key")
    verb.add_argument("--max-age", type=_days, metavar="DAYS", help=f"default: {MAX_AGE}")
    verb.add_argument("--account", metavar="ID", help="the account that it must be about")
    verb.add_argument(
        "--depth", choices=DEPTHS, default="full", help="the depth that the audit must have; default: full"
    )
    verb.add_argument("--regions", default="", metavar="LIST", help="the Regions that are enough; default: all enabled")
    verb.add_argument(
        "--workshop", type=Path, default=MANIFEST, metavar="FILE", help="the manifest it must be made with"
    )
    verb.add_argument("--name", action="append", default=[], metavar="ENTRY=NAME", help="a name that the run was given")
    verb.add_argument("--prefix", default="", help="the prefix that was looked for; default: the manifest's")
    verb.add_argument("--region", default="", help="the workshop's Region; default: the manifest's")
    return parser


def _days(text: str) -> float:
    days = float(text)
    if not 0 <= days <= timedelta.max.days:
        raise ValueError(text)
    return days


def _wanted(options: argparse.Namespace) -> Requirements:
    account = "" if options.account is None else str(options.account)
    if options.account is not None and not workshop.ACCOUNT.fullmatch(account):  # empty, it would let any account pass
        raise Refused(f"--account must be the 12 digits of an AWS account, not {account!r}.")
    own = workshop.load(options.workshop).with_names(*options.name)
    meant = replace(own, prefix=options.prefix or own.prefix, region=options.region or own.region)
    regions = frozenset(part.strip() for part in options.regions.split(",")) - {""}
    return Requirements(meant, account, options.max_age, options.depth, regions)


def verify(file: Path, key: str, wanted: Requirements) -> list[str]:
    """Check a certificate and return what it proves, in lines.

    Raises:
        Refused: as :func:`proved` does.
    """
    return _told(proved(file, key, wanted), wanted)


def proved(file: Path, key: str, wanted: Requirements) -> Json:
    """Check a certificate and return its predicate.

    Raises:
        Refused: it proves nothing, or not what is wanted, or not that the account is clean; the message says why.
    """
    envelopes = extras.imported("envelopes")
    statement = envelopes.opened(file, key, boto3.Session())
    envelopes.check_form(statement, SCHEMA)
    predicate = statement["predicate"]
    for objection in (
        *_age(predicate, wanted),
        *_contradictions(statement),
        *_other(predicate, wanted),
        *_not_clean(predicate),
        *_too_little(predicate["audit"], wanted),
    ):
        raise Refused(objection)
    found: Json = predicate
    return found


def _age(predicate: Json, wanted: Requirements) -> Iterator[str]:
    ended = _time(predicate["endedAt"])
    age, most = datetime.now(UTC) - ended, MAX_AGE if wanted.max_age is None else wanted.max_age
    if age < -SKEW:
        yield f"It is dated {predicate['endedAt']}, which is in the future."
    elif age > timedelta(days=most):
        yield f"It is {age.days} days old."


def _time(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError as error:
        msg = f"It is not a certificate: {text} is not a time."
        raise Refused(msg) from error


def _contradictions(statement: Json) -> Iterator[str]:
    """Yield what can't be true together: nothing is believed of a signed text that this suite did not write."""
    predicate, subject = statement["predicate"], statement["subject"][0]
    name = f"arn:{predicate['partition']}:iam::{predicate['account']}:root"
    if subject != {"name": name, "digest": {"sha256": hashlib.sha256(name.encode()).hexdigest()}}:
        yield f"It is about {subject['name']}, but describes {name}."
    if predicate["caller"].split(":")[1:5:3] != [predicate["partition"], predicate["account"]]:
        yield f"Its caller {predicate['caller']} does not belong to account {predicate['account']}."
    if sorted(step["number"] for step in predicate["steps"]) != list(workshop.STEPS):
        yield "It does not have each of the steps 1 to 16 exactly once."
    yield from _wrong_times(predicate)


def _wrong_times(predicate: Json) -> Iterator[str]:
    run, audit = _span("the run", predicate), _span("the audit", predicate["audit"] or predicate)
    for what, started, ended in (run, audit):
        if ended < started:
            yield f"Its times contradict each other: {what} ended before it started."
    if audit[1] < run[1] or audit[2] > run[2]:
        yield "Its times contradict each other: the audit was not made during the run."


def _span(what: str, times: Json) -> tuple[str, datetime, datetime]:
    return what, _time(times["startedAt"]), _time(times["endedAt"])


def _other(predicate: Json, wanted: Requirements) -> Iterator[str]:
    """Yield what it is about, if that is not what is wanted."""
    manifest, meant = predicate["manifest"], wanted.workshop.without(*predicate["declaredNotOurs"])
    if wanted.account not in ("", predicate["account"]):
        yield f"It is about account {predicate['account']}."
    if manifest["prefix"] != meant.prefix:
        yield _unless("prefix", manifest["prefix"], meant.prefix)
    if manifest["region"] != meant.region:
        yield _unless("region", manifest["region"], meant.region)
    if manifest["digest"]["sha256"] != meant.digest:
        yield (
            "The run looked for other names than those of the workshop's manifest. If the run was given --name or "
            "--workshop, give the same here."
        )


def _unless(option: str, found: str, meant: str) -> str:
    return f"Its {option} is {found}, not {meant}; if that is what you mean, check it with --{option} {found}."


def _not_clean(predicate: Json) -> Iterator[str]:
    if others := predicate["otherEndpoints"]:
        yield f"The run did not ask AWS, but {', '.join(others)}."
    if predicate["verdict"] != "CLEAN":
        yield f"It is genuine, but says {predicate['verdict']}: {'; '.join(predicate['reasons'])}."


def _too_little(audit: Json | None, wanted: Requirements) -> Iterator[str]:
    """Yield what was not looked for, or where; nothing if there was no audit: then the verdict is not CLEAN."""
    depth, looked = (audit["depth"], audit["regions"]) if audit else (DEPTHS[-1], list(wanted.regions))
    if DEPTHS.index(depth) < DEPTHS.index(wanted.depth):
        yield f"It is CLEAN at depth {depth} only; check it with --depth {depth} if that will do."
    if audit and audit["regionsLeftOut"] and not wanted.regions:
        those = ",".join(looked)
        yield f"It is CLEAN in these Regions only: {those}; check it with --regions {those} if that will do."
    if missing := sorted(wanted.regions - {*looked}):
        yield f"Nobody looked in {', '.join(missing)}."


def _told(predicate: Json, wanted: Requirements) -> list[str]:
    """Return what is proved and what was not asked for, so that nobody mistakes one account or week for another."""
    manifest, audit, words = predicate["manifest"], predicate["audit"], predicate["declaredNotOurs"]
    any_account = "" if wanted.account else " (any account passes without --account)"
    any_age = f" (up to {MAX_AGE} pass without --max-age)" if wanted.max_age is None else ""
    days = (datetime.now(UTC) - _time(predicate["endedAt"])) / timedelta(days=1)
    own = "among them" if manifest["region"] in audit["regions"] else "NOT among them"
    return [
        f"CLEAN: account {predicate['account']}{any_account}",
        f"prefix {manifest['prefix']}, Region {manifest['region']}",
        f"{days:.1f} days old{any_age}: {predicate['endedAt']}",
        f"declared not the workshop's by the caller: {', '.join(words) or 'nothing'}",
        f"audited in {len(audit['regions'])} Regions, the workshop's {own}",
        *audit["reservations"],
        f"looked at by {predicate['caller']}, depth {audit['depth']}.",
    ]
