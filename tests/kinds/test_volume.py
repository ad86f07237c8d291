"""EBS volumes: what instances of the workshop's leave behind."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from carbuyer_cleanup.kinds import disk_copy
from carbuyer_cleanup.kinds.instance import KIND, VOLUME

if TYPE_CHECKING:
    from tests.kinds.accounts import Account

NAME = "carbuyer-admin-service"


def keep(account: Account, device: str = "") -> str:
    """Let a volume of an instance outlive it, the root device or one that is attached later; return its id."""
    ec2 = account.client("ec2")
    root = {"DeviceName": "/dev/sda1", "Ebs": {"VolumeSize": 8, "DeleteOnTermination": bool(device)}}
    named = [{"ResourceType": "instance", "Tags": [{"Key": "Name", "Value": NAME}]}]
    made = ec2.run_instances(
        ImageId="ami-12c6146b", MinCount=1, MaxCount=1, BlockDeviceMappings=[root], TagSpecifications=named
    )["Instances"][0]
    account.wait(60)
    (id_,) = volumes(account)
    if device:
        zone = made["Placement"]["AvailabilityZone"]
        id_ = ec2.create_volume(AvailabilityZone=zone, Size=8)["VolumeId"]
        ec2.attach_volume(VolumeId=id_, InstanceId=made["InstanceId"], Device=device)
    return id_


def volumes(account: Account) -> list[str]:
    """Return the ids of the volumes that there are."""
    return [volume["VolumeId"] for volume in account.client("ec2").describe_volumes()["Volumes"]]


def instances(account: Account) -> list[str]:
    """Return the ids of the instances that there are."""
    reservations = account.client("ec2").describe_instances()["Reservations"]
    return [one["InstanceId"] for reservation in reservations for one in reservation["Instances"]]


def name(account: Account, id_: str) -> None:
    """Give a volume a name."""
    account.client("ec2").create_tags(Resources=[id_], Tags=[{"Key": "Name", "Value": "my-photos"}])


def test_root_volume(account: Account) -> None:
    """One that the instance was made with, and leaves behind, goes: the plan names it while the instance lives."""
    id_ = keep(account)
    assert [(r.id, r.ours) for r in account.find(VOLUME)] == [(id_, True)]
    account.take_down_each(KIND, VOLUME)
    assert volumes(account) == []


def test_another_volume(account: Account) -> None:
    """One that was attached later may hold what somebody wants to keep: doubtful, before and after."""
    id_ = keep(account, "/dev/sdf")
    assert [(r.id, r.doubtful) for r in account.find(VOLUME)] == [(id_, True)]
    account.take_down(KIND)
    assert list(account.take_down(VOLUME).doubtful) == volumes(account) == [id_]


def test_volumes_that_go_with_the_instance(account: Account) -> None:
    """They are neither planned nor doubtful."""
    account.build("instance")
    assert account.find(VOLUME) == []


def test_copies(account: Account) -> None:
    """Snapshots and images of its disks are told when the instance is gone, and not deleted: they may be backups."""
    keep(account)
    ec2 = account.client("ec2")
    (volume,), (machine,) = volumes(account), instances(account)
    others = ec2.create_volume(AvailabilityZone="ap-southeast-1a", Size=8)["VolumeId"]
    ec2.create_snapshot(VolumeId=others)
    copy = ec2.create_snapshot(VolumeId=volume)["SnapshotId"]
    image = ec2.create_image(InstanceId=machine, Name="before-cleanup")["ImageId"]
    assert account.find(disk_copy.KIND) == []
    account.take_down_each(KIND, VOLUME)
    told = account.find(disk_copy.KIND)
    assert {copy, image} <= {r.id for r in told}
    assert all(r.doubtful and NAME in r.why for r in told)
    assert all(others not in r.why for r in told)
    account.take_down(disk_copy.KIND)
    assert copy in {s["SnapshotId"] for s in ec2.describe_snapshots(OwnerIds=["self"])["Snapshots"]}


def test_named_volume(account: Account) -> None:
    """A name that isn't ours makes even the root volume doubtful."""
    id_ = keep(account)
    name(account, id_)
    account.take_down(KIND)
    assert list(account.take_down(VOLUME).doubtful) == volumes(account) == [id_]


def attach(account: Account, id_: str) -> None:
    """Attach a volume to somebody else's instance."""
    ec2 = account.client("ec2")
    zone = ec2.describe_volumes(VolumeIds=[id_])["Volumes"][0]["AvailabilityZone"]
    made = ec2.run_instances(ImageId="ami-12c6146b", MinCount=1, MaxCount=1, Placement={"AvailabilityZone": zone})
    account.wait(60)
    ec2.attach_volume(VolumeId=id_, InstanceId=made["Instances"][0]["InstanceId"], Device="/dev/sdz")


@pytest.mark.parametrize("own", [name, attach])
def test_somebodys_since(account: Account, own: Any) -> None:
    """A remembered volume that has got a name or another instance since is not what it was: it is left alone."""
    id_ = keep(account)
    account.take_down(KIND)
    own(account, id_)
    taken = account.take_down(VOLUME)
    assert id_ in volumes(account)
    assert id_ not in {**taken.found, **taken.doubtful}
