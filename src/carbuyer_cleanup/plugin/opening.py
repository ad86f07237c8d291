"""Opens the accounts of a run: all at the same time, and each by itself, so none keeps another from its result."""

from __future__ import annotations

import gc
import resource
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from aws_clock import Clock
from carbuyer_cleanup.account import REHEARSAL_ACCOUNT, Assumer, open_account, real_session
from carbuyer_cleanup.classroom import certified
from carbuyer_cleanup.classroom.roster import Member
from carbuyer_cleanup.command_line.settings import Settings, Task
from carbuyer_cleanup.contain import contained
from carbuyer_cleanup.errors import CleanupError, Refused
from carbuyer_cleanup.plugin.confirm import refuse_unasked
from carbuyer_cleanup.plugin.memory import seldom_collected
from carbuyer_cleanup.plugin.run import PLAYER, RECORDER, SETTINGS, Run, Runs
from carbuyer_cleanup.teardown.engine import Loop, Teardown

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable
    from contextlib import AbstractContextManager

    import boto3
    import pytest

    from carbuyer_cleanup.classroom.standing import Standing
    from carbuyer_cleanup.recording.player import Player
    from strict_moto.messy_estates import Mess
    from strict_moto.sandbox import Sandbox

    Source = Callable[[Member], boto3.Session]


def open_runs(config: pytest.Config, aliases: Iterable[str], always: Collection[str] = ()) -> Runs:
    """Open and return the accounts whose tests were selected, except those that are CLEAN by a certificate.

    Args:
        config: pytest's.
        aliases: of the accounts whose tests were selected.
        always: aliases of accounts to open whatever their certificates say.

    Raises:
        CleanupError: the one account of a run without a roster could not be opened; in a class, ``refused`` says so.
    """
    settings = config.stash[SETTINGS]
    members = [member for member in settings.members or (Member(),) if member.alias in set(aliases)]
    known = _certified(settings, [member for member in members if member.alias not in always])
    members = [member for member in members if member.alias not in known]
    with ExitStack() as stack:
        stack.enter_context(seldom_collected())
        breaches = stack.enter_context(_wall()) if settings.rehearsal or PLAYER in config.stash else []
        source, loop = _world(config, settings, members)
        recorder = config.stash.get(RECORDER, None)
        runs = Runs(settings, breaches=breaches, recorder=recorder, at_once=loop.at_once, certified=known)
        stack.callback(loop.close)
        answers = loop.pool.map(_opener(runs, source, loop), members)
        for member, opened in zip(members, answers, strict=True):
            _enter(runs, config.stash.get(PLAYER, None), member, opened, stack)
        runs.closing = stack.pop_all()
        return runs


def _certified(settings: Settings, members: Iterable[Member]) -> dict[str, Standing]:
    if settings.max_age is None:
        return {}
    found = ((member.alias, certified.standing(settings, member)) for member in members)
    return {alias: standing for alias, standing in found if standing}


def _world(config: pytest.Config, settings: Settings, members: list[Member]) -> tuple[Source, Loop]:
    """Return the source of sessions, and the loop that runs on that world's time."""
    if PLAYER in config.stash:
        return config.stash[PLAYER].session, config.stash[PLAYER].loop
    source, clock = _embedded(config, settings, members) if settings.rehearsal else _real(config, settings)
    return source, Loop(clock)


def _opener(runs: Runs, source: Source, loop: Loop) -> Callable[[Member], Run | CleanupError]:
    """Return a function that opens one account, or returns why it can't be opened."""

    def opened(member: Member) -> Run | CleanupError:
        try:
            with contained("opening the account"):
                own, session = runs.settings.of(member), source(member)
                if runs.recorder:
                    runs.recorder.watch(session, member.alias, loop.clock)
                aws = open_account(session, own, loop.clock, loop)
                more = partial(source, member)
                return Run(
                    settings=own, aws=aws, teardown=Teardown(aws, loop), member=member,
                    breaches=runs.breaches, another_session=more,
                )  # fmt: skip
        except CleanupError as error:
            return error

    return opened


def _enter(runs: Runs, player: Player | None, member: Member, opened: Run | CleanupError, stack: ExitStack) -> None:
    if isinstance(opened, Run):
        stack.callback(opened.aws.journal.unlock)
        if opened.aws.backup:
            stack.callback(opened.aws.backup.close)
        runs.open[member.alias] = opened
        if runs.recorder:
            runs.recorder.opened(member.alias, opened.aws)
        if player:
            player.opened(member.alias, opened.aws)
        return
    if runs.recorder:
        runs.recorder.refused(member.alias, opened)
    if member.alias:
        runs.refused[member.alias] = opened
    else:
        raise opened


def _wall() -> AbstractContextManager[list[str]]:
    from strict_moto import wall  # noqa: PLC0415 - a teardown needs nothing of the sandbox

    return wall.raised()


def _embedded(config: pytest.Config, settings: Settings, members: list[Member]) -> tuple[Source, Clock]:
    """Return the embedded AWS's sessions and clock, with an estate in each account unless a plugin brings its own.

    Raises:
        Refused: there is no such estate.
    """
    from strict_moto import messy_estates  # noqa: PLC0415 - moto is slow to import
    from strict_moto.quirks import Quirks  # noqa: PLC0415
    from strict_moto.sandbox import Sandbox  # noqa: PLC0415

    brought: Sandbox | None = config.hook.pytest_carbuyer_sandbox(config=config)
    sandbox, mess = brought or Sandbox(Clock(settings.speed), Quirks(absent_members=1)), _mess(settings)

    def session(member: Member) -> Any:
        return sandbox.session(member.account or REHEARSAL_ACCOUNT, settings.of(member).region)

    if brought is None:
        for member in members:
            messy_estates.furnish(sandbox, session(member), mess, _bucket(settings, member))
        gc.freeze()  # moto stays to the end: no collection need traverse it, as pytest's last five would
    return session, sandbox.clock


def _mess(settings: Settings) -> Mess:
    """Return the requested estate, without what only a full audit looks at unless this run's audit is full."""
    from strict_moto import files, messy_estates  # noqa: PLC0415 - likewise

    try:
        mess = files.estate_of(settings.estate)
    except ValueError as error:
        msg = f"--estate {settings.estate}: {error}. Give one of {', '.join(messy_estates.ESTATES)}, or a JSON file."
        raise Refused(msg) from error
    unseen = frozenset() if settings.depth == "full" else messy_estates.AUDITED
    return replace(mess, bystanders=tuple(one for one in mess.bystanders if one not in unseen))


def _bucket(settings: Settings, member: Member) -> str:
    """Return a bucket name for this account alone: bucket names are unique worldwide."""
    suffix = f"-{member.account}" if member.account else ""
    return member.bucket or f"{settings.workshop.prefix}fcj-bucket{suffix}"


def _real(config: pytest.Config, settings: Settings) -> tuple[Source, Clock]:
    """Return sessions of the ordinary credential chain, or of the roles that its credentials may assume."""
    if settings.task is Task.TEARDOWN and not (settings.account or settings.confirmed):
        refuse_unasked(config, len(settings.members))
    if settings.members:
        _allow_files()
    assumer = Assumer(settings)
    return (lambda member: assumer.session(member) if member.role_arn else real_session(settings.of(member))), Clock()


def _allow_files() -> None:
    """Raise the process's limit of open files, and so of connections, to its maximum: many systems start with 1024."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
