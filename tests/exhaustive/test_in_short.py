"""What the exhaustive tests do everywhere, at a few places."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from anywhere import together
from test_any_estate import any_estate_holds
from test_crash_anywhere import at_once, later
from test_fault_anywhere import harmless

from strict_moto.faults import Fault, Kind

if TYPE_CHECKING:
    from pathlib import Path

    from anywhere import Anywhere


@pytest.mark.exhaustive
def test_a_few_estates(tmp_path: Path) -> None:
    """A few estates end clean or with what is in the way."""
    any_estate_holds(tmp_path, seed_=99, examples=2)


@pytest.mark.exhaustive
def test_a_few_deaths(anywhere: Anywhere) -> None:
    """A run that dies here or there is gone on with."""
    anywhere.try_each([(Fault(Kind.DIE, at=index),) for index in anywhere.calls[40::80]], at_once)
    anywhere.try_each([(Fault(Kind.DIE, at=index, after=True),) for index in anywhere.writes[25::50]], later)


def test_a_few_faults(anywhere: Anywhere) -> None:
    """A fault here or there does no harm."""
    anywhere.try_each(together(anywhere.calls[20::80], Kind.THROTTLE), harmless)
    anywhere.try_each([(Fault(Kind.ERROR, at=index, after=True),) for index in anywhere.writes[25::50]], harmless)
