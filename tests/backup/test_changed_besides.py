"""What a deletion changes besides the resource itself is saved first, too: its own turn comes later, or never."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from carbuyer_cleanup.kinds import rest_api, security_group, subnet, vpc
from strict_moto import estate
from strict_moto.rules import RULES
from strict_moto.world import Rule
from tests.backup.savings import BUCKET, KINDS

if TYPE_CHECKING:
    from carbuyer_cleanup.resource import Kind
    from tests.backup.savings import Saved

STATEMENT = {"Sid": "Kept", "Effect": "Deny", "Principal": "*", "Action": "s3:DeleteObjectVersion",
             "Resource": f"arn:aws:s3:::{BUCKET}/*"}  # fmt: skip
POLICY = json.dumps({"Version": "2012-10-17", "Statement": [STATEMENT]})


def _has_policy(s3: Any) -> bool:
    try:
        return bool(s3.get_bucket_policy(Bucket=BUCKET))
    except ClientError:
        return False


def _denying(saved: Saved, *more: Rule) -> None:
    """Let the bucket have a policy because of which AWS deletes nothing in it."""
    s3 = saved.client("s3")
    s3.put_bucket_policy(Bucket=BUCKET, Policy=POLICY)
    denied = Rule("s3:DeleteObjects", lambda *_: _has_policy(s3), "AccessDenied", "by a policy", "injected", 403)
    saved.sandbox.use((denied, *more, *RULES))


def _told(saved: Saved, kind: str, id_: str) -> str:
    known = saved.backup.index.of(kind, id_)
    assert known
    return (saved.folder / str(known.facts["place"])).read_text("utf-8")


def test_policy_of_a_bucket(saved: Saved) -> None:
    """A policy that denies the emptying is in the backup before it is deleted."""
    _denying(saved)

    assert [saved.take_down(kind) for kind in KINDS] == [None] * 3
    assert "Kept" in json.loads(_told(saved, "S3 bucket", BUCKET))["GetBucketPolicy"]["Policy"]


def test_policy_that_cannot_be_saved(saved: Saved) -> None:
    """It stays, and so does all that it protects."""
    _denying(saved, Rule("s3:GetBucketCors", lambda *_: True, "AccessDenied", "no", "injected", 403))
    before = saved.versions()

    errors = [str(saved.take_down(kind)) for kind in KINDS[1:]]
    assert "GetBucketCors" in errors[0]
    assert all("can't be saved" in error for error in errors)
    assert _has_policy(saved.client("s3"))
    assert saved.versions() == before


@pytest.fixture
def referring(saved: Saved) -> dict[str, str]:
    """The ids of groups in the workshop's VPC, by name, whose rules refer to one of the workshop's."""
    estate.create(saved.session, ("security_group",))
    ec2 = saved.client("ec2")
    groups = {one["GroupName"]: one for one in ec2.describe_security_groups()["SecurityGroups"]}
    ours = groups["carbuyer-alb-sg"]
    other = ec2.create_security_group(GroupName="other", Description="x", VpcId=ours["VpcId"])["GroupId"]
    inside = ec2.describe_security_groups(Filters=[{"Name": "vpc-id", "Values": [ours["VpcId"]]}])["SecurityGroups"]
    default = next(one["GroupId"] for one in inside if one["GroupName"] == "default")
    pair = {"GroupId": ours["GroupId"], "Description": "kept"}
    rule = {"IpProtocol": "tcp", "FromPort": 77, "ToPort": 77, "UserIdGroupPairs": [pair]}
    for id_ in (other, default):
        ec2.authorize_security_group_ingress(GroupId=id_, IpPermissions=[rule])
    return {"other": other, "default": default}


@pytest.mark.parametrize("name", ["other", "default"])
def test_rule_of_another_group(saved: Saved, referring: dict[str, str], name: str) -> None:
    """A rule that refers to a group is removed with it: the group that had it is in the backup as it was."""
    assert saved.take_down(security_group.KIND) is None
    assert '"kept"' in _told(saved, "security group", referring[name])
    assert saved.take_down(security_group.INSIDE) is None
    assert '"kept"' in _told(saved, "security group", referring[name])


def _saved_with(whole: Saved, kind: Kind) -> dict[str, list[Any]]:
    """Return by kind what is saved when a kind may be deleted."""
    ours = [one for one in whole.run(kind.find(whole.aws)) if one.ours]
    assert whole.run(whole.backup.secure(whole.aws, ours)) == {}
    told: dict[str, list[Any]] = {}
    for one in whole.backup.index.saved():
        told.setdefault(one.kind, []).append(json.loads(_told(whole, one.kind, one.id)))
    return told


def test_besides_a_network(whole: Saved) -> None:
    """Which route table and network ACL a subnet has is told by these; what AWS deletes with a VPC is saved, too."""
    subnets = {one.id for one in whole.run(subnet.find(whole.aws)) if one.ours}
    told = _saved_with(whole, subnet.KIND)
    assert {at.get("SubnetId") for one in told["route table"] for at in one["Associations"]} == subnets
    assert subnets <= {at["SubnetId"] for one in told["network ACL"] for at in one["Associations"]}

    told = _saved_with(whole, vpc.KIND)
    assert [at["Main"] for one in told["route table"] for at in one["Associations"]].count(True) == 1
    assert [one["IsDefault"] for one in told["network ACL"]] == [True]
    assert [one["GroupName"] for one in told["security group"]] == ["default"]


def test_besides_an_api(whole: Saved) -> None:
    """A usage plan loses the stages of an API that is deleted."""
    (api,) = (one.id for one in whole.run(rest_api.find(whole.aws)) if one.ours)
    assert whole.take_down(rest_api.KIND) is None

    (plan,) = whole.client("apigateway").get_usage_plans()["items"]
    assert not plan["apiStages"]
    stages = json.loads(_told(whole, "usage plan", plan["id"]))["UsagePlan"]["apiStages"]
    assert [one["apiId"] for one in stages] == [api]
