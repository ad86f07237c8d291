"""What the tests of the sandbox share."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.sandbox.network import Network

if TYPE_CHECKING:
    import boto3


@pytest.fixture
def network(session: boto3.Session) -> Network:
    """Return a VPC to put things into."""
    return Network(session)
