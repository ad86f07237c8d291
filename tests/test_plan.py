"""The plan: no cycles, the page's order, and nothing forgotten."""

import ast
import re
from dataclasses import replace
from pathlib import Path

import pytest
from botocore import xform_name
from botocore.loaders import Loader

from carbuyer_cleanup import kinds
from carbuyer_cleanup.audit.types import TYPES
from carbuyer_cleanup.aws.calls import CALLS
from carbuyer_cleanup.catalog import KINDS
from carbuyer_cleanup.teardown.deadlines import DEADLINES
from carbuyer_cleanup.teardown.plan import COMES_AFTER, STEP_OF, STEPS, WAITS_FOR, order

BEFORE = [*WAITS_FOR.items(), *COMES_AFTER.items()]
KIND_FILES = sorted(Path(kinds.__path__[0]).glob("*.py"))


def test_the_plan_has_no_cycle() -> None:
    """Every kind comes after all that it waits for."""
    place = {kind: n for n, kind in enumerate(order())}

    assert [
        (kind.name, before.name) for kind, befores in BEFORE for before in befores if place[before] >= place[kind]
    ] == []


def test_the_plan_agrees_with_the_page() -> None:
    """No step waits for a later one, so that one step after another works too."""
    assert [
        (kind.name, before.name)
        for kind, befores in BEFORE
        for before in befores
        if STEP_OF[before].number > STEP_OF[kind].number
    ] == []


def test_kinds_within_a_step_stand_in_order() -> None:
    """Within a step, what waits stands behind what it waits for."""
    places = {kind: n for step in STEPS for n, kind in enumerate(step.kinds)}

    assert [
        (kind.name, before.name)
        for kind, befores in BEFORE
        for before in befores
        if STEP_OF[before] == STEP_OF[kind] and places[before] >= places[kind]
    ] == []


def test_steps_are_the_sixteen_of_the_page() -> None:
    """Numbers 1 to 16, and kinds with names of their own."""
    names = [kind.name for step in STEPS for kind in step.kinds]

    assert [step.number for step in STEPS] == list(range(1, 17))
    assert len(names) == len(set(names))


def test_every_kind_has_its_deadline() -> None:
    """The table of deadlines has a row for each kind, and for nothing else."""
    assert set(DEADLINES) == {kind.name for step in STEPS for kind in step.kinds}


def test_every_call_of_a_kind_has_its_row() -> None:
    """What a kind calls stands in the table of calls, with the codes that mean gone and not yet."""
    called = {call for path in KIND_FILES for call in _calls(path)}

    assert called - set(CALLS) == set()


def test_kinds_describe_a_call_alike() -> None:
    """The table of calls has one row for a call, whichever kind describes it; it may ask for all of a list."""
    rows = [(kind.name, call, row) for kind in KINDS for call, row in kind.calls.items()]

    assert [(name, call) for name, call, row in rows if replace(CALLS[call], tokens={}, always={}) != row] == []


def test_the_audit_has_a_line_for_what_its_facts_are_taken_from() -> None:
    """A kind with a price, a page of the console or an entry of its own has a line of its name in the audit's table."""
    lines = {type_.name: type_.entry for type_ in TYPES}

    assert [k.name for k in KINDS if (k.price is not None or k.console) and k.name not in lines] == []
    assert [k.name for k in KINDS if k.entry and k.entry not in lines.values()] == []


@pytest.mark.exhaustive
def test_every_row_is_an_operation_of_botocore() -> None:
    """Each row names a service and an operation that the installed botocore knows."""
    loader = Loader()
    services = {call.split(":")[0] for call in CALLS}
    operations = {
        f"{service}:{operation}"
        for service in services
        for operation in loader.load_service_model(service, "service-2")["operations"]
    }

    assert set(CALLS) - operations == set()
    assert all(xform_name(call.split(":")[1]) for call in CALLS)


def _calls(path: Path) -> set[str]:
    """Return every string of the form service:Operation in a file."""
    strings = (node.value for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Constant))
    return {s for s in strings if isinstance(s, str) and re.fullmatch(r"[a-z0-9]+:[A-Z][A-Za-z0-9]+", s)}
