"""Write ``strict_moto/shapes.json`` anew, from the recorded answers and from the sandbox's: members' names only.

Run it as ``python tests/recorded/write_shapes.py`` with ``src`` and ``tests`` importable.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from strict_moto.shapes import TABLE
from tests.recorded.collection import folder, load
from tests.recorded.members import members
from tests.recorded.stocked import stocked_answers

if TYPE_CHECKING:
    from tests.recorded.collection import Answers
    from tests.recorded.members import Members

SOURCES = Path(__file__).resolve().parents[2] / "src" / "carbuyer_cleanup"
ENOUGH = 3  # times that a member was there, and never wasn't, until AWS is taken to give it always
# They say that more follows, or how much; on a page of the sandbox's that is for the sandbox to say.
PAGES = frozenset("Marker NextMarker NextToken nextToken PaginationToken IsTruncated Truncated MaxItems".split())
# What the suite reads and need not have.
OPTIONAL = frozenset("OwnerId ETag TableArn RequesterId".split())


def table(recorded: Answers, of_sandbox: Answers) -> dict[str, Any]:
    """Return by call the members that AWS gives ``always``, and those to be ``added``; and what the suite reads."""
    real = {call: members(call, answers) for call, answers in recorded.items()}
    calls = {
        call: {
            "always": " ".join(sorted(path for path in seen.always if "." in path and seen.times[path] >= ENOUGH)),
            "added": " ".join(sorted(_added(seen, members(call, of_sandbox.get(call, []))))),
        }
        for call, seen in real.items()
    }
    names = {_last(path) for seen in real.values() for path in seen.chances}
    return {"calls": calls, "read": " ".join(sorted(names & _words()))}


def _added(real: Members, seen: Members) -> set[str]:
    """Return what AWS always gives and the sandbox never does, and all that AWS always gives within that."""
    lacking = {path for path in real.always & seen.never if _last(path) not in PAGES}
    return lacking | {path for path in real.always if any(path.startswith(f"{outer}.") for outer in lacking)}


def _last(path: str) -> str:
    return path.rpartition(".")[2].removesuffix("[]")


def _words() -> set[str]:
    """Return the names that occur in the finders, the deleters and the audit's table."""
    files = [*SOURCES.glob("kinds/*.py"), *SOURCES.glob("audit*/*.py")]
    return {word for file in files for word in re.findall(r"\w+", file.read_text(encoding="utf-8"))} - OPTIONAL


if __name__ == "__main__":
    TABLE.write_text('{"calls": {}, "read": ""}', encoding="utf-8")  # so that the sandbox answers as moto does
    TABLE.write_text(json.dumps(table(load(folder()), stocked_answers()), indent=1) + "\n", encoding="utf-8")
