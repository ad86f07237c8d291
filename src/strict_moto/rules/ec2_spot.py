"""Spot requests: an instance names its request, and a persistent request replaces a terminated instance."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from strict_moto.rules.ec2_common import MODEL, backend
from strict_moto.world import After, Instead, Rule

if TYPE_CHECKING:
    from strict_moto.world import Params, Request, World

GUIDE = "EC2 user guide, spot-requests: a persistent request is opened again; fastai/fastec2#14: without a name"


def _launched(world: World, request: Request) -> dict[str, str]:
    """Return each instance's request, even if it is cancelled, which moto forgets."""
    known = world.recall("ec2-spot", request.account, request.region)
    known |= {one.instance_id: one.id for one in backend(world, request).spot_instance_requests.values()}
    return known


def _show(world: World, request: Request, answer: Params) -> Params:
    launched = _launched(world, request)
    for instance in (one for reservation in answer["Reservations"] for one in reservation["Instances"]):
        if instance["InstanceId"] in launched:
            instance["SpotInstanceRequestId"] = launched[instance["InstanceId"]]
    return answer


def _launch_anew(world: World, request: Request, answer: Params) -> Params:
    launched = _launched(world, request)
    ids = {launched[one["InstanceId"]] for one in answer["TerminatingInstances"] if one["InstanceId"] in launched}
    for id_ in ids:
        world.later(world.quirks.spot_relaunching, partial(_launch, backend(world, request), id_))
    return answer


def _launch(ec2: Any, id_: str) -> None:
    wanted = ec2.spot_instance_requests.get(id_)
    if wanted and wanted.type == "persistent":
        wanted.instance = wanted.launch_instance()


def _unknown(world: World, request: Request) -> Params | None:
    known = {*backend(world, request).spot_instance_requests, *_launched(world, request).values()}
    missing = [id_ for id_ in request.params["SpotInstanceRequestIds"] if id_ not in known]
    return {"id": missing[0]} if missing else None


def _cancel(world: World, request: Request) -> Params:
    """Cancel the requests, even those that were cancelled before."""
    ids = request.params["SpotInstanceRequestIds"]
    _launched(world, request)
    for id_ in ids:
        backend(world, request).spot_instance_requests.pop(id_, None)
    cancelled = [{"SpotInstanceRequestId": id_, "State": "cancelled"} for id_ in ids]
    return {"CancelledSpotInstanceRequests": cancelled}


RULES = (
    After("ec2:DescribeInstances", _show, MODEL),
    After("ec2:TerminateInstances", _launch_anew, GUIDE),
    Rule(
        "ec2:CancelSpotInstanceRequests",
        _unknown,
        "InvalidSpotInstanceRequestID.NotFound",
        "The spot instance request ID '{id}' does not exist",
        "EC2's list of error codes",
    ),
    Instead("ec2:CancelSpotInstanceRequests", _cancel, MODEL + "; moto 5.2.5 raises a Python KeyError the second time"),
)
