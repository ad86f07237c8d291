"""``--record FILE``: records what the run is, what AWS answers, and how it ended; workers' parts are joined."""

from __future__ import annotations

import platform
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from carbuyer_cleanup import __version__
from carbuyer_cleanup.certificate.certificate import StepFacts, judge
from carbuyer_cleanup.command_line.settings import Task
from carbuyer_cleanup.errors import Refused
from carbuyer_cleanup.plugin.asking import show
from carbuyer_cleanup.plugin.run import PLAYER, RECORDER, RUNS, SETTINGS, audited, only_run, selected
from carbuyer_cleanup.plugin.session import concerns_cleanup
from carbuyer_cleanup.plugin.workers import is_spread
from carbuyer_cleanup.recording import BRIEFLY
from carbuyer_cleanup.recording.tape import Tape, lines
from carbuyer_cleanup.verdict import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator

    from carbuyer_cleanup.command_line.settings import Settings
    from carbuyer_cleanup.plugin.run import Run
    from carbuyer_cleanup.recording.mask import Mask
    from carbuyer_cleanup.recording.recorder import Recorder
    from carbuyer_cleanup.recording.tape import Line

KEY = "carbuyer_recording"  # in pytest-xdist's workerinput: the key that texts are hashed with
WORTH = (pytest.ExitCode.TESTS_FAILED, pytest.ExitCode.INTERNAL_ERROR, 8)  # exit codes of runs worth looking into
PART = ".{}.part"  # the end of a worker's file name
LOOK = "python -m carbuyer_cleanup.recording show {}"
TOLD = "Recorded in {path}{cut}. See what is in it before you send it: {look}"
CUT = ", but not to the end: {why}"


@pytest.hookimpl(trylast=True)
def pytest_configure(config: pytest.Config) -> None:
    """Start the file, or a worker's part of it.

    Raises:
        UsageError: the file can't be written.
    """
    settings = config.stash[SETTINGS]
    if not (settings.record and concerns_cleanup(config)) or config.option.collectonly:
        return
    told = getattr(config, "workerinput", {})
    from carbuyer_cleanup.recording.recorder import Recorder  # noqa: PLC0415 - boto3 is slow to import

    name = settings.record + (PART.format(told["workerid"]) if told else "")
    try:
        tape = Tape(Path(name))
    except Refused as error:
        raise pytest.UsageError(str(error)) from error
    key = bytes.fromhex(told.get(KEY, ""))
    config.stash[RECORDER] = recorder = Recorder(tape, settings.workshop.prefix, key)
    config.pluginmanager.register(_Interrupted(recorder))


class _Interrupted:
    """Records Ctrl-C when pytest reports it, and nothing else."""

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder

    def pytest_keyboard_interrupt(self) -> None:
        """Record when it happened."""
        self._recorder.interrupted()


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Give all parts the same key for hashing."""
    if recorder := node.config.stash.get(RECORDER, None):
        node.workerinput[KEY] = recorder.key.hex()


def begin(session: pytest.Session) -> None:
    """Record what the run is for, before AWS is asked anything."""
    recorder = session.config.stash.get(RECORDER, None)
    if recorder:
        chosen = {"steps": selected(session), "audited": sorted(audited(session))}
        masked = {
            "steps": _by_alias(chosen["steps"], recorder.mask),
            "audited": _texts(chosen["audited"], recorder.mask),
        }
        recorder.note("run", maxfail=session.config.option.maxfail, **masked, **_facts(session.config, recorder.mask))


def _by_alias(values: Any, mask: Mask) -> Line:
    return {mask.text(alias): value for alias, value in values.items()}


def _texts(values: Any, mask: Mask) -> list[str]:
    return [mask.text(value) for value in values]


def _facts(config: pytest.Config, mask: Mask) -> Line:
    """Return what the user asked for, with names masked."""
    settings: Settings = config.stash[SETTINGS]
    return {
        "version": __version__, "botocore": version("botocore"), "python": platform.python_version(),
        "started": datetime.now(UTC).isoformat(timespec="seconds"),
        "task": settings.task.value, "rehearsal": settings.rehearsal, "region": settings.region,
        "one_by_one": settings.one_by_one, "depth": settings.depth, "audit_regions": list(settings.audit_regions),
        "prefix": settings.workshop.prefix, "deadlines": settings.workshop.deadlines,
        "names": {entry: _texts(names, mask) for entry, names in settings.workshop.names.items()},
        "members": [
            {"alias": mask.text(one.alias), "account": mask.text(one.account), "region": one.region,
             "bucket": mask.text(one.bucket)}
            for one in settings.members
        ],
    }  # fmt: skip


def end(session: pytest.Session) -> None:
    """Record how the run ended, and say what to do with the file."""
    if recorder := session.config.stash.get(RECORDER, None):
        _end(session, recorder)
    if _may_be_looked_into(session):
        show(session.config, f"If this looks wrong: {BRIEFLY}")


def _may_be_looked_into(session: pytest.Session) -> bool:
    """Return whether the run may have gone wrong without being recorded; leftovers alone are not unusual."""
    settings, run = session.config.stash[SETTINGS], only_run(session.config)
    is_ordinary = run is not None and settings.task is Task.VERIFY and run.verdict is Verdict.LEFTOVERS
    is_odd = session.exitstatus in WORTH and RUNS in session.config.stash and not is_ordinary
    return is_odd and not settings.is_recorded and PLAYER not in session.config.stash


def _end(session: pytest.Session, recorder: Recorder) -> None:
    runs = session.config.stash.get(RUNS, None)
    results = {alias: result_of(run) for alias, run in runs.open.items()} if runs else {}
    _join(session.config, recorder)
    recorder.note("end", exit_code=int(session.exitstatus), results=_by_alias(results, recorder.mask))
    cut = CUT.format(why=recorder.tape.ended) if recorder.tape.ended else ""
    recorder.tape.close()
    path = recorder.tape.path
    show(session.config, TOLD.format(path=path, cut=cut, look=LOOK.format(path)))


def result_of(run: Run) -> Line:
    """Return an account's result without any names: the verdict, and how much each step found and left."""
    facts = {number: StepFacts.of(outcome) for number, outcome in sorted(run.outcomes.items())}
    return {
        "verdict": judge(run.facts)[0].name,
        "steps": {str(number): [one.result, len(one.found), len(one.left)] for number, one in facts.items()},
        "unseen": len(run.unseen) + len(run.sweep.unseen if run.sweep else ()),
        "leftovers": len(run.sweep.leftovers) if run.sweep else None,
    }


def _join(config: pytest.Config, recorder: Recorder) -> None:
    """Append what the workers wrote, and remove their files; a worker that died has left what it could."""
    path = recorder.tape.path
    for part in sorted(path.parent.glob(f"{path.name}{PART.format('*')}")) if is_spread(config) else ():
        for line in _lines(part):
            recorder.tape.write(line)
        part.unlink()


def _lines(part: Path) -> Iterator[Line]:
    try:
        yield from lines(part)
    except Refused:  # a worker that died at once
        return
