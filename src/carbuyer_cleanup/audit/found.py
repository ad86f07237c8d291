"""What the audit finds: what is left, what is being deleted, and what may be the workshop's."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote

from carbuyer_cleanup.resource import printable
from carbuyer_cleanup.wording import named

CONSOLE = "https://console.aws.amazon.com/go/view?arn="


@dataclass(frozen=True)
class Leftover:
    """A resource of the workshop that is left; ``why`` says why it counts."""

    type: str
    id: str
    name: str
    region: str  # "global" for types that have none
    arn: str
    why: str
    state: str = ""

    @property
    def console(self) -> str:
        """The URL at which AWS's console shows it; "" if that is not known."""
        return f"{CONSOLE}{quote(self.arn, safe=':/')}" if self.arn.startswith("arn:aws:") else ""

    @property
    def label(self) -> str:
        """Its name and its id; an ARN is left out if there is a name, because it repeats the name."""
        return named(self.name, "" if self.name and self.id.startswith("arn:") else self.id)

    def __str__(self) -> str:
        state = f" [{self.state}]" if self.state else ""
        return printable(f"{self.type} {self.label}{state} in {self.region}: {self.why}")


class Leaving(Leftover):
    """A resource of the workshop that is being deleted."""


class Doubtful(Leftover):
    """A resource that may be the workshop's."""
