"""A laboratory: one embedded AWS, emptied and built anew for each experiment, and whole teardowns in it."""

from __future__ import annotations

import asyncio
import itertools
import math
import os
import random
import shutil
from concurrent.futures import Executor, Future
from contextlib import closing
from dataclasses import dataclass, fields, replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from aws_clock import Clock
from carbuyer_cleanup import workshop
from carbuyer_cleanup.audit.result import Sweep
from carbuyer_cleanup.audit.sweeper import sweep
from carbuyer_cleanup.aws.clients import CONFIG
from carbuyer_cleanup.aws.context import Aws
from carbuyer_cleanup.aws.service_models import suite_session
from carbuyer_cleanup.teardown.engine import LOOKS, Outcome, Teardown
from carbuyer_cleanup.teardown.journal import Journal
from carbuyer_cleanup.teardown.plan import STEPS
from strict_moto import Sandbox
from strict_moto.faults import Died, Fault, FaultKind, Faults
from strict_moto.quirks import Quirks
from strict_moto.session import REGION
from tests.inventory import inventory

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    import boto3

    from strict_moto.sandbox import LogEntry

MANIFEST = Path(__file__).resolve().parents[2] / "cleanup_tests" / "workshop.toml"
READS = ("Describe", "List", "Get", "Head", "BatchGet", "Simulate")
HOURS = 3 * 3600  # until AWS has forgotten what it still lists as deleted

# Everything happens at once: fewer calls a run, and each is one that matters. AWS's rates stay.
WAITS = tuple(
    f.name
    for f in fields(Quirks)
    if f.name.endswith(("_lag", "_deleting", "_updating", "_creating", "_attached", "_available", "_deploying"))
)
AT_ONCE = replace(
    Quirks(),
    **dict.fromkeys(WAITS, 0),  # type: ignore[arg-type] # all of them are numbers
    instance_shutting_down=0,
    rest_api_delete_every=1,
    bucket_still_listed=0,
    target_group_in_use=0,
    managed_address_kept=0,
)


@dataclass
class Result:
    """What a run came to: each step's outcome, its calls, and the audit's findings."""

    outcomes: list[Outcome]
    audit: Sweep
    calls: list[LogEntry]
    noted: set[int]  # the indices of the calls before which something was written down

    @property
    def complaints(self) -> list[str]:
        """All that keeps the account from being clean, as the user reads it."""
        errors = [str(outcome.error) for outcome in self.outcomes if outcome.error]
        left = [str(resource) for outcome in self.outcomes for resource in outcome.left]
        doubtful = [resource.line for outcome in self.outcomes for resource in outcome.doubtful]
        audit = [*self.audit.leftovers, *self.audit.in_between, *self.audit.doubtful, *self.audit.unseen]
        return [*errors, *left, *doubtful, *map(str, audit)]

    @property
    def writes(self) -> list[str]:
        """The calls that changed something."""
        return [entry.call for entry in self.calls if is_write(entry.call) and not entry.error]


def is_write(call: str) -> bool:
    """Say whether a call may change something, by AWS's custom of naming calls."""
    return not call.split(":")[1].startswith(READS)


class OneByOne(Executor):
    """Threads that are none: each call is made where it is asked for, so that all runs make them in the same order."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Make the call, and return its future, which is done."""
        future: Future[Any] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except BaseException as error:  # noqa: BLE001 - also that the process has died, as in a thread
            future.set_exception(error)
        return future


class Awaited(NamedTuple):
    """Work in an event loop that runs while somebody waits for it."""

    loop: asyncio.AbstractEventLoop
    task: asyncio.Task[Any]

    def result(self) -> Any:
        """Do it, and return what it comes to."""
        return self.loop.run_until_complete(self.task)


class Here:
    """The engine's loop without a thread of its own: what has other threads can't be copied."""

    def __init__(self, lab: Lab) -> None:
        self._loop, self.slots = lab.sandbox.clock.new_event_loop(), asyncio.Semaphore(LOOKS)
        self.turns = asyncio.Semaphore(1)

    def run(self, work: Any) -> Awaited:
        """Begin it."""
        return Awaited(self._loop, self._loop.create_task(work))

    def close(self) -> None:
        """Cancel what is left to do."""
        for task in asyncio.all_tasks(self._loop):
            task.cancel()
            self._loop.run_until_complete(asyncio.wait([task]))
        self._loop.close()


class Lab:
    """One embedded AWS; ``session`` is plain boto3 in there, whose clients are kept over all experiments."""

    def __init__(self, reports: Path, quirks: Quirks = AT_ONCE) -> None:
        self.sandbox = Sandbox(Clock(math.inf), quirks)
        self.session = self.sandbox.session()
        self._keep_clients()
        self._reports, self._number = reports, itertools.count()

    def _keep_clients(self) -> None:
        make, kept = self.session.client, {}

        def client(service: str, **more: Any) -> Any:
            key = (service, *more.values())
            if key not in kept:
                kept[key] = make(service, **more)  # type: ignore[call-overload] # any service
            return kept[key]

        self.session.client = client  # type: ignore[method-assign, assignment] # a client costs more than its calls

    def reset(self) -> None:
        """Empty the account; the next run starts with an empty journal."""
        assert self.sandbox.defects == []
        self.sandbox.reset()
        self.sandbox.faults = Faults()
        self.journal = self._reports / f"journal-{next(self._number)}.jsonl"

    def stock(self) -> set[tuple[str, str]]:
        """Return what stands in the account when AWS has had the time to forget what is deleted.

        Nothing befalls this look: a fault that was to come later than the run's last call would.
        """
        self.sandbox.faults = Faults()
        self.sandbox.clock.advance(HOURS)
        return inventory(self.session)

    def own_journal(self) -> None:
        """Go on with a journal that no other copy of this process writes to."""
        path = self.journal.with_suffix(f".{os.getpid()}")
        if self.journal.exists():
            shutil.copyfile(self.journal, path)
        self.journal = path

    def run(self, *faults: Fault, due: Faults | None = None, audited: bool = True, planned: bool = False) -> Result:
        """Tear everything down, then audit unless told otherwise, knowing of earlier runs only what the journal says.

        ``due`` is a schedule of faults with a will of its own. If it is ``planned``, the plan is made first, as in a
        real account.

        Raises:
            Died: the faults let it die.
        """
        random.seed(0)  # the engine's pauses are jittered
        self.sandbox.faults, begun = due or Faults(faults), len(self.sandbox.log)
        with closing(Here(self)) as loop:
            aws = self.open(OneByOne())
            teardown = Teardown(aws, loop)  # type: ignore[arg-type] # all that it does with it is here, too
            if planned:
                teardown.survey(STEPS).result()
            teardown.start(STEPS)
            outcomes = [teardown.finish(step).result() for step in STEPS]
            ended = len(self.sandbox.log)
            audit = loop.run(sweep(aws, [REGION], depth="workshop")).result() if audited else Sweep()
        return Result(outcomes, audit, list(self.sandbox.log[begun:ended]), aws.journal.noted)

    def open(self, pool: Executor) -> Account:
        """Open the account, as a run does that knows of earlier ones only what the journal says."""
        account, caller = self.session.account, f"arn:aws:iam::{self.session.account}:user/rehearsal"
        journal = MortalJournal(self.journal, account, self.sandbox)
        return Account(
            self.session, account=account, caller=caller, region=REGION, workshop=workshop.load(MANIFEST),
            journal=journal, clock=self.sandbox.clock, pool=pool,
        )  # fmt: skip


class Account(Aws):
    """An account as a run sees it, with the clients of the runs before: making them costs as much as their calls."""

    journal: MortalJournal

    def make_client(self, service: str, region: str) -> Any:
        """Return a client that all runs share."""
        return _client(self.session, service, region)


@lru_cache(maxsize=64)
def _client(session: boto3.Session, service: str, region: str) -> Any:
    return suite_session(session).create_client(service, region_name=region, config=CONFIG)


class MortalJournal(Journal):
    """A journal into which a process that has died writes no more; ``noted`` is before which calls it wrote."""

    def __init__(self, path: Path, account: str, sandbox: Sandbox) -> None:
        self._sandbox, self.noted = sandbox, set[int]()
        super().__init__(path, account)

    def _append(self, lines: Iterable[dict[str, Any]]) -> None:
        if any(fault.kind is FaultKind.DIE for _, _, fault in self._sandbox.faults.struck):
            raise Died
        if written := list(lines):
            self.noted.add(self._sandbox.faults.index)
            super()._append(written)
