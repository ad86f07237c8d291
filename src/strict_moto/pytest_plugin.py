"""A pytest fixture: ``pytest_plugins = ["strict_moto.pytest_plugin"]`` in a ``conftest.py``.

It is not an entry point: pytest doesn't import moto unless it is asked to.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import pytest

from aws_clock import Clock
from strict_moto import wall
from strict_moto.sandbox import Sandbox

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def strict_moto() -> Iterator[Sandbox]:
    """An empty AWS in the process: ``session()`` returns a boto3 session, ``clock.advance(seconds)`` passes AWS time.

    Anything that tries to leave the process is refused and fails the test; so does an error in the embedded AWS itself.
    """
    made = Sandbox(Clock(math.inf))
    with wall.raised() as breaches:
        yield made
    if wrong := [*(f"The test tried to reach {breach}." for breach in breaches), *made.defects]:
        pytest.fail("\n".join(wrong), pytrace=False)
