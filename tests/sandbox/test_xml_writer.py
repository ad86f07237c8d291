"""XML: what moto's own writer writes, letter for letter."""

from __future__ import annotations

from typing import Any

import pytest
import xmltodict
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from moto.core import serialize

from strict_moto.xml_writer import unparse

SIMPLE = st.none() | st.booleans() | st.integers() | st.text("ab<>&\"'\n\t\r ü", max_size=4) | st.binary(max_size=3)
NAMES = st.sampled_from(["a", "b", "item", "@xmlns", "@x", "#text"])


def of(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Return structures, and lists of them, of what is in them."""
    return st.dictionaries(NAMES, inner, max_size=4).map(sensible) | st.lists(inner, max_size=3).filter(flat)


def sensible(structure: dict[str, Any]) -> dict[str, Any]:
    """Let attributes and text be simple, as moto's are."""
    return {name: value for name, value in structure.items() if name[0] not in "@#" or isinstance(value, str | int)}


def flat(values: list[Any]) -> bool:
    """Say whether there are no lists in a list: moto makes none."""
    return not any(isinstance(value, list) for value in values)


VALUES = st.recursive(SIMPLE, of, max_leaves=12)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(VALUES.filter(lambda value: not isinstance(value, list)), st.booleans(), st.booleans())
def test_as_xmltodict(value: Any, whole: bool, short: bool) -> None:  # noqa: FBT001 - cases
    """Any structure is written as xmltodict writes it."""
    options = {"full_document": whole, "short_empty_elements": short}

    assert unparse({"root": value}, **options) == xmltodict.unparse({"root": value}, **options)


def test_moto_writes_by_it() -> None:
    """Moto's serializers write by it; if they don't any more, ``xml_writer`` is of no use and can go."""
    from strict_moto import moto_patches  # noqa: PLC0415 - patches moto

    moto_patches.install()

    assert serialize.xmltodict.unparse is unparse
    with pytest.raises(AttributeError):
        _ = serialize.xmltodict.parse
