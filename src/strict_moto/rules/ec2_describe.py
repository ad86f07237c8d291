"""EC2's Describe calls: working filters, and pages.

moto 5.2.5 ignores some filters, fails on others, and answers most calls in one page. Here moto returns everything, and
the filters are applied to the answer: those of :mod:`.ec2_listings`, and tags. Any other filter is refused.
"""

from __future__ import annotations

from fnmatch import fnmatchcase
from functools import cache
from typing import TYPE_CHECKING, Any

import jmespath

from strict_moto.rules.ec2_common import MODEL
from strict_moto.rules.ec2_listings import LISTINGS, Listing
from strict_moto.rules.paging import at_most, paged
from strict_moto.world import After, Rule

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from strict_moto.world import Params, Request, World


OPERATIONS = frozenset(listing.operation for listing in LISTINGS)
TAGS = {"tag-key": "Tags[].Key", "tag-value": "Tags[].Value"}
WITHOUT_IDS = frozenset({"DescribeInstanceStatus", "DescribeNetworkInterfaces", "DescribeVolumes"})  # moto has one more


# --- Filters ---------------------------------------------------------------------------------------------------


def filters_of(params: Params) -> dict[str, list[str]]:
    """Return the values of the request's filters by name; two calls use the singular for the parameter."""
    given = params.get("Filters") or params.get("Filter") or ()
    return {one["Name"]: one.get("Values", []) for one in given}


@cache
def _let_moto_give_all() -> None:
    """Hide the filters of our calls from moto."""
    from moto.ec2.responses._base_response import EC2BaseResponse  # noqa: PLC0415 - moto costs a second to import

    original = EC2BaseResponse._filters_from_querystring  # noqa: SLF001 - moto has no other seam

    def filters(response: Any) -> dict[str, str]:
        return {} if response._get_action() in OPERATIONS else original(response)  # noqa: SLF001 - likewise

    EC2BaseResponse._filters_from_querystring = filters  # noqa: SLF001 - likewise


def _unknown_filter(listing: Listing) -> Callable[[World, Request], Params | None]:
    def when(world: World, request: Request) -> Params | None:
        del world
        _let_moto_give_all()
        wrong = [name for name in filters_of(request.params) if _values(listing, name) is None]
        return {"filter": wrong[0]} if wrong else None

    return when


def _values(listing: Listing, name: str) -> Callable[[Params], Any] | None:
    """Return a function that reads a filter's values from an item, or None if the filter is unknown."""
    if listing.tags and name.startswith("tag:"):
        return lambda item: [tag["Value"] for tag in item.get("Tags", ()) if tag["Key"] == name[4:]]
    path = {**listing.filters, **(TAGS if listing.tags else {})}.get(name)
    return jmespath.compile(path).search if path else None


def matches(values: Any, patterns: Iterable[str]) -> bool:
    """Return whether a value, or one of several, matches one of a filter's patterns: ``*`` and ``?`` are wildcards."""
    texts = [_text(value) for value in (values if isinstance(values, list) else [values])]
    globs = [pattern.replace("[", "[[]") for pattern in patterns]
    return any(fnmatchcase(text, glob) for text in texts if text is not None for glob in globs)


def _text(value: Any) -> str | None:
    if value is None:
        return None
    return str(value).lower() if isinstance(value, bool) else str(value)


def _filtered(listing: Listing) -> Callable[[World, Request, Params], Params]:
    def act(world: World, request: Request, answer: Params) -> Params:
        del world
        tests = [(_values(listing, name), wanted) for name, wanted in filters_of(request.params).items()]

        def passes(item: Params) -> bool:
            return all(read is not None and matches(read(item), wanted) for read, wanted in tests)

        items = answer.get(listing.items, [])
        if not listing.within:
            return {**answer, listing.items: [item for item in items if passes(item)]}
        groups = [{**group, listing.within: [one for one in group[listing.within] if passes(one)]} for group in items]
        return {**answer, listing.items: [group for group in groups if group[listing.within]]}

    return act


FILTERS = tuple(
    rule
    for listing in LISTINGS
    for rule in (
        Rule(
            listing.call,
            _unknown_filter(listing),
            "InvalidParameterValue",
            "The filter '{filter}' is invalid",
            "EC2 answers unknown filters this way; the sandbox knows fewer",
        ),
        After(listing.call, _filtered(listing), MODEL + ": Filters"),
    )
)


# --- Pages -----------------------------------------------------------------------------------------------------


def _size_is_wrong(listing: Listing) -> Callable[[World, Request], bool]:
    def when(world: World, request: Request) -> bool:
        del world
        size = int(request.params.get("MaxResults", 5))
        return size < 5 or (not listing.capped and size > listing.most)  # noqa: PLR2004 - EC2's least page

    return when


def _ids_and_size(world: World, request: Request) -> bool:
    del world
    given = request.params
    return "MaxResults" in given and any(given.get(ids) for ids in ("InstanceIds", "NetworkInterfaceIds", "VolumeIds"))


def _key(listing: Listing) -> Callable[[Params], str]:
    # the resource alone does not identify an item of DescribeTags
    return lambda item: f"{item[listing.key]} {item.get('Key', '')}"


PAGES = (
    *(
        Rule(
            listing.call,
            _size_is_wrong(listing),
            "InvalidParameterValue",
            "Value ( {MaxResults} ) for parameter maxResults is invalid.",
            f"{MODEL}: MaxResults is 5 to {listing.most}",
        )
        for listing in LISTINGS
        if listing.most
    ),
    *(
        Rule(
            f"ec2:{operation}",
            _ids_and_size,
            "InvalidParameterCombination",
            "The parameter maxResults cannot be used together with ids",
            MODEL + ": MaxResults and ids exclude each other; text unverified",
        )
        for operation in sorted(WITHOUT_IDS)
    ),
    *(
        paged(
            listing.call,
            listing.items,
            _key(listing),
            size="MaxResults",
            start="NextToken",
            resume="NextToken",
            default=listing.most,
            most=at_most(listing.most),
            source=MODEL + ": NextToken; moto 5.2.5 answers in one page",
        )
        for listing in LISTINGS
        if listing.most and not listing.paged_by_moto
    ),
)

RULES = (*FILTERS, *PAGES)
