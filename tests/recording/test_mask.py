"""How texts are replaced: what is public stays, what belongs together still does, and each form stays what it was."""

from __future__ import annotations

import re

import pytest

from carbuyer_cleanup.recording.mask import Mask

MASK = Mask("carbuyer-")

STAYS = (
    "carbuyer-alb", "carbuyer-fcj-subnet-private1-ap-southeast-1a", "User", "XeOto", "ap-southeast-1", "us-gov-west-1b",
    "arn:aws:iam::aws:policy/AmazonS3FullAccess", "0.0.0.0/0", "::/0", "default", "elasticloadbalancing",
    "CreatedByCloudFront-carbuyer", "CreatedBy0",
    "/aws/lambda/carbuyer-email-service", "dynamodb:table", "ec2.amazonaws.com", "AWSLambdaBasicExecutionRole",
)  # fmt: skip
FORMS = {
    "123456789012": r"\d{12}",
    "vpc-0abc12345678def01": r"vpc-[0-9a-f]{17}",
    "eipalloc-0abc12345678def01": r"eipalloc-[0-9a-f]{17}",
    "arn:aws:iam::123456789012:role/thu": r"arn:aws:iam::\d{12}:role/[a-z0-9]+",
    "carbuyer-thu-bucket": r"carbuyer-[a-z0-9]+-bucket",
    "AWSServiceRoleForThu": r"AWSServiceRoleFor[a-z0-9]+",
    "10.1.2.3": r"2(4|5)\d\.\d+\.\d+\.\d+",
    "10.1.0.0/16": r"2(4|5)\d\.\d+\.\d+\.\d+/16",
    "fe80::1": r"2001:db8:[0-9a-f:]+",
    "thu.ha@gmail.com": r"[a-z0-9]+\.[a-z0-9]+@[a-z0-9]+\.com",
    "E2QWRUHAPOMQZL": r"[A-Z0-9]+",
    "4135ea2d-6df8-44a3-9df3-4b5a84be39aa": r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}",
}


@pytest.mark.parametrize("text", STAYS)
def test_stays(text: str) -> None:
    """AWS's own names, the workshop's, and its prefix stay."""
    assert MASK.text(text) == text


@pytest.mark.parametrize(("text", "form"), FORMS.items(), ids=list(FORMS))
def test_form(text: str, form: str) -> None:
    """What is replaced keeps its form, and is another one."""
    assert re.fullmatch(form, MASK.text(text))
    assert MASK.text(text) != text


def test_relations() -> None:
    """An id is replaced alike wherever it stands; two names are never the same one."""
    bucket, account = MASK.text("thu.ha-2004"), MASK.text("123456789012")
    assert MASK.text("thu.ha-2004.s3.ap-southeast-1.amazonaws.com") == f"{bucket}.s3.ap-southeast-1.amazonaws.com"
    assert MASK.text("arn:aws:iam::123456789012:user/thu") == f"arn:aws:iam::{account}:user/{MASK.text('thu')}"
    assert MASK.text("API-Gateway-Execution-Logs_a1b2c3/prod").split("_")[1] == f"{MASK.text('a1b2c3')}/prod"
    assert len({MASK.text(f"test-{number}") for number in range(1000)}) == 1000


def test_another_key() -> None:
    """Another recording hashes otherwise."""
    assert Mask("carbuyer-").text("thu") != MASK.text("thu")


def test_web_page() -> None:
    """Of a page that came in place of AWS's answer nothing stays but that it is one, as the suite looks for that."""
    assert MASK.sentence("<!doctype html><title>Sign in to Thu's Wi-Fi</title>") == "<"


def test_sentence() -> None:
    """Of a refusal's sentence the English stays, and no name, even if that is an English word."""
    said = MASK.sentence("User: arn:aws:iam::123456789012:user/long.an is not authorized to perform: ec2:DeleteVpc")
    assert said.startswith("User: arn:aws:iam::")
    assert said.endswith("is not authorized to perform: ec2:DeleteVpc")
    assert "long" not in said
