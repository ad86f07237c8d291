"""Who may assume a role."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from strict_moto.identity import Credentials
from tests.sandbox.calls import OTHER, STUDENT, TEACHER, ask, refusal

if TYPE_CHECKING:
    import boto3

    from strict_moto import Sandbox


def assume(session: boto3.Session, account: str, role: str, **params: Any) -> Any:
    """Assume a role."""
    arn = f"arn:aws:iam::{account}:role/{role}"
    return ask(session, "sts:assume_role", RoleArn=arn, RoleSessionName="grading", **params)


def trusting(*principals: str) -> str:
    """Return the trust policy of a role that ``principals`` may assume."""
    statement = {"Effect": "Allow", "Principal": {"AWS": list(principals)}, "Action": "sts:AssumeRole"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def test_organization_reaches_its_members(sandbox: Sandbox) -> None:
    """The management account lists its members, and acts in one by its access role until the session ends."""
    sandbox.add_account(OTHER)
    teacher = sandbox.session(credentials=sandbox.organize(TEACHER))
    listed = {account["Id"] for account in ask(teacher, "organizations:list_accounts")["Accounts"]}
    assert listed == {STUDENT, OTHER, TEACHER}
    root = ask(teacher, "organizations:list_roots")["Roots"][0]["Id"]
    assert len(ask(teacher, "organizations:list_accounts_for_parent", ParentId=root)["Accounts"]) == 3
    given = assume(teacher, OTHER, "OrganizationAccountAccessRole", DurationSeconds=900)["Credentials"]
    inside = sandbox.session(
        credentials=Credentials(given["AccessKeyId"], given["SecretAccessKey"], given["SessionToken"])
    )
    arn = f"arn:aws:sts::{OTHER}:assumed-role/OrganizationAccountAccessRole/grading"
    assert ask(inside, "sts:get_caller_identity")["Arn"] == arn
    assert isinstance(given["Expiration"], datetime)
    sandbox.clock.advance(900)
    assert refusal(inside, "ec2:describe_vpcs") == ("RequestExpired", 400)


def test_role_of_a_stranger(sandbox: Sandbox) -> None:
    """A role that isn't there, and one that trusts others, are refused alike."""
    student, other = sandbox.session(STUDENT), sandbox.session(OTHER)
    iam = other.client("iam")
    iam.create_role(RoleName="theirs", AssumeRolePolicyDocument=trusting(f"arn:aws:iam::{TEACHER}:root"))
    iam.create_role(RoleName="ours", AssumeRolePolicyDocument=trusting(TEACHER, f"arn:aws:iam::{STUDENT}:root"))
    for role in ("nowhere", "theirs"):
        with pytest.raises(ClientError, match=f"not authorized to perform: sts:AssumeRole on resource: .*{role}"):
            assume(student, OTHER, role)
    assert assume(student, OTHER, "ours")["Credentials"]["AccessKeyId"].startswith("ASIA")


@pytest.mark.parametrize(
    ("condition", "given", "opens"),
    [
        ({"StringEquals": {"sts:ExternalId": "class-of-may"}}, {"ExternalId": "class-of-may"}, True),
        ({"StringEquals": {"sts:ExternalId": ["other", "class-of-may"]}}, {"ExternalId": "class-of-may"}, True),
        ({"StringEquals": {"sts:ExternalId": "class-of-may"}}, {"ExternalId": "class-of-june"}, False),
        ({"StringEquals": {"sts:ExternalId": "class-of-may"}}, {}, False),
        ({"Bool": {"aws:MultiFactorAuthPresent": "true"}}, {}, False),
        ({}, {"ExternalId": "not asked for"}, True),
    ],
)
def test_external_id(sandbox: Sandbox, condition: dict[str, Any], given: dict[str, str], *, opens: bool) -> None:
    """A role whose trust asks for an external id opens to who gives it; other conditions hold for nobody here."""
    trust = json.loads(trusting(STUDENT))
    trust["Statement"][0]["Condition"] = condition
    sandbox.session(OTHER).client("iam").create_role(RoleName="r", AssumeRolePolicyDocument=json.dumps(trust))
    student = sandbox.session(STUDENT)
    if opens:
        assert assume(student, OTHER, "r", **given)["Credentials"]
    else:
        with pytest.raises(ClientError, match="AccessDenied"):
            assume(student, OTHER, "r", **given)


@pytest.mark.parametrize("change", [{"Effect": "Deny"}, {"Action": "sts:TagSession"}])
def test_statement_that_lets_nobody_in(sandbox: Sandbox, change: dict[str, str]) -> None:
    """A trust that denies, or speaks of another action, lets nobody in; a denial outweighs a permission."""
    allowed = json.loads(trusting(STUDENT))["Statement"]
    denied = [{**allowed[0], **change}]
    statements = allowed + denied if "Effect" in change else denied
    trust = json.dumps({"Version": "2012-10-17", "Statement": statements})
    sandbox.session(OTHER).client("iam").create_role(RoleName="r", AssumeRolePolicyDocument=trust)
    with pytest.raises(ClientError, match="AccessDenied"):
        assume(sandbox.session(STUDENT), OTHER, "r")
