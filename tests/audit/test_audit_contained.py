"""A look whose answer nobody foresaw is one look that failed; all others go on, and what they find is told."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from carbuyer_cleanup.verdict import Verdict
from tests.broken import change
from tests.puzzles import puzzle

if TYPE_CHECKING:
    from tests.audit.accounts_audited import Account


@pytest.mark.parametrize("call", ["cloudfront:ListDistributions", "cloudfront:ListTagsForResource"])
def test_list_and_rule(account: Account, monkeypatch: pytest.MonkeyPatch, call: str) -> None:
    """The list of distributions, or the tags of one, make no sense: distributions are not seen, the queue is."""
    account.only("CloudFront distribution", "SQS queue")
    account.in_one_region()
    account.build("distribution")
    account.client("sqs").create_queue(QueueName="carbuyer-q")
    puzzle(monkeypatch, call, KeyError("Items"))

    result = account.sweep()

    assert [unseen.type for unseen in result.unseen] == ["CloudFront distribution"]
    assert f"AWS's answer to {call} was not understood: it has no Items" in result.unseen[0].reason
    assert [found.name for found in result.leftovers] == ["carbuyer-q"]
    assert result.verdict is Verdict.LEFTOVERS


def test_regions(account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    """Which Regions there are can't be read: nobody knows what is in them."""
    account.only("SQS queue")
    puzzle(monkeypatch, "ec2:DescribeRegions", KeyError("OptInStatus"))

    result = account.sweep()

    assert [unseen.type for unseen in result.unseen] == ["AWS Region"]
    assert result.verdict is Verdict.COULD_NOT_VERIFY


def test_no_regions(account: Account) -> None:
    """A list of Regions without the one that is asked is none."""
    account.only("SQS queue")
    change(account.sandbox, "ec2:DescribeRegions", lambda answer: answer | {"Regions": []})

    result = account.sweep()

    assert [unseen.type for unseen in result.unseen] == ["AWS Region"]
    assert result.verdict is Verdict.COULD_NOT_VERIFY
