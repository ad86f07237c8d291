"""The states in which students leave each part of the workshop: what they did by hand before they came here."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from strict_moto import estate_network as network
from strict_moto import estate_services as services
from strict_moto import states_beside as beside

if TYPE_CHECKING:
    from collections.abc import Callable

    from strict_moto.site import Site

USER = {"UserName": "carbuyer-app-user"}
ROLES = ("carbuyer-ec2-role", "carbuyer-lambda-email-role")
NOTHING_ALLOWED = {"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Action": "*", "Resource": "*"}]}


def _vpc_cut_off(site: Site) -> None:
    """Take the public subnets off their route table and delete it."""
    ec2, table = site.client("ec2"), site.ids["carbuyer-fcj-rtb-public"]
    for association in ec2.describe_route_tables(RouteTableIds=[table])["RouteTables"][0]["Associations"]:
        ec2.disassociate_route_table(AssociationId=association["RouteTableAssociationId"])
    ec2.delete_route_table(RouteTableId=table)


def _vpc_with_more(site: Site) -> None:
    """Add a network ACL, an idle network interface and an egress-only gateway, all without a name."""
    ec2, vpc = site.client("ec2"), site.ids["carbuyer-fcj-vpc"]
    ec2.create_network_acl(VpcId=vpc)
    ec2.create_network_interface(SubnetId=site.ids["carbuyer-fcj-private1"])
    ec2.create_egress_only_internet_gateway(VpcId=vpc)


def _endpoint_deleted(site: Site) -> None:
    site.client("ec2").delete_vpc_endpoints(VpcEndpointIds=[site.ids["carbuyer-dynamodb-endpoint"]])


def _roles_with_everything(site: Site) -> None:
    """Give the roles a boundary, an inline policy, and one of them a second instance profile."""
    iam, profile = site.client("iam"), "carbuyer-second-profile"
    for role in ROLES:
        iam.put_role_permissions_boundary(RoleName=role, PermissionsBoundary=services.APP_POLICIES[0])
        iam.put_role_policy(RoleName=role, PolicyName="inline", PolicyDocument=json.dumps(NOTHING_ALLOWED))
    iam.create_instance_profile(InstanceProfileName=profile)
    iam.add_role_to_instance_profile(InstanceProfileName=profile, RoleName=ROLES[1])


def _profile_without_role(site: Site) -> None:
    site.client("iam").remove_role_from_instance_profile(InstanceProfileName=ROLES[0], RoleName=ROLES[0])


def _user_with_everything(site: Site) -> None:
    """Give the user what keeps AWS from deleting it: sign-in, device, group, inline policy, keys of other kinds."""
    iam = site.client("iam")
    iam.create_login_profile(**USER, Password="a-Long-enough-1")  # noqa: S106 - of nobody
    device = iam.create_virtual_mfa_device(VirtualMFADeviceName="carbuyer-app-user")["VirtualMFADevice"]["SerialNumber"]
    iam.enable_mfa_device(**USER, SerialNumber=device, AuthenticationCode1="123456", AuthenticationCode2="654321")
    for group in iam.list_groups()["Groups"]:  # others': a bystander's
        iam.add_user_to_group(**USER, GroupName=group["GroupName"])
    iam.put_user_policy(**USER, PolicyName="inline", PolicyDocument=json.dumps(NOTHING_ALLOWED))
    iam.upload_ssh_public_key(**USER, SSHPublicKeyBody="ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAAgQ== me")
    iam.create_service_specific_credential(**USER, ServiceName="codecommit.amazonaws.com")


def _key_inactive(site: Site) -> None:
    key = site.ids["carbuyer-app-user"]
    site.client("iam").update_access_key(**USER, AccessKeyId=key, Status="Inactive")
    site.client("iam").create_access_key(**USER)


def _key_deleted(site: Site) -> None:
    site.client("iam").delete_access_key(**USER, AccessKeyId=site.ids["carbuyer-app-user"])


def _tables_protected(site: Site) -> None:
    """Protect tables of the prefix: one that is called like the workshop's only would be doubtful then."""
    for name in ("carbuyer-archive", "carbuyer-orders"):
        services.table(site, name, DeletionProtectionEnabled=True)


def _tables_deleted(site: Site) -> None:
    for table in services.TABLES[::2]:
        site.client("dynamodb").delete_table(TableName=table)


def _table_made_anew(site: Site) -> None:
    """Delete a table and create it a moment before the suite comes."""
    _tables_deleted(site)
    site.wait(60)
    services.table(site, services.TABLES[0])


def _bucket_emptied(site: Site) -> None:
    """Delete objects as a student does who doesn't know versions: markers are all that it adds."""
    s3 = site.client("s3")
    for listed in s3.list_objects_v2(Bucket=site.bucket)["Contents"]:
        s3.delete_object(Bucket=site.bucket, Key=listed["Key"])


def _uploads_unfinished(site: Site) -> None:
    s3, film = site.client("s3"), {"Bucket": site.bucket, "Key": "SlideShow/film.mp4"}
    for _ in range(2):
        upload = s3.create_multipart_upload(**film)["UploadId"]
        s3.upload_part(**film, UploadId=upload, PartNumber=1, Body=b"x")


def _bucket_policy_denies(site: Site) -> None:
    """Deny all deletions, also the owner's, by the bucket's policy."""
    statement = {"Effect": "Deny", "Principal": "*", "Action": "s3:Delete*"}
    resources = [f"arn:aws:s3:::{site.bucket}", f"arn:aws:s3:::{site.bucket}/*"]
    policy = {"Version": "2012-10-17", "Statement": [statement | {"Resource": resources}]}
    site.client("s3").put_bucket_policy(Bucket=site.bucket, Policy=json.dumps(policy))


def _bucket_doubled(site: Site) -> None:
    services.bucket(site, f"{site.bucket}-2")


def _disable(site: Site) -> None:
    cloudfront, id_ = site.client("cloudfront"), site.ids["fcj-cloudfront-carbuyer"]
    answer = cloudfront.get_distribution_config(Id=id_)
    config = answer["DistributionConfig"] | {"Enabled": False}
    cloudfront.update_distribution(Id=id_, IfMatch=answer["ETag"], DistributionConfig=config)


def _distribution_deleted(site: Site) -> None:
    """Delete it as the page says; its origin access control stays."""
    _disable(site)
    site.wait(3600)
    cloudfront, id_ = site.client("cloudfront"), site.ids["fcj-cloudfront-carbuyer"]
    cloudfront.delete_distribution(Id=id_, IfMatch=cloudfront.get_distribution(Id=id_)["ETag"])


def _function_deleted(site: Site) -> None:
    """Delete the function as the page says; its log group stays."""
    site.client("lambda").delete_function(FunctionName="carbuyer-email-service")


def _log_protected(site: Site) -> None:
    site.client("logs").put_log_group_deletion_protection(
        logGroupIdentifier="/aws/lambda/carbuyer-email-service", deletionProtectionEnabled=True
    )


def _api_doubled(site: Site) -> None:
    """Make a second REST API of the same name, and an HTTP API of the prefix."""
    first = site.ids["carbuyer-email-api"]
    site.client("apigateway").create_rest_api(name="carbuyer-email-api")
    site.client("apigatewayv2").create_api(Name="carbuyer-http-api", ProtocolType="HTTP")
    site.ids["carbuyer-email-api"] = first


def _plan_without_stage(site: Site) -> None:
    stage = f"{site.ids['carbuyer-email-api']}:prod"
    patch = [{"op": "remove", "path": "/apiStages", "value": stage}]
    site.client("apigateway").update_usage_plan(usagePlanId=site.ids["carbuyer-email-plan"], patchOperations=patch)


def _key_of_api_deleted(site: Site) -> None:
    site.client("apigateway").delete_api_key(apiKey=site.ids["carbuyer-email-api-key"])


def _groups_knotted(site: Site) -> None:
    """Let the security groups admit each other in both directions, and themselves."""
    for group, admitted in (("alb", "customer"), ("alb", "admin"), ("customer", "customer")):
        pair = {"IpProtocol": "-1", "UserIdGroupPairs": [{"GroupId": site.ids[f"carbuyer-{admitted}-sg"]}]}
        rule: dict[str, Any] = {"GroupId": site.ids[f"carbuyer-{group}-sg"], "IpPermissions": [pair]}
        site.client("ec2").authorize_security_group_ingress(**rule)
        site.client("ec2").authorize_security_group_egress(**rule)


def _group_without_prefix(site: Site) -> None:
    """Make a security group whose name has nothing to do with the workshop, in its VPC."""
    network.security_group(site, "launch-wizard-1", [])


def _instances_protected(site: Site) -> None:
    for name in ("carbuyer-customer-service", "carbuyer-admin-service"):
        for attribute in ("DisableApiTermination", "DisableApiStop"):
            site.client("ec2").modify_instance_attribute(InstanceId=site.ids[name], **{attribute: {"Value": True}})


def _instances_stopped(site: Site) -> None:
    ids = [site.ids["carbuyer-customer-service"], site.ids["carbuyer-admin-service"]]
    site.client("ec2").stop_instances(InstanceIds=ids)


def _instance_terminated(site: Site) -> None:
    site.client("ec2").terminate_instances(InstanceIds=[site.ids["carbuyer-customer-service"]])


def _instance_doubled(site: Site) -> None:
    network.instance(site, "carbuyer-customer-service", "carbuyer-customer-sg", "carbuyer-fcj-public1")


def _nat_deleted(site: Site) -> None:
    """Delete the gateway as the page says, and forget its address."""
    site.client("ec2").delete_nat_gateway(NatGatewayId=site.ids["carbuyer-nat-gateway"])


def _nat_and_address_gone(site: Site) -> None:
    _nat_deleted(site)
    site.wait(600)
    site.client("ec2").release_address(AllocationId=site.ids["carbuyer-nat-gateway address"])


def _nat_doubled(site: Site) -> None:
    network.nat_gateway(site, "carbuyer-of-the-other-zone", subnet="public1")


def _target_group_unused(site: Site) -> None:
    """Make a target group that no listener forwards to."""
    network.target_group(site, "carbuyer-third-tg", 3002, "carbuyer-nobody")


def _balancer_protected(site: Site) -> None:
    attribute = {"Key": "deletion_protection.enabled", "Value": "true"}
    site.client("elbv2").modify_load_balancer_attributes(
        LoadBalancerArn=site.ids["carbuyer-alb"], Attributes=[attribute]
    )


def _balancer_deleted(site: Site) -> None:
    site.client("elbv2").delete_load_balancer(LoadBalancerArn=site.ids["carbuyer-alb"])


# By part of the estate, the states besides that as built.
STATES: dict[str, dict[str, Callable[[Site], object]]] = {
    "vpc": {
        "cut off": _vpc_cut_off,
        "with more in it": _vpc_with_more,
        "doubled": lambda site: network.vpc(site, "carbuyer-fcj-2"),
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
        "doubled": lambda site: services.distribution(site, "carbuyer-second-try"),
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
    "key_pair": {"doubled": lambda site: network.key_pair(site, "carbuyer-second-keypair")},
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
