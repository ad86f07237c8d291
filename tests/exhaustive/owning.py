"""Each line of the kinds that decides whose something is, with a change that undoes it and the test of it."""

from __future__ import annotations

from owning_content import CONTENT
from owning_networks import NETWORKS
from owning_others import OTHERS

OWNING = (*NETWORKS, *CONTENT, *OTHERS)
