"""Recording what AWS answers: by botocore's events, which every call of a session goes through.

Whatever is written has passed ``allowed`` and ``mask``: nothing else ever reaches the file.
"""

from __future__ import annotations

import secrets
import threading
from collections import Counter
from functools import wraps
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from aws_clock import Clock
from carbuyer_cleanup.aws.calls import CALLS
from carbuyer_cleanup.aws.refusals import NO_ADDRESS, code_of, refusal
from carbuyer_cleanup.aws.sharing import Sharing
from carbuyer_cleanup.errors import AwsError
from carbuyer_cleanup.recording import allowed
from carbuyer_cleanup.recording.mask import Mask

if TYPE_CHECKING:
    from collections.abc import Callable

    import boto3

    from carbuyer_cleanup.aws.context import Aws
    from carbuyer_cleanup.errors import CleanupError
    from carbuyer_cleanup.recording.tape import Line, Tape
    from carbuyer_cleanup.workshop import Workshop

ASKED = "carbuyer-asked"  # in botocore's context of a call
WEB_PAGE = "a web page"
STARTS = ((b"{", "JSON"), (b"[", "JSON"), (b"<?xml", "XML"), (b"<!", WEB_PAGE), (b"<html", WEB_PAGE), (b"<", "XML"))
PLACES = 6  # decimal places of a second
FAILED = 300  # HTTP's successes are below


class Recorder:
    """Records a run.

    Args:
        tape: the file to write to.
        prefix: the prefix of the workshop's names.
        key: the key for hashing texts; if empty, a new one.
    """

    def __init__(self, tape: Tape, prefix: str, key: bytes = b"") -> None:
        self.tape, self.key = tape, key or secrets.token_bytes(32)
        self.mask, self._clock = Mask(prefix, self.key), Clock()

    def watch(self, session: boto3.Session, alias: str, clock: Clock) -> None:
        """Record all calls of a session from now on; ``alias`` is the account's in the class."""
        self._clock, account = clock, _RecordedAccount(self, self.mask.text(alias), clock)
        for event in ("before-parameter-build", "after-call", "after-call-error"):
            session.events.register_last(event, getattr(account, event.replace("-", "_")))
        session.events.register_first("before-parse", account.before_parse)  # another handler may refuse the answer

    def opened(self, alias: str, aws: Aws) -> None:
        """Record whose account it is, and what earlier runs in it remembered."""
        aws.salt = self.mask.text(aws.account)
        aws.sharing = _RecordedSharing(self, alias, aws)
        aws.client("ec2")
        self._write(
            "account", alias, account=aws.salt, caller=self.mask.text(aws.caller), elsewhere=bool(aws.other_endpoints)
        )  # fmt: skip
        for memory in aws.journal.memories():
            self._write("memory", alias, memory=self._masked(memory))

    def begun(self, alias: str, workshop: Workshop) -> None:
        """Record what the caller said about whose things are, on the command line or when asked."""
        vouched = [[entry, self.mask.text(name)] for entry, name in workshop.vouched]
        self._write("begun", alias, vouched=vouched, not_ours=[self.mask.text(id_) for id_ in workshop.not_ours])

    def refused(self, alias: str, why: CleanupError) -> None:
        """Record that an account could not be opened."""
        self._write("refused", alias, why=self.mask.sentence(str(why)))

    def interrupted(self) -> None:
        """Record that the run was interrupted just now."""
        self.note("interrupted", at=round(self._clock.now(), PLACES))

    def note(self, sort: str, **facts: Any) -> None:
        """Record ``facts`` about the run; they must not name anything."""
        self.tape.write({"sort": sort, **facts})

    def _write(self, sort: str, alias: str, **facts: Any) -> None:
        self.note(sort, alias=self.mask.text(alias), **facts)

    def _masked(self, value: Any) -> Any:
        if isinstance(value, dict):
            return {name: self._masked(one) for name, one in value.items()}
        return self.mask.text(value) if isinstance(value, str) else value


def _never_fatal(handler: Callable[..., None]) -> Callable[..., None]:
    """Let a mistake in the recorder end the recording, which then says so, but not the run."""

    @wraps(handler)
    def handle(account: _RecordedAccount, **event: Any) -> None:
        try:
            handler(account, **event)
        except Exception as error:  # noqa: BLE001 - whatever it is, the run is worth more
            account.recorder.tape.ended = f"the recorder failed ({type(error).__name__}); please report it"

    return handle


class _RecordedSharing(Sharing):
    """Records how often an answer was given to others: that depends on fractions of a second."""

    def __init__(self, recorder: Recorder, alias: str, aws: Aws) -> None:
        self._recorder, self._alias, self._aws = recorder, recorder.mask.text(alias), aws
        self._counts: Counter[tuple[str, str, str]] = Counter()

    def shares(self, call: str, region: str, params: dict[str, Any], *, is_there: bool) -> bool:
        """Return ``is_there``; count how often it is true, and record the count when the call is made again."""
        key = (call, region, repr(sorted(params.items())))
        if is_there or key not in self._counts:
            self._counts[key] += is_there
        else:
            asker = self._aws.asker(call.partition(":")[0], region)
            model = asker.client.meta.service_model.operation_model(call.partition(":")[2])
            asked = allowed.asked_of(model, params, self._recorder.mask)
            told = {"alias": self._alias, "call": call, "region": asker.region, "params": asked}
            self._recorder.note("shared", **told, count=self._counts[key])
            self._counts[key] = 0
        return is_there


class _RecordedAccount:
    """The handlers of one session's events."""

    def __init__(self, recorder: Recorder, alias: str, clock: Clock) -> None:
        self.recorder, self._alias, self._clock = recorder, alias, clock
        self._body = threading.local()

    def before_parameter_build(self, params: Any, model: Any, context: dict[str, Any], **_event: Any) -> None:
        """Remember what is asked, and when."""
        context[ASKED] = (model, params, self._clock.now())
        self._body.of = {}

    @_never_fatal
    def before_parse(self, response_dict: dict[str, Any], **_event: Any) -> None:
        """Remember an answer's bytes, in case they can't be parsed: then record what they look like."""
        self._body.of = response_dict

    @_never_fatal
    def after_call(self, http_response: Any, parsed: dict[str, Any], context: dict[str, Any], **_event: Any) -> None:
        """Record an answer of AWS's, even a refusal."""
        if http_response.status_code >= FAILED:
            self._write(context, status=http_response.status_code, error=self._refused(parsed))
        else:
            self._write(context, status=http_response.status_code, parsed=parsed)

    @_never_fatal
    def after_call_error(self, exception: Exception, context: dict[str, Any], **_event: Any) -> None:
        """Record that there was no answer, or none that can be parsed."""
        self._write(context, raised=self._raised(exception, context))

    def _write(self, context: dict[str, Any], **came: Any) -> None:
        if ASKED not in context:
            return
        model, params, asked = context.pop(ASKED)
        call, mask = f"{model.service_model.service_name}:{model.name}", self.recorder.mask
        line: Line = {"sort": "call", "alias": self._alias, "call": call, "region": context.get("client_region")}
        line |= {"from": round(asked, PLACES), "to": round(self._clock.now(), PLACES)}
        parsed = came.pop("parsed", None)
        if call in CALLS:  # of others, such as those that return keys, record only that they were made
            line["params"] = allowed.asked_of(model, params, mask)
            line |= {} if parsed is None else {"answer": allowed.copied(model, "output", parsed, mask)}
        self.recorder.tape.write(line | came)

    def _refused(self, parsed: dict[str, Any]) -> Line:
        error = parsed.get("Error", {})
        said = self.recorder.mask.sentence(str(error.get("Message") or ""))
        return {"code": allowed.code(error.get("Code", "")) if error.get("Code") else "", "message": said}

    def _raised(self, exception: Exception, context: dict[str, Any]) -> Line:
        """Return what is known about an exception; our own, when we refuse to sign, is recorded in full."""
        if isinstance(exception, ClientError):
            return {"name": "ClientError", "code": allowed.code(code_of(exception))}
        line: Line = {"name": type(exception).__name__, "bytes": _shape(self._body.of) if self._body.of else {}}
        if isinstance(exception, AwsError):
            said = self.recorder.mask.sentence(exception.message)
            return line | {"code": allowed.code(exception.code), "trouble": exception.trouble.name, "message": said}
        model = context[ASKED][0]
        call = f"{model.service_model.service_name}:{model.name}"
        return line | {"no_address": call in CALLS and refusal(call, "", exception).code == NO_ADDRESS}


def _shape(response: dict[str, Any]) -> Line:
    """Return what an answer looks like, without any of its bytes."""
    body, status = response.get("body") or b"", response.get("status_code")
    start = body[:100].lstrip().lower() if isinstance(body, bytes) else b""
    sort = next((name for begins, name in STARTS if start.startswith(begins)), "something else")
    said = (response.get("headers") or {}).get("content-length", "")
    length = int(said) if str(said).isascii() and str(said).isdigit() else None
    return {"status": status, "length": len(body), "said": length, "looks": sort if body else "empty"}
