"""Credentials that are one account's and stay so, whatever the tool behind them does, in however many threads."""

from __future__ import annotations

import itertools
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from botocore.credentials import Credentials, ReadOnlyCredentials
from botocore.exceptions import ClientError

from carbuyer_cleanup.aws.identity import Pinned, Whoami, whoami_in
from carbuyer_cleanup.aws.refusals import discreet
from carbuyer_cleanup.aws.sign_in import failed
from carbuyer_cleanup.errors import AwsError, Elsewhere, Trouble

MINE, OTHER = "111122223333", "999988887777"


class Tool(Credentials):
    """Gives another key each time, in turn; each is of the account that its name begins with."""

    def __init__(self, *keys: str) -> None:
        super().__init__(keys[0], "secret")
        self._keys, self._lock = itertools.cycle(keys), threading.Lock()

    def get_frozen_credentials(self) -> ReadOnlyCredentials:
        """Return the next."""
        with self._lock:
            return ReadOnlyCredentials(next(self._keys), "secret", None)


class Aws:
    """Says whose a key is, and remembers which it was asked about."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def whose(self, keys: ReadOnlyCredentials) -> Whoami:
        """Answer."""
        self.asked.append(str(keys.access_key))
        account = str(keys.access_key).partition("-")[0]
        return Whoami(account, f"arn:aws:iam::{account}:user/me")


def signed_with(pinned: Pinned) -> str:
    """Return the key that a request is signed with, "" if it is not sent."""
    try:
        return str(pinned.get_frozen_credentials().access_key)
    except Elsewhere:
        return ""


def test_each_key_is_asked_about_once() -> None:
    """Before it signs; then it signs as often as it likes."""
    aws, tool = Aws(), Tool(f"{MINE}-1", f"{MINE}-2")
    pinned = Pinned(lambda: tool, aws.whose)

    assert [signed_with(pinned) for _ in range(6)] == [f"{MINE}-1", f"{MINE}-2"] * 3
    assert aws.asked == [f"{MINE}-1", f"{MINE}-2"]


def test_nothing_is_signed_once_it_has_strayed() -> None:
    """Not even with a key that is right."""
    aws, tool = Aws(), Tool(f"{MINE}-1", f"{OTHER}-1")
    pinned = Pinned(lambda: tool, aws.whose)

    assert [signed_with(pinned) for _ in range(5)] == [f"{MINE}-1", "", "", "", ""]
    assert aws.asked == [f"{MINE}-1", f"{OTHER}-1"]


@pytest.mark.parametrize("others", [1, 3, 7])
def test_no_thread_gets_another_accounts_key(others: int) -> None:
    """Among many that ask at the same moment, each gets a key that was asked about, or none."""
    aws = Aws()
    tool = Tool(*(f"{MINE}-{n}" for n in range(5)), *(f"{OTHER}-{n}" for n in range(others)))
    pinned = Pinned(lambda: tool, aws.whose)
    with ThreadPoolExecutor(16) as pool:
        signed = set(pool.map(lambda _: signed_with(pinned), range(200)))

    accounts = {key.partition("-")[0] for key in signed if key}
    assert len(accounts) == 1  # whichever was first
    assert "" in signed
    assert len(aws.asked) == len(set(aws.asked))


@pytest.mark.parametrize(
    ("code", "trouble"),
    [
        ("Throttling", Trouble.THROTTLED),
        ("ServiceUnavailable", Trouble.TRANSIENT),
        ("ExpiredToken", Trouble.EXPIRED),
        ("AccessDenied", Trouble.EXPIRED),
    ],
)
def test_trouble_at_a_renewal(code: str, trouble: Trouble) -> None:
    """What passes is waited out; anything else takes signing in again."""
    error = ClientError({"Error": {"Code": code, "Message": "no"}}, "AssumeRole")

    assert failed(error, "default").trouble is trouble


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("No.\n\nThe Canonical String for this request should have been\n'POST x-amz-security-token:IQ'", "No.…"),
        ("Invalid: Authorization=AWS4-HMAC-SHA256 Credential=AKIA/x, Signature=0f", "Invalid: Authorization=…"),
        (f"The token {'IQoJb3JpZ2luX2VjE' * 9} is no good", "The token … is no good"),
        ("arn:aws:iam::111122223333:role/" + "x" * 60, "arn:aws:iam::111122223333:role/" + "x" * 60),
    ],
)
def test_what_aws_repeats_is_not_told(said: str, told: str) -> None:
    """AWS repeats parts of the request when it doesn't like them; what it says of them is told."""
    assert discreet(said) == told


def test_who_has_signed() -> None:
    """All that have are known: none of them is deleted."""
    pinned = Pinned(lambda: Tool(f"{MINE}-1"), lambda _: Whoami(MINE, "arn:aws:iam::111122223333:user/me"))
    signed_with(pinned)

    assert pinned.callers == {"arn:aws:iam::111122223333:user/me"}


@pytest.mark.parametrize("answer", [{}, {"Account": MINE}, {"Arn": f"arn:aws:iam::{MINE}:user/me"}])
def test_who_that_is_must_be_said(answer: dict[str, str]) -> None:
    """An answer that does not say it is not AWS's."""
    with pytest.raises(AwsError):
        whoami_in(answer, "ap-southeast-1")
