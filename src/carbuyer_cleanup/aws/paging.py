"""How to get from one page of a list to the next: by botocore's table, or by ours if botocore has none."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from botocore import xform_name

from carbuyer_cleanup.aws.calls import CALLS
from carbuyer_cleanup.aws.reading import found

if TYPE_CHECKING:
    from collections.abc import Mapping


class Paging(NamedTuple):
    """The parameters that ask for the next page, each with its JMESPath in an answer, and the path of *more*."""

    tokens: Mapping[str, str]
    more: str = ""

    def following(self, page: dict[str, Any]) -> dict[str, Any] | None:
        """Return the parameters that ask for the next page, {} if the answer lacks them; None for the last page."""
        goes_on = found(self.more, page) if self.more else None
        further = {name: token for name, path in self.tokens.items() if (token := found(path, page))}
        return None if goes_on is False or not (further or goes_on) else further


def paging_of(operation: str, client: Any) -> Paging:
    """Return how to page through a call's answers; for a call without pages, nothing follows."""
    method = xform_name(operation.split(":")[1])
    if CALLS[operation].tokens or not client.can_paginate(method):
        return Paging(CALLS[operation].tokens)
    table = client.get_paginator(method)._pagination_cfg  # noqa: SLF001 - botocore shows it nowhere else
    tokens = zip(_listed(table["input_token"]), _listed(table["output_token"]), strict=True)
    return Paging(dict(tokens), table.get("more_results", ""))


def _listed(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value
