"""One list that is empty at the wrong moment makes no account clean."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from carbuyer_cleanup.audit.types import TYPES
from strict_moto.rules import RULES
from strict_moto.world import After
from tests.audit.accounts_audited import REGION
from tests.audit.answers import Pages, answer
from tests.choice import one_in

if TYPE_CHECKING:
    from carbuyer_cleanup.audit.types import Type
    from tests.audit.accounts_audited import Account


class FirstWithoutOurs(Pages):
    """Answers a type's first call with somebody else's things alone, and only the later ones with ours, too."""

    async def __call__(self, operation: str, region: str, params: dict[str, Any]) -> dict[str, Any]:
        """Answer as ``Aws`` would."""
        if operation == "ec2:DescribeRegions":
            return {"Regions": [{"RegionName": REGION, "OptInStatus": "opt-in-not-required"}]}
        if operation == self._type.call and not self.asked:
            self.asked.append(params)
            return answer(operation, "somebody", more=False)
        return await super().__call__(operation, region, params)


@pytest.mark.parametrize("type_", one_in(10, TYPES), ids=lambda type_: type_.name)
def test_each_list(account: Account, type_: Type) -> None:
    """Whatever the type: what its first list does not show is found by the second."""
    account.only(type_.name)
    account.patch.setattr(account.aws, "ask_patiently", FirstWithoutOurs(type_))

    result = account.sweep()

    assert [found.name for found in (*result.leftovers, *result.in_between, *result.doubtful)] == ["carbuyer-x"]


@pytest.mark.parametrize("depth", ["full", "workshop"])
def test_address_in_another_region(account: Account, depth: Any) -> None:
    """Somebody's unattached address, in a Region where no step looks."""
    account.only("Elastic IP")
    account.client("ec2", "eu-west-3").allocate_address(Domain="vpc")
    empty = {"eu-west-3"}

    def once(_world: Any, asked: Any, shown: Any) -> Any:
        if asked.region not in empty:
            return shown
        empty.remove(asked.region)
        return {"Addresses": []}

    account.sandbox.use((After("ec2:DescribeAddresses", once, "made up"), *RULES))

    assert [found.region for found in account.sweep(depth=depth).leftovers] == ["eu-west-3"]
