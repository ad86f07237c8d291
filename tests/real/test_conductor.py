"""How a run ends hangs on no order in which pytest was given the parts of the plugin."""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import pytest

from carbuyer_cleanup import plugin
from strict_moto.sandbox import ACCOUNT

if TYPE_CHECKING:
    from collections.abc import Callable

    from strict_moto.sandbox import Sandbox
    from tests.result import Result

OURS = """
import pytest


@pytest.fixture
def breaks(aws_session):
    yield
    raise AssertionError("broken at its end")


def test_ours(breaks):
    pass
"""
STEPS = ("cleanup_tests/test_16_key_pair.py", "cleanup_tests/test_17_audit.py", "cleanup_tests/test_ours.py")
ORDERS: dict[str, tuple[str, ...]] = {
    "as it is": plugin.PARTS,
    "reversed": plugin.PARTS[::-1],
    "sorted by the last letter": tuple(sorted(plugin.PARTS, key=lambda name: name[::-1])),
}
CONDUCTED = {"pytest_sessionfinish", "pytest_runtestloop"}
VOLATILE = re.compile(r"\d+\.\d+s|\d{4}-\d\d-\d\d[T ][\d:.]+|[0-9a-f]{8}-[0-9a-f-]{27}|file:\S+|\S+run\.rec")


def told(result: Result) -> dict[str, Any]:
    """Return what a run showed, without what is another thing in each run."""
    cases = ET.parse(result.reports / "junit.xml").getroot().iter("testcase")  # noqa: S314 - our own file
    predicate = json.loads((result.reports / "certificate.json").read_text("utf-8"))["predicate"]
    lines = VOLATILE.sub("", result.output).splitlines()
    return {
        "exit code": result.exit_code,
        "last lines": lines[-8:],
        "JUnit": [(case.attrib["name"], [child.tag for child in case]) for case in cases],
        "certificate": [predicate[name] for name in ("verdict", "reasons", "ownTests")],
        "report": "LEFTOVERS" in (result.reports / "report.html").read_text("utf-8"),
        "recording": len((result.reports.parent / "run.rec").read_bytes()) > 0,
    }


@pytest.mark.exhaustive
@pytest.mark.usefixtures("endpoint", "few_types")
def test_any_order_of_the_parts_tells_the_same(
    sandbox: Sandbox, run_suite: Callable[..., Result], project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Exit code, last lines, JUnit, certificate: with a step, the audit, a test of one's own and a recording."""
    sandbox.session(ACCOUNT).client("ec2").create_key_pair(KeyName="carbuyer-keypair")
    (project / "cleanup_tests" / "test_ours.py").write_text(OURS, "utf-8")
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    shown = {}
    for name, parts in ORDERS.items():
        monkeypatch.setattr(plugin, "PARTS", parts)
        shown[name] = told(run_suite("--aws", "--verify", "--record", "run.rec", *STEPS[1:], path=STEPS[0]))

    first = shown["as it is"]
    assert first["exit code"] == 1
    assert first["last lines"][-1].startswith("::error")
    assert first["certificate"][2][0]["result"] == "not seen"
    assert all(one == first for one in shown.values()), shown


def test_only_the_conductor_begins_and_ends_a_run() -> None:
    """No other module has one of these hooks."""
    found = {
        f"{path.stem}.{node.name}"
        for path in Path(plugin.__path__[0]).parent.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.FunctionDef) and node.name in CONDUCTED
    }

    assert found == {f"conductor.{name}" for name in CONDUCTED}
