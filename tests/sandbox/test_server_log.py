"""What the server keeps of what it was asked."""

from __future__ import annotations

import pytest

from strict_moto import __main__ as command
from strict_moto.server import Server


@pytest.fixture(autouse=True)
def on_this_machine(reachable: None) -> None:
    """Let this machine's own ports be reached."""


def test_log_of_the_command_does_not_grow(monkeypatch: pytest.MonkeyPatch) -> None:
    """The command may serve for weeks: it keeps no list of the requests, which nobody could read."""
    kept: list[int] = []

    def asked_once(server: Server) -> None:
        server.sandbox.session().client("iam").list_users()
        kept.append(len(server.sandbox.log))

    monkeypatch.setattr(Server, "serve_forever", asked_once)
    command.main(["--estate", "empty"])
    assert kept == [0]


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["--speed", "inf"], "finite"),
        (["--accounts", "0"], "at least one"),
        (["--estate", "nowhere.json"], "nowhere.json"),
        (["--estate", "333=empty"], "no account 333"),
        (["--faults", "nowhere.json"], "nowhere.json"),
    ],
)
def test_bad_arguments(arguments: list[str], complaint: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A bad argument is told, and nothing is served."""
    with pytest.raises(SystemExit):
        command.main(arguments)
    assert complaint in capsys.readouterr().err
