"""A pytest fixture: ``pytest_plugins = ["strict_moto.pytest_plugin"]`` in a ``conftest.py``.

It is no entry point, so a pytest that doesn't ask for it does not import moto.
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
    """An empty AWS in the process: ``session()`` is boto3's, ``clock.advance(seconds)`` lets AWS's time pass.

    What would leave the process is refused meanwhile, and fails the test; so does what went wrong in the AWS itself.
    """
    made = Sandbox(Clock(math.inf))
    with wall.raised() as breaches:
        yield made
    if wrong := [*(f"The test tried to reach {breach}." for breach in breaches), *made.defects]:
        pytest.fail("\n".join(wrong), pytrace=False)
