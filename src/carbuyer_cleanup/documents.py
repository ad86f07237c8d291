"""The documentation that is derived from the kinds: ``python -m carbuyer_cleanup.documents`` rewrites it.

This is the README's table of steps and ``docs/iam``. Tests check that both are current.
"""

from __future__ import annotations

import json
import re

from carbuyer_cleanup import workshop
from carbuyer_cleanup.permissions.policies import POLICIES, policy
from carbuyer_cleanup.project_files import CHECKOUT, MANIFEST
from carbuyer_cleanup.teardown.plan import STEPS, Step

README = CHECKOUT / "README.md"
ROWS = re.compile(r"(?<=\|---\|---\|---\|\n)(\| \d+ \| .*\n)+(?=\| 17 \| )")


def step_rows() -> str:
    """Return the rows of the README's table of steps."""
    return "".join(map(_row, STEPS))


def _row(step: Step) -> str:
    also = "; ".join(kind.also for kind in step.kinds if kind.also)
    return f"| {step.number} | {step.title} |{also and f' {also}'} |\n"


def documents() -> dict[str, str]:
    """Return the text that each derived file must have, by its path in the checkout."""
    manifest = workshop.load(MANIFEST)
    policies = {task: json.dumps(policy(task, manifest), indent=2) for task in POLICIES}
    return {
        "README.md": ROWS.sub(lambda _: step_rows(), README.read_text(encoding="utf-8")),
        **{f"docs/iam/{task}-policy.json": f"{text}\n" for task, text in policies.items()},
    }


def main() -> None:
    """Write the files."""
    for path, text in documents().items():
        (CHECKOUT / path).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
