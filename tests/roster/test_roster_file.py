"""The roster's file: what is wrong in it is told all at once, with line numbers, before any call."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from carbuyer_cleanup.classroom import roster
from carbuyer_cleanup.errors import Refused
from tests.choice import rows_in

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from strict_moto.sandbox import Sandbox
    from tests.result import Result

HEADER = "alias,account_id,role_arn,profile,external_id,region,bucket,email\n"
ROLE = "arn:aws:iam::111122223333:role/grader"
GOOD = f"alice,111122223333,{ROLE},,,,,\n"

# What is in the file → what is said of it.
WRONG: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "line 1: the header has no column alias"),
    "header alone": (HEADER.encode(), "line 1: there is no account below the header"),
    "no header": (GOOD.encode(), "line 1: the header has no column alias"),
    "column missing": (b"alias,role_arn\n", "line 1: the header has no column account_id"),
    "no way in": (b"alias,account_id\n", "line 1: the header has no column role_arn or profile"),
    "column twice": (b"alias,alias,account_id,profile\n", "line 1: the header has column alias more than once"),
    "line for Excel": (b"sep=;\nalias;account_id;profile\nA;111122223333;me\n", "line 3: alias must be 1 to 63"),
    "not UTF-8": ("alias,account_id,profile\nÿ".encode("utf-16"), "is not in UTF-8"),
    "not CSV": (HEADER.encode() + b'"alice"x,1\n', "is not CSV, line 2"),
    "alias": ((HEADER + GOOD.replace("alice", "Alice!")).encode(), "line 2: alias must be 1 to 63 of a-z"),
    "alias of a path": ((HEADER + GOOD.replace("alice", "../x")).encode(), "line 2: alias must be"),
    "no alias": ((HEADER + GOOD.replace("alice", "")).encode(), "line 2: alias must be"),
    "alias twice": ((HEADER + GOOD + GOOD).encode(), "line 3: alias 'alice' is already in line 2"),
    "account twice": (
        (HEADER + GOOD + GOOD.replace("alice", "bob")).encode(),
        "line 3: account_id '111122223333' is already in line 2",
    ),
    "zero lost": ((HEADER + "alice,11122223333,,me,,,,\n").encode(), "line 2: account_id must be 12 digits"),
    "digits of another script": (
        (HEADER + "alice,11112222333\uff13,,me,,,,\n").encode(),
        "line 2: account_id must be 12 digits",
    ),
    "neither": ((HEADER + "alice,111122223333,,,,,,\n").encode(), "line 2: give either role_arn or profile"),
    "both": ((HEADER + f"alice,111122223333,{ROLE},me,,,,\n").encode(), "line 2: give either role_arn or profile"),
    "no role": ((HEADER + "alice,111122223333,grader,,,,,\n").encode(), "line 2: role_arn must be the ARN of a role"),
    "role of another": (
        (HEADER + f"alice,999988887777,{ROLE},,,,,\n").encode(),
        "line 2: role_arn is a role of account 111122223333, not of '999988887777'",
    ),
    "external id alone": ((HEADER + "alice,111122223333,,me,xy,,,\n").encode(), "external_id is for a role_arn"),
    "Region": ((HEADER + f"alice,111122223333,{ROLE},,,Mars,,\n").encode(), "line 2: region must be an AWS Region"),
    "bucket": ((HEADER + f"alice,111122223333,{ROLE},,,,No_Name,\n").encode(), "line 2: bucket must be"),
    "too many cells": ((HEADER + GOOD.strip() + ",x\n").encode(), "line 2: a cell without a column name: 'x'"),
    "cell without a name": (b"alias,account_id,,profile\nbob,111122223333,x,me\n", "a cell without a column name: 'x'"),
}

# What somebody has for an account's number → the cause that is told.
SPOILT = {
    "1.11122E+11": "Excel's scientific notation",
    "1,11122E+11": "Excel's scientific notation",
    "111122223333.0": "a decimal number",
    "1111-2222-3333": "remove what separates the digits",
    "1111 2222 3333": "remove what separates the digits",
    "11122223333": "spreadsheets drop leading zeros",
    "111122223333444": "digits are missing, or there are too many",
    "1111222233\uff13\uff13": "from another script",
    "'111122223333": "the sign that makes it text",
}


@pytest.mark.parametrize(("cell", "cause"), SPOILT.items())
def test_cause_of_a_bad_number(tmp_path: Path, cell: str, cause: str) -> None:
    """Each bad number is told its own cause, and none another's."""
    file = tmp_path / "class.csv"
    file.write_text(f"alias;account_id;profile\nalice;{cell};me\n", encoding="utf-8")

    with pytest.raises(Refused) as refused:
        roster.read(file)

    assert [told for told in set(SPOILT.values()) if told in str(refused.value)] == [cause]


@pytest.mark.parametrize("above", ["", "sep={}\n", "SEP={}\n", '"sep={}"\n'])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_separators(tmp_path: Path, separator: str, above: str) -> None:
    """Whatever separates a spreadsheet's cells, with or without a line that names it; empty columns at the end."""
    file = tmp_path / "class.csv"
    lines = ["alias,account_id,profile,email,,", "alice,111122223333,me,,,", "bob,222222222222,me,b@x.vn,,"]
    file.write_text(above.format(separator) + "\n".join(lines).replace(",", separator), encoding="utf-8")

    alice, bob = roster.read(file)

    assert (alice.alias, alice.account, bob.account) == ("alice", "111122223333", "222222222222")
    assert bob.columns == {"email": "b@x.vn"}


@pytest.mark.parametrize(("content", "message"), WRONG.values(), ids=WRONG)
def test_wrong_roster(tmp_path: Path, content: bytes, message: str) -> None:
    """Each mistake is told with its line."""
    file = tmp_path / "class.csv"
    file.write_bytes(content)

    with pytest.raises(Refused) as refused:
        roster.read(file)

    assert message in str(refused.value)
    assert "Nothing was done" in str(refused.value)


def test_all_mistakes_at_once(run_suite: Callable[..., Result], sandbox: Sandbox, tmp_path: Path) -> None:
    """A user sees all of them, and not a single call is made."""
    file = tmp_path / "class.csv"
    file.write_text(HEADER + "A,1,,me,,,,\n\n" + GOOD + "bob,222222222222,,,,,,\n", encoding="utf-8")

    result = run_suite("--roster", str(file))

    assert result.exit_code == 4
    for told in ("line 2: alias", "line 2: account_id", "line 5: give either"):
        assert told in result.errors
    assert "Traceback" not in result.output + result.errors
    assert sandbox.log == []


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_as_spreadsheets_write_it(tmp_path: Path, newline: str, encoding: str) -> None:
    """A byte order mark, other ends of lines, blank lines, quotes and spaces are all the same roster."""
    file = tmp_path / "class.csv"
    lines = [
        HEADER.strip(),
        f' alice , 111122223333,"{ROLE}",,,,,"Nguyễn, ""An"""',
        ",,,,,,,",
        "",
        "bob,222222222222,,me",
    ]
    file.write_bytes(newline.join(lines).encode(encoding))

    alice, bob = roster.read(file)

    assert (alice.alias, alice.account, alice.role_arn) == ("alice", "111122223333", ROLE)
    assert alice.columns == {"email": 'Nguyễn, "An"'}
    assert (bob.alias, bob.profile, bob.region) == ("bob", "me", "")


def test_no_such_file(run_suite: Callable[..., Result]) -> None:
    """A roster that isn't there is told by its name."""
    result = run_suite("--roster", "nowhere.csv")

    assert result.exit_code == 4
    assert "nowhere.csv can't be read: No such file or directory" in result.errors


BAD = {
    ("--role", "x"): "--role needs --organization",
    ("--aws", "--organization", "ou-ab12-11112222"): "--organization needs --role",
    ("--organization", "ou-ab12-11112222", "--role", "x"): "--organization without --aws",
    ("--aws", "--organization", "everybody", "--role", "x"): "--organization must look like ou-",
    ("--aws", "--organization", "ou-ab12-11112222", "--role", "a b"): "--role must look like",
    ("--accounts-confirmed", "2"): "--accounts-confirmed needs --roster or --organization",
    ("--roster", "class.csv", "--accounts-confirmed", "2"): "says 2, but there are 1 accounts",
    ("--roster", "class.csv", "--aws", "--account", "111122223333"): "--roster and --account can't be used together",
    ("--roster", "class.csv", "--organization", "x", "--role", "x", "--aws"): "choose one class",
    ("--roster", "class.csv", "--aws", "-n", "2"): "add --accounts-confirmed 1",
    ("--roster", "class.csv", "--aws"): "May all 1 accounts of the class be torn down?",
    ("--roster", "class.csv", "--tx", "ssh=x", "--dist", "load"): "ssh=x: say where the project is",
    ("--roster", "class.csv", "--grades", "moodle"): "--grades moodle needs a column",
    ("--compare", "grades.csv"): "--compare needs --roster or --organization",
    ("--roster", "class.csv", "--compare", "class.csv"): "--compare {project}/class.csv: it has no column Alias",
    ("--roster", "class.csv", "--compare", "x", "--plan"): "a plan grades nobody",
}


@pytest.mark.parametrize(("args", "message"), rows_in(4, BAD.items()))
def test_bad_option(
    run_suite: Callable[..., Result], sandbox: Sandbox, project: Path, args: tuple[str, ...], message: str
) -> None:
    """What makes no sense for a class ends with exit code 4 before any call."""
    (project / "class.csv").write_text(HEADER + GOOD, encoding="utf-8")

    result = run_suite(*args)

    assert result.exit_code == 4
    assert message.format(project=project) in result.output + result.errors
    assert "Traceback" not in result.output + result.errors
    assert sandbox.log == []
