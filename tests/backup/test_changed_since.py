"""What is changed after it was saved, and before it is deleted: it is saved anew, or it stays."""

from __future__ import annotations

import gzip
import json
import zipfile
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pytest

from carbuyer_cleanup.backup.saving import NEVER_DELETED, SAVERS, Backup, Saver
from carbuyer_cleanup.kinds import log_group, security_group
from carbuyer_cleanup.teardown.plan import ORDER
from strict_moto import estate
from tests.backup.savings import BUCKET, KINDS, Saved

if TYPE_CHECKING:
    from collections.abc import Callable

    from carbuyer_cleanup.resource import Resource

    Change = Callable[[Any, Resource], object]

NOTHING = json.dumps({"Version": "2012-10-17", "Statement": {"Effect": "Deny", "Action": "*", "Resource": "*"}})
GROUP = "/aws/lambda/carbuyer-email-service"
TAG = {"Key": "changed", "Value": "by somebody"}


def _tag(session: Any, one: Resource) -> None:
    ec2 = session.client("ec2")
    pairs = ec2.describe_key_pairs()["KeyPairs"]
    id_ = next((pair["KeyPairId"] for pair in pairs if pair["KeyName"] == one.id), one.id)
    ec2.create_tags(Resources=[id_], Tags=[TAG])


def _rule(session: Any, group: Resource) -> None:
    rule = {"IpProtocol": "tcp", "FromPort": 1, "ToPort": 1, "IpRanges": [{"CidrIp": "10.9.9.0/24"}]}
    session.client("ec2").authorize_security_group_ingress(GroupId=group.id, IpPermissions=[rule])


def _route(session: Any, table: Resource) -> None:
    ec2 = session.client("ec2")
    gateway = ec2.describe_internet_gateways()["InternetGateways"][0]["InternetGatewayId"]
    ec2.create_route(RouteTableId=table.id, DestinationCidrBlock="10.99.0.0/16", GatewayId=gateway)


def _listener_rule(session: Any, balancer: Resource) -> None:
    elb = session.client("elbv2")
    listener = elb.describe_listeners(LoadBalancerArn=balancer.id)["Listeners"][0]["ListenerArn"]
    fixed = {"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "404"}}
    path = {"Field": "path-pattern", "Values": ["/changed"]}
    elb.create_rule(ListenerArn=listener, Priority=77, Conditions=[path], Actions=[fixed])


def _target(session: Any, group: Resource) -> None:
    elb = session.client("elbv2")
    targets = [one["Target"] for one in elb.describe_target_health(TargetGroupArn=group.id)["TargetHealthDescriptions"]]
    elb.deregister_targets(TargetGroupArn=group.id, Targets=targets[:1])


def _distribution(session: Any, one: Resource) -> None:
    cloudfront = session.client("cloudfront")
    told = cloudfront.get_distribution_config(Id=one.id)
    config = {**told["DistributionConfig"], "Comment": "changed"}
    cloudfront.update_distribution(Id=one.id, IfMatch=told["ETag"], DistributionConfig=config)


def _access_control(session: Any, one: Resource) -> None:
    cloudfront = session.client("cloudfront")
    told = cloudfront.get_origin_access_control(Id=one.id)
    config = {**told["OriginAccessControl"]["OriginAccessControlConfig"], "Description": "changed"}
    cloudfront.update_origin_access_control(Id=one.id, IfMatch=told["ETag"], OriginAccessControlConfig=config)


def _web_acl(session: Any, one: Resource) -> None:
    waf = session.client("wafv2", region_name=one.region)
    which = {"Name": one.name, "Scope": one.details["scope"], "Id": one.arn.rpartition("/")[2]}
    told = waf.get_web_acl(**which)
    kept = {name: told["WebACL"][name] for name in ("DefaultAction", "VisibilityConfig", "Rules")}
    waf.update_web_acl(**which, **kept, Description="changed", LockToken=told["LockToken"])


def _resource(session: Any, api: Resource) -> None:
    gateway = session.client("apigateway")
    parent = gateway.get_resources(restApiId=api.id)["items"][0]["id"]
    gateway.create_resource(restApiId=api.id, parentId=parent, pathPart="changed")


def _plan(session: Any, plan: Resource) -> None:
    change = {"op": "replace", "path": "/description", "value": "changed"}
    session.client("apigateway").update_usage_plan(usagePlanId=plan.id, patchOperations=[change])


def _key(session: Any, key: Resource) -> None:
    change = {"op": "replace", "path": "/description", "value": "changed"}
    session.client("apigateway").update_api_key(apiKey=key.id, patchOperations=[change])


def _code(session: Any, function: Resource) -> None:
    package = BytesIO()
    with zipfile.ZipFile(package, "w") as packed:
        packed.writestr("index.py", "changed")
    session.client("lambda").update_function_code(FunctionName=function.id, ZipFile=package.getvalue())


def _profile(session: Any, profile: Resource) -> None:
    iam = session.client("iam")
    role = iam.get_instance_profile(InstanceProfileName=profile.id)["InstanceProfile"]["Roles"][0]["RoleName"]
    iam.remove_role_from_instance_profile(InstanceProfileName=profile.id, RoleName=role)


def _bucket(session: Any, one: Resource) -> None:
    session.client("s3").put_bucket_tagging(Bucket=one.id, Tagging={"TagSet": [TAG]})


def _event(session: Any, group: Resource, stream: str = "late") -> None:
    logs = session.client("logs", region_name=group.region)
    logs.create_log_stream(logGroupName=group.id, logStreamName=stream)
    written = logs.describe_log_groups(logGroupNamePrefix=group.id)["logGroups"][0]["creationTime"]
    event = {"timestamp": written, "message": "late"}
    logs.put_log_events(logGroupName=group.id, logStreamName=stream, logEvents=[event])


CHANGES: dict[str, Change] = {
    **dict.fromkeys(
        ("EC2 instance", "EBS volume", "NAT gateway", "Elastic IP", "VPC endpoint", "network interface",
         "internet gateway", "egress-only internet gateway", "subnet", "network ACL", "VPC",
         "key pair"), _tag,
    ),
    "security group": _rule,
    "route table": _route,
    "load balancer": _listener_rule,
    "target group": _target,
    "CloudFront distribution": _distribution,
    "origin access control": _access_control,
    "web ACL": _web_acl,
    "REST API": _resource,
    "usage plan": _plan,
    "API key": _key,
    "Lambda function": _code,
    "log group": _event,
    "S3 bucket": _bucket,
    "instance profile": _profile,
    "IAM role": lambda s, r: s.client("iam").put_role_policy(RoleName=r.id, PolicyName="x", PolicyDocument=NOTHING),
    "IAM user": lambda s, u: s.client("iam").put_user_policy(UserName=u.id, PolicyName="x", PolicyDocument=NOTHING),
    "IAM group": lambda s, g: s.client("iam").put_group_policy(GroupName=g.id, PolicyName="x", PolicyDocument=NOTHING),
    "IAM policy": lambda s, p: s.client("iam").create_policy_version(PolicyArn=p.id, PolicyDocument=NOTHING),
}  # fmt: skip

# Asked for by another way (tests/backup/test_saving.py), never deleted, or not to be had together with the others.
ELSEWHERE = {*NEVER_DELETED, "DynamoDB table", "S3 objects"}
# moto can't change these.
NOT_CHANGED = {
    "EC2 Instance Connect endpoint", "Lambda test events", "log delivery", "log delivery source",
    "log delivery destination",
}  # fmt: skip
NOT_THERE = {
    "EBS volume", "egress-only internet gateway", "base path mapping", "HTTP API", "event source mapping",
    "virtual MFA device",
}  # fmt: skip


def _changing(kind: str, session: Any, changed: dict[tuple[str, str], Resource], monkeypatch: Any) -> None:
    """Let somebody change each resource of a kind when it was saved for the first time."""
    save, renew = SAVERS[kind]

    async def save_and_change(aws: Any, backup: Backup, one: Resource) -> None:
        await save(aws, backup, one)
        if (one.kind, one.id) not in changed:
            changed[one.kind, one.id] = one
            CHANGES[kind](session, one)

    monkeypatch.setitem(SAVERS, kind, Saver(save_and_change, renew))


def _place(saved: Saved, kind: str, id_: str) -> str:
    known = saved.backup.index.of(kind, id_)
    assert known
    return str(known.facts["place"])


@pytest.mark.exhaustive
def test_definition_changed_since(whole: Saved, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of every kind: what was changed since it was saved is saved anew, and nothing else is."""
    changed: dict[tuple[str, str], Resource] = {}
    for kind in CHANGES:
        _changing(kind, whole.session, changed, monkeypatch)
    for step in ORDER:
        ours = [one for one in whole.run(step.find(whole.aws)) if one.ours and one.kind not in ELSEWHERE]
        assert whole.run(whole.backup.secure(whole.aws, ours)) == {}
        for one in ours:
            files = [file.path for file in whole.backup.index.files(one.kind, one.id)]
            described = [path for path in files if path.endswith(".json") and "openapi" not in path]
            assert len(described) == 1 + ((one.kind, one.id) in changed), (one, files)
            assert _place(whole, one.kind, one.id) == max(described, key=len)
    assert {kind for kind, _ in changed} == CHANGES.keys() - NOT_THERE
    assert SAVERS.keys() - CHANGES.keys() <= ELSEWHERE | NOT_THERE | NOT_CHANGED


def test_rule_changed_since(saved: Saved, monkeypatch: pytest.MonkeyPatch) -> None:
    """A security group goes with the rule that somebody has added, and the backup has that."""
    estate.create(saved.session, ("security_group",))
    changed: dict[tuple[str, str], Resource] = {}
    _changing("security group", saved.session, changed, monkeypatch)

    assert saved.take_down(security_group.KIND) is None
    for kind, id_ in changed:
        assert "10.9.9.0/24" in (saved.folder / _place(saved, kind, id_)).read_text("utf-8")
    assert len(changed) > 1


def test_changed_again_and_again(saved: Saved, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is another each time that it is looked at stays; all else goes."""
    estate.create(saved.session, ("security_group",))
    save, renew = SAVERS["security group"]
    ports = iter(range(1, 100))

    async def change(aws: Any, backup: Backup, one: Resource) -> None:
        await save(aws, backup, one)
        port = next(ports)
        rule = {"IpProtocol": "tcp", "FromPort": port, "ToPort": port, "IpRanges": [{"CidrIp": "10.9.9.0/24"}]}
        if one.name == "carbuyer-alb-sg":
            saved.client("ec2").authorize_security_group_ingress(GroupId=one.id, IpPermissions=[rule])

    async def renew_and_change(aws: Any, backup: Backup, one: Resource) -> bool:
        has_changed = await renew(aws, backup, one)
        await change(aws, backup, one)
        return has_changed

    monkeypatch.setitem(SAVERS, "security group", Saver(change, renew_and_change))
    before = {one["GroupName"] for one in saved.client("ec2").describe_security_groups()["SecurityGroups"]}

    error = str(saved.take_down(security_group.KIND))
    after = {one["GroupName"] for one in saved.client("ec2").describe_security_groups()["SecurityGroups"]}
    assert "changed again and again while it was being saved" in error, (error, before)
    assert len(after) < len(before)


def test_bucket_and_tags_changed_since(saved: Saved, monkeypatch: pytest.MonkeyPatch) -> None:
    """The tags of an object, and those of its bucket, are saved as they are when it goes."""
    key = "Database/User.json"

    def tag(session: Any, one: Resource) -> None:
        session.client("s3").put_object_tagging(Bucket=one.id, Key=key, Tagging={"TagSet": [TAG]})

    monkeypatch.setitem(CHANGES, "S3 objects", tag)
    for kind in ("S3 objects", "S3 bucket"):
        _changing(kind, saved.session, {}, monkeypatch)

    assert [saved.take_down(kind) for kind in KINDS] == [None] * 3
    newest = [one for one in saved.backup.index.objects(BUCKET, "version") if one.entry.key == key][-1]
    assert newest.facts["tags"] == [TAG]
    place = _place(saved, "S3 bucket", BUCKET)
    assert json.loads((saved.folder / place).read_text("utf-8"))["GetBucketTagging"]["TagSet"] == [TAG]


def test_listed_and_gone(saved: Saved) -> None:
    """A bucket that the list still has, and nothing else tells of, is waited for until the list has it no more."""
    assert [saved.take_down(kind) for kind in KINDS[:-1]] == [None] * 2
    saved.client("s3").delete_bucket(Bucket=BUCKET)
    saved.again()

    assert saved.take_down(KINDS[-1]) is None
    assert saved.client("s3").list_buckets()["Buckets"] == []


def _events(saved: Saved) -> list[set[str]]:
    files = [path.read_bytes() for path in (saved.folder / "log-group").glob("*/*.gz")]
    files += [path.read_bytes() for path in (saved.folder / "log-group").glob("*.gz")]
    return [{json.loads(line)["message"] for line in gzip.decompress(file).splitlines()} for file in files]


def test_late_event(saved: Saved, monkeypatch: pytest.MonkeyPatch) -> None:
    """An event that arrives when the others were saved, with an old time, is saved before the group goes."""
    saved.client("logs").create_log_group(logGroupName=GROUP)
    changed: dict[tuple[str, str], Resource] = {}
    _changing("log group", saved.session, changed, monkeypatch)

    assert saved.take_down(log_group.OF_FUNCTION) is None
    assert len(changed) == 1
    assert any("late" in events for events in _events(saved))
    assert saved.client("logs").describe_log_groups()["logGroups"] == []


def test_event_that_cannot_be_saved(saved: Saved, monkeypatch: pytest.MonkeyPatch) -> None:
    """A group into which somebody writes all the time stays."""
    saved.client("logs").create_log_group(logGroupName=GROUP)
    save, renew = SAVERS["log group"]
    numbers = iter(range(100))

    async def renew_and_write(aws: Any, backup: Backup, one: Resource) -> bool:
        _event(saved.session, one, f"late-{next(numbers)}")
        return await renew(aws, backup, one)

    monkeypatch.setitem(SAVERS, "log group", Saver(save, renew_and_write))

    assert "changed again and again" in str(saved.take_down(log_group.OF_FUNCTION))
    assert len(saved.client("logs").describe_log_groups()["logGroups"]) == 1
