"""What the tests of the certificate share."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from carbuyer_cleanup import workshop
from carbuyer_cleanup.aws.context import Aws
from carbuyer_cleanup.certificate.certificate import RunFacts
from carbuyer_cleanup.teardown.journal import Journal
from tests.certificate.desks import DONE, FOUND_NOTHING, MANIFEST, Desk

if TYPE_CHECKING:
    from pathlib import Path

    import boto3

    from strict_moto import Sandbox


@pytest.fixture
def clean(sandbox: Sandbox, session: boto3.Session, tmp_path: Path) -> RunFacts:
    """A run that found an account clean."""
    aws = Aws(
        session, account="111122223333", caller="arn:aws:iam::111122223333:user/me", region="ap-southeast-1",
        workshop=workshop.load(MANIFEST), journal=Journal(tmp_path / "journal.jsonl", "111122223333"),
        clock=sandbox.clock, pool=ThreadPoolExecutor(1),
    )  # fmt: skip
    now = datetime.now(UTC)
    return RunFacts(
        aws=aws, task="teardown", rehearsal=False, interrupted=False,
        started=FOUND_NOTHING.started - timedelta(minutes=9), ended=now, sweep=FOUND_NOTHING, steps=DONE,
    )  # fmt: skip


@pytest.fixture
def desk(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Desk:
    """A desk with a new Ed25519 key."""
    private, public = tmp_path / "private.pem", tmp_path / "public.pem"
    key = Ed25519PrivateKey.generate()
    private.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    public.write_bytes(key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    return Desk(private, public, tmp_path / "certificate.json", capsys)
