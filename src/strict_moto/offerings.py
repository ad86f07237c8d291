"""Which instance types EC2 offers in which Region: read on demand, Region by Region.

moto reads all hundred files at import: 0.3 s and 46 MiB for a table that is hardly ever used.
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
    """Import moto's EC2 without its offerings inside this context: they are read when one is looked up."""
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
        """Return a Region's offerings."""
        if region in self._unread:
            rows = LOAD(f"{FOLDER}{self._sort}/{region}.json")
            self[region] = [row | {"LocationType": self._sort} for row in rows]
            self._unread.remove(region)
        return super().__getitem__(region)

    def get(self, region: str, default: Any = None) -> Any:
        """Return a Region's offerings, or ``default`` if there are none."""
        return self[region] if region in self else default  # noqa: SIM401 - this is what get does
