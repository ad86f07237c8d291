"""Test events of functions that were shared."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from carbuyer_cleanup.kinds.shared_event import KIND, REGISTRY
from strict_moto.offers import Offer
from strict_moto.states_beside import share_test_event

if TYPE_CHECKING:
    from tests.kinds.accounts import Account

OURS, FOREIGN = "_carbuyer-email-service-schema", "_somebody-elses-schema"


def share(account: Account) -> None:
    """Share test events of the workshop's function and of another one."""
    builder = account.build("vpc")
    share_test_event(builder)
    share_test_event(builder, "somebody-elses")


def schemas(account: Account) -> set[str]:
    """Return the schemas that the registry holds."""
    return {one["SchemaName"] for one in account.client("schemas").list_schemas(RegistryName=REGISTRY)["Schemas"]}


def test_of_the_function(account: Account) -> None:
    """Those of the workshop's function go, also when that is gone; others' and the registry stay."""
    share(account)
    account.take_down(KIND)
    assert schemas(account) == {FOREIGN}


def test_of_a_function_that_the_caller_named(account: Account) -> None:
    """They are known by the function's name, which may be one of the caller's word."""
    share(account)
    account.aws.workshop = account.aws.workshop.with_names("lambda.function=somebody-elses")
    account.take_down(KIND)
    assert schemas(account) == set()


@pytest.mark.parametrize("call", ["schemas:ListRegistries", "schemas:ListSchemas"])
def test_could_not_look(account: Account, call: str) -> None:
    """A look that fails is an error."""
    share(account)
    account.deny(call)
    with pytest.raises(Exception, match=call):
        account.find(KIND)


def test_no_such_service(account: Account) -> None:
    """Where AWS has no Schemas there are none."""
    offer = replace(account.sandbox.offers.get(account.aws.account) or Offer(), outside_plan=("schemas",))
    account.sandbox.offers[account.aws.account] = offer
    assert account.find(KIND) == []
