"""An account of the embedded AWS, and sweeping it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from carbuyer_cleanup.audit import sweeper
from carbuyer_cleanup.audit.types import TYPES
from strict_moto import estate

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pytest

    from carbuyer_cleanup.audit.result import Depth, Sweep
    from carbuyer_cleanup.aws.context import Aws
    from strict_moto import Sandbox
    from strict_moto.session import Session

REGION = "ap-southeast-1"


@dataclass
class Account:
    """An account of the embedded AWS: ``client`` is how a test builds in it, ``sweep`` how the audit looks at it."""

    sandbox: Sandbox
    session: Session
    aws: Aws
    patch: pytest.MonkeyPatch

    def client(self, service: str, region: str = REGION) -> Any:
        """Return a plain boto3 client."""
        return self.session.client(service, region_name=region)  # type: ignore[call-overload] # any service

    def build(self, *parts: str) -> Any:
        """Build parts of the workshop's estate, and what these need."""
        return estate.create(self.session, parts)

    def only(self, *names: str) -> None:
        """Cut the table down to these types, so that a test takes milliseconds."""
        types = tuple(type_ for type_ in TYPES if type_.name in names)
        assert len(types) == len(names)
        self.patch.setattr(sweeper, "TYPES", types)

    def in_one_region(self) -> None:
        """Let the account have one enabled Region, so that looking everywhere is cheap."""
        ask = self.aws.fresh

        async def fresh(operation: str, **params: Any) -> Any:
            answer = await ask(operation, **params)
            if operation == "ec2:DescribeRegions":
                answer["Regions"] = [one for one in answer["Regions"] if one["RegionName"] == REGION]
            return answer

        self.patch.setattr(self.aws, "fresh", fresh)

    def sweep(self, regions: Iterable[str] = (), depth: Depth = "full") -> Sweep:
        """Look for what is left."""
        return self.run(sweeper.sweep(self.aws, list(regions), depth))  # type: ignore[no-any-return]

    def run(self, work: Any) -> Any:
        """Run a coroutine on the sandbox's time."""
        with asyncio.Runner(loop_factory=self.sandbox.clock.new_event_loop) as runner:
            return runner.run(work)
