"""The engine: it carries out the plan, and deletes each kind of resource as soon as what it waits for is gone."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

from carbuyer_cleanup.contain import as_user_error, contained
from carbuyer_cleanup.errors import CleanupError
from carbuyer_cleanup.teardown.deletion import Deletion
from carbuyer_cleanup.teardown.plan import AFTER_SEEING, COMES_AFTER, STEP_OF, STEPS, WAITS_FOR, Step
from carbuyer_cleanup.teardown.turns import WAVE, Turn

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Iterable

    from aws_clock import Clock
    from carbuyer_cleanup.aws.context import Aws
    from carbuyer_cleanup.resource import Kind, Resource

T = TypeVar("T")
THREADS = 32  # boto3 calls under way at once, over all accounts
FRESH_FOR = 60.0  # AWS seconds for which the answer that ended a deletion is as good as a new one
LOOKS = 48  # looks at steps and audits at once, over all accounts; each holds its clients in memory
IN_ALL = 128  # clients of audits that are open at once, over all accounts


class Unmet(CleanupError):
    """A kind was not deleted because another, which must be deleted first, is still there.

    ``step`` is the other's step; ``selected`` says whether this run was meant to delete it.
    """

    def __init__(self, step: Step, why: str, *, selected: bool) -> None:
        super().__init__(f"blocked by step {step.number} ({step.title}): {why}")
        self.step, self.selected = step, selected


class Loop:
    """A thread with an event loop that runs on a clock's time, and the threads in which its AWS calls run."""

    def __init__(self, clock: Clock, pool: Executor | None = None) -> None:
        self.clock, self.pool = clock, pool or ThreadPoolExecutor(THREADS, thread_name_prefix="aws-call")
        self.slots, self.turns = asyncio.Semaphore(LOOKS), asyncio.Semaphore(WAVE)
        self.in_all = asyncio.Semaphore(IN_ALL)
        self._loop = clock.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="engine", daemon=True)
        self._thread.start()

    def run(self, work: Coroutine[Any, Any, T]) -> Future[T]:
        """Start ``work`` and return its future, which another thread may wait for."""
        return asyncio.run_coroutine_threadsafe(work, self._loop)

    def at_once(self, begin: Callable[[], T]) -> T:
        """Call ``begin`` in the loop's thread and return its result: what it starts begins at one moment, in order."""

        async def call() -> T:
            return begin()

        return self.run(call()).result()

    def close(self) -> None:
        """Start nothing new, let running calls end, and stop."""
        asyncio.run_coroutine_threadsafe(_cancel_all(), self._loop).result()
        self.pool.shutdown(wait=True, cancel_futures=True)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


async def _cancel_all() -> None:
    tasks = {task for task in asyncio.all_tasks() if task is not asyncio.current_task()}
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


@dataclass
class Outcome:
    """What became of one step.

    ``error`` is why it did not finish, None if it did; ``seconds`` is AWS time from its first look to its last.
    """

    step: Step
    deletions: list[Deletion]
    error: CleanupError | None = None
    left: list[Resource] = field(default_factory=list)

    @property
    def found(self) -> list[Resource]:
        """Everything of ours that was found."""
        return [r for deletion in self.deletions for r in deletion.found.values()]

    @property
    def deleted(self) -> list[Resource]:
        """What was found before and is gone now."""
        left = {(r.kind, r.id) for r in self.left}
        gone = [r for t in self.deletions for r in t.found.values() if not t.is_there(r.id)]
        return [r for r in gone if (r.kind, r.id) not in left]

    @property
    def left_alone(self) -> list[Resource]:
        """Near-misses, each with its reason."""
        return [r for deletion in self.deletions for r in deletion.left_alone.values()]

    @property
    def doubtful(self) -> list[Resource]:
        """What may be the workshop's: neither deleted nor ignored."""
        return [r for deletion in self.deletions for r in deletion.doubtful.values()]

    @property
    def seconds(self) -> float:
        """AWS seconds from the first look to the last."""
        times = [(t.started, t.ended) for t in self.deletions if t.started is not None and t.ended is not None]
        return max((end for _, end in times), default=0.0) - min((start for start, _ in times), default=0.0)


class Teardown:
    """One account's teardown: a ``Deletion`` for each kind, and which one waits for which.

    Args:
        aws: the account.
        loop: where it runs; accounts may share one.
    """

    def __init__(self, aws: Aws, loop: Loop) -> None:
        self.aws, self._loop = aws, loop
        self.deletions = {kind: Deletion(kind) for step in STEPS for kind in step.kinds}
        self._tasks: dict[Kind, asyncio.Task[CleanupError | None]] = {}

    @cached_property
    def turn(self) -> Turn:
        """The account's turn: the time in which it may work."""
        return Turn(self._loop.turns, self.aws.close_clients)

    def survey(self, steps: Iterable[Step]) -> Future[dict[Step, list[Resource]]]:
        """Only look, and return the plan of ``steps``: from now on nothing else is deleted."""
        return self._loop.run(self.turn.of(self._survey(list(steps))))

    def delete_only_planned(self) -> None:
        """Delete nothing but what the plan names, not even what follows: nobody has confirmed a deletion."""
        for deletion in self.deletions.values():
            deletion.only_planned = True

    def start(self, steps: Iterable[Step]) -> None:
        """Start all of ``steps``; each kind waits for what must be gone before it."""
        self._loop.run(self._start(list(steps)))

    def finish(self, step: Step) -> Future[Outcome]:
        """Wait for a step that was started, and return what became of it."""
        return self._loop.run(self._finish(step))

    def look(self, step: Step) -> Future[Outcome]:
        """Ask AWS afresh and return what is left of a step, deleting nothing; its error says what was not seen."""
        return self._loop.run(self._look(step))

    def look_after(self, step: Step) -> Future[Outcome]:
        """Do what :meth:`look` does when the step has ended, well or badly; at once if it was not started."""
        return self._loop.run(self.turn.of(self._look_after(step)))

    def afterwards(self, work: Coroutine[Any, Any, T]) -> Future[T]:
        """Do ``work`` when all steps that were started have ended, well or badly, and return its result."""
        return self._loop.run(self._afterwards(work))

    def under_way(self) -> dict[Step, list[Deletion]]:
        """Return the steps that are deleting, each with the kinds that it is working on."""
        at = {step: [self.deletions[kind] for kind in step.kinds if self.deletions[kind].is_running] for step in STEPS}
        return {step: deletions for step, deletions in at.items() if deletions}

    async def _afterwards(self, work: Coroutine[Any, Any, T]) -> T:
        try:
            async with self.turn:
                if self._tasks:
                    await asyncio.wait(self._tasks.values())
                async with self._loop.slots:
                    with contained("the account"):
                        return await work
        finally:
            work.close()  # in case the session ends before it begins

    async def _survey(self, steps: list[Step]) -> dict[Step, list[Resource]]:
        """Look for all kinds; if one look fails, ask AWS whose the credentials are, because they may be the reason."""
        kinds = [(step, kind) for step in steps for kind in step.kinds]
        found = await asyncio.gather(*(self.deletions[kind].survey(self.aws) for _, kind in kinds))
        if any(self.deletions[kind].not_seen for _, kind in kinds):
            await self.aws.ask_who_we_are()
        plan: dict[Step, list[Resource]] = {step: [] for step in steps}
        for (step, _), resources in zip(kinds, found, strict=True):
            plan[step] += resources
        return plan

    async def _start(self, steps: list[Step]) -> None:
        for step in sorted(steps, key=lambda step: step.number):
            for kind in step.kinds:
                if kind not in self._tasks:
                    self._tasks[kind] = asyncio.create_task(self.turn.of(self._take_down(kind)), name=kind.name)

    async def _take_down(self, kind: Kind) -> CleanupError | None:
        """Delete a kind when everything that it waits for is gone; return what went wrong, None if nothing did."""
        deletion, now = self.deletions[kind], self.aws.clock.now
        deletion.asked = now()
        try:
            if not deletion.not_seen:  # else nothing of it is deleted, and the reason outweighs what would block it
                await self._wait(kind)
            deletion.started = now()
            await deletion.run(self.aws)
        except Exception as error:  # noqa: BLE001 - the step's test reports it
            return as_user_error(error, kind.name)
        finally:
            deletion.ended = now()
        return None

    async def _wait(self, kind: Kind) -> None:
        """Wait until everything that must be deleted before a kind is gone.

        Raises:
            Unmet: some of it isn't gone, or could not be looked at.
            AwsError, NotUnderstood: nobody could see whether it is gone.
        """
        for before in WAITS_FOR.get(kind, ()):
            await self._gone(before)
        await self._ended(COMES_AFTER.get(kind, ()))
        for other in AFTER_SEEING[kind]:
            if self.deletions[other].not_seen:
                why = f"its {other.name} could not be looked at, and must go before the {kind.name}."
                raise Unmet(STEP_OF[other], why, selected=True)

    async def _gone(self, kind: Kind) -> None:
        """Wait until a kind is gone; if no selected step deletes it, it must be gone already.

        Raises:
            Unmet: it isn't gone.
        """
        task = self._tasks.get(kind)
        if task is None:
            left = [r for r in await self.deletions[kind].find(self.aws) if r.ours]
            if left:
                raise Unmet(
                    STEP_OF[kind], f"{', '.join(map(str, left))} still there; run that step first.", selected=False
                )
            return
        if error := await asyncio.shield(task):
            why = "could not be looked at" if self.deletions[kind].not_seen else "was not deleted"
            raise Unmet(STEP_OF[kind], f"its {kind.name} {why}.", selected=True) from error

    async def _ended(self, kinds: Iterable[Kind]) -> None:
        """Wait until those of these kinds that were started have ended, well or badly."""
        if tasks := [self._tasks[kind] for kind in kinds if kind in self._tasks]:
            await asyncio.wait(tasks)

    async def _finish(self, step: Step) -> Outcome:
        ended = await asyncio.gather(*(asyncio.shield(self._tasks[kind]) for kind in step.kinds))
        errors = [error for error in ended if error]
        deletions = [self.deletions[kind] for kind in step.kinds]
        left = [r for t in deletions for r in t.found.values() if t.is_there(r.id)]
        return Outcome(step, deletions, _most_telling(step, errors), left)

    async def _look_after(self, step: Step) -> Outcome:
        await self._ended(step.kinds)
        async with self._loop.slots:
            return await self._look(step)

    async def _look(self, step: Step) -> Outcome:
        deletions = [self.deletions[kind] for kind in step.kinds]
        seen = await asyncio.gather(*(self._noted(deletion) for deletion in deletions))
        errors = [error for _, error in seen if error]
        left = [r for resources, _ in seen for r in resources if r.ours]
        return Outcome(step, deletions, next(iter(errors), None), left)

    async def _noted(self, deletion: Deletion) -> tuple[list[Resource], CleanupError | None]:
        """Return what exists of a kind, or why that could not be seen: the step's other kinds are still looked at."""
        try:
            resources = await self._seen(deletion)
        except CleanupError as error:
            return [], error
        deletion.note(resources)
        return resources, None

    async def _seen(self, deletion: Deletion) -> list[Resource]:
        """Return what exists of a kind: what AWS said a moment ago, after all was deleted, or what it says now.

        If there was nothing to delete, only one list says so: then ask AWS again.
        """
        is_fresh = self.aws.clock.now() - deletion.proved <= FRESH_FOR
        seen = deletion.seen if is_fresh else await deletion.find(self.aws)
        if any(r.ours for r in seen) or (is_fresh and deletion.found):
            return seen
        return await deletion.find_anew(self.aws)


def _most_telling(step: Step, errors: list[CleanupError]) -> CleanupError | None:
    """Return the error to report, None if there is none: the step's own rather than that another step blocks it."""
    of_others = [e for e in errors if not (isinstance(e, Unmet) and e.step == step)]
    return min(of_others, key=lambda error: isinstance(error, Unmet), default=None)
