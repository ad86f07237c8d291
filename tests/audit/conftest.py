"""What the audit's tests share: an account of the embedded AWS."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from carbuyer_cleanup import workshop
from carbuyer_cleanup.aws.context import Aws
from carbuyer_cleanup.teardown.journal import Journal
from tests.audit.accounts_audited import REGION, Account

if TYPE_CHECKING:
    from collections.abc import Iterator

    from strict_moto import Sandbox
    from strict_moto.session import Session

MANIFEST = Path(__file__).resolve().parents[2] / "cleanup_tests" / "workshop.toml"


@pytest.fixture
def account(sandbox: Sandbox, session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Account]:
    """An account with nothing of the workshop in it."""
    identity = session.client("sts").get_caller_identity()
    with ThreadPoolExecutor(16) as pool:
        aws = Aws(
            session, account=identity["Account"], caller=identity["Arn"], region=REGION,
            workshop=workshop.load(MANIFEST), journal=Journal(tmp_path / "journal.jsonl", identity["Account"]),
            clock=sandbox.clock, pool=pool,
        )  # fmt: skip
        yield Account(sandbox, session, aws, monkeypatch)
    assert sandbox.defects == []
