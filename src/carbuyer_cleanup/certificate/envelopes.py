"""Opening a certificate: its envelope, its signature, and whether it has the form that the schema specifies.

Needs the ``sign`` extra.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import jsonschema
from securesystemslib.dsse import Envelope
from securesystemslib.exceptions import FormatError, VerificationError

from carbuyer_cleanup.certificate.signing import PAYLOAD, public_key
from carbuyer_cleanup.errors import Refused
from carbuyer_cleanup.strict_json import loaded

if TYPE_CHECKING:
    from pathlib import Path

    import boto3

Json = dict[str, Any]


def opened(file: Path, key: str, session: boto3.Session) -> Json:
    """Return the statement in a file's envelope, if ``key`` has signed it: a PEM file, or the ARN of a KMS key.

    Raises:
        Refused: the key or the file can't be read, or the file is not an envelope, or was not signed with the key.
    """
    trusted = public_key(key, session)
    try:
        envelope = Envelope.from_dict(loaded(file.read_bytes()))
        envelope.verify([trusted], 1)
        statement = loaded(envelope.payload)
    except OSError as error:
        msg = f"{file} can't be read: {error.strerror}."
        raise Refused(msg) from error
    except (AttributeError, KeyError, TypeError, ValueError, FormatError, RecursionError) as error:
        msg = f"{file} is not a signed certificate; sign with pytest cleanup_tests/ --aws --sign KEY."
        raise Refused(msg) from error
    except VerificationError as error:
        msg = f"{file} was not signed with this key, or was changed since."
        raise Refused(msg) from error
    if envelope.payload_type != PAYLOAD or not isinstance(statement, dict):
        msg = f"{file} holds {envelope.payload_type}, which is not a certificate."
        raise Refused(msg)
    return statement


def check_form(statement: Json, schema: Path) -> None:
    """Check that a statement has the form that the schema file specifies.

    Raises:
        Refused: it hasn't; or it says CLEAN, and something that contradicts that.
    """
    try:
        jsonschema.validate(statement, json.loads(schema.read_text(encoding="utf-8")))
    except jsonschema.ValidationError as error:
        what = "It says CLEAN, which is not so" if "then" in error.absolute_schema_path else "It is not a certificate"
        msg = f"{what}: {error.json_path}: {error.message}"
        raise Refused(msg) from error
