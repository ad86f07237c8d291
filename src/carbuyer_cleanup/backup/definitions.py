"""Saving what AWS says about things that have no content but their definition: as it is told, to be read later.

Right before the deletion they are asked for once more, and what has changed is saved again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from carbuyer_cleanup.backup.asking import Gone
from carbuyer_cleanup.catalog import KINDS

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from carbuyer_cleanup.aws.context import Aws
    from carbuyer_cleanup.backup.asking import Define, Definition
    from carbuyer_cleanup.backup.saving import Backup
    from carbuyer_cleanup.resource import Resource

    Save = Callable[[Aws, Backup, Resource], Awaitable[None]]

# By what a resource is called, which for some kinds isn't the kind's name.
DEFINITIONS: Mapping[str, Definition] = {
    sort: definition for kind in KINDS for sort, definition in kind.definitions().items()
}


async def save(define: Define, aws: Aws, backup: Backup, resource: Resource) -> None:
    """Save a resource's definition.

    Raises:
        Gone: AWS doesn't tell it.
    """
    described = await define(aws, resource)
    await aws.in_thread(lambda: backup.describe(resource, described))


async def renew(define: Define, save: Save, aws: Aws, backup: Backup, resource: Resource) -> bool:
    """Save a resource again if its definition isn't the one that was saved; what is gone has none.

    Returns:
        Whether it was saved again.
    """
    try:
        if backup.has_told(resource, await define(aws, resource)):
            return False
        await save(aws, backup, resource)
    except Gone:
        return False
    return True
