"""What the teardown asks before it deletes anything: is it saved?

Each kind of resource has a row in ``SAVERS``. What has none, what can't be saved, and what was written to since it was
saved, is not deleted. When all were saved, each is looked at once more; a definition that has changed is saved again.
"""

from __future__ import annotations

import asyncio
import hashlib
import sqlite3
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from carbuyer_cleanup.backup import api, beside, definitions, function, log_group, sameness, table
from carbuyer_cleanup.backup import bucket as buckets
from carbuyer_cleanup.backup.folder import Folder, NotSaved
from carbuyer_cleanup.backup.index import Holds, Index
from carbuyer_cleanup.backup.paths import name_of
from carbuyer_cleanup.backup.plain import text
from carbuyer_cleanup.backup.progress import Progress
from carbuyer_cleanup.backup.rows import Saved
from carbuyer_cleanup.backup.verify import damage
from carbuyer_cleanup.contain import contained
from carbuyer_cleanup.errors import AwsError, CleanupError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from carbuyer_cleanup.aws.context import Aws
    from carbuyer_cleanup.backup.asking import Define
    from carbuyer_cleanup.backup.rows import Entry
    from carbuyer_cleanup.resource import Resource

    Save = Callable[[Aws, "Backup", Resource], Awaitable[None]]
    Renew = Callable[[Aws, "Backup", Resource], Awaitable[bool]]

LOOKS = 3  # after which what is another each time is not waited for any more
RESTLESS = "it was changed again and again while it was being saved. See who changes it, then run again."
AGAIN = "Make room, or fix the folder; then run the same command again: it continues where it left off."


async def _nothing(_aws: Aws, _backup: Backup, _resource: Resource) -> None:
    pass


async def _as_it_was(_aws: Aws, _backup: Backup, _resource: Resource) -> bool:
    return False


class Saver(NamedTuple):
    """How a kind of resource is saved, and what is done right before each step of its deletion.

    ``renew`` checks that what was saved is what is there, saves again what isn't, and says whether it did.
    """

    save: Save
    renew: Renew = _as_it_was


def _defined(define: Define, save: Save) -> Saver:
    """Return how something is saved of which AWS tells a definition."""
    return Saver(save, partial(definitions.renew, define, save))


# What a step tells of and deletes none of, so that there is nothing to save: kinds/disk_copy.py
NEVER_DELETED = ("AMI", "EBS snapshot")
SAVERS: Mapping[str, Saver] = {
    **{kind: Saver(_nothing) for kind in NEVER_DELETED},
    **{sort: _defined(one.ask, partial(definitions.save, one.ask)) for sort, one in definitions.DEFINITIONS.items()},
    "S3 objects": Saver(buckets.save, buckets.renew_tags),
    "DynamoDB table": Saver(table.save, table.check),
    "Lambda function": Saver(function.save, function.renew),
    "REST API": _defined(partial(api.describe, api.rest), partial(api.save, api.rest)),
    "HTTP API": _defined(partial(api.describe, api.http), partial(api.save, api.http)),
    "log group": Saver(log_group.save, log_group.renew),
}


@dataclass
class Backup:
    """One account's backup in ``root``, for as long as the run lasts.

    Args:
        root: the folder, which only its owner may enter.
        secrets: save the values of functions' environments, too.
        logs: save the events of log groups, too.

    Raises:
        OSError, sqlite3.Error: nothing can be written there, or what is there is no backup.
    """

    root: Path
    secrets: bool = False
    logs: bool = False
    progress: Progress = field(default_factory=Progress)

    def __post_init__(self) -> None:
        self.folder = Folder(self.root)
        self.index = Index(self.root)
        self.started = f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}"
        self.holds = Holds()
        self._secured: set[tuple[str, str]] = set()
        self._told: dict[tuple[str, str], str] = {}

    async def secure(self, aws: Aws, resources: Sequence[Resource]) -> dict[str, Exception]:
        """Check that resources, and what their deletion changes besides, are saved as they are.

        Returns:
            By id, why one may not be deleted: it can't be saved, or was written to since.
        """
        why = await self._secure_others(aws, resources)
        return why | await self._secure(aws, [r for r in resources if r.id not in why])

    async def _secure_others(self, aws: Aws, resources: Sequence[Resource]) -> dict[str, Exception]:
        """Save what the deletion of resources changes besides, and return by their ids why that can't be done."""
        besides: dict[str, list[Resource]] = {}

        async def ask(resource: Resource) -> None:
            others = await beside.of(aws, resource)
            besides[resource.id] = [one for one in others if not self.has_secured(one.kind, one.id)]

        why = await self._each(ask, resources)
        others = list({(one.kind, one.id): one for some in besides.values() for one in some}.values())
        lost = await self._secure(aws, others) if others else {}
        return why | {id_: lost[o.id] for id_, some in besides.items() for o in some if o.id in lost}

    async def _secure(self, aws: Aws, resources: Sequence[Resource]) -> dict[str, Exception]:
        why = await self._each(partial(self._save, aws), [r for r in resources if not self.has_secured(r.kind, r.id)])
        for _ in range(LOOKS):
            aws.forget_answers(aws.clock.now())
            changed: list[Resource] = []
            left = [r for r in resources if r.id not in why]
            why |= await self._each(partial(self._renew, aws, changed), left)
            if not changed:
                break
        why |= {r.id: NotSaved(f"The {r} is not deleted: {RESTLESS}") for r in changed}
        self._secured |= {(r.kind, r.id) for r in resources if r.id not in why}
        return why

    async def _each(
        self, act: Callable[[Resource], Awaitable[None]], resources: Sequence[Resource]
    ) -> dict[str, Exception]:
        """Do it with all of them, and return what went wrong, by id."""

        async def explained(resource: Resource) -> None:
            with self._explained(resource):
                await act(resource)

        results = await asyncio.gather(*map(explained, resources), return_exceptions=True)
        for error in results:
            if isinstance(error, BaseException) and not isinstance(error, Exception):
                raise error
        return {r.id: e for r, e in zip(resources, results, strict=True) if isinstance(e, Exception)}

    async def _save(self, aws: Aws, resource: Resource) -> None:
        save = SAVERS[resource.kind].save
        await aws.in_thread(lambda: self._forget_damaged(resource))
        await save(aws, self, resource)

    async def _renew(self, aws: Aws, changed: list[Resource], resource: Resource) -> None:
        if await SAVERS[resource.kind].renew(aws, self, resource):
            changed.append(resource)

    def _forget_damaged(self, resource: Resource) -> None:
        """Let what an earlier run has saved count only if it is still there, and as it was."""
        files = self.index.files(resource.kind, resource.id)
        if damaged := [file.path for file in files if damage(self.root, file.path, file)]:
            self.index.forget(resource.kind, resource.id, damaged)

    def has_secured(self, kind: str, id_: str) -> bool:
        """Say whether this run has seen that a resource is saved as a whole."""
        return (kind, id_) in self._secured

    @contextmanager
    def _explained(self, resource: Resource) -> Iterator[None]:
        """Let every error say that the resource stays, and why."""
        stays = f"the {resource} is not deleted, because it can't be saved"
        try:
            with contained(f"backup of the {resource}", (CleanupError, OSError, sqlite3.Error)):
                yield
        except AwsError as error:
            raise replace(error, message=f"{stays}: {error.message}") from error
        except (OSError, sqlite3.Error) as error:
            why = getattr(error, "strerror", None) or error
            raise NotSaved(f"T{stays[1:]} in {self.root}: {why}. {AGAIN}") from error

    def close(self) -> None:
        """Close the index; what it says in all is in ``holds``."""
        self.holds = self.index.holds()
        self.index.close()

    def unsaved(self, bucket: Resource, page: Mapping[str, object]) -> list[Entry]:
        """Return what of a page of a bucket's list may not be deleted."""
        return buckets.unsaved(self, bucket, page)

    def keep(self, resource: Resource, path: str, content: bytes) -> str:
        """Write a small file of a resource; what an earlier run saved of it stays beside it, unless it is the same.

        Returns:
            Its path in the folder.
        """
        stem, dot, suffix = path.rpartition(".")
        digest, number = hashlib.sha256(content).hexdigest(), 1
        while (known := self.index.file(path)) and known.sha256 != digest:
            number += 1
            path = f"{stem}-{number}{dot}{suffix}"
        if known is None:
            self.index.add_file(resource.kind, resource.id, self.folder.put(path, content))
        return path

    def finish(self, resource: Resource, **facts: object) -> None:
        """Remember that a resource was saved as a whole; ``facts`` say where (``place``) and what else is needed."""
        at = datetime.now(UTC).isoformat(timespec="seconds")
        self.index.add_saved(Saved(resource.kind, resource.id, resource.name, resource.region, at, facts))

    def describe(self, resource: Resource, described: object) -> None:
        """Write what AWS says about a resource, which with this is saved as a whole.

        What it tells after the first step of its deletion is kept beside that.
        """
        place = self.keep(resource, f"{self.home_of(resource)}.json", text(described).encode())
        self._told[resource.kind, resource.id] = sameness.digest(resource.kind, described)
        if not self.has_secured(resource.kind, resource.id):
            self.finish(resource, place=place)

    def has_told(self, resource: Resource, described: object) -> bool:
        """Say whether this is what AWS told of a resource when it was last saved."""
        return self._told.get((resource.kind, resource.id)) == sameness.digest(resource.kind, described)

    @staticmethod
    def home_of(resource: Resource) -> str:
        """Return where a resource is in the folder: by its name, and by what tells it from others of that name."""
        return f"{resource.kind.lower().replace(' ', '-')}/{name_of(resource.id, resource.name)}"
