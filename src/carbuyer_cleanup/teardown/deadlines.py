"""How long each kind of resource is waited for at most, in minutes; the manifest's [deadlines] may say otherwise."""

from __future__ import annotations

from carbuyer_cleanup.catalog import KINDS

DEADLINES = {kind.name: kind.deadline for kind in KINDS}
