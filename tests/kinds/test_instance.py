"""EC2 instances, and volumes that outlive them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from carbuyer_cleanup.claims import OURS
from carbuyer_cleanup.errors import AwsError
from carbuyer_cleanup.kinds import caller
from carbuyer_cleanup.kinds.instance import KIND, VOLUME
from carbuyer_cleanup.teardown.deletion import Overdue
from strict_moto import estate_network as network
from strict_moto.builder import spec
from strict_moto.states import STATES

if TYPE_CHECKING:
    from pathlib import Path

    from strict_moto.builder import Builder
    from tests.kinds.accounts import Account

TERMINATE = "ec2:TerminateInstances"
LAUNCH: dict[str, Any] = {"ImageId": network.IMAGE, "InstanceType": "t3.micro", "MinCount": 1, "MaxCount": 1}


def launch(account: Account, name: str, **more: Any) -> str:
    """Launch an instance in the default VPC, and return its id."""
    made = account.client("ec2").run_instances(**LAUNCH, TagSpecifications=spec("instance", name), **more)
    return str(made["Instances"][0]["InstanceId"])


def states(account: Account) -> dict[str, str]:
    """Return the state of each instance that EC2 lists."""
    reservations = account.client("ec2").describe_instances()["Reservations"]
    return {i["InstanceId"]: i["State"]["Name"] for r in reservations for i in r["Instances"]}


def volume(account: Account, builder: Builder, name: str) -> str:
    """Make a volume where the admin instance is."""
    made = account.client("ec2").create_volume(
        AvailabilityZone=f"{builder.region}a", Size=1, TagSpecifications=spec("volume", name)
    )
    return str(made["VolumeId"])


def volumes(account: Account) -> list[str]:
    """Return the ids of the volumes that there are."""
    return [v["VolumeId"] for v in account.client("ec2").describe_volumes()["Volumes"]]


def test_estate(account: Account) -> None:
    """Both are terminated with one call, and their disks go with them."""
    account.build("instance")
    account.take_down(KIND)
    assert set(states(account).values()) == {"terminated"}
    assert account.calls(TERMINATE) == 1
    assert volumes(account) == []


def test_of_a_spot_request(account: Account) -> None:
    """Its request is cancelled first, which launches another instance otherwise; the plan says so."""
    STATES["instance"]["of a Spot request"](account.build("security_group", "key_pair", "role"))
    (instance,) = account.find(KIND)
    assert "Spot request sir-" in instance.notice
    account.take_down(KIND)
    account.wait(600)
    assert set(states(account).values()) == {"terminated"}
    assert account.client("ec2").describe_spot_instance_requests()["SpotInstanceRequests"] == []


def test_of_a_spot_request_that_stays(account: Account) -> None:
    """The instance is terminated though its request can't be cancelled, and the step fails: there will be another."""
    STATES["instance"]["of a Spot request"](account.build("security_group", "key_pair", "role"))
    account.deny("ec2:CancelSpotInstanceRequests")
    with pytest.raises(AwsError, match="ec2:CancelSpotInstanceRequests"):
        account.take_down(KIND)
    account.wait(600)
    assert sorted(states(account).values()) == ["running", "terminated"]


def test_on_a_dedicated_host(account: Account) -> None:
    """The host stays when the instance goes, and is dear: who reads the plan is told."""
    host = account.client("ec2").allocate_hosts(AvailabilityZone="ap-southeast-1a", InstanceType="a1.small", Quantity=1)
    launch(account, "carbuyer-x", Placement={"HostId": host["HostIds"][0], "Tenancy": "host"})
    (instance,) = account.find(KIND)
    assert f"It runs on the Dedicated Host {host['HostIds'][0]}, which stays" in instance.notice


def test_terminated_ones_are_gone(account: Account) -> None:
    """A terminated instance, which EC2 lists for an hour, is not found again."""
    account.build("instance")
    account.take_down(KIND)
    assert account.find(KIND) == []


@pytest.mark.parametrize("state", ["pending", "stopping", "stopped"])
def test_in_whatever_state(account: Account, state: str) -> None:
    """It need not run; two of the same name both go, also outside the workshop's VPC."""
    ids = [launch(account, "carbuyer-customer-service") for _ in range(2)]
    ec2 = account.sandbox.world.backend("ec2", account.aws.account, account.aws.region)
    ec2.get_instance(ids[0])._state.name = state  # noqa: SLF001 - moto has no public name for it
    assert states(account)[ids[0]] == state
    account.take_down(KIND)
    assert states(account) == dict.fromkeys(ids, "terminated")


@pytest.mark.parametrize("protection", ["DisableApiTermination", "DisableApiStop"])
def test_protected(account: Account, protection: str) -> None:
    """Protections of ours are switched off."""
    id_ = launch(account, "carbuyer-x")
    account.client("ec2").modify_instance_attribute(InstanceId=id_, **{protection: {"Value": True}})
    account.take_down(KIND)
    assert states(account) == {id_: "terminated"}


def test_one_protected_among_others(account: Account) -> None:
    """A protected one, with which AWS refuses others, stops none of them; only its own protection is touched."""
    ids = [launch(account, f"carbuyer-{n}") for n in range(3)]
    account.client("ec2").modify_instance_attribute(InstanceId=ids[0], DisableApiTermination={"Value": True})
    account.take_down(KIND)
    assert states(account) == dict.fromkeys(ids, "terminated")
    assert account.calls("ec2:ModifyInstanceAttribute") == 3  # the test's own, and one for each protection


def test_one_refused(account: Account) -> None:
    """One that AWS does not let go is told, and the others go all the same."""
    ids = [launch(account, f"carbuyer-{n}") for n in range(3)]
    account.deny(TERMINATE, times=2)  # the call for all, and the first of those for one
    with pytest.raises(AwsError, match=TERMINATE):
        account.take_down(KIND)
    assert sorted(states(account).values()) == ["running", "terminated", "terminated"]
    assert set(states(account)) == set(ids)


def test_shutting_down_is_waited_for(account: Account) -> None:
    """An instance that is on its way out is not terminated again."""
    id_ = launch(account, "carbuyer-x")
    account.client("ec2").terminate_instances(InstanceIds=[id_])
    assert states(account) == {id_: "shutting-down"}
    account.take_down(KIND)
    assert states(account) == {id_: "terminated"}
    assert account.calls(TERMINATE) == 1


def test_bystanders(account: Account) -> None:
    """Instances of other names stay; those inside the workshop's VPC, or that use what is its, are doubtful."""
    builder = account.build("instance")
    ids = [
        network.instance(builder, name, "carbuyer-admin-sg", "carbuyer-fcj-private1") for name in ("", "mycarbuyer-x")
    ]
    ids.append(launch(account, "carbuyers-x"))
    taken = account.take_down(KIND)
    assert {states(account)[id_] for id_ in ids} == {"running"}
    assert (set(taken.doubtful), set(taken.left_alone)) == (set(ids[:2]), {ids[2]})
    assert {r.why for r in taken.doubtful.values()} == {
        "it uses the key pair carbuyer-keypair",
        "it uses the key pair carbuyer-keypair, but its name is mycarbuyer-x",
    }


def test_never_the_one_the_suite_runs_on(account: Account) -> None:
    """The instance whose role's session the suite runs in is left alone, and told."""
    id_ = launch(account, "carbuyer-x")
    caller = f"arn:aws:sts::{account.aws.account}:assumed-role/carbuyer-ec2-role/{id_}"
    account.aws.caller = caller
    taken = account.take_down(KIND)
    assert states(account) == {id_: "running"}
    assert taken.left_alone[id_].why == "the suite itself runs on it"
    assert replace(taken.left_alone[id_], whose=OURS) not in taken.found.values()


def test_never_the_one_whose_tag_the_machine_has(
    account: Account, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nor with a user's keys: the machine itself says which instance it is."""
    ids = [launch(account, "carbuyer-customer-service"), launch(account, "carbuyer-admin-service")]
    account.wait(60)
    (tmp_path / "board_asset_tag").write_text(f"{ids[0]}\n")
    monkeypatch.setattr(caller, "ASSET_TAG", tmp_path / "board_asset_tag")
    taken = account.take_down(KIND)
    assert states(account) == {ids[0]: "running", ids[1]: "terminated"}
    assert taken.left_alone[ids[0]].why == "the suite itself runs on it"


@pytest.mark.exhaustive
def test_volumes_of_ours(account: Account) -> None:
    """A volume of the prefix that an instance left behind goes, and no other."""
    builder = account.build("instance")
    ours, other = (volume(account, builder, name) for name in ("carbuyer-data", "mycarbuyer-data"))
    account.client("ec2").attach_volume(
        VolumeId=ours, InstanceId=builder.ids["carbuyer-admin-service"], Device="/dev/sdf"
    )
    account.take_down_each(KIND, VOLUME)
    assert volumes(account) == [other]


def test_volume_in_use(account: Account) -> None:
    """A volume of ours that is attached to somebody else's instance stays, and the error names the instance."""
    builder = account.build("vpc")
    ours = volume(account, builder, "carbuyer-data")
    other = launch(account, "other", Placement={"AvailabilityZone": f"{builder.region}a"})
    account.client("ec2").attach_volume(VolumeId=ours, InstanceId=other, Device="/dev/sdf")
    with pytest.raises(Overdue, match=other):
        account.take_down(VOLUME, wait_for=60)
    assert ours in volumes(account)
