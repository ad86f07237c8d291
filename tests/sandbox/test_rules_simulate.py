"""IAM's policy simulator in the sandbox, seen with plain boto3."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import boto3


def test_everything_is_allowed(session: boto3.Session) -> None:
    """Each action is judged for each resource; no policy of the sandbox's denies anything."""
    arns = ["arn:aws:s3:::one", "arn:aws:s3:::two"]
    asked = {"ActionNames": ["s3:DeleteBucket"], "ResourceArns": arns}
    answer = session.client("iam").simulate_principal_policy(
        PolicySourceArn="arn:aws:iam::111122223333:user/x", **asked
    )
    judged = [(one["EvalResourceName"], one["EvalDecision"]) for one in answer["EvaluationResults"]]
    assert judged == [(arn, "allowed") for arn in arns]
