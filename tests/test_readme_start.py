"""The README's commands on a Python that is too old: they say so at once, and make nothing."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

README = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")
COMMANDS = re.findall(r"^```sh\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
OLD = """#!{python}
import sys
sys.version_info = (3, 9, 25)
exec(sys.argv[sys.argv.index("-c") + 1])
"""


@pytest.mark.parametrize("command", COMMANDS, ids=["rehearse", "test"])
def test_old_python(tmp_path: Path, command: str) -> None:
    """It is told which one this is and which is needed, in words that the old one can say itself."""
    old = tmp_path / "python3.9"
    old.write_text(OLD.format(python=sys.executable))
    old.chmod(0o755)

    env = {"PYTHON": str(old)}
    done = subprocess.run(["bash", "-c", command], cwd=tmp_path, env=env, capture_output=True, text=True, check=False)  # noqa: S603, S607 - the README's

    assert done.returncode == 1
    assert done.stderr == "This is Python 3.9; Python 3.11 or newer is needed (the README says how).\n"
    assert [path.name for path in tmp_path.iterdir()] == ["python3.9"]


def test_commands() -> None:
    """There are two, each of one line; below the hints for those whose Python is old."""
    assert [command.count("\n") for command in COMMANDS] == [1, 1]
    assert README.index("export PYTHON=") < README.index("```sh")
    assert "--clear" in COMMANDS[0]
