"""Whose it is that consoles and AWS leave beside the workshop's steps: one row a thing, told by the kind that has it.

What each of them is, and why it counts, is in the docstrings of the kinds; ``strict_moto/states_beside.py`` makes them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from carbuyer_cleanup.claims import DOUBTFUL, FOREIGN, OURS
from carbuyer_cleanup.kinds import (
    connect_endpoint,
    disk_copy,
    elastic_ip,
    group,
    instance,
    log_delivery,
    log_group,
    nat_gateway,
    network_interface,
    origin_access_control,
    policy,
    role,
    route_table,
    security_group,
    shared_event,
    user,
    vpc_endpoint,
    web_acl,
)
from strict_moto import bystanders
from strict_moto import estate_network as network
from tests.beside import leave_beside

if TYPE_CHECKING:
    from carbuyer_cleanup.resource import Resource
    from tests.kinds.accounts import Account

# The step that leaves it, what it is called or described as, the kind that has it, whose it is, and how many there are.
ROWS = (
    ("CloudFront: access control of the bucket", "oac-", origin_access_control.KIND, OURS, 1),
    ("CloudFront: security protections", "CreatedByCloudFront-", web_acl.OF_DISTRIBUTIONS, OURS, 1),
    ("CloudFront: source of the logs", "CreatedByCloudFront-", log_delivery.KIND, OURS, 1),
    ("CloudFront: destination of the logs", "CF-", log_delivery.KIND, OURS, 1),
    ("VPC: regional NAT gateway, and others without a name", "", nat_gateway.KIND, OURS, 5),
    ("VPC: addresses of NAT gateways, AWS's own among them", "", elastic_ip.KIND, OURS, 5),
    ("VPC: route tables of regional NAT gateways", "rtb-", route_table.KIND, OURS, 2),
    ("VPC: GuardDuty's endpoint", "com.amazonaws.ap-southeast-1.guardduty-data", vpc_endpoint.INTERFACE, OURS, 1),
    ("VPC: GuardDuty's group", "GuardDutyManagedSecurityGroup-", security_group.INSIDE, OURS, 1),
    ("VPC: Instance Connect endpoint", "eice-", connect_endpoint.KIND, OURS, 1),
    ("VPC: CloudShell's interface", "aws-cloudshell", network_interface.KIND, OURS, 1),
    ("EC2: group of the launch wizard", "launch-wizard-1", security_group.INSIDE, OURS, 1),
    ("EC2: snapshot of a lifecycle policy", "snap-", disk_copy.KIND, DOUBTFUL, 1),
    ("EC2: AMI of a backup plan", "ami-", disk_copy.KIND, DOUBTFUL, 1),
    ("ALB: AWS WAF's box", "CreatedByALB-", web_acl.OF_BALANCERS, OURS, 1),
    ("Lambda: default role", "carbuyer-email-service-role-", role.KIND, OURS, 1),
    ("Lambda: that role's policy", "AWSLambdaBasicExecutionRole-", policy.KIND, OURS, 1),
    ("Lambda: shareable test event", "carbuyer-email-service", shared_event.KIND, OURS, 1),
    ("Lambda: logs of its calls", "/aws/lambda/carbuyer-", log_group.OF_FUNCTION, OURS, 1),
    ("IAM: group of the user", "carbuyer-developers", group.KIND, OURS, 1),
    ("IAM: user of SES's SMTP", "ses-smtp-user.", user.KIND, FOREIGN, 0),
)  # fmt: skip


def leave_more(account: Account) -> None:
    """Leave what is no state of the estate: copies of a disk, CloudShell's interface, a role of Lambda's console."""
    builder = account.build()
    leave_beside(builder)
    ec2, iam = builder.client("ec2"), builder.client("iam")
    bystanders.BLOCKERS["copy of a disk"].put(builder)
    ec2.create_image(InstanceId=builder.ids["carbuyer-customer-service"], Name="AwsBackup_1")
    network.security_group(builder, "launch-wizard-1", [])
    tags = [{"ResourceType": "network-interface", "Tags": [{"Key": "ManagedByCloudShell", "Value": ""}]}]
    private = builder.ids["carbuyer-fcj-private1"]
    ec2.create_network_interface(SubnetId=private, Description="aws-cloudshell", TagSpecifications=tags)
    iam.create_role(
        RoleName="carbuyer-email-service-role-1a2b3c4d", Path="/service-role/", AssumeRolePolicyDocument="{}"
    )
    iam.create_user(UserName="ses-smtp-user.20261126-110000")
    for one in account.find(instance.KIND):  # the journal is what knows whose disks they were
        account.aws.journal.remember("disk", builder.region, [one.id, *one.details["disks"]], because=f"the {one}")


@pytest.mark.exhaustive
def test_each_is_known_for_what_it_is(account: Account) -> None:
    """What is proven goes with its step, what may be a backup is told, and what nothing ties to us is left alone."""
    leave_more(account)
    found = {kind: account.find(kind) for kind in {row[2] for row in ROWS}}

    told = {what: _alike(found[kind], name, whose) for what, name, kind, whose, _ in ROWS}
    assert told == {what: number for what, _, _, _, number in ROWS}


def _alike(found: list[Resource], name: str, whose: object) -> int:
    unnamed = [one for one in found if one.whose is whose and (one.name or one.id).startswith(name)]
    return len(unnamed if name else [one for one in unnamed if not one.name.startswith("carbuyer-")])
