"""After a perfect teardown the account is exactly as it was before the workshop was built, whatever one looks at."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest
from moto.core.base_backend import BackendDict

from carbuyer_cleanup.audit.look import look
from carbuyer_cleanup.audit.types import EVERYWHERE, HOME, TYPES
from carbuyer_cleanup.teardown.engine import Loop
from strict_moto import messy_estates
from strict_moto.session import REGION
from tests.exhaustive.anywhere import MESS
from tests.exhaustive.lab import HOURS, Lab

if TYPE_CHECKING:
    from pathlib import Path

    from carbuyer_cleanup.aws.context import Aws

pytestmark = pytest.mark.exhaustive

PLACES = {EVERYWHERE: REGION, HOME: "us-east-1"}


@pytest.fixture
def lab(tmp_path: Path) -> Lab:
    """A laboratory in which others' things stand."""
    lab = Lab(tmp_path)
    lab.reset()
    messy_estates.settle(lab.session, MESS.bystanders)
    return lab


def test_nothing_more_is_listed(lab: Lab) -> None:
    """Each list of each service that the audit knows shows what it showed before, and showed the workshop between."""
    before = _listed(lab)
    messy_estates.build(lab.session, MESS)
    assert len(_listed(lab)) > len(before) + 40
    assert lab.run().complaints == []
    assert _listed(lab) == before


def test_nothing_more_is_kept(lab: Lab) -> None:
    """What moto keeps of an account, listed anywhere or not, is as much as before."""
    lab.run()  # all that the workshop meets keeps AWS's own things once it is looked at
    before = _kept()
    messy_estates.build(lab.session, MESS)
    assert lab.run().complaints == []
    lab.stock()
    met = {where[:3] for where in before}
    assert {where: count for where, count in _kept().items() if where[:3] in met} == before


def _listed(lab: Lab) -> set[str]:
    lab.sandbox.clock.advance(HOURS)
    with closing(Loop(lab.sandbox.clock)) as loop, ThreadPoolExecutor(1) as pool:
        return loop.run(_everything(lab.open(pool))).result()


async def _everything(aws: Aws) -> set[str]:
    """Return the ARNs of all that is listed, whosever it is."""
    looks = [await look(aws, type_, PLACES.get(type_.where, type_.where)) for type_ in TYPES]
    return {arn for one in looks for arn in one.arns}


def _kept() -> dict[tuple[str, ...], int]:
    """Return how many things each of moto's backends keeps in each of its attributes."""
    kept = {
        (backends.service_name, account, region, name): _count(value)
        for backends in BackendDict._instances  # noqa: SLF001 - moto tells it nowhere else
        for account, regional in backends.items()
        for region, backend in regional.items()
        for name, value in vars(backend).items()
    }
    return {where: count for where, count in kept.items() if count}


def _count(value: Any) -> int:
    """Count what is in a collection, through all that is in between."""
    if isinstance(value, Mapping):
        return sum(map(_count, value.values()))
    if isinstance(value, Collection) and not isinstance(value, (str, bytes)):
        return sum(map(_count, value))
    return 1
