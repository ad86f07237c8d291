"""What certificates are made of in these tests, and where they are signed and checked."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    KeySerializationEncryption,
    NoEncryption,
    PrivateFormat,
)

from carbuyer_cleanup.audit.found import Leftover
from carbuyer_cleanup.audit.result import Sweep
from carbuyer_cleanup.certificate.certificate import RunFacts, StepFacts, issue, signer, statement
from carbuyer_cleanup.certificate.verification import main
from carbuyer_cleanup.teardown.plan import STEPS

if TYPE_CHECKING:
    from collections.abc import Callable

    import pytest

MANIFEST = Path(__file__).parents[2] / "cleanup_tests" / "workshop.toml"
DONE = tuple(StepFacts(step.number, step.title, "done", 1.5, ("VPC carbuyer-x",)) for step in STEPS)
LEFT = Leftover("NAT gateway", "nat-1", "carbuyer-x", "eu-west-1", "arn:aws:ec2:…", "its name starts with carbuyer-")
FOUND_NOTHING = Sweep(types=["VPC"], regions=["eu-west-1"], complete=True)
FOUND_NOTHING.calls["ec2:DescribeVpcs", "eu-west-1"] = 2


@dataclass
class Desk:
    """Where certificates are signed, and checked on the command line."""

    private: Path
    public: Path
    path: Path
    capsys: pytest.CaptureFixture[str]

    def sign(self, run: RunFacts) -> None:
        """Write a run's certificate, signed."""
        issue(run, self.path, signer(str(self.private), run.aws.session))

    def forge(self, run: RunFacts, change: Callable[[dict[str, Any]], Any]) -> None:
        """Write a run's certificate, changed and then signed."""
        made = statement(run)
        change(made)
        self.sign_text(run, json.dumps(made))

    def sign_text(self, run: RunFacts, text: str) -> None:
        """Write this text, signed."""
        self.path.write_text(signer(str(self.private), run.aws.session).envelope(text))

    def check(self, *options: str) -> tuple[int, str]:
        """Return the exit code of a check and what it says."""
        code = main(["verify", str(self.path), "--key", str(self.public), *options])
        return code, "".join(self.capsys.readouterr())


def write_key(path: Path, lock: KeySerializationEncryption | None = None) -> Path:
    """Write a new Ed25519 key into a file."""
    key = Ed25519PrivateKey.generate()
    path.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, lock or NoEncryption()))
    return path


def swept(**found: Any) -> Sweep:
    """Return what an audit found."""
    return replace(FOUND_NOTHING, **found)
