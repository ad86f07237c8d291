"""EC2's networks, and what stands in front of them."""

from __future__ import annotations

from typing import Any

from carbuyer_cleanup.audit.types import rules
from carbuyer_cleanup.audit.types.row import GONE, HOME, US_WEST_2, Type

# A deleted group, subnet or gateway can be described for two more minutes, and a network interface comes and goes
# for three: terraform-provider-aws#40, hashicorp/terraform#2499.
LAG, INTERFACE_LAG = 120, 180
PEERING_GONE = GONE | {"rejected", "failed", "expired"}  # VPC peering guide: "not possible to delete", listed for hours

ADDRESS = "AllocationId || PublicIp || CarrierIp"  # EC2-Classic's have no id, a Wavelength Zone's no public IP

# An address that AWS allocated for a service of its own, such as a regional NAT gateway, and will release itself.
LET_GO = "ServiceManaged && !AssociationId && 'let go'"


def _ec2(name: str, operation: str, items: str, id_: str, of: str, **more: Any) -> Type:
    return Type(name, f"ec2:{operation}", items, id_, f"ec2:{of}/", **{"tags": "Tags", **more})


# fmt: off
NETWORK = (
    _ec2("VPC", "DescribeVpcs", "Vpcs[]", "VpcId", "vpc"),
    _ec2("subnet", "DescribeSubnets", "Subnets[]", "SubnetId", "subnet", hangs=True),
    _ec2("route table", "DescribeRouteTables", "RouteTables[]", "RouteTableId", "route-table", hangs=True),
    _ec2("internet gateway", "DescribeInternetGateways", "InternetGateways[]", "InternetGatewayId", "internet-gateway",
         hangs=True),
    _ec2("egress-only internet gateway", "DescribeEgressOnlyInternetGateways", "EgressOnlyInternetGateways[]",
         "EgressOnlyInternetGatewayId", "egress-only-internet-gateway", hangs=True, price=0),
    _ec2("NAT gateway", "DescribeNatGateways", "NatGateways[]", "NatGatewayId", "natgateway", state="State",
         gone=GONE | {"failed"}),
    _ec2("Elastic IP", "DescribeAddresses", "Addresses[]", ADDRESS, "elastic-ip",
         state=LET_GO, leaving=frozenset({"let go"}), rule=rules.unattached),
    _ec2("network interface", "DescribeNetworkInterfaces", "NetworkInterfaces[]", "NetworkInterfaceId",
         "network-interface", tags="TagSet", lag=INTERFACE_LAG, hangs=True),
    _ec2("security group", "DescribeSecurityGroups", "SecurityGroups[]", "GroupId", "security-group",
         names="GroupName", lag=LAG),
    _ec2("network ACL", "DescribeNetworkAcls", "NetworkAcls[]", "NetworkAclId", "network-acl", hangs=True),
    _ec2("VPC endpoint", "DescribeVpcEndpoints", "VpcEndpoints[]", "VpcEndpointId", "vpc-endpoint", state="State"),
    _ec2("VPC endpoint service", "DescribeVpcEndpointServiceConfigurations", "ServiceConfigurations[]", "ServiceId",
         "vpc-endpoint-service", state="ServiceState"),
    _ec2("VPC peering connection", "DescribeVpcPeeringConnections", "VpcPeeringConnections[]",
         "VpcPeeringConnectionId", "vpc-peering-connection", state="Status.Code", gone=PEERING_GONE),
    _ec2("DHCP option set", "DescribeDhcpOptions", "DhcpOptions[]", "DhcpOptionsId", "dhcp-options", price=0),
    _ec2("flow log", "DescribeFlowLogs", "FlowLogs[]", "FlowLogId", "vpc-flow-log"),
    _ec2("managed prefix list", "DescribeManagedPrefixLists", "PrefixLists[?OwnerId != 'AWS']", "PrefixListId",
         "prefix-list", names="PrefixListName", state="State"),
    _ec2("VPN gateway", "DescribeVpnGateways", "VpnGateways[]", "VpnGatewayId", "vpn-gateway", state="State"),
    _ec2("customer gateway", "DescribeCustomerGateways", "CustomerGateways[]", "CustomerGatewayId",
         "customer-gateway", state="State"),
    _ec2("VPN connection", "DescribeVpnConnections", "VpnConnections[]", "VpnConnectionId", "vpn-connection",
         state="State"),
    _ec2("Client VPN endpoint", "DescribeClientVpnEndpoints", "ClientVpnEndpoints[]", "ClientVpnEndpointId",
         "client-vpn-endpoint", state="Status.Code"),
    _ec2("transit gateway", "DescribeTransitGateways", "TransitGateways[]", "TransitGatewayId", "transit-gateway",
         state="State"),
    _ec2("transit gateway attachment", "DescribeTransitGatewayAttachments", "TransitGatewayAttachments[]",
         "TransitGatewayAttachmentId", "transit-gateway-attachment", state="State",
         gone=GONE | {"failed", "rejected"}),
    _ec2("EC2 Instance Connect endpoint", "DescribeInstanceConnectEndpoints", "InstanceConnectEndpoints[]",
         "InstanceConnectEndpointId", "instance-connect-endpoint", state="State", hangs=True),

    Type("load balancer", "elbv2:DescribeLoadBalancers", "LoadBalancers[]", "LoadBalancerArn",
         "elasticloadbalancing:loadbalancer/", names="LoadBalancerName", arn="LoadBalancerArn"),
    Type("target group", "elbv2:DescribeTargetGroups", "TargetGroups[]", "TargetGroupArn",
         "elasticloadbalancing:targetgroup/", names="TargetGroupName", arn="TargetGroupArn"),
    Type("Classic Load Balancer", "elb:DescribeLoadBalancers", "LoadBalancerDescriptions[]", "LoadBalancerName",
         "elasticloadbalancing:loadbalancer/"),
    Type("Global Accelerator", "globalaccelerator:ListAccelerators", "Accelerators[]", "AcceleratorArn",
         "globalaccelerator:accelerator/", names="Name", arn="AcceleratorArn", where=US_WEST_2),
    Type("Network Firewall", "network-firewall:ListFirewalls", "Firewalls[]", "FirewallArn",
         "network-firewall:firewall/", names="FirewallName", arn="FirewallArn"),

    Type("hosted zone", "route53:ListHostedZones", "HostedZones[]", "tail(Id)", "route53:hostedzone/", names="Name",
         where=HOME),
    Type("health check", "route53:ListHealthChecks", "HealthChecks[]", "Id", "route53:healthcheck/", where=HOME),
    Type("Resolver endpoint", "route53resolver:ListResolverEndpoints", "ResolverEndpoints[]", "Id",
         "route53resolver:resolver-endpoint/", names="Name || '-'", state="Status"),
    Type("Cloud Map namespace", "servicediscovery:ListNamespaces", "Namespaces[]", "Id",
         "servicediscovery:namespace/", names="Name", arn="Arn"),

    Type("CloudFront distribution", "cloudfront:ListDistributions", "DistributionList.Items[]", "Id",
         "cloudfront:distribution/", names="[Comment, DomainName || '-']", arn="ARN", where=HOME,
         rule=rules.distribution_name,
         rule_calls={"cloudfront:ListTagsForResource": frozenset({"NoSuchResource"}), "s3:ListBuckets": frozenset()}),
    Type("origin access control", "cloudfront:ListOriginAccessControls", "OriginAccessControlList.Items[]", "Id",
         "cloudfront:origin-access-control/", names="Name",
         where=HOME, rule=rules.origin_access_control),
    Type("origin access identity", "cloudfront:ListCloudFrontOriginAccessIdentities",
         "CloudFrontOriginAccessIdentityList.Items[]", "Id", names="Comment", where=HOME),
    Type("CloudFront function", "cloudfront:ListFunctions", "FunctionList.Items[]", "Name", "cloudfront:function/",
         where=HOME, token=("Marker", "FunctionList.NextMarker")),
    Type("cache policy", "cloudfront:ListCachePolicies", "CachePolicyList.Items[]", "CachePolicy.Id",
         "cloudfront:cache-policy/", names="CachePolicy.CachePolicyConfig.Name", where=HOME,
         params={"Type": "custom"}, token=("Marker", "CachePolicyList.NextMarker")),
    Type("origin request policy", "cloudfront:ListOriginRequestPolicies", "OriginRequestPolicyList.Items[]",
         "OriginRequestPolicy.Id", "cloudfront:origin-request-policy/",
         names="OriginRequestPolicy.OriginRequestPolicyConfig.Name", where=HOME, params={"Type": "custom"},
         token=("Marker", "OriginRequestPolicyList.NextMarker")),
    Type("response headers policy", "cloudfront:ListResponseHeadersPolicies", "ResponseHeadersPolicyList.Items[]",
         "ResponseHeadersPolicy.Id", "cloudfront:response-headers-policy/",
         names="ResponseHeadersPolicy.ResponseHeadersPolicyConfig.Name", where=HOME, params={"Type": "custom"},
         token=("Marker", "ResponseHeadersPolicyList.NextMarker")),
    Type("CloudFront key group", "cloudfront:ListKeyGroups", "KeyGroupList.Items[]", "KeyGroup.Id",
         names="KeyGroup.KeyGroupConfig.Name", where=HOME, token=("Marker", "KeyGroupList.NextMarker")),
    Type("CloudFront public key", "cloudfront:ListPublicKeys", "PublicKeyList.Items[]", "Id", names="Name",
         where=HOME, token=("Marker", "PublicKeyList.NextMarker")),

    # WAF sends a marker with each page that has items, even the last (boto/boto3#3715; recorded with one ACL).
    Type("web ACL", "wafv2:ListWebACLs", "WebACLs[]", "Id", "wafv2:regional/webacl/", names="Name", arn="ARN",
         params={"Scope": "REGIONAL"}, token=("NextMarker", "WebACLs && NextMarker"), price=5.00),
    Type("web ACL of CloudFront", "wafv2:ListWebACLs", "WebACLs[]", "Id", "wafv2:global/webacl/", names="Name",
         arn="ARN", params={"Scope": "CLOUDFRONT"}, where=HOME, token=("NextMarker", "WebACLs && NextMarker"),
         hangs=True),
    Type("WAF IP set", "wafv2:ListIPSets", "IPSets[]", "Id", "wafv2:regional/ipset/", names="Name", arn="ARN",
         params={"Scope": "REGIONAL"}, token=("NextMarker", "IPSets && NextMarker")),
    Type("WAF IP set of CloudFront", "wafv2:ListIPSets", "IPSets[]", "Id", "wafv2:global/ipset/", names="Name",
         arn="ARN", params={"Scope": "CLOUDFRONT"}, where=HOME, token=("NextMarker", "IPSets && NextMarker")),
    Type("WAF rule group", "wafv2:ListRuleGroups", "RuleGroups[]", "Id", "wafv2:regional/rulegroup/", names="Name",
         arn="ARN", params={"Scope": "REGIONAL"}, token=("NextMarker", "RuleGroups && NextMarker")),
    Type("WAF rule group of CloudFront", "wafv2:ListRuleGroups", "RuleGroups[]", "Id", "wafv2:global/rulegroup/",
         names="Name", arn="ARN", params={"Scope": "CLOUDFRONT"}, where=HOME,
         token=("NextMarker", "RuleGroups && NextMarker")),
)
# fmt: on
