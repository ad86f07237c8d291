"""Log groups."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from carbuyer_cleanup.kinds import function, rest_api
from carbuyer_cleanup.kinds.log_group import OF_API, OF_FUNCTION
from strict_moto.quirks import Quirks
from strict_moto.rules import RULES
from strict_moto.world import After

if TYPE_CHECKING:
    from carbuyer_cleanup.resource import Kind
    from strict_moto.world import Params, Request, World
    from tests.kinds.accounts import Account

OURS = "/aws/lambda/carbuyer-email-service"
FOREIGN = ["/aws/lambda/carbuyers-x", "/aws/lambda/mycarbuyer-x", "/aws/lambda/other", "/other/carbuyer-email-service"]


def names(account: Account) -> list[str]:
    """Return the names of the log groups that there are."""
    return sorted(group["logGroupName"] for group in account.client("logs").describe_log_groups()["logGroups"])


def create(account: Account, *groups: str, protected: bool = False) -> None:
    """Make log groups."""
    for group in groups:
        account.client("logs").create_log_group(logGroupName=group, deletionProtectionEnabled=protected)


def test_estate(account: Account) -> None:
    """Both groups go though API and function are gone; a second run changes nothing."""
    account.build("rest_api")
    account.take_down_each(rest_api.KIND, function.KIND, OF_API, OF_FUNCTION)
    before = account.writes()
    account.take_down_each(OF_API, OF_FUNCTION)
    assert names(account) == []
    assert account.writes() == before


def test_bystanders(account: Account) -> None:
    """Groups of other functions and APIs stay."""
    api = account.build("rest_api").ids["carbuyer-email-api"]
    others = [f"API-Gateway-Execution-Logs_{id_}/prod" for id_ in ("abc123", f"{api}x")]
    create(account, *FOREIGN, *others)
    account.take_down_each(OF_API, OF_FUNCTION)
    assert names(account) == sorted([*FOREIGN, *others])


def test_prefix(account: Account) -> None:
    """A group whose own name has the prefix goes as well."""
    create(account, "carbuyer-logs", "carbuyers-logs")
    account.take_down(OF_FUNCTION)
    assert names(account) == ["carbuyers-logs"]


def test_manifest_without_prefix(account: Account) -> None:
    """A function that the manifest names otherwise has its group found too, and none that only begins so."""
    account.aws.workshop = account.aws.workshop.with_names("lambda.function=send-mail")
    create(account, "/aws/lambda/send-mail", "/aws/lambda/send-mail-2")
    account.take_down(OF_FUNCTION)
    assert names(account) == ["/aws/lambda/send-mail-2"]


@pytest.mark.parametrize("settling", [0, 20])
def test_protected(account: Account, settling: float) -> None:
    """Deletion protection is switched off, also where AWS wants time to settle that."""
    create(account, OURS, protected=True)
    account.sandbox.world.quirks = Quirks(log_group_settling=settling)
    account.take_down(OF_FUNCTION)
    assert names(account) == []


@pytest.mark.parametrize("kind", [OF_API, OF_FUNCTION])
def test_nothing(account: Account, kind: Kind) -> None:
    """Where nothing is, nothing is done."""
    account.take_down(kind)
    assert account.writes() == []


def test_logs_of_an_api_that_exists(account: Account) -> None:
    """What the journal says of an API is believed once that is gone: one that is there says itself whose it is."""
    api = account.client("apigateway").create_rest_api(name="other")["id"]
    account.aws.journal.remember(rest_api.MEMORY, account.aws.region, [api], because="of a REST API")
    group = f"API-Gateway-Execution-Logs_{api}/prod"
    create(account, group)
    account.take_down(OF_API)
    assert names(account) == [group]


@pytest.mark.parametrize("kind", [OF_API, OF_FUNCTION])
def test_written_once_more(account: Account, kind: Kind) -> None:
    """A last request or invocation makes a deleted group again, seconds later: it goes, too."""
    api = account.build("rest_api").ids["carbuyer-email-api"]
    account.take_down_each(rest_api.KIND, function.KIND)
    group = f"API-Gateway-Execution-Logs_{api}/prod" if kind is OF_API else OURS
    late: list[float] = []

    def write_late(world: World, request: Request, answer: Params) -> Params:
        if not late:
            late.append(world.now() + 15)
            world.later(15, lambda: world.backend("logs", request.account, request.region).ensure_log_group(group))
        return answer

    account.sandbox.use((*RULES, After("logs:DeleteLogGroup", write_late, "a request under way")))
    account.take_down(kind)
    account.wait(60)
    assert group not in names(account)
    assert account.calls("logs:DeleteLogGroup") == 2
