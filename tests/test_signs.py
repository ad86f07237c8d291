"""What is said without colours: each sign has one meaning, which one module gives it."""

from __future__ import annotations

from pathlib import Path

import carbuyer_cleanup
from carbuyer_cleanup import verdict

HOME = Path(carbuyer_cleanup.__path__[0])
SIGNS = {*verdict.SIGNS.values(), *verdict.STATE_SIGNS.values(), *verdict.FATE_SIGNS.values()} - {"?"}
SHOWN = (".py", ".jinja", ".js")


def test_no_other_module_has_signs() -> None:
    """Whoever shows one takes it from there."""
    files = [path for path in HOME.rglob("*.*") if path.suffix in SHOWN and path != HOME / "verdict.py"]

    assert len(files) > 100
    assert [path.name for path in files if SIGNS & {*path.read_text("utf-8")}] == []


def test_the_same_sign_for_the_same_thing() -> None:
    """A step, a resource and a test that is done have the verdict's sign for it; so have those with something left."""
    tables = (verdict.STATE_SIGNS, verdict.FATE_SIGNS)

    assert {str(signs["gone"]) for signs in tables} == {verdict.SIGNS["CLEAN"], verdict.TEST_SIGNS["Passed"]}
    assert {str(signs["left"]) for signs in tables} == {verdict.SIGNS["LEFTOVERS"], verdict.TEST_SIGNS["Failed"]}
