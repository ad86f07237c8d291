"""What the exhaustive tests share."""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING

import pytest

from tests.exhaustive.anywhere import Anywhere
from tests.exhaustive.lab import Lab

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(autouse=True)
def no_collection() -> Iterator[None]:
    """Let garbage lie while a test runs: to look for it takes a fifth of the time, and copies memory that is shared."""
    gc.disable()
    yield
    gc.enable()


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Anywhere:
    """The workshop in a laboratory where everything happens at once, built once."""
    return Anywhere(Lab(tmp_path_factory.mktemp("journals")))


@pytest.fixture
def anywhere(built: Anywhere) -> Anywhere:
    """The same, as it was built, whatever other tests have done since."""
    built.restore()
    return built
