"""What uses a role, an instance profile, a key pair or an address of the workshop without being the workshop's.

AWS would delete all of these while others use them: their instances and functions would lose their permissions.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from carbuyer_cleanup.kinds import instance
from carbuyer_cleanup.kinds.common import is_ours, tag

if TYPE_CHECKING:
    from collections.abc import Iterable

    from carbuyer_cleanup.aws.context import Aws

UNTOLD = "?"  # stands for what AWS does not report: it may be the workshop's


async def key_pair(aws: Aws, name: str) -> list[str]:
    """Return others' instances that were started with a key pair."""
    return [_told(i) for i in await _others_instances(aws, [""]) if i["KeyName"] == name]


async def address(aws: Aws, holder: str) -> list[str]:
    """Return the instance that has an Elastic IP address, given by its id, unless it is the workshop's; "" is none."""
    having = await instance.living(aws, {"Name": "instance-id", "Values": [holder]}) if holder else []
    return list(map(_told, _others(aws, having)))


async def profile(aws: Aws, name: str, regions: Iterable[str]) -> list[str]:
    """Return others' instances that run with an instance profile, in the given Regions ("" is the workshop's)."""
    return [_told(i) for i in await _others_instances(aws, regions) if _profile_of(i) in (name, UNTOLD)]


async def role(aws: Aws, name: str, profiles: Iterable[str], regions: Iterable[str]) -> list[str]:
    """Return others' instances, instance profiles and functions that have a role.

    Args:
        aws: the account.
        name: the role's name.
        profiles: the names of the instance profiles that hold it.
        regions: where to look for instances and functions; "" is the workshop's Region.
    """
    held, places = list(profiles), list(regions)
    foreign = [f"instance profile {one}" for one in held if not is_ours(aws, "iam.role", one)]
    instances = [_told(i) for i in await _others_instances(aws, places) if _profile_of(i) in (*held, UNTOLD)]
    functions = await asyncio.gather(*(aws.pages("lambda:ListFunctions", "Functions", region=r) for r in places))
    using = [
        f"Lambda function {function['FunctionName']}"
        for listed in functions
        for function in listed
        if not is_ours(aws, "lambda.function", function["FunctionName"]) and _role_of(function) in (name, UNTOLD)
    ]
    return [*foreign, *instances, *using]


async def _others_instances(aws: Aws, regions: Iterable[str]) -> list[dict[str, Any]]:
    listed = await asyncio.gather(*(instance.living(aws, region=region) for region in regions))
    return _others(aws, (one for found in listed for one in found))


def _others(aws: Aws, described: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    return [one for one in described if not _is_workshops(aws, one)]


def _is_workshops(aws: Aws, described: dict[str, Any]) -> bool:
    claim = instance.claim_on(aws, described)
    return claim is not None and claim.ours


def _told(described: dict[str, Any]) -> str:
    return f"EC2 instance {tag(described) or 'without a name'} ({described['InstanceId']})"


def _profile_of(described: dict[str, Any]) -> str:
    """Return the name of an instance's profile, "" if it has none; UNTOLD if AWS does not say which."""
    has = "IamInstanceProfile" in described
    return instance.profile_of(described) or (UNTOLD if has else "")


def _role_of(function: dict[str, Any]) -> str:
    """Return the name of a function's role, UNTOLD if AWS does not report it: every function has one."""
    return str(function["Role"]).rpartition("/")[2] or UNTOLD
