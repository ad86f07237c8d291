"""``docs/ci``: the recipes are well-formed, sound to their linters, and can't show a killed run as clean."""

from __future__ import annotations

import re
import subprocess
import sysconfig
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from ruamel.yaml import YAML

from carbuyer_cleanup.aws.sign_in import IN_FRONT
from carbuyer_cleanup.settings import OPTIONS, VARIABLE

if TYPE_CHECKING:
    from collections.abc import Iterator

CI = Path(__file__).parents[1] / "docs" / "ci"
WORKFLOW, BUILDSPEC = CI / "github-cleanup.yml", CI / "buildspec.yml"
REPORTS = {f"reports/{name}" for name in ("certificate.json", "report.html", "junit.xml", "journal.jsonl")}
SCRIPTS = Path(sysconfig.get_path("scripts"))

LINTERS = {
    "schema": ("check-jsonschema", "--builtin-schema", "vendor.github-workflows"),
    "zizmor": ("zizmor", "--offline", "--pedantic", "--no-progress"),
}


def read(path: Path) -> dict[str, Any]:
    """Return a YAML file's content."""
    content: dict[str, Any] = YAML(typ="safe").load(path)
    return content


@pytest.mark.parametrize("linter", LINTERS)
def test_linter_finds_nothing(linter: str) -> None:
    """GitHub's own schema takes the workflow, and zizmor sees no weakness in it."""
    command, *options = LINTERS[linter]
    done = subprocess.run([SCRIPTS / command, *options, WORKFLOW], capture_output=True, text=True, check=False)  # noqa: S603 - the linter

    assert done.returncode == 0, done.stdout + done.stderr


def test_killed_job_is_not_certified() -> None:
    """The certificate is asked for also after a failure, and a job without one fails."""
    (job,) = read(WORKFLOW)["jobs"].values()
    (keep,) = [step for step in job["steps"] if step.get("with", {}).get("path") == "reports/certificate.json"]

    assert keep["if"] == "always()"
    assert keep["with"]["if-no-files-found"] == "error"


def test_build_without_a_certificate_fails(tmp_path: Path) -> None:
    """So does CodeBuild's: the command for it is run here, without and with a certificate."""
    (check,) = read(BUILDSPEC)["phases"]["post_build"]["commands"]
    reports = tmp_path / "reports"
    reports.mkdir()

    without = subprocess.run(["sh", "-c", check], cwd=tmp_path, capture_output=True, text=True, check=False)  # noqa: S603, S607 - the recipe's
    (reports / "certificate.json").touch()
    with_one = subprocess.run(["sh", "-c", check], cwd=tmp_path, capture_output=True, text=True, check=False)  # noqa: S603, S607 - the recipe's

    assert (without.returncode, with_one.returncode) == (1, 0)
    assert "NOT CERTIFIED" in without.stdout


@pytest.mark.parametrize("recipe", [WORKFLOW, BUILDSPEC], ids=lambda path: path.name)
def test_all_reports_are_kept(recipe: Path) -> None:
    """Certificate, report, JUnit and journal are artifacts; the number of the account makes it a teardown."""
    values = set(_texts(read(recipe)))

    assert values >= REPORTS
    assert any(text.endswith(".venv/bin/pytest cleanup_tests/") for text in values)
    assert VARIABLE in recipe.read_text(encoding="utf-8")


def _texts(content: Any) -> Iterator[str]:
    """Yield every line of every text in a YAML file."""
    if isinstance(content, str):
        yield from content.splitlines()
    elif isinstance(content, dict | list):
        for item in content.values() if isinstance(content, dict) else content:
            yield from _texts(item)


def test_actions_are_pinned() -> None:
    """Another's action is used at a commit, which nobody can move, not at a tag."""
    used = re.findall(r"uses: (\S+) # v[\d.]+", WORKFLOW.read_text(encoding="utf-8"))

    assert len(used) == WORKFLOW.read_text(encoding="utf-8").count("uses: ")
    assert [action for action in used if not re.search(r"@[0-9a-f]{40}$", action)] == []


@pytest.mark.parametrize("page", sorted(CI.glob("*.md")), ids=lambda path: path.name)
def test_pages_name_options_that_there_are(page: Path) -> None:
    """A recipe's pytest command has options of this suite, and names files that are there."""
    text = page.read_text(encoding="utf-8")
    given = {option for line in text.splitlines() if "pytest" in line for option in re.findall(r"--[a-z-]+", line)}

    assert given <= set(OPTIONS)
    root = CI.parents[1]
    assert [path for path in re.findall(r"docs/[\w/.-]+\w", text) if not (root / path).exists()] == []


def test_cloudshell_begins_with_who_you_are() -> None:
    """The recipe's first command is the one that a run there tells of: the workshop leaves a key of its own there."""
    text = (CI / "cloudshell.md").read_text()

    assert f"`{text.split('```')[1].strip()}`" == IN_FRONT["shared-credentials-file"]
