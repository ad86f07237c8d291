"""EC2's offerings: those of moto, though they are read late."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from strict_moto.session import Session

# In a process of its own: moto as it is, without the sandbox
PLAIN = """
import json
from moto.ec2.models.instance_types import INSTANCE_TYPE_OFFERINGS as o
print(json.dumps({sort: o[sort]["eu-west-3"] for sort in o} | {"where": sorted(o["region"])}))
"""


@pytest.fixture(scope="module")
def plain() -> dict[str, list[dict[str, str]]]:
    """Return what moto has if nothing is done to it; should it keep that elsewhere, ``unread`` must follow."""
    done = subprocess.run([sys.executable, "-c", PLAIN], check=True, capture_output=True, text=True)  # noqa: S603
    found: dict[str, list[dict[str, str]]] = json.loads(done.stdout)
    return found


@pytest.mark.exhaustive
@pytest.mark.parametrize("sort", ["region", "availability-zone", "availability-zone-id"])
def test_the_same_as_motos(session: Session, plain: dict[str, list[dict[str, str]]], sort: str) -> None:
    """What is offered in a Region is what moto's file of it says."""
    answer = session.client("ec2", "eu-west-3").describe_instance_type_offerings(LocationType=sort)

    assert answer["InstanceTypeOfferings"] == plain[sort]


@pytest.mark.exhaustive
def test_in_the_same_regions(plain: dict[str, list[dict[str, str]]]) -> None:
    """No Region is left out, and none is added: not even by whoever asks for one."""
    from moto.ec2.models.instance_types import INSTANCE_TYPE_OFFERINGS  # noqa: PLC0415 - after the sandbox

    offerings = INSTANCE_TYPE_OFFERINGS["region"]

    assert offerings.get("mars-north-1", []) == []
    assert sorted(offerings) == plain["where"]


@pytest.mark.exhaustive
def test_nothing_is_read_before() -> None:
    """A sandbox alone reads no file of them; if moto reads them another way, this is the place to see it."""
    code = "from strict_moto.sandbox import Sandbox; from aws_clock import Clock; Sandbox(Clock())\n"
    code += "from moto.ec2.models.instance_types import INSTANCE_TYPE_OFFERINGS as o\n"
    code += "print(sum(len(rows) for sort in o.values() for rows in dict.values(sort)))"
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)  # noqa: S603

    assert done.stdout == "0\n"
