"""Whatever is deleted can be saved: a kind that is added without a row among the savers would be left standing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from carbuyer_cleanup.backup.saving import NEVER_DELETED, SAVERS
from carbuyer_cleanup.kinds import disk_copy
from carbuyer_cleanup.resource import Resource
from carbuyer_cleanup.teardown.plan import STEPS

if TYPE_CHECKING:
    from tests.backup.savings import Saved

# Kinds whose resources are called otherwise than the kind, or that find more than one sort.
CALLED = {
    "copy of a disk": NEVER_DELETED,
    "interface endpoint": ("VPC endpoint",),
    "log group of a function": ("log group",),
    "log group of an API": ("log group",),
    "security group in the VPC": ("security group",),
    "web ACL of CloudFront": ("web ACL",),
    "web ACL of a load balancer": ("web ACL",),
    "Lambda function": ("Lambda function", "event source mapping"),
    "internet gateway": ("internet gateway", "egress-only internet gateway"),
    "log delivery": ("log delivery", "log delivery source", "log delivery destination"),
}


def test_each_kind_has_a_saver() -> None:
    """Of each sort that a step finds it is said how it is saved, or that it is never deleted; of others nothing."""
    names = {kind.name for step in STEPS for kind in step.kinds}
    found = {sort for name in names for sort in CALLED.get(name, (name,))}

    assert CALLED.keys() <= names
    assert SAVERS.keys() == found


@pytest.mark.exhaustive
@pytest.mark.parametrize("sort", NEVER_DELETED)
def test_never_deleted(saved: Saved, sort: str) -> None:
    """With a backup, too, whoever has copies of disks is told to look at them, and not that they can't be saved."""
    copy = Resource(sort, "x-1", "x-1", saved.aws.region, "")

    assert saved.run(saved.backup.secure(saved.aws, [copy])) == {}

    with pytest.raises(Exception, match="may be backups, and are not deleted"):
        saved.run(disk_copy.delete(saved.aws, [copy]))
    assert saved.backup.index.of(sort, "x-1") is None
