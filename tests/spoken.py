"""The calls that a module makes: the strings that name one, but for those by which a kind only describes it."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection

DESCRIBING = {"calls", "grants", "CALLS", "GRANTS"}  # what holds descriptions: arguments of a kind, names of tables


def calls_in(source: str, known: Collection[str]) -> set[str]:
    """Return which of the known calls a module's code names; tables of IAM's calls leave the service out."""
    tree = _WithoutDescriptions().visit(ast.parse(source))
    texts = {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    return (texts | {f"iam:{text}" for text in texts}) & set(known)


class _WithoutDescriptions(ast.NodeTransformer):
    """Leaves out of a module what describes its calls to the rest of the suite."""

    def visit_keyword(self, node: ast.keyword) -> ast.keyword | None:
        return None if node.arg in DESCRIBING else node

    def visit_Assign(self, node: ast.Assign) -> ast.Assign | None:
        named = {target.id for target in node.targets if isinstance(target, ast.Name)}
        if named & DESCRIBING:
            return None
        self.generic_visit(node)
        return node
