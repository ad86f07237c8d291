"""Lines of a journal that nobody wrote: they stop nothing."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from carbuyer_cleanup import kinds
from carbuyer_cleanup.account import REHEARSAL_ACCOUNT
from carbuyer_cleanup.teardown.journal_lines import TOPICS
from tests.test_journal_untrusted import BAD, KEY_PAIR, line

if TYPE_CHECKING:
    from collections.abc import Callable

    from strict_moto.sandbox import Sandbox
    from tests.result import Result


def test_topics_end_with_kinds_there_are() -> None:
    """What ends a memory is what the finders call a resource."""
    finders = "".join(path.read_text() for path in Path(kinds.__path__[0]).glob("*.py"))
    assert [topic.kind for topic in TOPICS.values() if f'"{topic.kind}"' not in finders and topic.kind] == []


# --- A user's run ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["one account", "class"])
def test_bad_lines_stop_nothing(run_suite: Callable[..., Result], project: Path, who: str) -> None:
    """One of each in the journal: the run ends as without them, and says which lines it ignored."""
    (project / "reports").mkdir()
    (project / "reports" / "journal.jsonl").write_bytes(b"\n".join([line(), *BAD.values()]) + b"\n")
    (project / "class.csv").write_text(f"alias,account_id,profile\nan,{REHEARSAL_ACCOUNT},x\nchi,222233334444,x\n")
    options = ("--roster", "class.csv") if who == "class" else ()

    result = run_suite(*options, "--verify", path=KEY_PAIR)

    assert result.exit_code == 0
    assert f"WARNING: {len(BAD)} of the lines in" in result.output
    assert "ignored: line 2: its event is not one of the journal's; line 3: it is not an object;" in result.output
    assert "Traceback" not in result.output + result.errors


@pytest.mark.parametrize(("call", "cause"), [("open", errno.EACCES), ("write", errno.ENOSPC)], ids=["denied", "full"])
def test_can_not_be_written(
    sandbox: Sandbox, run_suite: Callable[..., Result], monkeypatch: pytest.MonkeyPatch, call: str, cause: int
) -> None:
    """What could not be written down is not deleted, and the user hears why."""
    sandbox.session().client("ec2").create_key_pair(KeyName="carbuyer-keypair")
    real: Callable[..., Any] = getattr(os, call)

    def broken(target: Any, *more: Any) -> Any:
        name = target if call == "open" else Path(f"/proc/self/fd/{target}").readlink()
        if str(name).endswith("journal.jsonl"):
            raise OSError(cause, os.strerror(cause))
        return real(target, *more)

    monkeypatch.setattr(os, call, broken)

    result = run_suite(path=KEY_PAIR)

    assert result.exit_code in (1, 4)
    assert os.strerror(cause) in result.output + result.errors
    assert "Traceback" not in result.output + result.errors
    assert "ec2:DeleteKeyPair" not in [entry.call for entry in sandbox.log]
