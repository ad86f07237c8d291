"""Running the command of a recording again: in a copy of the project, offline, with the recorded answers."""

from __future__ import annotations

import csv
import json
import os
import shutil
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from carbuyer_cleanup.plugin.recording import result_of
from carbuyer_cleanup.plugin.run import PLAYER, RUNS, alias_of, is_audit, step_of
from carbuyer_cleanup.project_files import STEPS, SUITE_ROOT
from carbuyer_cleanup.recording.compared import compared
from carbuyer_cleanup.recording.player import Player
from carbuyer_cleanup.recording.reading import load

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from carbuyer_cleanup.recording.reading import Recording
    from carbuyer_cleanup.recording.tape import Line

PROJECT = ("pyproject.toml", "conftest.py", STEPS)
IMPORTED = "ignore::pytest.PytestAssertRewriteWarning"  # about plugins, which this module needs as well
NOTHING_SAID: Line = {"vouched": [], "not_ours": []}
OPTION_OF = {"plan": ["--plan"], "verify": ["--verify"], "teardown": []}


@dataclass
class Replay:
    """The result of a replay: pytest's exit code, each account's results, how it differs, and where the reports are."""

    exit_code: int
    results: Line
    told: list[str]
    reports: Path
    differences: list[str] = field(default_factory=list)


def replay(file: Path, until: int | None = None, options: Sequence[str] = (), home: Path | None = None) -> Replay:
    """Run the command of a recording again, and return the result.

    Args:
        file: the recording.
        until: after how many calls it stops, None for never.
        options: more options for pytest.
        home: the folder for the copy of the project and its reports; without one, a new temporary one.

    Raises:
        Refused: it is not a recording.
    """
    recording = load(file)
    root = _project(home or Path(tempfile.mkdtemp(prefix="carbuyer-replay-")))
    _remember(recording, root)
    playing = _Playing(recording, Player(recording, until))
    with _inside(root):
        code = int(pytest.main([*_command(recording, root), *options], plugins=[playing]))
    differences, told = compared(recording, playing.player.played, code, playing.results, stopped=until is not None)
    return Replay(code, playing.results, told, root / "reports", differences)


def _project(root: Path) -> Path:
    """Copy the project, so that its reports are the replay's own."""
    for name in PROJECT:
        copy: Any = shutil.copytree if (SUITE_ROOT / name).is_dir() else shutil.copy
        copy(SUITE_ROOT / name, root / name)
    return root


@contextmanager
def _inside(root: Path) -> Iterator[None]:
    """Work in a folder, with a wall around the process."""
    from strict_moto import wall  # noqa: PLC0415 - moto is slow to import

    before = Path.cwd()
    os.chdir(root)
    try:
        with wall.raised(processes=True):  # pytest-html asks the system what it is
            yield
    finally:
        os.chdir(before)


def _remember(recording: Recording, root: Path) -> None:
    """Write what earlier runs remembered about the accounts to the journal."""
    stamp = {"time": datetime.now(UTC).isoformat(timespec="milliseconds"), "event": "remember"}
    (root / "reports").mkdir(exist_ok=True)
    with (root / "reports" / "journal.jsonl").open("w", encoding="utf-8") as journal:
        for alias, memories in recording.memories.items():
            account = recording.accounts.get(alias, {}).get("account", "")
            journal.writelines(json.dumps(stamp | {"account": account} | memory) + "\n" for memory in memories)


def _command(recording: Recording, root: Path) -> list[str]:
    """Return pytest's arguments."""
    run, said = recording.run, next(iter(recording.begun.values()), NOTHING_SAID)
    manifest, roster = root / "workshop.toml", root / "class.csv"
    manifest.write_text(_manifest(run), encoding="utf-8")
    given = [
        STEPS,
        "-p",
        "no:cacheprovider",
        "-W",
        IMPORTED,
        "--workshop",
        str(manifest),
        "--region",
        run["region"],
    ]
    given += ["--audit-depth", run["depth"], *OPTION_OF[run["task"]]]
    given += ["--one-by-one"] if run["one_by_one"] else []
    given += ["--maxfail", str(run["maxfail"])] if run.get("maxfail") else []
    given += ["--audit-regions", ",".join(run["audit_regions"])] if run["audit_regions"] else []
    given += [word for entry, name in said["vouched"] for word in ("--name", f"{entry}={name}")]
    given += ["--not-ours", ",".join(said["not_ours"])] if said["not_ours"] else []
    given += [] if run["rehearsal"] else ["--aws"]
    return given + (_class(recording, roster) if run["members"] else _one(recording))


def _one(recording: Recording) -> list[str]:
    account = next((str(one["account"]) for one in recording.accounts.values()), "")
    return (
        ["--account", account]
        if account and recording.run["task"] == "teardown" and not recording.run["rehearsal"]
        else []
    )


def _class(recording: Recording, roster: Path) -> list[str]:
    members = recording.run["members"]
    with roster.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(("alias", "account_id", "role_arn", "region", "bucket"))
        for one in members:
            role = f"arn:aws:iam::{one['account']}:role/replayed"
            table.writerow((one["alias"], one["account"], role, one.get("region", ""), one.get("bucket", "")))
    confirmed = ["--accounts-confirmed", str(len(members))] if recording.run["task"] == "teardown" else []
    return ["--roster", str(roster), *confirmed]


def _manifest(run: Line) -> str:
    """Return a manifest in TOML, whose strings can be written as in JSON."""
    sections: dict[str, dict[str, Any]] = {}
    for entry, names in run["names"].items():
        section, _, key = entry.partition(".")
        sections.setdefault(section, {})[key] = names
    sections["deadlines"] = run["deadlines"]
    head = [f"region = {json.dumps(run['region'])}", f"prefix = {json.dumps(run['prefix'])}"]
    lines = [[f"[{name}]", *(f"{json.dumps(key)} = {json.dumps(value)}" for key, value in section.items())]
             for name, section in sections.items()]  # fmt: skip
    return "\n".join([*head, *(line for section in lines for line in section)]) + "\n"


class _Playing:
    """The plugin that brings a recording into pytest."""

    def __init__(self, recording: Recording, player: Player) -> None:
        self.recording, self.player = recording, player
        self.results: Line = {}

    @pytest.hookimpl(tryfirst=True)
    def pytest_cmdline_main(self, config: pytest.Config) -> None:
        """Have the accounts opened in the recording."""
        config.stash[PLAYER] = self.player

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Select the tests that were selected in the recorded run."""
        items[:] = [item for item in items if self._was_selected(item)]

    def _was_selected(self, item: pytest.Item) -> bool:
        run, alias = self.recording.run, alias_of(item)
        return alias in run["audited"] if is_audit(item) else bool({*step_of(item)} & {*run["steps"].get(alias, ())})

    def pytest_unconfigure(self, config: pytest.Config) -> None:
        """Keep the accounts' results, when the run has ended."""
        runs = config.stash.get(RUNS, None)
        self.results = {alias: result_of(run) for alias, run in runs.open.items()} if runs else {}
