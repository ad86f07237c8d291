"""What AWS answers to each of the audit's calls if there is nothing: made in a process of its own, as it takes moto."""

from __future__ import annotations

import multiprocessing
from concurrent.futures import ProcessPoolExecutor
from typing import Any

Answers = dict[str, tuple[int, dict[str, str], bytes]]  # by call as botocore's events name it: "ec2.DescribeVpcs"


def made() -> Answers:
    """Return the answers, made elsewhere."""
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as elsewhere:
        return elsewhere.submit(_make).result()


def _make() -> Answers:
    from moto.core.utils import get_service_model  # noqa: PLC0415 - in that process alone

    from carbuyer_cleanup.audit.types import READS  # noqa: PLC0415 - likewise

    answers = {}
    for call in [*READS, "ec2:DescribeRegions", "sts:GetCallerIdentity"]:
        service, _, name = call.partition(":")
        model = get_service_model(service)
        answers[f"{model.service_id.hyphenize()}.{name}"] = _empty(model.operation_model(name))
    return answers


def _empty(operation: Any) -> tuple[int, dict[str, str], bytes]:
    from strict_moto.wire import serialized  # noqa: PLC0415 - likewise

    answer = serialized(_nothing(operation.output_shape), operation.service_model.resolved_protocol, operation)
    return answer.status, answer.headers, answer.body


def _nothing(shape: Any) -> dict[str, Any]:
    """Return a structure whose lists are empty, and in which there is nothing else but what holds a list."""
    made: dict[str, Any] = {}
    for name, member in shape.members.items():
        if member.type_name == "list":
            made[name] = []
        elif member.type_name == "structure" and any(one.type_name == "list" for one in member.members.values()):
            made[name] = {"Quantity": 0} | _nothing(member)
    return made
