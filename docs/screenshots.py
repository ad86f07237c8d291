"""Makes the screenshots of this folder anew: ``python docs/screenshots.py``, with Chromium and pngquant installed.

Both pages are those of runs against the embedded AWS: a teardown that somebody else's instance blocks, and a class.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "docs" / "screenshots"
CHROMIUM = ("chromium-headless-shell", "chromium")  # Debian's packages
QUIET = ("--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--log-level=3")
FEWER = ("pngquant", "--force", "--ext", ".png", "64")  # colours: a third of the size
EXPORT = re.compile(r"(\w+)=(\S+)")
NETWORK = ["vpc", "nat_gateway", "security_group", "vpc_endpoint"]
# What stands in each account of the class; the first one is also torn down.
ESTATES: dict[str, object] = {
    "an": {
        "parts": dict.fromkeys([*NETWORK, "load_balancer", "instance", "role", "key_pair"], "as built"),
        "blockers": ["foreign instance", "idle address"],
    },
    "binh": [],
    "chi": NETWORK,
    "dung": [],
    "giang": ["table", "vpc"],
    "hoa": [],
    "khanh": [],
    "lan": ["role", "key_pair"],
}


class Shot(NamedTuple):
    """A page, and the size of the window in pixels."""

    page: str
    width: int
    height: int


SHOTS = {
    "report.png": Shot("report.html", 1000, 1250),
    "class.png": Shot("class.html", 1200, 900),
    "class-phone.png": Shot("class.html", 500, 900),
}


def main() -> None:
    """Run the suite twice, and take a picture of each page."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        with _served(folder) as (accounts, environment):
            _run(folder, environment, "--account", accounts["an"], "--profile", "an")
            (folder / "class.csv").write_text(_roster(accounts), "utf-8")
            shutil.copy(_reports() / "report.html", folder)
            _run(folder, environment, "--verify", "--roster", str(folder / "class.csv"))
            shutil.copy(_reports() / "class.html", folder)
        for name, shot in SHOTS.items():
            _take(folder / shot.page, FOLDER / name, shot, folder)


def _reports() -> Path:
    return ROOT / "reports"


@contextmanager
def _served(folder: Path) -> Iterator[tuple[dict[str, str], dict[str, str]]]:
    """Serve the embedded AWS; yield the number of each account, and the environment in which they have profiles."""
    numbers = {alias: _number(index) for index, alias in enumerate(ESTATES, 1)}
    for alias, estate in ESTATES.items():
        (folder / f"{alias}.json").write_text(json.dumps(estate), "utf-8")
    estates = [f"--estate={numbers[alias]}={folder / alias}.json" for alias in ESTATES]
    command = [sys.executable, "-m", "strict_moto", "--speed", "120", "--accounts", str(len(ESTATES)), *estates]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:  # noqa: S603 - the suite's own
        try:
            yield numbers, _environment(folder, server, {number: alias for alias, number in numbers.items()})
        finally:
            server.terminate()


def _number(index: int) -> str:
    """Return the number of an account as the server gives them."""
    return "111122223333" if index == 1 else f"2222{index:08}"


def _environment(folder: Path, server: subprocess.Popen[str], aliases: Mapping[str, str]) -> dict[str, str]:
    """Read what the server says is to be set; the keys of each account become a profile."""
    kept = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG"}}
    profiles = folder / "credentials"
    for line in server.stdout or ():
        told = dict(EXPORT.findall(line))
        account = line.rpartition("# account ")[2].strip()
        if account in aliases:
            keys = "".join(f"{name.lower()} = {value}\n" for name, value in told.items())
            profiles.open("a").write(f"[{aliases[account]}]\n{keys}")
        kept |= {} if "AWS_ACCESS_KEY_ID" in told else told
        if "ready" in line:
            break
    return kept | {"AWS_SHARED_CREDENTIALS_FILE": str(profiles)}


def _roster(accounts: Mapping[str, str]) -> str:
    lines = [f"{alias},{number},{alias},Nguyễn {alias.title()}" for alias, number in accounts.items()]
    return "\n".join(["alias,account_id,profile,name", *lines])


def _run(folder: Path, environment: Mapping[str, str], *args: str) -> None:
    """Run the suite; that it fails is what is to be seen."""
    command = [sys.executable, "-m", "pytest", "cleanup_tests/", "-q", "--aws", "--audit-depth", "workshop", *args]
    env = {**environment, "TMPDIR": str(folder)}
    subprocess.run(command, cwd=ROOT, env=env, check=False)  # noqa: S603 - the suite's own


def _take(page: Path, picture: Path, shot: Shot, folder: Path) -> None:
    program = next(filter(None, map(shutil.which, CHROMIUM)))
    look = f"--user-data-dir={folder / 'profile'}"
    size = f"--window-size={shot.width},{shot.height}"
    browse = [program, *QUIET, look, size, f"--screenshot={picture}", page.as_uri()]
    for command in (browse, [*FEWER, str(picture)]):
        subprocess.run(command, check=True)  # noqa: S603 - the system's


if __name__ == "__main__":
    main()
