"""Deleting one kind of resource: look, act, wait and look again, until nothing of ours is left."""

from __future__ import annotations

import asyncio
import math
from dataclasses import KW_ONLY, dataclass, field, replace
from typing import TYPE_CHECKING

from carbuyer_cleanup.claims import FOREIGN
from carbuyer_cleanup.contain import as_user_error, contained
from carbuyer_cleanup.errors import AwsError, CleanupError, Trouble
from carbuyer_cleanup.kinds.common import Several

if TYPE_CHECKING:
    from carbuyer_cleanup.aws.context import Aws
    from carbuyer_cleanup.resource import Kind, Resource

# AWS seconds between two looks: at first, after a while, and after ten minutes. botocore's waiters take 15 to 60.
FIRST_PAUSE, LONG_PAUSE, LONGEST_PAUSE = 2.0, 10.0, 30.0
PAUSES_DIFFER = 0.1  # the share by which they vary, so that accounts don't march in step

LISTS_LAG = 10.0  # AWS seconds for which something deleted may still be listed as before


class Overdue(CleanupError):
    """A resource was still there at its kind's deadline."""


@dataclass
class Deletion:
    """The deletion of one kind's resources, and what became of each: a part of an account's ``Teardown``.

    ``found`` are the workshop's resources seen so far, ``left_alone`` the near-misses, and ``doubtful`` what may be the
    workshop's and was there at the last look, each by id; ``failed`` are those that can't be deleted, with the reason,
    and ``waiting`` those that we wait for, with AWS's last refusal; ``acted`` says in which state, and when, we last
    acted on each. ``state`` is the last state seen, for the display.
    ``planned`` are the ids that may be deleted, once :meth:`survey` has made the plan; with ``only_planned``, not even
    what follows a deletion may be: nobody confirmed one. ``seen`` is what AWS answered last, and ``proved`` when it
    said that nothing was left to delete. If this kind could not be looked at when the plan was made, ``not_seen``
    says why, and nothing of it may be deleted.

    Times are AWS seconds of the engine's clock: when it was ``asked`` for, when it ``started`` because everything that
    it waits for was gone, and when it ``ended``; ``requests`` are the times (from, to) of the calls that delete, and
    ``gone`` says, by id, when a look first missed what was found before. ``saving`` is how many seconds went into a
    backup, which don't count against the deadline; ``is_saving`` says whether it is being made.
    """

    kind: Kind
    found: dict[str, Resource] = field(default_factory=dict)
    _: KW_ONLY
    left_alone: dict[str, Resource] = field(default_factory=dict)
    doubtful: dict[str, Resource] = field(default_factory=dict)
    failed: dict[str, Exception] = field(default_factory=dict)
    waiting: dict[str, str] = field(default_factory=dict)
    planned: frozenset[str] | None = None
    only_planned: bool = False
    not_seen: CleanupError | None = None
    acted: dict[str, tuple[str, float]] = field(default_factory=dict)
    state: str = ""
    looks: int = 0
    seen: list[Resource] = field(default_factory=list)
    proved: float = -math.inf
    saving: float = 0.0
    is_saving: bool = False
    asked: float | None = None
    started: float | None = None
    ended: float | None = None
    requests: list[tuple[float, float]] = field(default_factory=list)
    gone: dict[str, float] = field(default_factory=dict)

    async def survey(self, aws: Aws) -> list[Resource]:
        """Make the plan: return what is ours. :meth:`run` leaves alone what is found later.

        If AWS refuses the look, or its answer is not understood, nothing of this kind is planned, and :meth:`run` says
        so; other kinds go on. A new plan replaces the first: the caller may have said whose something doubtful is.

        Raises:
            AwsError: nothing more can be asked: the credentials have expired, or belong to another account.
        """
        self.planned, self.not_seen, self.found, self.left_alone = None, None, {}, {}
        try:
            ours = await self._look(aws)
        except CleanupError as error:
            if aws.stopped:
                raise
            self.not_seen, ours = error, []
        self.planned = frozenset(r.id for r in ours)
        return ours

    async def run(self, aws: Aws, *, wait_for: float | None = None) -> None:
        """Delete everything that is ours; ``wait_for`` is in AWS seconds, and replaces the kind's deadline.

        Raises:
            AwsError, Blocked: resources could not be deleted; all others were.
            AwsError, NotUnderstood: nobody could see, now or when the plan was made, what exists.
            Overdue: the deadline passed; the message says what was seen last and what holds it.
        """
        if self.not_seen:
            raise self.not_seen
        started, patience, pause = aws.clock.now(), wait_for or self.patience(aws), 0.0
        before: dict[str, str] = {}
        while left := await self._left(aws):
            await self._act(aws, left)
            elapsed, states = aws.clock.now() - started - self.saving, {r.id: r.state for r in left}
            if elapsed >= patience:
                raise await self._overdue(aws, left, patience)
            pause = _next_pause(pause if states == before else 0.0, elapsed)
            before = states
            self.looks += 1
            await asyncio.sleep(max(aws.jittered(pause, PAUSES_DIFFER, self.kind.name, self.looks), self.kind.settle))
        if self.failed:
            raise _worst(self.failed)
        self.proved = aws.clock.now()

    @property
    def is_running(self) -> bool:
        """Whether it has started and not ended."""
        return self.started is not None and self.ended is None

    def patience(self, aws: Aws) -> float:
        """Return the AWS seconds until the deadline, counted from the first look."""
        return 60 * aws.workshop.deadlines[self.kind.name]

    async def find(self, aws: Aws) -> list[Resource]:
        """Ask AWS afresh what exists of the kind, and return it.

        Raises:
            AwsError: AWS can't be asked, or shows another account's things as ours.
            NotUnderstood: its answer makes no sense.
        """
        with contained(self.kind.name):
            seen = await self.kind.find(aws)
        for resource in seen:
            if resource.ours or resource.doubtful or resource.id in self.found:
                aws.refuse_elsewhere(f"the {resource}", resource.account or aws.owner_of(resource.id))
        return seen

    async def find_anew(self, aws: Aws) -> list[Resource]:
        """Do what :meth:`find` does, again and a moment later: a single list that shows nothing may be wrong."""
        until = aws.clock.now()
        await asyncio.sleep(FIRST_PAUSE)
        aws.forget_answers(until)
        return await self.find(aws)

    async def _left(self, aws: Aws) -> list[Resource]:
        """Return what is left; if nothing is, look twice for what this run did not delete."""
        found = await self.find(aws)
        deleted = {id_ for id_ in self.acted if not self.waiting.get(id_)}
        if self.found.keys() - deleted and not any(r.ours for r in found):
            found = await self.find_anew(aws)
        return self._noted(aws, found)

    async def _look(self, aws: Aws) -> list[Resource]:
        return self._noted(aws, await self.find(aws))

    def _noted(self, aws: Aws, found: list[Resource]) -> list[Resource]:
        """Remember what a look showed, and return what must be deleted."""
        self.seen = found
        seen = [self._as_planned(r) for r in self.seen]
        self.note(seen)
        ours = {r.id: r for r in seen if r.ours}
        new = [r for r in ours.values() if r.id not in self.found]
        aws.journal.record("found", new)
        gone = [r for id_, r in self.found.items() if id_ not in ours and id_ not in self.failed]
        aws.journal.record("gone", [r for r in gone if r.id in self.waiting])
        self.gone = {r.id: self.gone.get(r.id, aws.clock.now()) for r in gone}
        self.found |= ours
        self.waiting = {id_: self.waiting.get(id_, "") for id_ in ours if id_ not in self.failed}
        return [r for r in ours.values() if r.id not in self.failed]

    def note(self, seen: list[Resource]) -> None:
        """Remember what is left alone, and what is doubtful now: the caller or another look may settle that."""
        self.doubtful = {r.id: r for r in seen if r.doubtful}
        settled = {r.id: r for r in seen if not (r.ours or r.doubtful)}
        self.left_alone = {id_: r for id_, r in self.left_alone.items() if id_ not in self.doubtful} | settled

    def _as_planned(self, resource: Resource) -> Resource:
        """Leave alone what the plan did not name, unless deletions themselves create it, such as a last log."""
        if not resource.ours or self.planned is None or self._follows(resource) or resource.id in self.planned:
            return resource
        return replace(resource, whose=FOREIGN, why="it was not there when the plan was made; run again to delete it")

    def is_there(self, id_: str) -> bool:
        """Return whether something found still exists, as far as we know: we wait for it, or it can't be deleted."""
        return id_ in self.waiting or id_ in self.failed

    def _follows(self, resource: Resource) -> bool:
        return not self.only_planned and (self.kind.follows or resource.follows)

    async def _act(self, aws: Aws, left: list[Resource]) -> None:
        """Take the next step with each resource that is not being deleted already."""
        now = aws.clock.now()
        todo = [r for r in left if r.state not in self.kind.leaving and not self._just_acted(r, now)]
        self.state = ", ".join(sorted({r.state for r in left} - {""})) or "deleting"
        todo, now = await self._saved(aws, todo), aws.clock.now()
        is_request = any(self._is_news(r) for r in todo)
        aws.journal.record("deleting", todo)
        self.acted |= {r.id: (r.state, now) for r in todo}
        self.waiting |= {r.id: "" for r in todo}
        try:
            if todo:
                with contained(self.kind.name, (CleanupError, Several)):
                    await self.kind.delete(aws, todo)
        except Several as several:
            self._sort_out(several.errors)
        except CleanupError as error:
            self._sort_out({r.id: error for r in todo})
        if is_request:
            self.requests.append((now, aws.clock.now()))

    def _is_news(self, resource: Resource) -> bool:
        """Return whether acting again makes sense: the state has changed since the last time, or AWS refused then."""
        return self.acted.get(resource.id, (None,))[0] != resource.state or bool(self.waiting.get(resource.id))

    async def _saved(self, aws: Aws, todo: list[Resource]) -> list[Resource]:
        """Return what may be deleted: without a backup everything, else what is saved."""
        if aws.backup is None:
            return todo
        before, self.is_saving = aws.clock.now(), True
        errors = await aws.backup.secure(aws, todo)
        self.saving, self.is_saving = self.saving + aws.clock.now() - before, False
        self.waiting |= dict.fromkeys(errors, "")
        self._sort_out(errors)
        return [r for r in todo if r.id not in errors]

    def _just_acted(self, resource: Resource, now: float) -> bool:
        """Return whether we acted on it successfully in this same state a moment ago: AWS's lists lag."""
        state, when = self.acted.get(resource.id, ("", -math.inf))
        busy = self.waiting.get(resource.id)
        return state == resource.state and not busy and now - when < LISTS_LAG

    def _sort_out(self, errors: dict[str, Exception]) -> None:
        """Keep waiting for what is only busy; give up on the rest."""
        for id_, error in errors.items():
            if isinstance(error, AwsError) and error.trouble is Trouble.BUSY:
                self.waiting[id_] = f"{error.call} answered {error.code}: {error.message}"
            else:
                self.failed[id_] = as_user_error(error, self.kind.name)

    async def _overdue(self, aws: Aws, left: list[Resource], waited: float) -> Overdue:
        holders = await self._holders(aws, left)
        held = f" Held by: {'; '.join(holders)}." if holders else ""
        said = " ".join(f"Last answer: {said}." for said in {self.waiting.get(r.id, "") for r in left} - {""})
        return Overdue(
            f"{', '.join(map(str, left))} still there after {waited / 60:g} minutes.{held} {said} "
            "Wait a few minutes and run the same command again: it continues where it left off."
        )

    async def _holders(self, aws: Aws, left: list[Resource]) -> list[str]:
        try:
            with contained(self.kind.name):
                return await self.kind.holders(aws, left)
        except CleanupError as error:
            return [f"not known: {error}"]


def _next_pause(last: float, elapsed: float) -> float:
    """Return the AWS seconds until the next look: few after a change, then more and more."""
    longest = min(LONGEST_PAUSE, max(LONG_PAUSE, elapsed / 20))
    return min(longest, max(FIRST_PAUSE, last * 1.7))


def gist(error: Exception) -> str:
    """Return what distinguishes an error for a reader: its text without request ids."""
    return f"{error.call} {error.message}" if isinstance(error, AwsError) else str(error)


def _worst(failed: dict[str, Exception]) -> Exception:
    """Return one error that contains all of them."""
    errors = list({gist(error): error for error in failed.values()}.values())
    return errors[0] if len(errors) == 1 else CleanupError(" | ".join(map(str, errors)))
