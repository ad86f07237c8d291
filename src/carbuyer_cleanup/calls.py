"""Every AWS call the suite makes, and which of its error codes mean *already gone* and which mean *not yet*.

What is in neither column fails at once. Throttling and AWS's own failures are the same for all calls: ``errors.CODES``.
Sources of the codes: the operations' error lists in AWS's API references (botocore's service models), and where AWS
answers otherwise than documented, the threads cited beside the row.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Call:
    """How an operation's errors are read."""

    writes: bool
    gone: frozenset[str] = frozenset()
    busy: frozenset[str] = frozenset()


def read(*gone: str) -> Call:
    """Describe a call that only looks; ``gone`` are its codes for *there is no such thing*."""
    return Call(writes=False, gone=frozenset(gone))


def write(gone: str = "", busy: str = "") -> Call:
    """Describe a call that changes something; codes are separated by spaces."""
    return Call(writes=True, gone=frozenset(gone.split()), busy=frozenset(busy.split()))


CALLS: dict[str, Call] = {
    "sts:GetCallerIdentity": read(),
    "iam:ListAccountAliases": read(),
    # Elastic Load Balancing
    "elbv2:DescribeLoadBalancers": read("LoadBalancerNotFound"),
    "elbv2:DescribeTargetGroups": read("TargetGroupNotFound"),
    "elbv2:ModifyLoadBalancerAttributes": write("LoadBalancerNotFound"),
    "elbv2:DeleteLoadBalancer": write("LoadBalancerNotFound", "ResourceInUse OperationNotPermitted"),
    "elbv2:DeleteTargetGroup": write("TargetGroupNotFound", "ResourceInUse"),
    # EC2
    "ec2:DescribeRegions": read(),
    "ec2:DescribeInstances": read("InvalidInstanceID.NotFound"),
    "ec2:ModifyInstanceAttribute": write("InvalidInstanceID.NotFound"),
    "ec2:TerminateInstances": write("InvalidInstanceID.NotFound", "OperationNotPermitted"),
    "ec2:DescribeNatGateways": read("NatGatewayNotFound"),
    "ec2:DeleteNatGateway": write("NatGatewayNotFound"),
    "ec2:DescribeAddresses": read("InvalidAllocationID.NotFound", "InvalidAddress.NotFound"),
    # AuthFailure is AWS's answer while a NAT gateway holds the address, and for some seconds after it reads
    # "deleted": eformat/sno-for-100#5 and #9, kubernetes/kops#1604.
    "ec2:ReleaseAddress": write("InvalidAllocationID.NotFound", "AuthFailure InvalidIPAddress.InUse"),
    "ec2:DescribeVpcs": read("InvalidVpcID.NotFound"),
    "ec2:DescribeKeyPairs": read("InvalidKeyPair.NotFound"),
    "ec2:DeleteKeyPair": write("InvalidKeyPair.NotFound"),
}
