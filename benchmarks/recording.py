"""What ``--record`` costs: the CPU time of a whole teardown, recorded, as a multiple of that without.

``python -m benchmarks.recording [SPEED]``. The suite runs in a process of its own, against the embedded AWS in this
one, at SPEED times AWS's; the run waits as it would for AWS. All CPU time of that process counts: imports, pytest,
HTTP, signatures, the audit, reports. The recorder's share is measured within the run, so that a ratio takes one run.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from aws_clock import Clock
from carbuyer_cleanup.plugin import recording as plugin
from carbuyer_cleanup.recording.recorder import Recorder, _RecordedAccount, _RecordedSharing
from carbuyer_cleanup.recording.replaying import IMPORTED
from strict_moto import estate
from strict_moto.sandbox import ACCOUNT, Sandbox
from strict_moto.server import serve

if TYPE_CHECKING:
    from collections.abc import Callable

LIMIT = 1.05
SPEED = 60.0
CHILD = "--here"
OF_RECORDER: tuple[tuple[Any, tuple[str, ...]], ...] = (
    (
        Recorder,
        ("__init__", "watch", "begun", "refused", "told"),
    ),  # "opened" makes a client, which the run needs anyway
    (_RecordedAccount, ("before_parameter_build", "before_parse", "after_call", "after_call_error")),
    (_RecordedSharing, ("shares",)),
    (plugin, ("_facts", "_join", "_end")),
)


class Timed:
    """Adds up the CPU time that the recorder takes, in whatever thread."""

    def __init__(self) -> None:
        self.seconds, self._within = 0.0, threading.local()
        for owner, names in OF_RECORDER:
            for name in names:
                setattr(owner, name, self._timed(getattr(owner, name)))

    def _timed(self, function: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **more: Any) -> Any:
            if getattr(self._within, "it", False):  # one of the recorder's calls another: count once
                return function(*args, **more)
            self._within.it, before = True, time.thread_time()
            try:
                return function(*args, **more)
            finally:
                self._within.it = False
                self.seconds += time.thread_time() - before

        return call


def run_here(file: str) -> int:
    """Tear down what the environment tells of, recorded; print the figures."""
    timed = Timed()
    asked = ["--aws", "--account", ACCOUNT, "--record", file]
    code = pytest.main(["cleanup_tests", "-q", "-p", "no:cacheprovider", "-W", IMPORTED, *asked])
    whole = time.process_time()
    print(
        f"the whole run: {whole:.2f} s of CPU, the recorder's {timed.seconds:.2f} s; {Path(file).stat().st_size} bytes"
    )
    print(f"recorded / not: {whole / (whole - timed.seconds):.3f} (limit {LIMIT})")
    return int(code != 0 or whole > LIMIT * (whole - timed.seconds))


def main() -> int:
    """Return 1 if the teardown fails, or the ratio is beyond its limit."""
    os.chdir(Path(__file__).parents[1])
    if sys.argv[1:2] == [CHILD]:
        return run_here(sys.argv[2])
    sandbox = Sandbox(Clock(float(sys.argv[1]) if len(sys.argv) > 1 else SPEED))
    keys = sandbox.add_account(ACCOUNT)
    estate.create(sandbox.session(ACCOUNT))
    with tempfile.TemporaryDirectory() as folder, serve(sandbox) as address:
        told = {
            "AWS_ENDPOINT_URL": address,
            "AWS_ACCESS_KEY_ID": keys.access_key,
            "AWS_SECRET_ACCESS_KEY": keys.secret_key,
        }
        command = [sys.executable, "-m", "benchmarks.recording", CHILD, str(Path(folder) / "run.rec")]
        return subprocess.run(command, env=os.environ | told, check=False).returncode  # noqa: S603 - this file


if __name__ == "__main__":
    sys.exit(main())
