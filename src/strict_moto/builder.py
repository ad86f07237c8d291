"""What estates are built with: an account's clients, and the ids of what has been built in it so far."""

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

    ``ids`` maps the name of each resource to its id or ARN: ``ids["carbuyer-alb"]``. Bucket names are unique worldwide,
    so each account but the first needs a ``bucket`` of its own.
    """

    session: Session
    bucket: str = BUCKET
    ids: dict[str, str] = field(default_factory=dict)
    _clients: dict[str, Any] = field(default_factory=dict)

    @property
    def region(self) -> str:
        """The Region to build in."""
        return str(self.session.region_name)

    def client(self, service: str) -> Any:
        """Return the boto3 client of ``service``, always the same one."""
        if service not in self._clients:
            self._clients[service] = self.session.client(service)  # type: ignore[call-overload] # any service
        return self._clients[service]

    def create_bucket(self, name: str) -> None:
        """Create a bucket in this Region; us-east-1 must not be named (S3 API reference, CreateBucket)."""
        place = {} if self.region == "us-east-1" else {"LocationConstraint": self.region}
        self.client("s3").create_bucket(Bucket=name, **({"CreateBucketConfiguration": place} if place else {}))

    def wait(self, seconds: float) -> None:
        """Let so many seconds of AWS time pass."""
        self.session.clock.advance(seconds)


def named(name: str) -> Tags:
    """Return a list with one ``Name`` tag."""
    return [{"Key": "Name", "Value": name}]


def spec(kind: str, name: str) -> list[dict[str, Any]]:
    """Return the ``TagSpecifications`` with which EC2 creates a ``kind`` of resource with a ``Name`` tag."""
    return [{"ResourceType": kind, "Tags": named(name)}]
