"""How long the backup of a bucket takes, and how much memory, beside ``aws s3 sync`` and ``rclone copy``.

``python -m benchmarks.backup [ROUNDS]`` prints the table of ``docs/backup.md``. ``python -m benchmarks.backup --flat
OBJECTS BYTES`` saves as many objects of that size, and prints how much memory that took in its course: ``--flat 1
10737418240`` takes 11 GB of the disk. All read the same bucket of the same server on this machine, in turns, each as a
program of its own: so what is compared includes its start. The backup also reads the tags of each version, proves the
content, brings it to the disk and reads it back from there; the others do none of that. The AWS CLI is the one in
``.worlds``, else the PATH's. The server takes a part of the same cores: figures are ratios. At a distance it answers
later, and sends less by each connection, as S3 does.
"""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[1]
OURS = "--backup"
BUCKET, REGION, ACCOUNT = "carbuyer-fcj-bucket", "ap-southeast-1", "111122223333"
RATE = 10e6  # bytes in a second by a connection, of a network
SMALL, LARGE = (1000, 2**14), (1, 2**28)
SHAPES = {
    f"{what}, {where}": (*shape, *network)
    for what, shape in (("1,000 objects of 16 KiB", SMALL), ("one object of 256 MiB", LARGE))
    for where, network in (("on this machine", (0.0, 0.0)), ("20 ms away", (0.02, RATE)), ("60 ms away", (0.06, RATE)))
}
LIMIT_MIB = 64.0  # that the memory of a backup may grow in its course
KEYS = {"AWS_ACCESS_KEY_ID": "AKIAEXAMPLE", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_DEFAULT_REGION": REGION}
KEYS["RCLONE_CONFIG"] = os.devnull
HEAD = "| | wall | CPU | memory |\n|---|---|---|---|"
WITHOUT = "AWS_CA_BUNDLE"  # rclone can't take one


class Cost(NamedTuple):
    """What a program took: seconds by the clock, seconds of a processor, and MiB at most."""

    wall: float
    cpu: float
    memory: float


def programs(endpoint: str, into: str) -> dict[str, list[str]]:
    """Return the commands that are compared."""
    own = ROOT / ".worlds" / "awscli" / "bin" / "aws"
    aws = str(own) if own.exists() else shutil.which("aws")
    remote = f":s3,provider=Other,region={REGION},env_auth=true,endpoint='{endpoint}':{BUCKET}"
    found = {
        OURS: [sys.executable, "-m", "benchmarks.backup", "--save", into],
        "aws s3 sync": [aws or "", "s3", "sync", f"s3://{BUCKET}", into, "--only-show-errors"],
        "rclone copy": [shutil.which("rclone") or "", "copy", remote, into],
    }  # fmt: skip
    return {name: command for name, command in found.items() if command[0]}


def took(command: list[str], endpoint: str) -> Cost:
    """Run a program, and return what it took."""
    started = os.times().elapsed
    environment = {name: value for name, value in os.environ.items() if name != WITHOUT} | KEYS
    environment["AWS_ENDPOINT_URL"] = endpoint
    process = subprocess.Popen(command, env=environment, cwd=ROOT)  # noqa: S603 - ours
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    return Cost(os.times().elapsed - started, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


@contextmanager
def served(count: int, size: int, seconds: float, rate: float) -> Iterator[str]:
    """Serve a bucket, and yield its endpoint."""
    command = [sys.executable, "-m", "benchmarks.bucket_server", *map(str, (count, size, seconds, rate))]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as server:  # noqa: S603 - ours
        try:
            yield f"http://127.0.0.1:{int(next(iter(server.stdout or ())))}"
        finally:
            server.terminate()


def compared(shape: tuple[int, int, float, float], rounds: int) -> dict[str, Cost]:
    """Return the medians of each program's costs, in turns."""
    costs: dict[str, list[Cost]] = {}
    with served(*shape) as endpoint:
        for _ in range(rounds):
            for name in programs(endpoint, ""):
                with tempfile.TemporaryDirectory() as home:
                    costs.setdefault(name, []).append(took(programs(endpoint, f"{home}/into")[name], endpoint))
    return {name: Cost(*map(statistics.median, zip(*all_, strict=True))) for name, all_ in costs.items()}


def save(into: str) -> None:
    """Save the bucket, as a teardown does before it deletes anything."""
    import boto3  # noqa: PLC0415 - not in the process that measures

    from aws_clock import Clock  # noqa: PLC0415
    from benchmarks.accounts import teardown  # noqa: PLC0415
    from carbuyer_cleanup.backup.saving import Backup  # noqa: PLC0415
    from carbuyer_cleanup.plugin.memory import seldom_collected  # noqa: PLC0415
    from carbuyer_cleanup.resource import Resource  # noqa: PLC0415
    from carbuyer_cleanup.teardown.engine import Loop  # noqa: PLC0415

    clock = Clock()
    loop = Loop(clock)
    down = teardown(boto3.Session(region_name=REGION), ACCOUNT, clock, loop)
    backup = down.aws.backup = Backup(Path(into) / ACCOUNT)
    objects = Resource("S3 objects", BUCKET, BUCKET, REGION, "")
    with seldom_collected():  # as in each run
        why = loop.run(backup.secure(down.aws, [objects])).result()
    assert not why, why  # noqa: S101 - a measurement of what failed says nothing
    backup.close()
    loop.close()


def main(rounds: int) -> None:
    """Print the table: what the backup took, and that divided by what the others took."""
    print(HEAD)
    for what, shape in SHAPES.items():
        costs = compared(shape, rounds)
        for name, cost in costs.items():
            print(_row(what, name, cost, costs[OURS]), flush=True)
    print(f"\nMedians of {rounds} rounds; load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores.")


def _row(what: str, name: str, cost: Cost, ours: Cost) -> str:
    if name == OURS:
        return f"| **{what}** | {ours.wall:.1f} s | {ours.cpu:.1f} s | {ours.memory:.0f} MiB |"
    ratios = (f"{mine / theirs:.2f}" for mine, theirs in zip(ours, cost, strict=True))
    return f"| by {name} | {' | '.join(ratios)} |"


def flat(count: int, size: int) -> int:
    """Print how much memory a backup takes in its course; return 1 if it grows with what is saved."""
    with served(count, size, 0.0, 0.0) as endpoint, tempfile.TemporaryDirectory(dir=os.environ.get("TMPDIR")) as home:
        environment = {name: value for name, value in os.environ.items() if name != WITHOUT} | KEYS
        environment["AWS_ENDPOINT_URL"] = endpoint
        began, seen = os.times().elapsed, []
        with subprocess.Popen(programs(endpoint, f"{home}/into")[OURS], env=environment, cwd=ROOT) as process:  # noqa: S603 - ours
            while _is_running(process):
                seen.append(_resident(process.pid))
        took_ = os.times().elapsed - began
    course = [seen[len(seen) * tenth // 10] for tenth in range(1, 10)] + seen[-1:]
    print(f"{count} objects of {size} bytes, {took_:.0f} s; MiB at each tenth: {', '.join(map(str, course))}")
    print(f"at most {max(seen)} MiB")
    return process.returncode or int(max(seen) - course[0] > LIMIT_MIB)


def _is_running(process: subprocess.Popen[bytes]) -> bool:
    try:
        process.wait(0.5)
    except subprocess.TimeoutExpired:
        return True
    return False


def _resident(process: int) -> int:
    """Return the MiB of memory that a process has (Linux: proc(5))."""
    lines = Path(f"/proc/{process}/status").read_text("utf-8").splitlines()
    return next((int(line.split()[1]) // 1024 for line in lines if line.startswith("VmRSS")), 0)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--flat"]:
        sys.exit(flat(*map(int, sys.argv[2:])))
    if sys.argv[1:2] == ["--save"]:
        save(*sys.argv[2:])
        sys.exit()
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 3)
