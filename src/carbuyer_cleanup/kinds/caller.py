"""The identity that the suite runs as: it is never deleted, and keeps its permissions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from carbuyer_cleanup.claims import FOREIGN, Claim

if TYPE_CHECKING:
    from carbuyer_cleanup.aws.context import Aws

SORTS = {"assumed-role": "role", "user": "user"}
SPARED = Claim(FOREIGN, "this suite runs as it")


def caller_of(arn: str) -> tuple[str, str]:
    """Return ``user`` or ``role``, and its name, for the ``arn`` of a caller; "" and "" for others, such as root.

    The ARN of a caller is ``…:user/<path>/<user>``, or ``…:assumed-role/<role>/<session>`` without the role's path.
    """
    word, *names = arn.split(":", 5)[5].split("/")
    sort = SORTS.get(word, "")
    return sort, names[0 if sort == "role" else -1] if names else ""


def is_caller(aws: Aws, sort: str, name: str) -> bool:
    """Return whether the suite runs as that IAM ``user`` or ``role``, or did before its credentials were renewed."""
    return (sort, name) in map(caller_of, aws.callers)
