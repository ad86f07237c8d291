"""A replay is the run that was recorded: the same steps, verdict, exit code and certificate, however often."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from carbuyer_cleanup.errors import Refused
from carbuyer_cleanup.recording import recorder
from carbuyer_cleanup.recording.mask import Bare
from carbuyer_cleanup.recording.reading import load
from strict_moto import estate
from strict_moto.sandbox import ACCOUNT
from tests.recording.replays import certificate

if TYPE_CHECKING:
    from collections.abc import Callable

    from carbuyer_cleanup.recording.replaying import Replay
    from strict_moto.sandbox import Sandbox
    from tests.result import Result

pytestmark = pytest.mark.exhaustive
TIMES = 20
A_ROLE_LASTS = 30.0  # times AWS's speed: a role that is taken for an hour outlasts the run on a busy machine
ROOT = Path(__file__).parents[2]
RUNS = {
    "teardown": (["--account", ACCOUNT], 0, "CLEAN"),
    "verify": (["--verify"], 1, "LEFTOVERS"),
    "plan": (["--plan"], 0, "LEFTOVERS"),
}


@pytest.mark.parametrize(("options", "code", "verdict"), RUNS.values(), ids=list(RUNS))
def test_same_certificate(  # noqa: PLR0913, PLR0917 - fixtures
    options: list[str],
    code: int,
    verdict: str,
    served: Sandbox,
    run_suite: Callable[..., Result],
    replay: Callable[..., Replay],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Where nothing is replaced the replay's certificate is that of the run, but for times."""
    monkeypatch.setattr(recorder, "Mask", lambda *_: Bare())
    estate.create(served.session(ACCOUNT))
    run = run_suite("--aws", "--record", str(tmp_path / "run.rec"), *options)
    again = replay(tmp_path / "run.rec")
    assert (run.exit_code, again.exit_code) == (code, code), run.output
    assert again.differences == []
    assert again.results[""]["verdict"] == verdict
    if "--plan" not in options:
        assert certificate(again.reports) == certificate(run.reports)


CUT = "It has no end: the run was killed"
AT_SPEED = ["--sandbox-speed", "1", "--estate", "workshop"]


@pytest.fixture
def killed(project: Path, tmp_path: Path) -> Callable[[signal.Signals], tuple[int, Path]]:
    """Return a function that ends a teardown half-way with a signal: its exit code, and its recording."""

    def kill(sent: signal.Signals) -> tuple[int, Path]:
        file = tmp_path / "run.rec"
        command = [sys.executable, "-m", "pytest", "cleanup_tests", "-p", "no:cacheprovider", "--record", str(file)]
        with subprocess.Popen([*command, *AT_SPEED], cwd=project, stdout=subprocess.DEVNULL) as run:  # noqa: S603 - ourselves
            while run.poll() is None and not (file.exists() and "ec2:DeleteNatGateway" in _calls(file)):
                time.sleep(0.2)
            run.send_signal(sent)
            return run.wait(60), file

    return kill


def _calls(file: Path) -> list[str]:
    with suppress(Refused):  # it does not say yet what was run
        return [call.call for call in load(file).calls]
    return []


@pytest.mark.usefixtures("heard")
def test_interrupted(killed: Callable[..., tuple[int, Path]], replay: Callable[..., Replay]) -> None:
    """A run that Ctrl-C ended is replayed to the same end."""
    code, file = killed(signal.SIGINT)
    again = replay(file)
    assert (code, again.exit_code) == (2, 2)
    assert again.differences == []
    assert "interrupted" in (again.reports / "junit.xml").read_text()


def test_killed(
    killed: Callable[..., tuple[int, Path]],
    replay: Callable[..., Replay],
    command: Callable[..., tuple[int, str, str]],
) -> None:
    """A run that was killed is replayed as far as its recording goes, and then stops."""
    code, file = killed(signal.SIGKILL)
    again = replay(file)
    assert (code, again.exit_code) == (-signal.SIGKILL, 2)
    assert any("has no end" in line for line in again.told)
    assert CUT in command("show", file)[1]


@pytest.mark.usefixtures("workshop_estate")
def test_twenty_times(run_suite: Callable[..., Result], replay: Callable[..., Replay], tmp_path: Path) -> None:
    """However often it is replayed, it is the same: steps, verdict, and all that is written to AWS."""
    assert run_suite("--record", str(tmp_path / "run.rec"), "-k", "not audit").exit_code == 0
    replays = [replay(tmp_path / "run.rec") for _ in range(TIMES)]
    assert [one.differences for one in replays] == [[]] * TIMES
    assert len({json.dumps(one.results, sort_keys=True) for one in replays}) == 1


@pytest.mark.usefixtures("workshop_estate")
def test_until(run_suite: Callable[..., Result], replay: Callable[..., Replay], tmp_path: Path) -> None:
    """``--until`` stops after so many calls, as Ctrl-C does: even after the first, while the account is opened."""
    assert run_suite("--record", str(tmp_path / "run.rec")).exit_code == 0
    for calls in (1, 100):
        again = replay(tmp_path / "run.rec", until=calls)
        assert again.exit_code == 2
        assert again.told[0].startswith(f"Replayed {calls} calls of ")


@pytest.mark.usefixtures("served")
def test_signed(run_suite: Callable[..., Result], replay: Callable[..., Replay], tmp_path: Path) -> None:
    """A run that signed is replayed without: the key is not in the recording."""
    key = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (tmp_path / "key.pem").write_bytes(key)
    options = ["--aws", "--verify", "--sign", str(tmp_path / "key.pem"), "--record", str(tmp_path / "run.rec")]
    assert run_suite(*options, path="cleanup_tests/test_16_key_pair.py").exit_code == 8
    again = replay(tmp_path / "run.rec")
    assert (again.exit_code, again.differences) == (8, [])


def test_pdb() -> None:
    """``--pdb`` stops where a test fails."""
    file = ROOT / "tests" / "recordings" / "ministack-teardown.rec"
    command = [sys.executable, "-m", "carbuyer_cleanup.recording", "replay", str(file), "--pdb"]
    run = subprocess.run(command, input="p step\nq\n", capture_output=True, text=True, check=False)  # noqa: S603 - ourselves
    assert "entering PDB" in run.stdout, run.stdout + run.stderr
    assert run.returncode == 2


@pytest.mark.parametrize("served", [A_ROLE_LASTS], indirect=True)
def test_class(  # noqa: PLR0913, PLR0917 - fixtures
    served: Sandbox,
    real_class: Path,
    project: Path,
    tmp_path: Path,
    replay: Callable[..., Replay],
    capfd: pytest.CaptureFixture[str],
) -> None:
    """Of a class over workers all parts are in one file; it is replayed in one process, and ends with the same line."""
    del served
    command = [sys.executable, "-m", "pytest", "cleanup_tests", "-p", "no:cacheprovider", "-n", "2"]
    given = ["--verify", "--aws", "--grades", "moodle", "--roster", str(real_class)]
    given += ["--record", str(tmp_path / "run.rec")]
    run = subprocess.run([*command, *given], cwd=project, capture_output=True, text=True, check=False)  # noqa: S603 - ourselves
    again = replay(tmp_path / "run.rec")
    last = capfd.readouterr()[0].splitlines()[-1]
    assert last == run.stdout.splitlines()[-1] == "3 accounts: 2 CLEAN, 1 LEFTOVERS."
    assert (run.returncode, again.exit_code) == (1, 1), run.stdout + run.stderr
    assert sorted(one["verdict"] for one in again.results.values()) == ["CLEAN", "CLEAN", "LEFTOVERS"]
    assert again.differences == []
    assert [path.name for path in tmp_path.glob("run.rec*")] == ["run.rec"]
