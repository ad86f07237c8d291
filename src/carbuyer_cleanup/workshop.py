"""The manifest: what the workshop's resources are called, and so what may be deleted."""

from __future__ import annotations

import hashlib
import json
import math
import re
import tomllib
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, NoReturn

from carbuyer_cleanup.catalog import KINDS
from carbuyer_cleanup.claims import FOREIGN, OURS, Claim, Inference
from carbuyer_cleanup.errors import Refused
from carbuyer_cleanup.teardown.deadlines import DEADLINES

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

# Every name that a manifest may give, as "section.key".
ENTRIES = frozenset(kind.entry for kind in KINDS if kind.entry)
SECTIONS = frozenset(entry.split(".")[0] for entry in ENTRIES)
REGION = re.compile(r"[a-z]{2}(-[a-z]+)+-[0-9]")
ACCOUNT = re.compile(r"[0-9]{12}")  # not \d, which accepts the digits of every script
SHORTEST_PREFIX = 4  # shorter ones would match other people's things
GRADES, WAITS = "grades", "deadlines"
MOST_MINUTES = 24 * 60
STEPS = range(1, 17)  # the cleanup page's, which the plan follows


@dataclass(frozen=True, kw_only=True)
class Workshop:
    """The manifest as data; made by :func:`load`, which has checked it.

    ``weights`` says how much each step counts in a grade, by its number; at least one counts. ``deadlines`` says
    how many minutes to wait for each kind of resource, by its name. ``vouched`` are the entries and names that the
    caller gave with ``--name``, and ``not_ours`` the names and ids of what the caller says is not the workshop's.
    """

    region: str
    prefix: str
    names: dict[str, tuple[str, ...]]
    weights: dict[int, float] = field(default_factory=lambda: dict.fromkeys(STEPS, 1.0))
    deadlines: dict[str, float] = field(default_factory=DEADLINES.copy)
    vouched: tuple[tuple[str, str], ...] = ()
    not_ours: tuple[str, ...] = ()

    @property
    def digest(self) -> str:
        """The SHA-256 of what is looked for and where, in hexadecimal; weights and deadlines don't change it."""
        names = {entry: sorted(names) for entry, names in self.names.items()}
        looked_for = (self.region, self.prefix, names, sorted(self.vouched), sorted(self.not_ours))
        return hashlib.sha256(json.dumps(looked_for, sort_keys=True).encode()).hexdigest()

    def claim(self, entry: str, *names: str, id_: str = "", inferred: Inference | None = None) -> Claim | None:
        """Decide whose a resource is; no other code does.

        The caller's ``--name`` comes first, then its names, ``--not-ours``, and what its surroundings say.

        Args:
            entry: the manifest's entry for the kind, e.g. ``s3.bucket``; "" if it has none.
            names: what it is called: its name, its ``Name`` tag; "" if it has none.
            id_: its id, by which the caller may name it, too.
            inferred: what its surroundings say about it.

        Returns:
            A claim, or None if it has nothing to do with the workshop.
        """
        known = [name for name in (*names, id_) if name]
        if word := next((name for name in known if (entry, name) in self.vouched), None):
            return Claim(OURS, f"you named it (--name {entry}={word})")
        if proven := self._by_name(entry, names):
            return proven
        if set(known) & set(self.not_ours):
            return Claim(FOREIGN, "you said that it is not the workshop's (--not-ours)")
        return self._inferred(names, inferred) if inferred else self._near_miss(names)

    def _by_name(self, entry: str, names: Iterable[str]) -> Claim | None:
        for name in names:
            if name in self.names.get(entry, ()):
                return Claim(OURS, f"the manifest names it ({entry})")
            if name.startswith(self.prefix):
                return Claim(OURS, f"its name starts with {self.prefix}")
        return None

    def _inferred(self, names: Iterable[str], inferred: Inference) -> Claim:
        """Weigh the surroundings against a name: a name that isn't ours outweighs them."""
        name = next(filter(None, names), "")
        whose = inferred.named if name else inferred.unnamed
        why = inferred.why if whose is OURS or not name else f"{inferred.why}, but its name is {name}"
        return Claim(whose, why)

    def _near_miss(self, names: Iterable[str]) -> Claim | None:
        stem = self.prefix.rstrip("-").lower()
        close = any(stem in name.lower() for name in names)
        return Claim(FOREIGN, f"its name does not start with {self.prefix}") if close else None

    def with_names(self, *overrides: str) -> Workshop:
        """Return the manifest with names that the caller vouches for, as ``--name s3.bucket=my-bucket`` says.

        An entry with one name gets the given names instead; to a list, they are added.

        Raises:
            Refused: one is not ``entry=name``, or there is no such entry.
        """
        names, vouched = dict(self.names), list(self.vouched)
        for entry, name in map(_override, overrides):
            old = names.get(entry, ())
            kept = old if len(old) > 1 or any((entry, one) in vouched for one in old) else ()
            names[entry] = tuple(dict.fromkeys((*kept, name)))
            vouched.append((entry, name))
        return replace(self, names=names, vouched=tuple(dict.fromkeys(vouched)))

    def without(self, *ids: str) -> Workshop:
        """Return the manifest with the caller's word that these names or ids are not the workshop's."""
        return replace(self, not_ours=tuple(dict.fromkeys((*self.not_ours, *ids))))


def _override(text: str) -> tuple[str, str]:
    entry, equals, name = text.partition("=")
    if not equals or not name or entry not in ENTRIES:
        known = ", ".join(sorted(ENTRIES))
        msg = f"--name {text}: give it as entry=name, where entry is one of {known}."
        raise Refused(msg)
    return entry, name


def load(path: Path) -> Workshop:
    """Read, check and return a manifest.

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
        return Workshop(
            region=self._region(data.get("region")),
            prefix=self._prefix(data.get("prefix")),
            names=names,
            weights=self._weights(data.get(GRADES, {})),
            deadlines=self._deadlines(data.get(WAITS, {})),
        )

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
        """Return how much each step counts; steps that the manifest does not name count 1."""
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
        """Return how many minutes to wait for each kind: the manifest's number, else that of the kind's own file."""
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
        """Return the number of the line with ``key``, which tomllib doesn't report."""
        inside = not section
        for number, line in enumerate(self._lines, 1):
            if line.strip().startswith("["):
                inside = line.strip().strip("[]").strip() in (section, key)
            if inside and re.match(rf"\s*\[?\s*[\"']?{re.escape(key)}\b", line):
                return number
        return 1
