"""``python -m strict_moto.rules``: the rules as Markdown, for ``RULES.md``."""

from __future__ import annotations

import inspect
from collections import defaultdict
from typing import TYPE_CHECKING

from strict_moto.rules import RULES
from strict_moto.world import After, Instead, Rule

if TYPE_CHECKING:
    from collections.abc import Iterable

HEAD = """# The rules

How this AWS differs from moto, and the evidence that the real AWS behaves this way. Each row comes from the tables in
`strict_moto/rules`; `python -m strict_moto.rules` generates this page from them. A call may contain `*`.
"""
ANONYMOUS = ("act", "<lambda>")
ELSE = {Rule: "the call is watched", Instead: "the sandbox answers", After: "moto's answer is corrected"}
TABLE = "| call | what happens | evidence |\n|---|---|---|"


def page() -> str:
    """Return the page as Markdown, with a table for each service."""
    services: defaultdict[str, list[str]] = defaultdict(list)
    for rule in RULES:
        services[rule.call.partition(":")[0]].append(_row(rule))
    tables = (f"\n## {_title(service)}\n\n{TABLE}\n{_lines(rows)}" for service, rows in sorted(services.items()))
    return "\n".join([HEAD, *tables]).replace("\n\n\n", "\n\n") + "\n"


def _title(service: str) -> str:
    return "all services" if service == "*" else service


def _lines(rows: Iterable[str]) -> str:
    return "\n".join(dict.fromkeys(rows))


def _row(rule: Rule | Instead | After) -> str:
    what = f"`{rule.code}` ({rule.status}): {rule.message}" if isinstance(rule, Rule) and rule.code else _what(rule)
    return f"| `{rule.call.partition(':')[2]}` | {_cell(what)} | {_cell(rule.source)} |"


def _what(rule: Rule | Instead | After) -> str:
    """Return what a rule does: its function's docstring or, failing that, its sort and its function's name."""
    act = rule.when if isinstance(rule, Rule) else rule.act
    told = (inspect.getdoc(act) or "").split("\n")[0]
    name = getattr(act, "__name__", ANONYMOUS[0])
    return told or ELSE[type(rule)] + ("" if name in ANONYMOUS else f": {name.strip('_').replace('_', ' ')}")


def _cell(text: str) -> str:
    return " ".join(text.replace("|", "\\|").split())


if __name__ == "__main__":
    print(page(), end="")  # noqa: T201 - the command's purpose
