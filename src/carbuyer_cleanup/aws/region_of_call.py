"""One client of a service for all Regions: each call says where it goes, and that can't affect any other call.

The audit asks sixty services in seventeen Regions. A client for each pair takes half of its CPU time: for each client
botocore copies all of its event handlers, and reads its configuration again. Where a call goes depends on two things,
which botocore's events expose in the call's own context: the Region that the service's endpoint rules get
(``before-endpoint-resolution``), and the Region that the request is signed for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from botocore.regions import EndpointResolverBuiltins

if TYPE_CHECKING:
    from collections.abc import Mapping

    import boto3

IN_REGION = "carbuyer_region"  # a parameter that no AWS call has
# Whether their endpoints are a Region's or global depends on settings of their own, which a client reads only once
KEPT_APART = frozenset({"s3", "s3control", "sts"})


class Asker(NamedTuple):
    """What asks a service in a Region: a client, botocore's name of the Region, and the parameter that passes it."""

    client: Any
    region: str
    told: Mapping[str, str]


def listen(session: boto3.Session) -> None:
    """Let a session's clients accept a parameter that says where a call goes."""
    for event, act in (
        ("provide-client-params", _take),
        ("before-endpoint-resolution", _resolve),
        ("before-call", _refuse_untold),
    ):
        session.events.register_first(event, act, unique_id=f"carbuyer-region-{event}")


def goes_anywhere(client: Any, service: str, region: str) -> bool:
    """Return whether a client that was made for ``region`` asks there, and so can ask elsewhere if told to."""
    return service not in KEPT_APART and client.meta.region_name == region


def _take(params: dict[str, Any], context: dict[str, Any], **_event: Any) -> None:
    if region := params.pop(IN_REGION, ""):
        context |= {IN_REGION: region, "client_region": region, "signing": {"region": region}}


def _resolve(builtins: dict[Any, Any], context: dict[str, Any], **_event: Any) -> None:
    if region := context.pop(IN_REGION, ""):
        builtins[EndpointResolverBuiltins.AWS_REGION] = region


def _refuse_untold(context: dict[str, Any], **_event: Any) -> None:
    """Check that the endpoint is that Region's: a list from another Region would read as *nothing there*.

    Raises:
        RuntimeError: botocore has no endpoint rules for the service, or hasn't asked for the Region.
    """
    if IN_REGION in context:
        msg = f"A call for {context[IN_REGION]} was about to go elsewhere. It was not sent; please report this."
        raise RuntimeError(msg)
