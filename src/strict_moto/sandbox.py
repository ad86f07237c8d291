"""The sandbox: it receives every request and lets faults, rules or moto answer it, in this order."""

from __future__ import annotations

import threading
import traceback
from collections.abc import Mapping
from dataclasses import replace
from fnmatch import fnmatchcase
from functools import cache
from io import BytesIO
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from botocore.awsrequest import AWSResponse
from moto.core.exceptions import ServiceException
from werkzeug.exceptions import HTTPException

from strict_moto import codes, identity, moto_patches, shapes, wire
from strict_moto.faults import FaultKind, Faults, happen
from strict_moto.offers import EVERYTHING
from strict_moto.quirks import Quirks
from strict_moto.rules import RULES
from strict_moto.session import REGION, Session, embedded_session
from strict_moto.world import After, Instead, Refusal, Request, Rule, World

if TYPE_CHECKING:
    from collections.abc import Iterable, MutableSequence

    from botocore.awsrequest import AWSPreparedRequest

    from aws_clock import Clock
    from strict_moto.identity import Credentials
    from strict_moto.offers import Offer
    from strict_moto.wire import HttpAnswer, HttpRequest

T = TypeVar("T")
SORTS = Rule, Instead, After
LACKING = (NotImplementedError, ImportError)  # moto doesn't have the call, or only with one of its extras
ACCOUNT = "111122223333"  # an account number that AWS's documentation uses for examples


class LogEntry(NamedTuple):
    """One request in the log; ``error`` is None if it succeeded."""

    account: str
    region: str
    call: str
    error: str | None


class Raw(BytesIO):
    """The body of an answer, in the form that botocore reads from a connection."""

    def stream(self, **_: Any) -> Iterable[bytes]:
        """Yield the rest of the body."""
        yield self.read()


class Sandbox:
    """An AWS inside the process, with moto's resources and the real AWS's behaviour.

    moto keeps its state per process, so there is one sandbox at a time: a new one empties the last.

    ``log`` lists all requests. ``defects`` holds the tracebacks of errors in moto or in a rule itself, which the
    caller saw as AWS failures: a test asserts that there are none.
    """

    def __init__(self, clock: Clock, quirks: Quirks | None = None, faults: Faults | None = None) -> None:
        self.clock, self.quirks = clock, quirks or Quirks()
        self.faults = faults or Faults()
        self._lock = threading.RLock()  # moto's backends are not thread-safe
        moto_patches.install()
        self.reset()

    def reset(self) -> None:
        """Empty every account, and forget all but the first."""
        moto_patches.reset()
        self.world = World(self.clock, self.quirks)
        self.identity = identity.Identity(self.clock)
        self.offers: dict[Any, Offer] = self.world.recall("offers")  # by account
        self.world.recall("faults")["forbids"] = self._forbids  # for IAM's simulator
        self.log: MutableSequence[LogEntry] = []
        self.defects: list[str] = []
        self._last: dict[tuple[str, ...], HttpAnswer] = {}
        self.use(RULES)
        self.add_account(ACCOUNT)

    def use(self, rules: Iterable[Rule | Instead | After]) -> None:
        """Follow these rules from now on, in addition to those about the caller."""
        self._rulebooks = Rulebook(identity.rules(self.identity)), _rulebook(tuple(rules))

    def add_account(self, account: str, alias: str = "") -> Credentials:
        """Open an account and return its administrator's keys."""
        return self.identity.add_account(account, alias)

    def session(self, account: str = ACCOUNT, region: str = REGION, credentials: Credentials | None = None) -> Session:
        """Return a boto3 session of the account's administrator, or of the owner of ``credentials``."""
        keys = credentials or self.add_account(account)
        return embedded_session(keys, region, self.clock, self.handle)

    def organize(self, management: str) -> Credentials:
        """Create an organization of all accounts so far, managed from ``management``; return that account's keys."""
        keys = self.add_account(management)
        members = [account for account in self.identity.accounts if account != management]
        organizations = self.session(management).client("organizations")
        with moto_patches.next_account_id(management):
            organizations.create_organization(FeatureSet="ALL")
        for number, account in enumerate(members, 1):
            with moto_patches.next_account_id(account):
                organizations.create_account(AccountName=f"student-{number}", Email=f"student-{number}@example.com")
        return keys

    def _forbids(self, call: str, account: str, region: str) -> bool:
        return self.faults.forbids(call, account, region)  # the schedule at that time

    def handle(self, request: AWSPreparedRequest) -> AWSResponse:
        """Return the answer to a signed request, as AWS would give it, errors included.

        Raises:
            Died: the schedule of faults kills the calling process.
            botocore.exceptions.HTTPClientError: the schedule of faults breaks the connection.
            botocore.exceptions.EndpointConnectionError: the service is missing in the Region.
        """
        with self._lock:
            self.world.catch_up()
            code = codes.read(self.world, request.url)
            answer = self.answer_to(request) if code is None else wire.HttpAnswer(200, {}, code)
        return AWSResponse(request.url, answer.status, answer.headers, Raw(answer.body))  # type: ignore[arg-type] # any mapping will do

    def answer_to(self, request: AWSPreparedRequest) -> HttpAnswer:
        """Return what AWS answers to a request, whatever befalls it, and log it."""
        call = wire.receive(request)
        asked = Request(call.service, "?", {}, "", call.region, "", codes.origin(request.url))
        error: str | None = None
        try:
            operation, params = call.read()
            asked = replace(asked, operation=operation.name, params=params)
            caller = self.identity.caller(call)
            asked = replace(asked, account=caller.account, principal=caller.principal)
            answer = self._befallen(call, asked, operation)
            error = _error_code(answer, call, operation)
        except Refusal as refusal:
            answer, error = wire.refused(refusal, call), refusal.code
        except BaseException as exception:  # the connection breaks, or the calling process dies
            error = type(exception).__name__
            raise
        finally:
            self.log.append(LogEntry(asked.account, asked.region, asked.call, error))
        return answer

    def _befallen(self, call: HttpRequest, asked: Request, operation: Any) -> HttpAnswer:
        """Answer, unless a scheduled fault strikes before or after."""
        fault = self.faults.strike(asked)
        key = (asked.account, asked.region, asked.call, str(asked.params))
        if fault and fault.kind is FaultKind.STALE and key in self._last:
            return self._last[key]
        if fault and not fault.after:
            happen(fault, asked, call.family, call.http.url)
        self.offers.get(asked.account, EVERYTHING).refuse(asked, call.family, call.http.url)
        answer = self._act(call, asked, operation)
        if any(f.kind is FaultKind.STALE for f in self.faults.schedule):
            self._last[key] = answer
        if fault and fault.after:
            happen(fault, asked, call.family, call.http.url)
        return answer

    def _act(self, call: HttpRequest, asked: Request, operation: Any) -> HttpAnswer:
        try:
            for rule in self._rules(asked.call, Rule):
                refuse_if_it_applies(rule, self.world, asked)
            return self._perform(call, asked, operation)
        except (ServiceException, HTTPException) as error:  # from moto's backends, called by a rule
            raise _refusal(error) from error
        except Refusal:
            raise
        except Exception as error:
            self.defects.append(f"{asked.call} {asked.params}\n{traceback.format_exc()}")
            words = call.family.lacking if isinstance(error, LACKING) else call.family.failed
            raise words.refusal() from error

    def _perform(self, call: HttpRequest, asked: Request, operation: Any) -> HttpAnswer:
        """Let moto or a rule in its place act, then apply the rules that follow."""
        instead, afters = self._rules(asked.call, Instead), self._rules(asked.call, After)
        if instead:
            result = instead[0].act(self.world, asked)
        else:
            answer = wire.ask_moto(call, asked.account)
            as_it_is = not afters and not shapes.is_shaped(asked.call, self.quirks.absent_members)
            if as_it_is or answer.status >= 300:  # noqa: PLR2004 - HTTP's successes are below
                return answer
            result = wire.parsed(answer, call.protocol, operation)
        for after in afters:
            result = after.act(self.world, asked, result)
        result = shapes.shaped(asked.call, result, operation.output_shape, self.quirks.absent_members)
        return wire.serialized(result, call.protocol, operation)

    def _rules(self, call: str, kind: type[T]) -> list[T]:
        return [rule for book in self._rulebooks for rule in book.of(call, kind)]


class Rulebook:
    """The rules, by call; a rule's ``call`` may contain ``*``."""

    def __init__(self, rules: Iterable[Rule | Instead | After]) -> None:
        self._rules = tuple(rules)
        self._found: dict[tuple[str, type], list[Any]] = {}

    def of(self, call: str, kind: type[T]) -> list[T]:
        """Return the rules of one kind for ``call``, in the order of the tables."""
        if (call, kind) not in self._found:
            of_call = [r for r in self._rules if r.call == call or ("*" in r.call and fnmatchcase(call, r.call))]
            self._found |= {(call, sort): [r for r in of_call if isinstance(r, sort)] for sort in SORTS}
        return self._found[call, kind]


@cache
def _rulebook(rules: tuple[Rule | Instead | After, ...]) -> Rulebook:
    """Return the only book of ``rules``; it keeps what it has looked up when the sandbox is emptied."""
    return Rulebook(rules)


def refuse_if_it_applies(rule: Rule, world: World, asked: Request) -> None:
    """Raise the refusal of a rule that applies to a request."""
    found = rule.when(world, asked)
    if not found:
        return
    facts = asked.params | (dict(found) if isinstance(found, Mapping) else {})
    raise Refusal(rule.code, rule.message.format_map(facts), rule.status)


def _refusal(error: Any) -> Refusal:
    """Return the refusal that moto's own dispatcher would make of its exception, which is of an older or newer kind."""
    if hasattr(error, "error_type"):
        return Refusal(error.error_type, error.message, error.code)
    return Refusal(error.code, error.message)


def _error_code(answer: HttpAnswer, call: HttpRequest, operation: Any) -> str | None:
    if answer.status < 300:  # noqa: PLR2004 - HTTP's successes are below
        return None
    return str(wire.parsed(answer, call.protocol, operation).get("Error", {}).get("Code", answer.status))
