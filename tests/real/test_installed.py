"""The wheel, in a virtual environment of its own, used from a folder where nothing else is."""

from __future__ import annotations

import subprocess
import sys
import venv
from pathlib import Path

import pytest

from carbuyer_cleanup.command_line.options import OPTIONS

ROOT = Path(__file__).parents[2]
KEY_PAIR = "cleanup_tests/test_16_key_pair.py"


def ran(*command: str | Path, at: Path, code: int = 0) -> str:
    """Run a command in a folder, see its exit code, and return what it said."""
    done = subprocess.run(command, cwd=at, capture_output=True, text=True, check=False)  # noqa: S603 - ourselves
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout + done.stderr


@pytest.fixture(scope="module")
def scripts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The scripts of an environment with the wheel in it; what it depends on is borrowed from this one."""
    home = tmp_path_factory.mktemp("installed")
    pip = [sys.executable, "-m", "pip"]
    ran(*pip, "wheel", "-q", "--no-deps", "--no-build-isolation", "-w", home, ROOT, at=home)
    venv.create(home / "venv")
    (packages,) = (home / "venv" / "lib").glob("python*/site-packages")
    (packages / "borrowed.pth").write_text(f"{Path(pytest.__file__).parents[1]}\n")
    (wheel,) = home.glob("*.whl")
    ran(*pip, "--python", home / "venv/bin/python", "install", "-q", "--no-deps", "--no-index", wheel, at=home)
    return home / "venv" / "bin"


@pytest.mark.exhaustive
def test_rehearses_anywhere(scripts: Path, tmp_path: Path) -> None:
    """All steps pass, the reports are where it was started, and nothing is written anywhere else."""
    before = set(scripts.parent.rglob("*.*"))

    said = ran(scripts / "carbuyer-cleanup", at=tmp_path)

    assert "17 passed" in said
    assert said.splitlines()[-1].endswith("To clean yours: carbuyer-cleanup --aws")
    assert {path.name for path in (tmp_path / "reports").iterdir()} >= {"report.html", "junit.xml", "journal.jsonl"}
    assert [path.name for path in tmp_path.iterdir()] == ["reports"]
    assert [path for path in set(scripts.parent.rglob("*.*")) - before if path.suffix != ".pyc"] == []


@pytest.mark.exhaustive
def test_is_the_whole_suite(scripts: Path, tmp_path: Path, endpoint: str) -> None:
    """One file of the steps can be named; a certificate is signed, and checked by schema and manifest of the wheel."""
    ran("openssl", "genpkey", "-algorithm", "ed25519", "-out", "key.pem", at=tmp_path)
    ran(scripts / "carbuyer-cleanup", "--aws", "--verify", "--sign", "key.pem", KEY_PAIR, at=tmp_path, code=8)
    check = ("-m", "carbuyer_cleanup.certificate", "verify", "reports/certificate.json", "--key", "key.pem")

    assert f"The run did not ask AWS, but {endpoint}" in ran(scripts / "python", *check, at=tmp_path, code=1)
    helped = ran(scripts / "carbuyer-cleanup", "--help", at=tmp_path)
    assert [option for option in OPTIONS if option not in helped] == []


@pytest.mark.exhaustive
@pytest.mark.parametrize(
    "module",
    [
        "carbuyer_cleanup.backup",
        "carbuyer_cleanup.certificate",
        "carbuyer_cleanup.classroom",
        "carbuyer_cleanup.permissions",
        "carbuyer_cleanup.recording",
        "strict_moto",
    ],
)
def test_modules_help(scripts: Path, tmp_path: Path, module: str) -> None:
    """What the README runs with ``python -m`` says how it is used, without the packages of any extra."""
    without = "import sys; sys.modules |= dict.fromkeys(('jsonschema', 'securesystemslib')); "
    run = f"{without}sys.argv = ['x', '--help']; import runpy; runpy.run_module({module!r}, run_name='__main__')"

    assert "usage:" in ran(scripts / "python", "-c", run, at=tmp_path)
