"""The folder of the reports: what others put there is not written through, and what can't be used is told at once."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from carbuyer_cleanup import files

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from strict_moto.sandbox import Sandbox
    from tests.result import Result

KEY_PAIR = "cleanup_tests/test_16_key_pair.py"
FILES = ("journal.jsonl", "certificate.json", "grades.csv", "class.html", "report.html", "junit.xml")


def link(place: Path, mine: Path) -> str:
    """Lead to a file of the user's."""
    place.symlink_to(mine)
    return "it is a symbolic link"


def dangling_link(place: Path, mine: Path) -> str:
    """Lead to where a file would be made."""
    place.symlink_to(mine.with_name("new"))
    return "it is a symbolic link"


def hard_link(place: Path, mine: Path) -> str:
    """Be a file of the user's."""
    place.hardlink_to(mine)
    return "it is a file with a second name"


def folder(place: Path, _mine: Path) -> str:
    """Be a folder."""
    place.mkdir()
    return "it is a folder, not a file"


def pipe(place: Path, _mine: Path) -> str:
    """Wait for somebody who reads."""
    os.mkfifo(place)
    return "it is a pipe, not a file"


def a_file(place: Path, _mine: Path) -> str:
    """Be a file."""
    place.write_text("mine")
    return "it is a file, not a folder"


PLACES = {
    **{f"reports/{name}": (link,) for name in FILES},
    "reports/certificates": (link, dangling_link, a_file),
    "reports/journal.jsonl": (link, dangling_link, hard_link, folder, pipe),
    "reports": (link, dangling_link, a_file),
}


@pytest.mark.parametrize(
    ("name", "make"),
    [
        pytest.param(name, make, id=f"{name}-{make.__name__}", marks=[pytest.mark.exhaustive] * (n % 3 != 2))
        for n, (name, make) in enumerate((name, make) for name, makes in PLACES.items() for make in makes)
    ],
)
def test_what_is_no_place_for_reports(
    run_suite: Callable[..., Result], sandbox: Sandbox, project: Path, name: str, make: Callable[[Path, Path], str]
) -> None:
    """It is told before anything happens, with its name, and is left as it is."""
    mine = project / "mine"
    mine.write_text("mine")
    (project / name).parent.mkdir(exist_ok=True)
    why = make(project / name, mine)

    result = run_suite(path=KEY_PAIR)

    assert result.exit_code == 4
    assert f"The reports can't be written: {project / name}: {why}" in result.errors
    assert result.errors.strip().count("\n") == 0
    assert "Traceback" not in result.output + result.errors
    assert mine.read_text() == "mine"
    assert not (project / "new").exists()
    assert sandbox.log == []


@pytest.mark.parametrize("name", ["journal.jsonl", "report.html", "junit.xml"])
def test_file_that_may_not_be_written(
    run_suite: Callable[..., Result], project: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """A file of somebody else's, or on a disk that can only be read, is told before anything happens."""
    (project / "reports").mkdir()
    (project / "reports" / name).write_text("")
    real = os.open

    def denied(path: Path, flags: int, mode: int = 0o777, **more: Any) -> int:
        if str(path).endswith(name) and flags & (os.O_WRONLY | os.O_RDWR):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        return real(path, flags, mode, **more)

    monkeypatch.setattr(os, "open", denied)

    result = run_suite(path=KEY_PAIR)

    assert result.exit_code == 4
    assert f"The reports can't be written: {project / 'reports' / name}: Permission denied" in result.errors


def test_reports_that_the_user_wants_elsewhere(run_suite: Callable[..., Result], project: Path) -> None:
    """What stands in the place of a file that is not written is nobody's business."""
    (project / "reports").mkdir()
    (project / "reports" / "report.html").symlink_to(project / "mine")

    result = run_suite("--html", "other.html", path=KEY_PAIR)

    assert result.exit_code == 0
    assert (project / "other.html").exists()
    assert not (project / "mine").exists()


def test_listing_needs_no_folder(run_suite: Callable[..., Result], project: Path) -> None:
    """A mere listing of the tests writes nothing."""
    (project / "reports").write_text("mine")

    assert run_suite("--collect-only", path=KEY_PAIR).exit_code == 0
    assert (project / "reports").read_text() == "mine"


def test_no_room(project: Path) -> None:
    """A disk, or a quota, that has no room left for the reports is told before anything is deleted."""
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", KEY_PAIR]
    limited = ["sh", "-c", 'ulimit -f 1000; exec "$@"', "sh", *command]  # half a megabyte a file

    ran = subprocess.run(limited, cwd=project, capture_output=True, text=True, check=False)  # noqa: S603 - ourselves

    assert ran.returncode == 4, ran.stdout + ran.stderr
    assert f"The reports can't be written: {project / 'reports'}: File too large. Nothing was done" in ran.stderr
    assert "Traceback" not in ran.stdout + ran.stderr


@dataclass
class Takes:
    """A plugin that takes the class page's place while the tests run."""

    place: Path

    def pytest_runtest_call(self) -> None:
        """Take it."""
        self.place.mkdir(exist_ok=True)


@pytest.mark.parametrize(("task", "code"), [("--verify", 8), ("--plan", 0)])
def test_class_page_that_can_not_be_written(
    run_suite: Callable[..., Result], project: Path, task: str, code: int
) -> None:
    """The run says so, keeps what it has, and doesn't end as if all were well; a plan writes none."""
    (project / "class.csv").write_text("alias,account_id,profile\nan,111122223333,x\n")

    result = run_suite(
        "--roster", "class.csv", task, path=KEY_PAIR, plugins=[Takes(project / "reports" / "class.html")]
    )

    assert result.exit_code == code
    assert ("The grades and the class page were not written: Is a directory" in result.output) is bool(code)
    assert "Traceback" not in result.output + result.errors
    assert (result.reports / "grades.csv").exists() is bool(code)


class Full:
    """A plugin that finds no room for its report."""

    def pytest_sessionfinish(self) -> None:
        """Raise what the system says then."""
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


@pytest.mark.parametrize("plugins", [[], [Full()]], ids=["room", "none left"])
def test_report_that_can_not_be_written(run_suite: Callable[..., Result], plugins: list[Full]) -> None:
    """A disk that is full at the end keeps nobody from being told how the run ended."""
    result = run_suite(path=KEY_PAIR, plugins=plugins)

    assert result.exit_code == 0
    assert result.output.splitlines()[-1].startswith("REHEARSAL")
    assert "1 passed" in result.output
    assert ("A report could not be written: No space left on device." in result.output) is bool(plugins)
    assert "Traceback" not in result.output + result.errors


@pytest.mark.parametrize("make", [link, hard_link, folder, pipe], ids=lambda make: make.__name__)
def test_put_there_at_the_last_moment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, make: Callable[[Path, Path], str]
) -> None:
    """What takes a file's place after it was looked at is not opened either."""
    (tmp_path / "mine").write_text("mine")
    make(tmp_path / "place", tmp_path / "mine")
    monkeypatch.setattr(files, "refuse_no_file", lambda _path: None)

    with pytest.raises(OSError, match=r"symbolic links|second name|directory|not a file"):
        files.open_own(tmp_path / "place", os.O_RDWR | os.O_CREAT)


def test_disk_full_half_way(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that could not be written to its end is not there: the old one is."""
    (tmp_path / "file").write_text("old")
    write = os.write

    def half(file: int, data: bytes) -> int:
        if len(data) < 5:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return write(file, data[:5])

    monkeypatch.setattr(os, "write", half)

    with pytest.raises(OSError, match="No space left"):
        files.write_whole(tmp_path / "file", "something new")
    assert (tmp_path / "file").read_text() == "old"


def test_unfinished_file_of_somebody_elses(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One that was put there at the last moment is not written to: whoever owns it could change it afterwards."""
    (tmp_path / "file.unfinished").write_text("theirs")
    monkeypatch.setattr("pathlib.Path.unlink", lambda *_args, **_more: None)

    with pytest.raises(FileExistsError):
        files.write_whole(tmp_path / "file", "mine")
    assert not (tmp_path / "file").exists()
