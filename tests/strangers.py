"""Foreign things that are easily taken for the workshop's: by name, description, origin, tag, place, use or memory."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from hypothesis import strategies as st

from strict_moto import estate_services as services

if TYPE_CHECKING:
    from collections.abc import Callable

    from carbuyer_cleanup.teardown.journal import Journal
    from strict_moto.builder import Builder

# Of somebody else's: near the prefix, near the manifest's names, and neither.
NAMES = ("prod-shop", "mycarbuyer-x", "carbuyers-x", "Carbuyer-x", "homework", "fcj-cloudfront", "x-carbuyer-fcj-vpc")
TEXTS = ("", "holiday photos", "carbuyer-fcj shop", "fcj-cloudfront-carbuyer", "the carbuyer-alb of prod")
DOMAINS = (
    "shop.example.org",
    "carbuyer-x.s3.amazonaws.com.example.org",
    "carbuyer-elsewhere.s3.ap-southeast-1.amazonaws.com",
    "other.s3.amazonaws.com",
)


class Stranger(NamedTuple):
    """A thing of somebody else's: what makes it, and what it is called and described as."""

    make: Callable[[Builder, Journal, str, str], object]
    name: str
    text: str

    def settle(self, builder: Builder, journal: Journal) -> None:
        """Let it be there."""
        self.make(builder, journal, self.name, self.text)


def _named(kind: str, name: str) -> list[dict[str, Any]]:
    return [{"ResourceType": kind, "Tags": [{"Key": "Name", "Value": name}, {"Key": "app", "Value": "carbuyer-like"}]}]


def _distribution(origin: str) -> Callable[[Builder, Journal, str, str], object]:
    def make(builder: Builder, _journal: Journal, name: str, text: str) -> None:
        """Make a distribution of a name, a description and an origin."""
        custom = {"HTTPPort": 80, "HTTPSPort": 443, "OriginProtocolPolicy": "https-only"}
        is_bucket = origin.endswith(".amazonaws.com")
        source = {"S3OriginConfig": {"OriginAccessIdentity": ""}} if is_bucket else {"CustomOriginConfig": custom}
        builder.client("cloudfront").create_distribution_with_tags(
            DistributionConfigWithTags={
                "DistributionConfig": {
                    "CallerReference": f"{name}{text}{origin}",
                    "Comment": text,
                    "Enabled": True,
                    "Origins": {"Quantity": 1, "Items": [{"Id": "one", "DomainName": origin, **source}]},
                    "DefaultCacheBehavior": {
                        "TargetOriginId": "one",
                        "ViewerProtocolPolicy": "allow-all",
                        "CachePolicyId": "x",
                    },
                },
                "Tags": {"Items": [{"Key": "Name", "Value": name}]},
            }
        )

    make.__name__ = f"distribution of {origin}"
    return make


def _address(builder: Builder, journal: Journal, name: str, text: str) -> None:
    """Allocate an address of a name, attach it to somebody's interface, and let the journal remember it as ours."""
    ec2 = builder.client("ec2")
    address = ec2.allocate_address(Domain="vpc", TagSpecifications=_named("elastic-ip", name))
    subnet = next(s["SubnetId"] for s in ec2.describe_subnets()["Subnets"] if s["DefaultForAz"])
    eni = ec2.create_network_interface(SubnetId=subnet, Description=text)["NetworkInterface"]["NetworkInterfaceId"]
    ec2.associate_address(AllocationId=address["AllocationId"], NetworkInterfaceId=eni)
    facts = {address["AllocationId"]: {"PublicIp": address["PublicIp"]}}
    journal.remember("elastic ip", builder.region, facts, "of the NAT gateway carbuyer-nat-gateway", facts)


def _logs(builder: Builder, journal: Journal, name: str, text: str) -> None:
    """Make an API with execution logs, whose id the journal remembers as ours."""
    api = builder.client("apigateway").create_rest_api(name=name, description=text)["id"]
    builder.client("logs").create_log_group(logGroupName=f"API-Gateway-Execution-Logs_{api}/carbuyer-prod")
    journal.remember("rest api", builder.region, [api], "of the REST API carbuyer-email-api")


def _device(builder: Builder, journal: Journal, name: str, _text: str) -> None:
    """Make a virtual MFA device that nobody has, under a name that the journal remembers."""
    made = builder.client("iam").create_virtual_mfa_device(VirtualMFADeviceName=name)["VirtualMFADevice"]
    journal.remember("virtual mfa device", "global", [made["SerialNumber"]], "of the IAM user carbuyer-app-user")


def _volume(builder: Builder, journal: Journal, name: str, _text: str) -> None:
    """Make a volume of a name, which the journal remembers as left behind."""
    zone = builder.client("ec2").describe_availability_zones()["AvailabilityZones"][0]["ZoneName"]
    made = builder.client("ec2").create_volume(AvailabilityZone=zone, Size=8, TagSpecifications=_named("volume", name))
    facts = {made["VolumeId"]: {"Device": "root", "CreateTime": str(made["CreateTime"]), "Name": ""}}
    journal.remember("volume", builder.region, facts, "attached to the EC2 instance carbuyer-admin-service", facts)


def _gateway(builder: Builder, journal: Journal, name: str, _text: str) -> None:
    """Make an internet gateway that is attached to nothing, and remembered."""
    ec2 = builder.client("ec2")
    made = ec2.create_internet_gateway(TagSpecifications=_named("internet-gateway", name))["InternetGateway"]
    journal.remember("internet gateway", builder.region, [made["InternetGatewayId"]], "it was attached to the VPC")


def _control(builder: Builder, journal: Journal, name: str, text: str) -> None:
    """Make an origin access control that nothing uses, and remembered."""
    config = {"Name": name, "Description": text, "SigningProtocol": "sigv4", "SigningBehavior": "always"}
    made = builder.client("cloudfront").create_origin_access_control(
        OriginAccessControlConfig=config | {"OriginAccessControlOriginType": "s3"}
    )["OriginAccessControl"]["Id"]
    journal.remember("origin access control", "global", [made], "of the distribution fcj-cloudfront-carbuyer")


def _bucket(builder: Builder, journal: Journal, name: str, _text: str) -> None:
    """Make a bucket that the journal remembers as an origin."""
    services.bucket(builder, f"of-{name.lower()}")
    journal.remember("origin bucket", "global", [f"of-{name.lower()}"], "of the distribution fcj-cloudfront-carbuyer")


def _table(builder: Builder, journal: Journal, name: str, _text: str) -> None:
    """Make a table of the workshop's name and key that somebody has tagged, remembered under another id."""
    services.table(
        builder, "carbuyers" if name in {"mycarbuyer-x", "Carbuyer-x"} else name.replace("prod-shop", "Users")
    )
    facts = {"User": {"TableId": "of one that was deleted"}}
    journal.remember("table", builder.region, facts, "proven to be the workshop's", facts)


def _instance(builder: Builder, _journal: Journal, name: str, _text: str) -> None:
    """Launch an instance in the default VPC."""
    builder.client("ec2").run_instances(
        ImageId="ami-12c6146b", MinCount=1, MaxCount=1, TagSpecifications=_named("instance", name)
    )


def _network(builder: Builder, _journal: Journal, name: str, text: str) -> None:
    """Make a VPC with a subnet, a group and a key pair."""
    ec2 = builder.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.7.0.0/16", TagSpecifications=_named("vpc", name))["Vpc"]["VpcId"]
    ec2.create_subnet(VpcId=vpc, CidrBlock="10.7.1.0/24", TagSpecifications=_named("subnet", name))
    ec2.create_security_group(GroupName=name, Description=text or "x", VpcId=vpc)
    ec2.create_key_pair(KeyName=name)


def _identity(builder: Builder, _journal: Journal, name: str, text: str) -> None:
    """Make a role, a profile and a user."""
    iam = builder.client("iam")
    services.role(builder, name, "ec2.amazonaws.com")
    iam.create_instance_profile(InstanceProfileName=name)
    iam.add_role_to_instance_profile(InstanceProfileName=name, RoleName=name)
    iam.create_user(UserName=name, Tags=[{"Key": "note", "Value": text or "x"}])


def _plan(builder: Builder, _journal: Journal, name: str, text: str) -> None:
    """Make a usage plan with a key and an API of somebody else's."""
    gateway = builder.client("apigateway")
    plan = gateway.create_usage_plan(name=name, description=text)["id"]
    key = gateway.create_api_key(name=name, enabled=True)["id"]
    gateway.create_usage_plan_key(usagePlanId=plan, keyId=key, keyType="API_KEY")


MAKERS = (
    *map(_distribution, DOMAINS),
    *(_address, _logs, _device, _volume, _gateway, _control, _bucket, _table, _instance, _network, _identity, _plan),
)
strangers = st.lists(
    st.builds(Stranger, st.sampled_from(MAKERS), st.sampled_from(NAMES), st.sampled_from(TEXTS)),
    max_size=5,
    unique_by=lambda stranger: (stranger.make.__name__, stranger.name),
)
