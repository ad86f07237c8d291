"""``--shard K/N`` and ``merge``: what a class's parts found out, made one class again."""

from __future__ import annotations

import csv
import json
from typing import TYPE_CHECKING, Any

import pytest

from carbuyer_cleanup.classroom import shards
from carbuyer_cleanup.classroom.merge import main
from carbuyer_cleanup.classroom.parts import Part, Person
from carbuyer_cleanup.classroom.roster import Member
from carbuyer_cleanup.classroom.shards import Shard
from carbuyer_cleanup.errors import Refused
from tests.classroom import HOSTILE, a_class, leftovers, not_run, stands, unseen, unverified
from tests.html_page import Page

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from carbuyer_cleanup.classroom.standing import Standing
    from tests.result import Result
    from tests.roster.school import School

    Merge = Callable[..., tuple[int, str]]

KEY_PAIR = "cleanup_tests/test_16_key_pair.py"


@pytest.mark.parametrize("given", ["", "0/4", "5/4", "1", "a/b", "-1/3", "1/0", "1/2/3", "\uff11/2", "1/2\n", "1.0/2"])
def test_no_such_part(run_suite: Callable[..., Result], school: School, given: str) -> None:
    """It is said what a part looks like, and nothing is done: least of all the whole class."""
    school.enrol("alice", "bob")
    school.sandbox.log.clear()

    result = run_suite("--roster", "class.csv", f"--shard={given}")

    assert result.exit_code == 4
    assert "--shard must be K/N, part K of N, such as 1/4, not " in result.errors + result.output
    assert school.sandbox.log == []


@pytest.mark.parametrize(
    ("options", "why"),
    [
        (
            ("3/3", "--roster", "class.csv"),
            "--shard 3/3: a class of 2 accounts can't be split into 3 parts. Use at most 2.",
        ),
        (("1/999999", "--roster", "class.csv"), "can't be split into 999999 parts. Use at most 2. Nothing was done."),
        (("1/2",), "--shard needs --roster or --organization, too. Nothing was done."),
    ],
)
def test_part_that_can_not_be(
    run_suite: Callable[..., Result], school: School, options: tuple[str, ...], why: str
) -> None:
    """A part without accounts, and a part of no class."""
    school.enrol("alice", "bob")
    school.sandbox.log.clear()

    result = run_suite("--shard", *options)

    assert result.exit_code == 4
    assert why in " ".join((result.output + result.errors).split())
    assert "Traceback" not in result.output + result.errors
    assert school.sandbox.log == []


@pytest.mark.parametrize(("size", "parts"), [(1, 1), (7, 3), (1000, 7)])
def test_nothing_is_lost(size: int, parts: int) -> None:
    """Each account is in one part, whatever the order of the class; the parts are of a size."""
    members = [Member(alias=f"s{n}", account=f"{n * 7919:012}") for n in range(size)]

    made = [Shard(number, parts).of(members) for number in range(1, parts + 1)]

    assert sorted(m.account for part in made for m in part) == sorted(m.account for m in members)
    assert max(map(len, made)) - min(map(len, made)) <= 1
    assert [Shard(number, parts).of(members[::-1])[::-1] for number in range(1, parts + 1)] == made


def divided(standings: Sequence[Standing], parts: int, tmp_path: Path) -> list[Path]:
    """Write a class as its parts."""
    people = tuple(Person(s.alias, s.account, s.region, s.columns) for s in standings)
    folders = []
    for number in range(1, parts + 1):
        shard = Shard(number, parts)
        mine = shard.numbers(s.account for s in standings)
        folders.append(tmp_path / f"part-{number}")
        Part(shard, people, tuple(s for s in standings if s.account in mine)).write(folders[-1])
    return folders


@pytest.fixture
def merge(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> Merge:
    """Return a function that merges folders, and returns exit code and what is said."""

    def merge(*folders: Path, options: Sequence[str] = ()) -> tuple[int, str]:
        code = main(["merge", *map(str, folders), "--reports", str(tmp_path / "reports"), *options])
        return code, "".join(capfd.readouterr())

    return merge


def grades_of(folder: Path) -> dict[str, str]:
    """Return the verdicts by alias."""
    with (folder / "grades.csv").open(encoding="utf-8-sig") as file:
        return {row["Alias"]: row["Verdict"] for row in csv.DictReader(file)}


def test_by_the_front_door(run_suite: Callable[..., Result], school: School, merge: Merge, tmp_path: Path) -> None:
    """Each part takes its own accounts alone, told by the number of the whole class; merged they are that class."""
    aliases = ("alice", "bob", "carl")
    school.enrol(*aliases)
    folders = []
    for number in (1, 2):
        folders.append(tmp_path / f"part-{number}")
        result = run_suite(
            "--roster", "class.csv", "--shard", f"{number}/2", "--accounts-confirmed", "3", path=KEY_PAIR
        )
        result.reports.rename(folders[-1])
        assert (folders[-1] / "part.json").exists()

    code, said = merge(*folders)

    assert [[*grades_of(folder)] for folder in folders] == [["alice", "carl"], ["bob"]]
    assert [*grades_of(tmp_path / "reports")] == [*aliases]
    assert set(aliases) <= set(Page((tmp_path / "reports" / "class.html").read_text(encoding="utf-8")).words.split())
    assert (code, said.strip().splitlines()[-1][:9]) == (8, "REHEARSAL")  # one step and no audit prove nothing


@pytest.mark.parametrize(
    ("others", "code"), [((), 0), ((unverified,), 8), ((not_run,), 8), ((unverified, leftovers), 1)]
)
def test_exit_code_is_the_worst(merge: Merge, tmp_path: Path, others: Any, code: int) -> None:
    """As that of one run of the whole class."""
    class_ = [*map(stands, range(4)), *(make(9 + n) for n, make in enumerate(others))]

    assert merge(*divided(class_, 2, tmp_path))[0] == code
    assert grades_of(tmp_path / "reports") == {s.alias: s.verdict for s in class_}


def test_missing_part(merge: Merge, tmp_path: Path) -> None:
    """It is told, and its accounts did not run."""
    class_ = [*map(stands, range(6))]

    code, said = merge(*divided(class_, 3, tmp_path)[:2])

    assert code == 8
    assert "Missing parts: 3/3." in said
    assert [alias for alias, word in grades_of(tmp_path / "reports").items() if word == "NOT RUN"] == [
        "lab-002", "lab-005",
    ]  # fmt: skip


def test_account_in_two_parts(merge: Merge, tmp_path: Path) -> None:
    """Nobody knows which of them is true: it is not CLEAN."""
    folders = divided([stands(0), stands(1)], 2, tmp_path)

    code, said = merge(*folders, folders[0])

    assert code == 8
    assert f"lab-000: it is in two parts, {folders[0]} and {folders[0]}" in said
    assert grades_of(tmp_path / "reports") == {"lab-000": "COULD NOT VERIFY", "lab-001": "CLEAN"}


def test_class_that_has_changed(merge: Merge, tmp_path: Path) -> None:
    """An account that came in between is in nobody's part, and told."""
    first = divided([stands(1), stands(2)], 2, tmp_path / "before")[0]
    second = divided([stands(0), stands(1), stands(2)], 2, tmp_path / "after")[1]

    code, said = merge(first, second)

    assert code == 8
    assert "lab-000" in said
    assert grades_of(tmp_path / "reports") == {
        "lab-001": "COULD NOT VERIFY", "lab-002": "NOT RUN", "lab-000": "NOT RUN",
    }  # fmt: skip


def test_hostile_texts(merge: Merge, tmp_path: Path) -> None:
    """What others have named can't write on the page, in a spreadsheet or on the terminal."""
    reasons, columns = unseen(HOSTILE), {"email": HOSTILE, "name": HOSTILE}
    folders = divided([unverified(0, reasons=reasons, columns=columns), stands(1)], 1, tmp_path)

    code, said = merge(*folders)

    assert code == 8
    assert "\x07" not in said
    assert "\u202e" not in said
    assert "<img" not in (tmp_path / "reports" / "class.html").read_text(encoding="utf-8")


def changed(**members: Any) -> Callable[[Path], object]:
    """Return what changes the first account's results."""

    def change(file: Path) -> None:
        told = json.loads(file.read_text(encoding="utf-8"))
        told["standings"][0] |= members
        file.write_text(json.dumps(told), encoding="utf-8")

    return change


def becomes(text: str) -> Callable[[Path], object]:
    """Return what writes something else into the file."""
    return lambda file: file.write_text(text, encoding="utf-8")


def _link(file: Path) -> None:
    file.rename(file.with_name("secret"))
    file.symlink_to("secret")


def _folder(file: Path) -> None:
    file.unlink()
    file.mkdir()


BAD: dict[str, tuple[Callable[[Path], object], str]] = {
    "none": (lambda file: file.unlink(), "can't be read"),
    "a link": (_link, "it is a symbolic link, not a file"),
    "a folder": (_folder, "it is a folder, not a file"),
    "no JSON": (becomes("{"), "it is not what --shard writes"),
    "no object": (becomes("[]"), "it is not what --shard writes"),
    "a member twice": (becomes('{"format": 1, "format": 1}'), "it has a member twice"),
    "no number": (becomes('{"format": NaN}'), "it says NaN"),
    "too deep": (becomes("[" * 100_000), "it is not what --shard writes"),
    "not UTF-8": (lambda file: file.write_bytes(b"\xff"), "it is not what --shard writes"),
    "out of the folder": (changed(alias="../../etc"), "at $.standings[0].alias"),
    "a line more": (changed(alias="lab-000\n"), "at $.standings[0].alias"),
    "no such account": (changed(account="1"), "at $.standings[0].account"),
    "of another part": (changed(account="100000000001"), "is not in part 1/2 of its class"),
    "another's alias": (changed(alias="lab-001"), "is not in part 1/2 of its class"),
    "endless": (changed(seconds=10**400), "it is not what --shard writes"),
    "no verdict": (changed(verdict="PERFECT"), "at $.standings[0].verdict"),
    "something more": (changed(more=1), "at $.standings[0]"),
    "no reason": (changed(reasons=["a look failed"]), "at $.standings[0].reasons[0]"),
    "CLEAN with a doubt": (changed(reasons=[{"sort": "not seen", "text": "a look failed"}]), "lab-000 can't be CLEAN"),
    "CLEAN without steps": (changed(steps=[]), "lab-000 can't be CLEAN"),
    "CLEAN rehearsal": (changed(rehearsal=True), "it is not what --shard writes"),
}


@pytest.mark.parametrize("bad", BAD)
def test_folder_of_somebody_else(merge: Merge, tmp_path: Path, bad: str) -> None:
    """What the suite didn't write is refused with a sentence, and nothing is written."""
    folders = divided([stands(0), stands(1)], 2, tmp_path)
    change, why = BAD[bad]
    change(folders[0] / "part.json")

    code, said = merge(*folders)

    assert code == 4
    assert why in said
    assert said.startswith(f"{folders[0] / 'part.json'}: ")
    assert said.rstrip().endswith("Nothing was merged.")
    assert not (tmp_path / "reports").exists()


def test_parts_of_different_classes(merge: Merge, tmp_path: Path) -> None:
    """One of three and one of two are no class; nor are a rehearsal and a run."""
    two, three = divided(a_class(6), 2, tmp_path / "a"), divided(a_class(6), 3, tmp_path / "b")
    rehearsed = divided([stands(n, "REHEARSAL", rehearsal=True) for n in range(6)], 2, tmp_path / "c")

    for folders in ((two[0], three[1]), (two[0], rehearsed[1])):
        code, said = merge(*folders)
        assert code == 4
        assert said.endswith("Nothing was merged; make all parts of the same class.\n")


def test_not_into_a_part(merge: Merge, tmp_path: Path) -> None:
    """The merged pages would stand in the place of the part's own."""
    folders = divided(a_class(2), 2, tmp_path)

    code, said = merge(*folders, options=["--reports", str(folders[0])])

    assert code == 4
    assert "is the folder of a part" in said


def test_old_part_is_withdrawn(run_suite: Callable[..., Result], school: School, project: Path) -> None:
    """A run that is killed leaves no part, rather than that of last week."""
    school.enrol("alice", "bob")
    (project / "reports").mkdir()
    (project / "reports" / "part.json").write_text("{}", encoding="utf-8")

    run_suite("--roster", "class.csv", path=KEY_PAIR)

    assert not (project / "reports" / "part.json").exists()


def test_reading_says_what_it_wants() -> None:
    """Of whatever was given nothing reaches the terminal as it is."""
    with pytest.raises(Refused, match=r"not '\\x1b\[2J'|not '\ufffd\[2J'"):
        shards.read("\x1b[2J")
