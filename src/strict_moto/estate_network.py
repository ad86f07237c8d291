"""The estate inside the VPC: network, endpoints, security groups, instances, NAT gateway, load balancer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from strict_moto.builder import spec

if TYPE_CHECKING:
    from strict_moto.builder import Builder

ANYWHERE = "0.0.0.0/0"
IMAGE = "ami-0b5a4445ada4a59b1"  # Amazon Linux 2023
SUBNETS = (("public1", "a", 0), ("public2", "b", 16), ("private1", "a", 128), ("private2", "b", 144))
PATH_RULES = {
    100: "/admin*",
    101: "/api/admin*",
    200: "/employee*",
    300: "/api/cars*",
    400: "/api/customers*",
    500: "/api/news*",
    600: "/api/appointments*",
}


def vpc(builder: Builder, name: str = "carbuyer-fcj") -> str:
    """Create what the console's "VPC and more" creates, named after ``name``, and return the VPC's id."""
    ec2 = builder.client("ec2")
    made = ec2.create_vpc(CidrBlock="10.0.0.0/16", TagSpecifications=spec("vpc", f"{name}-vpc"))["Vpc"]["VpcId"]
    ec2.modify_vpc_attribute(VpcId=made, EnableDnsHostnames={"Value": True})
    builder.ids[f"{name}-vpc"] = made
    for role, zone, third in SUBNETS:
        _subnet(builder, name, role, zone, third)
    _internet_gateway(builder, name)
    for table, subnets in _route_tables(name, builder.region).items():
        _route_table(builder, name, table, subnets)
    public = builder.ids[f"{name}-rtb-public"]
    ec2.create_route(RouteTableId=public, DestinationCidrBlock=ANYWHERE, GatewayId=builder.ids[f"{name}-igw"])
    endpoint(builder, f"{name}-vpce-s3", "s3", [t for t in _route_tables(name, builder.region) if "private" in t], name)
    return str(made)


def _subnet(builder: Builder, name: str, role: str, zone: str, third: int) -> None:
    full_name = f"{name}-subnet-{role}-{builder.region}{zone}"
    made = builder.client("ec2").create_subnet(
        VpcId=builder.ids[f"{name}-vpc"],
        CidrBlock=f"10.0.{third}.0/20",
        AvailabilityZone=f"{builder.region}{zone}",
        TagSpecifications=spec("subnet", full_name),
    )
    builder.ids[full_name] = builder.ids[f"{name}-{role}"] = made["Subnet"]["SubnetId"]


def _internet_gateway(builder: Builder, name: str) -> None:
    ec2 = builder.client("ec2")
    made = ec2.create_internet_gateway(TagSpecifications=spec("internet-gateway", f"{name}-igw"))
    builder.ids[f"{name}-igw"] = made["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(InternetGatewayId=builder.ids[f"{name}-igw"], VpcId=builder.ids[f"{name}-vpc"])


def _route_tables(name: str, region: str) -> dict[str, tuple[str, ...]]:
    """Return the names of the route tables that the wizard creates, and the subnets of each."""
    return {
        f"{name}-rtb-public": ("public1", "public2"),
        f"{name}-rtb-private1-{region}a": ("private1",),
        f"{name}-rtb-private2-{region}b": ("private2",),
    }


def _route_table(builder: Builder, name: str, full_name: str, subnets: tuple[str, ...]) -> None:
    ec2 = builder.client("ec2")
    made = ec2.create_route_table(VpcId=builder.ids[f"{name}-vpc"], TagSpecifications=spec("route-table", full_name))
    builder.ids[full_name] = made["RouteTable"]["RouteTableId"]
    for subnet in subnets:
        ec2.associate_route_table(RouteTableId=builder.ids[full_name], SubnetId=builder.ids[f"{name}-{subnet}"])


def endpoint(builder: Builder, name: str, service: str, tables: list[str], network: str = "carbuyer-fcj") -> str:
    """Create a gateway endpoint of ``service`` for these route ``tables``, and return its id."""
    made = builder.client("ec2").create_vpc_endpoint(
        VpcId=builder.ids[f"{network}-vpc"],
        ServiceName=f"com.amazonaws.{builder.region}.{service}",
        VpcEndpointType="Gateway",
        RouteTableIds=[builder.ids[table] for table in tables],
        TagSpecifications=spec("vpc-endpoint", name),
    )
    builder.ids[name] = made["VpcEndpoint"]["VpcEndpointId"]
    return builder.ids[name]


def dynamodb_endpoint(builder: Builder) -> None:
    """Create the endpoint that the workshop adds by hand."""
    endpoint(builder, "carbuyer-dynamodb-endpoint", "dynamodb", list(_route_tables("carbuyer-fcj", builder.region)))


def security_groups(builder: Builder) -> None:
    """Create the three groups; two of them admit the third."""
    alb = security_group(builder, "carbuyer-alb-sg", [_open(80), _open(443)])
    to_3000 = _port(3000) | {"UserIdGroupPairs": [{"GroupId": alb}]}
    to_3001 = _port(3001) | {"UserIdGroupPairs": [{"GroupId": alb}]}
    security_group(builder, "carbuyer-customer-sg", [_open(22), to_3000])
    security_group(builder, "carbuyer-admin-sg", [_open(22, "10.0.0.0/20"), to_3001])


def security_group(
    builder: Builder, name: str, permissions: list[dict[str, Any]], network: str = "carbuyer-fcj"
) -> str:
    """Create a security group with ingress ``permissions``, and return its id."""
    ec2 = builder.client("ec2")
    made = ec2.create_security_group(GroupName=name, Description=name, VpcId=builder.ids[f"{network}-vpc"])
    builder.ids[name] = made["GroupId"]
    if permissions:
        ec2.authorize_security_group_ingress(GroupId=made["GroupId"], IpPermissions=permissions)
    return builder.ids[name]


def _port(port: int) -> dict[str, Any]:
    return {"IpProtocol": "tcp", "FromPort": port, "ToPort": port}


def _open(port: int, cidr: str = ANYWHERE) -> dict[str, Any]:
    return _port(port) | {"IpRanges": [{"CidrIp": cidr}]}


def key_pair(builder: Builder, name: str = "carbuyer-keypair") -> None:
    """Create a key pair; an RSA key would take as long as thirty calls."""
    builder.ids[name] = builder.client("ec2").create_key_pair(KeyName=name, KeyType="ed25519")["KeyPairId"]


def instances(builder: Builder) -> None:
    """Launch the two instances."""
    instance(builder, "carbuyer-customer-service", "carbuyer-customer-sg", "carbuyer-fcj-public1", public=True)
    instance(builder, "carbuyer-admin-service", "carbuyer-admin-sg", "carbuyer-fcj-private1")


def instance(builder: Builder, name: str, group: str, subnet: str, *, public: bool = False, **more: Any) -> str:
    """Launch an instance as the workshop does, and return its id; ``more`` is passed to RunInstances."""
    launched = builder.client("ec2").run_instances(
        ImageId=IMAGE,
        InstanceType="t3.micro",
        MinCount=1,
        MaxCount=1,
        KeyName="carbuyer-keypair",
        IamInstanceProfile={"Name": "carbuyer-ec2-role"},
        NetworkInterfaces=[
            {
                "DeviceIndex": 0,
                "SubnetId": builder.ids[subnet],
                "Groups": [builder.ids[group]],
                "AssociatePublicIpAddress": public,
                "DeleteOnTermination": True,
            }
        ],
        BlockDeviceMappings=[
            {
                "DeviceName": "/dev/xvda",
                "Ebs": {"VolumeSize": 8, "VolumeType": "gp3", "DeleteOnTermination": True},
            }
        ],
        TagSpecifications=spec("instance", name),
        **more,
    )
    builder.ids[name] = launched["Instances"][0]["InstanceId"]
    return builder.ids[name]


def nat_gateway(
    builder: Builder, name: str = "carbuyer-nat-gateway", network: str = "carbuyer-fcj", subnet: str = "public2"
) -> str:
    """Create a NAT gateway, with an unnamed address as its dialog allocates it, and return its id."""
    ec2 = builder.client("ec2")
    address = ec2.allocate_address(Domain="vpc")["AllocationId"]
    made = ec2.create_nat_gateway(
        SubnetId=builder.ids[f"{network}-{subnet}"],
        AllocationId=address,
        TagSpecifications=spec("natgateway", name),
    )["NatGateway"]["NatGatewayId"]
    builder.ids |= {name: made, f"{name} address": address}
    return str(made)


def nat_gateway_with_route(builder: Builder) -> None:
    """Create the workshop's NAT gateway, and route the second private subnet's traffic to it."""
    table, nat = builder.ids[f"carbuyer-fcj-rtb-private2-{builder.region}b"], nat_gateway(builder)
    builder.client("ec2").create_route(RouteTableId=table, DestinationCidrBlock=ANYWHERE, NatGatewayId=nat)


def target_groups(builder: Builder) -> None:
    """Create the target groups, and register the instances if there are any."""
    elb = builder.client("elbv2")
    target_group(builder, "carbuyer-customer-tg", 3000, "carbuyer-customer-service")
    admin = target_group(builder, "carbuyer-admin-employee-tg", 3001, "carbuyer-admin-service")
    sticky = {"stickiness.enabled": "true", "stickiness.type": "lb_cookie"}
    attributes = [{"Key": key, "Value": value} for key, value in sticky.items()]
    elb.modify_target_group_attributes(TargetGroupArn=admin, Attributes=attributes)


def target_group(builder: Builder, name: str, port: int, target: str, network: str = "carbuyer-fcj") -> str:
    """Create a target group, register the instance ``target`` if it was launched, and return the group's ARN."""
    elb = builder.client("elbv2")
    made = elb.create_target_group(
        Name=name, Protocol="HTTP", Port=port, VpcId=builder.ids[f"{network}-vpc"], TargetType="instance"
    )
    builder.ids[name] = made["TargetGroups"][0]["TargetGroupArn"]
    if target in builder.ids:
        elb.register_targets(TargetGroupArn=builder.ids[name], Targets=[{"Id": builder.ids[target], "Port": port}])
    return builder.ids[name]


def load_balancer(
    builder: Builder, name: str = "carbuyer-alb", group: str = "carbuyer-alb-sg", network: str = "carbuyer-fcj"
) -> str:
    """Create the load balancer with its listener and seven path rules, and return its ARN."""
    elb = builder.client("elbv2")
    made = elb.create_load_balancer(
        Name=name,
        Subnets=[builder.ids[f"{network}-public1"], builder.ids[f"{network}-public2"]],
        SecurityGroups=[builder.ids[group]],
        Scheme="internet-facing",
        Type="application",
    )
    builder.ids[name] = made["LoadBalancers"][0]["LoadBalancerArn"]
    customer, admin = (_forward(builder, f"carbuyer-{which}-tg") for which in ("customer", "admin-employee"))
    listener = elb.create_listener(
        LoadBalancerArn=builder.ids[name], Protocol="HTTP", Port=80, DefaultActions=customer
    )["Listeners"][0]["ListenerArn"]
    for priority, path in PATH_RULES.items():
        conditions = [{"Field": "path-pattern", "PathPatternConfig": {"Values": [path]}}]
        elb.create_rule(ListenerArn=listener, Priority=priority, Conditions=conditions, Actions=admin)
    return builder.ids[name]


def _forward(builder: Builder, group: str) -> list[dict[str, str]]:
    return [{"Type": "forward", "TargetGroupArn": builder.ids[group]}]
