"""Sending calls to AWS: paced, patient, and only for the account that was confirmed."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from botocore import xform_name
from botocore.exceptions import ClientError

from carbuyer_cleanup.aws.answers import demand
from carbuyer_cleanup.aws.calls import CALLS
from carbuyer_cleanup.aws.clients import Clients
from carbuyer_cleanup.aws.identity import another_account, elsewhere, whoami_in
from carbuyer_cleanup.aws.owners import OWN, owners_in
from carbuyer_cleanup.aws.pace import Paces
from carbuyer_cleanup.aws.reading import Described
from carbuyer_cleanup.aws.refusals import NO_ANSWER, code_of, refusal
from carbuyer_cleanup.aws.sign_in import ASKED
from carbuyer_cleanup.contain import answered
from carbuyer_cleanup.errors import AwsError, Trouble

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from concurrent.futures import Executor

    import boto3

    from aws_clock import Clock
    from carbuyer_cleanup.aws.answers import Answer
    from carbuyer_cleanup.aws.identity import Pinned

T = TypeVar("T")

TRIES = 9  # of a call that AWS throttles or fails: about two minutes with the pauses below
FEW_TRIES = 5  # of a call that somebody answers, but not as AWS does: a quarter of a minute
TRIES_OF = {Trouble.THROTTLED: TRIES, Trouble.TRANSIENT: TRIES, Trouble.GARBLED: FEW_TRIES}
TRIES_OF_OPTIONAL = {Trouble.THROTTLED: FEW_TRIES, Trouble.TRANSIENT: 3, Trouble.GARBLED: 2}
PAUSES_DIFFER = 0.25  # the share by which they vary, so that accounts don't march in step
LONGEST_PAUSE = 30.0  # API Gateway accepts one DeleteRestApi every 30 s

UNKNOWN = "UnknownParameter"  # EC2 API reference, error codes: a parameter that it doesn't know yet, or there
STOPS = frozenset({Trouble.EXPIRED, Trouble.OTHER_ACCOUNT})  # whatever else was sent would fail in the same way


class Sender(Clients):
    """One account's caller, and the sending of each request.

    Args:
        session: the session whose credentials are used.
        account: the 12 digits from ``sts:GetCallerIdentity``.
        caller: the ARN of the identity that the suite runs as; it is never deleted.
        region: where the workshop was built.
        clock: the clock by whose seconds to wait.
        pool: the threads in which boto3 runs.
        read_only: whether to refuse calls that change something.
    """

    def __init__(  # noqa: PLR0913 - a sender is all of these
        self,
        session: boto3.Session,
        *,
        account: str,
        caller: str,
        region: str,
        clock: Clock,
        pool: Executor,
        read_only: bool,
    ) -> None:
        super().__init__(session, caller.split(":")[1], region)
        self.account, self.caller, self.clock, self.read_only = account, caller, clock, read_only
        self.salt = (
            account  # what the length of pauses depends on; in a recorded run, the recording's name for the account
        )
        self.pinned: Pinned | None = None  # the session's credentials, if AWS was asked whose they are
        self.counts: Counter[tuple[str, str]] = Counter()  # requests made, by operation and Region
        self._pool, self._paces = pool, Paces()
        self._owners: dict[str, str] = {}  # owners of what others may share with the account, by id
        self._stopped: AwsError | None = None

    async def fresh(self, operation: str, *, region: str = "", **params: Any) -> Answer:
        """Do as :meth:`call`, but always ask AWS: no answer is shared with others, and none is kept."""
        answered(operation)
        return await self.ask_patiently(operation, region, params)

    async def fresh_once(self, operation: str, *, region: str = "", **params: Any) -> Answer:
        """Do as :meth:`fresh`, but don't wait for trouble to pass: the caller will ask again, or needn't."""
        answered(operation)
        return await self.ask_once(operation, region, params)

    async def ask_who_we_are(self) -> None:
        """Ask AWS again whose account this is; if it is not the one from the start, stop everything.

        Raises:
            AwsError: it is another account, or AWS can't be asked.
        """
        found = whoami_in(await self.fresh(ASKED, region=self.region), self.region)
        if found.account != self.account:
            raise self._noted(another_account(self.account, found))

    def owner_of(self, id_: str) -> str:
        """Return the account that owns something in EC2, "" if AWS has not said."""
        return self._owners.get(id_, "")

    def _see_owners(self, operation: str, answer: Answer) -> None:
        """Refuse an answer that shows another account's things, except those that have always been shown as such."""
        for id_, account in owners_in(operation, answer):
            first = self.account if operation in OWN else self._owners.setdefault(id_, account)
            if account != first:
                self.refuse_elsewhere(id_, account, first)

    def refuse_elsewhere(self, what: str, account: str, expected: str = "") -> None:
        """Stop everything if something that must belong to this account is another ``account``'s; "" is not known.

        Raises:
            AwsError: it belongs to another account.
        """
        if account not in ("", self.account):
            raise self._noted(elsewhere(what, account, expected or self.account))

    async def in_thread(self, work: Callable[[], T]) -> T:
        """Do slow work in a thread of the pool and return its result; meanwhile the fastest clock doesn't jump."""
        with self.clock.held():
            return await asyncio.get_running_loop().run_in_executor(self._pool, work)

    async def transfer(self, operation: str, act: Callable[[Any], T], *, region: str = "") -> T | None:
        """Do as :meth:`fresh`, for an answer that is read as it arrives, or that boto3 gets in several requests.

        Args:
            operation: the call that ``act`` makes.
            act: gets the client, in a thread; it is called again after trouble that passes.
            region: the Region to ask, "" for the usual one.

        Returns:
            What ``act`` returned; None if AWS says that there is no such thing.

        Raises:
            AwsError: as :meth:`call` does.
        """
        answered(operation)
        client = self.client(operation.split(":", maxsplit=1)[0], region)
        send, place = partial(act, client), client.meta.region_name
        return await self._patiently(operation, region, lambda: self._sent(operation, place, send))

    async def ask_patiently(self, operation: str, region: str, params: dict[str, Any]) -> Answer:
        """Make a call, and make it again while AWS throttles or fails."""
        return await self._patiently(operation, region, lambda: self.ask_once(operation, region, params))

    async def _patiently(self, operation: str, region: str, ask: Callable[[], Awaitable[T]]) -> T:
        """Ask, and retry while AWS throttles or fails."""
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
        """Return the seconds plus or minus up to a ``share`` that depends on account and occasion: so replays agree."""
        chance = random.Random(f"{self.salt} {occasion}")  # noqa: S311 - not for secrecy
        return seconds * chance.uniform(1 - share, 1 + share)

    async def ask_once(self, operation: str, region: str, params: dict[str, Any]) -> Answer:
        """Send one request, and check that the answer is whole and about this account: every answer passes here."""
        service, _, name = operation.partition(":")
        client, place, told = self.asker(service, region)
        answer = await self._in_full(operation, place, partial(getattr(client, xform_name(name)), **params, **told))
        if answer is None:
            return Described({}, _shape(client, name))
        demand(operation, place, answer)
        self._see_owners(operation, answer)
        return Described(answer, _shape(client, name))

    async def _in_full(self, operation: str, region: str, send: Callable[..., T]) -> T | None:
        """Do as :meth:`_sent`, with the parameters that the call always has; without, where AWS doesn't know them.

        There is nothing there that they could change: EC2 hides nothing where it can't be asked to show it.
        """
        always = CALLS[operation].always
        try:
            return await self._sent(operation, region, partial(send, **always))
        except AwsError as error:
            if not always or error.code != UNKNOWN:
                raise
        return await self._sent(operation, region, send)

    async def _sent(self, operation: str, region: str, send: Callable[[], T]) -> T | None:
        """Return what ``send`` returns in a thread of the pool; None if AWS says that there is no such thing."""
        row = CALLS[operation]
        if self.read_only and row.writes:
            raise RuntimeError(
                f"A run that only looks was about to send {operation}. It was not sent; please report this."
            )
        await asyncio.sleep(self._paces.wait(operation, region, self.clock.now()))
        if self.stopped:  # calls that were waiting need not find out for themselves
            raise replace(self.stopped, call=operation, region=region, request_id="")
        self.counts[operation, region] += 1
        try:
            return await self.in_thread(send)
        except AwsError as error:  # there are no keys to sign with, or they are another account's
            raise self._noted(replace(error, call=operation, region=region)) from error
        except NO_ANSWER as error:
            if isinstance(error, ClientError) and code_of(error) in row.gone:
                return None
            raise self._noted(refusal(operation, region, error)) from error

    def _noted(self, error: AwsError) -> AwsError:
        """Remember an error that stops everything; another account outweighs expired credentials."""
        if error.trouble in STOPS and not self.is_elsewhere:
            self._stopped = error
        return error

    @property
    def stopped(self) -> AwsError | None:
        """Why nothing more is sent, None if it is; the credentials may also have strayed at a call to KMS."""
        return (self.pinned and self.pinned.strayed) or self._stopped

    @property
    def callers(self) -> set[str]:
        """The ARNs of all callers so far: credentials may have been renewed."""
        return {self.caller, *(self.pinned.callers if self.pinned else ())}

    @property
    def is_elsewhere(self) -> bool:
        """Whether everything was stopped because the credentials, or an answer, belonged to another account."""
        return self.stopped is not None and self.stopped.trouble is Trouble.OTHER_ACCOUNT


def _shape(client: Any, name: str) -> Any:
    """Return botocore's model of an operation's answer, None if it has none."""
    return client.meta.service_model.operation_model(name).output_shape


def _pause(attempt: int) -> float:
    """Return the seconds before the next try: they double."""
    return min(LONGEST_PAUSE, float(2 ** (attempt - 1)))
