"""What moto cannot list, and in the sandbox is empty; that nothing more is answered so, tests/audit shows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from botocore import xform_name

from strict_moto import places
from strict_moto.rules.absent import EMPTY
from strict_moto.session import REGION

if TYPE_CHECKING:
    import boto3

    from strict_moto.sandbox import Sandbox


@pytest.mark.parametrize("call", EMPTY)
def test_nothing_of_it(session: boto3.Session, sandbox: Sandbox, call: str) -> None:
    """The list is there, and nothing is in it."""
    service, _, operation = call.partition(":")
    region = REGION if places.has_address(service, REGION) else "us-east-1"
    client: Any = session.client(service, region_name=region)  # type: ignore[call-overload] # any service
    answer = getattr(client, xform_name(operation))()
    del answer["ResponseMetadata"]
    assert answer == EMPTY[call]
    assert sandbox.defects == []
