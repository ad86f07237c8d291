"""Every block and every command of README and docs: ours are read by the parser that they go to, the rest is named."""

from __future__ import annotations

import argparse
import re
import shlex
import shutil
import subprocess
import tomllib
from importlib import import_module
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest

from carbuyer_cleanup.command_line.options import OPTIONS

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "src/strict_moto/README.md"]
PAGES += sorted((ROOT / "docs").rglob("*.md"))
BLOCK = re.compile(r"^ *```(\w*)\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
INLINE = re.compile(r"`((?:\.venv/bin/|python |carbuyer-cleanup |uvx |pipx |sudo |brew |openssl |aws )[^`\n]*)`")
PARSERS = {name: name for name in map("benchmarks.{}".format, ("audit_network", "contest", "overlap", "phases"))} | {
    "carbuyer_cleanup.backup": "carbuyer_cleanup.backup.__main__",
    "carbuyer_cleanup.certificate": "carbuyer_cleanup.certificate.verification",
    "carbuyer_cleanup.classroom": "carbuyer_cleanup.classroom.merge",
    "carbuyer_cleanup.permissions": "carbuyer_cleanup.permissions.policies",
    "carbuyer_cleanup.recording": "carbuyer_cleanup.recording.__main__",
    "strict_moto": "strict_moto.__main__",
}
BARE = {"benchmarks.backup", "carbuyer_cleanup.documents", "docs/screenshots.py"}  # take no arguments
# Blocks that are no commands, and the tests that run or compare them.
OTHER_BLOCKS = {
    "README.md": "tests/real/test_own_tests.py",
    "docs/README.vi.md": "tests/test_translations.py",
    "CONTRIBUTING.md": "tests/exhaustive/test_adding_a_kind.py",
    "docs/architecture.md": "tests/test_architecture.py",
    "docs/grades.md": "tests/test_gradescope.py",
    "src/strict_moto/README.md": "tests/sandbox/test_product.py",
}
# Programs of others; what .ci/run does with the README's two first commands it does with Python and pip, too.
OTHERS = {
    "aws",
    "brew",
    "cd",
    "cp",
    "export",
    "git",
    "openssl",
    "pipx",
    "read",
    "sudo",
    "uvx",
    "python3.11",
    "${PYTHON:-python3}",
}


class Command(NamedTuple):
    """A command of a page."""

    page: str
    words: list[str]

    def __str__(self) -> str:
        return f"{self.page}: {' '.join(self.words)}"


def commands() -> Iterator[Command]:
    """Yield each command of each page, without what is said of it."""
    for page in PAGES:
        text, name = page.read_text(encoding="utf-8"), str(page.relative_to(ROOT))
        blocks = [block for language, block in BLOCK.findall(text) if language in ("", "sh")]
        lines = [line for block in blocks for line in block.replace("\\\n", " ").splitlines()]
        for line in [*(lines if name != "docs/architecture.md" else []), *INLINE.findall(text)]:
            for words in _split(shlex.split(line, comments=True)):
                yield Command(name, words)


def _split(words: list[str]) -> Iterator[list[str]]:
    """Yield the commands of a line."""
    while "&&" in words:
        end = words.index("&&")
        yield words[:end]
        words = words[end + 1 :]
    if words:
        yield words


COMMANDS = list(commands())


def suite() -> argparse.ArgumentParser:
    """Return a parser of the suite's options and of those of pytest's that the pages name."""
    parser = argparse.ArgumentParser(exit_on_error=False, allow_abbrev=False)
    for name, given in OPTIONS.items():
        parser.add_argument(name, **given)  # type: ignore[arg-type] # as pytest passes them on
    for name in ("-n", "-m", "-k", "--tx", "--dist"):
        parser.add_argument(name)
    for name in ("-q", "-v", "-x", "--collect-only"):
        parser.add_argument(name, action="store_true")
    parser.add_argument("paths", nargs="*")
    return parser


def refused(command: Command) -> str:
    """Return why nothing of ours takes a command, "" if it is taken or is others'."""
    program, *rest = command.words
    name = program.rpartition("/")[2]
    if name in ("pytest", "carbuyer-cleanup"):
        return _parsed(suite(), rest)
    if name == "pip":
        return _installed(rest)
    if name == "python":
        return _module(rest)
    return "" if name in OTHERS else f"{program} is no program that the pages are known to use"


def _parsed(parser: argparse.ArgumentParser, words: list[str]) -> str:
    try:
        parser.parse_args(words)
    except (argparse.ArgumentError, SystemExit) as error:
        return "" if getattr(error, "code", None) == 0 else str(error)
    return ""


def _module(words: list[str]) -> str:
    name, *rest = words[1:] if words[0] == "-m" else words
    if name in BARE:
        return " ".join(rest)
    parser: argparse.ArgumentParser = import_module(PARSERS[name]).make_parser()
    if name == "carbuyer_cleanup.recording":  # what it doesn't know is pytest's
        return "" if parser.parse_known_args(rest)[1] in ([], ["--pdb"]) else f"unknown: {rest}"
    return _parsed(parser, rest)


def _installed(words: list[str]) -> str:
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"]
    files = [after for before, after in pairwise(words) if before == "-c"]
    asked = re.findall(r"\[([\w-]+)\]", " ".join(words))
    return " ".join([*(f for f in files if not (ROOT / f).exists()), *(e for e in asked if e not in extras)])


def test_there_are_commands() -> None:
    """They are found: else nothing would be tested."""
    assert len(COMMANDS) > 60
    assert {command.page for command in COMMANDS} >= {"README.md", "docs/backup.md", "docs/ci/cloudshell.vi.md"}


@pytest.mark.parametrize("page", sorted({command.page for command in COMMANDS}))
def test_commands_are_taken(page: str) -> None:
    """The parser that a command goes to takes it; a program that isn't ours is one of the few that the pages use."""
    told = {str(command): refused(command) for command in COMMANDS if command.page == page}

    assert {command: why for command, why in told.items() if why} == {}


def test_command_that_nothing_takes() -> None:
    """An option, a choice, a module or a program that there isn't is noticed."""
    for line in (
        "pytest cleanup_tests/ --aws --no-such", "pytest cleanup_tests/ --grades x", "nmap 10.0.0.0/8",
        "python -m carbuyer_cleanup.backup mend x", "python -m carbuyer_cleanup.documents x", "pip install .[no-such]",
    ):  # fmt: skip
        assert refused(Command("", line.split())), line


def test_other_blocks_have_their_tests() -> None:
    """Whatever stands in a block and is no command is run, or compared, by a test that reads that page."""
    others = {
        str(page.relative_to(ROOT))
        for page in PAGES
        for language, _ in BLOCK.findall(page.read_text(encoding="utf-8"))
        if language not in ("", "sh") or page.name == "architecture.md"
    }

    assert others == set(OTHER_BLOCKS)
    for page, test in OTHER_BLOCKS.items():
        assert Path(page).name in (ROOT / test).read_text(encoding="utf-8"), test


@pytest.mark.skipif(not shutil.which("openssl"), reason="there is no openssl")
def test_openssl(tmp_path: Path) -> None:
    """The commands that make a key, and its public half, make files that the suite reads."""
    ours = [command.words for command in COMMANDS if command.words[0] == "openssl" and command.page == "README.md"]
    for words in ours:
        subprocess.run(words, cwd=tmp_path, check=True, capture_output=True)  # noqa: S603 - the README's

    assert sorted(path.name for path in tmp_path.iterdir()) == ["key.pem", "public.pem"]
    assert "PUBLIC KEY" in (tmp_path / "public.pem").read_text()
