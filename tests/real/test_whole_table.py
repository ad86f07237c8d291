"""A verdict by the audit's whole table."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from carbuyer_cleanup.audit.types import TYPES
from tests.real.test_verdict import certificate

if TYPE_CHECKING:
    from collections.abc import Callable

    from strict_moto.sandbox import Sandbox
    from tests.result import Result

pytestmark = pytest.mark.usefixtures("endpoint")


@pytest.mark.exhaustive
def test_whole_table(sandbox: Sandbox, run_suite: Callable[..., Result]) -> None:
    """All types in all Regions over the network: every list is answered, a queue in another Region is found."""
    sandbox.session().client("sqs", region_name="eu-north-1").create_queue(QueueName="carbuyer-q")

    result = run_suite("--aws", "--verify")

    assert result.exit_code == 1, result.output
    made = certificate(result)
    assert [(found["type"], found["region"]) for found in made["audit"]["leftovers"]] == [("SQS queue", "eu-north-1")]
    assert made["audit"]["unseen"] == []
    assert made["audit"]["types"].keys() == {type_.name for type_ in TYPES}
