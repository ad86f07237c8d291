"""The states in which students leave each part of the workshop, by what they did by hand before running the suite."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from strict_moto import estate_network as network
from strict_moto import estate_services as services
from strict_moto import states_beside as beside

if TYPE_CHECKING:
    from collections.abc import Callable

    from strict_moto.builder import Builder

USER = {"UserName": "carbuyer-app-user"}
ROLES = ("carbuyer-ec2-role", "carbuyer-lambda-email-role")
NOTHING_ALLOWED = {"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Action": "*", "Resource": "*"}]}


def _vpc_cut_off(builder: Builder) -> None:
    """Disassociate the public subnets from their route table and delete it."""
    ec2, table = builder.client("ec2"), builder.ids["carbuyer-fcj-rtb-public"]
    for association in ec2.describe_route_tables(RouteTableIds=[table])["RouteTables"][0]["Associations"]:
        ec2.disassociate_route_table(AssociationId=association["RouteTableAssociationId"])
    ec2.delete_route_table(RouteTableId=table)


def _vpc_with_more(builder: Builder) -> None:
    """Add a network ACL, an idle network interface and an egress-only gateway, all without a name."""
    ec2, vpc = builder.client("ec2"), builder.ids["carbuyer-fcj-vpc"]
    ec2.create_network_acl(VpcId=vpc)
    ec2.create_network_interface(SubnetId=builder.ids["carbuyer-fcj-private1"])
    ec2.create_egress_only_internet_gateway(VpcId=vpc)


def _endpoint_deleted(builder: Builder) -> None:
    builder.client("ec2").delete_vpc_endpoints(VpcEndpointIds=[builder.ids["carbuyer-dynamodb-endpoint"]])


def _roles_with_everything(builder: Builder) -> None:
    """Give the roles a boundary and an inline policy, and one of them a second instance profile."""
    iam, profile = builder.client("iam"), "carbuyer-second-profile"
    for role in ROLES:
        iam.put_role_permissions_boundary(RoleName=role, PermissionsBoundary=services.APP_POLICIES[0])
        iam.put_role_policy(RoleName=role, PolicyName="inline", PolicyDocument=json.dumps(NOTHING_ALLOWED))
    iam.create_instance_profile(InstanceProfileName=profile)
    iam.add_role_to_instance_profile(InstanceProfileName=profile, RoleName=ROLES[1])


def _profile_without_role(builder: Builder) -> None:
    builder.client("iam").remove_role_from_instance_profile(InstanceProfileName=ROLES[0], RoleName=ROLES[0])


def _user_with_everything(builder: Builder) -> None:
    """Give the user what keeps AWS from deleting it: sign-in, MFA device, group, inline policy, other kinds of keys."""
    iam = builder.client("iam")
    iam.create_login_profile(**USER, Password="a-Long-enough-1")  # noqa: S106 - of nobody
    device = iam.create_virtual_mfa_device(VirtualMFADeviceName="carbuyer-app-user")["VirtualMFADevice"]["SerialNumber"]
    iam.enable_mfa_device(**USER, SerialNumber=device, AuthenticationCode1="123456", AuthenticationCode2="654321")
    for group in iam.list_groups()["Groups"]:  # other people's: a bystander's
        iam.add_user_to_group(**USER, GroupName=group["GroupName"])
    iam.put_user_policy(**USER, PolicyName="inline", PolicyDocument=json.dumps(NOTHING_ALLOWED))
    iam.upload_ssh_public_key(**USER, SSHPublicKeyBody="ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAAgQ== me")
    iam.create_service_specific_credential(**USER, ServiceName="codecommit.amazonaws.com")


def _key_inactive(builder: Builder) -> None:
    key = builder.ids["carbuyer-app-user"]
    builder.client("iam").update_access_key(**USER, AccessKeyId=key, Status="Inactive")
    builder.client("iam").create_access_key(**USER)


def _key_deleted(builder: Builder) -> None:
    builder.client("iam").delete_access_key(**USER, AccessKeyId=builder.ids["carbuyer-app-user"])


def _tables_protected(builder: Builder) -> None:
    """Protect tables with the prefix: one with only a name of the workshop's would then be in doubt."""
    for name in ("carbuyer-archive", "carbuyer-orders"):
        services.table(builder, name, DeletionProtectionEnabled=True)


def _tables_deleted(builder: Builder) -> None:
    for table in services.TABLES[::2]:
        builder.client("dynamodb").delete_table(TableName=table)


def _table_made_anew(builder: Builder) -> None:
    """Delete tables, and create one again a moment before the suite runs."""
    _tables_deleted(builder)
    builder.wait(60)
    services.table(builder, services.TABLES[0])


def _bucket_emptied(builder: Builder) -> None:
    """Delete objects like a student who doesn't know versions: that only adds markers."""
    s3 = builder.client("s3")
    for listed in s3.list_objects_v2(Bucket=builder.bucket)["Contents"]:
        s3.delete_object(Bucket=builder.bucket, Key=listed["Key"])


def _uploads_unfinished(builder: Builder) -> None:
    s3, film = builder.client("s3"), {"Bucket": builder.bucket, "Key": "SlideShow/film.mp4"}
    for _ in range(2):
        upload = s3.create_multipart_upload(**film)["UploadId"]
        s3.upload_part(**film, UploadId=upload, PartNumber=1, Body=b"x")


def _bucket_policy_denies(builder: Builder) -> None:
    """Deny all deletions by the bucket's policy, even the owner's."""
    statement = {"Effect": "Deny", "Principal": "*", "Action": "s3:Delete*"}
    resources = [f"arn:aws:s3:::{builder.bucket}", f"arn:aws:s3:::{builder.bucket}/*"]
    policy = {"Version": "2012-10-17", "Statement": [statement | {"Resource": resources}]}
    builder.client("s3").put_bucket_policy(Bucket=builder.bucket, Policy=json.dumps(policy))


def _bucket_doubled(builder: Builder) -> None:
    services.bucket(builder, f"{builder.bucket}-2")


def _disable(builder: Builder) -> None:
    cloudfront, id_ = builder.client("cloudfront"), builder.ids["fcj-cloudfront-carbuyer"]
    answer = cloudfront.get_distribution_config(Id=id_)
    config = answer["DistributionConfig"] | {"Enabled": False}
    cloudfront.update_distribution(Id=id_, IfMatch=answer["ETag"], DistributionConfig=config)


def _distribution_deleted(builder: Builder) -> None:
    """Delete the distribution as the page says; its origin access control stays."""
    _disable(builder)
    builder.wait(3600)
    cloudfront, id_ = builder.client("cloudfront"), builder.ids["fcj-cloudfront-carbuyer"]
    cloudfront.delete_distribution(Id=id_, IfMatch=cloudfront.get_distribution(Id=id_)["ETag"])


def _function_deleted(builder: Builder) -> None:
    """Delete the function as the page says; its log group stays."""
    builder.client("lambda").delete_function(FunctionName="carbuyer-email-service")


def _log_protected(builder: Builder) -> None:
    name = "/aws/lambda/carbuyer-email-service"
    builder.client("logs").put_log_group_deletion_protection(logGroupIdentifier=name, deletionProtectionEnabled=True)


def _api_doubled(builder: Builder) -> None:
    """Create a second REST API with the same name, and an HTTP API with the prefix."""
    first = builder.ids["carbuyer-email-api"]
    builder.client("apigateway").create_rest_api(name="carbuyer-email-api")
    builder.client("apigatewayv2").create_api(Name="carbuyer-http-api", ProtocolType="HTTP")
    builder.ids["carbuyer-email-api"] = first


def _plan_without_stage(builder: Builder) -> None:
    stage = f"{builder.ids['carbuyer-email-api']}:prod"
    patch = [{"op": "remove", "path": "/apiStages", "value": stage}]
    plan = builder.ids["carbuyer-email-plan"]
    builder.client("apigateway").update_usage_plan(usagePlanId=plan, patchOperations=patch)


def _key_of_api_deleted(builder: Builder) -> None:
    builder.client("apigateway").delete_api_key(apiKey=builder.ids["carbuyer-email-api-key"])


def _groups_knotted(builder: Builder) -> None:
    """Make the security groups admit each other in both directions, and one of them itself."""
    for group, admitted in (("alb", "customer"), ("alb", "admin"), ("customer", "customer")):
        pair = {"IpProtocol": "-1", "UserIdGroupPairs": [{"GroupId": builder.ids[f"carbuyer-{admitted}-sg"]}]}
        rule: dict[str, Any] = {"GroupId": builder.ids[f"carbuyer-{group}-sg"], "IpPermissions": [pair]}
        builder.client("ec2").authorize_security_group_ingress(**rule)
        builder.client("ec2").authorize_security_group_egress(**rule)


def _group_without_prefix(builder: Builder) -> None:
    """Create a security group in the workshop's VPC whose name has nothing to do with it."""
    network.security_group(builder, "launch-wizard-1", [])


def _instances_protected(builder: Builder) -> None:
    on = {"Value": True}
    for id_ in (builder.ids["carbuyer-customer-service"], builder.ids["carbuyer-admin-service"]):
        for attribute in ("DisableApiTermination", "DisableApiStop"):
            builder.client("ec2").modify_instance_attribute(InstanceId=id_, **{attribute: on})


def _instances_stopped(builder: Builder) -> None:
    ids = [builder.ids["carbuyer-customer-service"], builder.ids["carbuyer-admin-service"]]
    builder.client("ec2").stop_instances(InstanceIds=ids)


def _instance_terminated(builder: Builder) -> None:
    builder.client("ec2").terminate_instances(InstanceIds=[builder.ids["carbuyer-customer-service"]])


def _instance_doubled(builder: Builder) -> None:
    network.instance(builder, "carbuyer-customer-service", "carbuyer-customer-sg", "carbuyer-fcj-public1")


def _nat_deleted(builder: Builder) -> None:
    """Delete the gateway as the page says, but forget its address."""
    builder.client("ec2").delete_nat_gateway(NatGatewayId=builder.ids["carbuyer-nat-gateway"])


def _nat_and_address_gone(builder: Builder) -> None:
    _nat_deleted(builder)
    builder.wait(600)
    builder.client("ec2").release_address(AllocationId=builder.ids["carbuyer-nat-gateway address"])


def _nat_doubled(builder: Builder) -> None:
    network.nat_gateway(builder, "carbuyer-of-the-other-zone", subnet="public1")


def _target_group_unused(builder: Builder) -> None:
    """Create a target group that no listener forwards to."""
    network.target_group(builder, "carbuyer-third-tg", 3002, "carbuyer-nobody")


def _balancer_protected(builder: Builder) -> None:
    attributes = [{"Key": "deletion_protection.enabled", "Value": "true"}]
    arn = builder.ids["carbuyer-alb"]
    builder.client("elbv2").modify_load_balancer_attributes(LoadBalancerArn=arn, Attributes=attributes)


def _balancer_deleted(builder: Builder) -> None:
    builder.client("elbv2").delete_load_balancer(LoadBalancerArn=builder.ids["carbuyer-alb"])


# The states of each part of the estate, besides "as built".
STATES: dict[str, dict[str, Callable[[Builder], object]]] = {
    "vpc": {
        "cut off": _vpc_cut_off,
        "with more in it": _vpc_with_more,
        "doubled": lambda builder: network.vpc(builder, "carbuyer-fcj-2"),
    },
    "vpc_endpoint": {
        "deleted": _endpoint_deleted,
        "and one with interfaces": beside.interface_endpoint,
        "and GuardDuty's": beside.guardduty,
        "and one of Instance Connect": beside.connect_endpoint,
    },
    "role": {
        "with everything": _roles_with_everything,
        "profile without role": _profile_without_role,
        "with a console's policy": beside.console_policy,
    },
    "user": {
        "with everything": _user_with_everything,
        "key inactive": _key_inactive,
        "key deleted": _key_deleted,
        "in a group": beside.group_of_the_user,
    },
    "table": {"protected": _tables_protected, "half deleted": _tables_deleted, "made anew": _table_made_anew},
    "bucket": {
        "emptied": _bucket_emptied,
        "uploads unfinished": _uploads_unfinished,
        "policy denies": _bucket_policy_denies,
        "doubled": _bucket_doubled,
    },
    "distribution": {
        "disabled": _disable,
        "deleted": _distribution_deleted,
        "doubled": lambda builder: services.distribution(builder, "carbuyer-second-try"),
        "guarded and logged": beside.distribution_guarded_and_logged,
    },
    "function": {
        "deleted": _function_deleted,
        "log protected": _log_protected,
        "test event shared": beside.share_test_event,
    },
    "rest_api": {"doubled": _api_doubled},
    "usage_plan": {"without stage": _plan_without_stage, "key deleted": _key_of_api_deleted},
    "security_group": {"knotted": _groups_knotted, "and one without prefix": _group_without_prefix},
    "key_pair": {"doubled": lambda builder: network.key_pair(builder, "carbuyer-second-keypair")},
    "instance": {
        "protected": _instances_protected,
        "stopped": _instances_stopped,
        "terminated": _instance_terminated,
        "doubled": _instance_doubled,
        "of a Spot request": beside.of_a_spot_request,
    },
    "nat_gateway": {
        "deleted": _nat_deleted,
        "and address gone": _nat_and_address_gone,
        "doubled": _nat_doubled,
        "and a regional one": beside.nat_regional,
        "and one with more addresses": beside.nat_with_more_addresses,
        "and a private one": beside.nat_private,
        "and one that failed": beside.nat_failed,
        "with a reverse DNS record": beside.reverse_dns,
    },
    "target_group": {"and one unused": _target_group_unused},
    "load_balancer": {
        "protected": _balancer_protected,
        "deleted": _balancer_deleted,
        "guarded": beside.balancer_guarded,
    },
}
