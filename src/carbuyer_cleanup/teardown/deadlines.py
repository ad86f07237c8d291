"""How long each kind of resource is waited for at most, in minutes; the manifest's [deadlines] may say otherwise.

Time, not tries: a longer pause between two looks makes nobody give up earlier. Each comes from how long AWS, or the
patient tools that others wait with, say that it takes. "tf" is hashicorp/terraform-provider-aws, internal/service: the
file, what it waits with, and its minutes where ours are more; ours are never fewer. *Delete* is the file's default
timeout of that name.
"""

from __future__ import annotations

DEADLINES: dict[str, float] = {
    "load balancer": 10,  # tf elbv2/load_balancer.go, Delete
    "web ACL of a load balancer": 15,  # its association goes a little after what it guarded: tf wafv2/web_acl.go, 5
    "target group": 5,  # it reads in use after its load balancer is gone: tf elbv2/target_group.go, 2
    "EC2 instance": 20,  # tf ec2/ec2_instance.go, Delete; shutting-down is usually over in 3 minutes
    "EBS volume": 10,  # tf ec2/ebs_volume.go, Delete; and botocore's waiter volume_deleted
    "copy of a disk": 5,  # none is deleted
    "NAT gateway": 30,  # tf ec2/vpc_nat_gateway.go, Delete; usually gone after 1 to 5 minutes
    # AuthFailure after its gateway reads deleted (kubernetes/kops#1604), and then its reverse DNS record:
    # tf ec2/ec2_eip.go, Delete, 3; tf ec2/ec2_eip_domain_name.go, SetDefaultDeleteTimeout, 10
    "Elastic IP": 20,
    "base path mapping": 5,  # nothing is known to hold one
    "REST API": 15,  # one deletion in 30 s per account (API Gateway's quotas): room for thirty; tf doesn't wait
    "HTTP API": 5,  # nothing is known to hold one
    "usage plan": 10,  # one change in 20 s per account, and the stages of a deleted API may linger on it
    "API key": 5,  # nothing is known to hold one
    "log group of an API": 5,  # while it is OperationAborted: tf logs/group.go, 1; late logs bring it back
    "log group of a function": 5,  # likewise
    "Lambda test events": 5,  # nothing is known to hold any
    # tf lambda/function.go, Delete, 10; its network interfaces: ec2/vpc_network_interface.go, deleteLingeringLambdaENI
    "Lambda function": 45,
    "CloudFront distribution": 90,  # for a deployment: tf cloudfront/distribution.go, waitDistributionDeployed
    "web ACL of CloudFront": 15,  # as above
    "log delivery": 5,  # nothing is known to hold one
    "origin access control": 10,  # in use until the distribution is gone everywhere
    "S3 objects": 60,  # tf s3/bucket.go, Delete, which empties the bucket, too
    "S3 bucket": 10,  # late objects of log delivery, OperationAborted: tf s3/bucket.go, bucketPropagationTimeout, 2
    # One that is being created can't be deleted: tf dynamodb/wait.go, createTableTimeout, 30; deleteTableTimeout, 10
    "DynamoDB table": 40,
    "interface endpoint": 10,  # its network interfaces go with it: tf ec2/vpc_endpoint.go, Delete
    # 10 to be made and 10 to go: tf ec2/ec2_instance_connect_endpoint.go, SetDefaultCreateTimeout and …Delete…
    "EC2 Instance Connect endpoint": 20,
    "security group": 15,  # interfaces of a load balancer that is gone use it: tf ec2/vpc_security_group.go, Delete
    "VPC endpoint": 10,  # tf ec2/vpc_endpoint.go, Delete
    # Those of functions, as above; others: tf ec2/wait.go, NetworkInterfaceDetachedTimeout, 10; of load balancers:
    # elbv2/load_balancer.go, loadBalancerNetworkInterfaceDetachTimeout, 5
    "network interface": 45,
    "internet gateway": 20,  # while public addresses are mapped: tf ec2/vpc_internet_gateway.go, Delete
    "subnet": 20,  # tf ec2/vpc_subnet.go, Delete
    "route table": 5,  # tf ec2/wait.go, RouteTableAssociationDeletedTimeout
    "network ACL": 5,  # DependencyViolation: tf ec2/vpc_network_acl.go with ec2/wait.go, ec2PropagationTimeout
    "security group in the VPC": 15,  # as the others
    "VPC": 10,  # tf ec2/wait.go, vpcDeletedTimeout: 5 while something depends on it, and 5 until it isn't listed
    "instance profile": 5,  # tf doesn't wait; as roles
    "IAM role": 5,  # DeleteConflict after what held it is gone: tf iam/role.go with iam/wait.go, propagationTimeout, 2
    "IAM user": 5,  # a sign-in that is being made: tf iam/user.go, deleteUserLoginProfile, propagationTimeout, 2
    "virtual MFA device": 5,  # tf doesn't wait; as roles
    "IAM group": 5,  # likewise
    "IAM policy": 5,  # likewise
    "key pair": 2,  # nothing holds one
}
