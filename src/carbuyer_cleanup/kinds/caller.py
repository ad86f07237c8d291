"""The identity that the suite runs as, and the machine that it runs on: neither is ever deleted."""

from __future__ import annotations

from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from carbuyer_cleanup.claims import FOREIGN, Claim

if TYPE_CHECKING:
    from carbuyer_cleanup.aws.context import Aws

SORTS = {"assumed-role": "role", "user": "user"}
SPARED = Claim(FOREIGN, "this suite runs as it")
# Where an EC2 instance of today's types shows its id without a request (DataDog/datadog-agent, pkg/util/dmi).
ASSET_TAG = Path("/sys/devices/virtual/dmi/id/board_asset_tag")


def caller_of(arn: str) -> tuple[str, str]:
    """Return ``user`` or ``role``, and its name, for the ``arn`` of a caller; "" and "" for others, such as root.

    The ARN of a caller is ``…:user/<path>/<user>``, or ``…:assumed-role/<role>/<session>`` without the role's path.
    """
    word, *names = arn.split(":", 5)[5].split("/")
    sort = SORTS.get(word, "")
    return sort, names[0 if sort == "role" else -1] if names else ""


def is_caller(aws: Aws, sort: str, name: str) -> bool:
    """Return whether the suite runs as that IAM ``user`` or ``role``, or did before its credentials were renewed."""
    return (sort, name) in map(caller_of, aws.callers)


def runs_on(aws: Aws, instance: str) -> bool:
    """Return whether the suite runs on that EC2 instance: by the instance's own role, or by the machine's tag."""
    return aws.caller.endswith(f"/{instance}") or instance == _written_in(ASSET_TAG)


@cache
def _written_in(file: Path) -> str:
    with suppress(OSError, UnicodeDecodeError):
        return file.read_text(encoding="utf-8").strip()
    return ""
