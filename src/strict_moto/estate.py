"""The workshop's estate, built through boto3 as a student builds it by the workshop's pages and the AWS console."""

from __future__ import annotations

from typing import TYPE_CHECKING

from strict_moto import estate_network as network
from strict_moto import estate_services as services
from strict_moto.builder import BUCKET, Builder

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from strict_moto.session import Session

A_DAY = 86400  # seconds: after so long, everything has settled

# The parts in the workshop's order, and what each needs.
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
    """Build the estate, or the parts named in ``only`` and what they need, and return the builder with its ids.

    A day passes on the sandbox's clock: everything has settled, as in an estate that was built some time ago.
    Bucket names are unique worldwide: each account but the first needs another ``bucket``.
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
