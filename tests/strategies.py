"""Generated estates: any subset of the workshop, each part in any state, with any bystanders and blockers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import strategies as st

from strict_moto.bystanders import BLOCKERS, BYSTANDERS
from strict_moto.estate import PARTS
from strict_moto.messy_estates import AS_BUILT, Mess
from strict_moto.offers import Offer
from strict_moto.states import STATES

if TYPE_CHECKING:
    from collections.abc import Iterable

SECONDS = (0, 1, 60, 3 * 3600)  # a moment, a minute, and longer than AWS lists what is deleted

parts = st.fixed_dictionaries({}, optional={part: st.sampled_from([AS_BUILT, *STATES[part]]) for part in PARTS})


def left_in(names: Iterable[str]) -> st.SearchStrategy[dict[str, str]]:
    """Return a strategy for the states in which these parts are left."""
    return st.fixed_dictionaries({part: st.sampled_from([AS_BUILT, *STATES[part]]) for part in sorted(names)})


def some(names: dict[str, object], at_most: int) -> st.SearchStrategy[tuple[str, ...]]:
    """Return a strategy for a few of ``names``, in any order."""
    return st.lists(st.sampled_from(sorted(names)), unique=True, max_size=at_most).map(tuple)


offers = st.builds(
    Offer,
    gaps=st.booleans(),
    outside_plan=st.sampled_from([(), ("memorydb", "mq")]),
    closed=st.sampled_from([{}, {"apprunner": "ForbiddenException"}]),
    billing=st.booleans(),
)
messes = st.builds(
    Mess,
    parts=parts,
    bystanders=some(dict(BYSTANDERS), at_most=2),
    blockers=st.one_of(st.just(()), some(dict(BLOCKERS), at_most=2)),
    seconds=st.sampled_from(SECONDS),
    offer=offers,
)
