"""pytest on a changed copy of one module: in a process that has imported all of others' packages before it forks.

Importing those takes most of the time of a quick test. Tests that start processes of their own don't see such a change:
they get a changed copy of the package.
"""

from __future__ import annotations

import multiprocessing
import os
import shutil
import subprocess
import sys
from importlib.abc import MetaPathFinder
from importlib.machinery import SourceFileLoader
from importlib.util import spec_from_loader
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest

if TYPE_CHECKING:
    from collections.abc import Sequence
    from importlib.machinery import ModuleSpec
    from types import CodeType, ModuleType

    from tests.exhaustive.safekeeping import Mutation

ROOT = Path(__file__).parents[2]
SOURCE = Path("src")
BESIDE = ("docs", "cleanup_tests")  # what the package finds there
OPTIONS = ("-x", "-q", "-n", "0", "-p", "no:cacheprovider", "-m", "not exhaustive")
# What takes long to import, but for pytest's plugins, which it must import itself.
WARM = "boto3 moto.core.models moto.backends moto.ec2.responses moto.iam.responses jinja2 pytest".split()


class Ran(NamedTuple):
    """How pytest ended, and what it showed."""

    code: int
    output: str

    @property
    def noticed(self) -> bool:
        """Whether a test failed, and did not merely break."""
        return self.code == pytest.ExitCode.TESTS_FAILED and "1 failed" in self.output


class Finder(MetaPathFinder):
    """Finds one module of the package with a change in it."""

    def __init__(self, mutation: Mutation) -> None:
        self._path = ROOT / SOURCE / "carbuyer_cleanup" / mutation.module
        parts = self._path.relative_to(ROOT / SOURCE).with_suffix("").parts
        self._name, self._mutation = ".".join(parts).removesuffix(".__init__"), mutation

    def find_spec(
        self, fullname: str, _path: Sequence[str] | None, _target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Return the changed module for its name; others are found as ever."""
        if fullname != self._name:
            return None
        loader = Loader(fullname, str(self._path), changed(self._mutation))
        return spec_from_loader(fullname, loader, is_package=self._path.name == "__init__.py")


class Loader(SourceFileLoader):
    """Loads a module from another text than that of its file, and caches nothing of it."""

    def __init__(self, name: str, path: str, text: str) -> None:
        super().__init__(name, path)
        self._text = text

    def get_code(self, fullname: str) -> CodeType:
        """Compile the text."""
        return compile(self._text, self.get_filename(fullname), "exec", dont_inherit=True)


def changed(mutation: Mutation) -> str:
    """Return the text of the module with the change in it."""
    text = (ROOT / SOURCE / "carbuyer_cleanup" / mutation.module).read_text(encoding="utf-8")
    assert text.count(mutation.piece) == 1, f"it does not stand there once: {mutation}"
    return text.replace(mutation.piece, mutation.instead)


def forked(mutation: Mutation, home: Path) -> Ran:
    """Run the test of a mutation in a process that forks from one in which others' packages are imported."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(WARM)
    output = home / "output"
    process = context.Process(target=_run, args=(mutation, output))
    process.start()
    process.join()
    return Ran(process.exitcode or 0, output.read_text(encoding="utf-8", errors="replace"))


def _run(mutation: Mutation, output: Path) -> None:
    descriptor = os.open(output, os.O_WRONLY | os.O_CREAT)
    for standard in (1, 2):
        os.dup2(descriptor, standard)
    os.chdir(ROOT)
    sys.dont_write_bytecode, sys.pycache_prefix = False, str(output.parents[1] / "pycache")
    sys.meta_path.insert(0, Finder(mutation))
    code = pytest.main([*OPTIONS, f"tests/{mutation.test}"])
    sys.stdout.flush()
    os._exit(int(code))


def copied(mutation: Mutation, home: Path) -> Ran:
    """Run the test of a mutation with a changed copy of the package, which its own processes import as well."""
    shutil.copytree(ROOT / SOURCE, home / SOURCE, ignore=shutil.ignore_patterns("__pycache__"))
    for name in BESIDE:
        (home / name).symlink_to(ROOT / name)
    (home / SOURCE / "carbuyer_cleanup" / mutation.module).write_text(changed(mutation), encoding="utf-8")
    ran = subprocess.run(  # noqa: S603 - our own tests
        [sys.executable, "-m", "pytest", *OPTIONS, f"tests/{mutation.test}"],
        cwd=ROOT, env=os.environ | {"PYTHONPATH": str(home / SOURCE)},
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False,
    )  # fmt: skip
    return Ran(ran.returncode, ran.stdout)
