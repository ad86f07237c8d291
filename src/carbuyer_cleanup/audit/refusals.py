"""What a look that failed says: that nobody knows, that there is no such thing, or that it is kept from everybody."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING

from carbuyer_cleanup.audit_types.availability import words_for
from carbuyer_cleanup.errors import AwsError, CleanupError, Trouble
from carbuyer_cleanup.refusals import NO_ADDRESS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from carbuyer_cleanup.audit.history import History
    from carbuyer_cleanup.audit_types import Type

# Of all policies AWS names one; the text may go on (IAM user guide, "Troubleshoot access denied error messages").
BY_SCP = re.compile(r"in a service control policy|no service control policy allows", re.IGNORECASE)
SAYS_NOTHING = frozenset({Trouble.THROTTLED, Trouble.TRANSIENT, Trouble.EXPIRED})


def is_denied(failure: CleanupError | None) -> bool:
    """Say whether a policy refuses a call."""
    return isinstance(failure, AwsError) and failure.trouble is Trouble.DENIED


def is_by_scp(failure: CleanupError | None) -> bool:
    """Say whether a service control policy of the organization refuses a call, whoever in the account makes it."""
    return isinstance(failure, AwsError) and is_denied(failure) and bool(BY_SCP.search(failure.message))


def is_absent(type_: Type, failure: CleanupError | None, *, others_answer: bool) -> bool:
    """Say whether AWS's answer is that it has no such thing, there or for this account.

    Args:
        type_: what was looked for. Few words are definite enough for the workshop's own types.
        failure: the answer.
        others_answer: whether other services of that Region answer.
    """
    if not isinstance(failure, AwsError) or (failure.trouble in SAYS_NOTHING and failure.code != NO_ADDRESS):
        return False
    fitting = words_for(failure.code, failure.message)
    return any(
        (words.deciding or not type_.is_deciding) and (others_answer or not words.others_answer) for words in fitting
    )


def forbidden_regions(histories: Iterable[History]) -> set[str]:
    """Return the Regions that a service control policy forbids as a whole, going by their deciding looks.

    Services word their denials differently, and some name no policy: one that names an SCP is enough if all are denied.
    """
    failures: defaultdict[str, list[CleanupError | None]] = defaultdict(list)
    for history in histories:
        if history.type.is_deciding and not history.type.where and history.is_offered:
            failures[history.region].append(history.failure)
    return {region for region, of_it in failures.items() if all(map(is_denied, of_it)) and any(map(is_by_scp, of_it))}


def answering(histories: Iterable[History]) -> dict[str, set[str]]:
    """Return which services have answered in each Region."""
    services: defaultdict[str, set[str]] = defaultdict(set)
    for history in histories:
        if not history.failure and history.looks:
            services[history.region].add(history.type.service)
    return services


def in_one_line(types: Sequence[str]) -> str:
    """Return the names of types as one thing that can't be looked at."""
    return types[0] if len(types) == 1 else f"{len(types)} types ({', '.join(types)})"
