"""``docs/ci``: the recipes are well-formed, sound to their linters, and can't show a killed run as clean."""

from __future__ import annotations

import json
import re
import subprocess
import sysconfig
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from ruamel.yaml import YAML

from carbuyer_cleanup.aws.sign_in import IN_FRONT
from carbuyer_cleanup.command_line.conflicts import VARIABLE
from carbuyer_cleanup.command_line.options import OPTIONS

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[1]
CI = ROOT / "docs" / "ci"
WORKFLOW, BUILDSPEC, ACTION = CI / "github-cleanup.yml", CI / "buildspec.yml", ROOT / "action.yml"
REPORTS = {f"reports/{name}" for name in ("certificate.json", "report.html", "junit.xml", "journal.jsonl")}
SCRIPTS = Path(sysconfig.get_path("scripts"))

CLASS = CI / "github-class.yml"
ZIZMOR = ("zizmor", "--offline", "--pedantic", "--no-progress")
SCHEMA = ("check-jsonschema", "--builtin-schema")
HADOLINT = ("hadolint", "--failure-threshold", "info")
LINTED = [
    (HADOLINT, ROOT / "Containerfile"),
    (ZIZMOR, WORKFLOW),
    (ZIZMOR, ACTION),
    ((*SCHEMA, "vendor.github-workflows"), WORKFLOW),
    (ZIZMOR, CLASS),
    ((*SCHEMA, "vendor.github-workflows"), CLASS),
    ((*SCHEMA, "vendor.github-actions"), ACTION),
]


def read(path: Path) -> dict[str, Any]:
    """Return a YAML file's content."""
    content: dict[str, Any] = YAML(typ="safe").load(path)
    return content


@pytest.mark.exhaustive
@pytest.mark.parametrize(("linter", "file"), LINTED, ids=[f"{one[0]}-{file.name}" for one, file in LINTED])
def test_linter_finds_nothing(linter: tuple[str, ...], file: Path) -> None:
    """GitHub's own schemas take the workflow and the action, and zizmor sees no weakness in them."""
    command, *options = linter
    done = subprocess.run([SCRIPTS / command, *options, file], capture_output=True, text=True, check=False)  # noqa: S603 - the linter

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


@pytest.mark.parametrize("file", [WORKFLOW, CLASS, ACTION], ids=lambda path: path.name)
def test_actions_are_pinned(file: Path) -> None:
    """Another's action is used at a commit, which nobody can move, not at a tag."""
    text = file.read_text(encoding="utf-8")
    used = re.findall(r"uses: (\S+) # v[\d.]+", text)

    assert len(used) == text.count("uses: ")
    assert [action for action in used if not re.search(r"@[0-9a-f]{40}$", action)] == []


@pytest.mark.parametrize("page", sorted(CI.glob("*.md")), ids=lambda path: path.name)
def test_pages_name_options_that_there_are(page: Path) -> None:
    """A recipe's pytest command has options of this suite, and names files that are there."""
    text = page.read_text(encoding="utf-8")
    given = {option for line in text.splitlines() if "pytest" in line for option in re.findall(r"--[a-z-]+", line)}

    assert given <= set(OPTIONS)
    assert [path for path in re.findall(r"docs/[\w/.-]+\w", text) if not (ROOT / path).exists()] == []


def test_parts_are_those_of_one_class() -> None:
    """Each engine starts all parts, none stops the others, and a part in which something is left is merged, too."""
    github, merging = (read(CLASS)["jobs"][name] for name in ("part", "class"))
    batch = read(CI / "buildspec-class.yml")["batch"]
    look = json.loads((CI / "class-state-machine.json").read_text(encoding="utf-8"))["States"]["Look"]

    assert github["strategy"]["matrix"]["part"] == [*range(1, github["env"]["PARTS"] + 1)]
    assert batch["build-matrix"]["dynamic"]["env"]["variables"]["SHARD"] == [f"{part}/4" for part in range(1, 5)]
    assert (github["strategy"]["fail-fast"], batch["fast-fail"], merging["if"]) == (False, False, "always()")
    assert look["ToleratedFailurePercentage"] == 100


def test_cloudshell_begins_with_who_you_are() -> None:
    """The recipe's first command is the one that a run there tells of: the workshop leaves a key of its own there."""
    text = (CI / "cloudshell.md").read_text()

    assert f"`{text.split('```')[1].strip()}`" == IN_FRONT["shared-credentials-file"]


def test_action_runs_the_command() -> None:
    """What the workflow gives reaches the suite in the environment, which no shell takes apart as code."""
    steps = read(ACTION)["runs"]["steps"]
    (run,) = [step for step in steps if '/bin/carbuyer-cleanup"' in step.get("run", "")]

    assert run["env"] == {"ARGUMENTS": "${{ inputs.arguments }}", VARIABLE: "${{ inputs.account }}"}
    assert [step["run"] for step in steps if "${{" in step.get("run", "")] == []


def test_container() -> None:
    """No builder is needed to see that all that is copied is there, and what the image runs is the suite's command."""
    lines = (ROOT / "Containerfile").read_text(encoding="utf-8").splitlines()
    copied = [name for line in lines if line.startswith("COPY") for name in line.split()[1:-1]]
    needed = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    script, *_ = needed["project"]["scripts"]

    assert [name for name in copied if not (ROOT / name).exists()] == []
    wanted = {path.split("/")[0] for path in needed["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"]}
    assert wanted | {"src", "constraints.txt", "README.md", "LICENSE"} == set(copied)
    assert lines[-1] == f'ENTRYPOINT ["{script}"]'
