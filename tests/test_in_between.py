"""The suite run from every state that a student leaves the workshop in: it must end with nothing left.

Each test arranges a state with plain boto3, runs the suite as a user does, and compares what stands in the account
with what stood there before the workshop. Exit code and JUnit properties are held to the files in ``golden/``.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from moto.moto_api._internal import mock_random

from strict_moto import estate
from strict_moto import estate_network as network
from strict_moto import estate_services as services
from strict_moto import states_beside as beside
from tests.choice import quick
from tests.golden import hold_to, properties
from tests.inventory import inventory

if TYPE_CHECKING:
    from collections.abc import Callable

    from strict_moto.builder import Builder
    from strict_moto.sandbox import Sandbox
    from strict_moto.session import Session
    from tests.result import Result

GOLDEN = Path(__file__).parent / "golden"
HOURS = 3 * 3600  # until AWS has forgotten what it still lists as deleted
USER = {"UserName": "carbuyer-app-user"}
DOMAIN = "api.example.com"
SECRET = "not-a-real-password"  # noqa: S105 - in the environment of the estate's function


def as_built(_site: Builder) -> None:
    """Leave the workshop as it is."""


def page_done_by_hand(builder: Builder) -> None:
    """Delete some things by hand, as somebody does who has begun with the page."""
    builder.client("elbv2").delete_load_balancer(LoadBalancerArn=builder.ids["carbuyer-alb"])
    builder.client("lambda").delete_function(FunctionName="carbuyer-email-service")
    builder.client("apigateway").delete_api_key(apiKey=builder.ids["carbuyer-email-api-key"])
    builder.client("dynamodb").delete_table(TableName="User")
    builder.client("iam").delete_access_key(**USER, AccessKeyId=builder.ids["carbuyer-app-user"])


def vpc_half_deleted(builder: Builder) -> None:
    """Cut the VPC's ways out and delete what AWS allows."""
    ec2 = builder.client("ec2")
    ec2.delete_vpc_endpoints(VpcEndpointIds=[builder.ids["carbuyer-fcj-vpce-s3"]])
    table = ec2.describe_route_tables(RouteTableIds=[builder.ids["carbuyer-fcj-rtb-public"]])["RouteTables"][0]
    for association in table["Associations"]:
        ec2.disassociate_route_table(AssociationId=association["RouteTableAssociationId"])
    ec2.delete_route_table(RouteTableId=builder.ids["carbuyer-fcj-rtb-public"])


def just_deleted(builder: Builder) -> None:
    """Start on its way out what takes AWS minutes, a second before the suite."""
    ec2 = builder.client("ec2")
    ec2.delete_nat_gateway(NatGatewayId=builder.ids["carbuyer-nat-gateway"])
    ec2.terminate_instances(InstanceIds=[builder.ids["carbuyer-customer-service"]])
    builder.client("dynamodb").delete_table(TableName="Slider")


def _disable(builder: Builder) -> None:
    cloudfront, id_ = builder.client("cloudfront"), builder.ids["fcj-cloudfront-carbuyer"]
    answer = cloudfront.get_distribution_config(Id=id_)
    config = answer["DistributionConfig"] | {"Enabled": False}
    cloudfront.update_distribution(Id=id_, IfMatch=answer["ETag"], DistributionConfig=config)


def distribution_being_disabled(builder: Builder) -> None:
    """Disable the distribution a moment before."""
    _disable(builder)


def distribution_disabled(builder: Builder) -> None:
    """Disable the distribution an hour before."""
    _disable(builder)
    builder.wait(3600)


def protected(builder: Builder) -> None:
    """Switch on every deletion protection there is."""
    ec2 = builder.client("ec2")
    attribute = {"Key": "deletion_protection.enabled", "Value": "true"}
    builder.client("elbv2").modify_load_balancer_attributes(
        LoadBalancerArn=builder.ids["carbuyer-alb"], Attributes=[attribute]
    )
    for name in ("carbuyer-customer-service", "carbuyer-admin-service"):
        ec2.modify_instance_attribute(InstanceId=builder.ids[name], DisableApiTermination={"Value": True})
        ec2.modify_instance_attribute(InstanceId=builder.ids[name], DisableApiStop={"Value": True})
    services.table(builder, "carbuyer-archive", DeletionProtectionEnabled=True)
    builder.client("logs").put_log_group_deletion_protection(
        logGroupIdentifier="/aws/lambda/carbuyer-email-service", deletionProtectionEnabled=True
    )


def doubled(builder: Builder) -> None:
    """Do parts of the workshop twice, under the same names."""
    network.instance(builder, "carbuyer-customer-service", "carbuyer-customer-sg", "carbuyer-fcj-public1")
    _gateway(builder, "carbuyer-nat-gateway")
    services.rest_api(builder)
    services.distribution(builder, "carbuyer-second")
    builder.client("cloudfront").tag_resource(
        Resource=_arn_of(builder, "carbuyer-second"),
        Tags={"Items": [{"Key": "Name", "Value": "fcj-cloudfront-carbuyer"}]},
    )
    network.vpc(builder)


def _gateway(builder: Builder, name: str) -> str:
    ec2 = builder.client("ec2")
    address = ec2.allocate_address(Domain="vpc")["AllocationId"]
    tags = [{"ResourceType": "natgateway", "Tags": [{"Key": "Name", "Value": name}]}]
    subnet = builder.ids["carbuyer-fcj-public1"]
    made = ec2.create_nat_gateway(SubnetId=subnet, AllocationId=address, TagSpecifications=tags)
    return str(made["NatGateway"]["NatGatewayId"])


def _arn_of(builder: Builder, distribution: str) -> str:
    return str(builder.client("cloudfront").get_distribution(Id=builder.ids[distribution])["Distribution"]["ARN"])


def instances_stopped(builder: Builder) -> None:
    """Stop the instances, as somebody does who wants to save money."""
    ids = [builder.ids["carbuyer-customer-service"], builder.ids["carbuyer-admin-service"]]
    builder.client("ec2").stop_instances(InstanceIds=ids)


def keys_in_any_state(builder: Builder) -> None:
    """Deactivate one access key and make another."""
    iam = builder.client("iam")
    iam.update_access_key(**USER, AccessKeyId=builder.ids["carbuyer-app-user"], Status="Inactive")
    iam.create_access_key(**USER)


def user_with_everything(builder: Builder) -> None:
    """Give the user all nine things that keep AWS from deleting it, and a permissions boundary."""
    iam = builder.client("iam")
    iam.create_login_profile(**USER, Password="a-Long-enough-1")  # noqa: S106 - of nobody
    device = iam.create_virtual_mfa_device(VirtualMFADeviceName="carbuyer-phone")["VirtualMFADevice"]["SerialNumber"]
    iam.enable_mfa_device(**USER, SerialNumber=device, AuthenticationCode1="123456", AuthenticationCode2="654321")
    iam.add_user_to_group(**USER, GroupName="everybody")
    iam.put_user_policy(**USER, PolicyName="carbuyer-inline", PolicyDocument=json.dumps(_nothing_allowed()))
    iam.upload_ssh_public_key(**USER, SSHPublicKeyBody="ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAAgQ== me")
    iam.upload_signing_certificate(**USER, CertificateBody=_certificate())
    iam.create_service_specific_credential(**USER, ServiceName="codecommit.amazonaws.com")
    iam.put_user_permissions_boundary(**USER, PermissionsBoundary=services.APP_POLICIES[0])


def _certificate() -> str:
    """Return a certificate that nobody trusts."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "carbuyer")])
    start, end = datetime(2026, 1, 1, tzinfo=UTC), datetime(2036, 1, 1, tzinfo=UTC)
    builder = x509.CertificateBuilder(name, name, key.public_key(), 1, start, end)
    return builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM).decode()


def _nothing_allowed() -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Action": "*", "Resource": "*"}]}


def uploads_unfinished(builder: Builder) -> None:
    """Begin two uploads and never finish them."""
    s3 = builder.client("s3")
    for key in ("SlideShow/film.mp4", "SlideShow/film.mp4"):
        upload = s3.create_multipart_upload(Bucket=builder.bucket, Key=key)["UploadId"]
        s3.upload_part(Bucket=builder.bucket, Key=key, UploadId=upload, PartNumber=1, Body=b"x")


def roles_with_everything(builder: Builder) -> None:
    """Give the roles a boundary, an inline policy, and a second instance profile."""
    iam = builder.client("iam")
    for role in ("carbuyer-ec2-role", "carbuyer-lambda-email-role"):
        iam.put_role_permissions_boundary(RoleName=role, PermissionsBoundary=services.APP_POLICIES[0])
        iam.put_role_policy(
            RoleName=role, PolicyName="carbuyer-lambda-email-policy", PolicyDocument=json.dumps(_nothing_allowed())
        )
    iam.create_instance_profile(InstanceProfileName="carbuyer-second-profile")
    iam.add_role_to_instance_profile(
        InstanceProfileName="carbuyer-second-profile", RoleName="carbuyer-lambda-email-role"
    )


def second_nat_gateway(builder: Builder) -> None:
    """Make a second NAT gateway in the VPC, without a name."""
    made = _gateway(builder, "of-the-other-zone")
    builder.client("ec2").delete_tags(Resources=[made], Tags=[{"Key": "Name"}])


def groups_refer_to_each_other(builder: Builder) -> None:
    """Let the security groups admit each other in both directions, and themselves."""
    ec2 = builder.client("ec2")
    for group, admitted in (("alb", "customer"), ("alb", "admin"), ("customer", "customer")):
        rule = {"IpProtocol": "-1", "UserIdGroupPairs": [{"GroupId": builder.ids[f"carbuyer-{admitted}-sg"]}]}
        ec2.authorize_security_group_ingress(GroupId=builder.ids[f"carbuyer-{group}-sg"], IpPermissions=[rule])
        ec2.authorize_security_group_egress(GroupId=builder.ids[f"carbuyer-{group}-sg"], IpPermissions=[rule])


def apis_behind_a_domain(builder: Builder) -> None:
    """Map paths of somebody's custom domain to the workshop's API."""
    gateway = builder.client("apigateway")
    for path in ("", "mail"):
        mapping = {"basePath": path} if path else {}
        api = builder.ids["carbuyer-email-api"]
        gateway.create_base_path_mapping(domainName=DOMAIN, restApiId=api, stage="prod", **mapping)


def http_api(builder: Builder) -> None:
    """Make an HTTP API of the prefix beside the REST API."""
    builder.client("apigatewayv2").create_api(Name="carbuyer-http-api", ProtocolType="HTTP")


def distribution_known_by_its_origin(builder: Builder) -> None:
    """Make a distribution of the bucket without a name."""
    services.distribution(builder, "unnamed")
    builder.client("cloudfront").untag_resource(Resource=_arn_of(builder, "unnamed"), TagKeys={"Items": ["Name"]})


def table_just_created(builder: Builder) -> None:
    """Create a table a moment before."""
    builder.client("dynamodb").delete_table(TableName="User")
    builder.wait(60)
    services.table(builder, "User")


def interface_endpoint(builder: Builder) -> None:
    """Make an interface endpoint that uses a security group of the workshop."""
    beside.interface_endpoint(builder, SecurityGroupIds=[builder.ids["carbuyer-admin-sg"]])


STATES = (
    as_built,
    page_done_by_hand,
    vpc_half_deleted,
    just_deleted,
    distribution_being_disabled,
    distribution_disabled,
    protected,
    doubled,
    instances_stopped,
    keys_in_any_state,
    user_with_everything,
    uploads_unfinished,
    roles_with_everything,
    second_nat_gateway,
    groups_refer_to_each_other,
    apis_behind_a_domain,
    http_api,
    distribution_known_by_its_origin,
    table_just_created,
    interface_endpoint,
)


@pytest.mark.exhaustive
@pytest.mark.parametrize("arrange", quick(STATES, just_deleted))
def test_nothing_is_left(
    sandbox: Sandbox, session: Session, run_suite: Callable[..., Result], arrange: Callable[[Builder], None]
) -> None:
    """One run from any state leaves the account as it was before the workshop."""
    mock_random.seed(1)  # ids are the same in each run
    session.client("iam").create_group(GroupName="everybody")
    session.client("apigateway").create_domain_name(domainName=DOMAIN)
    before = inventory(session)
    arrange(estate.create(session))

    result = run_suite()

    sandbox.clock.advance(HOURS)
    assert inventory(session) - before == set(), result.output
    assert before - inventory(session) == set(), result.output
    assert result.exit_code == 0, result.output
    assert sandbox.defects == []
    assert [path.name for path in result.reports.iterdir() if SECRET in path.read_text()] == []
    told = {name: {key: text for key, text in of.items() if text} for name, of in properties(result.reports).items()}
    file = GOLDEN / f"{arrange.__name__}.json"
    hold_to(file, {"exit code": result.exit_code, "properties": told}, result.reports)
