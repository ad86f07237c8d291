"""Of a class that is torn down, ``--only`` chooses the accounts, exactly; ``-k`` and the like never do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from tests.roster.school import CLASS, KEY_PAIR, has_key_pair, key_pair, number, outcomes
from tests.roster.test_workers import spread

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from tests.result import Result
    from tests.roster.school import School

NAMES = ("an", "lan", "nam", "chi", "nat", "ha", "user", "vpc.fan", "thanh")


def some(cases: Iterable[tuple[str, ...]], step: int) -> list[Any]:
    """Return the cases, of which the quick tests try every so manieth."""
    return [pytest.param(case, marks=[pytest.mark.exhaustive] * bool(n % step)) for n, case in enumerate(cases)]


# What is given to choose accounts → what to give instead; "-k" finds parts of words.
MEANT = {
    ("-k", "an"): "--only an,lan,vpc.fan,thanh",
    ("-k", "AN"): "--only an,",
    ("-k", "lan"): "--only lan",
    ("-k", "nam"): "--only nam",
    ("-k", "chi"): "--only chi",
    ("-k", "an and vpc"): "--only an",
    ("-k", "nat"): "--only nat",
    ("-k", "ha"): "--only ha,thanh",
    ("-k", "user"): "--only user",
    ("-k", "vpc"): "--only vpc.fan",
    ("-k", "lea"): "--only ALIAS",
    ("-k", "lea and key_pair"): "--only ALIAS",
    ("-k", "up_tests"): "--only ALIAS",
    ("-k", "(chi) or nam"): "--only chi",
    ("-k", "thanh]"): "--only thanh",
    ("-k", "chi or not zzz"): "--only chi",
    ("-k", "chi", "-m", "step"): "--only chi",
    ("--deselect", "cleanup_tests/test_16_key_pair.py::test_key_pair[an]"): "--only lan,",
}
PATHS = {
    f"{KEY_PAIR}::test_key_pair[chi]": f"--only chi {KEY_PAIR}",
}


@pytest.mark.parametrize("given", some(MEANT, 5), ids=" ".join)
def test_accounts_are_not_chosen_so(run_suite: Callable[..., Result], school: School, given: tuple[str, ...]) -> None:
    """What would take other accounts than it seems to is refused before any is opened, with what to give instead."""
    school.write(*(school.line(alias, number(index)) for index, alias in enumerate(NAMES, 1)))

    assert_refused(school, run_suite(*CLASS, *given), MEANT[given])


@pytest.mark.parametrize(("path", "instead"), PATHS.items())
def test_nor_by_a_tests_name(run_suite: Callable[..., Result], school: School, path: str, instead: str) -> None:
    """A test's name has the account's alias in it, which others don't have."""
    school.write(*(school.line(alias, number(index)) for index, alias in enumerate(NAMES, 1)))

    assert_refused(school, run_suite(*CLASS, path=path), instead)


@dataclass
class Leaves:
    """A plugin that leaves a test out, as pytest's ``--lf`` and others do."""

    name: str

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Leave it out."""
        items[:] = [item for item in items if item.name != self.name]


def test_refusal_leaves_the_last_grades(run_suite: Callable[..., Result], school: School) -> None:
    """A command that does nothing takes nothing away, and tells of no test that failed."""
    school.write(school.line("an", number(1)), school.line("chi", number(2)))
    reports = school.roster.parent / "reports"
    reports.mkdir()
    for name in ("grades.csv", "class.html"):
        (reports / name).write_text("of the last run")

    result = run_suite(*CLASS, "-k", "an")

    assert result.exit_code == 4
    assert "failed" not in result.output
    assert {(reports / name).read_text() for name in ("grades.csv", "class.html")} == {"of the last run"}


def test_nor_by_other_plugins(run_suite: Callable[..., Result], school: School) -> None:
    """The selection is judged, whoever made it."""
    school.write(school.line("an", number(1)), school.line("chi", number(2)))

    assert_refused(school, run_suite(*CLASS, plugins=[Leaves("test_vpc[an]")]), "--only chi")


def assert_refused(school: School, result: Result, instead: str) -> None:
    """Assert that it was told what to give instead, and that no account was opened."""
    assert result.exit_code == 4
    assert "--only chooses accounts" in result.errors
    assert instead in result.errors
    assert result.errors.strip().count("\n") == 0
    assert "Traceback" not in result.output + result.errors
    assert school.sandbox.log == []


STEPS = {
    "word": ("-k", "key_pair"),
    "words": ("-k", "key_pair and not audit"),
    "mark": ("-k", "pair", "-m", "step"),
    "words with part of an alias in them": ("-k", "test_16"),
}


@pytest.mark.parametrize("given", some(list(STEPS.values()), 4), ids=" ".join)
def test_steps_are(run_suite: Callable[..., Result], school: School, given: tuple[str, ...]) -> None:
    """What selects the same steps of all accounts means these steps."""
    school.enrol("an", "chi")
    key_pair(school, 1, 2)

    result = run_suite(*CLASS, "-v", *given)

    assert outcomes(result) == {"an": ["PASSED"], "chi": ["PASSED"]}


@pytest.mark.parametrize("look", ["--plan", "--verify"])
def test_looks_may_be_chosen_so(run_suite: Callable[..., Result], school: School, look: str) -> None:
    """What only looks can harm nobody's account."""
    school.enrol("an", "chi")

    result = run_suite(*CLASS, look, "-v", "-k", "chi and key_pair")

    assert list(outcomes(result)) == ["chi"]
    assert result.exit_code == 0


ONLY = {
    ("--only", "chi,an"): ["an", "chi"],
    ("--only", " chi , an "): ["an", "chi"],
    ("--only", "chi", "--only=an"): ["an", "chi"],
    ("--only=lan",): ["lan"],
    ("--only=lan,lan",): ["lan"],
}


@pytest.mark.parametrize("given", some(ONLY, 3), ids=" ".join)
def test_only(run_suite: Callable[..., Result], school: School, given: tuple[str, ...]) -> None:
    """The accounts named are meant, whole names, in the roster's order; nobody else's is asked anything."""
    school.enrol("an", "lan", "chi")
    key_pair(school, 1, 2, 3)
    school.sandbox.log.clear()
    meant = ONLY[given]

    result = run_suite(*CLASS, *given, "-v", "--accounts-confirmed", str(len(meant)), path=KEY_PAIR)

    assert outcomes(result) == {alias: ["PASSED"] for alias in meant}
    asked = {index for index in (1, 2, 3) if school.calls(number(index))}
    assert asked == {{"an": 1, "lan": 2, "chi": 3}[alias] for alias in meant}


WRONG = {
    ("--only", "lam"): "there is no account 'lam' in the class. Did you mean lan?",
    ("--only", "An"): "there is no account 'An' in the class. Did you mean an?",
    ("--only", "an,zoe"): "there is no account 'zoe' in the class. Nothing",
    ("--only", "*"): "there is no account '*'",
    ("--only", "a"): "there is no account 'a'",
    ("--only", ""): "--only needs the alias of an account",
    ("--only", "an,"): "--only needs the alias of an account",
    ("--only", "an", "--only", ""): "--only needs the alias of an account",
    (
        "--only",
        "an",
        "--accounts-confirmed",
        "3",
    ): "--accounts-confirmed says 3, but there are 1 accounts in the class that --only names",
    (
        "--only",
        "an,chi",
        "--accounts-confirmed",
        "1",
    ): "--accounts-confirmed says 1, but there are 2 accounts in the class that",
}


@pytest.mark.parametrize("given", some(WRONG, 3), ids=" ".join)
def test_wrong_only(run_suite: Callable[..., Result], school: School, given: tuple[str, ...]) -> None:
    """An alias that isn't there, or an empty one as of a variable that isn't set, never means everybody."""
    school.write(*(school.line(alias, number(index)) for index, alias in enumerate(("an", "lan", "chi"), 1)))

    result = run_suite(*CLASS, *given)

    assert result.exit_code == 4
    assert WRONG[given] in result.errors
    assert "Nothing was done" in result.errors
    assert "Traceback" not in result.output + result.errors
    assert school.sandbox.log == []


def test_only_without_a_class(run_suite: Callable[..., Result]) -> None:
    """One account has no alias."""
    result = run_suite("--only", "an")

    assert result.exit_code == 4
    assert "--only needs --roster or --organization" in result.errors


@pytest.mark.exhaustive
def test_workers_take_no_account_that_was_not_chosen(real_school: School) -> None:
    """With ``-n`` the whole selection is judged before any worker starts, for each sees its own accounts alone."""
    real_school.enrol("an", "chi")
    key_pair(real_school, 1, 2)
    real_school.sandbox.log.clear()

    ran = spread(real_school, "--accounts-confirmed", "2", "-n", "2", "-k", "chi")

    assert ran.returncode == 4, ran.stdout + ran.stderr
    assert "--only chi" in ran.stderr
    assert "Traceback" not in ran.stdout + ran.stderr
    assert real_school.sandbox.log == []


@pytest.mark.exhaustive
def test_workers_take_those_that_were(real_school: School) -> None:
    """They have the accounts that ``--only`` names, and the steps that were selected of all."""
    real_school.enrol("an", "lan", "chi")
    key_pair(real_school, 1, 2, 3)

    ran = spread(real_school, "--only", "an,chi", "--accounts-confirmed", "2", "-n", "2", "-v", "-k", "key_pair")

    assert ran.returncode == 8, ran.stdout + ran.stderr
    assert "2 passed" in ran.stdout
    assert [has_key_pair(real_school, index) for index in (1, 2, 3)] == [False, True, False]
