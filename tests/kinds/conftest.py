"""What the kinds' tests share: an account of the embedded AWS."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from carbuyer_cleanup import workshop
from carbuyer_cleanup.aws.context import Aws
from carbuyer_cleanup.teardown.journal import Journal
from tests.kinds.accounts import Account

if TYPE_CHECKING:
    from collections.abc import Iterator

    from strict_moto.sandbox import Sandbox
    from strict_moto.session import Session

MANIFEST = Path(__file__).resolve().parents[2] / "cleanup_tests" / "workshop.toml"


@pytest.fixture
def account(sandbox: Sandbox, session: Session, tmp_path: Path) -> Iterator[Account]:
    """An account with nothing of the workshop in it."""
    identity = session.client("sts").get_caller_identity()
    journal = Journal(tmp_path / "journal.jsonl", identity["Account"])
    with ThreadPoolExecutor(4) as pool:
        aws = Aws(
            session, account=identity["Account"], caller=identity["Arn"], region=session.region_name,
            workshop=workshop.load(MANIFEST), journal=journal, clock=sandbox.clock, pool=pool,
        )  # fmt: skip
        yield Account(sandbox, session, aws)
    assert sandbox.defects == []
