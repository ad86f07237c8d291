"""AWS WAF: lists never say where they end, and a web ACL that protects something can't be deleted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from strict_moto.world import Instead, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from strict_moto.world import Params, Request, World

MODEL = "botocore's model of WAFV2"
PAGE = 100


def _guarded(world: World, request: Request, acl: Any) -> Iterator[str]:
    """Yield the ARNs of what a web ACL protects now; moto also counts deleted load balancers."""
    for distribution in world.backend("cloudfront", request.account, "aws").distributions.values():
        if distribution.distribution_config.WebACLId == acl.arn:
            yield distribution.arn
    balancers = world.backend("elbv2", request.account, request.region).load_balancers
    yield from (arn for arn in acl.associated_resources if arn in balancers)


def _acls(world: World, request: Request) -> list[Any]:
    places = ("global", request.region)
    return [acl for place in places for acl in world.backend("wafv2", request.account, place).wacls.values()]


def _resources(world: World, request: Request) -> Params:
    found = [acl for acl in _acls(world, request) if acl.arn == request.params["WebACLArn"]]
    return {"ResourceArns": [arn for acl in found for arn in _guarded(world, request, acl)]}


def _is_associated(world: World, request: Request) -> bool:
    found = [acl for acl in _acls(world, request) if acl.id == request.params["Id"]]
    return any(True for acl in found for _ in _guarded(world, request, acl))


def _listed(world: World, request: Request) -> Params:
    """List web ACLs: every page has a marker, so only an empty page is the last."""
    place = "global" if request.params["Scope"] == "CLOUDFRONT" else request.region
    marker = request.params.get("NextMarker", "")
    acls = sorted(world.backend("wafv2", request.account, place).wacls.values(), key=lambda acl: acl.name)
    page = [acl for acl in acls if acl.name > marker][: request.params.get("Limit", PAGE)]
    token = page[-1].name if page else marker
    return {"WebACLs": [acl.to_short_dict() for acl in page], **({"NextMarker": token} if token else {})}


RULES = (
    Instead("wafv2:ListWebACLs", _listed, "boto/boto3#3715; recorded answers with one or two web ACLs have a marker"),
    Instead("wafv2:ListResourcesForWebACL", _resources, MODEL + "; moto 5.2.5 has no such call"),
    Rule(
        "wafv2:DeleteWebACL",
        _is_associated,
        "WAFAssociatedItemException",
        "AWS WAF couldn't perform the operation because your resource is being used by another resource or it's "
        "associated with another resource.",
        "hashicorp/terraform-provider-aws#46839",
    ),
)
