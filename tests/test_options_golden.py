"""The options stay as they are: names, values, defaults and help, as ``pytest cleanup_tests/ --help`` shows them.

What differs is beside the reports, in ``options.txt``: if the change is meant, it takes the place of
``tests/real/golden/options.txt``.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    import pytest

    from tests.result import Result

GOLDEN = Path(__file__).parent / "real" / "golden" / "options.txt"
GROUP = "CarBuyer workshop cleanup"
# A heading, and all lines up to the next one; in it an option, what it takes, and its help, on the same line or below.
OURS = re.compile(rf"^{GROUP}:\n((?:  .*\n)+)", re.MULTILINE)
OPTION = re.compile(r"^  (--[\w-]+)(\S*)\s+(.*)$", re.MULTILINE)
WIDE = "1000"  # columns: a narrow terminal breaks words


class Defaults:
    """Keeps what the options are without being given."""

    given: Any

    def pytest_configure(self, config: pytest.Config) -> None:
        """Keep them."""
        self.given = config.option

    def of(self, option: str) -> object:
        """Return one of them."""
        return getattr(self.given, option.removeprefix("--").replace("-", "_"))


def test_same_options(run_suite: Callable[..., Result], monkeypatch: pytest.MonkeyPatch) -> None:
    """No option has another name, value, default or help than before."""
    monkeypatch.setenv("COLUMNS", WIDE)
    defaults = Defaults()

    shown = run_suite("--help", plugins=[defaults])

    (ours,) = OURS.findall(shown.output)
    options = OPTION.findall(re.sub(r"\n {3,}", " ", ours))
    text = "".join(f"{name}{takes}\n  default: {defaults.of(name)!r}\n  {help_}\n" for name, takes, help_ in options)
    shown.reports.mkdir(exist_ok=True)
    (shown.reports / "options.txt").write_text(text, encoding="utf-8")
    assert shown.exit_code == 0
    assert text.splitlines() == GOLDEN.read_text(encoding="utf-8").splitlines(), shown.reports
