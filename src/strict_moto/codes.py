"""The addresses at which a function's code can be read: Lambda tells one, signed, in the answer to ``GetFunction``."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote, urlsplit

if TYPE_CHECKING:
    from strict_moto.world import Params, Request, World

PATH = re.compile(r"/snapshots/(\d{12})/([a-z0-9-]+)/([^/]+)/([^/]+)")
SIGNATURE = "X-Amz-Signature=embedded"  # what is not asked for with it is a request like others


def origin(url: str) -> str:
    """Return scheme and host of an address."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def tell(_world: World, request: Request, answer: Params) -> Params:
    """Tell with a function where its code is; moto's address is nobody's."""
    name, version = (quote(answer["Configuration"][key], safe="") for key in ("FunctionName", "Version"))
    place = f"{request.origin}/snapshots/{request.account}/{request.region}/{name}/{version}?{SIGNATURE}"
    return {**answer, "Code": {**answer.get("Code", {}), "Location": place}}


def read(world: World, url: str) -> bytes | None:
    """Return the code at an address, None if it is none of these."""
    parts = urlsplit(url)
    found = PATH.fullmatch(parts.path)
    if not found or parts.query != SIGNATURE:
        return None
    account, region, *rest = found.groups()
    name, version = map(unquote, rest)
    function = world.backend("lambda", account, region).get_function(name, version)
    return bytes(function.code_bytes or b"")
