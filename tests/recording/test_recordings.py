"""Every file in ``tests/recordings`` is a test: replayed, it has the verdict and the exit code that its line says.

``NAME.rec`` is a recording, and ``NAME.txt`` beside it one line: the verdict, and the exit code.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from carbuyer_cleanup.recording.replaying import Replay

HOME = Path(__file__).parents[1] / "recordings"
FILES = sorted(HOME.glob("*.rec"))
NO_LINE = "{} is missing: write what is expected into it, one line such as CLEAN 0"


def test_there_are_some() -> None:
    """There is something to replay."""
    assert FILES


@pytest.mark.exhaustive
@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_recording(file: Path, replay: Callable[..., Replay]) -> None:
    """It ends as expected, and nothing is written to AWS that was not written then."""
    line = file.with_suffix(".txt")
    assert line.exists(), NO_LINE.format(line.name)
    again = replay(file)
    verdicts = sorted({one["verdict"] for one in again.results.values()}) or ["REFUSED"]
    assert f"{' '.join(verdicts)} {again.exit_code}" == line.read_text(encoding="utf-8").strip(), again.told
    assert [one for one in again.differences if "written now" in one] == []
