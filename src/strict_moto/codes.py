"""The addresses at which a function's code can be read: Lambda's answer to ``GetFunction`` has a signed one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote, urlsplit

if TYPE_CHECKING:
    from strict_moto.world import Params, Request, World

PATH = re.compile(r"/snapshots/(\d{12})/([a-z0-9-]+)/([^/]+)/([^/]+)")
SIGNATURE = "X-Amz-Signature=embedded"  # without it, a request is like any other


def origin(url: str) -> str:
    """Return the scheme and host of an address."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def tell(_world: World, request: Request, answer: Params) -> Params:
    """Return the answer with the address of the function's code; moto's address leads nowhere."""
    name, version = (quote(answer["Configuration"][key], safe="") for key in ("FunctionName", "Version"))
    place = f"{request.origin}/snapshots/{request.account}/{request.region}/{name}/{version}?{SIGNATURE}"
    return {**answer, "Code": {**answer.get("Code", {}), "Location": place}}


def read(world: World, url: str) -> bytes | None:
    """Return the code at an address, or None if it isn't one of these addresses."""
    parts = urlsplit(url)
    found = PATH.fullmatch(parts.path)
    if not found or parts.query != SIGNATURE:
        return None
    account, region, *rest = found.groups()
    name, version = map(unquote, rest)
    function = world.backend("lambda", account, region).get_function(name, version)
    return bytes(function.code_bytes or b"")
