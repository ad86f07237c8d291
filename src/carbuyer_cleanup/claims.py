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
    """Whose a resource is, the clause that says why, and the name that it was judged by, if no list shows that."""

    whose: Whose
    why: str
    name: str = ""

    @property
    def ours(self) -> bool:
        """Whether it is proven to be the workshop's, so that it may be deleted."""
        return self.whose is OURS

    @property
    def doubtful(self) -> bool:
        """Whether it may be the workshop's, so that the account is not CLEAN while it is there."""
        return self.whose is DOUBTFUL


class Inference(NamedTuple):
    """What the surroundings of a resource tell of it: how much if it has no name, and how much if it has another's."""

    unnamed: Whose
    named: Whose
    why: str


def part(why: str) -> Inference:
    """Infer from what a resource is a part of, with which it goes in AWS's console too: its name does not matter."""
    return Inference(OURS, OURS, why)


def proof(why: str) -> Inference:
    """Infer from what AWS says now of a resource that could stand alone: another name makes it doubtful."""
    return Inference(OURS, DOUBTFUL, why)


def sign(why: str) -> Inference:
    """Infer from what speaks for the workshop without proving it, whatever the resource is called."""
    return Inference(DOUBTFUL, DOUBTFUL, why)


def hint(why: str) -> Inference:
    """Infer from what is only worth a question where no name answers it, such as a description."""
    return Inference(DOUBTFUL, FOREIGN, why)


def strongest(*claims: Claim | None) -> Claim | None:
    """Return the claim that speaks most for the workshop, None if there is none."""
    rank = {OURS: 0, DOUBTFUL: 1, FOREIGN: 2}
    return min(filter(None, claims), key=lambda claim: rank[claim.whose], default=None)
