"""The longest time to wait for each kind of resource, in minutes; the manifest's [deadlines] can change it."""

from __future__ import annotations

from carbuyer_cleanup.catalog import KINDS

DEADLINES = {kind.name: kind.deadline for kind in KINDS}
