"""What isn't the workshop's, but is in its VPC and keeps it from being deleted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from carbuyer_cleanup.audit.found import Leftover
from carbuyer_cleanup.kinds import network_interface

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from carbuyer_cleanup.plugin.run import Run
    from carbuyer_cleanup.resource import Resource


def blockers(run: Run) -> list[Leftover]:
    """Return what holds the workshop's VPC, each resource once."""
    return list(served(_interfaces(run)).values())


def _interfaces(run: Run) -> Iterator[Resource]:
    """Yield the interfaces that the teardown left alone or, with ``--verify``, the looks did."""
    deletion = run.teardown.deletions.get(network_interface.KIND)
    yield from deletion.left_alone.values() if deletion else ()
    for outcome in run.outcomes.values():
        yield from (r for r in outcome.left_alone if r.kind == network_interface.KIND.name)


def served(interfaces: Iterable[Resource]) -> dict[str, Leftover]:
    """Return, by id, the resources that these interfaces serve in the workshop's VPC."""
    holders = [_holder(eni) for eni in interfaces if "vpc" in eni.details]
    return {holder.id: holder for holder in holders}


def _holder(eni: Resource) -> Leftover:
    """Return the resource that an interface serves, with the interface's id if AWS gives no other."""
    kind, id_, name = eni.details["holder"]
    return Leftover(kind, id_ or eni.id, name, eni.region, "", eni.why)
