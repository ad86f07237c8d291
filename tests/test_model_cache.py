"""What is kept of botocore's models: what was made of these files by this user, or nothing."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING, Any

import botocore.session
import pytest
from botocore.loaders import Loader

from model_cache import MODEL, TerseLoader, files, kept, undocumented

if TYPE_CHECKING:
    from collections.abc import Callable

MADE: dict[str, Any] = {"metadata": {}}
OTHER = {"metadata": {"of": "somebody else's making"}}


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder in which models are kept, which isn't there yet."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    return tmp_path / "carbuyer-cleanup" / "models"


def ask(of: int = 1) -> tuple[dict[str, Any], bool]:
    """Return what is had for a model, and whether it was made anew."""
    made: list[bool] = []
    return kept("ec2", [of], lambda: made.append(True) or dict(MADE)), bool(made)  # type: ignore[func-returns-value]


def test_is_made_once() -> None:
    """It is made the first time, and again if it is to be made of something else."""
    assert [ask(), ask(), ask(of=2), ask(of=2)] == [(MADE, True), (MADE, False), (MADE, True), (MADE, False)]


def test_is_for_the_user_alone(folder: Path) -> None:
    """Nobody else may read or write what is kept, and no half of a file is left."""
    ask()

    assert [(path.name, stat.S_IMODE(path.stat().st_mode)) for path in folder.iterdir()] == [("ec2.json", 0o600)]
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def others_may_write(path: Path) -> None:
    """Let the group write it."""
    path.chmod(0o620)


def is_a_link(path: Path) -> None:
    """Put a link to a good file in its place."""
    path.rename(path.with_name("elsewhere"))
    path.symlink_to(path.with_name("elsewhere"))


def is_cut_short(path: Path) -> None:
    """Take its end away."""
    path.write_text(path.read_text("utf-8")[:-5], "utf-8")


def is_no_text(path: Path) -> None:
    """Write what is no UTF-8."""
    path.write_bytes(b"\xff\xfe")


def is_deep(path: Path) -> None:
    """Write lists in lists, deeper than Python reads."""
    path.write_text("[" * 100_000, "utf-8")


def is_another_form(path: Path) -> None:
    """Write JSON of another form."""
    path.write_text('["made_of", "model"]', "utf-8")


def has_no_model(path: Path) -> None:
    """Take the model out."""
    path.write_text(json.dumps(json.loads(path.read_text("utf-8")) | {"model": None}), "utf-8")


def is_a_pipe(path: Path) -> None:
    """Put something in its place that never ends."""
    path.unlink()
    os.mkfifo(path, 0o600)


@pytest.mark.parametrize(
    "spoil",
    [
        others_may_write,
        is_a_link,
        is_cut_short,
        is_no_text,
        is_deep,
        is_another_form,
        has_no_model,
        is_a_pipe,
        Path.unlink,
    ],
)
def test_whatever_else_is_there_is_not_believed(folder: Path, spoil: Callable[[Path], None]) -> None:
    """What is not whole, or could be somebody else's, is made anew."""
    ask()
    spoil(folder / "ec2.json")

    assert ask() == (MADE, True)


def test_is_somebody_elses(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file of another user's is not believed, whatever it says."""
    ask()
    path = folder / "ec2.json"
    path.write_text(json.dumps(json.loads(path.read_text("utf-8")) | {"model": OTHER}), "utf-8")
    monkeypatch.setattr(os, "getuid", lambda: path.stat().st_uid + 1)

    assert ask() == (MADE, True)


@pytest.mark.parametrize("where", ["relative", "/dev/null"])
def test_where_nothing_can_be_kept(where: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without such a folder models are made each time, and nothing fails."""
    monkeypatch.setenv("XDG_CACHE_HOME", where)
    monkeypatch.delenv("HOME", raising=False)

    assert [ask(), ask()] == [(MADE, True)] * 2
    assert not Path("relative").exists()


def test_of_other_files(tmp_path: Path) -> None:
    """A model of one's own in ``~/.aws/models``, or another version of botocore's, is another model."""
    own = tmp_path / "models"
    paths = (Loader.BUILTIN_DATA_PATH, str(own))
    before = files("sts", paths)

    (own / "sts" / "2011-06-15").mkdir(parents=True)
    (own / "sts" / "2011-06-15" / f"{MODEL}.json").write_text("{}", "utf-8")

    assert before
    assert files("sts", paths)[: len(before)] == before != files("sts", paths)


@pytest.mark.parametrize("service", ["sts", "s3", "cloudfront"])
def test_is_botocores_model(service: str) -> None:
    """Made or kept, it is botocore's model but for the documentation."""
    whole = botocore.session.Session().get_component("data_loader").load_service_model(service, MODEL)
    loaders = [TerseLoader([Loader.BUILTIN_DATA_PATH]) for _ in range(2)]

    made, again = (loader.load_service_model(service, MODEL) for loader in loaders)

    assert made == again == undocumented(whole)
    assert set(made["shapes"]) == set(whole["shapes"])
    assert made["operations"].keys() == whole["operations"].keys()
    assert '"documentation"' not in json.dumps(made["operations"])
