"""CloudWatch: which alarms are listed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from strict_moto.world import After

if TYPE_CHECKING:
    from strict_moto.world import Params, Request, World

# What shows only what it is asked for sends the other lists empty, as in the recorded answers of cloud-custodian.
LISTS = {"MetricAlarm": "MetricAlarms", "CompositeAlarm": "CompositeAlarms", "LogAlarm": "LogAlarms"}
BY_DEFAULT = ("MetricAlarm",)


def _only_asked(_world: World, request: Request, answer: Params) -> Params:
    """Leave out the alarms of types that weren't asked for."""
    asked = request.params.get("AlarmTypes", BY_DEFAULT)
    return answer | {of: answer.get(of, []) if type_ in asked else [] for type_, of in LISTS.items()}


RULES = (After("cloudwatch:DescribeAlarms", _only_asked, "CloudWatch API reference: DescribeAlarms, AlarmTypes"),)
