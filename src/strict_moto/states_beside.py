"""More states of an estate: what consoles, and AWS itself, leave beside the workshop's parts."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from strict_moto import estate_network as network
from strict_moto.builder import named
from strict_moto.rules.ec2_nat_modes import FAILS

if TYPE_CHECKING:
    from strict_moto.builder import Builder


def interface_endpoint(builder: Builder, **more: Any) -> None:
    """Create an interface endpoint, which keeps an interface in a subnet."""
    builder.client("ec2").create_vpc_endpoint(
        VpcId=builder.ids["carbuyer-fcj-vpc"],
        ServiceName=f"com.amazonaws.{builder.region}.logs",
        VpcEndpointType="Interface",
        SubnetIds=[builder.ids["carbuyer-fcj-private1"]],
        **more,
    )


def guardduty(builder: Builder) -> None:
    """Put the endpoint and the security group of GuardDuty's runtime monitoring into the VPC."""
    ec2, vpc = builder.client("ec2"), builder.ids["carbuyer-fcj-vpc"]
    name = f"GuardDutyManagedSecurityGroup-{vpc}"
    group = ec2.create_security_group(GroupName=name, Description="Managed by GuardDuty", VpcId=vpc)["GroupId"]
    ec2.create_vpc_endpoint(
        VpcId=vpc,
        ServiceName=f"com.amazonaws.{builder.region}.guardduty-data",
        VpcEndpointType="Interface",
        SubnetIds=[builder.ids["carbuyer-fcj-private1"]],
        SecurityGroupIds=[group],
        TagSpecifications=[{"ResourceType": "vpc-endpoint", "Tags": [{"Key": "GuardDutyManaged", "Value": "true"}]}],
    )


def connect_endpoint(builder: Builder) -> None:
    """Create an EC2 Instance Connect endpoint, to reach the admin instance."""
    builder.client("ec2").create_instance_connect_endpoint(SubnetId=builder.ids["carbuyer-fcj-private1"])


def distribution_guarded_and_logged(builder: Builder) -> None:
    """Enable the distribution's security protections and logs, as its wizard offers."""
    cloudfront, id_ = builder.client("cloudfront"), builder.ids["fcj-cloudfront-carbuyer"]
    acl = console_acl(builder, "CreatedByCloudFront-0a1b2c3d", "CLOUDFRONT")
    answer = cloudfront.get_distribution_config(Id=id_)
    config = answer["DistributionConfig"] | {"WebACLId": acl}
    cloudfront.update_distribution(Id=id_, IfMatch=answer["ETag"], DistributionConfig=config)
    _deliver_logs(builder, id_)
    builder.wait(3600)


def console_acl(builder: Builder, name: str, scope: str) -> str:
    """Create a web ACL as a console does, and return its ARN."""
    waf = builder.session.client("wafv2", region_name="us-east-1" if scope == "CLOUDFRONT" else builder.region)
    seen = {"SampledRequestsEnabled": True, "CloudWatchMetricsEnabled": True, "MetricName": name}
    made = waf.create_web_acl(Name=name, Scope=scope, DefaultAction={"Allow": {}}, VisibilityConfig=seen)
    return str(made["Summary"]["ARN"])


def _deliver_logs(builder: Builder, distribution: str) -> None:
    logs = builder.session.client("logs", region_name="us-east-1")
    arn = builder.client("cloudfront").get_distribution(Id=distribution)["Distribution"]["ARN"]
    source, target = f"CreatedByCloudFront-{distribution}-ACCESS_LOGS", f"CF-{distribution}-s3"
    logs.put_delivery_source(name=source, resourceArn=arn, logType="ACCESS_LOGS")
    there = {"destinationResourceArn": "arn:aws:s3:::logs-of-somebody"}
    made = logs.put_delivery_destination(name=target, deliveryDestinationConfiguration=there)["deliveryDestination"]
    logs.create_delivery(deliverySourceName=source, deliveryDestinationArn=made["arn"])


def share_test_event(builder: Builder, function: str = "carbuyer-email-service") -> None:
    """Save a function's test event as *Shareable*, in the registry that the Lambda console creates for all of them."""
    schemas, registry = builder.client("schemas"), "lambda-testevent-schemas"
    if not schemas.list_registries()["Registries"]:
        schemas.create_registry(RegistryName=registry)
    schemas.create_schema(RegistryName=registry, SchemaName=f"_{function}-schema", Type="OpenApi3", Content="{}")


def of_a_spot_request(builder: Builder) -> None:
    """Tick *Request Spot Instances* for one more instance, and choose *persistent*."""
    ec2 = builder.client("ec2")
    how = {
        "ImageId": network.IMAGE,
        "InstanceType": "t3.micro",
        "KeyName": "carbuyer-keypair",
        "SubnetId": builder.ids["carbuyer-fcj-private1"],
    }
    made = ec2.request_spot_instances(Type="persistent", LaunchSpecification=how)["SpotInstanceRequests"][0]
    builder.ids["carbuyer-spot"] = made["InstanceId"]
    ec2.create_tags(Resources=[made["InstanceId"]], Tags=named("carbuyer-spot"))


def nat_regional(builder: Builder) -> None:
    """Choose *Regional* in the gateway's dialog: AWS allocates the addresses, and nobody else may release them."""
    made = builder.client("ec2").create_nat_gateway(AvailabilityMode="regional", VpcId=builder.ids["carbuyer-fcj-vpc"])
    builder.ids["regional"] = made["NatGateway"]["NatGatewayId"]


def nat_with_more_addresses(builder: Builder) -> None:
    """Create a NAT gateway with a secondary address, and a regional one with an address of the student's own."""
    ec2, subnet, vpc = builder.client("ec2"), builder.ids["carbuyer-fcj-public1"], builder.ids["carbuyer-fcj-vpc"]
    first, second, third = (ec2.allocate_address(Domain="vpc")["AllocationId"] for _ in range(3))
    ec2.create_nat_gateway(SubnetId=subnet, AllocationId=first, SecondaryAllocationIds=[second])
    zones = [{"AvailabilityZone": f"{builder.region}a", "AllocationIds": [third]}]
    ec2.create_nat_gateway(AvailabilityMode="regional", VpcId=vpc, AvailabilityZoneAddresses=zones)


def nat_private(builder: Builder) -> None:
    """Create a private NAT gateway, which has no address."""
    subnet = builder.ids["carbuyer-fcj-private1"]
    builder.client("ec2").create_nat_gateway(SubnetId=subnet, ConnectivityType="private")


def balancer_guarded(builder: Builder) -> None:
    """Tick the box of AWS WAF in the load balancer's wizard."""
    acl = console_acl(builder, "CreatedByALB-carbuyer-alb", "REGIONAL")
    builder.client("wafv2").associate_web_acl(WebACLArn=acl, ResourceArn=builder.ids["carbuyer-alb"])


def console_policy(builder: Builder) -> None:
    """Attach the policy that Lambda's console creates for a role, under a path of its own."""
    name = "AWSLambdaBasicExecutionRole-1b2c3d4e-0123-4567-89ab-0123456789ab"
    nothing = {"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Action": "*", "Resource": "*"}]}
    iam = builder.client("iam")
    made = iam.create_policy(PolicyName=name, Path="/service-role/", PolicyDocument=json.dumps(nothing))["Policy"]
    iam.attach_role_policy(RoleName="carbuyer-lambda-email-role", PolicyArn=made["Arn"])


def group_of_the_user(builder: Builder) -> None:
    """Create a group with the prefix and an attached policy, and put the user into it."""
    iam, group = builder.client("iam"), "carbuyer-developers"
    iam.create_group(GroupName=group)
    iam.attach_group_policy(GroupName=group, PolicyArn="arn:aws:iam::aws:policy/AmazonS3FullAccess")
    iam.add_user_to_group(GroupName=group, UserName="carbuyer-app-user")


def nat_failed(builder: Builder) -> None:
    """Create a NAT gateway that fails: it shows as failed for an hour, then disappears by itself."""
    made = builder.client("ec2").create_nat_gateway(SubnetId=builder.ids["carbuyer-fcj-public1"], AllocationId=FAILS)
    builder.ids["failed"] = made["NatGateway"]["NatGatewayId"]


def reverse_dns(builder: Builder) -> None:
    """Give the gateway's address a reverse DNS record, which holds it."""
    address = builder.ids["carbuyer-nat-gateway address"]
    builder.client("ec2").modify_address_attribute(AllocationId=address, DomainName="mail.example.com")
