"""What a certificate says about an audit."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from carbuyer_cleanup.audit.types import TYPES
from carbuyer_cleanup.certificate import prices

if TYPE_CHECKING:
    from carbuyer_cleanup.audit.found import Leftover
    from carbuyer_cleanup.audit.result import Sweep

Json = dict[str, Any]


def account_of(sweep: Sweep) -> Json:
    """Return what a certificate says about an audit, as ``docs/certificate.schema.json`` describes it."""
    return {
        "depth": sweep.depth,
        "complete": sweep.complete,
        "startedAt": sweep.started.isoformat(),
        "endedAt": sweep.ended.isoformat(),
        "regions": sweep.regions,
        "regionsOff": sweep.regions_off,
        "regionsLeftOut": sweep.left_out,
        "regionsForbidden": sweep.forbidden,
        "reservations": sweep.reservations,
        "notOffered": [asdict(unseen) for unseen in sweep.not_offered],
        "alsoNotLookedAt": [asdict(unseen) for unseen in sweep.not_looked_at],
        "types": {type_.name: type_.call for type_ in TYPES if type_.name in sweep.types},
        "tiers": _tiers(sweep),
        "calls": _calls(sweep),
        "unseen": [asdict(unseen) for unseen in sweep.unseen],
        "leftovers": [_resource(found) for found in sweep.leftovers],
        "inBetween": [_resource(found) for found in sweep.in_between],
        "doubtful": [_resource(found) for found in sweep.doubtful],
        "cost": _cost(sweep),
    }


def _tiers(sweep: Sweep) -> Json:
    looked_for = [type_ for type_ in TYPES if type_.name in sweep.types]
    return {
        "deciding": [type_.name for type_ in looked_for if type_.is_deciding],
        "other": [type_.name for type_ in looked_for if not type_.is_deciding],
    }


def _calls(sweep: Sweep) -> Json:
    counts: defaultdict[str, dict[str, int]] = defaultdict(dict)
    for (operation, region), count in sorted(sweep.calls.items()):
        counts[operation][region] = count
    return dict(counts)


def _resource(found: Leftover) -> Json:
    return asdict(found) | {"usdPerMonth": prices.price(found)}


def _cost(sweep: Sweep) -> Json:
    estimate = prices.estimate(sweep.leftovers)
    return {
        "usdPerMonth": None if estimate.unknown and not estimate.usd else round(estimate.usd, 2),
        "unknown": list(estimate.unknown),
        "source": prices.SOURCE,
        "date": prices.DATE,
    }
