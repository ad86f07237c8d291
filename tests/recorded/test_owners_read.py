"""Where answers tell of which account things are: each path of the table fits AWS's own model of the answer."""

from __future__ import annotations

import random

import pytest

from carbuyer_cleanup.aws.owners import MIXED, OWN, Owned, account_in, may_be_shared, owners_in
from tests.recorded.samples import sample

OTHER = "999988887777"
ARN = f"arn:aws:iam::{OTHER}:user/x"


@pytest.mark.parametrize("call", sorted(OWN | MIXED))
def test_owner_is_read(call: str) -> None:
    """In a whole answer the owner stands where the table says, and something that tells which thing it is of."""
    read = list(owners_in(call, sample(call, random.Random(0), ARN)))  # noqa: S311 - not for secrecy

    assert {one.account for one in read} == {OTHER}
    assert all(one.id for one in read)


@pytest.mark.parametrize("call", sorted(OWN | MIXED))
def test_owner_that_is_not_told(call: str) -> None:
    """An answer may tell of nothing, or not whose it is: that is no reason to stop."""
    assert list(owners_in(call, {})) == []
    assert list(owners_in(call, sample(call, random.Random(0), "amazon-elb"))) == []  # noqa: S311 - likewise


def test_no_call_is_both() -> None:
    """Lists either show others' things, or they don't."""
    assert OWN.keys() & MIXED.keys() == set()


def test_buckets_have_a_canonical_owner() -> None:
    """S3 tells no account, but a number of its own for it, which stays the same."""
    answer = {"Buckets": [], "Owner": {"ID": "7" * 64}}

    assert list(owners_in("s3:ListBuckets", answer)) == [Owned("the list of S3 buckets", "7" * 64)]


@pytest.mark.parametrize("word", ["", "AWS", "amazon-elb", "self", "12345678901", "arn:aws:s3:::carbuyer", "a:b"])
def test_what_names_no_account(word: str) -> None:
    """AWS's services have words, S3 has none in its ARNs."""
    assert account_in(word) == ""


@pytest.mark.parametrize(
    ("arn", "shared"),
    [
        (f"arn:aws:ec2:eu-west-1:{OTHER}:vpc/vpc-1", True),
        (f"arn:aws-us-gov:ec2:us-gov-west-1:{OTHER}:security-group/sg-1", True),
        (f"arn:aws:ec2:eu-west-1:{OTHER}:instance/i-1", False),
        (f"arn:aws:cloudtrail:eu-west-1:{OTHER}:trail/x", True),
        (f"arn:aws:sns:eu-west-1:{OTHER}:vpc/x", False),
        (ARN, False),
        ("", False),
    ],
)
def test_what_others_may_share(arn: str, *, shared: bool) -> None:
    """Networks, and what is in them; no instances, and of other services little."""
    assert may_be_shared(arn) is shared
