"""Signing a certificate: a DSSE envelope, by an Ed25519 key in a file or by a key in AWS KMS.

Needs the ``sign`` extra: only ``certificate`` imports this module, and says so if a package is missing. A KMS key needs
the permissions kms:GetPublicKey and kms:Sign.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    load_der_public_key,
    load_pem_private_key,
    load_pem_public_key,
)
from securesystemslib.dsse import Envelope
from securesystemslib.signer import AWSSigner, CryptoSigner, SSlibKey

from carbuyer_cleanup.aws.refusals import tellable
from carbuyer_cleanup.errors import Refused

if TYPE_CHECKING:
    import boto3
    from securesystemslib.signer import Signer as Backend

PAYLOAD = "application/vnd.in-toto+json"
KMS = re.compile(r"arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:(key|alias)/\S+")
PUBLIC = b"-----BEGIN PUBLIC KEY"
BAD_KEY = (TypeError, ValueError, UnsupportedAlgorithm)  # cryptography's exceptions; TypeError: it has a password
NO_KEY = (
    "{key} can't be used as a key ({why}); make one without a password: openssl genpkey -algorithm ed25519 -out {key}"
)


class Signer:
    """Puts certificates into envelopes that carry one signature."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend

    def envelope(self, text: str) -> str:
        """Return ``text`` in a signed envelope, as JSON.

        Raises:
            Refused: KMS did not sign.
        """
        made = Envelope(text.encode(), PAYLOAD, {})
        try:
            made.sign(self._backend)
        except Exception as error:  # not only KMS's: the keys that sign the request may be renewed
            msg = f"KMS did not sign the certificate: {tellable(error)}"
            raise Refused(msg) from error
        return json.dumps(made.to_dict(), indent=2) + "\n"


class _KmsBackend(AWSSigner):
    """securesystemslib's KMS signer, with the session's credentials and the key's Region instead of the defaults."""

    def __init__(self, arn: str, session: boto3.Session) -> None:
        self.client = session.client("kms", region_name=arn.split(":")[3])
        public = SSlibKey.from_crypto(load_der_public_key(self.client.get_public_key(KeyId=arn)["PublicKey"]))
        self.aws_key_id, self._public_key, self.aws_algo = arn, public, self.aws_algos[public.scheme]


def signer(key: str, session: boto3.Session) -> Signer:
    """Return a signer that uses ``key``: a file with an Ed25519 key (PEM), or the ARN of a KMS key.

    It has already signed something, so a missing permission shows now and not at the end of a run.

    Raises:
        Refused: there is no such key, or it can't sign.
    """
    made = Signer(_kms(key, session) if _is_kms(key) else CryptoSigner(_private(key)))
    made.envelope("{}")
    return made


def _is_kms(key: str) -> bool:
    if key.startswith("arn:") and not KMS.fullmatch(key):
        msg = f"{key} is not the ARN of a KMS key, such as arn:aws:kms:ap-southeast-1:111122223333:key/1234abcd-…"
        raise Refused(msg)
    return key.startswith("arn:")


def _private(key: str) -> Ed25519PrivateKey:
    text = _read(key)
    try:
        loaded = load_pem_private_key(text, password=None)
    except BAD_KEY as error:
        raise Refused(NO_KEY.format(key=key, why=str(error).rstrip("."))) from error
    if not isinstance(loaded, Ed25519PrivateKey):
        raise Refused(NO_KEY.format(key=key, why="it is not an Ed25519 key"))
    return loaded


def _kms(arn: str, session: boto3.Session) -> _KmsBackend:
    try:
        return _KmsBackend(arn, session)
    except Exception as error:  # likewise
        msg = f"The KMS key {arn} can't be used for signing: {tellable(error)}"
        raise Refused(msg) from error


def public_key(key: str, session: boto3.Session) -> SSlibKey:
    """Return the public key of a PEM file (with a public or a private key), or of a KMS key.

    Raises:
        Refused: there is no such key, or it can't be used.
    """
    if _is_kms(key):
        return _kms(key, session).public_key
    text = _read(key)
    try:
        return SSlibKey.from_crypto(load_pem_public_key(text) if PUBLIC in text else _private(key).public_key())
    except BAD_KEY as error:
        msg = f"{key} can't be used as a public key: {str(error).rstrip('.')}."
        raise Refused(msg) from error


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
