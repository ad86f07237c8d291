"""What AWS's services run in an account, such as the nodes of EKS Auto Mode: EC2's lists show it only if asked.

Whoever builds an estate says what it is: ``world.recall("ec2-managed", account, region)[id] = "eks.amazonaws.com"``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from strict_moto.rules.ec2_common import MODEL
from strict_moto.world import After

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from strict_moto.world import Params, Request, World

# The list that an answer has, the list inside each of its items if that is the one meant, and what identifies an item.
LISTS = {
    "DescribeInstances": ("Reservations", "Instances", "InstanceId"),
    "DescribeLaunchTemplates": ("LaunchTemplates", "", "LaunchTemplateId"),
    "DescribeNetworkInterfaces": ("NetworkInterfaces", "", "NetworkInterfaceId"),
    "DescribeVolumes": ("Volumes", "", "VolumeId"),
}


def _shown(outer: str, inner: str, key: str) -> Callable[[World, Request, Params], Params]:
    def act(world: World, request: Request, answer: Params) -> Params:
        managed = world.recall("ec2-managed", request.account, request.region)
        if not managed:
            return answer
        is_asked = bool(request.params.get("IncludeManagedResources") or request.params.get(f"{key}s"))
        if not inner:
            return {**answer, outer: _told(answer[outer], key, managed, hide=not is_asked)}
        groups = [{**one, inner: _told(one[inner], key, managed, hide=not is_asked)} for one in answer[outer]]
        return {**answer, outer: [group for group in groups if group[inner]]}

    return act


def _told(items: list[Params], key: str, managed: Mapping[str, str], *, hide: bool) -> list[Params]:
    """Return the items, each managed one with its operator, or without those."""
    return [
        {**item, "Operator": {"Managed": True, "Principal": managed[item[key]], "HiddenByDefault": True}}
        if item[key] in managed
        else item
        for item in items
        if not (hide and item[key] in managed)
    ]


RULES = tuple(
    After(f"ec2:{operation}", _shown(*where), MODEL + ": IncludeManagedResources; hidden by default since April 2026")
    for operation, where in LISTS.items()
)
