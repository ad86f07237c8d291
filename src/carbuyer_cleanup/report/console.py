"""Links to what is left in the AWS console, where somebody can look at it and delete it by hand.

They are made from quoted ids and ARNs that match a strict pattern; anything else gets no link.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import quote

from carbuyer_cleanup.audit.types import TYPES
from carbuyer_cleanup.workshop import REGION

if TYPE_CHECKING:
    from carbuyer_cleanup.audit.found import Leftover

# By partition: the console's domain, and the Region of the console of global services.
CONSOLES = {
    "aws": ("console.aws.amazon.com", "us-east-1"),
    "aws-cn": ("console.amazonaws.cn", "cn-north-1"),
    "aws-us-gov": ("console.amazonaws-us-gov.com", "us-gov-west-1"),
}
OF_REGION = {"cn-": "aws-cn", "us-gov-": "aws-us-gov"}  # by the start of a Region's name
ARN = re.compile(r"arn:(?P<partition>[a-z-]+):[a-z0-9-]+:[a-z0-9-]*:[0-9]*:[\w+=,.@:/-]{1,1024}", re.ASCII)
ID = re.compile(r"[\w+=,.@:/-]{1,1024}", re.ASCII)

# The console's page about one resource, by the audit's name of the type, in the form that the console itself uses.
PAGES = {type_.name: type_.console for type_ in TYPES if type_.console}


def link(leftover: Leftover) -> str:
    """Return the address of the console's page about a leftover, or "" if there is none that can be trusted.

    For a type without a page, the console itself searches by ARN, and finds some. The page opens in the account that
    the browser is signed in to.
    """
    arn = ARN.fullmatch(leftover.arn)
    console = CONSOLES.get(_partition(leftover.region, arn))
    page = PAGES.get(leftover.type)
    if not (console and ID.fullmatch(leftover.id)):
        return ""
    if page is None or ("{arn}" in page and not arn):
        return leftover.console if arn else ""
    region = leftover.region if REGION.fullmatch(leftover.region) else console[1]
    given = {"id": leftover.id, "arn": leftover.arn, "region": region}
    return f"https://{region}.{console[0]}/" + page.format_map({key: quote(v, safe="") for key, v in given.items()})


def _partition(region: str, arn: re.Match[str] | None) -> str:
    if arn:
        return arn["partition"]
    return next((partition for start, partition in OF_REGION.items() if region.startswith(start)), "aws")
