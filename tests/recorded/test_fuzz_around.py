"""The changes of ``test_fuzz`` in answers that are read outside an account: the list of a class, and a key of KMS's."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, TypeVar

import pytest
from botocore.client import BaseClient
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePrivateKey, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from carbuyer_cleanup.certificate.signing import signer
from carbuyer_cleanup.classroom import organization
from carbuyer_cleanup.errors import Refused
from strict_moto.session import isolated_session
from tests.choice import one_in
from tests.recorded.changes import changes

if TYPE_CHECKING:
    from collections.abc import Callable

    from carbuyer_cleanup.classroom.roster import Member
    from tests.recorded.changes import Change

    Answer = dict[str, Any]
    Class = tuple[tuple[Member, ...], tuple[str, ...]]

T = TypeVar("T")
NOBODY: Class = ((), ())
UNIT, INNER, ROLE = "ou-ab12-11112222", "ou-ab12-33334444", "grader"
ACCOUNTS = [
    {"Id": "111122223333", "Name": "An", "Email": "an@example.com", "State": "ACTIVE", "Status": "ACTIVE"},
    {"Id": "444455556666", "Name": "Bob", "Email": "bob@example.com", "State": "SUSPENDED", "Status": "SUSPENDED"},
]
KEY = "arn:aws:kms:eu-west-1:111122223333:key/1234abcd"
ANSWERS: dict[str, Answer] = {
    "organizations:ListAccountsForParent": {"Accounts": ACCOUNTS},
    "organizations:ListOrganizationalUnitsForParent": {"OrganizationalUnits": [{"Id": INNER, "Name": "evening"}]},
    "kms:GetPublicKey": {"KeyId": KEY, "KeyUsage": "SIGN_VERIFY", "SigningAlgorithms": ["ECDSA_SHA_256"]},
    "kms:Sign": {"KeyId": KEY, "Signature": b"signed", "SigningAlgorithm": "ECDSA_SHA_256"},
}
ODD: tuple[object, ...] = (None, 0, "", "SomethingNew", [], {}, [None])  # in the place of any member that can be read


def _public(key: EllipticCurvePrivateKey) -> bytes:
    return key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


@pytest.fixture
def answer(monkeypatch: pytest.MonkeyPatch) -> Callable[[str, Callable[[Answer], Answer]], None]:
    """Return a function that changes the answers to a call; those to the others are as AWS gives them."""
    public = {"PublicKey": _public(generate_private_key(SECP256R1()))}
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "nobody")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "nothing")

    def begin(changed: str, change: Callable[[Answer], Answer]) -> None:
        def answered(client: Any, operation: str, params: Answer) -> Answer:
            call = f"{client.meta.service_model.service_name}:{operation}"
            given = ANSWERS[call] | (public if call == "kms:GetPublicKey" else {})
            if params.get("ParentId") == INNER:  # nothing is in there
                given = {name: [] for name in given}
            return change(given) if call == changed else given

        monkeypatch.setattr(BaseClient, "_make_api_call", answered)

    return begin


def changed(*services: str) -> list[Change]:
    """Return all changes of the answers to the calls of services."""
    calls = [call for call in ANSWERS if call.startswith(services)]
    return [change for call in calls for change in changes(call, [ANSWERS[call]])]


def outcome(work: Callable[[], T], nothing: T) -> tuple[T, str]:
    """Return what comes of some work, or nothing and why it was refused."""
    try:
        return work(), ""
    except Refused as refused:
        return nothing, str(refused)


def listed() -> Class:
    """Ask for the class."""
    return organization.members("", "eu-west-1", UNIT, ROLE)


@pytest.mark.parametrize("change", one_in(9, changed("organizations")), ids=str)
def test_class(answer: Callable[..., None], change: Change) -> None:
    """The class is as before, or it is told that AWS's list was not understood: nobody else gets into it."""
    answer(change.call, change.made)
    (found, left_out), refused = outcome(listed, NOBODY)
    if refused:
        assert refused.endswith("Nothing was done; run again.") or "no active account" in refused
        return
    assert [(one.account, one.role_arn) for one in found] == [("111122223333", "arn:aws:iam::111122223333:role/grader")]
    assert "444455556666" in " ".join(left_out)


@pytest.mark.exhaustive
@pytest.mark.parametrize("odd", ODD, ids=repr)
@pytest.mark.parametrize("name", ["Id", "Name", "Email", "State", "Status"])
def test_class_of_odd_accounts(answer: Callable[..., None], name: str, odd: object) -> None:
    """Whatever stands in the place of an account's number, name or state: it is told, or read as text."""
    answer(
        "organizations:ListAccountsForParent",
        lambda given: {"Accounts": [one | {name: odd} for one in given["Accounts"]]},
    )
    (found, _), refused = outcome(listed, NOBODY)
    assert [one.account for one in found] == ([] if refused else ["111122223333"])


@pytest.mark.exhaustive
@pytest.mark.parametrize("odd", ODD, ids=repr)
@pytest.mark.parametrize("member", ["PublicKey", "Signature"])
def test_key(answer: Callable[..., None], member: str, odd: object) -> None:
    """A key of KMS's signs, or it is told at the start that it can't."""
    call = {"PublicKey": "kms:GetPublicKey", "Signature": "kms:Sign"}[member]
    answer(call, lambda given: given | {member: odd})
    with pytest.raises(Refused, match=r"KMS"):
        signer(KEY, isolated_session())


@pytest.mark.parametrize("change", one_in(9, changed("kms")), ids=str)
def test_key_with_changes(answer: Callable[..., None], change: Change) -> None:
    """What nothing rests on may be otherwise; without a signature there is none."""
    answer(change.call, change.made)
    envelope, refused = outcome(lambda: signer(KEY, isolated_session()).envelope("{}"), "")
    assert "KMS" in refused or json.loads(envelope)["signatures"][0]["sig"]
