"""How long each kind of resource is waited for at most, in minutes; the manifest's [deadlines] may say otherwise.

Time, not tries: a longer pause between two looks makes nobody give up earlier. Each comes from how long AWS, or the
patient tools that others wait with, say that it takes (tf: hashicorp/terraform-provider-aws, internal/service).
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection

DEADLINES: dict[str, float] = {
    "load balancer": 10,  # tf elbv2/load_balancer.go
    "web ACL of a load balancer": 15,  # its association goes a little later than what it guarded
    "target group": 5,  # tf elbv2/target_group.go waits 2, while it reads in use after its load balancer is gone
    "EC2 instance": 20,  # tf ec2/ec2_instance.go; shutting-down is usually over in 3 minutes
    "EBS volume": 10,  # tf ec2/ebs_volume.go, and botocore's waiter volume_deleted
    "copy of a disk": 5,  # none is deleted
    "NAT gateway": 30,  # tf ec2/vpc_nat_gateway.go; usually gone after 1 to 5 minutes
    "Elastic IP": 20,  # AuthFailure after its gateway reads deleted (kubernetes/kops#1604), and then its reverse DNS
    # record: tf ec2/ec2_eip_domain_name.go waits 10
    "base path mapping": 5,  # nothing is known to hold one
    "REST API": 15,  # one deletion in 30 s per account (API Gateway's quotas): room for thirty
    "HTTP API": 5,  # nothing is known to hold one
    "usage plan": 10,  # one change in 20 s per account, and the stages of a deleted API may linger on it
    "API key": 5,  # nothing is known to hold one
    "log group of an API": 5,  # tf logs/group.go waits 1, while it is OperationAborted; late logs bring it back
    "log group of a function": 5,  # likewise
    "Lambda test events": 5,  # nothing is known to hold any
    "Lambda function": 45,  # its network interfaces: so long waits tf, by its page on subnets
    "CloudFront distribution": 90,  # tf cloudfront/distribution.go, for a deployment
    "web ACL of CloudFront": 15,  # as above
    "log delivery": 5,  # nothing is known to hold one
    "origin access control": 10,  # in use until the distribution is gone everywhere
    "S3 objects": 60,  # tf s3/bucket.go, for force_destroy
    "S3 bucket": 10,  # late objects of log delivery; OperationAborted while another change is under way
    "DynamoDB table": 15,  # tf dynamodb/table.go waits 10; a table that is being created, as long again
    "interface endpoint": 10,  # its network interfaces go with it: tf ec2/vpc_endpoint.go waits 10
    "EC2 Instance Connect endpoint": 20,  # tf ec2/ec2_instance_connect_endpoint.go: 10 to be made, 10 to go
    "security group": 15,  # tf ec2/vpc_security_group.go: interfaces of a load balancer that is gone use it
    "VPC endpoint": 10,  # tf ec2/vpc_endpoint.go
    "network interface": 45,  # those of functions, as above; those of a load balancer 35 at most (tf elbv2)
    "internet gateway": 20,  # tf ec2/vpc_internet_gateway.go, while public addresses are mapped
    "subnet": 20,  # tf ec2/vpc_subnet.go
    "route table": 5,  # tf ec2/vpc_route_table.go
    "network ACL": 5,  # tf ec2/vpc_network_acl.go
    "security group in the VPC": 15,  # as the others
    "VPC": 10,  # tf ec2/vpc_.go: 5 while something depends on it, and 5 until it is not listed any more
    "instance profile": 5,  # IAM's eventual consistency: tf iam/wait.go waits 2
    "IAM role": 5,  # likewise
    "IAM user": 5,  # likewise
    "virtual MFA device": 5,  # likewise
    "IAM group": 5,  # likewise
    "IAM policy": 5,  # likewise
    "key pair": 2,  # nothing holds one
}

# Minutes that AWS usually takes, where it is more than one. The longest decides: nearly all go at the same time.
USUALLY: dict[str, float] = {
    "CloudFront distribution": 6,  # disabled everywhere in about 5, then deleted: CloudFront's developer guide
    "NAT gateway": 3,  # "a few minutes": VPC user guide
    "EC2 instance": 3,  # shutting-down
    "interface endpoint": 3,  # with its network interfaces
    "EC2 Instance Connect endpoint": 3,  # likewise
    "load balancer": 2,  # and then its network interfaces
    "VPC": 4,  # after all that is in it
}
AUDIT = 1  # minute that the audit takes


def usual_minutes(kinds: Collection[str]) -> int:
    """Return how many minutes it usually takes to delete resources of these kinds, and to audit the account."""
    return math.ceil(max((USUALLY.get(kind, 0) for kind in kinds), default=0) + AUDIT)
