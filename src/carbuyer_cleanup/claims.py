"""Whose a resource is: the workshop's, somebody else's, or in doubt.

To delete takes proof, and to say CLEAN takes the absence of doubt: what is doubtful is neither deleted nor passed over.
"""

from __future__ import annotations

from enum import Enum
from typing import NamedTuple


class Whose(Enum):
    """The three answers to the question whether a resource is the workshop's."""

    OURS = "ours"
    DOUBTFUL = "doubtful"
    FOREIGN = "foreign"


OURS, DOUBTFUL, FOREIGN = Whose


class Claim(NamedTuple):
    """Whose a resource is, a clause that says why, and the name that it was judged by if no list shows that name."""

    whose: Whose
    why: str
    name: str = ""

    @property
    def ours(self) -> bool:
        """Whether it is proven to be the workshop's, and so may be deleted."""
        return self.whose is OURS

    @property
    def doubtful(self) -> bool:
        """Whether it may be the workshop's: then the account is not CLEAN while it exists."""
        return self.whose is DOUBTFUL


class Inference(NamedTuple):
    """Whose a resource is by its surroundings: if it has no name, if it has one that isn't the workshop's, and why."""

    unnamed: Whose
    named: Whose
    why: str


def part(why: str) -> Inference:
    """Infer from what a resource is part of and is deleted with, in AWS's console too: its name does not matter."""
    return Inference(OURS, OURS, why)


def proof(why: str) -> Inference:
    """Infer from what AWS says now about a resource that could exist by itself: another name makes it doubtful."""
    return Inference(OURS, DOUBTFUL, why)


def sign(why: str) -> Inference:
    """Infer from what suggests the workshop without proving it, whatever the resource is called."""
    return Inference(DOUBTFUL, DOUBTFUL, why)


def hint(why: str) -> Inference:
    """Infer from what is only worth a question if no name answers it, such as a description."""
    return Inference(DOUBTFUL, FOREIGN, why)


def strongest(*claims: Claim | None) -> Claim | None:
    """Return the claim that speaks most strongly for the workshop, or None if there are no claims."""
    rank = {OURS: 0, DOUBTFUL: 1, FOREIGN: 2}
    return min(filter(None, claims), key=lambda claim: rank[claim.whose], default=None)
