"""Whose words count: a recording keeps what finders and deleters read, not what only a backup does."""

from __future__ import annotations

import pytest

from carbuyer_cleanup.catalog import KINDS
from carbuyer_cleanup.recording.words import DEFINING, members, words


@pytest.mark.parametrize("member", ["UserData", "LastProcessingResult", "MaxSessionDuration"])
def test_a_backup_s_members_are_left_out(member: str) -> None:
    """Nothing that is only in a definition stays: a run with a backup is never recorded."""
    assert member not in members() | words()


@pytest.mark.parametrize("member", ["VolumeId", "SchemaName"])
def test_a_finder_s_members_are_kept(member: str) -> None:
    """What a finder reads stays, though a definition names it, too."""
    assert member in members()


def test_a_backup_s_functions_are_known_by_their_names() -> None:
    """What defines a kind is called so."""
    asks = [one.ask for kind in KINDS for one in kind.definitions().values()]
    names = {getattr(function, "__name__", DEFINING[0]) for function in (*asks, *(kind.definitions for kind in KINDS))}

    assert {name for name in names if not name.startswith(DEFINING)} == {"dict"}, "dict: a kind without definitions"
