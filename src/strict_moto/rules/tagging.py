"""The tagging API: only what is or was tagged, by the types in AWS's ARNs, and a little out of date."""

from __future__ import annotations

import re
from itertools import chain
from typing import TYPE_CHECKING, Any

from strict_moto.world import After, Instead, Refusal, Rule

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from strict_moto.world import Params, Request, World

GUIDE = "Resource Groups Tagging API reference, GetResources and supported services"
MOTO = "moto 5.2.5: wrong types, every bucket and distribution in every Region"

ARN = re.compile(r"arn:[^:]+:(?P<service>[^:]+):[^:]*:[^:]*:/?(?P<kind>[^/:]+)(?P<rest>.*)")
US_EAST_1 = "us-east-1"  # where global services' tags are
TOKEN_LIFE = 900
EXPIRED = "PaginationTokenExpiredException"

Tags = dict[str, str]


# --- The index -------------------------------------------------------------------------------------------------


def _from_moto(request: Request) -> Iterator[tuple[str, Tags]]:
    """Yield the ARN and tags of everything that moto's own tagging API knows."""
    from moto.core.resource_tagging import iter_taggable_backends  # noqa: PLC0415 - moto costs a second to import

    for backend in iter_taggable_backends(request.account, request.region):
        yield from ((one.arn, one.tags) for one in backend.iter_tagged_resources())


def _ec2(world: World, request: Request) -> Iterator[tuple[str, Any]]:
    """Yield the kind and object of the EC2 resources that moto's tagging API lacks."""
    ec2 = world.backend("ec2", request.account, request.region)
    yield from (("elastic-ip", one) for one in ec2.addresses if one.allocation_id)
    yield from (("vpc-endpoint", one) for one in ec2.vpc_end_points.values() if one.state != "deleted")
    yield from (("key-pair", one) for one in ec2.key_pairs.values())


def _ec2_forgotten(world: World, request: Request) -> Iterator[tuple[str, Tags]]:
    for kind, thing in _ec2(world, request):
        name = thing.allocation_id if kind == "elastic-ip" else thing.id
        yield f"arn:aws:ec2:{request.region}:{request.account}:{kind}/{name}", _plain(thing.get_tags())


def _api_gateway(world: World, request: Request) -> Iterator[tuple[str, Tags]]:
    backend, start = (
        world.backend("apigateway", request.account, request.region),
        f"arn:aws:apigateway:{request.region}::",
    )
    stores = {"restapis": backend.apis, "apikeys": backend.keys, "usageplans": backend.usage_plans}
    for kind, things in stores.items():
        yield from ((f"{start}/{kind}/{key}", thing.tags or {}) for key, thing in things.items())
    for key, api in backend.apis.items():
        yield from ((f"{start}/restapis/{key}/stages/{name}", stage.tags or {}) for name, stage in api.stages.items())


def _log_groups(world: World, request: Request) -> Iterator[tuple[str, Tags]]:
    backend = world.backend("logs", request.account, request.region)
    return ((one.arn, backend.tagger.get_tag_dict_for_resource(one.arn)) for one in backend.groups.values())


def _plain(tags: Iterable[Params]) -> Tags:
    return {tag["key"]: tag["value"] for tag in tags}


SOURCES = (lambda _, request: _from_moto(request), _ec2_forgotten, _api_gateway, _log_groups)


def _is_here(world: World, request: Request, arn: str) -> bool:
    """Return whether ``arn`` belongs in this Region's index: IAM users and roles are in none."""
    found = ARN.fullmatch(arn)
    service, kind = (found["service"], found["kind"]) if found else ("s3", arn.rpartition(":")[2])
    if service == "cloudfront":
        return request.region == US_EAST_1
    if service == "s3":
        bucket = world.backend("s3", request.account, "aws").buckets.get(kind)
        return bucket is not None and bucket.region_name == request.region
    return service != "iam"


def _seen(world: World, request: Request) -> dict[str, tuple[Tags, float]]:
    """Return what the index knows: for every ARN, its tags and when it was last seen."""
    return world.recall("tag-index", request.account, request.region)


def _refresh(world: World, request: Request) -> None:
    """Read what exists now. What has lost its tags stays in the index, without tags."""
    seen = _seen(world, request)
    for arn, tags in chain.from_iterable(source(world, request) for source in SOURCES):
        if (tags or arn in seen) and _is_here(world, request, arn):
            seen[arn] = (tags, world.now())


def _index(world: World, request: Request) -> dict[str, Tags]:
    """Return the index that calls see: deleted resources stay in it until the lag is over."""
    _refresh(world, request)
    seen, oldest = _seen(world, request), world.now() - world.quirks.tag_index_lag
    for arn in [arn for arn, (_, when) in seen.items() if when < oldest]:
        del seen[arn]
    return {arn: tags for arn, (tags, _) in sorted(seen.items())}


def _note(world: World, request: Request) -> bool:
    """Update the index before a deletion, so it can lag behind; refuse nothing."""
    _refresh(world, request)
    return False


# --- GetResources ----------------------------------------------------------------------------------------------


def _type(arn: str) -> str:
    found = ARN.fullmatch(arn)
    if not found:
        return ""
    return "s3:bucket" if found["service"] == "s3" else f"{found['service']}:{found['kind']}"


def _is_wanted(request: Request, arn: str, tags: Tags) -> bool:
    types, arns = request.params.get("ResourceTypeFilters"), request.params.get("ResourceARNList")
    kind = _type(arn)
    return (
        (not types or kind in types or kind.partition(":")[0] in types)
        and (not arns or arn in arns)
        and all(_matches(one, tags) for one in request.params.get("TagFilters") or ())
    )


def _matches(wanted: Params, tags: Tags) -> bool:
    values = wanted.get("Values")
    return wanted["Key"] in tags and (not values or tags[wanted["Key"]] in values)


def _start(world: World, request: Request) -> str:
    """Return the ARN to continue after, from a token that is at most 15 minutes old."""
    issued, _, arn = (request.params.get("PaginationToken") or "").partition("|")
    if arn and world.now() > float(issued) + TOKEN_LIFE:
        raise Refusal(EXPIRED, "The pagination token has expired.")
    return arn


def _get_resources(world: World, request: Request) -> Params:
    start, length = _start(world, request), int(request.params.get("ResourcesPerPage", 50))
    found = [one for one in _index(world, request).items() if one[0] > start and _is_wanted(request, *one)]
    shown = [
        {"ResourceARN": arn, "Tags": [{"Key": key, "Value": value} for key, value in tags.items()]}
        for arn, tags in found[:length]
    ]
    more = len(found) > length
    return {
        "ResourceTagMappingList": shown,
        "PaginationToken": f"{world.now()}|{found[length - 1][0]}" if more else "",
    }


def _arns_and_filters(world: World, request: Request) -> bool:
    del world
    filters = {"TagFilters", "ResourceTypeFilters", "ResourcesPerPage", "PaginationToken"}
    return "ResourceARNList" in request.params and any(request.params.get(one) for one in filters)


def _page_too_long(world: World, request: Request) -> bool:
    del world
    return not 1 <= int(request.params.get("ResourcesPerPage", 50)) <= 100  # noqa: PLR2004 - the model's limits


def _unique(name: str) -> After:
    def act(world: World, request: Request, answer: Params) -> Params:
        del world, request
        return {**answer, name: sorted(set(answer[name]))}

    return After(f"resourcegroupstaggingapi:Get{name}", act, "moto 5.2.5 repeats them")


# --- The table -------------------------------------------------------------------------------------------------

BEFORE = ("*:Delete*", "*:Release*", "*:Remove*", "*:Untag*")

RULES = (
    *(Rule(call, _note, "", "", GUIDE + ": the index lags behind") for call in BEFORE),
    Rule(
        "resourcegroupstaggingapi:GetResources",
        _arns_and_filters,
        "InvalidParameterException",
        "ResourceARNList cannot be combined with filters or pages",
        GUIDE + "; text unverified",
    ),
    Rule(
        "resourcegroupstaggingapi:GetResources",
        _page_too_long,
        "InvalidParameterException",
        "ResourcesPerPage must be between 1 and 100",
        GUIDE,
    ),
    Instead("resourcegroupstaggingapi:GetResources", _get_resources, MOTO),
    _unique("TagKeys"),
    _unique("TagValues"),
)
