"""Roles, users and policies to test with."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.kinds.accounts import Account


USER, ROLE = "carbuyer-app-user", "carbuyer-ec2-role"
DOCUMENT = json.dumps(
    {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "s3:ListBucket", "Resource": "*"}}
)
TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"},
    }
)


def users(account: Account) -> list[str]:
    """Return the names of the users that there are."""
    account.wait(60)  # what was deleted can be read for a while
    return sorted(one["UserName"] for one in account.client("iam").list_users()["Users"])


def policies(account: Account) -> list[str]:
    """Return the names of the customer's own policies."""
    return sorted(one["PolicyName"] for one in account.client("iam").list_policies(Scope="Local")["Policies"])


def create_policy(account: Account, name: str) -> str:
    """Make a policy and return its ARN."""
    return str(account.client("iam").create_policy(PolicyName=name, PolicyDocument=DOCUMENT)["Policy"]["Arn"])
