"""The workshop's tables in dynalite, or its bucket in s3rver; all else is in the sandbox."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from aws_clock import Clock
from strict_moto import estate, estate_services
from strict_moto.builder import BUCKET
from strict_moto.identity import Credentials
from strict_moto.sandbox import Sandbox
from strict_moto.server import serve
from tests.inventory import inventory
from tests.worlds.emulators import ACCOUNT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from strict_moto.builder import Builder
    from tests.bursts import Proxy

QUICK = ("--audit-depth", "workshop")
KEY = "S3RVER"  # the one key that s3rver knows, and its own secret
NOTHING = 4, "REFUSED"


@pytest.fixture
def workshop(world: Callable[..., Builder], monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str, str], Builder]]:
    """Return a function that builds the workshop in the sandbox, but for one service, which an emulator answers for."""
    sandbox = Sandbox(Clock(300.0))
    principal = sandbox.add_account(ACCOUNT).principal
    sandbox.identity.administrators[KEY] = Credentials(KEY, KEY, account=ACCOUNT, principal=principal)
    with serve(sandbox) as address:

        def build(part: str, emulator: str) -> Builder:
            estate.create(sandbox.session(), set(estate.PARTS) - {part})
            builder = world(emulator, KEY, endpoint=f"AWS_ENDPOINT_URL_{SERVICES[emulator]}")
            monkeypatch.setenv("AWS_ENDPOINT_URL", address)
            return builder

        yield build
    assert sandbox.defects == []


SERVICES = {"dynalite": "DYNAMODB", "dynalite of nobody": "DYNAMODB", "s3rver": "S3"}


def tables(builder: Builder) -> None:
    """Make the workshop's tables, and one that is somebody else's: names are told from each other by case."""
    for name in (*estate_services.TABLES, "user"):
        estate_services.table(builder, name)
        builder.client("dynamodb").get_waiter("table_exists").wait(TableName=name, WaiterConfig={"Delay": 1})
        estate_services.items(builder, name)


def test_tables_in_dynalite(workshop: Callable[..., Builder], outcome: Callable[..., tuple[int, str]]) -> None:
    """The workshop's tables go, and nobody else's."""
    builder = workshop("table", "dynalite")
    tables(builder)

    ends = [outcome(*command) for command in (("--plan",), ("--account", ACCOUNT, *QUICK), ("--verify", *QUICK))]
    assert ends == [(0, "PLAN"), (0, "CLEAN"), (0, "CLEAN")]
    assert builder.client("dynamodb").list_tables()["TableNames"] == ["user"]


def test_tables_of_another_account(workshop: Callable[..., Builder], outcome: Callable[..., tuple[int, str]]) -> None:
    """A dynalite that calls its tables another account's: nothing is deleted, anywhere."""
    builder = workshop("table", "dynalite of nobody")
    tables(builder)
    before = inventory(builder.session)

    assert [outcome("--plan"), outcome("--account", ACCOUNT, *QUICK)] == [(8, "COULD NOT VERIFY")] * 2
    assert inventory(builder.session) == before


def test_bucket_in_s3rver(workshop: Callable[..., Builder], outcome: Callable[..., tuple[int, str]]) -> None:
    """s3rver tells no versions, so that nobody can see what is in the bucket: it stays, and nobody says "empty"."""
    builder = workshop("bucket", "s3rver")
    buckets(builder)
    before = contents(builder)

    assert [outcome("--plan"), outcome("--account", ACCOUNT, *QUICK)] == [(8, "PLAN"), (1, "LEFTOVERS")]
    assert contents(builder) == before
    assert outcome("--verify", *QUICK) == (1, "LEFTOVERS")


def buckets(builder: Builder) -> None:
    """Make the workshop's bucket, and one whose name only ends like it; both hold objects."""
    for name in (BUCKET, f"my{BUCKET}"):
        builder.client("s3").create_bucket(Bucket=name)
        estate_services.objects(builder, name)


def contents(builder: Builder) -> set[tuple[str, str]]:
    """Return the buckets' names with their objects' keys."""
    s3 = builder.client("s3")
    names = [bucket["Name"] for bucket in s3.list_buckets()["Buckets"]]
    return {(name, one["Key"]) for name in names for one in s3.list_objects(Bucket=name)["Contents"]}


COMMANDS = (("--plan",), ("--account", ACCOUNT, *QUICK), ("--verify", *QUICK))


def test_tables_behind_a_bad_proxy(
    workshop: Callable[[str, str], Builder], outcome: Callable[..., tuple[int, str]], burst: Callable[..., Proxy]
) -> None:
    """One answer of dynalite's in ten is cut short: CLEAN is said only if it is."""
    builder = workshop("table", "dynalite")
    tables(builder)
    proxy = burst("AWS_ENDPOINT_URL_DYNAMODB")

    _, *ends = [outcome(*command) for command in COMMANDS]
    assert proxy.fired > 0
    proxy.rules()
    left = builder.client("dynamodb").list_tables()["TableNames"]
    assert {*ends} <= {(0, "CLEAN"), (1, "LEFTOVERS"), NOTHING, (8, "COULD NOT VERIFY")}
    assert "user" in left
    assert left == ["user"] or ends[-1] != (0, "CLEAN")


def test_bucket_behind_a_bad_proxy(
    workshop: Callable[[str, str], Builder], outcome: Callable[..., tuple[int, str]], burst: Callable[..., Proxy]
) -> None:
    """Half of s3rver's answers, which are few, are cut short, too: no object is deleted, and nobody says CLEAN."""
    builder = workshop("bucket", "s3rver")
    buckets(builder)
    before = contents(builder)
    proxy = burst("AWS_ENDPOINT_URL_S3", 0.5)

    plan, teardown, verify = [outcome(*command) for command in COMMANDS]
    assert proxy.fired > 0
    proxy.rules()
    assert plan == (8, "PLAN")
    assert teardown in (NOTHING, (1, "LEFTOVERS"), (8, "COULD NOT VERIFY"))
    assert verify in ((1, "LEFTOVERS"), (8, "COULD NOT VERIFY"))
    assert contents(builder) == before
