"""Signing a certificate: a DSSE envelope, by an Ed25519 key in a file or by a key in AWS KMS.

Needs the ``sign`` extra: only ``certificate`` imports it, which says so. A KMS key takes the permissions
kms:GetPublicKey and kms:Sign.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    load_der_public_key,
    load_pem_private_key,
    load_pem_public_key,
)
from securesystemslib.dsse import Envelope
from securesystemslib.signer import AWSSigner, CryptoSigner, SSlibKey

from carbuyer_cleanup.errors import Refused

if TYPE_CHECKING:
    import boto3
    from securesystemslib.signer import Signer as Backend

PAYLOAD = "application/vnd.in-toto+json"
KMS = "arn:aws"  # what the ARN of a KMS key starts with, and no path does


class Signer:
    """Puts certificates into envelopes that carry one signature."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend

    def envelope(self, text: str) -> str:
        """Return the envelope as JSON.

        Raises:
            Refused: KMS did not sign.
        """
        made = Envelope(text.encode(), PAYLOAD, {})
        try:
            made.sign(self._backend)
        except (BotoCoreError, ClientError) as error:
            msg = f"KMS did not sign the certificate: {error}"
            raise Refused(msg) from error
        return json.dumps(made.to_dict(), indent=2) + "\n"


class _KmsBackend(AWSSigner):
    """securesystemslib's KMS signer, with the session's credentials and the key's Region instead of the defaults."""

    def __init__(self, arn: str, session: boto3.Session) -> None:
        self.client = session.client("kms", region_name=arn.split(":")[3])
        public = SSlibKey.from_crypto(load_der_public_key(self.client.get_public_key(KeyId=arn)["PublicKey"]))
        self.aws_key_id, self._public_key, self.aws_algo = arn, public, self.aws_algos[public.scheme]


def signer(key: str, session: boto3.Session) -> Signer:
    """Return who signs with ``key``: a file with an Ed25519 key (PEM), or the ARN of a KMS key.

    Raises:
        Refused: there is no such key, or it can't sign.
    """
    if key.startswith(KMS):
        return Signer(_kms(key, session))
    loaded = load_pem_private_key(_read(key), password=None)
    if not isinstance(loaded, Ed25519PrivateKey):
        msg = f"{key} is not an Ed25519 key; make one with: openssl genpkey -algorithm ed25519 -out {key}"
        raise Refused(msg)
    return Signer(CryptoSigner(loaded))


def _kms(arn: str, session: boto3.Session) -> _KmsBackend:
    try:
        return _KmsBackend(arn, session)
    except (BotoCoreError, ClientError, KeyError, ValueError) as error:
        msg = f"The KMS key {arn} can't be used for signing: {error}"
        raise Refused(msg) from error


def public_key(key: str, session: boto3.Session) -> SSlibKey:
    """Return the public key of a PEM file (a public key, or the private one), or of a KMS key.

    Raises:
        Refused: there is no such key.
    """
    if key.startswith(KMS):
        return _kms(key, session).public_key
    text = _read(key)
    load = load_pem_public_key if b"PUBLIC KEY" in text else _public_of_private
    return SSlibKey.from_crypto(load(text))


def _public_of_private(text: bytes) -> Ed25519PublicKey:
    loaded = load_pem_private_key(text, password=None)
    if not isinstance(loaded, Ed25519PrivateKey):
        msg = "The key is not an Ed25519 key."
        raise Refused(msg)
    return loaded.public_key()


def _read(path: str) -> bytes:
    try:
        text = Path(path).read_bytes()
    except OSError as error:
        msg = f"The key {path} can't be read: {error.strerror}."
        raise Refused(msg) from error
    if b"-----BEGIN " not in text:
        msg = f"The key {path} is not in PEM format."
        raise Refused(msg)
    return text
