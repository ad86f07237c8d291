"""Network interfaces: whose each is by what it serves, and what is refused."""

from __future__ import annotations

from tests.recorded.things import (
    NEAR,
    OTHER,
    OURS,
    Case,
    among,
    endpoint,
    eni,
    enis,
    instance,
    instances,
    named,
)

FOUND: dict[str, Case] = {
    "interface-elsewhere": Case("network interface", enis(eni("vpc-9")), {}),
    "interface-of-another-account": Case(
        "network interface", enis(eni(OwnerId=OTHER, Status="available")), {"eni-1": "foreign"}
    ),
    "interface-of-a-doubtful-endpoint": Case(
        "network interface",
        enis(eni(RequesterManaged=True, InterfaceType="vpc_endpoint"))
        | among("VpcEndpoints", "VpcEndpoints", endpoint(NetworkInterfaceIds=["eni-1"], **named("x"))),
        {"eni-1": "foreign"},
    ),
    "interface-of-our-endpoint": Case(
        "network interface",
        enis(eni(RequesterManaged=True, InterfaceType="x"))
        | among("VpcEndpoints", "VpcEndpoints", endpoint(NetworkInterfaceIds=["eni-1"], **OURS)),
        {"eni-1": "ours"},
    ),
    "interface-of-our-instance": Case(
        "network interface",
        enis(eni(Attachment={"InstanceId": "i-1"})) | instances(instance(**OURS)),
        {"eni-1": "ours"},
    ),
    "interface-of-a-near-miss": Case(
        "network interface",
        enis(eni(Attachment={"InstanceId": "i-1"})) | instances(instance(**NEAR)),
        {"eni-1": "foreign"},
    ),
    "interface-of-a-terminated-instance": Case(
        "network interface", enis(eni(Attachment={"InstanceId": "i-1"})), {"eni-1": "ours"}
    ),
    "interface-of-a-gateway-that-is-gone": Case(
        "network interface", enis(eni(RequesterManaged=True, InterfaceType="nat_gateway")), {"eni-1": "ours"}
    ),
    "interface-that-serves-nothing": Case("network interface", enis(eni(Status="available")), {"eni-1": "ours"}),
    "interface-that-lambda-keeps": Case(
        "network interface",
        enis(
            eni(
                Status="available",
                InterfaceType="lambda",
                RequesterManaged=True,
                Description="AWS Lambda VPC ENI-x-0a1b2c3d-0a1b-0a1b-0a1b-0a1b2c3d4e5f",
            )
        ),
        {"eni-1": "foreign"},
    ),
    "interface-of-cloudshell": Case(
        "network interface",
        enis(eni(TagSet=[{"Key": "ManagedByCloudShell", "Value": ""}])),
        {"eni-1": "ours"},
    ),
    "interface-of-a-service-by-our-name": Case(
        "network interface", enis(eni("vpc-9", RequesterManaged=True, TagSet=OURS["Tags"])), {"eni-1": "foreign"}
    ),
    "interface-of-our-balancer": Case(
        "network interface",
        enis(
            eni(
                RequesterManaged=True,
                Description="ELB app/carbuyer-alb/1",
                Attachment={"InstanceOwnerId": "amazon-elb"},
            )
        ),
        {"eni-1": "ours"},
    ),
    "interface-of-a-balancer-that-nearly-is": Case(
        "network interface",
        enis(eni(RequesterManaged=True, Description="ELB app/mycarbuyer-alb/1")),
        {"eni-1": "foreign"},
    ),
    "interface-endpoint-of-another-name": Case(
        "VPC endpoint", among("VpcEndpoints", "VpcEndpoints", endpoint(**named("x"))), {"vpce-1": "doubtful"}
    ),
}

DELETIONS: dict[str, Case] = {
    "interface-of-cloudshell": Case(
        "network interface", enis(eni(TagSet=[{"Key": "ManagedByCloudShell", "Value": ""}]))
    ),
}
