"""The links into the AWS console: made of strict patterns, so that no name of a student's leads anywhere else."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carbuyer_cleanup.audit.types import TYPES
from carbuyer_cleanup.report import console
from tests.classroom import HOSTILE, nat
from tests.unhurried import unhurried

NAT = nat("123456789012")
AWS, CHINA, GOV = "console.aws.amazon.com", "console.amazonaws.cn", "console.amazonaws-us-gov.com"
TARGETS = "elasticloadbalancing:us-gov-west-1:123456789012:targetgroup"
ADDRESS = re.compile(rf"https://([a-z0-9-]+\.)?({AWS}|{CHINA}|{GOV})/[a-z0-9/]+[\w?=&#:%./-]*", re.ASCII)


@pytest.mark.parametrize(
    ("type_", "region", "id_", "arn", "address"),
    [
        ("IAM role", "global", "carbuyer-x", "arn:aws:iam::123456789012:role/carbuyer-x",
         f"https://us-east-1.{AWS}/iam/home#/roles/details/carbuyer-x"),
        ("log group", "cn-north-1", "/aws/lambda/x", "",
         f"https://cn-north-1.{CHINA}/cloudwatch/home?region=cn-north-1#logsV2:log-groups"),
        ("target group", "us-gov-west-1", "x", f"arn:aws-us-gov:{TARGETS}/x/1",
         f"https://us-gov-west-1.{GOV}/ec2/home?region=us-gov-west-1#TargetGroup:targetGroupArn=arn%3Aaws-us-gov%3A"
         + TARGETS.replace(":", "%3A") + "%2Fx%2F1"),
        ("SQS queue", "eu-west-1", "carbuyer-q", "arn:aws:sqs:eu-west-1:123456789012:carbuyer-q",
         f"https://{AWS}/go/view?arn=arn:aws:sqs:eu-west-1:123456789012:carbuyer-q"),
        ("SQS queue", "cn-north-1", "carbuyer-q", "arn:aws-cn:sqs:cn-north-1:123456789012:carbuyer-q", ""),
        ("Lambda function", "eu-west-1", "a&b=c", "", ""),
        ("SQS queue", "eu-west-1", "carbuyer-q", "", ""),
        ("target group", "eu-west-1", "x", "", ""),
        ("NAT gateway", "eu-west-1", "nat-1#javascript", "", ""),
        ("NAT gateway", "eu-west-1", "nat 1", "", ""),
        ("NAT gateway", "eu-west-1", "nat-\u0661", "", ""),
        ("NAT gateway", "us-iso-east-1", "nat-1", "arn:aws-iso:ec2:us-iso-east-1:123456789012:natgateway/nat-1", ""),
    ],
)  # fmt: skip
def test_link_leads_to_the_resource(type_: str, region: str, id_: str, arn: str, address: str) -> None:
    """By partition and Region, quoted; what doesn't look like an id or ARN of AWS's gets no link."""
    assert console.link(replace(NAT, type=type_, region=region, id=id_, arn=arn)) == address


@unhurried
@given(st.sampled_from(["id", "arn", "region", "type", "name"]), st.text() | st.just(HOSTILE))
def test_links_lead_nowhere_else(part: str, text: str) -> None:
    """Whatever a resource is called, the link leads to the console, or there is none."""
    address = console.link(replace(NAT, **{part: text}))

    assert address == "" or ADDRESS.fullmatch(address)


def test_pages_are_those_of_types_that_there_are() -> None:
    """No page waits for a type that the audit calls otherwise."""
    assert console.PAGES.keys() - {type_.name for type_ in TYPES} == set()
