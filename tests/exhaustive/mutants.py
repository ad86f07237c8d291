"""pytest on a change of one module, where it is quickest to see.

1. A process that has collected all the tests forks, and the child's functions get the changed code (``swapping``).
2. What isn't noticed there may be a change of a table, or of what is done on import: a process that has imported no
   more than others' packages forks, and imports the changed module.
3. Tests that start processes of their own don't see that either: they get a changed copy of the package.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import shutil
import subprocess
import sys
import traceback
from importlib.abc import MetaPathFinder
from importlib.machinery import SourceFileLoader
from importlib.util import spec_from_loader
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest
from _pytest.runner import runtestprotocol  # what pytest-rerunfailures and pytest-forked run a test by

from tests.exhaustive.swapping import functions, swap

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from importlib.machinery import ModuleSpec
    from multiprocessing.connection import Connection
    from types import CodeType, ModuleType

    from tests.exhaustive.safekeeping import Mutation
    from tests.exhaustive.swapping import Functions

ROOT = Path(__file__).parents[2]
SOURCE = Path("src")
BESIDE = ("docs", "cleanup_tests")  # what the package finds there
OPTIONS = ("-x", "-q", "-n", "0", "-p", "no:cacheprovider", "-m", "not exhaustive")
# What takes long to import, but for pytest's plugins, which it must import itself.
WARM = "boto3 moto.core.models moto.backends moto.ec2.responses moto.iam.responses jinja2 pytest".split()
CONTEXT = multiprocessing.get_context("forkserver")
CONTEXT.set_forkserver_preload(WARM)


class Ran(NamedTuple):
    """Whether a test failed, and did not merely break; and what pytest showed."""

    noticed: bool
    output: str


class Warm:
    """A process that has collected the tests, and runs those of a mutation as often as it is asked."""

    def __init__(self, tests: Iterable[str], home: Path) -> None:
        self._home = home
        self._asked, other = CONTEXT.Pipe()
        self._process = CONTEXT.Process(target=_serve, args=(other, sorted(tests), home))
        self._process.start()
        other.close()

    def swapped(self, mutation: Mutation) -> Ran:
        """Run the test of a mutation in a fork of this process."""
        output = self._home / "output"
        output.write_bytes(b"")
        self._asked.send((mutation, changed(mutation), output))
        try:
            code = self._asked.recv()
        except EOFError:
            pytest.fail((self._home / "log").read_text(encoding="utf-8", errors="replace"))
        return Ran(code == pytest.ExitCode.TESTS_FAILED, output.read_text(encoding="utf-8", errors="replace"))

    def close(self) -> None:
        """End the process."""
        self._asked.send(None)
        self._process.join()


class Loop:
    """Takes the place of pytest's loop over its tests: runs a few of them in a child, as often as it is asked."""

    def __init__(self, asked: Connection) -> None:
        self._asked = asked

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Answer until there is nothing more to try."""
        existing = functions(ROOT / SOURCE)
        gc.freeze()
        while (asked := self._asked.recv()) is not None:
            self._asked.send(_in_a_child(session.items, existing, *asked))
        return True


def _in_a_child(items: list[pytest.Item], existing: Functions, mutation: Mutation, text: str, output: Path) -> int:
    child = os.fork()
    if child == 0:
        gc.disable()  # which would copy all that it looks through
        _write_to(output)
        os._exit(_tried(items, existing, mutation, text))
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def _tried(items: list[pytest.Item], existing: Functions, mutation: Mutation, text: str) -> int:
    """Return pytest's code for a failed test if one of the mutation's tests fails where it is called."""
    try:
        if not swap(existing, module_file(mutation), text):
            return pytest.ExitCode.INTERNAL_ERROR
        test = f"tests/{mutation.test}"
        for item in items:
            if item.nodeid == test or item.nodeid.startswith((f"{test}::", f"{test}[")):
                reports = runtestprotocol(item, log=False)
                sys.stdout.writelines(report.longreprtext for report in reports)
                if any(report.failed and report.when == "call" for report in reports):
                    return pytest.ExitCode.TESTS_FAILED
    except BaseException:  # noqa: BLE001 - the child must never go on as its parent
        traceback.print_exc()
        return pytest.ExitCode.INTERNAL_ERROR
    finally:
        sys.stdout.flush()
    return pytest.ExitCode.OK


def _serve(asked: Connection, tests: list[str], home: Path) -> None:
    _write_to(home / "log")
    os.chdir(ROOT)
    pytest.main([*OPTIONS, "-s", "--basetemp", str(home / "tmp"), *tests], plugins=[Loop(asked)])


def _write_to(output: Path) -> None:
    descriptor = os.open(output, os.O_WRONLY | os.O_CREAT)
    for standard in (1, 2):
        os.dup2(descriptor, standard)


class Finder(MetaPathFinder):
    """Finds one module of the package with a change in it."""

    def __init__(self, mutation: Mutation) -> None:
        self._path = module_file(mutation)
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


def module_file(mutation: Mutation) -> Path:
    """Return the file that a mutation changes."""
    return ROOT / SOURCE / "carbuyer_cleanup" / mutation.module


def stands_once(mutation: Mutation) -> bool:
    """Return whether what a mutation changes is in the module, in one place."""
    return module_file(mutation).read_text(encoding="utf-8").count(mutation.piece) == 1


def changed(mutation: Mutation) -> str:
    """Return the text of the module with the change in it."""
    assert stands_once(mutation), f"it does not stand there once: {mutation}"
    return module_file(mutation).read_text(encoding="utf-8").replace(mutation.piece, mutation.instead)


def forked(mutation: Mutation, home: Path) -> Ran:
    """Run the test of a mutation in a process that forks from one in which others' packages are imported."""
    output = home / "output"
    process = CONTEXT.Process(target=_run, args=(mutation, output))
    process.start()
    process.join()
    return _ran(process.exitcode, output.read_text(encoding="utf-8", errors="replace"))


def _ran(code: int | None, output: str) -> Ran:
    return Ran(code == pytest.ExitCode.TESTS_FAILED and "1 failed" in output, output)


def _run(mutation: Mutation, output: Path) -> None:
    _write_to(output)
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
    (home / module_file(mutation).relative_to(ROOT)).write_text(changed(mutation), encoding="utf-8")
    ran = subprocess.run(  # noqa: S603 - our own tests
        [sys.executable, "-m", "pytest", *OPTIONS, f"tests/{mutation.test}"],
        cwd=ROOT, env=os.environ | {"PYTHONPATH": str(home / SOURCE)},
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False,
    )  # fmt: skip
    return _ran(ran.returncode, ran.stdout)
