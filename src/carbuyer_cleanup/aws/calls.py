"""Every AWS call the suite makes, and which of its error codes mean *already gone* and which mean *not yet*.

What is in neither column fails at once. Throttling and AWS's own failures are the same for all calls: ``errors.CODES``.
Sources of the codes: the operations' error lists in AWS's API references (botocore's service models), and where AWS
answers otherwise than documented, the threads cited beside the row.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from carbuyer_cleanup.audit.types import READS
from carbuyer_cleanup.errors import AwsError, NotUnderstood, Trouble, trouble_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from carbuyer_cleanup.errors import CleanupError


@dataclass(frozen=True)
class Call:
    """How an operation's errors are read, and its pages where botocore doesn't know how they follow on each other.

    ``lasting`` are words of a message, as a regular expression, with which a ``busy`` code never passes.
    ``changed_by`` are the only calls of the suite's that change what a call that looks answers, where that is sure.
    ``has`` names members without which its answer is none; ``a|b`` is at least one of two. The lists of list calls are
    seen to where they are read (``answers.listed``). What is ``optional`` costs no more than a warning if it fails.
    """

    writes: bool
    gone: frozenset[str] = frozenset()
    busy: frozenset[str] = frozenset()
    lasting: str = ""
    tokens: Mapping[str, str] = field(default_factory=dict)
    changed_by: frozenset[str] = frozenset()
    has: tuple[str, ...] = ()
    optional: bool = False


def read(*gone: str, changed_by: str = "", has: str = "", optional: bool = False) -> Call:
    """Describe a call that only looks; ``gone`` are its codes for *there is no such thing*."""
    return Call(
        writes=False, gone=frozenset(gone), changed_by=frozenset(changed_by.split()), has=tuple(has.split()),
        optional=optional,
    )  # fmt: skip


def write(gone: str = "", busy: str = "", lasting: str = "") -> Call:
    """Describe a call that changes something; codes are separated by spaces."""
    return Call(writes=True, gone=frozenset(gone.split()), busy=frozenset(busy.split()), lasting=lasting)


CALLS: dict[str, Call] = {
    "sts:GetCallerIdentity": read(),
    "iam:ListAccountAliases": read(has="AccountAliases", optional=True),
    # Elastic Load Balancing. The calls that delete are idempotent; their models list no code for what is gone.
    "elbv2:DescribeLoadBalancers": read("LoadBalancerNotFound"),
    "elbv2:DescribeTargetGroups": read("TargetGroupNotFound"),
    "elbv2:ModifyLoadBalancerAttributes": write("LoadBalancerNotFound"),
    # lasting: while a VPC endpoint service has it (NLB user guide, load-balancer-delete; text of logs in public code)
    "elbv2:DeleteLoadBalancer": write("LoadBalancerNotFound", "ResourceInUse", "associated with another service"),
    "elbv2:DeleteTargetGroup": write("TargetGroupNotFound", "ResourceInUse"),
    # EC2: instances, volumes, key pairs
    "ec2:DescribeRegions": read(has="Regions"),
    "ec2:DescribeInstances": read("InvalidInstanceID.NotFound"),
    "ec2:ModifyInstanceAttribute": write("InvalidInstanceID.NotFound"),
    "ec2:TerminateInstances": write("InvalidInstanceID.NotFound"),
    "ec2:DescribeVolumes": read("InvalidVolume.NotFound"),
    "ec2:DeleteVolume": write("InvalidVolume.NotFound", "VolumeInUse"),
    "ec2:DescribeKeyPairs": read("InvalidKeyPair.NotFound", has="KeyPairs"),
    "ec2:DeleteKeyPair": write("InvalidKeyPair.NotFound"),
    # EC2: NAT gateways and their addresses
    "ec2:DescribeNatGateways": read("NatGatewayNotFound"),
    "ec2:DeleteNatGateway": write("NatGatewayNotFound"),
    "ec2:DescribeAddresses": read("InvalidAllocationID.NotFound", "InvalidAddress.NotFound", has="Addresses"),
    # AuthFailure is AWS's answer while a NAT gateway holds the address, and for some seconds after it reads
    # "deleted": eformat/sno-for-100#5 and #9, kubernetes/kops#1604; lasting: it is about the key then. PtrSet: its
    # reverse DNS record is being removed (cloud-custodian/cloud-custodian#8924).
    "ec2:ReleaseAddress": write(
        "InvalidAllocationID.NotFound",
        "AuthFailure InvalidIPAddress.InUse InvalidAddress.PtrSet",
        "validate the provided access credentials",
    ),
    "ec2:DescribeAddressesAttribute": read("InvalidAllocationID.NotFound", "InvalidAddress.NotFound", has="Addresses"),
    "ec2:ResetAddressAttribute": write("InvalidAllocationID.NotFound InvalidAddress.NotFound"),
    # EC2: the VPC and what is in it. DependencyViolation is also the answer for some minutes after the last
    # dependent is gone: terraform-provider-aws waits (internal/service/ec2/vpc_*.go).
    "ec2:DescribeVpcs": read("InvalidVpcID.NotFound", changed_by="ec2:DeleteVpc"),
    "ec2:DescribeVpcEndpoints": read("InvalidVpcEndpointId.NotFound"),
    "ec2:DescribeNetworkInterfaces": read("InvalidNetworkInterfaceID.NotFound"),
    "ec2:DescribeInternetGateways": read("InvalidInternetGatewayID.NotFound"),
    "ec2:DescribeEgressOnlyInternetGateways": read(changed_by="ec2:DeleteEgressOnlyInternetGateway"),
    "ec2:DescribeSubnets": read("InvalidSubnetID.NotFound"),
    "ec2:DescribeRouteTables": read("InvalidRouteTableID.NotFound"),
    "ec2:DescribeNetworkAcls": read("InvalidNetworkAclID.NotFound"),
    "ec2:DescribeSecurityGroups": read("InvalidGroup.NotFound"),
    "ec2:DescribeVpcPeeringConnections": read("InvalidVpcPeeringConnectionID.NotFound"),
    "ec2:DescribeVpnGateways": read("InvalidVpnGatewayID.NotFound"),
    # answers 200 with the refusals inside; busy: hashicorp/terraform-provider-aws#42884
    "ec2:DeleteVpcEndpoints": write("InvalidVpcEndpoint.NotFound InvalidVpcEndpointId.NotFound", "OperationInProgress"),
    # InvalidParameterValue: only while it is "currently in use" (terraform-provider-aws, vpc_network_interface.go)
    "ec2:DeleteInstanceConnectEndpoint": write("InvalidInstanceConnectEndpointId.NotFound"),
    "ec2:DeleteNetworkInterface": write(
        "InvalidNetworkInterfaceID.NotFound",
        "InvalidNetworkInterface.InUse InvalidParameterValue",
        "^(?!.*currently in use)",
    ),
    "ec2:DetachInternetGateway": write("Gateway.NotAttached InvalidInternetGatewayID.NotFound", "DependencyViolation"),
    "ec2:DeleteInternetGateway": write("InvalidInternetGatewayID.NotFound", "DependencyViolation"),
    "ec2:DeleteEgressOnlyInternetGateway": write(
        "InvalidGatewayID.NotFound InvalidEgressOnlyInternetGatewayId.NotFound", "DependencyViolation"
    ),
    "ec2:DeleteSubnet": write("InvalidSubnetID.NotFound", "DependencyViolation"),
    "ec2:DisassociateRouteTable": write("InvalidAssociationID.NotFound"),
    "ec2:DeleteRouteTable": write("InvalidRouteTableID.NotFound", "DependencyViolation"),
    "ec2:DeleteNetworkAcl": write("InvalidNetworkAclID.NotFound", "DependencyViolation"),
    "ec2:RevokeSecurityGroupIngress": write("InvalidPermission.NotFound InvalidGroup.NotFound"),
    "ec2:RevokeSecurityGroupEgress": write("InvalidPermission.NotFound InvalidGroup.NotFound"),
    # InvalidGroup.InUse: the same in the default VPC (terraform-provider-aws, internal/service/ec2/errors.go).
    "ec2:DeleteSecurityGroup": write("InvalidGroup.NotFound", "DependencyViolation InvalidGroup.InUse"),
    "ec2:DeleteVpc": write("InvalidVpcID.NotFound", "DependencyViolation"),
    # API Gateway. BadRequestException is its word for whatever is still joined to something: mappings to an API
    # (the list lags), stages on a usage plan (aws/aws-sdk-js#3841); ConflictException for changes at the same time.
    "apigateway:GetRestApis": read(has="items"),
    "apigateway:GetDomainNames": read(),
    "apigateway:GetBasePathMappings": read("NotFoundException"),
    "apigateway:GetUsagePlans": read(),
    "apigateway:GetUsagePlanKeys": read("NotFoundException"),
    "apigateway:GetApiKeys": read(),
    "apigateway:DeleteBasePathMapping": write("NotFoundException", "ConflictException"),
    "apigateway:DeleteRestApi": write("NotFoundException", "BadRequestException ConflictException"),
    "apigateway:UpdateUsagePlan": write("NotFoundException", "BadRequestException ConflictException"),
    "apigateway:DeleteUsagePlan": write("NotFoundException", "BadRequestException ConflictException"),
    "apigateway:DeleteApiKey": write("NotFoundException", "ConflictException"),
    "apigatewayv2:GetApis": read(),
    "apigatewayv2:GetDomainNames": read(),
    "apigatewayv2:GetApiMappings": read("NotFoundException"),
    "apigatewayv2:DeleteApiMapping": write("NotFoundException"),
    "apigatewayv2:DeleteApi": write("NotFoundException", "BadRequestException"),
    # Lambda and CloudWatch Logs
    "lambda:ListFunctions": read(),
    "lambda:GetPolicy": read("ResourceNotFoundException", has="Policy"),
    "lambda:ListEventSourceMappings": read(changed_by="lambda:DeleteEventSourceMapping"),
    "lambda:UpdateFunctionConfiguration": write("ResourceNotFoundException", "ResourceConflictException"),
    "lambda:DeleteFunction": write("ResourceNotFoundException", "ResourceConflictException"),
    "lambda:DeleteEventSourceMapping": write(
        "ResourceNotFoundException", "ResourceInUseException ResourceConflictException"
    ),
    "schemas:ListRegistries": read(),
    "schemas:ListSchemas": read("NotFoundException"),
    "schemas:DeleteSchema": write("NotFoundException"),
    "logs:DescribeLogGroups": read(),
    "logs:PutLogGroupDeletionProtection": write("ResourceNotFoundException", "OperationAbortedException"),
    "logs:DeleteLogGroup": write("ResourceNotFoundException", "OperationAbortedException"),
    # CloudFront. PreconditionFailed and InvalidIfMatchVersion: the ETag is out of date. DistributionNotDisabled and
    # PreconditionFailed also for minutes after it reads Deployed: terraform-provider-aws, cloudfront/distribution.go.
    "cloudfront:ListDistributions": read(),
    "cloudfront:ListTagsForResource": read("NoSuchResource", changed_by="cloudfront:DeleteDistribution"),
    "cloudfront:GetDistributionConfig": read("NoSuchDistribution", has="ETag DistributionConfig"),
    "cloudfront:UpdateDistribution": write("NoSuchDistribution", "PreconditionFailed InvalidIfMatchVersion"),
    "cloudfront:DeleteDistribution": write(
        "NoSuchDistribution", "DistributionNotDisabled PreconditionFailed InvalidIfMatchVersion"
    ),
    "cloudfront:ListOriginAccessControls": read(),
    "cloudfront:GetOriginAccessControl": read("NoSuchOriginAccessControl", has="ETag"),
    "cloudfront:DeleteOriginAccessControl": write(
        "NoSuchOriginAccessControl", "OriginAccessControlInUse PreconditionFailed InvalidIfMatchVersion"
    ),
    "pricing-plan-manager:ListSubscriptions": read(changed_by="cloudfront:DeleteDistribution", optional=True),
    # What the consoles make beside distributions and load balancers. Associated: AWS hears of it a little later.
    "wafv2:GetWebACLForResource": read("WAFNonexistentItemException", "WAFInvalidParameterException"),
    "wafv2:ListResourcesForWebACL": read("WAFNonexistentItemException", has="ResourceArns"),
    "wafv2:GetWebACL": read("WAFNonexistentItemException", has="LockToken"),
    "wafv2:DeleteWebACL": write("WAFNonexistentItemException", "WAFAssociatedItemException WAFOptimisticLockException"),
    "logs:DescribeDeliverySources": read(),
    "logs:DescribeDeliveries": read(),
    "logs:DescribeDeliveryDestinations": read(),
    "logs:DeleteDelivery": write("ResourceNotFoundException", "ConflictException"),
    "logs:DeleteDeliverySource": write("ResourceNotFoundException", "ConflictException"),
    "logs:DeleteDeliveryDestination": write("ResourceNotFoundException", "ConflictException"),
    # S3. A deleted bucket stays in the account's list for a while.
    "s3:ListBuckets": read(changed_by="s3:DeleteBucket", has="Buckets"),
    # A page without versions has none of the three: they are repeated elements, without one around them.
    "s3:ListObjectVersions": read("NoSuchBucket", has="IsTruncated|Versions|DeleteMarkers"),
    "s3:ListMultipartUploads": read("NoSuchBucket", has="IsTruncated|Uploads"),
    "s3:AbortMultipartUpload": write("NoSuchUpload NoSuchBucket"),
    "s3:DeleteObject": write("NoSuchBucket NoSuchKey NoSuchVersion"),
    "s3:DeleteObjects": write("NoSuchBucket"),  # answers 200 with the refusals inside
    "s3:GetBucketPolicy": read("NoSuchBucketPolicy", "NoSuchBucket", has="Policy"),
    "s3:DeleteBucketPolicy": write("NoSuchBucket", "OperationAborted"),
    "s3:DeleteBucket": write("NoSuchBucket", "BucketNotEmpty OperationAborted"),
    "cloudtrail:LookupEvents": read(has="Events"),
    "s3control:ListAccessPoints": read(has="AccessPointList"),
    # DynamoDB. ResourceInUseException: it is being created, updated or deleted.
    "dynamodb:ListTables": read(),
    "dynamodb:DescribeTable": read("ResourceNotFoundException", has="Table"),
    "dynamodb:UpdateTable": write("ResourceNotFoundException", "ResourceInUseException"),
    "dynamodb:DeleteTable": write("ResourceNotFoundException", "ResourceInUseException"),
    # IAM. DeleteConflict also for two minutes after the last obstacle is gone: terraform-provider-aws, iam/role.go.
    "iam:ListRoles": read(),
    "iam:DeleteRolePolicy": write("NoSuchEntity"),
    "iam:DetachRolePolicy": write("NoSuchEntity"),
    "iam:RemoveRoleFromInstanceProfile": write("NoSuchEntity"),
    "iam:DeleteRole": write("NoSuchEntity", "DeleteConflict"),
    "iam:ListInstanceProfiles": read(),
    "iam:DeleteInstanceProfile": write("NoSuchEntity", "DeleteConflict"),
    "iam:ListUsers": read(),
    "iam:ListAccessKeys": read("NoSuchEntity"),
    "iam:ListMFADevices": read("NoSuchEntity"),
    "iam:ListVirtualMFADevices": read(changed_by="iam:DeactivateMFADevice iam:DeleteVirtualMFADevice"),
    "iam:ListSigningCertificates": read("NoSuchEntity"),
    "iam:ListSSHPublicKeys": read("NoSuchEntity"),
    "iam:ListServiceSpecificCredentials": read("NoSuchEntity"),
    "iam:ListUserPolicies": read("NoSuchEntity"),
    "iam:ListAttachedUserPolicies": read("NoSuchEntity"),
    "iam:ListGroupsForUser": read("NoSuchEntity"),
    "iam:UpdateAccessKey": write("NoSuchEntity"),
    "iam:DeleteAccessKey": write("NoSuchEntity"),
    "iam:DeleteLoginProfile": write("NoSuchEntity", "EntityTemporarilyUnmodifiable"),
    "iam:DeactivateMFADevice": write("NoSuchEntity", "EntityTemporarilyUnmodifiable"),
    "iam:DeleteVirtualMFADevice": write("NoSuchEntity", "DeleteConflict"),
    "iam:DeleteSigningCertificate": write("NoSuchEntity"),
    "iam:DeleteSSHPublicKey": write("NoSuchEntity"),
    "iam:DeleteServiceSpecificCredential": write("NoSuchEntity"),
    "iam:DeleteUserPolicy": write("NoSuchEntity"),
    "iam:DetachUserPolicy": write("NoSuchEntity"),
    "iam:DetachGroupPolicy": write("NoSuchEntity"),
    "iam:RemoveUserFromGroup": write("NoSuchEntity"),
    "iam:DeleteUser": write("NoSuchEntity", "DeleteConflict"),
    "iam:GetGroup": read("NoSuchEntity"),
    "iam:DeleteGroupPolicy": write("NoSuchEntity"),
    "iam:DeleteGroup": write("NoSuchEntity", "DeleteConflict"),
    "iam:ListPolicies": read(),
    "iam:ListEntitiesForPolicy": read("NoSuchEntity", has="PolicyGroups PolicyUsers PolicyRoles"),
    "iam:ListPolicyVersions": read("NoSuchEntity"),
    "iam:DeletePolicyVersion": write("NoSuchEntity"),
    "iam:DeletePolicy": write("NoSuchEntity", "DeleteConflict"),
    "iam:SimulatePrincipalPolicy": read(optional=True),
}

# The audit's calls, from its own table.
for _call, (_gone, _tokens) in READS.items():
    CALLS[_call] = replace(CALLS.get(_call, read(*_gone)), tokens=_tokens)
CALLS["cloudwatch:DescribeAlarms"] = replace(CALLS["cloudwatch:DescribeAlarms"], has=("MetricAlarms",))


def trouble_at(call: str, code: str, message: str, status: int = 200) -> Trouble:
    """Return what kind of trouble a refusal is, as the row of the call has it, or else as for all calls."""
    row = CALLS[call]
    if code in row.busy and not (row.lasting and re.search(row.lasting, message)):
        return Trouble.BUSY
    return trouble_of(code, status)


def is_failed_look(error: CleanupError) -> bool:
    """Say whether AWS refused a call that only looks, or its answer made no sense: nobody knows what is there."""
    if isinstance(error, AwsError):
        return not CALLS[error.call].writes
    return isinstance(error, NotUnderstood)
