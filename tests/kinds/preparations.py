"""What the suite changes before it deletes something: what builds a case of it, and the call that deletes it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from carbuyer_cleanup.catalog import KINDS
from carbuyer_cleanup.kinds import (
    bucket,
    elastic_ip,
    function,
    group,
    instance,
    instance_profile,
    internet_gateway,
    load_balancer,
    log_group,
    policy,
    role,
    route_table,
    security_group,
    table,
    usage_plan,
    user,
)
from strict_moto import estate_services as services
from strict_moto.builder import spec
from strict_moto.states import NOTHING_ALLOWED, STATES
from tests.kinds.accounts import CERTIFICATE

if TYPE_CHECKING:
    from collections.abc import Callable

    from carbuyer_cleanup.resource import Kind
    from strict_moto.builder import Builder
    from tests.kinds.accounts import Account

    Arrange = Callable[[Account], Any]

USER, ROLE, FUNCTION = "carbuyer-app-user", "carbuyer-ec2-role", "carbuyer-email-service"


def move_into_vpc(account: Account) -> None:
    """Put the function into the workshop's VPC."""
    builder = account.build("function", "vpc")
    ec2 = account.client("ec2")
    group = ec2.create_security_group(GroupName="x", Description="x", VpcId=builder.ids["carbuyer-fcj-vpc"])["GroupId"]
    network = {"SubnetIds": [builder.ids["carbuyer-fcj-private1"]], "SecurityGroupIds": [group]}
    account.client("lambda").update_function_configuration(FunctionName=FUNCTION, VpcConfig=network)
    account.wait(60)


def protect(account: Account, builder: Builder, what: str) -> None:
    """Switch an instance's protection on."""
    for name in ("carbuyer-customer-service", "carbuyer-admin-service"):
        account.client("ec2").modify_instance_attribute(InstanceId=builder.ids[name], **{what: {"Value": True}})


def begin_upload(account: Account) -> None:
    """Begin an upload and never finish it."""
    builder = account.build("bucket")
    account.client("s3").create_multipart_upload(Bucket=builder.bucket, Key="film.mp4")


def protect_balancer(account: Account) -> None:
    """Switch the load balancer's protection on."""
    attribute = {"Key": "deletion_protection.enabled", "Value": "true"}
    arn = account.build("load_balancer").ids["carbuyer-alb"]
    account.client("elbv2").modify_load_balancer_attributes(LoadBalancerArn=arn, Attributes=[attribute])


def protect_table(account: Account) -> None:
    """Switch a table's protection on."""
    services.table(account.build("table"), "carbuyer-archive", DeletionProtectionEnabled=True)
    account.wait(60)


def protect_log(account: Account) -> None:
    """Switch a log group's protection on."""
    account.build("function")
    account.client("logs").put_log_group_deletion_protection(
        logGroupIdentifier=f"/aws/lambda/{FUNCTION}", deletionProtectionEnabled=True
    )


def own_policy(account: Account) -> None:
    """Attach a policy of the prefix to one of the roles."""
    account.build("role")
    document = '{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}}'
    arn = account.client("iam").create_policy(PolicyName="carbuyer-x", PolicyDocument=document)["Policy"]["Arn"]
    account.client("iam").attach_role_policy(RoleName=ROLE, PolicyArn=arn)


def with_reverse_dns(account: Account) -> None:
    """Give an address of the prefix a reverse DNS record."""
    ec2 = account.client("ec2")
    made = ec2.allocate_address(Domain="vpc", TagSpecifications=spec("elastic-ip", "carbuyer-ip"))["AllocationId"]
    ec2.modify_address_attribute(AllocationId=made, DomainName="mail.example.com")


def user_with_everything(account: Account) -> None:
    """Hang on the user whatever can hang there."""
    builder = account.build("user")
    account.client("iam").create_group(GroupName="homework")
    STATES["user"]["with everything"](builder)
    account.client("iam").upload_signing_certificate(UserName=USER, CertificateBody=CERTIFICATE)
    account.wait(60)


def own_group(account: Account) -> None:
    """Make a group of the prefix with a policy of its own and an inline one."""
    iam, name = account.client("iam"), "carbuyer-developers"
    iam.create_group(GroupName=name)
    iam.attach_group_policy(GroupName=name, PolicyArn="arn:aws:iam::aws:policy/AmazonS3FullAccess")
    iam.put_group_policy(GroupName=name, PolicyName="inline", PolicyDocument=json.dumps(NOTHING_ALLOWED))


def two_versions(account: Account) -> None:
    """Make a policy of the prefix, and change it."""
    iam, document = account.client("iam"), json.dumps(NOTHING_ALLOWED)
    arn = iam.create_policy(PolicyName="carbuyer-x", PolicyDocument=document)["Policy"]["Arn"]
    iam.create_policy_version(PolicyArn=arn, PolicyDocument=document, SetAsDefault=True)


def linked(way: str) -> Arrange:
    """Return what makes two groups, each of which admits the other, or is admitted to it."""

    def arrange(account: Account) -> None:
        ec2, vpc = account.client("ec2"), account.build("vpc").ids["carbuyer-fcj-vpc"]
        names = ("carbuyer-a", "carbuyer-b")
        first, second = (ec2.create_security_group(GroupName=n, Description="x", VpcId=vpc)["GroupId"] for n in names)
        for one, other in ((first, second), (second, first)):
            rule = {"IpProtocol": "-1", "UserIdGroupPairs": [{"GroupId": other}]}
            getattr(ec2, f"authorize_security_group_{way}")(GroupId=one, IpPermissions=[rule])

    return arrange


def protected(account: Account) -> None:
    """Protect the instances from being terminated."""
    protect(account, account.build("instance"), "DisableApiTermination")


def state(part: str, name: str) -> Arrange:
    """Return what builds a part, in one of the states that students leave it in."""
    return lambda account: STATES[part][name](account.build(part))


def built(*parts: str) -> Arrange:
    """Return what builds parts as the workshop has them."""
    return lambda account: account.build(*parts)


# AWS deletes it all the same.
NEEDLESS: list[tuple[str, Arrange, tuple[Kind, ...]]] = [
    ("lambda:UpdateFunctionConfiguration", move_into_vpc, (function.KIND,)),
    ("iam:UpdateAccessKey", lambda account: account.build("user"), (user.KIND,)),
    ("s3:AbortMultipartUpload", begin_upload, (bucket.OBJECTS, bucket.KIND)),
]
# AWS does not.
OF_A_USER = ("DeleteAccessKey", "DeleteLoginProfile", "DeactivateMFADevice", "DeleteSigningCertificate",
             "DeleteSSHPublicKey", "DeleteServiceSpecificCredential", "DeleteUserPolicy", "DetachUserPolicy",
             "RemoveUserFromGroup")  # fmt: skip
NEEDED: list[tuple[str, Arrange, Kind, str]] = [
    ("elbv2:ModifyLoadBalancerAttributes", protect_balancer, load_balancer.KIND, "elbv2:DeleteLoadBalancer"),
    ("dynamodb:UpdateTable", protect_table, table.KIND, "dynamodb:DeleteTable"),
    ("logs:PutLogGroupDeletionProtection", protect_log, log_group.OF_FUNCTION, "logs:DeleteLogGroup"),
    ("iam:DetachRolePolicy", built("role"), role.KIND, "iam:DeleteRole"),
    ("iam:DeleteRolePolicy", state("role", "with everything"), role.KIND, "iam:DeleteRole"),
    *((f"iam:{call}", user_with_everything, user.KIND, "iam:DeleteUser") for call in OF_A_USER),
    ("iam:ListAccessKeys", built("user"), user.KIND, "iam:DeleteUser"),
    ("iam:DetachRolePolicy", own_policy, policy.KIND, "iam:DeletePolicy"),
    ("iam:DeletePolicyVersion", two_versions, policy.KIND, "iam:DeletePolicy"),
    ("iam:DetachGroupPolicy", own_group, group.KIND, "iam:DeleteGroup"),
    ("iam:DeleteGroupPolicy", own_group, group.KIND, "iam:DeleteGroup"),
    ("iam:RemoveRoleFromInstanceProfile", built("role"), instance_profile.KIND, "iam:DeleteInstanceProfile"),
    ("ec2:ModifyInstanceAttribute", protected, instance.KIND, "ec2:TerminateInstances"),
    ("ec2:ResetAddressAttribute", with_reverse_dns, elastic_ip.KIND, "ec2:ReleaseAddress"),
    ("ec2:DetachInternetGateway", built("vpc"), internet_gateway.KIND, "ec2:DeleteInternetGateway"),
    ("ec2:DisassociateRouteTable", built("vpc"), route_table.KIND, "ec2:DeleteRouteTable"),
    ("ec2:RevokeSecurityGroupIngress", linked("ingress"), security_group.KIND, "ec2:DeleteSecurityGroup"),
    ("ec2:RevokeSecurityGroupEgress", linked("egress"), security_group.KIND, "ec2:DeleteSecurityGroup"),
    ("apigateway:UpdateUsagePlan", built("usage_plan"), usage_plan.KIND, "apigateway:DeleteUsagePlan"),
    ("s3:DeleteBucketPolicy", state("bucket", "policy denies"), bucket.OBJECTS, "s3:DeleteObjects"),
]
# The calls by which something goes; all others that change something come before one of them. Where a kind changes
# things by one call only, it is that.
CHANGES = [[call for call, row in kind.calls.items() if row.writes] for kind in KINDS]
ENDS = frozenset(call for calls in CHANGES if len(calls) == 1 for call in calls) | frozenset(
    "elbv2:DeleteLoadBalancer ec2:TerminateInstances ec2:ReleaseAddress ec2:DeleteInternetGateway "
    "ec2:DeleteEgressOnlyInternetGateway ec2:DeleteRouteTable ec2:DeleteSecurityGroup apigateway:DeleteBasePathMapping "
    "apigateway:DeleteUsagePlan apigatewayv2:DeleteApiMapping lambda:DeleteFunction lambda:DeleteEventSourceMapping "
    "logs:DeleteLogGroup logs:DeleteDelivery logs:DeleteDeliverySource logs:DeleteDeliveryDestination "
    "cloudfront:DeleteDistribution s3:DeleteObject s3:DeleteObjects s3:DeleteBucket dynamodb:DeleteTable "
    "iam:DeleteRole iam:DeleteInstanceProfile iam:DeleteUser iam:DeleteGroup iam:DeletePolicy".split()
)
ELSEWHERE = {
    "cloudfront:UpdateDistribution",  # AWS deletes none that is enabled: there is nothing to be tried without it
    "ec2:CancelSpotInstanceRequests",  # tests/kinds/test_instance.py: it is told though the instance goes
}
