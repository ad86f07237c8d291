"""AWS's answers are read in one way: what is absent, or null, is empty; what is needed and absent is told by name."""

from __future__ import annotations

from typing import Any

import pytest

from carbuyer_cleanup.aws.reading import Absent, found, needed, tag_in, text, texts

ITEM: dict[str, Any] = {"Name": "a", "Null": None, "Tags": [None, {"Key": "k", "Value": "v"}], "Arn": "arn:aws:x/y"}


def test_absent_is_empty() -> None:
    """A member that is absent reads like one that is null or empty."""
    assert [text(path, ITEM) for path in ("Name", "Null", "Absent", "Null.Name", "Name.More")] == ["a", "", "", "", ""]
    assert [texts(path, ITEM) for path in ("Tags[].Value", "Null[].Value", "Absent")] == [["v"], [], []]


def test_needed() -> None:
    """What must be there is told by its name, however it was asked for."""
    assert needed("Name", ITEM) == "a"
    for path in ("Absent[?Key=='x'].Value | [0]", "Absent[].[A, B]", "Absent"):
        with pytest.raises(Absent, match="'Absent'"):
            needed(path, ITEM)


@pytest.mark.parametrize("path", ["tail(Null)", "parts(Null)", "tail(Absent)"])
def test_functions_of_nothing(path: str) -> None:
    """The table's own functions make nothing of nothing."""
    assert found(path, ITEM) is None


def test_functions() -> None:
    """They take ARNs apart."""
    assert (found("tail(Arn)", ITEM), found("parts(Arn)", ITEM)) == ("y", ["arn:aws:x/y", "arn", "aws", "x", "y"])


@pytest.mark.parametrize(
    ("tags", "value"),
    [
        ([{"Key": "Name", "Value": "a"}], "a"),
        ([{"key": "Name", "value": "a"}], "a"),
        ({"Name": "a"}, "a"),
        ([None, {"Key": "x"}, {"Key": "Name", "Value": ""}], ""),
        (None, ""),
        ({"Name": None}, ""),
    ],
)
def test_tags(tags: Any, value: str) -> None:
    """A tag is read in whatever form, with whatever missing."""
    assert tag_in(tags) == value


@pytest.mark.parametrize("tag", [{"Value": "a"}, {"Key": None, "Value": "a"}, {"Key": "Name"}])
def test_half_a_tag(tag: dict[str, Any]) -> None:
    """Half a tag may be the name."""
    with pytest.raises(Absent):
        tag_in([tag])
