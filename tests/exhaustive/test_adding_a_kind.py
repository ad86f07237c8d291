"""The recipe of CONTRIBUTING.md, followed in a copy of the project."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

pytestmark = pytest.mark.exhaustive

ROOT = Path(__file__).parents[2]
NEEDED = ("src", "tests", "cleanup_tests", "docs", "README.md", "pyproject.toml", "conftest.py", "CONTRIBUTING.md")
LEFT_OUT = shutil.ignore_patterns("__pycache__", ".*_cache", "reports", "*.rec")
KIND, ESTATE, TEST = re.findall(r"^```python\n(.*?)^```$", (ROOT / NEEDED[-1]).read_text(), re.MULTILINE | re.DOTALL)
RETURN = "    return str(api)\n"  # before which the recipe has the estate's line

CONTRACTS = (
    "tests/test_plan.py", "tests/test_documents.py", "tests/test_imports.py", "tests/test_prices.py",
    "tests/test_console.py", "tests/test_workshop.py", "tests/audit/test_audit_table.py", "tests/permissions",
    "tests/test_remedies.py", "tests/kinds/test_preparing.py::test_each_preparation_is_refused_here",
    "tests/backup/test_savers.py", "tests/backup/test_described.py", "tests/recording/test_words.py",
)  # fmt: skip
BUT = "not linter"  # parliament takes long
TRIED = ("tests/kinds/test_every_kind.py", "tests/kinds/test_topic.py")


class Missing(NamedTuple):
    """What somebody got wrong: a piece, what is there instead, and the test that names it in these words."""

    what: str
    piece: str
    instead: str
    test: str
    words: str


FORGOTTEN = (
    Missing("estate", ESTATE, "", "tests/kinds/test_every_kind.py::test_denied_then_deleted[API Gateway]", "SNS topic"),
    Missing("call", '"sns:DeleteTopic": write("NotFound", "StaleTag ConcurrentAccess"),', "", "tests/test_plan.py",
            "sns:DeleteTopic"),
    Missing("grant", 'grants=(grant("Topics", "sns:DeleteTopic", "sns:{region}:*:{sns.topic}"),),', "",
            "tests/permissions/test_policies.py", "sns:DeleteTopic"),
    Missing("definition", "    definitions=definitions,\n", "", "tests/backup/test_savers.py", "SNS topic"),
    Missing("step", "step=6", "step=60", "tests/test_plan.py", "SNS topic"),
    Missing("name", 'NAME, ENTRY = "SNS topic"', 'NAME, ENTRY = "topic of SNS"', "tests/test_plan.py", "topic of SNS"),
)  # fmt: skip


def follow(home: Path, piece: str = "", instead: str = "") -> None:
    """Make a copy of the project and add the kind to it as the recipe says, but for one piece."""
    for name in NEEDED:
        source = ROOT / name
        shutil.copytree(source, home / name, ignore=LEFT_OUT) if source.is_dir() else shutil.copy(source, home / name)
    kind, estate = (text.replace(piece, instead) if piece else text for text in (KIND, ESTATE))
    (home / "src/carbuyer_cleanup/kinds/topic.py").write_text(kind, encoding="utf-8")
    (home / "tests/kinds/test_topic.py").write_text(TEST, encoding="utf-8")
    services = home / "src/strict_moto/estate_services.py"
    text = services.read_text(encoding="utf-8")
    assert text.count(RETURN) == 1
    services.write_text(text.replace(RETURN, estate + RETURN), encoding="utf-8")


def run(home: Path, *arguments: str, **surroundings: str) -> tuple[int, str]:
    """Run Python in the copy, and return its exit code and what it wrote."""
    done = subprocess.run(  # noqa: S603 - our own project
        [sys.executable, "-m", *arguments],
        cwd=home, env=os.environ | {"PYTHONPATH": str(home / "src")} | surroundings,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False,
    )  # fmt: skip
    return done.returncode, done.stdout


def test_three_files_are_enough(tmp_path: Path) -> None:
    """The contracts hold, the kind is tried like every other, and a rehearsal saves and deletes it."""
    follow(tmp_path)

    assert run(tmp_path, "carbuyer_cleanup.documents") == (0, "")

    code, output = run(tmp_path, "pytest", "-q", "-m", "not exhaustive", *CONTRACTS, *TRIED, "-k", BUT)
    assert code == 0, output
    code, output = run(tmp_path, "pytest", "-q", "cleanup_tests/", "-v", "--backup", "saved")
    assert code == 0, output
    (saved,) = tmp_path.glob("saved/*/sns-topic/*.json")
    assert "TopicArn" in saved.read_text(encoding="utf-8")
    assert "SNS topic carbuyer-email-api-alarms" in (tmp_path / "reports/report.html").read_text(encoding="utf-8")
    assert "; SNS topics;" in (tmp_path / "README.md").read_text(encoding="utf-8")


def test_golden_files_are_written(tmp_path: Path) -> None:
    """What a run says of the kind is new, and is the same from then on."""
    follow(tmp_path)
    state = "tests/test_in_between.py::test_nothing_is_left[as_built]"
    golden = tmp_path / "tests/golden/as_built.json"

    assert "SNS topic" not in golden.read_text(encoding="utf-8")
    code, output = run(tmp_path, "pytest", "-q", state, CARBUYER_GOLDEN="write")
    assert code == 0, output
    assert "SNS topic" in golden.read_text(encoding="utf-8")
    code, output = run(tmp_path, "pytest", "-q", state)
    assert code == 0, output


def test_stale_documents_are_named(tmp_path: Path) -> None:
    """Documents that were not written anew fail, with the command that does it."""
    follow(tmp_path)

    code, output = run(tmp_path, "pytest", "-q", "tests/test_documents.py")

    assert (code, "python -m carbuyer_cleanup.documents" in output) == (1, True), output


@pytest.mark.parametrize("missing", FORGOTTEN, ids=lambda missing: missing.what)
def test_what_is_missing_is_named(missing: Missing, tmp_path: Path) -> None:
    """A piece that was forgotten fails by name."""
    follow(tmp_path, missing.piece, missing.instead)

    code, output = run(tmp_path, "pytest", "-q", "-m", "not exhaustive", missing.test, "-k", BUT)

    assert (code, missing.words in output) == (1, True), output
