"""Key pairs: by name. One that other people's instances were started with stays: they may need it to sign in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from carbuyer_cleanup.aws.reading import needed
from carbuyer_cleanup.backup.asking import Definition, listed
from carbuyer_cleanup.call import grant, read, write
from carbuyer_cleanup.kinds import users_of
from carbuyer_cleanup.kinds.common import each, judged, refuse_if_used, related
from carbuyer_cleanup.resource import Kind, Resource

if TYPE_CHECKING:
    from carbuyer_cleanup.aws.context import Aws


async def find(aws: Aws) -> list[Resource]:
    """Find key pairs by name."""
    pairs = await aws.pages("ec2:DescribeKeyPairs", "KeyPairs")
    names = [needed("KeyName", pair) for pair in pairs]
    claims = {name: aws.workshop.claim("ec2.key_pair", name) for name in names}
    return related(judged(aws, "key pair", name, claims[name]) for name in names)


@each
async def delete(aws: Aws, pair: Resource) -> None:
    """Delete a key pair, unless somebody else's instance uses it."""
    refuse_if_used(pair, await users_of.key_pair(aws, pair.id))
    await aws.call("ec2:DeleteKeyPair", KeyName=pair.id)


def definitions() -> dict[str, Definition]:
    """Return how a backup asks for it."""
    return {"key pair": Definition(listed("ec2:DescribeKeyPairs", "KeyPairs", "KeyName", IncludePublicKey=True))}


KIND = Kind(
    "key pair",
    find,
    delete,
    step=16,
    entry="ec2.key_pair",
    deadline=2,  # nothing holds one
    waits_for=("EC2 instance",),
    price=0,
    console="ec2/home?region={region}#KeyPairs:search={id}",
    calls={
        "ec2:DescribeKeyPairs": read("InvalidKeyPair.NotFound", has="KeyPairs"),
        "ec2:DeleteKeyPair": write("InvalidKeyPair.NotFound"),
    },
    grants=(grant("KeyPair", "ec2:DeleteKeyPair", "ec2:{region}:*:key-pair/{ec2.key_pair}"),),
    definitions=definitions,
)
