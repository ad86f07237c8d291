"""Who is asking: STS and IAM say the same, and the keys of a session work."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from strict_moto import estate
from strict_moto.identity import Credentials
from tests.sandbox.refusals import refused

if TYPE_CHECKING:
    import boto3

    from strict_moto import Sandbox

ACCOUNT = "111122223333"


def with_keys(sandbox: Sandbox, keys: dict[str, Any]) -> boto3.Session:
    """Return a session that signs with what STS gave."""
    given = Credentials(keys["AccessKeyId"], keys["SecretAccessKey"], keys.get("SessionToken", ""), ACCOUNT)
    return sandbox.session(credentials=given)


@pytest.fixture
def student(sandbox: Sandbox, session: boto3.Session) -> boto3.Session:
    """A session of an IAM user's own key."""
    session.client("iam").create_user(UserName="an", Path="/class/")
    return with_keys(sandbox, dict(session.client("iam").create_access_key(UserName="an")["AccessKey"]))


def test_session_token_works(sandbox: Sandbox, student: boto3.Session) -> None:
    """GetSessionToken's keys are the user's own, for twelve hours; they can't get others."""
    made = with_keys(sandbox, dict(student.client("sts").get_session_token()["Credentials"]))
    who = made.client("sts").get_caller_identity()

    assert who["Arn"] == f"arn:aws:iam::{ACCOUNT}:user/class/an"
    assert who["UserId"] == student.client("sts").get_caller_identity()["UserId"]
    sandbox.clock.advance(43201)
    with refused("ExpiredToken"):
        made.client("sts").get_caller_identity()


def test_federation_token_works(sandbox: Sandbox, session: boto3.Session) -> None:
    """GetFederationToken's keys are a federated user's."""
    answer = session.client("sts").get_federation_token(Name="guest")
    who = with_keys(sandbox, dict(answer["Credentials"])).client("sts").get_caller_identity()

    assert who["Arn"] == answer["FederatedUser"]["Arn"] == f"arn:aws:sts::{ACCOUNT}:federated-user/guest"
    assert who["UserId"] == answer["FederatedUser"]["FederatedUserId"] == f"{ACCOUNT}:guest"


def test_role_gets_no_session_token(sandbox: Sandbox, session: boto3.Session) -> None:
    """A role's session can't open another of this kind, and IAM wants a name from it."""
    principal = f"arn:aws:sts::{ACCOUNT}:assumed-role/grader/me"
    role = sandbox.session(credentials=sandbox.identity.assume(principal, ACCOUNT, 3600))
    del session
    with refused("AccessDenied", "session credentials", 403):
        role.client("sts").get_session_token()
    with refused("ValidationError", "Must specify userName"):
        role.client("iam").get_user()


@pytest.mark.parametrize("who", ["administrator", "student"])
def test_user_is_who_sts_says(session: boto3.Session, student: boto3.Session, who: str) -> None:
    """GetUser without a name is the caller; moto makes up a user, and it is in no list."""
    asking = session if who == "administrator" else student
    user, caller = asking.client("iam").get_user()["User"], asking.client("sts").get_caller_identity()

    assert (user["Arn"], user["UserId"]) == (caller["Arn"], caller["UserId"])
    assert caller["Arn"] == f"arn:aws:iam::{ACCOUNT}:user{user['Path']}{user['UserName']}"
    assert [one["UserName"] for one in session.client("iam").list_users()["Users"]] == ["an"]


def test_attachments_tell_what_goes_with_the_instance(session: boto3.Session) -> None:
    """Volumes and instances say the same about it."""
    ec2 = session.client("ec2")
    estate.create(session, {"instance"})  # type: ignore[arg-type] # a session of the sandbox's
    ec2.create_volume(AvailabilityZone="ap-southeast-1a", Size=1)
    told = [a["DeleteOnTermination"] for v in ec2.describe_volumes()["Volumes"] for a in v["Attachments"]]
    assert told == [True, True]
