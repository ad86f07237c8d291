"""Workers on other machines: two ``sshd`` on this one, each with a checkout of its own."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from tests.roster.school import number

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.roster.school import School

SSHD = shutil.which("sshd", path=f"{os.environ['PATH']}:/usr/sbin")
SERVER = """
Port {port}
ListenAddress 127.0.0.1
HostKey {folder}/key
AuthorizedKeysFile {folder}/key.pub
PidFile none
StrictModes no
UsePAM no
SetEnv {environment}
"""
CLIENT = """
Host {name}
  HostName 127.0.0.1
  Port {port}
  IdentityFile {folder}/key
  IdentitiesOnly yes
  StrictHostKeyChecking no
  UserKnownHostsFile /dev/null
  LogLevel ERROR
"""
HANDED = ("AWS_ENDPOINT_URL", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "PYTHONPATH")  # a machine's own environment


@contextmanager
def machine(folder: Path, name: str, project: Path) -> Iterator[str]:
    """Let ssh reach a machine of this name, with the project on it; yield what ``--tx`` takes."""
    home, port = folder / name, _free_port()
    shutil.copytree(project, home)
    environment = " ".join(f"{key}={os.environ[key]}" for key in HANDED if key in os.environ)
    facts = {"folder": folder, "port": port, "name": name, "environment": environment}
    (folder / f"sshd-{name}").write_text(SERVER.format(**facts))
    with (folder / "config").open("a") as config:
        config.write(CLIENT.format(**facts))
    with subprocess.Popen([str(SSHD), "-D", "-e", "-f", str(folder / f"sshd-{name}")]) as server:  # noqa: S603 - ours
        _wait_for(port)
        yield f"ssh={name}//ssh_config={folder}/config//chdir={home}//python={sys.executable}"
        server.terminate()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def _wait_for(port: int) -> None:
    for _ in range(100):
        with socket.socket() as caller:
            if caller.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    pytest.fail(f"sshd does not answer on port {port}")


@pytest.mark.exhaustive
def test_two_machines(real_school: School, tmp_path: Path) -> None:
    """Each has its share of the accounts and keeps their certificates; the reports are here, and nothing is copied."""
    assert SSHD, "sshd is missing: apt-get install openssh-server (.ci/run does)"
    real_school.enrol("alice", "bob", "carl")
    project, folder = real_school.roster.parent, tmp_path / "ssh"
    folder.mkdir()
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", folder / "key"], check=True)  # noqa: S603, S607 - ours
    with machine(folder, "one", project) as one, machine(folder, "two", project) as two:
        (project / "class.csv").rename(project / "here.csv")  # the machines have an old one
        for name in ("one", "two"):
            (folder / name / "class.csv").unlink()
        args = ("--roster", "here.csv", "--aws", "--verify", "-v", "-k", "key_pair", "--dist", "load")
        command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *args, "--tx", one, "--tx", two]
        ran = subprocess.run(  # noqa: S603 - ourselves
            [*command, "cleanup_tests"], cwd=project, capture_output=True, text=True, check=False
        )

    assert "3 accounts: 3 COULD NOT VERIFY." in ran.stdout.splitlines()[-1], ran.stdout + ran.stderr
    assert ran.returncode == 8
    assert "3 passed" in ran.stdout
    kept = {name: sorted(file.stem for file in (folder / name).rglob("certificates/*")) for name in ("one", "two")}
    assert kept == {"one": ["alice", "carl"], "two": ["bob"]}
    assert (project / "reports" / "class.html").exists()
    assert number(1) in (project / "reports" / "grades.csv").read_text("utf-8-sig")
    assert not list((folder / "one").rglob("_pytest"))
