"""CloudWatch in the sandbox: each rule, seen with plain boto3."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from strict_moto.session import Session


def test_alarms_of_the_types_asked_for(session: Session) -> None:
    """Without a type only metric alarms are listed; the other lists are there, but empty."""
    cloudwatch = session.client("cloudwatch")
    cloudwatch.put_metric_alarm(
        AlarmName="metric", MetricName="m", Namespace="n", Period=60, EvaluationPeriods=1, Threshold=1.0,
        ComparisonOperator="GreaterThanThreshold", Statistic="Sum",
    )  # fmt: skip

    def listed(**asked: list[str]) -> dict[str, list[str]]:
        answer = cloudwatch.describe_alarms(**asked)
        return {of: [one["AlarmName"] for one in answer[of]] for of in ("MetricAlarms", "CompositeAlarms", "LogAlarms")}

    metric = {"MetricAlarms": ["metric"], "CompositeAlarms": [], "LogAlarms": []}
    assert listed() == listed(AlarmTypes=["MetricAlarm", "LogAlarm"]) == metric
    assert listed(AlarmTypes=["CompositeAlarm", "LogAlarm"]) == metric | {"MetricAlarms": []}
