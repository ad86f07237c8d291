"""A terminal of 24 lines of 80 columns, and things to show on it."""

from __future__ import annotations

from carbuyer_cleanup.resource import Resource

ROWS, COLUMNS = 24, 80


def thing(kind: str, id_: str = "1") -> Resource:
    """Return a resource of the workshop's."""
    return Resource(kind, id_, f"carbuyer-{id_}", "ap-southeast-1", why="the manifest names it")
