"""What a failed look means: not known, no such thing there, or nobody in the account may look."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING

from carbuyer_cleanup.audit.result import Unseen
from carbuyer_cleanup.audit.scope import ALLOWED
from carbuyer_cleanup.aws.availability import words_for
from carbuyer_cleanup.aws.refusals import NO_ADDRESS
from carbuyer_cleanup.errors import AwsError, CleanupError, Trouble

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from carbuyer_cleanup.audit.history import History
    from carbuyer_cleanup.audit.result import Sweep
    from carbuyer_cleanup.audit.types import Type

# AWS names only one of the policies; text may follow (IAM user guide, "Troubleshoot access denied error messages").
BY_SCP = re.compile(r"in a service control policy|no service control policy allows", re.IGNORECASE)
MANY = 5  # so many looks that one policy forbids in one place are reported together
NOT_LISTED = "AWS's lists of Regions say that it does not exist there, and its answer did not show otherwise"
SAYS_NOTHING = frozenset({Trouble.THROTTLED, Trouble.TRANSIENT, Trouble.EXPIRED})


def is_denied(failure: CleanupError | None) -> bool:
    """Return whether a policy denied a call."""
    return isinstance(failure, AwsError) and failure.trouble is Trouble.DENIED


def is_by_scp(failure: CleanupError | None) -> bool:
    """Return whether a service control policy of the organization denied a call, and so denies it to everybody here."""
    return isinstance(failure, AwsError) and is_denied(failure) and bool(BY_SCP.search(failure.message))


def is_absent(type_: Type, failure: CleanupError | None, *, others_answer: bool) -> bool:
    """Return whether AWS answered that it has no such thing, there or for this account.

    Args:
        type_: what was looked for. For the workshop's own types, few of AWS's messages are definite enough.
        failure: the answer.
        others_answer: whether other services in that Region answer.
    """
    if not isinstance(failure, AwsError) or (failure.trouble in SAYS_NOTHING and failure.code != NO_ADDRESS):
        return False
    fitting = words_for(failure.code, failure.message)
    return any(
        (words.deciding or not type_.is_deciding) and (others_answer or not words.others_answer) for words in fitting
    )


def forbidden_regions(histories: Iterable[History]) -> set[str]:
    """Return the Regions that a service control policy forbids as a whole, judging by their deciding looks.

    Services word denials differently, and some name no policy: if all are denied, one that names an SCP is enough.
    A single service doesn't prove it: policies forbid services, too.
    """
    looks: defaultdict[str, list[History]] = defaultdict(list)
    for history in histories:
        if history.type.is_deciding and not history.type.where and history.is_offered:
            looks[history.region].append(history)
    return {region for region, of_it in looks.items() if _are_forbidden(of_it)}


def _are_forbidden(histories: list[History]) -> bool:
    failures = [history.failure for history in histories]
    services = {history.type.service for history in histories}
    return len(services) > 1 and all(map(is_denied, failures)) and any(map(is_by_scp, failures))


def answering(histories: Iterable[History]) -> defaultdict[str, set[str]]:
    """Return the services that have answered, by Region."""
    services: defaultdict[str, set[str]] = defaultdict(set)
    for history in histories:
        if not history.failure and history.looks:
            services[history.region].add(history.type.service)
    return services


def barrier(met: Sequence[History], ahead: History) -> CleanupError | None:
    """Return the failure that the next look would only meet again, None if there is none.

    That is a silent service or, for a type that isn't deciding, an organization that forbids all deciding ones.

    Args:
        met: the lists of the same service and Region that were just read.
        ahead: the next one.
    """
    silent = next((one.failure for one in met if one.failure and one.failure.is_silence), None)
    deciding = [one.failure for one in met if one.type.is_deciding]
    is_closed = deciding and not ahead.type.is_deciding and all(map(is_by_scp, deciding))
    return silent or (deciding[-1] if is_closed else None)


def tell(result: Sweep, histories: Sequence[History], chosen: Collection[str]) -> None:
    """Add each failed look to the result under what it means; ``chosen`` are the Regions that the user chose."""
    answers, closed = answering(histories), defaultdict[str, list[Unseen]](list)
    for history in (history for history in histories if history.failure):
        others = bool(answers[history.region] - {history.type.service})
        unseen = _unseen(history)
        if history.is_absent(others_answer=others):
            result.not_offered.append(unseen)
        elif _is_kept_from_all(history, result, chosen):
            result.not_looked_at.append(unseen)
        elif is_by_scp(history.failure):
            closed[unseen.region].append(unseen)
        else:
            result.unseen.append(unseen)
    result.unseen += [told for unseen in closed.values() for told in _in_short(unseen)]


def _unseen(history: History) -> Unseen:
    reason = str(history.failure) if history.is_offered else f"{NOT_LISTED}: {history.failure}"
    return Unseen(history.type.name, "global" if history.type.where else history.region, reason)


def _is_kept_from_all(history: History, result: Sweep, chosen: Collection[str]) -> bool:
    """Return whether nobody in the account could look, so that it is only a reservation of the certificate.

    This is what AWS withholds from most identities and, if the user left out the Region or what the organization
    forbids, what an SCP forbids. Deciding types never count.
    """
    if history.type.is_deciding or not is_denied(history.failure):
        return False
    is_left_out = ALLOWED in chosen or history.region in result.left_out
    return history.type.withheld or (is_left_out and is_by_scp(history.failure))


def _in_short(unseen: list[Unseen]) -> list[Unseen]:
    """Return what an SCP forbids in one place: each type, or all in one line if there are many."""
    if len(unseen) < MANY:
        return unseen
    names = ", ".join(one.type for one in unseen)
    return [Unseen(f"{len(unseen)} types", unseen[0].region, f"{unseen[0].reason} This applies to: {names}")]
