"""Questions and last lines in each language: all of them there, with the same blanks, on one line of a terminal."""

from __future__ import annotations

from dataclasses import asdict
from string import Formatter
from typing import TYPE_CHECKING

import pytest

from carbuyer_cleanup.plugin.ending import ending
from carbuyer_cleanup.plugin.language import ENGLISH, LANGUAGES, VIETNAMESE
from tests.html_page import ACCOUNT, ended
from tests.test_ending import ENDS

if TYPE_CHECKING:
    from collections.abc import Callable

    from carbuyer_cleanup.plugin.language import Texts
    from carbuyer_cleanup.plugin.run import Run
    from tests.result import Result

PROMPTS = ("question", "class_question", "answer")  # a terminal shows only the end of a prompt that is wider than it


def blanks(text: str) -> set[str | None]:
    """Return what is filled in."""
    return {name for _, name, _, _ in Formatter().parse(text)} - {None}


@pytest.mark.parametrize("code", LANGUAGES)
def test_same_blanks(code: str) -> None:
    """A text that forgot a number or a reason would tell less than the English one."""
    english, other = asdict(ENGLISH), asdict(LANGUAGES[code])
    pairs = [(english[name], other[name]) for name in english]
    flat = [
        pair for one, two in pairs for pair in ([(one, two)] if isinstance(one, str) else zip(one, two, strict=True))
    ]

    assert [(one, two) for one, two in flat if blanks(one) != blanks(two)] == []
    assert [other[name] for name in PROMPTS if len(other[name]) >= 80] == []


@pytest.mark.parametrize("case", ENDS, ids=range(len(ENDS)))
def test_no_end_is_half_in_english(case: tuple[Run, int, str]) -> None:
    """Each way in which a run can end has its Vietnamese sentence: only commands, errors and reservations stay."""
    run, exitstatus, _ = case
    told = str(ending(run, exitstatus, VIETNAMESE))

    assert f"tài khoản {ACCOUNT}: " in told
    assert [word for word in (" is ", " are ", " run ", " delete", " nothing ") if word in told] == []


def test_end() -> None:
    """The verdict is the one that report and certificate have."""
    assert str(ending(ended(), 0, VIETNAMESE)) == f"CLEAN — tài khoản {ACCOUNT}: không còn tài nguyên nào của workshop."


@pytest.mark.parametrize(
    ("locale", "given", "words"),
    [
        ({"LANG": "vi_VN.UTF-8"}, (), VIETNAMESE),
        pytest.param({"LANG": "vi_VN.UTF-8"}, ("--lang", "en"), ENGLISH, marks=pytest.mark.exhaustive),
        pytest.param({"LC_ALL": "C", "LANG": "vi_VN.UTF-8"}, (), ENGLISH, marks=pytest.mark.exhaustive),
        pytest.param({}, ("--lang", "vi"), VIETNAMESE, marks=pytest.mark.exhaustive),
    ],
)
def test_choice(
    run_suite: Callable[..., Result],
    monkeypatch: pytest.MonkeyPatch,
    locale: dict[str, str],
    given: tuple[str, ...],
    words: Texts,
) -> None:
    """``--lang`` decides, else the locale; the report stays English."""
    for name, value in locale.items():
        monkeypatch.setenv(name, value)

    result = run_suite(*given, "-k", "key_pair")

    said = words.rehearsed
    assert result.output.strip().splitlines()[-1] == f"REHEARSAL — {said}"
    assert ENGLISH.rehearsed in (result.reports / "report.html").read_text()
