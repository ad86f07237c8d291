"""What the contract tests of the audit's table know of botocore's models."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import botocore.session
from botocore.exceptions import UnknownServiceError
from jmespath.parser import Parser

SCALAR = "scalar"


@dataclass(frozen=True)
class Many:
    """A list, as an expression makes it."""

    of: Any


@cache
def _session() -> botocore.session.Session:
    return botocore.session.Session()


@cache
def service_model(service: str) -> Any:
    """Return botocore's whole model of a service."""
    return _session().get_service_model(service)


def operation_model(call: str) -> Any:
    """Return botocore's model of ``service:Operation``."""
    service, operation = call.split(":")
    return service_model(service).operation_model(operation)


@cache
def paginator(call: str) -> dict[str, Any] | None:
    """Return how botocore says that a call's pages follow on each other; None if it doesn't."""
    service, operation = call.split(":")
    try:
        table: dict[str, Any] = _session().get_paginator_model(service).get_paginator(operation)
    except (ValueError, UnknownServiceError):
        return None
    return table


def resolve(path: str, shape: Any) -> Any:
    """Return the shape that a JMESPath expression selects.

    Raises:
        LookupError: there is no such member.
    """
    return _walk(Parser().parse(path).parsed, shape)


def _walk(node: dict[str, Any], shape: Any) -> Any:
    return WALKERS[node["type"]](node, shape)


def _field(node: dict[str, Any], shape: Any) -> Any:
    members = shape if isinstance(shape, dict) else getattr(shape, "members", {})
    if node["value"] not in members:
        msg = f"no {node['value']} in {shape}"
        raise LookupError(msg)
    return members[node["value"]]


def _chain(node: dict[str, Any], shape: Any) -> Any:
    for child in node["children"]:
        shape = _walk(child, shape)
    return shape


def _element(shape: Any) -> Any:
    if isinstance(shape, Many):
        return shape.of
    if getattr(shape, "type_name", "") != "list":
        msg = f"{shape} is no list"
        raise LookupError(msg)
    return shape.member


def _is_list(shape: Any) -> bool:
    return isinstance(shape, Many) or getattr(shape, "type_name", "") == "list"


def _flatten(node: dict[str, Any], shape: Any) -> Any:
    element = _element(_walk(node["children"][0], shape))
    return Many(_element(element) if _is_list(element) else element)


def _projection(node: dict[str, Any], shape: Any) -> Any:
    left, right, *condition = node["children"]
    element = _element(_walk(left, shape))
    for part in condition:
        _walk(part, element)
    return Many(_walk(right, element))


def _select(node: dict[str, Any], shape: Any) -> Any:
    chosen = [_walk(child, shape) for child in node["children"]]
    return Many(next((one for one in chosen if _is_list(one)), chosen[0]))


def _every(node: dict[str, Any], shape: Any) -> Any:
    return [_walk(child, shape) for child in node["children"]][-1]


def _function(node: dict[str, Any], shape: Any) -> Any:
    _every(node, shape)
    return Many(SCALAR) if node["value"] == "parts" else SCALAR


WALKERS: dict[str, Any] = {
    "field": _field,
    "subexpression": _chain,
    "index_expression": _chain,
    "pipe": _chain,
    "index": lambda _node, shape: _element(shape),
    "flatten": _flatten,
    "projection": _projection,
    "filter_projection": _projection,
    "multi_select_list": _select,
    "multi_select_dict": lambda node, shape: {c["value"]: _walk(c["children"][0], shape) for c in node["children"]},
    "current": lambda _node, shape: shape,
    "identity": lambda _node, shape: shape,
    "literal": lambda _node, _shape: SCALAR,
    "comparator": _every,
    "not_expression": _every,
    "and_expression": _every,
    "or_expression": _every,
    "function_expression": _function,
}
