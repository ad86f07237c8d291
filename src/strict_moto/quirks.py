"""How long the embedded AWS takes, and what it does where the evidence conflicts, in one place."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Quirks:
    """Durations in AWS seconds, rates and switches. The defaults are typical of the real AWS."""

    nat_gateway_deleting: float = 90
    address_lag: float = 15  # ReleaseAddress is still refused after the NAT gateway shows as deleted
    managed_address_kept: float = 120  # AWS's own address, after its NAT gateway is gone; hours have been seen
    ptr_record_deleting: float = 60  # an address can't be released while its reverse DNS record is being removed
    instance_shutting_down: float = 45
    distribution_deploying: float = 240

    absent_members: int = 0  # the seed for leaving out members that AWS need not return; 0 leaves out none

    # EC2, VPC, Elastic Load Balancing
    ec2_rate_scale: float = 1  # of the token buckets that AWS publishes
    elb_describe_rate: tuple[float, float] = (40, 10)  # all Describe calls together: burst, per second
    elb_change_rate: tuple[float, float] = (20, 5)  # AWS says that it is smaller, but not how small
    elb_throttle_code: str = "Throttling"  # AWS documents ThrottlingException
    vpc_read_lag: float = 3  # a deleted group, subnet, table, gateway, VPC is still described; two minutes seen
    interface_flicker: float = 0  # a deleted network interface comes and goes in lists; three minutes seen
    interface_in_use_code: str = "InvalidParameterValue"  # InvalidNetworkInterface.InUse has been seen as well
    nat_gateway_listed: float = 3600  # as deleted
    nat_gateway_addresses_listed: bool = True  # a deleted gateway still shows its addresses; evidence conflicts
    instance_listed: float = 3600  # as terminated
    instance_tags_kept: float = 900  # a terminated instance loses its tags before it disappears
    spot_relaunching: float = 60  # by a persistent request, after its instance is terminated
    volume_deleting: float = 20
    interface_endpoint_deleting: float = 120
    gateway_endpoint_deleting: float = 5
    guardduty_remaking: float = 23  # its endpoint, while instances run in the VPC
    connect_endpoint_creating: float = 120
    connect_endpoint_deleting: float = 120
    peering_listed: float = 3600  # as deleted
    load_balancer_interfaces_attached: float = 60  # after the load balancer is gone
    load_balancer_interfaces_available: float = 30  # after that; they still hold their groups
    target_group_in_use: float = 10  # after the load balancer is gone; Terraform waits two minutes

    # API Gateway, Lambda, Logs, CloudFront, S3, DynamoDB, IAM, tagging
    control_rate: tuple[float, float] = (40, 10)  # API Gateway, all calls together: burst, per second
    rest_api_delete_every: float = 30
    usage_plan_update_every: float = 20
    usage_plan_link_lag: float = 0  # a plan still lists a deleted stage
    lambda_rate: tuple[float, float] = (15, 15)
    function_updating: float = 5
    function_interfaces_deleted: float = 1500  # held after DeleteFunction; AWS says 20 minutes, Terraform 35
    function_interfaces_detached: float = 300  # held after a function has left its VPC
    event_source_deleting: float = 5
    edge_replicas: float = 7200  # a Lambda@Edge function cannot be deleted until this long after its distribution
    late_invocation: float = 0  # recreates a deleted log group after so long; 0: none
    log_group_settling: float = 0  # after a change of the group: OperationAbortedException
    distribution_lag: float = 30  # cannot be deleted yet, although it shows Deployed
    distribution_lag_code: str = "DistributionNotDisabled"  # PreconditionFailed has been seen as well
    bucket_still_listed: float = 5
    bucket_settling: float = 0  # after a change of its policy or versioning: OperationAborted
    multipart_uploads_block: bool = False  # DeleteBucket; evidence conflicts
    late_object: float = 0  # written by log delivery, so long after emptying began; 0: none
    distribution_still_listed: float = 5  # after it was deleted and has lost its tags
    table_creating: float = 5
    table_updating: float = 3
    table_index_changing: float = 480
    table_tagging: float = 2
    table_deleting: float = 10
    tables_at_once: int = 500
    table_tags_rate: tuple[float, float] = (10, 10)
    iam_page: int = 100  # IAM may return fewer than requested even if there are more
    iam_conflict_lag: float = 3  # DeleteConflict after the obstacle is gone; up to two minutes seen
    iam_read_lag: float = 3  # a deleted user, role or instance profile can still be read
    login_profile_settling: float = 10
    tag_index_lag: float = 60  # GetResources still returns deleted resources
