"""The Vietnamese pages say what the English ones say: the same commands, options, columns and exit codes, in order."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGES = [("README.md", "docs/README.vi.md"), ("docs/ci/cloudshell.md", "docs/ci/cloudshell.vi.md")]
BLOCK = re.compile(r"^ *```\w*\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
ROW = re.compile(r"^\| ((?:`|\(none\)|others|\d).*?) \| ", re.MULTILINE)
STEPS = re.compile(
    r"\d+|\*?audit"
)  # of the table of what each step deletes, which the Vietnamese page leaves to the terminal
CODES = re.compile(r"(?:^\| |· )(\d) ", re.MULTILINE)
LINK = re.compile(r"\]\((?!https?:)([^)#]+)\)")


def commands(text: str) -> list[str]:
    """Return the commands of all blocks, without what is said of them."""
    return [re.sub(r" {2,}# .*", "", line).strip() for block in BLOCK.findall(text) for line in block.splitlines()]


def named(text: str) -> list[str]:
    """Return the first cells of the tables of options and columns."""
    return [cell for cell in ROW.findall(text) if not STEPS.match(cell)]


@pytest.mark.parametrize(("english", "vietnamese"), PAGES, ids=[english for english, _ in PAGES])
def test_in_step(english: str, vietnamese: str) -> None:
    """What a user types or meets is the same in both, and each page leads to the other."""
    one, two = ((ROOT / page).read_text(encoding="utf-8") for page in (english, vietnamese))

    assert commands(one) == commands(two)
    assert named(one) == named(two)
    assert CODES.findall(one)[-6:] == CODES.findall(two)[-6:]
    for page, other in ((english, vietnamese), (vietnamese, english)):
        links = {(ROOT / page).parent / link for link in LINK.findall((ROOT / page).read_text(encoding="utf-8"))}
        assert [link for link in links if not link.exists()] == []
        assert (ROOT / other).resolve() in {link.resolve() for link in links}
