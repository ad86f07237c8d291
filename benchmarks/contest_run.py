"""One contestant on one course: its process, the server that it meets, and the clock that its pauses move."""

from __future__ import annotations

import os
import shutil
import socketserver
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from moto.s3.models import S3Backend

from benchmarks.contest_courses import EACH, HERE, HOME, ROOT, bucket_of, furnished, keys_for, stock
from benchmarks.contest_results import Figures
from strict_moto.faults import Faults
from strict_moto.server import LOOPBACK, Server, serving

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any

    from benchmarks.contest_courses import Course
    from strict_moto.sandbox import Sandbox

AN_HOUR_LISTED = 7200.0  # AWS seconds after which nothing that is deleted is listed any more
AT_ONCE, SILENCE = 2, 3.0  # processes of each_account.sh, and real seconds after which one of them is taken for ended
ROLE = "arn:aws:iam::{}:role/grader"
# Starts a contestant from a small process: Linux counts the memory of the process that it was forked from as its own.
START = """import os, subprocess, sys
child = subprocess.Popen(sys.argv[1:], stdout=sys.stderr)
_, status, usage = os.wait4(child.pid, 0)
child.returncode = os.waitstatus_to_exitcode(status)
print(child.returncode, usage.ru_utime + usage.ru_stime, usage.ru_maxrss)"""


def run(course: Course, command: Sequence[str]) -> Figures:
    """Let one contestant run the course once."""
    sandbox, beside = furnished(course)
    keys, began = keys_for(sandbox, course), sandbox.clock.now()
    with project(course) as folder, quick_lists(), Server(sandbox) as server, serving(server):
        (folder / ".aws/credentials").write_text(keys, encoding="utf-8")
        words = [word.replace("{endpoint}", server.endpoint) for word in command]
        with clock_of(sandbox, AT_ONCE if EACH in command else 1) as port:
            measured = timed(words, server.environment | {"CLOCK_PORT": str(port)}, folder)
    calls, passed = len(sandbox.log), sandbox.clock.now() - began
    sandbox.faults = Faults()
    sandbox.clock.advance(AN_HOUR_LISTED)
    after = stock(sandbox, course.accounts)
    return measured._replace(calls=calls, aws=passed, left=len(after - beside), harmed=len(beside - after))


class Pauses:
    """The pauses of so many processes at once: while all of them pause, the clock jumps to where the first one ends."""

    def __init__(self, sandbox: Sandbox, processes: int) -> None:
        self._clock, self._processes = sandbox.clock, processes
        self._ends: list[float] = []
        self._changed = threading.Condition()

    def take(self, seconds: float) -> None:
        """Pause; a process that has ended meanwhile is waited for in vain, but not for long."""
        with self._changed:
            end = self._clock.now() + seconds
            self._ends.append(end)
            while self._clock.now() < end:
                if len(self._ahead()) == self._processes or not self._changed.wait(SILENCE):
                    self._clock.advance(min(self._ahead()) - self._clock.now())
                    self._changed.notify_all()
            self._ends.remove(end)

    def _ahead(self) -> list[float]:
        """Return when those end that are not over yet."""
        return [end for end in self._ends if end > self._clock.now()]


@contextmanager
def clock_of(sandbox: Sandbox, processes: int = 1) -> Iterator[int]:
    """Let contestants' pauses move the clock, and yield the port where they tell of them."""
    pauses = Pauses(sandbox, processes)

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            pauses.take(float(self.rfile.readline()))
            self.wfile.write(b".")

    with socketserver.ThreadingTCPServer((LOOPBACK, 0), Handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        yield server.server_address[1]
        server.shutdown()


@contextmanager
def quick_lists() -> Iterator[None]:
    """Let moto copy the versions of one page for a page, and not all that there are: it would take most of the time."""
    listed = S3Backend.list_object_versions

    def list_object_versions(backend: Any, bucket_name: str, *more: Any, **params: Any) -> Any:
        bucket = backend.get_bucket(bucket_name)
        whole, wanted = bucket.keys, (params.get("max_keys") or 1000) + 1
        if more or params.get("delimiter"):
            return listed(backend, bucket_name, *more, **params)
        try:
            bucket.keys = _narrowed(whole, params.get("key_marker") or "", params.get("prefix") or "", wanted)
            return listed(backend, bucket_name, **params)
        finally:
            bucket.keys = whole

    S3Backend.list_object_versions = list_object_versions
    try:
        yield
    finally:
        S3Backend.list_object_versions = listed


def _narrowed(whole: Any, marker: str, prefix: str, wanted: int) -> Any:
    """Return the keys from ``marker`` on that hold so many versions besides its own."""
    narrow, wanted = type(whole)(), wanted + len(whole.getlist(marker))
    for name in sorted(name for name in whole if name >= marker and name.startswith(prefix)):
        versions = whole.getlist(name)
        narrow.setlist(name, versions)
        wanted -= len(versions)
        if wanted <= 0:
            break
    return narrow


def timed(command: Sequence[str], told: dict[str, str], folder: Path) -> Figures:
    """Run a command, with nothing of this machine's in its environment but what programs need."""
    environment = told | {
        "HOME": str(folder),
        "PATH": os.pathsep.join(map(str, (HERE / "pauses", HOME / "bin", os.environ["PATH"]))),
        "PYTHONPATH": os.pathsep.join(map(str, (HERE / "pauses", ROOT))),
        "AWS_DEFAULT_REGION": "ap-southeast-1",
        "AWS_EC2_METADATA_DISABLED": "true",
    }
    start = time.monotonic()
    with (folder / "said").open("ab") as said:
        done = subprocess.run(  # noqa: S603 - a contestant
            [sys.executable, "-c", START, *command], cwd=folder, env=environment, check=True, text=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=said,
        )  # fmt: skip
    exit_code, cpu, kib = done.stdout.split()
    return Figures(int(exit_code), time.monotonic() - start, float(cpu), float(kib) / 1024)


@contextmanager
def project(course: Course) -> Iterator[Path]:
    """Yield a copy of what the suite runs from, with the class's accounts as each contestant wants them."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for file in ("pyproject.toml", "conftest.py"):
            shutil.copy(ROOT / file, folder)
        shutil.copytree(ROOT / "cleanup_tests", folder / "cleanup_tests")
        (folder / ".aws").mkdir()
        for file, (head, line) in LISTS.items():
            lines = [line.format(account, ROLE.format(account), bucket_of(account)) for account in course.accounts]
            (folder / file).write_text("\n".join([head, *lines, ""]), encoding="utf-8")
        yield folder


# A class as it is told to this suite, to each_account.sh, to the AWS's SDKs and to c7n-org.
LISTS = {
    "class.csv": ("alias,account_id,role_arn,bucket", "s{0},{0},{1},{2}"),
    "profiles": ("", "s{0} {2}"),
    ".aws/config": ("", "[profile s{0}]\nrole_arn = {1}\nsource_profile = default\nregion = ap-southeast-1"),
    "accounts.yml": ("accounts:", "- {{name: s{0}, account_id: '{0}', role: '{1}', regions: [ap-southeast-1]}}"),
}
