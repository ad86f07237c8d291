"""Files and functions stay of a size that is read at one go; what is public says what it is for, by name, too."""

from __future__ import annotations

import ast
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[1]
FILES = {
    path: path.read_text("utf-8") for name in ("src", "tests", "benchmarks") for path in (ROOT / name).rglob("*.py")
}
LINES, OF_A_FUNCTION = 300, 50
DESCRIBED = 0.9  # of all that is public
Public = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef


def test_files_are_short() -> None:
    """No file has more lines."""
    assert [path for path, text in FILES.items() if len(text.splitlines()) > LINES] == []


def test_functions_are_short() -> None:
    """No function has more lines, its docstring included."""
    nodes = ((path, node) for path, text in FILES.items() for node in ast.walk(ast.parse(text)))
    functions = ((path, node) for path, node in nodes if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))

    assert [f"{path}: {node.name}" for path, node in functions if _length(node) > OF_A_FUNCTION] == []


def _length(node: ast.stmt) -> int:
    return (node.end_lineno or 0) - node.lineno + 1


def test_what_is_public_is_described() -> None:
    """Of modules, classes and functions of the packages nine in ten have a docstring, in each of their folders."""
    public: dict[str, list[Public]] = {}
    for path, text in FILES.items():
        if path.is_relative_to(ROOT / "src"):
            public.setdefault(path.parent.relative_to(ROOT / "src").as_posix(), []).extend(_public(ast.parse(text)))
    shares = {folder: sum(map(bool, map(ast.get_docstring, nodes))) / len(nodes) for folder, nodes in public.items()}

    assert {folder: f"{share:.0%}" for folder, share in shares.items() if share < DESCRIBED} == {}


def test_class_names_are_unique() -> None:
    """No two classes of the packages have the same name, so that a name says which one is meant."""
    trees = (ast.parse(text) for path, text in FILES.items() if path.is_relative_to(ROOT / "src"))
    names = Counter(node.name for tree in trees for node in ast.walk(tree) if isinstance(node, ast.ClassDef))

    assert [name for name, count in names.items() if count > 1] == []


def _public(tree: ast.Module | ast.ClassDef) -> Iterator[Public]:
    yield tree
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and not node.name.startswith("_"):
            yield node
        elif isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
            yield from _public(node)
