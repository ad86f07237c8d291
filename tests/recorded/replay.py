"""An account that answers what real accounts answered: the calls combined at random, and nothing is sent anywhere."""

from __future__ import annotations

import asyncio
import random
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from botocore import xform_name

from carbuyer_cleanup.aws.calls import CALLS
from carbuyer_cleanup.aws.context import Aws
from carbuyer_cleanup.aws.paging import Paging
from tests.recorded.collection import Turned, rotated
from tests.recorded.samples import model_of, nothing, sample

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.recorded.collection import Answers

OF_METHOD = {(call.split(":")[0], xform_name(call.split(":")[1])): call for call in CALLS}
META = {"ResponseMetadata": {"RequestId": "recorded", "HTTPStatusCode": 200}}


class Replayed(Aws):
    """An account in which each call that looks gets a recorded answer, or one made from botocore's model.

    ``turn`` says which of them, and is the seed of all chance. ``written`` lists the calls that would have changed
    something: AWS is taken to have granted them.
    """

    def __init__(self, answers: Answers, turn: int, **more: Any) -> None:
        super().__init__(**more)
        self._recorded, self._turn = answers, turn
        self.written: list[str] = []

    def make_client(self, service: str, region: str) -> Any:
        """Return a client that replays."""
        return _Client(self, service, region)

    def paging(self, _operation: str) -> Paging:
        """Take each answer for all there is: what followed on a page is not recorded."""
        return Paging({})

    def answer(self, call: str) -> dict[str, Any]:
        """Return the answer to a call: the same one whenever it is asked for."""
        if CALLS[call].writes:
            self.written.append(call)
            return dict(META)
        chance = random.Random(f"{self._turn} {call}")  # noqa: S311 - an experiment, not a secret
        recorded = self._recorded.get(call)
        answer = rotated(recorded, self._turn) if recorded else sample(call, chance)
        turned: dict[str, Any] = Turned(self.workshop, chance)(answer)
        return turned | META


def run(aws: Aws, work: Any) -> Any:
    """Run a coroutine on the account's time."""
    with asyncio.Runner(loop_factory=aws.clock.new_event_loop) as runner:
        return runner.run(work)


class Told(Replayed):
    """An account in which there is what it is told, and nothing else."""

    def answer(self, call: str) -> dict[str, Any]:
        """Return the answer to a call."""
        if CALLS[call].writes:
            self.written.append(call)
            return dict(META)
        return nothing(call) | self._recorded.get(call, [{}])[0] | META


class _Client:
    """What ``Aws`` asks of a boto3 client."""

    def __init__(self, aws: Replayed, service: str, region: str) -> None:
        self._aws, self._service = aws, service
        self.meta = SimpleNamespace(
            region_name=region,
            endpoint_url=f"https://{service}.{region}.amazonaws.com",
            service_model=model_of(service),
        )

    def __getattr__(self, method: str) -> Callable[..., dict[str, Any]]:
        call = OF_METHOD[self._service, method]
        return lambda **_params: self._aws.answer(call)

    @staticmethod
    def close() -> None:
        """Close nothing."""
