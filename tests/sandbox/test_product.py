"""The embedded AWS for strangers: its README's example runs as it stands, and its page of rules is up to date."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import strict_moto
from strict_moto.rules.__main__ import page

if TYPE_CHECKING:
    import pytest

pytest_plugins = ["pytester"]

HOME = Path(strict_moto.__path__[0])
FILE = re.compile(r"```python\n# (\S+)\n(.*?)```", re.DOTALL)


def test_the_readme_s_example(pytester: pytest.Pytester) -> None:
    """Its two files are all that it takes."""
    files = FILE.findall((HOME / "README.md").read_text("utf-8"))
    for name, text in files:
        (pytester.path / name).write_text(text, "utf-8")

    result = pytester.inline_run("-p", "no:cacheprovider", "-p", "no:hypothesispytest")

    assert [name for name, _ in files] == ["conftest.py", "test_my_cleanup.py"]
    result.assertoutcome(passed=1)


def test_a_way_out_fails_the_test(pytester: pytest.Pytester) -> None:
    """What would have left the process is named."""
    pytester.makeconftest('pytest_plugins = ["strict_moto.pytest_plugin"]')
    pytester.makepyfile(
        """
        import socket

        def test_out(strict_moto):
            socket.create_connection(("192.0.2.1", 80), timeout=1)
        """
    )

    result = pytester.inline_run("-p", "no:cacheprovider", "-p", "no:hypothesispytest")

    failed = result.listoutcomes()[2]
    assert "The test tried to reach 192.0.2.1:80." in failed[-1].longreprtext


def test_the_page_of_rules_is_up_to_date() -> None:
    """RULES.md is what ``python -m strict_moto.rules`` prints, and each rule says what happens."""
    is_up_to_date = (HOME / "RULES.md").read_text("utf-8") == page()

    assert is_up_to_date, "run: python -m strict_moto.rules > src/strict_moto/RULES.md"
    assert "| `` " not in page()
