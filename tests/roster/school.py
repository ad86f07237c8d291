"""A class: accounts of the sandbox with a role that the teacher's account may take."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from strict_moto.sandbox import Sandbox
    from tests.result import Result

CLASS = ("--roster", "class.csv")
KEY_PAIR = "cleanup_tests/test_16_key_pair.py"
TEACHER = "999988887777"
HEADER = "alias,account_id,role_arn,profile,external_id,region,bucket,email"


def number(index: int) -> str:
    """Return a member's account number."""
    return f"2222{index:08}"


def outcomes(result: Result) -> dict[str, list[str]]:
    """Return what became of the tests, by the account's alias, in the order they ran."""
    found: dict[str, list[str]] = {}
    for line in result.output.splitlines():
        if match := re.match(r"\S+::test_\w+\[(\S+)\] (PASSED|FAILED|ERROR|SKIPPED)", line):
            found.setdefault(match[1], []).append(match[2])
    return found


@dataclass
class School:
    """The accounts, and the roster that names them."""

    sandbox: Sandbox
    roster: Path

    def enrol(self, *aliases: str) -> None:
        """Open an account for each, and write the roster."""
        for index, _ in enumerate(aliases, 1):
            self.admit(number(index))
        self.write(*(self.line(alias, number(index)) for index, alias in enumerate(aliases, 1)))

    def admit(self, account: str, external_id: str = "") -> None:
        """Open an account with a role that the teacher may take."""
        self.sandbox.add_account(account)
        condition = {"Condition": {"StringEquals": {"sts:ExternalId": external_id}}} if external_id else {}
        trust = {"Effect": "Allow", "Principal": {"AWS": TEACHER}, "Action": "sts:AssumeRole", **condition}
        document = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
        self.sandbox.session(account).client("iam").create_role(RoleName="grader", AssumeRolePolicyDocument=document)

    def line(self, alias: str, account: str, role_account: str = "") -> str:
        """Return a line of the roster."""
        role = f"arn:aws:iam::{role_account or account}:role/grader"
        return f"{alias},{account},{role},,,,,{alias}@example.com"

    def write(self, *lines: str) -> None:
        """Write the roster."""
        self.roster.write_text("\n".join([HEADER, *lines]), encoding="utf-8")

    def calls(self, account: str) -> list[str]:
        """Return what was asked of an account."""
        return [entry.call for entry in self.sandbox.log if entry.account == account]


def key_pair(school: School, *accounts: int) -> None:
    """Leave the workshop's key pair in these accounts."""
    for index in accounts:
        school.sandbox.session(number(index)).client("ec2").create_key_pair(KeyName="carbuyer-keypair")


def has_key_pair(school: School, index: int) -> bool:
    """Say whether it is there."""
    return bool(school.sandbox.session(number(index)).client("ec2").describe_key_pairs()["KeyPairs"])
