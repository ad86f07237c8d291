"""What is attached to an IAM user, and must be removed before AWS deletes the user.

What is seldom attached is asked for only if AWS refuses: a deletion that it accepts needs five lists fewer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from carbuyer_cleanup.errors import AwsError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from carbuyer_cleanup.aws.context import Aws
    from carbuyer_cleanup.kinds.preparing import Preparing


class Hanging(NamedTuple):
    """Something attached to a user: the list call, the path of its items, the call that removes one, its parameter."""

    list_: str
    path: str
    take_off: str
    parameter: str


async def take_off(aws: Aws, whose: Mapping[str, str], table: Iterable[Hanging], preparing: Preparing) -> None:
    """Remove from a user (``whose`` is the calls' parameter) all that the table names; what AWS refuses stays."""
    for row in table:
        with preparing:
            await _take_off(aws, whose, row, preparing)


async def _take_off(aws: Aws, whose: Mapping[str, str], row: Hanging, preparing: Preparing) -> None:
    for one in await aws.pages(f"iam:{row.list_}", row.path, **whose):
        with preparing:
            await aws.call(f"iam:{row.take_off}", **whose, **{row.parameter: one})


async def delete_if_free(aws: Aws, call: str, whose: Mapping[str, str]) -> bool:
    """Delete a user; return False if AWS refuses because something is attached.

    Raises:
        AwsError: AWS refused for another reason.
    """
    try:
        await aws.call(call, **whose)
    except AwsError as error:
        if error.code != "DeleteConflict":
            raise
        return False
    return True
