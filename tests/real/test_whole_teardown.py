"""All sixteen steps and the full audit."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from strict_moto import estate
from strict_moto.sandbox import ACCOUNT

if TYPE_CHECKING:
    from collections.abc import Callable

    from strict_moto.sandbox import Sandbox
    from tests.result import Result


pytestmark = pytest.mark.usefixtures("endpoint")


@pytest.mark.exhaustive
def test_whole_teardown(sandbox: Sandbox, run_suite: Callable[..., Result]) -> None:
    """All sixteen steps and the full audit against an account on the network, by the wall clock: CLEAN."""
    estate.create(sandbox.session())

    result = run_suite("--aws", "--account", ACCOUNT)

    assert "17 passed" in result.output
    assert result.output.splitlines()[-1].startswith(f"CLEAN — account {ACCOUNT}")
    assert (result.reports / "certificate.json").exists()
    assert result.exit_code == 0
