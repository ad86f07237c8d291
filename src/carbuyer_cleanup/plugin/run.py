"""One run of the suite: its accounts, what became of their steps, and the verdict."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import KW_ONLY, dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

import pytest

from carbuyer_cleanup.certificate.certificate import RunFacts, StepFacts, judge
from carbuyer_cleanup.classroom.roster import Member
from carbuyer_cleanup.classroom.standing import Standing
from carbuyer_cleanup.command_line.settings import Settings, Task
from carbuyer_cleanup.errors import AwsError
from carbuyer_cleanup.plugin import account_progress, class_progress
from carbuyer_cleanup.plugin.language import ENGLISH
from carbuyer_cleanup.teardown.plan import BY_NUMBER
from carbuyer_cleanup.verdict import Ending, FailedLook, Reason

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from concurrent.futures import Future

    import boto3

    from carbuyer_cleanup.audit.result import Sweep
    from carbuyer_cleanup.aws.context import Aws
    from carbuyer_cleanup.certificate.signing import Signer
    from carbuyer_cleanup.errors import CleanupError
    from carbuyer_cleanup.own_tests import OwnTest
    from carbuyer_cleanup.recording.player import Player
    from carbuyer_cleanup.recording.recorder import Recorder
    from carbuyer_cleanup.teardown.engine import Outcome, Teardown
    from carbuyer_cleanup.verdict import Verdict, Word

SETTINGS: pytest.StashKey[Settings] = pytest.StashKey()
RUNS: pytest.StashKey[Runs] = pytest.StashKey()
RECORDER: pytest.StashKey[Recorder] = pytest.StashKey()
PLAYER: pytest.StashKey[Player] = pytest.StashKey()

REHEARSED = Ending("REHEARSAL", ENGLISH.rehearsed)


@dataclass(kw_only=True)
class Run:
    """One account of a run, and what is known about it so far."""

    settings: Settings
    aws: Aws
    teardown: Teardown
    member: Member = field(default_factory=Member)
    alias: str = ""
    looks: dict[int, Future[Outcome]] = field(default_factory=dict)
    audit: Future[Sweep] | None = None
    sentences: dict[int, str] = field(default_factory=dict)  # each step's promise: its test's docstring
    outcomes: dict[int, Outcome] = field(default_factory=dict)
    unseen: list[FailedLook] = field(default_factory=list)  # looks that failed
    sweep: Sweep | None = None
    is_open: bool = False  # confirmed, and so under way
    is_finished: bool = False  # its certificate, if it gets one, is written
    interrupted: bool = False
    failed: bool = False  # a test failed, for whatever reason
    signer: Signer | None = None
    started: datetime = field(default_factory=lambda: datetime.now(UTC))
    ended: datetime = field(default_factory=lambda: datetime.now(UTC))
    breaches: list[str] = field(default_factory=list)  # requests that a rehearsal tried to send out
    own_tests: dict[str, OwnTest] = field(default_factory=dict)  # tests besides the steps and the audit, by node id
    another_session: Callable[[], boto3.Session]  # makes another session of the account

    @cached_property
    def session(self) -> boto3.Session:
        """The boto3 session for the user's own tests."""
        from carbuyer_cleanup.plugin.guarded import guarded  # noqa: PLC0415 - boto3 is slow to import

        return guarded(self.another_session(), self.aws)

    def start(self, numbers: Iterable[int], *, audited: bool) -> None:
        """Start these steps, the looks that follow each, and the audit that follows all: the tests only wait for them.

        With ``--one-by-one``, each step's test starts it instead.
        """
        self.is_open = True
        if self.aws.warning and self.settings.task is Task.VERIFY:
            self.unseen.append(FailedLook("caller", str(self.aws.warning)))
        if self.settings.one_by_one:
            return
        if self.settings.task is Task.TEARDOWN:
            self.teardown.start(BY_NUMBER[number] for number in numbers)
        for number in numbers:
            self.look(number)
        if audited and self.settings.task is not Task.PLAN:
            self.sweep_after()
        for future in self._ahead:
            future.add_done_callback(lambda _: self._close_clients_when_done())

    def look(self, number: int) -> Future[Outcome]:
        """When a step has ended, ask AWS afresh what is left of its resources; further calls return the same look."""
        if number not in self.looks:
            self.looks[number] = self.teardown.look_after(BY_NUMBER[number])
        return self.looks[number]

    def sweep_after(self) -> Future[Sweep]:
        """Run the audit once, when all steps have ended; further calls return the same audit."""
        if self.audit is None:
            self.audit = self.teardown.afterwards(self._sweep())
        return self.audit

    async def _sweep(self) -> Sweep:
        """Run the audit, then check that the credentials still belong to the same account."""
        from carbuyer_cleanup.audit import sweeper  # noqa: PLC0415 - likewise

        found = await sweeper.sweep(self.aws, self.settings.audit_regions, self.settings.depth)
        try:
            await self.aws.ask_who_we_are()
        except AwsError as error:
            self.unseen.append(FailedLook("account", str(error)))
        return found

    @property
    def _ahead(self) -> list[Future[Any]]:
        return [*self.looks.values(), *([self.audit] if self.audit else [])]

    @property
    def is_done(self) -> bool:
        """Whether everything that was started has ended."""
        return all(future.done() for future in self._ahead)

    def _close_clients_when_done(self) -> None:
        """Close the clients and release the lock when the account is done: hundreds of accounts have thousands."""
        if self.is_done:
            self.ended = datetime.now(UTC)
            self.aws.close_clients()
            self.aws.journal.unlock()

    @property
    def gone_of_found(self) -> tuple[int, int]:
        """How many resources are gone, and how many were found."""
        deletions = self.teardown.deletions.values()
        found = {(r.kind, r.id) for t in deletions for r in t.found.values()}
        there = {(r.kind, r.id) for t in deletions for r in t.found.values() if t.is_there(r.id)}
        return len(found - there), len(found)

    @property
    def standing(self) -> Standing:
        """How the account stands, for the grades and the class page."""
        return Standing.of(self.member.alias, self.facts, self.settings.depth, self.member.columns)

    @property
    def verdict(self) -> Verdict:
        """LEFTOVERS if a step or the audit found something; CLEAN only if all of them looked and found nothing."""
        return judge(self.facts)[0]

    @property
    def facts(self) -> RunFacts:
        """The facts that the certificate states."""
        return RunFacts(
            aws=self.aws,
            task=self.settings.task.value,
            rehearsal=self.settings.rehearsal,
            interrupted=self.interrupted,
            started=self.started,
            ended=self.ended,
            sweep=self.sweep,
            steps=tuple(map(StepFacts.of, self.outcomes.values())),
            unseen=tuple(self.unseen),
            failed=self.failed,
            own_tests=tuple(self.own_tests.values()),
        )


@dataclass
class Runs:
    """The accounts of a run: a single one without a roster, else this process's share of the class.

    ``open`` has those that are under way, ``refused`` why others were left alone; both by alias, which is ""
    without a roster. ``certified`` has those that are CLEAN by a certificate, and not checked again. ``breaches`` has
    the requests that a rehearsal tried to send out.
    """

    settings: Settings
    _: KW_ONLY
    open: dict[str, Run] = field(default_factory=dict)
    refused: dict[str, CleanupError] = field(default_factory=dict)
    certified: dict[str, Standing] = field(default_factory=dict)
    closing: ExitStack = field(default_factory=ExitStack)
    breaches: list[str] = field(default_factory=list)
    recorder: Recorder | None = None
    at_once: Callable[[Callable[[], Any]], Any] = lambda begin: begin()

    @property
    def only(self) -> Run | None:
        """The account of a run without a roster; None in a class, or if it isn't open."""
        return self.open.get("")

    def refuse(self, alias: str, why: CleanupError) -> None:
        """Leave an opened account alone from now on, for the given reason."""
        self.open.pop(alias)
        self.refused[alias] = why

    def progress(self) -> str:
        """Return the progress of the run in one line."""
        return account_progress.line(self.only) if self.only else class_progress.line(self)

    def standing(self, alias: str) -> Standing:
        """Return how an account stands; a refused one could not be verified."""
        if alias in self.open:
            return self.open[alias].standing
        if alias in self.certified:
            return self.certified[alias]
        member = next(m for m in self.settings.members if m.alias == alias)
        return absent(self.settings, member, "COULD NOT VERIFY", str(self.refused[alias]))


def only_run(config: pytest.Config) -> Run | None:
    """Return the account of a run without a roster, or None if it wasn't opened."""
    runs = config.stash.get(RUNS, None)
    return runs.only if runs else None


def absent(settings: Settings, member: Member, word: Word, why: str) -> Standing:
    """Return the standing of an account that nobody looked at."""
    return Standing(
        alias=member.alias,
        account=member.account,
        region=member.region or settings.region,
        verdict=word,
        rehearsal=settings.rehearsal,
        depth=settings.depth,
        reasons=(Reason("not seen", why),),
        columns=dict(member.columns),
    )


def selected(session: pytest.Session) -> dict[str, list[int]]:
    """Return the numbers of the selected steps by the account's alias ("" without a roster)."""
    steps: dict[str, list[int]] = {}
    for item in session.items:
        if is_about_account(item):
            steps.setdefault(alias_of(item), []).extend(step_of(item))
    return steps


def audited(session: pytest.Session) -> set[str]:
    """Return the aliases of the accounts whose audit was selected."""
    return {alias_of(item) for item in session.items if is_audit(item)}


def alias_of(item: pytest.Item) -> str:
    """Return the alias of the account that a test is about, "" without a roster."""
    callspec = getattr(item, "callspec", None)
    return str(callspec.params.get("alias", "")) if callspec else ""


def is_about_account(item: pytest.Item) -> bool:
    """Return whether a test needs an open account."""
    return bool(step_of(item)) or is_audit(item) or is_own(item)


def is_own(item: pytest.Item) -> bool:
    """Return whether a test is the user's own, and calls the account with one of our clients."""
    return "aws_session" in getattr(item, "fixturenames", ())


def is_audit(item: pytest.Item) -> bool:
    """Return whether a test is the audit of the whole account."""
    return item.get_closest_marker("audit") is not None


def step_of(item: pytest.Item) -> list[int]:
    """Return the number of the step that a test is for, in a list; empty for other tests."""
    return [int(mark.args[0]) for mark in item.iter_markers("step")]
