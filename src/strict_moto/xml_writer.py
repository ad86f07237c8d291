"""Writes XML from xmltodict's kind of dictionaries for moto: the same text in a quarter of the time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape, quoteattr

if TYPE_CHECKING:
    from collections.abc import Mapping

HEAD = '<?xml version="1.0" encoding="utf-8"?>\n'
TEXT, ATTRIBUTE = "#text", "@"
ONE = (str, dict, bytes, bytearray, memoryview)


def unparse(
    document: Mapping[str, Any], *, full_document: bool = True, short_empty_elements: bool = False, **_layout: Any
) -> str:
    """Return a document as XML in one line, without the XML declaration unless ``full_document``."""
    written = [HEAD] if full_document else []
    for name, value in document.items():
        _write(written, name, value, "/>" if short_empty_elements else f"></{name}>")
    return "".join(written)


def _write(written: list[str], name: str, value: Any, empty: str) -> None:
    """Write an element, or one for each value of a list; ``empty`` is how an empty one ends."""
    if isinstance(value, dict):
        _write_structure(written, name, value, empty)
    elif isinstance(value, ONE) or not hasattr(value, "__iter__"):
        text = _text(value)
        written.append(f"<{name}>{escape(text)}</{name}>" if text else f"<{name}{empty}")
    else:
        for one in value:
            _write(written, name, one if isinstance(one, ONE) else _text(one), empty)


def _write_structure(written: list[str], name: str, content: Mapping[str, Any], empty: str) -> None:
    """Write an element with its attributes, child elements and then its text; an empty list adds no child."""
    attributes = [f" {key[1:]}={quoteattr(_text(value))}" for key, value in content.items() if key[:1] == ATTRIBUTE]
    written.append(f"<{name}{''.join(attributes)}>")
    start = len(written)
    for key, value in content.items():
        if key[:1] != ATTRIBUTE and key != TEXT and value != []:
            _write(written, key, value, "/>" if empty == "/>" else f"></{key}>")
    if text := _text(content.get(TEXT)):
        written.append(escape(text))
    if len(written) > start or empty != "/>":
        written.append(f"</{name}>")
    else:
        written[-1] = f"{written[-1][:-1]}/>"


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, bytes | bytearray | memoryview):
        return bytes(value).decode(errors="replace")
    return "" if value is None else str(value)
