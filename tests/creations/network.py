"""Networks, load balancers, names and the edge."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.creators import NAME, REGION, At, balancer, distribution, tag, tagged, visibility

if TYPE_CHECKING:
    from collections.abc import Callable

# fmt: off
NETWORK: dict[str, Callable[[At], object]] = {
    "VPC": lambda at: at("ec2").create_vpc(CidrBlock="10.4.0.0/16", TagSpecifications=tagged("vpc")),
    "subnet": lambda at: at("ec2").create_subnet(
        VpcId=at.vpc, CidrBlock="10.3.9.0/24", TagSpecifications=tagged("subnet")),
    "route table": lambda at: at("ec2").create_route_table(VpcId=at.vpc, TagSpecifications=tagged("route-table")),
    "internet gateway": lambda at: at("ec2").create_internet_gateway(TagSpecifications=tagged("internet-gateway")),
    "egress-only internet gateway": lambda at: at("ec2").create_egress_only_internet_gateway(
        VpcId=at.vpc, TagSpecifications=tagged("egress-only-internet-gateway")),
    "NAT gateway": lambda at: at("ec2").create_nat_gateway(
        SubnetId=at.subnets[0], ConnectivityType="private", TagSpecifications=tagged("natgateway")),
    "Elastic IP": lambda at: at("ec2").allocate_address(Domain="vpc", TagSpecifications=tagged("elastic-ip")),
    "network interface": lambda at: at("ec2").create_network_interface(
        SubnetId=at.subnets[0], TagSpecifications=tagged("network-interface")),
    "security group": lambda at: at("ec2").create_security_group(GroupName=NAME, Description="-", VpcId=at.vpc),
    "network ACL": lambda at: at("ec2").create_network_acl(VpcId=at.vpc, TagSpecifications=tagged("network-acl")),
    "VPC endpoint": lambda at: at("ec2").create_vpc_endpoint(
        VpcId=at.vpc, ServiceName=f"com.amazonaws.{REGION}.s3", TagSpecifications=tagged("vpc-endpoint")),
    "EC2 Instance Connect endpoint": lambda at: at("ec2").create_instance_connect_endpoint(
        SubnetId=at.subnets[0], TagSpecifications=tagged("instance-connect-endpoint")),
    "VPC endpoint service": lambda at: at("ec2").create_vpc_endpoint_service_configuration(
        NetworkLoadBalancerArns=[balancer(at, "somebodys", "network")],
        TagSpecifications=tagged("vpc-endpoint-service")),
    "VPC peering connection": lambda at: at("ec2").create_vpc_peering_connection(
        VpcId=at.vpc, PeerVpcId=at("ec2").create_vpc(CidrBlock="10.5.0.0/16")["Vpc"]["VpcId"],
        TagSpecifications=tagged("vpc-peering-connection")),
    "DHCP option set": lambda at: tag(at, at("ec2").create_dhcp_options(
        DhcpConfigurations=[{"Key": "domain-name", "Values": ["x"]}])["DhcpOptions"]["DhcpOptionsId"]),
    "flow log": lambda at: at("ec2").create_flow_logs(
        ResourceIds=[at.vpc], ResourceType="VPC", TrafficType="ALL", LogDestinationType="s3",
        LogDestination=f"arn:aws:s3:::{at.bucket}", TagSpecifications=tagged("vpc-flow-log")),
    "managed prefix list": lambda at: at("ec2").create_managed_prefix_list(
        PrefixListName=NAME, MaxEntries=1, AddressFamily="IPv4"),
    "VPN gateway": lambda at: at("ec2").create_vpn_gateway(Type="ipsec.1", TagSpecifications=tagged("vpn-gateway")),
    "customer gateway": lambda at: at("ec2").create_customer_gateway(
        Type="ipsec.1", PublicIp="198.51.100.1", BgpAsn=65000, TagSpecifications=tagged("customer-gateway")),
    "VPN connection": lambda at: at("ec2").create_vpn_connection(
        Type="ipsec.1", TagSpecifications=tagged("vpn-connection"),
        VpnGatewayId=at("ec2").create_vpn_gateway(Type="ipsec.1")["VpnGateway"]["VpnGatewayId"],
        CustomerGatewayId=at("ec2").create_customer_gateway(
            Type="ipsec.1", PublicIp="198.51.100.2", BgpAsn=65000)["CustomerGateway"]["CustomerGatewayId"]),
    "transit gateway": lambda at: at("ec2").create_transit_gateway(TagSpecifications=tagged("transit-gateway")),
    "transit gateway attachment": lambda at: tag(at, at("ec2").create_transit_gateway_vpc_attachment(
        TransitGatewayId=at("ec2").create_transit_gateway()["TransitGateway"]["TransitGatewayId"], VpcId=at.vpc,
        SubnetIds=at.subnets)["TransitGatewayVpcAttachment"]["TransitGatewayAttachmentId"]),
    "load balancer": lambda at: balancer(at, NAME, "application"),
    "target group": lambda at: at("elbv2").create_target_group(Name=NAME, Protocol="HTTP", Port=80, VpcId=at.vpc),
    "Classic Load Balancer": lambda at: at("elb").create_load_balancer(
        LoadBalancerName=NAME, AvailabilityZones=[f"{REGION}a"],
        Listeners=[{"Protocol": "http", "LoadBalancerPort": 80, "InstancePort": 80}]),
    "Network Firewall": lambda at: at("network-firewall").create_firewall(
        FirewallName=NAME, FirewallPolicyArn="arn:aws:network-firewall:x:1:policy/y", VpcId=at.vpc,
        SubnetMappings=[{"SubnetId": at.subnets[0]}]),
    "hosted zone": lambda at: at("route53").create_hosted_zone(Name=f"{NAME}.example.org", CallerReference="1"),
    "Resolver endpoint": lambda at: at("route53resolver").create_resolver_endpoint(
        CreatorRequestId="1", Name=NAME, Direction="INBOUND", IpAddresses=[{"SubnetId": s} for s in at.subnets],
        SecurityGroupIds=[at("ec2").create_security_group(GroupName="s", Description="-", VpcId=at.vpc)["GroupId"]]),
    "Cloud Map namespace": lambda at: at("servicediscovery").create_http_namespace(Name=NAME),
    "CloudFront distribution": lambda at: at("cloudfront").create_distribution_with_tags(
        DistributionConfigWithTags={
            "DistributionConfig": distribution(NAME), "Tags": {"Items": [{"Key": "Name", "Value": NAME}]}}),
    "origin access control": lambda at: at("cloudfront").create_origin_access_control(OriginAccessControlConfig={
        "Name": NAME, "SigningProtocol": "sigv4", "SigningBehavior": "always", "OriginAccessControlOriginType": "s3"}),
    "CloudFront function": lambda at: at("cloudfront").create_function(
        Name=NAME, FunctionConfig={"Comment": "", "Runtime": "cloudfront-js-2.0"}, FunctionCode=b"x"),
    "CloudFront key group": lambda at: at("cloudfront").create_key_group(
        KeyGroupConfig={"Name": NAME, "Items": ["K1"]}),
    "CloudFront public key": lambda at: at("cloudfront").create_public_key(
        PublicKeyConfig={"CallerReference": "1", "Name": NAME, "EncodedKey": "x"}),
    "web ACL": lambda at: at("wafv2").create_web_acl(
        Name=NAME, Scope="REGIONAL", DefaultAction={"Allow": {}}, VisibilityConfig=visibility()),
    "web ACL of CloudFront": lambda at: at.account.client("wafv2", "us-east-1").create_web_acl(
        Name=NAME, Scope="CLOUDFRONT", DefaultAction={"Allow": {}}, VisibilityConfig=visibility()),
    "WAF IP set": lambda at: at("wafv2").create_ip_set(
        Name=NAME, Scope="REGIONAL", IPAddressVersion="IPV4", Addresses=[]),
    "WAF IP set of CloudFront": lambda at: at.account.client("wafv2", "us-east-1").create_ip_set(
        Name=NAME, Scope="CLOUDFRONT", IPAddressVersion="IPV4", Addresses=[]),
    "WAF rule group of CloudFront": lambda at: at.account.client("wafv2", "us-east-1").create_rule_group(
        Name=NAME, Scope="CLOUDFRONT", Capacity=1, VisibilityConfig=visibility()),
    "WAF rule group": lambda at: at("wafv2").create_rule_group(
        Name=NAME, Scope="REGIONAL", Capacity=1, VisibilityConfig=visibility()),
}
# fmt: on
