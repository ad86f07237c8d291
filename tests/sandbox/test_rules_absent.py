"""What moto cannot list, and in the sandbox is empty; that nothing more is answered so, tests/audit shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from botocore import xform_name

from carbuyer_cleanup.sandbox.rules.absent import EMPTY

if TYPE_CHECKING:
    import boto3

    from carbuyer_cleanup.sandbox.front import Sandbox


@pytest.mark.parametrize("call", EMPTY)
def test_nothing_of_it(session: boto3.Session, sandbox: Sandbox, call: str) -> None:
    """The list is there, and nothing is in it."""
    service, _, operation = call.partition(":")
    answer = getattr(session.client(service), xform_name(operation))()  # type: ignore[call-overload] # any service
    del answer["ResponseMetadata"]
    assert answer == EMPTY[call]
    assert sandbox.defects == []
