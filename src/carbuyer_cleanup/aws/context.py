"""One AWS account as the suite sees it: every call goes through here."""

from __future__ import annotations

import asyncio
import copy
import itertools
import math
from collections import Counter
from typing import TYPE_CHECKING, Any, NamedTuple

from carbuyer_cleanup.aws.answers import incomplete, listed, taken_for_empty
from carbuyer_cleanup.aws.calls import CALLS
from carbuyer_cleanup.aws.paging import Paging, paging_of
from carbuyer_cleanup.aws.reading import found
from carbuyer_cleanup.aws.sending import Sender
from carbuyer_cleanup.aws.sharing import Sharing
from carbuyer_cleanup.contain import answered

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable
    from concurrent.futures import Executor

    import boto3

    from aws_clock import Clock
    from carbuyer_cleanup.aws.answers import Answer
    from carbuyer_cleanup.backup.saving import Backup
    from carbuyer_cleanup.teardown.journal import Journal
    from carbuyer_cleanup.workshop import Workshop

# Kinds that look at the same time ask the same (which VPCs are ours?): they share the answer for so many seconds.
SHARED_FOR = 1.0
LASTS_FOR = 60.0  # the same as long as no call of ours has changed the answer, if those are known (``changed_by``)

PAGINGS: dict[str, Paging] = {}  # by call, for all accounts: botocore's tables are the same for each
ALONE = 32  # clients of an account by itself


class _Asked(NamedTuple):
    """A read call, or all pages of a list, made or under way: its answer, and when it was asked for."""

    answer: asyncio.Future[Any]
    order: int
    time: float

    @property
    def has_failed(self) -> bool:
        """Whether there is no answer and never will be."""
        return self.answer.done() and (self.answer.cancelled() or self.answer.exception() is not None)

    def shows(self, path: str) -> bool:
        """Whether the answer has come, and a JMESPath is true of it."""
        return bool(path) and self.answer.done() and bool(found(path, self.answer.result()))


class Aws(Sender):
    """One account: who is asking, where, and the calls.

    Args:
        session: the session whose credentials are used.
        account: the 12 digits from ``sts:GetCallerIdentity``.
        caller: the ARN of the identity that the suite runs as; it is never deleted.
        region: where the workshop was built.
        workshop: what is ours.
        journal: what earlier runs did and this one does.
        clock: the clock by whose seconds to wait.
        pool: the threads in which boto3 runs.
        read_only: whether to refuse calls that change something.
    """

    def __init__(  # noqa: PLR0913 - an account is all of these
        self,
        session: boto3.Session,
        *,
        account: str,
        caller: str,
        region: str,
        workshop: Workshop,
        journal: Journal,
        clock: Clock,
        pool: Executor,
        read_only: bool = False,
    ) -> None:
        super().__init__(
            session, account=account, caller=caller, region=region, clock=clock, pool=pool, read_only=read_only
        )
        self.workshop, self.journal = workshop, journal
        self.sharing = Sharing()
        self.in_all = asyncio.Semaphore(ALONE)  # clients that an audit may have open; accounts of a class share one
        self.warning = ""  # what users must know about the caller; it rules out CLEAN
        self.backup: Backup | None = None  # where everything is saved before it is deleted, if asked for
        self._answers: dict[tuple[str, str, str], _Asked] = {}
        self._next_forgetting = 0.0
        self._last_write: dict[str, int] = {}
        self._whole: dict[str, _Asked] = {}  # lists that were asked for without a filter
        self._order = itertools.count()
        self.without_list: set[str] = set()  # calls of steps whose answers had no list, taken for empty
        self.tally: Counter[str] = Counter()  # by kind, the things deleted in resources that hold many, for the display

    async def call(self, operation: str, *, region: str = "", **params: Any) -> Answer:
        """Make one call, e.g. ``call("ec2:DeleteNatGateway", NatGatewayId=...)``.

        Returns:
            AWS's answer; ``{}`` if it says that the resource is already gone (``CALLS``).

        Raises:
            AwsError: AWS refused, or kept throttling or failing; its ``trouble`` is BUSY if the call's row says that
                this passes.
        """
        answered(operation)
        if CALLS[operation].writes:
            return await self._write(operation, region, params)
        key = (operation, region, repr(sorted(params.items())))
        if not self._is_shared(key, params):
            work = asyncio.ensure_future(self.ask_patiently(operation, region, params))
            self._answers[key] = _Asked(work, next(self._order), self.clock.now())
        answer: Answer = await asyncio.shield(self._answers[key].answer)
        return copy.deepcopy(answer)

    def _is_shared(self, key: tuple[str, str, str], params: dict[str, Any]) -> bool:
        """Return whether an answer that others got, or are waiting for, will do."""
        asked = self._answers.get(key)
        is_there = asked is not None and not asked.has_failed
        if not self.sharing.keeps:
            is_there = asked is not None and self._is_fresh(key[0], asked)
            self._forget_stale()
        return self.sharing.shares(*key[:2], params, is_there=is_there)

    def _forget_stale(self) -> None:
        """Keep no answer much longer than it will do: to look through them takes as long as a call."""
        if self.clock.now() >= self._next_forgetting:
            self._next_forgetting = self.clock.now() + SHARED_FOR
            self._answers = {key: asked for key, asked in self._answers.items() if self._is_fresh(key[0], asked)}

    async def _write(self, operation: str, region: str, params: dict[str, Any]) -> Answer:
        """Make a call that changes something: answers asked for before it ended are no longer shared."""
        try:
            return await self.ask_patiently(operation, region, params)
        finally:
            order = next(self._order)
            self._last_write |= {operation: order, operation.split(":", maxsplit=1)[0]: order}

    def _is_fresh(self, operation: str, asked: _Asked) -> bool:
        """Return whether an answer will do for others: nothing was written to the service since it was asked for."""
        if asked.has_failed:
            return False
        changed_by = CALLS[operation].changed_by
        written = max(self._last_write.get(key, -1) for key in changed_by or operation.split(":")[:1])
        age = self.clock.now() - asked.time
        if asked.order <= written or age >= LASTS_FOR:
            return False
        return age < SHARED_FOR or bool(changed_by and written < 0) or asked.shows(CALLS[operation].final)

    async def pages(self, operation: str, path: str, *, region: str = "", **params: Any) -> list[Any]:
        """Make a list call, follow its pages to the last, and return what the JMESPath ``path`` selects from each.

        Raises:
            AwsError: as :meth:`call` does; Garbled if a page lacks what the path names.
        """
        if not self.has(operation.split(":", maxsplit=1)[0]):
            return []  # CloudFront in GovCloud: nothing can be there
        work = asyncio.ensure_future(self._items(operation, path, region, params))
        if not (region or params):
            self._whole[operation] = _Asked(work, next(self._order), self.clock.now())
        items: list[Any] = await asyncio.shield(work)
        return items

    async def _items(self, operation: str, path: str, region: str, params: dict[str, Any]) -> list[Any]:
        pages = self.each_page(operation, region=region, **params)
        return [item async for page in pages for item in self._listed(operation, path, page, region)]

    def _listed(self, operation: str, path: str, page: Answer, region: str) -> list[Any]:
        items = listed(operation, path, page, self._region_of(operation, region))
        if taken_for_empty(operation, path, page):
            self.without_list.add(operation)
        return items

    async def recent(self, operation: str, path: str, seconds: float) -> list[Any]:
        """Do as :meth:`pages`, for what our own calls don't change: a list up to ``seconds`` old will do.

        So will one that is still being read: whether it has come yet depends on the machine, and differs in a replay.
        """
        last = self._whole.get(operation)
        if last is None or last.has_failed or self.clock.now() - last.time > seconds:
            return await self.pages(operation, path)
        return list(await asyncio.shield(last.answer))

    async def each_page(self, operation: str, *, region: str = "", **params: Any) -> AsyncIterator[Answer]:
        """Yield the answers of a list call page by page, according to botocore's pagination table or the call's row."""
        async for page in self._paged(self.call, operation, region, params):
            yield page

    def forget_answers(self, until: float) -> None:
        """Stop sharing answers that were asked for up to then (the clock's seconds): a new look wants a new answer."""
        if not self.sharing.keeps:
            self._answers = {key: asked for key, asked in self._answers.items() if asked.time > until}
        self._whole = {key: asked for key, asked in self._whole.items() if asked.time > until}

    async def each_fresh_page(
        self, operation: str, *, region: str = "", patiently: bool = True, **params: Any
    ) -> AsyncIterator[Answer]:
        """Do as :meth:`each_page`, but always ask AWS; unless ``patiently``, don't wait for trouble to pass."""
        async for page in self._paged(self.fresh if patiently else self.fresh_once, operation, region, params):
            yield page

    async def _paged(
        self, ask: Callable[..., Awaitable[Answer]], operation: str, region: str, params: dict[str, Any]
    ) -> AsyncIterator[Answer]:
        paging = self.paging(operation)
        while True:
            page = await ask(operation, region=region, **params)
            yield page
            further = paging.following(page)
            if further is None:
                return
            if further.items() <= params.items():  # it doesn't say where, or says the same again
                raise incomplete(operation, region, f"{' or '.join(paging.tokens.values())} of the next page")
            params |= further

    def paging(self, operation: str) -> Paging:
        """Return how the pages of a list follow each other."""
        if operation not in PAGINGS:
            PAGINGS[operation] = paging_of(operation, self.asker(operation.partition(":")[0]).client)
        return PAGINGS[operation]

    def close_clients(self) -> None:
        """Close all clients and forget all answers; later calls get new ones."""
        super().close_clients()
        self.forget_answers(math.inf)
