"""What hangs on a resource, and is deleted with it, is in its definition."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from carbuyer_cleanup.backup import api, function
from carbuyer_cleanup.backup.definitions import DEFINITIONS
from carbuyer_cleanup.backup.folder import NotSaved
from carbuyer_cleanup.resource import Resource
from tests.backup.small import FUNCTION

if TYPE_CHECKING:
    from tests.backup.savings import Saved

NAME = "carbuyer-x"
ALLOWING = json.dumps({"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}})
KEY = "ssh-rsa " + "A" * 372


def _told(saved: Saved, kind: str, id_: str) -> Any:
    return saved.run(DEFINITIONS[kind].ask(saved.aws, Resource(kind, id_, id_, "global", "")))


def test_of_a_user(saved: Saved) -> None:
    """What a user signs in with, as far as AWS tells it."""
    iam = saved.client("iam")
    iam.create_user(UserName=NAME)
    iam.create_access_key(UserName=NAME)
    iam.upload_ssh_public_key(UserName=NAME, SSHPublicKeyBody=KEY)
    device = iam.create_virtual_mfa_device(VirtualMFADeviceName=NAME)["VirtualMFADevice"]["SerialNumber"]
    iam.enable_mfa_device(UserName=NAME, SerialNumber=device, AuthenticationCode1="1" * 6, AuthenticationCode2="2" * 6)

    told = _told(saved, "IAM user", NAME)
    assert [one["SerialNumber"] for one in told["MFADevices"]] == [device]
    assert [len(told[name]) for name in ("AccessKeys", "SSHPublicKeys", "SigningCertificates")] == [1, 1, 0]


def test_of_a_key_pair(saved: Saved) -> None:
    """The public key, with which instances go on letting in whoever has the other."""
    (pair,) = saved.client("ec2").describe_key_pairs()["KeyPairs"]
    assert _told(saved, "key pair", pair["KeyName"])["PublicKey"].startswith("ssh-")


def test_of_groups_and_policies(saved: Saved) -> None:
    """Who is in a group, and who has a policy."""
    iam = saved.client("iam")
    iam.create_user(UserName=NAME)
    iam.create_group(GroupName=NAME)
    iam.add_user_to_group(GroupName=NAME, UserName=NAME)
    policy = iam.create_policy(PolicyName=NAME, PolicyDocument=ALLOWING)["Policy"]["Arn"]
    iam.attach_user_policy(UserName=NAME, PolicyArn=policy)

    assert _told(saved, "IAM group", NAME)["Users"] == [NAME]
    told = _told(saved, "IAM policy", policy)
    assert [told[who] for who in ("PolicyUsers", "PolicyGroups", "PolicyRoles")] == [[NAME], [], []]


def test_of_an_api_that_was_never_deployed(saved: Saved) -> None:
    """Of an API without a stage there is no export: what it has is asked for."""
    gateway = saved.client("apigateway")
    id_ = gateway.create_rest_api(name=NAME)["id"]
    gateway.create_authorizer(restApiId=id_, name="mine", type="TOKEN", identitySource="method.request.header.a")
    gateway.create_model(restApiId=id_, name="mine", contentType="application/json", schema="{}")
    gateway.create_request_validator(restApiId=id_, name="mine", validateRequestBody=True)

    told = saved.run(api.rest(saved.aws, Resource("REST API", id_, NAME, saved.aws.region, "")))
    assert told.exports == {}
    for what in ("Authorizers", "Models", "RequestValidators"):
        assert "mine" in [one["name"] for one in told.described[what]], what


class Lambda:
    """Lambda as it answers ``GetFunction``."""

    def __init__(self, **answer: Any) -> None:
        self._answer = {"Configuration": {"PackageType": "Image"}, "Code": {"ImageUri": "1.dkr.ecr/a:b"}, **answer}

    def get_function(self, **_which: str) -> dict[str, Any]:
        """Return it."""
        return self._answer


def test_image_of_a_function() -> None:
    """Of a function that is an image it is saved which one."""
    read = function.read_version(Lambda(), NAME, "1", with_code=True)
    assert read.described["Image"] == {"ImageUri": "1.dkr.ecr/a:b"}


def test_tags_that_are_not_told() -> None:
    """A function whose tags the caller may not see is not saved as one that has none."""
    denied = {"ErrorCode": "AccessDeniedException", "Message": "not allowed to perform: lambda:ListTags"}
    with pytest.raises(NotSaved, match="lambda:ListTags"):
        function.read_version(Lambda(TagsError=denied), NAME, "1", with_code=True)


def test_policies_of_versions(whole: Saved) -> None:
    """The policy of a version or alias is another than the function's."""
    made, client = Resource("Lambda function", FUNCTION, FUNCTION, whole.aws.region, ""), whole.client("lambda")
    version = client.publish_version(FunctionName=FUNCTION)["Version"]
    client.add_permission(
        FunctionName=FUNCTION, Qualifier=version, StatementId="kept", Action="lambda:InvokeFunction",
        Principal="events.amazonaws.com",
    )  # fmt: skip
    assert whole.run(whole.backup.secure(whole.aws, [made])) == {}
    known = whole.backup.index.of(made.kind, made.id)
    assert known
    told = json.loads((whole.folder / str(known.facts["place"])).read_text("utf-8"))
    assert "kept" in told["Policies"][version]
