"""Each line that prevents harm, or a wrong verdict, has a quick test that fails without it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.exhaustive.beside_ours import BESIDE_OURS
from tests.exhaustive.judging import JUDGING
from tests.exhaustive.keeping import KEEPING
from tests.exhaustive.looking import LOOKING
from tests.exhaustive.mutants import Warm, copied, forked, stands_once
from tests.exhaustive.owning import OWNING
from tests.exhaustive.proving import PROVING
from tests.exhaustive.safekeeping import SAFEKEEPING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.exhaustive.safekeeping import Mutation

MUTATIONS = [*SAFEKEEPING, *PROVING, *BESIDE_OURS, *OWNING, *JUDGING, *LOOKING, *KEEPING]


@pytest.fixture(scope="session")
def warm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warm]:
    """Collect the files of all mutations' tests once."""
    files = {f"tests/{mutation.test.partition('::')[0]}" for mutation in MUTATIONS}
    process = Warm(files, tmp_path_factory.mktemp("warm"))
    yield process
    process.close()


def test_each_stands_in_the_code() -> None:
    """Whoever changes such a line changes its row, too, and sees that here and not only when all of them are tried."""
    assert [mutation for mutation in MUTATIONS if not stands_once(mutation)] == []


@pytest.mark.exhaustive
@pytest.mark.parametrize("mutation", MUTATIONS, ids=str)
def test_is_noticed(warm: Warm, tmp_path: Path, mutation: Mutation) -> None:
    """The test fails when the line is undone; it does not merely break."""
    ran = warm.swapped(mutation)
    if not ran.noticed:
        ran = forked(mutation, tmp_path)
    if not ran.noticed:
        ran = copied(mutation, tmp_path)

    assert ran.noticed, ran.output[-3000:]
