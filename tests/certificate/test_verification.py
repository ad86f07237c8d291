"""Signing a certificate, and checking one."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, SECP256R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from moto.kms.utils import ECDSAPrivateKey

from carbuyer_cleanup.certificate.certificate import RunFacts, issue, signer
from carbuyer_cleanup.certificate.verification import main
from carbuyer_cleanup.errors import Refused
from strict_moto.faults import Fault, FaultKind, Faults
from tests.certificate.desks import LEFT, MANIFEST, Desk, swept, write_key

if TYPE_CHECKING:
    from pathlib import Path

    import boto3

    from strict_moto import Sandbox


def test_signed_and_checked(clean: RunFacts, desk: Desk) -> None:
    """A signed CLEAN certificate is checked with the public key, or with the private one."""
    desk.sign(clean)

    code, output = desk.check()

    assert (code, output[:27]) == (0, "CLEAN: account 111122223333")
    assert desk.check("--key", str(desk.private))[0] == 0


def other_key(path: Path, tmp_path: Path) -> list[str]:
    """Check with somebody else's key."""
    del path
    return ["--key", str(write_key(tmp_path / "other.pem"))]


def changed_payload(path: Path, tmp_path: Path) -> list[str]:
    """Change a letter of what was signed."""
    del tmp_path
    envelope = json.loads(path.read_text())
    envelope["payload"] = envelope["payload"][:40] + "AAAA" + envelope["payload"][44:]
    path.write_text(json.dumps(envelope))
    return []


def changed_type(path: Path, tmp_path: Path) -> list[str]:
    """Say that it is something else."""
    del tmp_path
    path.write_text(path.read_text().replace("vnd.in-toto+json", "json"))
    return []


def not_json(path: Path, tmp_path: Path) -> list[str]:
    """Put something else in its place."""
    del tmp_path
    path.write_bytes(b"\xff<html>")
    return []


def not_an_object(path: Path, tmp_path: Path) -> list[str]:
    """Put JSON in its place that is no envelope."""
    del tmp_path
    path.write_text('[["payload"]]')
    return []


def with_password(path: Path, tmp_path: Path) -> list[str]:
    """Check with a key that has a password."""
    del path
    return ["--key", str(write_key(tmp_path / "locked.pem", BestAvailableEncryption(b"secret")))]


def half_a_key(path: Path, tmp_path: Path) -> list[str]:
    """Check with the beginning of a key."""
    del path
    key = tmp_path / "half.pem"
    key.write_text("-----BEGIN PUBLIC KEY-----\nMCow\n-----END PUBLIC KEY-----\n")
    return ["--key", str(key)]


def unsigned(path: Path, tmp_path: Path) -> list[str]:
    """Leave the signature away."""
    del tmp_path
    path.write_text("{}")
    return []


WRONG = {
    "another key": (other_key, "not signed with this key"),
    "changed": (changed_payload, "changed since"),
    "another type": (changed_type, "changed since"),
    "not signed": (unsigned, "not a signed certificate"),
    "not JSON": (not_json, "not a signed certificate"),
    "not an object": (not_an_object, "not a signed certificate"),
    "key with a password": (with_password, "can't be used as a key"),
    "half a key": (half_a_key, "can't be used as a public key"),
    "another account": (lambda *_: ["--account", "999999999999"], "about account 111122223333"),
    "no account": (lambda *_: ["--account", ""], "--account must be the 12 digits of an AWS account, not ''"),
    "too old": (lambda *_: ["--max-age", "0"], "days old"),
    "not a KMS key": (lambda *_: ["--key", "arn:aws:s3:::bucket"], "not the ARN of a KMS key"),
    "no file": (lambda path, _: [path.unlink()][1:], "can't be read"),
    "no key": (lambda *_: ["--key", "/nowhere.pem"], "can't be read"),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_refused(clean: RunFacts, desk: Desk, wrong: str) -> None:
    """What is not signed, not with this key, changed, too old or about another account is refused."""
    desk.sign(clean)
    spoil, why = WRONG[wrong]

    code, output = desk.check(*spoil(desk.path, desk.path.parent))

    assert code == 1
    assert why in output


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"interrupted": True}, "says COULD_NOT_VERIFY: the run was interrupted"),
        ({"sweep": swept(leftovers=[LEFT])}, "says LEFTOVERS"),
        ({"ended": datetime.now(UTC) + timedelta(days=1)}, "in the future"),
        ({"ended": datetime.now(UTC) - timedelta(days=40)}, "40 days old"),
    ],
)
def test_genuine_but_not_clean(clean: RunFacts, desk: Desk, change: dict[str, Any], why: str) -> None:
    """A genuine certificate that doesn't say CLEAN, or is not of these days, does not pass a check."""
    desk.sign(replace(clean, **change))

    code, output = desk.check()

    assert code == 1
    assert why in output


def test_depth(clean: RunFacts, desk: Desk) -> None:
    """A certificate that looked for the workshop's own types only is refused unless that is what was asked for."""
    desk.sign(replace(clean, sweep=swept(depth="workshop")))

    assert "It is CLEAN at depth workshop only; check it with --depth workshop" in desk.check()[1]
    assert desk.check()[0] == 1
    code, output = desk.check("--depth", "workshop")
    assert (code, output.rpartition(", ")[2]) == (0, "depth workshop.\n")


def test_other_endpoint(clean: RunFacts, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """What an embedded AWS answered over a port proves nothing about an account."""
    monkeypatch.setattr(clean.aws, "endpoints", {"http://127.0.0.1:5000", "https://ec2.eu-west-1.amazonaws.com"})
    desk.sign(clean)

    code, output = desk.check()

    assert code == 1
    assert "The run did not ask AWS, but http://127.0.0.1:5000" in output


def sign_digest(self: Any, message: bytes, _algorithm: str) -> Any:
    """Sign as KMS does with MessageType=DIGEST; moto 5.2.5 takes the digest for the message."""
    return self.private_key.sign(message, ECDSA(Prehashed(SHA256())))


def test_kms_key(clean: RunFacts, session: boto3.Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A key in KMS signs, in its own Region and with the run's credentials, and checks."""
    kms = session.client("kms", region_name="eu-west-1")
    arn = kms.create_key(KeyUsage="SIGN_VERIFY", KeySpec="ECC_NIST_P256")["KeyMetadata"]["Arn"]
    monkeypatch.setattr("carbuyer_cleanup.certificate.verification.boto3.Session", lambda: session)
    monkeypatch.setattr(ECDSAPrivateKey, "sign", sign_digest)
    path = tmp_path / "certificate.json"

    issue(clean, path, signer(arn, session))

    assert main(["verify", str(path), "--key", arn]) == 0


@pytest.mark.parametrize(
    ("key", "why"),
    [
        ("arn:aws:kms:eu-west-1:111122223333:key/none", "can't be used for signing"),
        ("arn:aws:s3:::bucket", "is not the ARN of a KMS key"),
        ("/nowhere.pem", "No such file"),
        (str(MANIFEST.parent), "Is a directory"),
        (str(MANIFEST), "not in PEM format"),
    ],
)
def test_no_such_key(session: boto3.Session, key: str, why: str) -> None:
    """A key that isn't there is refused in a sentence."""
    with pytest.raises(Refused, match=why):
        signer(key, session)


@pytest.mark.parametrize(
    ("made", "why"),
    [
        (lambda path: write_key(path, BestAvailableEncryption(b"secret")), "make one without a password"),
        (lambda path: path.write_text("-----BEGIN PRIVATE KEY-----\nMC4C\n-----END PRIVATE KEY-----"), "can't be used"),
        (lambda path: path.write_bytes(generate_private_key(SECP256R1()).private_bytes(
            Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())), "not an Ed25519 key"),
    ],
)  # fmt: skip
def test_bad_key(session: boto3.Session, tmp_path: Path, made: Any, why: str) -> None:
    """A key that can't sign is refused with what to do."""
    made(tmp_path / "key.pem")

    with pytest.raises(Refused, match=why):
        signer(str(tmp_path / "key.pem"), session)


def test_key_without_the_right_to_sign(sandbox: Sandbox, session: boto3.Session) -> None:
    """That KMS will not sign is known at once, not at the end of a run."""
    arn = session.client("kms").create_key(KeyUsage="SIGN_VERIFY", KeySpec="ECC_NIST_P256")["KeyMetadata"]["Arn"]
    sandbox.faults = Faults((Fault(FaultKind.DENY, calls="kms:Sign"),))

    with pytest.raises(Refused, match=r"KMS did not sign the certificate: .*kms:Sign"):
        signer(arn, session)


@pytest.mark.parametrize("days", ["nan", "inf", "-1", "soon"])
def test_age_is_a_number_of_days(desk: Desk, days: str) -> None:
    """Nonsense for --max-age is refused before anything is read."""
    with pytest.raises(SystemExit):
        desk.check("--max-age", days)
    assert "invalid" in desk.capsys.readouterr().err


def test_command_line(clean: RunFacts, desk: Desk) -> None:
    """It is a command; Python has nothing to warn of."""
    desk.sign(clean)
    command = [sys.executable, "-W", "error", "-m", "carbuyer_cleanup.certificate", "verify", str(desk.path)]

    genuine = subprocess.run([*command, "--key", str(desk.public)], capture_output=True, text=True)  # noqa: S603, PLW1510
    wrong = subprocess.run([*command, "--key", str(desk.path)], capture_output=True, text=True)  # noqa: S603, PLW1510

    assert (genuine.returncode, genuine.stdout[:6], genuine.stderr) == (0, "CLEAN:", "")
    assert (wrong.returncode, wrong.stdout, wrong.stderr.count("\n")) == (1, "", 1)


def test_packages_not_installed(session: boto3.Session, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the extra's packages, signing says what to install."""
    monkeypatch.delitem(sys.modules, "carbuyer_cleanup.certificate.signing")
    monkeypatch.setitem(sys.modules, "securesystemslib.dsse", None)

    with pytest.raises(Refused, match="pip install"):
        signer("key.pem", session)
