"""One AWS account as the suite sees it: every call goes through here."""

from __future__ import annotations

import asyncio
import copy
import itertools
import math
import random
import threading
from collections import Counter
from dataclasses import replace
from functools import cache, partial
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar
from urllib.parse import urlsplit
from urllib.request import getproxies

import botocore
import jmespath
from botocore import xform_name
from botocore.config import Config
from botocore.exceptions import ClientError

from carbuyer_cleanup import __version__
from carbuyer_cleanup.aws.answers import demand, incomplete, listed, taken_for_empty
from carbuyer_cleanup.aws.calls import CALLS
from carbuyer_cleanup.aws.identity import another_account, elsewhere, whoami_in
from carbuyer_cleanup.aws.lean import lean_session
from carbuyer_cleanup.aws.owners import OWN, owners_in
from carbuyer_cleanup.aws.pace import Paces
from carbuyer_cleanup.aws.paging import Paging, paging_of
from carbuyer_cleanup.aws.reading import Described
from carbuyer_cleanup.aws.refusals import NO_ANSWER, code_of, refusal
from carbuyer_cleanup.aws.sharing import Sharing
from carbuyer_cleanup.aws.sign_in import ASKED
from carbuyer_cleanup.contain import answered
from carbuyer_cleanup.errors import AwsError, Trouble

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable
    from concurrent.futures import Executor

    import boto3

    from aws_clock import Clock
    from carbuyer_cleanup.aws.identity import Pinned
    from carbuyer_cleanup.backup.saving import Backup
    from carbuyer_cleanup.teardown.journal import Journal
    from carbuyer_cleanup.workshop import Workshop

Answer = dict[str, Any]
T = TypeVar("T")

GLOBAL = frozenset({"iam", "cloudfront", "pricing-plan-manager", "sts"})  # one endpoint a partition; see Aws.home
HOME_REGIONS = {"aws": "us-east-1", "aws-cn": "cn-north-1", "aws-us-gov": "us-gov-west-1"}
AWS_DOMAINS = (".amazonaws.com", ".amazonaws.com.cn", ".api.aws", ".amazonaws.eu")
TRIES = 9  # of a call that AWS throttles or fails: with the pauses below about two minutes
FEW_TRIES = 5  # of one that somebody answers, but not as AWS does: a quarter of a minute
TRIES_OF = {Trouble.THROTTLED: TRIES, Trouble.TRANSIENT: TRIES, Trouble.GARBLED: FEW_TRIES}
TRIES_OF_OPTIONAL = {Trouble.THROTTLED: FEW_TRIES, Trouble.TRANSIENT: 3, Trouble.GARBLED: 2}
PAUSES_DIFFER = 0.25  # by so much of them, so that accounts don't march in step
LONGEST_PAUSE = 30.0  # API Gateway takes one DeleteRestApi in 30 s

# Kinds that look at the same moment ask the same (which VPCs are ours?): they share the answer for so many seconds.
SHARED_FOR = 1.0
LASTS_FOR = 60.0  # the same before any call of ours that changes the answer, where these are known (``changed_by``)

ALONE = 32  # an account by itself

STOPS = frozenset({Trouble.EXPIRED, Trouble.OTHER_ACCOUNT})  # whatever else would be sent meets the same

# The retries of botocore sleep in their thread; ours wait on the event loop, so that many waits cost no thread.
CONFIG = Config(
    retries={"total_max_attempts": 1},
    connect_timeout=10,
    read_timeout=60,
    max_pool_connections=16,
    user_agent=f"carbuyer-cleanup/{__version__} Botocore/{botocore.__version__}",  # else made anew for each call
)


class _Asked(NamedTuple):
    """A read call, or all pages of a list, made or being made: what came, and when it was asked for."""

    answer: asyncio.Future[Any]
    order: int
    time: float

    @property
    def has_failed(self) -> bool:
        """Whether there is none, and won't be."""
        return self.answer.done() and (self.answer.cancelled() or self.answer.exception() is not None)

    def shows(self, path: str) -> bool:
        """Whether it has come, and a JMESPath holds in it."""
        return bool(path) and self.answer.done() and bool(jmespath.search(path, self.answer.result()))


class Aws:
    """One account: who is asking, where, and the calls.

    Args:
        session: whose credentials are used.
        account: the 12 digits of ``sts:GetCallerIdentity``.
        caller: the ARN of the identity that the suite runs as; it is never deleted.
        region: where the workshop was built.
        workshop: what is ours.
        journal: what earlier runs did and this one does.
        clock: whose seconds are waited by.
        pool: the threads in which boto3 runs.
        read_only: refuse to send what changes anything.
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
        self.session, self.account, self.caller, self.region = session, account, caller, region
        self.workshop, self.journal, self.clock = workshop, journal, clock
        self.partition, self.read_only = caller.split(":")[1], read_only
        self.salt = (
            account  # what the length of pauses hangs on; of a recorded run what the recording calls the account
        )
        self.sharing = Sharing()
        self.in_all = asyncio.Semaphore(ALONE)  # clients that an audit may have open; accounts of a class share one
        self.warning = ""  # what is to be told of the caller, and speaks against CLEAN
        self.backup: Backup | None = None  # where what is deleted is saved before, if it is
        self.pinned: Pinned | None = None  # the session's credentials, if AWS was asked whose they are
        self._pool, self._lean = pool, lean_session(session)
        self._clients: dict[tuple[str, str], Any] = {}
        # Else each client looks through the environment for proxies.
        self._config = CONFIG if getproxies() else CONFIG.merge(Config(proxies={}))
        self._lists = cache(partial(_regions, self._lean))
        self._endpoints: set[str] = set()
        self._owners: dict[str, str] = {}  # of what others may share with the account, by id
        self._lock = threading.Lock()
        self._answers: dict[tuple[str, str, str], _Asked] = {}
        self._last_write: dict[str, int] = {}
        self._whole: dict[str, _Asked] = {}  # lists that were asked for without a filter
        self._order = itertools.count()
        self._paces = Paces()
        self._stopped: AwsError | None = None
        self.without_list: set[str] = set()  # calls that a step made whose answer had no list: it was taken for empty
        self.counts: Counter[tuple[str, str]] = Counter()  # requests made, by operation and Region
        self.tally: Counter[str] = Counter()  # by kind, what was deleted where one resource holds many, for the display

    @property
    def home(self) -> str:
        """The Region that answers for the partition's global services."""
        return HOME_REGIONS[self.partition]

    async def call(self, operation: str, *, region: str = "", **params: Any) -> Answer:
        """Make one call, e.g. ``call("ec2:DeleteNatGateway", NatGatewayId=...)``.

        Returns:
            AWS's answer; ``{}`` if it says that the resource is gone already (``CALLS``).

        Raises:
            AwsError: AWS refused, after waiting out throttling and failures of AWS's own; its ``trouble`` is
                BUSY where the call's row says that this passes.
        """
        answered(operation)
        if CALLS[operation].writes:
            return await self._write(operation, region, params)
        key = (operation, region, repr(sorted(params.items())))
        if not self._is_shared(key, params):
            work = asyncio.ensure_future(self._persistently(operation, region, params))
            self._answers[key] = _Asked(work, next(self._order), self.clock.now())
        answer: Answer = await asyncio.shield(self._answers[key].answer)
        return copy.deepcopy(answer)

    def _is_shared(self, key: tuple[str, str, str], params: dict[str, Any]) -> bool:
        """Say whether an answer will do that was given to others, or will be."""
        if not self.sharing.keeps:
            self._answers = {key: asked for key, asked in self._answers.items() if self._is_fresh(key[0], asked)}
        is_there = key in self._answers and not self._answers[key].has_failed
        return self.sharing.shares(*key[:2], params, is_there=is_there)

    async def _write(self, operation: str, region: str, params: dict[str, Any]) -> Answer:
        """Make a call that changes something: no answer is shared that was asked for before it ended."""
        try:
            return await self._persistently(operation, region, params)
        finally:
            order = next(self._order)
            self._last_write |= {operation: order, operation.split(":", maxsplit=1)[0]: order}

    def _is_fresh(self, operation: str, asked: _Asked) -> bool:
        """Say whether an answer will do for others: nothing was written to the service since it was asked for."""
        if asked.has_failed:
            return False
        changed_by = CALLS[operation].changed_by
        written = max(self._last_write.get(key, -1) for key in changed_by or operation.split(":")[:1])
        lasts = LASTS_FOR if (changed_by and written < 0) or asked.shows(CALLS[operation].final) else SHARED_FOR
        return asked.order > written and self.clock.now() - asked.time < lasts

    async def _persistently(self, operation: str, region: str, params: dict[str, Any]) -> Answer:
        return await self._patiently(operation, region, lambda: self._once(operation, region, params))

    async def _patiently(self, operation: str, region: str, ask: Callable[[], Awaitable[T]]) -> T:
        """Ask, and ask again while AWS throttles or fails."""
        tries = TRIES_OF_OPTIONAL if CALLS[operation].optional else TRIES_OF
        for attempt in range(1, TRIES + 1):
            try:
                return await ask()
            except AwsError as error:
                if attempt >= tries.get(error.trouble, 1):
                    raise
                await asyncio.sleep(self.jittered(_pause(attempt), PAUSES_DIFFER, operation, region, attempt))
        raise AssertionError  # the last attempt returned or raised

    def jittered(self, seconds: float, share: float, *occasion: object) -> float:
        """Return up to a ``share`` more or less, which hangs on account and occasion: a replay waits as long."""
        chance = random.Random(f"{self.salt} {occasion}")  # noqa: S311 - not for secrecy
        return seconds * chance.uniform(1 - share, 1 + share)

    async def pages(self, operation: str, path: str, *, region: str = "", **params: Any) -> list[Any]:
        """Make a list call, follow its pages to the last, and return what the JMESPath ``path`` selects of each."""
        if not self.has(operation.split(":", maxsplit=1)[0]):
            return []  # CloudFront, in GovCloud: none can be there
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
        """Do as :meth:`pages`, for what our own calls do not change: a list of up to ``seconds`` ago will do.

        So will one that is being read: whether it has come yet hangs on the machine, and a replay's differs.
        """
        last = self._whole.get(operation)
        if last is None or last.has_failed or self.clock.now() - last.time > seconds:
            return await self.pages(operation, path)
        return list(await asyncio.shield(last.answer))

    async def each_page(self, operation: str, *, region: str = "", **params: Any) -> AsyncIterator[Answer]:
        """Yield the answers of a list call page by page, by the pagination table that botocore has of it."""
        async for page in self._paged(self.call, operation, region, params):
            yield page

    async def fresh(self, operation: str, *, region: str = "", **params: Any) -> Answer:
        """Do as :meth:`call`, but ask AWS in any case: no answer is shared with others, and none is kept."""
        answered(operation)
        return await self._persistently(operation, region, params)

    async def ask_who_we_are(self) -> None:
        """Ask AWS once more whose account this is; another one than at the start stops everything.

        Raises:
            AwsError: it is another one, or AWS can't be asked.
        """
        found = whoami_in(await self.fresh(ASKED, region=self.region), self.region)
        if found.account != self.account:
            raise self._noted(another_account(self.account, found))

    def owner_of(self, id_: str) -> str:
        """Return the account that something of EC2's is of, "" if AWS has not told."""
        return self._owners.get(id_, "")

    def _see_owners(self, operation: str, answer: Answer) -> None:
        """Let an answer tell of no other account's things, but those that it has told as such from the beginning."""
        for id_, account in owners_in(operation, answer):
            first = self.account if operation in OWN else self._owners.setdefault(id_, account)
            if account != first:
                self.refuse_elsewhere(id_, account, first)

    def refuse_elsewhere(self, what: str, account: str, expected: str = "") -> None:
        """Stop everything if something that must be of this account is of another ``account``; "" is not known.

        Raises:
            AwsError: it is.
        """
        if account not in ("", self.account):
            raise self._noted(elsewhere(what, account, expected or self.account))

    def forget_answers(self, until: float) -> None:
        """Share no answer any more that was asked for until then: whoever looks again wants another one."""
        if not self.sharing.keeps:
            self._answers = {key: asked for key, asked in self._answers.items() if asked.time > until}
        self._whole = {key: asked for key, asked in self._whole.items() if asked.time > until}

    async def fresh_once(self, operation: str, *, region: str = "", **params: Any) -> Answer:
        """Do as :meth:`fresh`, but don't wait out trouble that may pass: whoever asks will ask again, or needn't."""
        answered(operation)
        return await self._once(operation, region, params)

    async def each_fresh_page(
        self, operation: str, *, region: str = "", patiently: bool = True, **params: Any
    ) -> AsyncIterator[Answer]:
        """Do as :meth:`each_page`, but ask AWS in any case; unless ``patiently``, wait out no trouble."""
        async for page in self._paged(self.fresh if patiently else self.fresh_once, operation, region, params):
            yield page

    async def _paged(
        self, ask: Callable[..., Awaitable[Answer]], operation: str, region: str, params: dict[str, Any]
    ) -> AsyncIterator[Answer]:
        paging = self._paging(operation, region)
        while True:
            page = await ask(operation, region=region, **params)
            yield page
            found = paging.following(page)
            if found is None:
                return
            if found.items() <= params.items():  # it is not said where, or the same again
                raise incomplete(operation, region, f"{' or '.join(paging.tokens.values())} of the next page")
            params |= found

    def _paging(self, operation: str, region: str) -> Paging:
        return paging_of(operation, self.client(operation.split(":", maxsplit=1)[0], region))

    async def in_thread(self, work: Callable[[], T]) -> T:
        """Do in a thread of the pool what takes its time; meanwhile an infinitely fast clock doesn't jump."""
        with self.clock.held():
            return await asyncio.get_running_loop().run_in_executor(self._pool, work)

    async def transfer(self, operation: str, act: Callable[[Any], T], *, region: str = "") -> T | None:
        """Do as :meth:`fresh`, for an answer that is read as it comes, or that boto3 asks for in several requests.

        Args:
            operation: the call that ``act`` makes.
            act: is given the client, in a thread; after trouble that passes it is called again.
            region: where.

        Returns:
            What ``act`` returned; None if AWS says that there is no such thing.

        Raises:
            AwsError: as :meth:`call` does.
        """
        answered(operation)
        client = self.client(operation.split(":", maxsplit=1)[0], region)
        return await self._patiently(operation, region, lambda: self._sent(operation, client, lambda: act(client)))

    def regions_with(self, service: str) -> list[str]:
        """Return the Regions in which AWS has a service, as far as botocore knows."""
        return self._lists(service, self.partition)

    def has(self, service: str) -> bool:
        """Say whether botocore knows of an endpoint of a service in the account's partition, if it does anywhere."""
        here, somewhere = (self._lists(service, name, allow_non_regional=True) for name in (self.partition, "aws"))
        return bool(here) or not somewhere

    def client(self, service: str, region: str = "") -> Any:
        """Return the boto3 client of ``service``, made once per Region."""
        key = (service, self._region_of(service, region))
        with self._lock:  # boto3 sessions must not make clients in two threads at once
            if key not in self._clients:
                self._clients[key] = self._made(service, key[1])
                self._endpoints.add(self._clients[key].meta.endpoint_url)
            return self._clients[key]

    def _region_of(self, call: str, region: str) -> str:
        """Return the Region that is asked if none is given."""
        return region or (self.home if call.split(":", maxsplit=1)[0] in GLOBAL else self.region)

    def _made(self, service: str, region: str) -> Any:
        """Make a client, which looks through the environment for proxies; meanwhile pytest may change it."""
        while True:
            try:
                return self._lean.create_client(service, region_name=region, config=self._config)
            except KeyError as error:  # out of os.environ.items(): pytest has taken its own variable out
                if error.args != ("PYTEST_CURRENT_TEST",):
                    raise

    @property
    def other_endpoints(self) -> set[str]:
        """The endpoints asked so far that are not AWS's own: whoever set AWS_ENDPOINT_URL gets another's answers."""
        return {url for url in self._endpoints if not (urlsplit(url).hostname or "").endswith(AWS_DOMAINS)}

    def forget(self, service: str, region: str) -> None:
        """Close a client; a thousand of them, as the audit takes, are too many to keep."""
        with self._lock:
            client = self._clients.pop((service, region), None)
        if client is not None:
            client.close()

    def close_clients(self) -> None:
        """Close all clients, and keep no answer; whoever calls afterwards gets new ones."""
        for service, region in list(self._clients):
            self.forget(service, region)
        self.forget_answers(math.inf)

    async def _once(self, operation: str, region: str, params: dict[str, Any]) -> Answer:
        name, client = operation.split(":")[1], self.client(operation.split(":", maxsplit=1)[0], region)
        answer = await self._sent(operation, client, lambda: getattr(client, xform_name(name))(**params))
        if answer is None:
            return Described({}, _shape(client, name))
        demand(operation, client.meta.region_name, answer)
        self._see_owners(operation, answer)
        return Described(answer, _shape(client, name))

    async def _sent(self, operation: str, client: Any, send: Callable[[], T]) -> T | None:
        """Return what ``send`` does in a thread of the pool; None if AWS says that there is no such thing."""
        row, region = CALLS[operation], client.meta.region_name
        if self.read_only and row.writes:
            raise RuntimeError(f"{operation} was to be sent by a run that only looks. Nothing was; please report this.")
        await asyncio.sleep(self._paces.wait(operation, region, self.clock.now()))
        if self.stopped:  # nothing that is under way need find out for itself
            raise replace(self.stopped, call=operation, region=region, request_id="")
        self.counts[operation, region] += 1
        try:
            return await self.in_thread(send)
        except AwsError as error:  # the keys to sign with are none, or another account's
            raise self._noted(replace(error, call=operation, region=region)) from error
        except NO_ANSWER as error:
            if isinstance(error, ClientError) and code_of(error) in row.gone:
                return None
            raise self._noted(refusal(operation, region, error)) from error

    def _noted(self, error: AwsError) -> AwsError:
        """Remember what stops everything; another account outweighs that credentials have expired."""
        if error.trouble in STOPS and not self.is_elsewhere:
            self._stopped = error
        return error

    @property
    def stopped(self) -> AwsError | None:
        """Why nothing more is sent, None if it is; the credentials may have strayed at a call of KMS's, too."""
        return (self.pinned and self.pinned.strayed) or self._stopped

    @property
    def callers(self) -> set[str]:
        """The ARNs as whom calls were signed so far: credentials may have been renewed."""
        return {self.caller, *(self.pinned.callers if self.pinned else ())}

    @property
    def is_elsewhere(self) -> bool:
        """Whether it was stopped because the credentials, or an answer, were another account's."""
        return self.stopped is not None and self.stopped.trouble is Trouble.OTHER_ACCOUNT


def _regions(lists: Any, service: str, partition: str, *, allow_non_regional: bool = False) -> list[str]:
    """Return what botocore's ``lists`` of Regions say; to look that up takes as long as a call."""
    found: list[str] = lists.get_available_regions(service, partition, allow_non_regional=allow_non_regional)
    return found


def _shape(client: Any, name: str) -> Any:
    """Return botocore's model of an operation's answer, None if it has none."""
    return client.meta.service_model.operation_model(name).output_shape


def _pause(attempt: int) -> float:
    """Return the seconds before the next try: doubling."""
    return min(LONGEST_PAUSE, float(2 ** (attempt - 1)))
