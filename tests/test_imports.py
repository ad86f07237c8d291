"""The modules of the packages: each can be imported first, because none needs itself."""

from __future__ import annotations

import ast
from graphlib import TopologicalSorter
from pathlib import Path
from typing import TYPE_CHECKING

import carbuyer_cleanup
import strict_moto
from carbuyer_cleanup import plugin

if TYPE_CHECKING:
    from collections.abc import Iterator

PACKAGES = [Path(package.__path__[0]) for package in (carbuyer_cleanup, strict_moto)]
MODULES = {
    ".".join(path.relative_to(package.parent).with_suffix("").parts).removesuffix(".__init__"): path
    for package in PACKAGES
    for path in package.rglob("*.py")
}

# What takes longest to import, or imports that.
SLOW = {"boto3", "botocore", "moto", "s3transfer", "strict_moto"}

# What a module imports by a name that it puts together.
BY_NAME = {"carbuyer_cleanup.catalog": {name for name in MODULES if name.startswith("carbuyer_cleanup.kinds.")}}


def test_no_module_needs_itself() -> None:
    """What is imported while a module is imported never leads back to it; graphlib raises if it does."""
    graph = {name: needed(name) for name in MODULES}

    assert set(TopologicalSorter(graph).static_order()) >= set(MODULES)


def test_listing_the_tests_takes_no_boto3() -> None:
    """What pytest imports for ``--help`` and ``--collect-only`` leads to nothing that asks AWS, or stands for it."""
    loaded, ahead = set[str](), {f"{plugin.__name__}.{name}" for name in ("conductor", *plugin.PARTS)}
    ahead |= {"carbuyer_cleanup.command_line.settings", "carbuyer_cleanup.plugin.steps"}  # conftest.py's
    while ahead:
        loaded |= ahead
        ahead = {other for name in ahead for other in needed(name)} - loaded
    slow = {name: found for name in loaded if (found := _imported(name) & SLOW)}
    assert not slow


def _imported(name: str) -> set[str]:
    """Return the packages, of others too, of which a module imports something at once."""
    nodes = list(_at_once(ast.parse(MODULES[name].read_text(encoding="utf-8")).body))
    named = [alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names]
    named += [str(node.module) for node in nodes if isinstance(node, ast.ImportFrom)]
    return {module.partition(".")[0] for module in named}


def needed(name: str) -> set[str]:
    """Return the modules of the package that are imported when one is."""
    tree = ast.parse(MODULES[name].read_text(encoding="utf-8"))
    found = {module for node in _at_once(tree.body) for module in _named(node)} | BY_NAME.get(name, set())
    return {whole for module in found for whole in _with_packages(module)} - {name, *_with_packages(name)}


def _at_once(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """Yield the statements that run at import, but for those that only a type checker sees."""
    for node in body:
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            continue
        yield node
        if isinstance(node, ast.If | ast.Try | ast.With):
            yield from _at_once(node.body)


def _named(node: ast.stmt) -> Iterator[str]:
    """Yield the modules of the package that a statement imports."""
    if isinstance(node, ast.ImportFrom):
        for alias in node.names:
            whole = f"{node.module}.{alias.name}"
            yield whole if whole in MODULES else str(node.module)
    elif isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)


def _with_packages(module: str) -> set[str]:
    """Return a module and the packages that it is in: Python imports those before it."""
    parts = module.split(".")
    return {".".join(parts[:n]) for n in range(1, len(parts) + 1)} & MODULES.keys()
