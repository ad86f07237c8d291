"""What is in an ordinary account before anybody builds a workshop: what AWS creates, and what it recommends."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from strict_moto.builder import Builder

BILLS = "us-east-1"  # where CloudWatch keeps billing data: CloudWatch user guide, "Create a billing alarm"

# AWS creates the first two with the account, the others when a service is first used (facts: "never delete").
SERVICES = ("support", "trustedadvisor", "elasticloadbalancing", "ops.apigateway")
SIGN_IN = "/aws-reserved/sso.amazonaws.com/ap-southeast-1/"
ADMINISTRATOR = "arn:aws:iam::aws:policy/AdministratorAccess"


def defaults(builder: Builder) -> None:
    """Create what AWS creates, service-linked roles and a sign-in's role; the owner's user; a wizard's group."""
    iam, ec2 = builder.client("iam"), builder.client("ec2")
    for service in SERVICES:
        iam.create_service_linked_role(AWSServiceName=f"{service}.amazonaws.com")
    iam.create_role(
        RoleName=f"AWSReservedSSO_AdministratorAccess_{_digest(builder)}", Path=SIGN_IN, **_trusting(builder)
    )
    iam.create_user(UserName="Administrator")
    iam.attach_user_policy(UserName="Administrator", PolicyArn=ADMINISTRATOR)
    ec2.create_security_group(GroupName="launch-wizard-1", Description="launch-wizard-1 created 2026-03-02T08:15:42")


def member(builder: Builder) -> None:
    """Create what AWS Organizations adds to a new member account (its user guide, "Accessing member accounts")."""
    iam, name = builder.client("iam"), "OrganizationAccountAccessRole"
    iam.create_service_linked_role(AWSServiceName="organizations.amazonaws.com")
    iam.create_role(RoleName=name, **_trusting(builder))
    iam.attach_role_policy(RoleName=name, PolicyArn=ADMINISTRATOR)


def _trusting(builder: Builder) -> dict[str, str]:
    trust = {"Effect": "Allow", "Principal": {"AWS": builder.session.account}, "Action": "sts:AssumeRole"}
    return {"AssumeRolePolicyDocument": json.dumps({"Version": "2012-10-17", "Statement": [trust]})}


def billing(builder: Builder) -> None:
    """Create what AWS recommends: a trail with its bucket, a billing alarm with its topic, a zero-spend budget."""
    bucket = f"aws-cloudtrail-logs-{builder.session.account}-{_digest(builder)[:8]}"
    builder.create_bucket(bucket)
    trail = {"Name": "management-events", "S3BucketName": bucket, "IsMultiRegionTrail": True}
    builder.session.client("cloudtrail").create_trail(**trail)
    topic = builder.session.client("sns", region_name=BILLS).create_topic(Name="Default_CloudWatch_Alarms_Topic")[
        "TopicArn"
    ]
    builder.session.client("cloudwatch", region_name=BILLS).put_metric_alarm(
        AlarmName="billing", Namespace="AWS/Billing", MetricName="EstimatedCharges", Statistic="Maximum", Period=21600,
        EvaluationPeriods=1, Threshold=1, ComparisonOperator="GreaterThanThreshold", AlarmActions=[topic],
    )  # fmt: skip
    limit = {"BudgetLimit": {"Amount": "1", "Unit": "USD"}, "TimeUnit": "MONTHLY", "BudgetType": "COST"}
    budget = {"BudgetName": "My Zero-Spend Budget", **limit}
    builder.session.client("budgets").create_budget(AccountId=builder.session.account, Budget=budget)


def _digest(builder: Builder) -> str:
    """Return letters and digits like those at the end of AWS's names; always the same for an account."""
    return hashlib.sha256(builder.session.account.encode()).hexdigest()[:16]
