"""What is attached to an IAM user, and must be removed before AWS deletes the user.

What nearly never hangs there is asked for only when AWS refuses: a deletion that it grants needs five lists fewer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from carbuyer_cleanup.errors import AwsError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from carbuyer_cleanup.aws.context import Aws
    from carbuyer_cleanup.kinds.preparing import Preparing


class Hanging(NamedTuple):
    """Something that hangs there: the list, what it gives, and the call that takes one off with its parameter."""

    list_: str
    path: str
    take_off: str
    parameter: str


async def take_off(aws: Aws, whose: Mapping[str, str], table: Iterable[Hanging], preparing: Preparing) -> None:
    """Take all that the table names off a user, who is given as the calls' parameter; what AWS refuses stays."""
    for row in table:
        with preparing:
            await _take_off(aws, whose, row, preparing)


async def _take_off(aws: Aws, whose: Mapping[str, str], row: Hanging, preparing: Preparing) -> None:
    for one in await aws.pages(f"iam:{row.list_}", row.path, **whose):
        with preparing:
            await aws.call(f"iam:{row.take_off}", **whose, **{row.parameter: one})


async def delete_if_free(aws: Aws, call: str, whose: Mapping[str, str]) -> bool:
    """Delete a user, and say whether AWS did: it refuses while something hangs there."""
    try:
        await aws.call(call, **whose)
    except AwsError as error:
        if error.code != "DeleteConflict":
            raise
        return False
    return True
