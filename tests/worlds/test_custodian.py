"""Cloud Custodian as a client of the sandbox's server: it looks at all the workshop's kinds, and deletes them."""

from __future__ import annotations

import json
import re
import subprocess
from typing import TYPE_CHECKING, Any

from strict_moto import estate
from strict_moto.builder import Builder
from strict_moto.bystanders import BYSTANDERS
from tests.inventory import inventory
from tests.worlds.emulators import REGION, installed

if TYPE_CHECKING:
    from pathlib import Path

    from strict_moto.sandbox import Sandbox

COUNTED = re.compile(r"policy:(\S+) resource:\S+ region:\S+ count:(\d+)")

# What Custodian calls a kind: how many of the workshop's there are, and a filter that asks for more than the list.
LOOKS: dict[str, tuple[int, Any]] = {
    "app-elb": (1, {"type": "listener", "key": "Port", "value": 80}),
    "app-elb-target-group": (2, {"type": "value", "key": "Port", "op": "gt", "value": 2999}),
    "distribution": (1, {"type": "distribution-config", "key": "Comment", "value": ""}),
    "dynamodb-table": (12, {"type": "continuous-backup", "key": "ContinuousBackupsStatus", "value": "ENABLED"}),
    "ebs": (2, {"type": "value", "key": "Attachments[0].DeleteOnTermination", "value": True}),
    "ec2": (2, {"type": "instance-attribute", "attribute": "disableApiTermination", "key": "Value", "value": False}),
    "elastic-ip": (1, {"type": "value", "key": "AssociationId", "value": "present"}),
    "eni": (2, {"type": "value", "key": "Attachment.DeleteOnTermination", "value": True}),
    "iam-profile": (1, "used"),
    "iam-role": (2, "used"),
    "iam-user": (1, {"type": "access-key", "key": "Status", "value": "Active"}),
    "internet-gateway": (1, {"type": "value", "key": "Attachments[0].State", "value": "available"}),
    "key-pair": (0, "unused"),
    "lambda": (1, {"type": "reserved-concurrency", "value": "absent"}),
    "log-group": (2, {"type": "last-write", "days": 0}),
    "nat-gateway": (1, {"type": "value", "key": "State", "value": "available"}),
    "network-acl": (1, {"type": "subnet", "key": "tag:Name", "value": "present"}),
    "rest-api": (1, {"type": "value", "key": "name", "value": "present"}),
    "rest-stage": (1, {"type": "value", "key": "stageName", "value": "prod"}),
    "route-table": (3, {"type": "subnet", "key": "tag:Name", "value": "present"}),
    "s3": (1, {"type": "has-statement", "statements": [{"Effect": "Allow", "Principal": "*"}]}),
    "security-group": (
        3,
        {"and": ["used", {"type": "value", "key": "GroupName", "op": "glob", "value": "carbuyer-*"}]},
    ),
    "subnet": (4, {"type": "vpc", "key": "tag:Name", "value": "present"}),
    "vpc": (2, {"type": "vpc-attributes", "dnshostnames": True}),  # the default one has them, too
    "vpc-endpoint": (2, {"type": "value", "key": "State", "value": "available"}),
}

MINE: dict[str, Any] = {"type": "value", "key": "tag:Name", "op": "glob", "value": "carbuyer-*"}


def named(key: str) -> dict[str, Any]:
    """Return the filter for what has a name of the workshop's."""
    return MINE | {"key": key}


# What Custodian deletes, in the order of the workshop's page. It waits for nothing, so that what hangs on these stays.
DELETES: tuple[tuple[str, Any, Any], ...] = (
    ("app-elb", named("LoadBalancerName"), {"type": "delete", "force": True}),
    ("ec2", MINE, {"type": "terminate", "force": True}),
    ("nat-gateway", MINE, "delete"),
    ("rest-api", named("name"), "delete"),
    ("lambda", named("FunctionName"), "delete"),
    ("log-group", {"type": "value", "key": "logGroupName", "op": "regex", "value": ".*/(carbuyer-|prod).*"}, "delete"),
    ("s3", named("Name"), {"type": "delete", "remove-contents": True}),
    ("dynamodb-table", {"type": "value", "key": "TableName", "value": "present"}, "delete"),
    ("vpc-endpoint", MINE, "delete"),
    ("iam-user", named("UserName"), "delete"),
    ("app-elb-target-group", named("TargetGroupName"), "delete"),  # minutes after the load balancer
)


GONE = {  # the calls that list what these policies have deleted
    "apigateway:get_rest_apis",
    "dynamodb:list_tables",
    "ec2:describe_instances",
    "ec2:describe_nat_gateways",
    "ec2:describe_vpc_endpoints",
    "elbv2:describe_load_balancers",
    "elbv2:describe_target_groups",
    "iam:list_users",
    "lambda:list_functions",
    "logs:describe_log_groups",
    "s3:list_buckets",
}


def custodian(tmp_path: Path, policies: list[dict[str, Any]]) -> dict[str, int]:
    """Run policies, and return how many resources each found; none may end with an error."""
    file = tmp_path / "policies.json"
    file.write_text(json.dumps({"policies": policies}), encoding="utf-8")
    command = [installed("custodian/bin/custodian"), "run", "--cache-period", "0", "--region", REGION]
    run = subprocess.run(  # noqa: S603 - a test's own policies
        [*command, "-s", str(tmp_path / "out"), str(file)], capture_output=True, text=True, check=False
    )
    assert (run.returncode, [line for line in run.stderr.splitlines() if ":ERROR" in line]) == (0, []), run.stderr
    return {name: int(count) for name, count in COUNTED.findall(run.stderr)}


def test_looks(served: Sandbox, tmp_path: Path) -> None:
    """Custodian finds what the workshop has of each kind."""
    estate.create(served.session())
    policies = [{"name": kind, "resource": f"aws.{kind}", "filters": [filter_]} for kind, (_, filter_) in LOOKS.items()]
    assert custodian(tmp_path, policies) == {kind: count for kind, (count, _) in LOOKS.items()}
    assert served.defects == []


def test_deletes(served: Sandbox, tmp_path: Path) -> None:
    """Custodian deletes what it can of the workshop's, and of nobody else's."""
    session = served.session()
    for name in ("network", "identities"):
        BYSTANDERS[name](Builder(session))
    others = inventory(session)
    estate.create(session)
    policies = [
        {"name": kind, "resource": f"aws.{kind}", "filters": [filter_], "actions": [action]}
        for kind, filter_, action in DELETES
    ]
    custodian(tmp_path, policies)
    served.clock.advance(3600)
    left = inventory(session)
    assert others - left == set()
    assert {call for call, _ in left - others} & GONE == set()
    assert served.defects == []
