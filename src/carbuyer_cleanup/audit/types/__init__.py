"""The audit's table: a line for each type of resource that somebody could name after the workshop.

A new type needs no more than a line. The tests say what else must follow: ``python -m carbuyer_cleanup.documents``
rewrites ``docs/iam``, and ``tests/creations`` needs a line that creates one in the embedded AWS.
"""

from dataclasses import replace

from carbuyer_cleanup.audit.types.application import APPLICATION
from carbuyer_cleanup.audit.types.compute import COMPUTE
from carbuyer_cleanup.audit.types.management import MANAGEMENT, TAGGED
from carbuyer_cleanup.audit.types.network import NETWORK
from carbuyer_cleanup.audit.types.row import EVERYWHERE, HOME, Parent, Type
from carbuyer_cleanup.audit.types.storage import STORAGE
from carbuyer_cleanup.catalog import NAMED

ROWS = (*NETWORK, *COMPUTE, *STORAGE, *APPLICATION, *MANAGEMENT, TAGGED)


def _with_kinds_facts(row: Type) -> Type:
    """Return a line with the facts of the suite's kind of that name, if there is one."""
    kind = NAMED.get(row.name)
    return replace(row, entry=kind.entry, price=kind.price, console=kind.console) if kind else row


TYPES = tuple(_with_kinds_facts(row) for row in ROWS)

# Every call of the audit, with its error codes for *there is no such thing*, and its tokens if botocore knows none.
READS: dict[str, tuple[frozenset[str], dict[str, str]]] = {
    **{call: (gone, {}) for type_ in TYPES for call, gone in type_.others.items()},
    **{type_.call: (type_.none, dict([type_.token] if type_.token else [])) for type_ in TYPES},
}

__all__ = ["EVERYWHERE", "HOME", "READS", "TAGGED", "TYPES", "Parent", "Type"]
