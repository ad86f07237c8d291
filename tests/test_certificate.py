"""The certificate: what it says, when it may say CLEAN, and how it is checked."""

from __future__ import annotations

import json
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from google.protobuf.json_format import ParseDict
from in_toto_attestation.v1 import statement_pb2
from in_toto_attestation.v1.statement import Statement
from moto.kms.utils import ECDSAPrivateKey

from carbuyer_cleanup import workshop
from carbuyer_cleanup.audit import Leftover, Sweep, Unseen
from carbuyer_cleanup.aws import Aws
from carbuyer_cleanup.certificate import RunFacts, StepFacts, issue, judge, signer, statement
from carbuyer_cleanup.engine import Outcome, Unmet
from carbuyer_cleanup.errors import Blocked, Refused
from carbuyer_cleanup.journal import Journal
from carbuyer_cleanup.plan import STEPS
from carbuyer_cleanup.resource import Resource
from carbuyer_cleanup.verdict import Verdict
from carbuyer_cleanup.verification import SCHEMA, main

if TYPE_CHECKING:
    import boto3

    from carbuyer_cleanup.sandbox import Sandbox

MANIFEST = Path(__file__).parents[1] / "cleanup_tests" / "workshop.toml"
DONE = tuple(StepFacts(step.number, step.title, "done", 1.5, ("VPC carbuyer-x",)) for step in STEPS)
LEFT = Leftover("NAT gateway", "nat-1", "carbuyer-x", "eu-west-1", "arn:aws:ec2:…", "its name starts with carbuyer-")
FOUND_NOTHING = Sweep(types=["VPC"], regions=["eu-west-1"], complete=True)
FOUND_NOTHING.calls["ec2:DescribeVpcs", "eu-west-1"] = 2


@pytest.fixture
def clean(sandbox: Sandbox, session: boto3.Session, tmp_path: Path) -> RunFacts:
    """A run that found an account clean."""
    aws = Aws(
        session, account="111122223333", caller="arn:aws:iam::111122223333:user/me", region="ap-southeast-1",
        workshop=workshop.load(MANIFEST), journal=Journal(tmp_path / "journal.jsonl", "111122223333"),
        clock=sandbox.clock, pool=ThreadPoolExecutor(1),
    )  # fmt: skip
    now = datetime.now(UTC)
    return RunFacts(
        aws, task="teardown", rehearsal=False, interrupted=False, started=now - timedelta(minutes=9), ended=now,
        sweep=FOUND_NOTHING, steps=DONE,
    )  # fmt: skip


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

    def check(self, *options: str) -> tuple[int, str]:
        """Return the exit code of a check and what it says."""
        code = main(["verify", str(self.path), "--key", str(self.public), *options])
        return code, "".join(self.capsys.readouterr())


@pytest.fixture
def desk(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Desk:
    """A desk with a new Ed25519 key."""
    private, public = tmp_path / "private.pem", tmp_path / "public.pem"
    key = Ed25519PrivateKey.generate()
    private.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    public.write_bytes(key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    return Desk(private, public, tmp_path / "certificate.json", capsys)


def swept(**found: Any) -> Sweep:
    """Return what an audit found."""
    return replace(FOUND_NOTHING, **found)


DOUBTS: dict[str, dict[str, Any]] = {
    "interrupted": {"interrupted": True},
    "no audit": {"sweep": None},
    "part of the table": {"sweep": swept(complete=False)},
    "failed look": {"sweep": swept(unseen=[Unseen("VPC", "eu-west-1", "denied")])},
    "in between": {"sweep": swept(in_between=[LEFT])},
    "failed look of a step": {"unseen": ("step 1: ec2:DescribeVpcs was refused",)},
    "step deselected": {"steps": DONE[1:]},
    "step blocked": {"steps": (replace(DONE[0], result="blocked"), *DONE[1:])},
    "step failed": {"steps": (*DONE[:-1], replace(DONE[-1], result="failed"))},
    "step not run": {"steps": (replace(DONE[0], result="not run"), *DONE[1:])},
}


def test_clean(clean: RunFacts) -> None:
    """All steps done, and an audit that looked everywhere and found nothing: CLEAN."""
    assert judge(clean) == (Verdict.CLEAN, [])


@pytest.mark.parametrize("doubt", DOUBTS)
def test_doubt_is_not_clean(clean: RunFacts, doubt: str) -> None:
    """Whatever was not looked at makes the verdict COULD NOT VERIFY, with its reason."""
    verdict, reasons = judge(replace(clean, **DOUBTS[doubt]))

    assert verdict is Verdict.COULD_NOT_VERIFY
    assert len(reasons) == 1


@pytest.mark.parametrize("doubt", DOUBTS)
def test_leftovers_win(clean: RunFacts, doubt: str) -> None:
    """What is left is told, whatever could not be looked at besides."""
    run = replace(clean, **DOUBTS[doubt])
    steps = (*run.steps[:-1], replace(run.steps[-1], left=("role carbuyer-x",), result="failed"))

    assert judge(replace(run, steps=steps))[0] is Verdict.LEFTOVERS
    assert judge(replace(clean, sweep=swept(leftovers=[LEFT])))[0] is Verdict.LEFTOVERS


@pytest.mark.parametrize("change", [{}, *DOUBTS.values(), {"sweep": swept(leftovers=[LEFT])}])
def test_schema(clean: RunFacts, change: dict[str, Any]) -> None:
    """Every certificate is what the schema in docs/ says, and an in-toto Statement."""
    made = statement(replace(clean, **change))

    jsonschema.Draft202012Validator.check_schema(json.loads(SCHEMA.read_text()))
    jsonschema.validate(made, json.loads(SCHEMA.read_text()))
    Statement.copy_from_pb(ParseDict({**made, "type": made.pop("_type")}, statement_pb2.Statement())).validate()


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("predicate", "audit", "complete"), False),
        (("predicate", "audit"), None),
        (("predicate", "steps"), []),
        (("predicate", "reasons"), ["a doubt"]),
        (("predicate", "more"), 1),
    ],
)
def test_schema_knows_clean(clean: RunFacts, path: tuple[str, ...], value: object) -> None:
    """The schema itself refuses a CLEAN that nothing proves."""
    made = statement(clean)
    part = made
    for key in path[:-1]:
        part = part[key]
    part[path[-1]] = value

    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(made, json.loads(SCHEMA.read_text()))


def test_what_it_tells(clean: RunFacts) -> None:
    """It tells the calls that were made, the manifest, and what leftovers cost."""
    predicate = statement(replace(clean, sweep=swept(leftovers=[LEFT, replace(LEFT, type="EKS cluster")])))["predicate"]

    assert predicate["audit"]["calls"] == {"ec2:DescribeVpcs": {"eu-west-1": 2}}
    assert predicate["audit"]["cost"]["usdPerMonth"] == 43.1
    assert [found["usdPerMonth"] for found in predicate["audit"]["leftovers"]] == [43.1, None]
    assert predicate["manifest"]["prefix"] == "carbuyer-"


def test_steps_of_the_engine() -> None:
    """A step is done if it ended well and nothing is left, blocked if another one holds it, else failed."""
    step, vpc = STEPS[0], Resource("VPC", "vpc-1", "carbuyer-x", "eu-west-1", "of its name")
    outcomes = [
        Outcome(step, []),
        Outcome(step, [], left=[vpc]),
        Outcome(step, [], error=Unmet(STEPS[1], "still there", selected=True)),
        Outcome(step, [], error=Blocked("held")),
    ]

    assert [StepFacts.of(one).result for one in outcomes] == ["done", "failed", "blocked", "failed"]


def test_manifest_digest_knows_overrides(clean: RunFacts) -> None:
    """A name given on the command line makes another digest."""
    before = statement(clean)["predicate"]["manifest"]["digest"]
    clean.aws.workshop = clean.aws.workshop.with_name("s3.bucket=mine")

    assert statement(clean)["predicate"]["manifest"]["digest"] != before


def test_no_certificate_of_a_rehearsal(clean: RunFacts, tmp_path: Path) -> None:
    """A rehearsal certifies nothing."""
    with pytest.raises(Refused, match="rehearsal"):
        issue(replace(clean, rehearsal=True), tmp_path / "certificate.json")
    assert not (tmp_path / "certificate.json").exists()


def test_signed_and_checked(clean: RunFacts, desk: Desk) -> None:
    """A signed CLEAN certificate is checked with the public key, or with the private one."""
    desk.sign(clean)

    code, output = desk.check()

    assert (code, output[:27]) == (0, "CLEAN: account 111122223333")
    assert desk.check("--key", str(desk.private))[0] == 0


def other_key(path: Path, tmp_path: Path) -> list[str]:
    """Check with somebody else's key."""
    del path
    key = tmp_path / "other.pem"
    text = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    key.write_bytes(text)
    return ["--key", str(key)]


def changed_payload(path: Path, tmp_path: Path) -> list[str]:
    """Change a letter of what was signed."""
    del tmp_path
    envelope = json.loads(path.read_text())
    envelope["payload"] = envelope["payload"][:40] + "AAAA" + envelope["payload"][44:]
    path.write_text(json.dumps(envelope))
    return []


def changed_type(path: Path, tmp_path: Path) -> list[str]:
    """Say that it is something else."""
    del tmp_path
    path.write_text(path.read_text().replace("vnd.in-toto+json", "json"))
    return []


def unsigned(path: Path, tmp_path: Path) -> list[str]:
    """Leave the signature away."""
    del tmp_path
    path.write_text("{}")
    return []


WRONG = {
    "another key": (other_key, "not signed with this key"),
    "changed": (changed_payload, "changed since"),
    "another type": (changed_type, "changed since"),
    "not signed": (unsigned, "not a signed certificate"),
    "another account": (lambda *_: ["--account", "999999999999"], "about account 111122223333"),
    "too old": (lambda *_: ["--max-age", "-1"], "days old"),
    "no file": (lambda path, _: [path.unlink()][1:], "can't be read"),
    "no key": (lambda *_: ["--key", "/nowhere.pem"], "can't be read"),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_refused(clean: RunFacts, desk: Desk, wrong: str) -> None:
    """What is not signed, not with this key, changed, too old or about another account is refused."""
    desk.sign(clean)
    spoil, why = WRONG[wrong]

    code, output = desk.check(*spoil(desk.path, desk.path.parent))

    assert code == 1
    assert why in output


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"interrupted": True}, "says COULD_NOT_VERIFY: the run was interrupted"),
        ({"sweep": swept(leftovers=[LEFT])}, "says LEFTOVERS"),
        ({"ended": datetime.now(UTC) + timedelta(days=1)}, "in the future"),
        ({"ended": datetime.now(UTC) - timedelta(days=40)}, "40 days old"),
    ],
)
def test_genuine_but_not_clean(clean: RunFacts, desk: Desk, change: dict[str, Any], why: str) -> None:
    """A genuine certificate that doesn't say CLEAN, or is not of these days, does not pass a check."""
    desk.sign(replace(clean, **change))

    code, output = desk.check()

    assert code == 1
    assert why in output


def test_depth(clean: RunFacts, desk: Desk) -> None:
    """A certificate that looked for the workshop's own types only is refused unless that is what was asked for."""
    desk.sign(replace(clean, sweep=swept(depth="workshop")))

    assert "It is CLEAN at depth workshop only; check it with --depth workshop" in desk.check()[1]
    assert desk.check()[0] == 1
    code, output = desk.check("--depth", "workshop")
    assert (code, output.rpartition(", ")[2]) == (0, "depth workshop.\n")


def test_other_endpoint(clean: RunFacts, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """What an embedded AWS answered over a port proves nothing about an account."""
    monkeypatch.setattr(clean.aws, "_endpoints", {"http://127.0.0.1:5000", "https://ec2.eu-west-1.amazonaws.com"})
    desk.sign(clean)

    code, output = desk.check()

    assert code == 1
    assert "Not AWS was asked, but http://127.0.0.1:5000" in output


def sign_digest(self: Any, message: bytes, _algorithm: str) -> Any:
    """Sign as KMS does with MessageType=DIGEST; moto 5.2.5 takes the digest for the message."""
    return self.private_key.sign(message, ECDSA(Prehashed(SHA256())))


def test_kms_key(clean: RunFacts, session: boto3.Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A key in KMS signs, in its own Region and with the run's credentials, and checks."""
    kms = session.client("kms", region_name="eu-west-1")
    arn = kms.create_key(KeyUsage="SIGN_VERIFY", KeySpec="ECC_NIST_P256")["KeyMetadata"]["Arn"]
    monkeypatch.setattr("carbuyer_cleanup.verification.boto3.Session", lambda: session)
    monkeypatch.setattr(ECDSAPrivateKey, "sign", sign_digest)
    path = tmp_path / "certificate.json"

    issue(clean, path, signer(arn, session))

    assert main(["verify", str(path), "--key", arn]) == 0


@pytest.mark.parametrize("key", ["arn:aws:kms:eu-west-1:111122223333:key/none", "/nowhere.pem", str(MANIFEST)])
def test_no_such_key(session: boto3.Session, key: str) -> None:
    """A key that isn't there is refused in a sentence."""
    with pytest.raises(Refused):
        signer(key, session)


def test_packages_not_installed(session: boto3.Session, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the extra's packages, signing says what to install."""
    monkeypatch.delitem(sys.modules, "carbuyer_cleanup.signing")
    monkeypatch.setitem(sys.modules, "securesystemslib.dsse", None)

    with pytest.raises(Refused, match="pip install"):
        signer("key.pem", session)
