"""One client of a service for all Regions: each call says where, and no other call can be told by that.

The audit asks sixty services in seventeen Regions. A client for each pair is half of its CPU: botocore copies all of
its event handlers for each client, and reads its configuration again. Where a call goes depends on two things, and
botocore's events hand out both, with the call's own context: the Region that the service's rules of endpoints are given
(``before-endpoint-resolution``), and the one that is signed for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from botocore.regions import EndpointResolverBuiltins

if TYPE_CHECKING:
    from collections.abc import Mapping

    import boto3

IN_REGION = "carbuyer_region"  # a parameter that no call of AWS's has
# botocore's endpoints of these are a Region's or the whole world's by settings of their own, which a client reads once
KEPT_APART = frozenset({"s3", "s3control", "sts"})


class Asker(NamedTuple):
    """Who asks a service in a Region: the client, the Region as botocore calls it, and the parameter that says it."""

    client: Any
    region: str
    told: Mapping[str, str]


def listen(session: boto3.Session) -> None:
    """Let the clients of a session be told by a parameter where a call goes."""
    for event, act in (
        ("provide-client-params", _take),
        ("before-endpoint-resolution", _resolve),
        ("before-call", _refuse_untold),
    ):
        session.events.register_first(event, act, unique_id=f"carbuyer-region-{event}")


def goes_anywhere(client: Any, service: str, region: str) -> bool:
    """Say whether a client that was made for ``region`` asks there, and so elsewhere if it is told."""
    return service not in KEPT_APART and client.meta.region_name == region


def _take(params: dict[str, Any], context: dict[str, Any], **_event: Any) -> None:
    if region := params.pop(IN_REGION, ""):
        context |= {IN_REGION: region, "client_region": region, "signing": {"region": region}}


def _resolve(builtins: dict[Any, Any], context: dict[str, Any], **_event: Any) -> None:
    if region := context.pop(IN_REGION, ""):
        builtins[EndpointResolverBuiltins.AWS_REGION] = region


def _refuse_untold(context: dict[str, Any], **_event: Any) -> None:
    """Check that the endpoint is that Region's: a list of another one would read as *nothing there*.

    Raises:
        RuntimeError: botocore has no rules of endpoints for the service, or hasn't asked for the Region.
    """
    if IN_REGION in context:
        msg = f"A call for {context[IN_REGION]} was about to go elsewhere. It was not sent; please report this."
        raise RuntimeError(msg)
