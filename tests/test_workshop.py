"""The manifest: what may be deleted."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carbuyer_cleanup.claims import DOUBTFUL, FOREIGN, OURS, Claim, sign
from carbuyer_cleanup.errors import Refused
from carbuyer_cleanup.teardown.plan import STEPS
from carbuyer_cleanup.workshop import Workshop, load
from tests.unhurried import unhurried

MANIFEST = Path(__file__).parents[1] / "cleanup_tests" / "workshop.toml"
GOOD = 'region = "ap-southeast-1"\nprefix = "carbuyer-"\n'


@pytest.fixture(scope="module")
def workshop() -> Workshop:
    """The manifest that comes with the suite."""
    return load(MANIFEST)


@pytest.mark.parametrize(
    ("entry", "name", "ours"),
    [
        ("s3.bucket", "carbuyer-fcj-bucket", True),
        ("s3.bucket", "carbuyer-of-mine", True),
        ("cloudfront.distribution", "fcj-cloudfront-carbuyer", True),
        ("s3.bucket", "fcj-cloudfront-carbuyer", False),
        ("s3.bucket", "mycarbuyer-x", False),
        ("s3.bucket", "carbuyers-x", False),
        ("ec2.vpc", "Carbuyer-fcj-vpc", False),
    ],
)
def test_names_are_judged_exactly(workshop: Workshop, entry: str, name: str, ours: bool) -> None:  # noqa: FBT001 - data
    """Exact names and the prefix count, letter by letter; what only looks alike is a near-miss with a reason."""
    claim = workshop.claim(entry, name)

    assert claim is not None
    assert claim.ours is ours
    assert claim.why


@unhurried
@given(st.text())
def test_nothing_else_is_ours(name: str) -> None:
    """No name that neither starts with the prefix nor stands in the manifest is ever the workshop's."""
    claim = load(MANIFEST).claim("s3.bucket", name)

    if not name.startswith("carbuyer-"):
        assert claim is None or not claim.ours


@pytest.mark.parametrize(
    ("text", "line", "what"),
    [
        ("colour = 1\n" + GOOD, 1, "unknown key 'colour'"),
        (GOOD + "[s3]\nbuckets = 'x'\n", 4, "unknown key 'buckets' in [s3]"),
        (GOOD + "[s4]\nbucket = 'x'\n", 3, "unknown key 's4'"),
        (GOOD + "\n\n[s3]\nbucket = 1\n", 6, "must be a name"),
        (GOOD + "[s3]\nbucket = []\n", 4, "must be a name"),
        (GOOD + "[s3]\nbucket = ['a', '']\n", 4, "must be a name"),
        (GOOD + "s3 = 1\n", 3, "must be a section"),
        ('prefix = "carbuyer-"\nregion = "Mars"\n', 2, "region must be"),
        ('region = "ap-southeast-1"\nprefix = ""\n', 2, "prefix must have"),
        ('region = "ap-southeast-1"\nprefix = "ab-"\n', 2, "prefix must have"),
        ('region = "ap-southeast-1"\nprefix = "carbuyer"\n', 2, "prefix must have"),
        ('region = "ap-southeast-1"\nprefix = 5\n', 2, "prefix must have"),
        ('region = "ap-southeast-1"\n', 1, "prefix must have"),
        (GOOD + "grades = 1\n", 3, "grades must be a section"),
        (GOOD + "[grades]\n17 = 1\n", 4, "give the number of a step, 1 to 16"),
        (GOOD + "[grades]\n4 = 2\n'NAT' = 1\n", 5, "unknown key 'NAT' in [grades]"),
        (GOOD + '[grades]\n"4" = -1\n', 4, "grades.4 must be a number, 0 or more"),
        (GOOD + "[grades]\n1 = 1\n4 = '3'\n", 5, "grades.4 must be a number"),
        (GOOD + "[grades]\n4 = true\n", 4, "grades.4 must be a number"),
        (GOOD + "[grades]\n4 = inf\n", 4, "grades.4 must be a number"),
        (GOOD + "[grades]\n4 = nan\n", 4, "grades.4 must be a number"),
        (GOOD + "deadlines = 1\n", 3, "deadlines must be a section"),
        (GOOD + "[deadlines]\nNAT = 5\n", 4, "unknown key 'NAT' in [deadlines]: give one of load balancer, "),
        (GOOD + '[deadlines]\n"VPC" = 5\n"NAT gateway" = 0\n', 5, "NAT gateway must be a number of minutes"),
        (GOOD + '[deadlines]\n"NAT gateway" = "5"\n', 4, "NAT gateway must be a number of minutes"),
        (GOOD + '[deadlines]\n"NAT gateway" = true\n', 4, "NAT gateway must be a number of minutes"),
        (GOOD + '[deadlines]\n"NAT gateway" = nan\n', 4, "NAT gateway must be a number of minutes"),
        (GOOD + '[deadlines]\n"NAT gateway" = 1441\n', 4, "above 0 and at most 1440"),
        (GOOD + "[grades]\n" + "".join(f"{n} = 0\n" for n in range(1, 17)), 3, "at least one step must count"),
    ],
)
def test_wrong_manifest_is_refused_with_its_line(tmp_path: Path, text: str, line: int, what: str) -> None:
    """A mistake in the manifest is told with file and line, and nothing is done."""
    path = tmp_path / "w.toml"
    path.write_text(text)

    with pytest.raises(Refused) as refused:
        load(path)

    assert f"{path}:{line}: " in str(refused.value)
    assert what in str(refused.value)


def test_steps_count_what_the_manifest_says(tmp_path: Path) -> None:
    """Every step of the plan counts 1 unless [grades] gives it another weight."""
    path = tmp_path / "w.toml"
    path.write_text(GOOD + "[grades]\n4 = 2.5\n16 = 0\n")

    assert load(MANIFEST).weights == dict.fromkeys((step.number for step in STEPS), 1)
    assert load(path).weights == load(MANIFEST).weights | {4: 2.5, 16: 0}


@pytest.mark.parametrize("content", [b"region = ", b"\xff\xfe", None])
def test_unreadable_manifest_is_refused(tmp_path: Path, content: bytes | None) -> None:
    """No TOML, no text, no file: a sentence, not a traceback."""
    path = tmp_path / "w.toml"
    if content is not None:
        path.write_bytes(content)

    with pytest.raises(Refused, match=r"w\.toml"):
        load(path)


def test_one_name_can_be_overridden(workshop: Workshop) -> None:
    """``--name s3.bucket=mine`` replaces that entry and no other."""
    mine = workshop.with_names("s3.bucket=mine")

    assert mine.names["s3.bucket"] == ("mine",)
    assert mine.names["ec2.vpc"] == workshop.names["ec2.vpc"]


@pytest.mark.parametrize("override", ["s3.bucket", "s3.bucket=", "s3.buckets=x", "=x", ""])
def test_wrong_override_is_refused(workshop: Workshop, override: str) -> None:
    """A misspelt entry is told, with those there are."""
    with pytest.raises(Refused, match=r"s3\.bucket"):
        workshop.with_names(override)


@pytest.mark.parametrize("known", [("films", ""), ("", "vol-1"), ("films", "vol-1")])
def test_callers_word_settles_what_is_doubtful(workshop: Workshop, known: tuple[str, str]) -> None:
    """By name or id; but what proves itself by its name is the workshop's, whatever the caller says."""
    name, id_ = known
    doubtful = workshop.claim("ec2.volume", name, id_=id_, inferred=sign("it was attached"))
    settled = workshop.without(name or id_).claim("ec2.volume", name, id_=id_, inferred=sign("it was attached"))

    assert doubtful == Claim(DOUBTFUL, doubtful.why if doubtful else "")
    assert settled == Claim(FOREIGN, "you said that it is not the workshop's (--not-ours)")
    named = workshop.without("carbuyer-x").claim("ec2.volume", "carbuyer-x", id_=id_)
    assert named == Claim(OURS, "its name starts with carbuyer-")
