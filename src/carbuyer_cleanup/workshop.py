"""The manifest: what the workshop's resources are called, and so what may be deleted."""

from __future__ import annotations

import math
import re
import tomllib
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, NamedTuple, NoReturn

from carbuyer_cleanup.deadlines import DEADLINES
from carbuyer_cleanup.errors import Refused

if TYPE_CHECKING:
    from pathlib import Path

# Every name that a manifest may give, as "section.key".
ENTRIES = frozenset(
    {
        "elbv2.load_balancer",
        "elbv2.target_group",
        "ec2.instance",
        "ec2.nat_gateway",
        "ec2.security_group",
        "ec2.vpc_endpoint",
        "ec2.vpc",
        "ec2.key_pair",
        "apigateway.rest_api",
        "apigateway.api_key",
        "apigateway.usage_plan",
        "lambda.function",
        "cloudfront.distribution",
        "s3.bucket",
        "dynamodb.table",
        "iam.role",
        "iam.user",
    }
)
SECTIONS = frozenset(entry.split(".")[0] for entry in ENTRIES)
REGION = re.compile(r"[a-z]{2}(-[a-z]+)+-[0-9]")
SHORTEST_PREFIX = 4  # shorter ones would select what is somebody else's
GRADES, WAITS = "grades", "deadlines"
MOST_MINUTES = 24 * 60
STEPS = range(1, 17)  # those of the cleanup page, which the plan takes


class Claim(NamedTuple):
    """Whether a resource is ours, and the sentence that says why or why not."""

    ours: bool
    why: str


@dataclass(frozen=True)
class Workshop:
    """The manifest as data; made by :func:`load`, which has checked it.

    ``weights`` says how much each step counts in a grade, by its number; at least one counts. ``deadlines`` says how
    many minutes each kind of resource is waited for, by its name.
    """

    region: str
    prefix: str
    names: dict[str, tuple[str, ...]]
    weights: dict[int, float] = field(default_factory=lambda: dict.fromkeys(STEPS, 1.0))
    deadlines: dict[str, float] = field(default_factory=DEADLINES.copy)

    def claim(self, entry: str, name: str) -> Claim | None:
        """Judge a resource by its name.

        Args:
            entry: the manifest's entry for the kind, e.g. ``s3.bucket``; "" if it has none.
            name: the resource's name, or its ``Name`` tag ("" if it has none).

        Returns:
            A claim that it is ours, a near-miss, or None if the name has nothing to do with the workshop.
        """
        if name in self.names.get(entry, ()):
            return Claim(ours=True, why=f"the manifest names it ({entry})")
        if name.startswith(self.prefix):
            return Claim(ours=True, why=f"its name starts with {self.prefix}")
        if self.prefix.rstrip("-").lower() in name.lower():
            return Claim(ours=False, why=f"its name does not start with {self.prefix}")
        return None

    def with_name(self, override: str) -> Workshop:
        """Return the manifest with one entry replaced, as ``--name s3.bucket=my-bucket`` says.

        Raises:
            Refused: it is not ``entry=name``, or there is no such entry.
        """
        entry, equals, name = override.partition("=")
        if not equals or not name or entry not in ENTRIES:
            known = ", ".join(sorted(ENTRIES))
            msg = f"--name {override}: give it as entry=name, where entry is one of {known}."
            raise Refused(msg)
        return replace(self, names=self.names | {entry: (name,)})


def load(path: Path) -> Workshop:
    """Read and check a manifest.

    Raises:
        Refused: the file can't be read, or something in it is unknown, missing or of the wrong type; the
            message names the line.
    """
    try:
        text = path.read_text(encoding="utf-8")
        data = tomllib.loads(text)
    except (OSError, UnicodeDecodeError) as error:
        msg = f"The manifest {path} can't be read ({error}). Nothing was done; give another with --workshop FILE."
        raise Refused(msg) from error
    except tomllib.TOMLDecodeError as error:
        msg = f"The manifest {path} is not TOML: {error}. Nothing was done."
        raise Refused(msg) from error
    return _Checker(path, text).check(data)


class _Checker:
    """Turns the parsed file into a Workshop, or says which line is wrong."""

    def __init__(self, path: Path, text: str) -> None:
        self._path, self._lines = path, text.splitlines()

    def check(self, data: dict[str, Any]) -> Workshop:
        names: dict[str, tuple[str, ...]] = {}
        for key, value in data.items():
            if key in SECTIONS:
                names |= self._section(key, value)
            elif key not in {"region", "prefix", GRADES, WAITS}:
                self._refuse(f"unknown key {key!r}", key)
        region, prefix = self._region(data.get("region")), self._prefix(data.get("prefix"))
        weights, deadlines = self._weights(data.get(GRADES, {})), self._deadlines(data.get(WAITS, {}))
        return Workshop(region, prefix, names, weights, deadlines)

    def _section(self, section: str, value: Any) -> dict[str, tuple[str, ...]]:
        if not isinstance(value, dict):
            self._refuse(f"{section} must be a section, [{section}]", section)
        for key in value:
            if f"{section}.{key}" not in ENTRIES:
                self._refuse(f"unknown key {key!r} in [{section}]", key, section)
        return {f"{section}.{key}": self._names(section, key, names) for key, names in value.items()}

    def _names(self, section: str, key: str, value: object) -> tuple[str, ...]:
        names = value if isinstance(value, list) else [value]
        if not names or not all(isinstance(name, str) and name.strip() for name in names):
            self._refuse(f"{section}.{key} must be a name, or a list of names", key, section)
        return tuple(names)

    def _weights(self, section: Any) -> dict[int, float]:
        """Return what each step counts; those that the manifest does not name count 1."""
        if not isinstance(section, dict):
            self._refuse(f"{GRADES} must be a section, [{GRADES}]", GRADES)
        given = {self._step(key): self._weight(key, value) for key, value in section.items()}
        weights = dict.fromkeys(STEPS, 1.0) | given
        if not any(weights.values()):
            self._refuse("in [grades] at least one step must count more than 0", GRADES)
        return weights

    def _step(self, key: str) -> int:
        numbers = {str(number): number for number in STEPS}
        if key not in numbers:
            self._refuse(f"unknown key {key!r} in [{GRADES}]: give the number of a step, 1 to 16", key, GRADES)
        return numbers[key]

    def _weight(self, key: str, value: object) -> float:
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value < math.inf:
            self._refuse(f"{GRADES}.{key} must be a number, 0 or more", key, GRADES)
        return float(value)

    def _deadlines(self, section: Any) -> dict[str, float]:
        """Return how long each kind is waited for; those that the manifest does not name as long as the table says."""
        if not isinstance(section, dict):
            self._refuse(f"{WAITS} must be a section, [{WAITS}]", WAITS)
        return DEADLINES | {key: self._minutes(key, value) for key, value in section.items()}

    def _minutes(self, key: str, value: object) -> float:
        if key not in DEADLINES:
            self._refuse(f"unknown key {key!r} in [{WAITS}]: give one of {', '.join(DEADLINES)}", key, WAITS)
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 < value <= MOST_MINUTES:
            self._refuse(f"{WAITS}.{key} must be a number of minutes, above 0 and at most {MOST_MINUTES}", key, WAITS)
        return float(value)

    def _region(self, value: object) -> str:
        if not isinstance(value, str) or not REGION.fullmatch(value):
            self._refuse('region must be an AWS Region such as "ap-southeast-1"', "region")
        return str(value)

    def _prefix(self, value: object) -> str:
        if not isinstance(value, str) or len(value) < SHORTEST_PREFIX or not value.endswith("-"):
            self._refuse('prefix must have at least 4 characters and end in a hyphen, such as "carbuyer-"', "prefix")
        return str(value)

    def _refuse(self, what: str, key: str, section: str = "") -> NoReturn:
        msg = f"The manifest is wrong, {self._path}:{self._line(key, section)}: {what}. Nothing was done."
        raise Refused(msg)

    def _line(self, key: str, section: str) -> int:
        """Return the number of the line where ``key`` stands: tomllib keeps none."""
        inside = not section
        for number, line in enumerate(self._lines, 1):
            if line.strip().startswith("["):
                inside = line.strip().strip("[]").strip() in (section, key)
            if inside and re.match(rf"\s*\[?\s*[\"']?{re.escape(key)}\b", line):
                return number
        return 1
