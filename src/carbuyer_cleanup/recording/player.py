"""Playing a recording: each call gets its recorded answer at the recorded time, and nothing leaves the process.

Equal calls get their answers in the recorded order, and never one from before a change made since, except from so
shortly before it that a busy machine may have made the change first. So nothing depends on how busy the machine is:
the same recording is always played in the same way.
"""

from __future__ import annotations

import asyncio
import copy
from collections import Counter, defaultdict, deque
from concurrent.futures import Executor, Future
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from botocore.awsrequest import AWSResponse

from carbuyer_cleanup.aws.calls import CALLS
from carbuyer_cleanup.aws.sharing import Sharing
from carbuyer_cleanup.errors import AwsError, Refused, Trouble
from carbuyer_cleanup.recording.allowed import asked_of
from carbuyer_cleanup.recording.mask import Bare
from carbuyer_cleanup.recording.raising import again
from carbuyer_cleanup.recording.reading import key_of, place_of
from carbuyer_cleanup.recording.replay_loop import LATE, Over, ReplayClock, ReplayLoop, Unanswered, over

if TYPE_CHECKING:
    from collections.abc import Callable

    import boto3

    from carbuyer_cleanup.aws.context import Aws
    from carbuyer_cleanup.classroom.roster import Member
    from carbuyer_cleanup.recording.reading import Asked, RecordedCall, Recording
    from carbuyer_cleanup.recording.tape import Line

Key = tuple[str, str, str, str]

ASKED = "carbuyer-asked"
NOT_RECORDED = "NotRecorded"
NEVER_ASKED = "this was not asked when the run was recorded, so the answer is not known"
MEANT = 1.0  # seconds: a call within so short a time of a recorded one is that one
APART = 1e-8  # seconds between two answers that came at the same time


@dataclass
class _Track:
    """The recorded calls that are equal to each other, and how many of them were given out.

    ``shared`` says, for each time, how often the answer was shared before AWS was asked again.
    """

    calls: list[tuple[int, RecordedCall]] = field(default_factory=list)
    given: int = 0
    is_asked: bool = False
    shared: deque[int] = field(default_factory=deque)


@dataclass
class Played:
    """What a replay did, to be compared with the recorded run."""

    calls: int = 0
    unknown: Counter[str] = field(default_factory=Counter)  # asked now but not recorded, by call and Region
    written: dict[tuple[str, str], float] = field(default_factory=dict)  # with parameters, and when


class Player:
    """A world that consists of a recording and nothing else.

    Args:
        recording: the recording to play.
        until: after how many calls it stops, None for never.
    """

    def __init__(self, recording: Recording, until: int | None = None) -> None:
        self.recording, self.played = recording, Played()
        self._until = until
        self._tracks: defaultdict[Key, _Track] = defaultdict(_Track)
        for number, call in enumerate(recording.calls):
            self._tracks[_key(call)].calls.append((number, call))
        for shared in recording.shared:
            self._tracks[_key(shared)].shared.append(shared.count)
        self._changed: dict[tuple[str, str], float] = {}  # the recorded time of the last change, by account and service
        starts = min((call.start for call in recording.calls), default=0.0)
        self.clock = ReplayClock(starts, recording.interrupted)
        self.loop = ReplayLoop(self.clock, _Pool(self))
        self.due: float | None = None

    def session(self, member: Member) -> boto3.Session:
        """Return a session for an account, whose calls are answered from the recording.

        Raises:
            Refused: the account could not be opened in the recorded run.
        """
        from strict_moto.session import replay_session  # noqa: PLC0415 - moto is slow to import

        if why := self.recording.refused.get(member.alias):
            raise Refused(why)
        elsewhere = bool(self.recording.accounts.get(member.alias, {}).get("elsewhere"))
        session = replay_session(member.region or self.recording.run["region"], elsewhere=elsewhere)
        account = _PlayedAccount(self, member.alias)
        session.events.register("before-parameter-build", account.ask)
        answer: Any = account.answer  # the stubs say that handlers return nothing
        session.events.register_first("before-call", answer)
        return session

    def opened(self, alias: str, aws: Aws) -> None:
        """Let an account share answers as it did in the recorded run."""
        aws.sharing = _PlayedSharing(self, alias, aws)

    def track(self, key: Key) -> _Track:
        """Return the recorded calls of a key."""
        return self._tracks[key]

    def answer(self, key: Key) -> tuple[int, RecordedCall]:
        """Return the number of the recorded call whose answer an equal one gets, and the call.

        Raises:
            Over: the recording ends here; KeyboardInterrupt while accounts are opened, when no loop runs yet.
            Unanswered: the call came after Ctrl-C in the recorded run.
            AwsError: there is no such call.
        """
        if self._until is not None and self.played.calls >= self._until:
            raise over()
        track, call = self._tracks[key], key[1]
        floor = self._changed.get((key[0], _service(call)), 0.0)
        chosen = _choose(track, floor, writes=CALLS[call].writes)
        if chosen is None:
            return self._nothing(call, key[2])
        self.played.calls += 1
        self._note(key, chosen[1])
        return chosen

    def _nothing(self, call: str, region: str) -> tuple[int, RecordedCall]:
        if not self.recording.end:
            raise over()  # it was cut off: nobody knows what came next
        if self.clock.now() > self.clock.end - LATE:
            raise Unanswered  # a busy machine came to it after Ctrl-C
        self.played.unknown[f"{call} in {region}"] += 1
        raise AwsError(call, NOT_RECORDED, NEVER_ASKED, Trouble.OTHER, region)

    def _note(self, key: Key, call: RecordedCall) -> None:
        if CALLS[call.call].writes:
            self._changed[key[0], _service(call.call)] = call.start - LATE
        is_near = abs(call.start - self.clock.now()) < MEANT
        self.due = call.end if is_near else self.clock.now() + call.end - call.start

    def write(self, call: str, params: str) -> None:
        """Remember that the run would have changed something."""
        self.played.written[call, params] = self.clock.now()


def _choose(track: _Track, floor: float, *, writes: bool) -> tuple[int, RecordedCall] | None:
    """Return a track's next call after the last change, None if there is none; the last look may be given again."""
    while track.given < len(track.calls):
        number, call = track.calls[track.given]
        track.given += 1
        is_last = track.given == len(track.calls)
        if writes or call.start >= floor or is_last:
            return number, call
    last = track.calls[-1] if track.calls and not writes else None
    return last if last and last[1].start >= floor else None


def _key(call: Asked) -> Key:
    return call.alias, call.call, place_of(call.region), key_of(call.params)


def _service(call: str) -> str:
    return call.partition(":")[0]


class _PlayedSharing(Sharing):
    """Shares an answer as often as in the recorded run."""

    keeps = True

    def __init__(self, player: Player, alias: str, aws: Aws) -> None:
        self._player, self._alias, self._aws = player, alias, aws

    def shares(self, call: str, region: str, params: Line, *, is_there: bool) -> bool:
        """Return whether to share the answer, as the recorded run did here; share it if nothing is recorded."""
        asker = self._aws.asker(_service(call), region)
        asked = asked_of(asker.client.meta.service_model.operation_model(call.partition(":")[2]), params, Bare())
        track = self._player.track((self._alias, call, place_of(asker.region), key_of(asked)))
        if not track.shared or not track.is_asked:
            track.is_asked = True
            return is_there
        track.shared[0] -= 1
        return (track.shared[0] >= 0 or track.shared.popleft() >= 0) and is_there


class _PlayedAccount:
    """The handlers of one session's events."""

    def __init__(self, player: Player, alias: str) -> None:
        self._player, self._alias = player, alias

    def ask(self, params: Any, model: Any, context: dict[str, Any], **_event: Any) -> None:
        """Remember what is asked."""
        context[ASKED] = asked_of(model, params, Bare())

    def answer(self, model: Any, context: dict[str, Any], **_event: Any) -> tuple[AWSResponse, dict[str, Any]]:
        """Answer in AWS's place.

        Raises:
            Exception: what was raised in the recorded run.
        """
        call, params = f"{model.service_model.service_name}:{model.name}", key_of(context[ASKED])
        if CALLS[call].writes:
            self._player.write(call, params)
        number, made = self._player.answer((self._alias, call, place_of(str(context["client_region"])), params))
        if made.raised:
            raise again(made)
        meta = {"RequestId": f"call-{number + 1}", "HTTPStatusCode": made.status, "HTTPHeaders": {}, "RetryAttempts": 0}
        error = {"Error": {"Code": made.error["code"], "Message": made.error["message"]}} if made.error else {}
        parsed = copy.deepcopy(made.answer or {}) | error | {"ResponseMetadata": meta}
        return AWSResponse("", made.status, {}, None), parsed  # type: ignore[arg-type] # nobody reads it


class _Pool(Executor):
    """Makes calls at once, in the thread that asks, and delivers their answers at the recorded times."""

    def __init__(self, player: Player) -> None:
        self._player = player

    def submit(self, call: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Make a call, and return the future of its answer."""
        answer: Future[Any] = Future()
        answer.set_running_or_notify_cancel()  # it can't be cancelled, just like a call in a thread
        self._player.due = None
        try:
            came = call(*args, **kwargs)
        except Over:
            self._player.clock.is_over = True
            self._player.loop.leave(answer)
        except Unanswered:
            self._player.loop.leave(answer)
        except Exception as error:  # noqa: BLE001 - whoever asked is told
            self._later(answer.set_exception, error)
        else:
            self._later(answer.set_result, came)
        return answer

    def _later(self, deliver: Callable[[Any], None], came: Any) -> None:
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:  # while accounts are opened
            deliver(came)
            return
        now = self._player.clock.now()
        loop.call_at(max(now, self._player.due or now) + APART * self._player.played.calls, deliver, came)
