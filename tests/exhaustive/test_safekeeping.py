"""Each line that prevents harm, or a wrong verdict, has a quick test that fails without it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.exhaustive.beside_ours import BESIDE_OURS
from tests.exhaustive.judging import JUDGING
from tests.exhaustive.looking import LOOKING
from tests.exhaustive.mutants import copied, forked
from tests.exhaustive.owning import OWNING
from tests.exhaustive.proving import PROVING
from tests.exhaustive.safekeeping import SAFEKEEPING

if TYPE_CHECKING:
    from pathlib import Path

    from tests.exhaustive.safekeeping import Mutation

pytestmark = pytest.mark.exhaustive


@pytest.mark.parametrize("mutation", [*SAFEKEEPING, *PROVING, *BESIDE_OURS, *OWNING, *JUDGING, *LOOKING], ids=str)
def test_is_noticed(tmp_path: Path, mutation: Mutation) -> None:
    """The test fails when the line is undone; it does not merely break."""
    ran = forked(mutation, tmp_path)
    if not ran.noticed:
        ran = copied(mutation, tmp_path)

    assert ran.noticed, ran.output[-3000:]
