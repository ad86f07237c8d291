"""``--record FILE`` as a user gives it, and what ``show`` and ``scrub`` make of the file."""

from __future__ import annotations

import gzip
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from carbuyer_cleanup.recording import HOW
from carbuyer_cleanup.recording.reading import load

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from carbuyer_cleanup.recording.replaying import Replay
    from strict_moto.session import Session
    from tests.result import Result

KEY_PAIR = "cleanup_tests/test_16_key_pair.py"
CANARY = "nguyenvana"


@pytest.fixture
def recorded(run_suite: Callable[..., Result], session: Session, tmp_path: Path) -> Path:
    """A recording of a step in an account in which somebody's name stands everywhere."""
    tag = {"Key": f"Owner {CANARY}", "Value": f"{CANARY}@example.com"}
    for name in (f"carbuyer-{CANARY}", f"of-{CANARY}"):
        session.client("ec2").create_key_pair(
            KeyName=name, TagSpecifications=[{"ResourceType": "key-pair", "Tags": [tag]}]
        )
    result = run_suite("--record", str(tmp_path / "run.rec"), path=KEY_PAIR)
    assert result.exit_code == 0, result.output
    assert f"Recorded in {tmp_path}/run.rec. See what is in it" in result.output
    return tmp_path / "run.rec"


def test_records(recorded: Path, command: Callable[..., tuple[int, str, str]], replay: Callable[..., Replay]) -> None:
    """It has what was asked and answered, under other names; it can be shown, scrubbed and replayed."""
    made = load(recorded)
    text = gzip.decompress(recorded.read_bytes()).decode()
    code, output, _ = command("show", recorded)
    assert CANARY not in text + output
    assert code == 0
    assert "a teardown in the embedded AWS" in output
    assert "ec2:DeleteKeyPair" in output
    (deleted,) = [call for call in made.calls if call.call == "ec2:DeleteKeyPair"]
    pairs = next(call.answer for call in made.calls if call.call == "ec2:DescribeKeyPairs" and call.answer)["KeyPairs"]
    assert [deleted.params] == [{"KeyName": pair["KeyName"]} for pair in pairs if "carbuyer-" in pair["KeyName"]]
    assert made.end["results"][""]["steps"] == {"16": ["done", 1, 0]}
    assert command("scrub", recorded)[0] == 0
    assert [call.call for call in load(recorded).calls] == [call.call for call in made.calls]
    assert load(recorded).accounts[""]["account"] != made.accounts[""]["account"]
    again = replay(recorded)
    assert (again.exit_code, again.differences) == (0, [])
    assert [line for line in again.told if "not recorded" in line] == []


def test_nobody_reads_to_the_end(recorded: Path) -> None:
    """``show FILE | head`` ends quietly, as other programs do."""
    show = [sys.executable, "-m", "carbuyer_cleanup.recording", "show", str(recorded)]
    with subprocess.Popen(show, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as run:  # noqa: S603 - ourselves
        assert run.stdout
        run.stdout.close()
        assert run.stderr
        assert run.stderr.read() == b""
    assert run.returncode == -signal.SIGPIPE


@pytest.mark.parametrize("given", ["0", "-1", "x", "²"])
def test_no_number(given: str, tmp_path: Path, command: Callable[..., tuple[int, str, str]]) -> None:
    """``--until`` takes a number of calls."""
    with pytest.raises(SystemExit):
        command("replay", tmp_path / "x.rec", f"--until={given}")


def test_refused_before_anything(run_suite: Callable[..., Result], tmp_path: Path) -> None:
    """A file that isn't a recording is left alone, and nothing is run."""
    (tmp_path / "thesis.txt").write_text("mine")
    result = run_suite("--record", str(tmp_path / "thesis.txt"), path=KEY_PAIR)
    assert result.exit_code == 4
    assert "thesis.txt can't be written: it is not a recording" in result.errors
    assert (tmp_path / "thesis.txt").read_text() == "mine"


@pytest.mark.exhaustive
@pytest.mark.usefixtures("served")
def test_failed_run_says_how(run_suite: Callable[..., Result]) -> None:
    """Terminal and report of a run that failed name the option that records it."""
    result = run_suite("--aws", "--verify", path=KEY_PAIR)
    assert result.exit_code == 8
    assert "If this looks wrong: run it again with --record run.rec" in result.output
    assert HOW in (result.reports / "report.html").read_text()
