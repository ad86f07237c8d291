"""Secrets and names of people, put into every text that an answer can have: none gets into a recording."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from carbuyer_cleanup.aws.calls import CALLS
from carbuyer_cleanup.recording import allowed
from carbuyer_cleanup.recording.mask import Mask
from tests.recording.canaries import disguises, model_of, told

MASK = Mask("carbuyer-")
CANARIES = ["hunter2", "Nguyễn", "0912345678", "wJalrXUtnFEMI", "thu.hà+1", "d3adbeefd3adbeef", "AKIAIOSFODNN7EXAMPLE"]
FEW = ("ec2:DescribeInstances", "lambda:ListFunctions", "lambda:GetPolicy", "cloudfront:GetDistributionConfig",
       "iam:GetAccountAuthorizationDetails", "s3:GetBucketPolicy", "cloudtrail:LookupEvents")  # fmt: skip
# Words of any letters, of which no name of a member or word of AWS's has the beginning.
SECRETS = st.from_regex(r"\A\w{5,40}\Z").map("Zq7{}".format)


def _kept(call: str, half: str, text: str) -> str:
    model = model_of(call)
    shape = model.output_shape if half == "output" else model.input_shape
    value = told(shape, text) if shape else {}
    return json.dumps(allowed.copied(model, half, value, MASK), default=str, ensure_ascii=False)


def _leaks(call: str, canary: str) -> list[str]:
    kept = [_kept(call, half, text) for half in ("input", "output") for text in disguises(canary)]
    return [f"{call}: {text}" for text in kept if canary.lower() in text.lower()]


@pytest.mark.parametrize("call", FEW)
def test_none_of_a_few_answers(call: str) -> None:
    """The answers that say most of an account keep nothing of a canary."""
    assert [leak for canary in CANARIES for leak in _leaks(call, canary)] == []


@pytest.mark.exhaustive
def test_none_of_any_answer() -> None:
    """Nor does any other answer that the suite asks for, or any question."""
    assert [leak for call in CALLS for canary in CANARIES[:3] for leak in _leaks(call, canary)] == []


@pytest.mark.exhaustive
@settings(max_examples=150, deadline=None)
@given(canary=SECRETS, call=st.sampled_from(sorted(CALLS)))
def test_no_text_at_all(canary: str, call: str) -> None:
    """Whatever the canary is."""
    assert _leaks(call, canary) == []
