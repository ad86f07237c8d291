"""How a test says that AWS refuses a call."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def refused(code: str, text: str = "", status: int | None = None) -> Iterator[dict[str, Any]]:
    """Expect an error of this code, with ``text`` in its message; what AWS answered is in the dictionary after."""
    answer: dict[str, Any] = {}
    with pytest.raises(ClientError) as caught:
        yield answer
    answer.update(caught.value.response)
    assert answer["Error"]["Code"] == code
    assert text in answer["Error"].get("Message", "")
    assert status in (None, answer["ResponseMetadata"]["HTTPStatusCode"])
