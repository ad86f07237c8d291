"""Which types of instances EC2 offers in which Region: read when somebody asks, Region by Region.

moto reads all hundred files when it is imported: 0.3 s and 46 MiB, for a table that few ever look at.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

from moto.utilities import utils

if TYPE_CHECKING:
    from collections.abc import Iterator

FOLDER = "ec2/resources/instance_type_offerings/"
LOAD = utils.load_resource


@contextmanager
def unread() -> Iterator[None]:
    """Let moto's EC2 be imported in this without its offerings: they are read by whoever looks one up."""
    with patch.object(utils, "load_resource", _all_else):
        yield
    from moto.ec2.models.instance_types import INSTANCE_TYPE_OFFERINGS  # noqa: PLC0415 - must be imported above

    for sort, regions in INSTANCE_TYPE_OFFERINGS.items():
        INSTANCE_TYPE_OFFERINGS[sort] = Offerings(sort, regions)


def _all_else(resource: str) -> Any:
    return [] if resource.startswith(FOLDER) else LOAD(resource)


class Offerings(dict[str, list[dict[str, str]]]):
    """The offerings of each Region that moto has, by one sort of place, such as ``availability-zone``."""

    def __init__(self, sort: str, regions: dict[str, Any]) -> None:
        super().__init__(regions)
        self._sort, self._unread = sort, set(regions)

    def __getitem__(self, region: str) -> list[dict[str, str]]:
        """Return a Region's."""
        if region in self._unread:
            rows = LOAD(f"{FOLDER}{self._sort}/{region}.json")
            self[region] = [row | {"LocationType": self._sort} for row in rows]
            self._unread.remove(region)
        return super().__getitem__(region)

    def get(self, region: str, default: Any = None) -> Any:
        """Return a Region's, or something else if it has none."""
        return self[region] if region in self else default  # noqa: SIM401 - this is what get does
