"""What must be done before a deletion never keeps from deleting; one item never keeps the others from going."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest
from botocore.loaders import Loader
from botocore.model import ServiceModel

from carbuyer_cleanup.aws.calls import CALLS
from carbuyer_cleanup.errors import AwsError, CleanupError, Trouble
from carbuyer_cleanup.kinds import instance, user, vpc_endpoint
from carbuyer_cleanup.kinds.preparing import Preparing, split
from strict_moto.states_beside import of_a_spot_request
from tests.choice import one_in
from tests.kinds.preparations import ELSEWHERE, ENDS, NEEDED, NEEDLESS, USER, built, protect

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from carbuyer_cleanup.resource import Kind
    from tests.kinds.accounts import Account

    Look = Callable[[Account], list[str]]

REFUSED = AwsError("iam:DetachRolePolicy", "AccessDenied", "is not authorized", Trouble.DENIED)
CONFLICT = AwsError("iam:DeleteRole", "DeleteConflict", "must detach all policies first.", Trouble.BUSY)


@pytest.mark.parametrize("row", one_in(3, reversed(NEEDLESS)))
def test_what_aws_does_not_need(account: Account, row: tuple[str, Callable[[Account], Any], tuple[Kind, ...]]) -> None:
    """The deletion goes through though what is usually done before it is refused for good."""
    call, arrange, kinds = row
    arrange(account)
    account.deny(call)
    for kind in kinds[:-1]:
        with pytest.raises(CleanupError, match=call):
            account.take_down(kind)
    account.take_down(kinds[-1])
    assert account.find(kinds[-1]) == []


def test_one_of_two_protections(account: Account) -> None:
    """An instance is terminated though AWS does not change the one of its protections that is off anyway."""
    protect(account, account.build("instance"), "DisableApiTermination")
    account.refuse("ec2:ModifyInstanceAttribute", "UnsupportedOperation", holding="DisableApiStop")
    account.take_down(instance.KIND)
    assert account.find(instance.KIND) == []


def test_each_preparation_is_refused_here() -> None:
    """Whatever the suite changes before it deletes something has a case of being refused for good."""
    writes = {call for call, row in CALLS.items() if row.writes}
    tried = {*(row[0] for row in NEEDLESS), *(row[0] for row in NEEDED)} & writes
    assert tried | ELSEWHERE == writes - ENDS


@pytest.mark.parametrize("row", one_in(12, NEEDED))
def test_what_aws_needs(account: Account, row: tuple[str, Callable[[Account], Any], Kind, str]) -> None:
    """The deletion is tried; its refusal is told with the one before it, whose remedy counts, and is not waited out."""
    call, arrange, kind, deletes = row
    arrange(account)
    account.deny(call)
    began = account.sandbox.clock.now()
    with pytest.raises(CleanupError) as caught:
        account.take_down(kind)
    assert account.calls(deletes) > 0
    assert f"{deletes} " in str(caught.value)
    assert f"Before that, {call} answered " in str(caught.value)
    assert "Your organization forbids it" in str(caught.value)
    assert account.sandbox.clock.now() - began < 60


@pytest.mark.exhaustive
def test_keys_go_though_a_policy_stays(account: Account) -> None:
    """What can be taken off a user is, whatever else can't: above all, what others could sign in with."""
    account.build("user")
    account.client("iam").create_login_profile(UserName=USER, Password="Not-4-real-password")  # noqa: S106 - of nobody
    account.deny("iam:Detach*")
    with pytest.raises(CleanupError, match="iam:DetachUserPolicy"):
        account.take_down(user.KIND)
    account.deny("none")
    assert account.client("iam").list_access_keys(UserName=USER)["AccessKeyMetadata"] == []
    with pytest.raises(account.client("iam").exceptions.NoSuchEntityException):
        account.client("iam").get_login_profile(UserName=USER)


def test_what_passes_is_waited_for() -> None:
    """A preparation that AWS is not ready for is no refusal."""
    preparing, busy = Preparing(), AwsError("lambda:UpdateFunctionConfiguration", "X", "y", Trouble.BUSY)
    with pytest.raises(AwsError), preparing:
        raise busy
    with pytest.raises(AwsError) as caught, preparing.deletion():
        raise CONFLICT
    assert caught.value is CONFLICT


def test_what_hinders_for_good_does_not_pass() -> None:
    """What a deletion answers while something hangs there lasts if that could not be taken off."""
    preparing = Preparing()
    with preparing:
        raise REFUSED
    with pytest.raises(AwsError) as caught, preparing.deletion():
        raise CONFLICT
    assert caught.value.trouble is Trouble.DENIED
    assert "must detach all policies first. Before that, iam:DetachRolePolicy" in caught.value.message


def test_split() -> None:
    """A call that some items spoil is made for the others, with few calls more; what spoils it is told."""
    asked: list[Sequence[int]] = []

    async def act(items: Sequence[int]) -> None:
        asked.append(items)
        if {7, 600} & set(items):
            raise REFUSED

    left = asyncio.run(split(act, list(range(1000))))

    assert [item for item, _ in left] == [7, 600]
    assert len(asked) < 45
    asked.clear()
    assert len(asyncio.run(split(act, list(range(1000)), {Trouble.DENIED}))) == 1000
    assert len(asked) == 1


def _found(kind: Kind) -> Look:
    return lambda account: [one.id for one in account.find(kind)]


def _requests(account: Account) -> list[str]:
    listed = account.client("ec2").describe_spot_instance_requests()["SpotInstanceRequests"]
    return [one["SpotInstanceRequestId"] for one in listed]


def _two_of_spot_requests(account: Account) -> None:
    builder = account.build("security_group", "key_pair")
    of_a_spot_request(builder)
    of_a_spot_request(builder)


# The call; what builds several, their kind, and how one sees which are there.
SPOILED: dict[str, tuple[Callable[[Account], object], Kind, Look]] = {
    "ec2:DeleteVpcEndpoints": (built("vpc_endpoint"), vpc_endpoint.KIND, _found(vpc_endpoint.KIND)),
    "ec2:TerminateInstances": (built("instance"), instance.KIND, _found(instance.KIND)),
    "ec2:CancelSpotInstanceRequests": (_two_of_spot_requests, instance.KIND, _requests),
}


@pytest.mark.parametrize("call", one_in(3, SPOILED))
def test_one_that_spoils_the_call(account: Account, call: str) -> None:
    """All that AWS lets go are let go though one of them makes it refuse the whole call."""
    build, kind, look = SPOILED[call]
    build(account)
    held, *others = look(account)
    account.refuse(call, "UnauthorizedOperation", holding=held)
    with pytest.raises(CleanupError, match="UnauthorizedOperation"):
        account.take_down(kind)
    assert others
    assert look(account) == [held]


@pytest.mark.exhaustive  # EC2's model takes its time
def test_each_list_of_ids_has_a_case() -> None:
    """Whatever is deleted with one call for several has one; S3's keys are in the tests of buckets."""
    unused = {"SecurityGroupRuleIds"}
    takes_ids = {call for call, names in _lists().items() if any(n.endswith("Ids") for n in names - unused)}
    assert takes_ids == SPOILED.keys()


def _lists() -> dict[str, set[str]]:
    """Return by call that changes something the parameters that are lists."""
    return {
        call: {name for name, shape in _input(*call.split(":")).members.items() if shape.type_name == "list"}
        for call, row in CALLS.items()
        if row.writes
    }


def _input(service: str, operation: str) -> Any:
    model = ServiceModel(Loader().load_service_model(service, "service-2"), service)
    return model.operation_model(operation).input_shape
