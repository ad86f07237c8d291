"""IAM of the sandbox to test with."""

from __future__ import annotations

import json
from typing import Any

ROLE, USER = "carbuyer-ec2-role", "carbuyer-app-user"
S3_ACCESS = "arn:aws:iam::aws:policy/AmazonS3FullAccess"
NOTHING = json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Action": "*", "Resource": "*"}]})
TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}],
    }
)


def make_policy(iam: Any) -> str:
    """Make a policy and return its ARN."""
    made: str = iam.create_policy(PolicyName="carbuyer-policy", PolicyDocument=NOTHING)["Policy"]["Arn"]
    return made


def assign_device(iam: Any, name: str = "device") -> str:
    """Give the user a virtual MFA device and return its serial number."""
    serial: str = iam.create_virtual_mfa_device(VirtualMFADeviceName=name)["VirtualMFADevice"]["SerialNumber"]
    codes = {"AuthenticationCode1": "123456", "AuthenticationCode2": "654321"}
    iam.enable_mfa_device(UserName=USER, SerialNumber=serial, **codes)
    return serial
