"""What the exhaustive tests share."""

from __future__ import annotations

import pytest
from anywhere import Anywhere
from lab import Lab


@pytest.fixture(scope="session")
def anywhere(tmp_path_factory: pytest.TempPathFactory) -> Anywhere:
    """The workshop in a laboratory where everything happens at once."""
    return Anywhere(Lab(tmp_path_factory.mktemp("journals")))
