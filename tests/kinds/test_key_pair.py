"""Key pairs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from carbuyer_cleanup.errors import Blocked
from carbuyer_cleanup.kinds.key_pair import KIND

if TYPE_CHECKING:
    from tests.kinds.accounts import Account


def test_only_ours(account: Account) -> None:
    """Those of the workshop's names go; the others stay, and those of similar names are told."""
    ec2 = account.client("ec2")
    for name in ("carbuyer-keypair", "carbuyer-second", "mycarbuyer-x", "carbuyers-x", "other"):
        ec2.create_key_pair(KeyName=name)
    taken = account.take_down(KIND)
    left = sorted(pair["KeyName"] for pair in ec2.describe_key_pairs()["KeyPairs"])
    assert left == ["carbuyers-x", "mycarbuyer-x", "other"]
    assert sorted(taken.left_alone) == ["carbuyers-x", "mycarbuyer-x"]


def test_in_use(account: Account) -> None:
    """One that somebody else's instance was started with stays, and the instance is named."""
    ec2 = account.client("ec2")
    ec2.create_key_pair(KeyName="carbuyer-keypair")
    made = ec2.run_instances(ImageId="ami-12c6146b", MinCount=1, MaxCount=1, KeyName="carbuyer-keypair")
    with pytest.raises(Blocked, match=made["Instances"][0]["InstanceId"]):
        account.take_down(KIND)
    assert len(ec2.describe_key_pairs()["KeyPairs"]) == 1
