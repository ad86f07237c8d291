"""The workshop's estate, built through boto3 as the workshop's pages and the AWS console build it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from strict_moto import estate_network as network
from strict_moto import estate_services as services
from strict_moto.builder import BUCKET, Builder

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from strict_moto.session import Session

A_DAY = 86400  # since it was built: everything has settled

# The parts in the order in which the workshop builds them, and what each needs.
PARTS: dict[str, tuple[Callable[[Builder], object], tuple[str, ...]]] = {
    "vpc": (network.vpc, ()),
    "vpc_endpoint": (network.dynamodb_endpoint, ("vpc",)),
    "role": (services.roles, ()),
    "user": (services.user, ()),
    "table": (services.tables, ()),
    "bucket": (services.bucket, ()),
    "distribution": (services.distribution, ()),
    "function": (services.function, ("role",)),
    "rest_api": (services.rest_api, ("function",)),
    "usage_plan": (services.usage_plan, ("rest_api",)),
    "security_group": (network.security_groups, ("vpc",)),
    "key_pair": (network.key_pair, ()),
    "instance": (network.instances, ("security_group", "key_pair", "role")),
    "nat_gateway": (network.nat_gateway_with_route, ("vpc",)),
    "target_group": (network.target_groups, ("vpc",)),
    "load_balancer": (network.load_balancer, ("security_group", "target_group")),
}


def create(session: Session, only: Collection[str] | None = None, bucket: str = BUCKET) -> Builder:
    """Build the estate, or the parts named in ``only`` and what these need, and return what was built.

    A day of the sandbox's clock passes: everything is as one finds it, not as one left it a moment ago.
    Bucket names are the whole world's: each account but the first needs a ``bucket`` of another name.
    """
    builder = Builder(session, bucket)
    wanted = set(PARTS) if only is None else _with_needs(only)
    for name, (build, _) in PARTS.items():
        if name in wanted:
            build(builder)
    builder.wait(A_DAY)
    return builder


def _with_needs(parts: Collection[str]) -> set[str]:
    needs = {need for part in parts for need in PARTS[part][1]}
    return set(parts) | (_with_needs(needs) if needs else set())
