"""What a thing is called, and how many of it there are: in English, in one place."""

from __future__ import annotations


def named(name: str, id_: str) -> str:
    """Return the name of a thing, and in brackets its id, if that is another; what it has, if it has but one."""
    return f"{name} ({id_})" if name and id_ not in ("", name) else name or id_


def counted(count: int, kind: str) -> str:
    """Return how many there are of a kind."""
    if count == 1:
        return kind if kind.endswith("s") else f"1 {kind}"
    head, of, tail = kind.partition(" of ")
    return f"{count:,} {plural(head)}{of}{tail}"


def plural(noun: str) -> str:
    """Return the form of a noun for several."""
    if noun.endswith("ss"):
        return f"{noun}es"
    if noun.endswith("y") and noun[-2] not in "aeiou":
        return f"{noun[:-1]}ies"
    return noun if noun.endswith("s") else f"{noun}s"
