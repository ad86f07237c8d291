"""Programs that answer as AWS, and were written by others: started on a port of this machine."""

from __future__ import annotations

import math
import os
import socket
import subprocess
import time
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from aws_clock import Clock
from strict_moto.builder import Builder
from strict_moto.session import Session

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

ACCOUNT, MOTOS_ACCOUNT = "111122223333", "123456789012"
LOOPBACK, REGION = "127.0.0.1", "ap-southeast-1"
INSTALLED = Path(__file__).parents[2] / ".worlds"
PATIENCE = 120.0  # seconds until one answers, on a machine that has much else to do


@dataclass(frozen=True)
class Emulator:
    """How one is started: ``{port}`` and ``{home}``, a folder of its own, are filled in."""

    command: tuple[str, ...]
    environment: Mapping[str, str] = field(default_factory=dict)


DYNALITE = ("node_modules/.bin/dynalite", "--host", LOOPBACK, "--port", "{port}")
EMULATORS = {
    "dynalite": Emulator(DYNALITE, {"AWS_ACCOUNT_ID": ACCOUNT}),
    "dynalite of nobody": Emulator(DYNALITE),
    "ministack": Emulator(
        ("ministack/bin/ministack",),
        {
            "BIND_HOST": LOOPBACK,
            "GATEWAY_PORT": "{port}",
            "IOT_MTLS_ENABLED": "0",
            "MINISTACK_ACCOUNT_ID": ACCOUNT,
            "MINISTACK_REGION": REGION,
            "SFTP_ENABLED": "0",
        },
    ),
    "moto": Emulator(
        ("moto/bin/moto_server", "-H", LOOPBACK, "-p", "{port}"),
        # It lists the snapshots of Amazon's images as the account's own: nothing would be deleted in such an account.
        {"MOTO_EC2_LOAD_DEFAULT_AMIS": "false", "MOTO_IAM_LOAD_MANAGED_POLICIES": "true"},
    ),
    "s3rver": Emulator(("node_modules/.bin/s3rver", "-d", "{home}", "-a", LOOPBACK, "-p", "{port}", "--silent")),
}


def installed(path: str) -> str:
    """Return the path of a program in ``.worlds``; fail if it isn't there."""
    program = INSTALLED / path
    if not program.exists():
        pytest.fail(f"{path} is not installed: .ci/worlds does so, and .ci/run calls it")
    return str(program)


@contextmanager
def started(name: str, home: Path) -> Iterator[str]:
    """Start an emulator, and yield its endpoint as soon as it answers."""
    port, emulator = _free_port(), EMULATORS[name]
    facts = {"port": port, "home": home}
    program, *arguments = (part.format_map(facts) for part in emulator.command)
    said = {key: value.format_map(facts) for key, value in emulator.environment.items()}
    with (
        (home / f"{name}.log").open("w") as log,
        subprocess.Popen(  # noqa: S603 - a row of the table
            [installed(program), *arguments], env=os.environ | said | {"HOME": str(home)}, stdout=log, stderr=log
        ) as process,
    ):
        try:
            _wait_for(port, process)
            yield f"http://{LOOPBACK}:{port}"
        finally:
            process.terminate()


def _free_port() -> int:
    with closing(socket.create_server((LOOPBACK, 0))) as server:
        return int(server.getsockname()[1])


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + PATIENCE
    while process.poll() is None and time.monotonic() < end:
        try:
            socket.create_connection((LOOPBACK, port), timeout=5).close()
        except ConnectionError:
            time.sleep(0.1)
        else:
            return
    pytest.fail(f"{process.args!r} does not answer; its exit code is {process.returncode}")


def place() -> Builder:
    """Return where to build: plain boto3, which the environment tells everything else."""
    session = Session(region_name=REGION)
    session.account, session.clock = ACCOUNT, Clock(math.inf)
    return Builder(session)
