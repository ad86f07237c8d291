"""An account whose answers are kept, so that they can be changed one member at a time; nothing is ever written."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

from carbuyer_cleanup.aws.calls import CALLS
from carbuyer_cleanup.aws.context import Aws
from carbuyer_cleanup.aws.paging import Paging
from carbuyer_cleanup.aws.reading import Described
from carbuyer_cleanup.errors import AwsError, Trouble
from tests.recorded.samples import output_of, sample

if TYPE_CHECKING:
    from tests.recorded.changes import Change

META = {"ResponseMetadata": {"RequestId": "kept", "HTTPStatusCode": 200}}
WORKSHOP = frozenset(
    "ec2 elbv2 apigateway apigatewayv2 lambda logs cloudfront s3 s3control dynamodb iam sts cloudtrail "
    "resourcegroupstaggingapi".split()
)
OURS = "carbuyer-x"
Key = tuple[str, str, str]


class Canned(Aws):
    """An account that asks the sandbox once, and then answers itself.

    Where ``made_up``, answers of services that the workshop doesn't use are made from botocore's models.

    ``kept`` are the answers so far. ``change`` is what is done to the answers of one call. ``written`` lists the calls
    that would have changed something, with their parameters: AWS is taken to have granted them. ``asked`` are the calls
    since it was emptied.
    """

    def __init__(self, *, made_up: bool = True, **more: Any) -> None:
        super().__init__(**more)
        self._made_up = made_up
        self.kept: dict[Key, dict[str, Any]] = {}
        self.is_open = True  # to the sandbox
        self.change: Change | None = None
        self.written: list[tuple[str, dict[str, Any]]] = []
        self.asked: set[str] = set()

    def ask_anew(self) -> None:
        """Ask anew, from now on, what was asked for before."""
        self._answers.clear()
        self._whole.clear()

    def paging(self, _operation: str) -> Paging:
        """Take each answer for all there is."""
        return Paging({})

    async def ask_once(self, operation: str, region: str, params: dict[str, Any]) -> dict[str, Any]:
        """Return what the sandbox answered, or an answer made up; a change is only noted."""
        self.asked.add(operation)
        if CALLS[operation].writes:
            self.written.append((operation, params))
            return dict(META)
        answer = await self._answer(operation, region, params)
        if not answer or self.change is None or self.change.call != operation:
            return answer
        return Described(self.change.made(answer), output_of(operation))

    async def _answer(self, operation: str, region: str, params: dict[str, Any]) -> dict[str, Any]:
        key = (operation, region, repr(sorted(params.items())))
        if key not in self.kept and not self.is_open:
            raise AwsError(operation, "NotKept", "it was not asked for before", Trouble.OTHER)
        if key not in self.kept:
            of_sandbox = not self._made_up or operation.split(":", maxsplit=1)[0] in WORKSHOP
            self.kept[key] = await super().ask_once(operation, region, params) if of_sandbox else _made(operation)
        return self.kept[key]


def _made(operation: str) -> dict[str, Any]:
    return Described(sample(operation, random.Random(0), name=OURS) | META, output_of(operation))  # noqa: S311 - nothing here is left to chance
