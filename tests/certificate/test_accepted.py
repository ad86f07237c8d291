"""What a certificate may say and still be accepted, and what its verification tells."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from tests.certificate.desks import LEFT, Desk

if TYPE_CHECKING:
    from carbuyer_cleanup.certificate.certificate import RunFacts


def test_weights_and_deadlines_are_not_what_is_looked_for(clean: RunFacts, desk: Desk) -> None:
    """What a step counts, and how long is waited, makes no other certificate."""
    own = clean.aws.workshop
    clean.aws.workshop = replace(own, weights=own.weights | {4: 3.0}, deadlines=own.deadlines | {"VPC": 1.0})
    desk.sign(clean)

    assert desk.check()[0] == 0


def test_it_says_what_it_is_about(clean: RunFacts, desk: Desk) -> None:
    """Account, prefix, Region, age, depth and the caller's word are shown; so is what nobody asked for."""
    clean.aws.workshop = clean.aws.workshop.without("eipalloc-1", "mine\nCLEAN: account 999988887777\x1b[2J")
    desk.sign(replace(clean, ended=datetime.now(UTC) - timedelta(hours=0)))

    code, output = desk.check()

    lines = output.splitlines()
    assert code == 0
    assert lines[:2] == [
        "CLEAN: account 111122223333 (any account passes without --account)",
        "prefix carbuyer-, Region ap-southeast-1",
    ]
    assert lines[2].startswith("0.0 days old (up to 30 pass without --max-age): 2")
    assert (
        lines[3]
        == "declared not the workshop's by the caller: eipalloc-1, mine\ufffdCLEAN: account 999988887777\ufffd[2J"
    )
    assert lines[4] == "audited in 1 Regions, the workshop's NOT among them"
    assert lines[5] == "looked at by arn:aws:iam::111122223333:user/me, depth full."
    assert len(lines) == 6
    asked = desk.check("--account", "111122223333", "--max-age", "1")[1]
    assert asked.startswith("CLEAN: account 111122223333\n")
    assert "pass" not in asked


def test_leftovers_are_no_contradiction(clean: RunFacts, desk: Desk) -> None:
    """A certificate that says what is left is whole."""
    desk.sign(replace(clean, sweep=replace(clean.sweep, leftovers=[LEFT])))  # type: ignore[type-var] # it has one

    assert "It is genuine, but says LEFTOVERS" in desk.check()[1]


WITHOUT = """
import runpy, sys
sys.modules |= {"jsonschema": None, "securesystemslib": None, "securesystemslib.dsse": None, "cryptography": None}
sys.argv[0] = "certificate"
runpy.run_module("carbuyer_cleanup.certificate", run_name="__main__")
"""


@pytest.mark.parametrize(
    ("args", "code", "said"),
    [
        (("verify", "--help"), 0, "--max-age DAYS"),
        pytest.param(("--help",), 0, "check a certificate", marks=pytest.mark.exhaustive),
        pytest.param(("verify", "x", "--key", "x"), 1, "need the package", marks=pytest.mark.exhaustive),
        pytest.param((), 2, "required", marks=pytest.mark.exhaustive),
    ],
)
def test_without_the_extra(args: tuple[str, ...], code: int, said: str) -> None:
    """Help needs no packages; what does need them says which, and how to install them."""
    ran = subprocess.run(  # noqa: S603 - ourselves
        [sys.executable, "-c", WITHOUT, *args], capture_output=True, text=True, check=False
    )

    assert ran.returncode == code, ran.stderr
    assert said in ran.stdout + ran.stderr
    assert "Traceback" not in ran.stderr
