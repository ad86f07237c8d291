"""What builds an estate: the clients of an account, and the ids of what has been built in it so far."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from strict_moto.session import Session

Tags = list[dict[str, str]]
BUCKET = "carbuyer-fcj-bucket"


@dataclass
class Builder:
    """Builds in one account and Region.

    ``ids`` holds what AWS calls each thing, by its name: ``ids["carbuyer-alb"]``. Bucket names are the whole world's:
    ``bucket`` is a name of one's own for all but the first.
    """

    session: Session
    bucket: str = BUCKET
    ids: dict[str, str] = field(default_factory=dict)
    _clients: dict[str, Any] = field(default_factory=dict)

    @property
    def region(self) -> str:
        """Where it is built."""
        return str(self.session.region_name)

    def client(self, service: str) -> Any:
        """Return the client of ``service``."""
        if service not in self._clients:
            self._clients[service] = self.session.client(service)  # type: ignore[call-overload] # any service
        return self._clients[service]

    def create_bucket(self, name: str) -> None:
        """Create a bucket here; us-east-1 must not be named as its place (S3 API reference, CreateBucket)."""
        place = {} if self.region == "us-east-1" else {"LocationConstraint": self.region}
        self.client("s3").create_bucket(Bucket=name, **({"CreateBucketConfiguration": place} if place else {}))

    def wait(self, seconds: float) -> None:
        """Let AWS have its time."""
        self.session.clock.advance(seconds)


def named(name: str) -> Tags:
    """Return a ``Name`` tag."""
    return [{"Key": "Name", "Value": name}]


def spec(kind: str, name: str) -> list[dict[str, Any]]:
    """Return what EC2 takes to create a ``kind`` of resource with a ``Name`` tag."""
    return [{"ResourceType": kind, "Tags": named(name)}]
