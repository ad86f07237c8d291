"""How long the embedded AWS takes, and what it does where the evidence conflicts: one place for both."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Quirks:
    """Durations in AWS seconds, and switches. The defaults are typical of the real AWS."""

    nat_gateway_deleting: float = 90
    address_lag: float = 15  # ReleaseAddress still refused after the NAT gateway reads deleted
    instance_shutting_down: float = 45
    distribution_deploying: float = 240
