"""What things are called, and how many there are: in English, in one place."""

from __future__ import annotations


def named(name: str, id_: str) -> str:
    """Return a thing's name, followed by its id in brackets if that differs; if it has only one of them, that one."""
    return f"{name} ({id_})" if name and id_ not in ("", name) else name or id_


def counted(count: int, kind: str) -> str:
    """Return a kind with its count, such as ``2 NAT gateways``."""
    if count == 1:
        return kind if kind.endswith("s") else f"1 {kind}"
    head, of, tail = kind.partition(" of ")
    return f"{count:,} {plural(head)}{of}{tail}"


def plural(noun: str) -> str:
    """Return the plural of a noun."""
    if noun.endswith("ss"):
        return f"{noun}es"
    if noun.endswith("y") and noun[-2] not in "aeiou":
        return f"{noun[:-1]}ies"
    return noun if noun.endswith("s") else f"{noun}s"
