"""A class to run the suite on, in the process and on a port."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from aws_clock import Clock
from strict_moto.sandbox import Sandbox
from tests.on_a_port import on_a_port
from tests.roster.school import TEACHER, School

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SPEED = 300.0  # five AWS minutes pass in a second


@pytest.fixture
def school(sandbox: Sandbox, project: Path) -> School:
    """A class without anybody in it; the roster is ``class.csv`` in the project."""
    return School(sandbox, project / "class.csv")


@pytest.fixture
def real_school(no_way_out: None, project: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[School]:  # noqa: ARG001
    """A class whose accounts answer on a port; the environment holds the teacher's keys."""
    sandbox = Sandbox(Clock(SPEED))
    with on_a_port(sandbox, TEACHER, monkeypatch):
        yield School(sandbox, project / "class.csv")
    assert sandbox.defects == []
