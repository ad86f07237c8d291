"""An account of the embedded AWS, and taking one kind of resource down in it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from carbuyer_cleanup.teardown.deletion import Deletion
from strict_moto import estate
from strict_moto.faults import Fault, FaultKind, Faults
from strict_moto.rules import RULES
from strict_moto.world import Rule

if TYPE_CHECKING:
    from carbuyer_cleanup.aws.context import Aws
    from carbuyer_cleanup.resource import Kind, Resource
    from strict_moto.builder import Builder
    from strict_moto.sandbox import Sandbox
    from strict_moto.session import Session

# Nobody's; moto takes real ones only.
CERTIFICATE = """-----BEGIN CERTIFICATE-----
MIIBdjCCARugAwIBAgIUV3dHC42f5iNGf9BN3dAcC81szRgwCgYIKoZIzj0EAwIw
DzENMAsGA1UEAwwEdGVzdDAgFw0yNjExMjQwNDA2MThaGA8yMTI2MTAzMTA0MDYx
OFowDzENMAsGA1UEAwwEdGVzdDBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABAx9
9VAJcgxpgHyCq4PvhLi3yh/cyT6IM7Tt8SJ8I17Oc3POuW5OlbLyIFJZNTxyA76I
COF5fSpRbsQrD0VGbGmjUzBRMB0GA1UdDgQWBBQelC4Ap10Rf7yLHq7KYU4yXB4N
5TAfBgNVHSMEGDAWgBQelC4Ap10Rf7yLHq7KYU4yXB4N5TAPBgNVHRMBAf8EBTAD
AQH/MAoGCCqGSM49BAMCA0kAMEYCIQD9g1GBvcmx6izvbI/OFsxguBDALicCbm6J
2ldDtQ2lxgIhANyBK7G89rrnnK61rM1QPdAgyGouWTgNtIs50S4Hc7+E
-----END CERTIFICATE-----"""
READS = ("Describe", "List", "Get", "Head", "BatchGet")


@dataclass
class Account:
    """An account of the embedded AWS: ``aws`` is how the suite sees it, ``client`` how a test looks at it."""

    sandbox: Sandbox
    session: Session
    aws: Aws

    def client(self, service: str, region: str | None = None) -> Any:
        """Return a plain boto3 client."""
        return self.session.client(service, region_name=region)  # type: ignore[call-overload] # any service

    def build(self, *parts: str) -> Builder:
        """Build parts of the workshop's estate, and what these need; everything if none is named."""
        return estate.create(self.session, parts or None)

    def find(self, kind: Kind) -> list[Resource]:
        """Return what a kind finds, ours and near-misses."""
        found: list[Resource] = self._run(kind.find(self.aws))
        return found

    def take_down(self, kind: Kind, wait_for: float | None = None) -> Deletion:
        """Take down all of one kind that is the workshop's, as the engine does; wait for less than its deadline."""
        deletion = Deletion(kind)
        self._run(deletion.run(self.aws, wait_for=wait_for))
        return deletion

    def take_down_each(self, *kinds: Kind) -> None:
        """Take down one kind after the other."""
        for kind in kinds:
            self.take_down(kind)

    def deny(self, *calls: str, times: int | None = None) -> None:
        """Let AWS refuse these calls from now on, or only so many times; no others."""
        self.sandbox.faults = Faults(tuple(Fault(FaultKind.DENY, calls=call, times=times) for call in calls))

    def refuse(self, call: str, code: str, *, holding: str) -> None:
        """Let AWS refuse those requests of a call from now on that hold a text."""
        refusal = Rule(call, lambda _, request: holding in str(request.params), code, f"not with {holding}", "injected")
        self.sandbox.use((refusal, *RULES))

    def wait(self, seconds: float) -> None:
        """Let AWS have its time."""
        self.sandbox.clock.advance(seconds)

    def calls(self, name: str) -> int:
        """Return how often an operation was asked for."""
        return sum(entry.call == name for entry in self.sandbox.log)

    def writes(self) -> list[str]:
        """Return the calls so far that were to change something."""
        return [entry.call for entry in self.sandbox.log if not entry.call.split(":")[1].startswith(READS)]

    def _run(self, work: Any) -> Any:
        with asyncio.Runner(loop_factory=self.sandbox.clock.new_event_loop) as runner:
            return runner.run(work)
