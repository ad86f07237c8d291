"""Each line of the kinds that decides whose something is, with a change that undoes it and the test of it."""

from __future__ import annotations

from tests.exhaustive.owning_content import CONTENT
from tests.exhaustive.owning_networks import NETWORKS
from tests.exhaustive.owning_others import OTHERS

OWNING = (*NETWORKS, *CONTENT, *OTHERS)
