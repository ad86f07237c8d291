"""One resource of each type that moto can create, named ``carbuyer-x``: by its name, or by its Name tag."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.creators import (
    ASSUMED,
    CERTIFICATE,
    DOCUMENT,
    IMAGE,
    NAME,
    POLICY,
    REGION,
    TAG,
    TEMPLATE,
    At,
    balancer,
    code,
    connection,
    distribution,
    log_source,
    stage,
    table,
    tag,
    tagged,
    task_definition,
    test_event,
    visibility,
)

if TYPE_CHECKING:
    from collections.abc import Callable

# fmt: off
CREATE: dict[str, Callable[[At], object]] = {
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
    "WAF rule group": lambda at: at("wafv2").create_rule_group(
        Name=NAME, Scope="REGIONAL", Capacity=1, VisibilityConfig=visibility()),

    "EC2 instance": lambda at: at("ec2").run_instances(
        ImageId=IMAGE, MinCount=1, MaxCount=1, SubnetId=at.subnets[0], TagSpecifications=tagged("instance")),
    "EBS volume": lambda at: at("ec2").create_volume(
        AvailabilityZone=f"{REGION}a", Size=1, TagSpecifications=tagged("volume")),
    "EBS snapshot": lambda at: at("ec2").create_snapshot(VolumeId=at.volume, TagSpecifications=tagged("snapshot")),
    "AMI": lambda at: at("ec2").create_image(InstanceId=at.instance, Name=NAME),
    "key pair": lambda at: at("ec2").create_key_pair(KeyName=NAME),
    "launch template": lambda at: at("ec2").create_launch_template(
        LaunchTemplateName=NAME, LaunchTemplateData={"ImageId": IMAGE}),
    "Spot request": lambda at: at("ec2").request_spot_instances(
        LaunchSpecification={"ImageId": IMAGE, "SubnetId": at.subnets[0]},
        TagSpecifications=tagged("spot-instances-request")),
    "Dedicated Host": lambda at: at("ec2").allocate_hosts(
        AvailabilityZone=f"{REGION}a", InstanceType="a1.small", Quantity=1, TagSpecifications=tagged("dedicated-host")),
    "Auto Scaling group": lambda at: at("autoscaling").create_auto_scaling_group(
        AutoScalingGroupName=NAME, MinSize=0, MaxSize=0, InstanceId=at.instance, VPCZoneIdentifier=at.subnets[0]),
    "launch configuration": lambda at: at("autoscaling").create_launch_configuration(
        LaunchConfigurationName=NAME, ImageId=IMAGE, InstanceType="t3.micro"),
    "Lambda function": lambda at: at("lambda").create_function(
        FunctionName=NAME, Runtime="nodejs22.x", Role=at.role, Handler="index.handler", Code={"ZipFile": code()}),
    "Lambda layer": lambda at: at("lambda").publish_layer_version(LayerName=NAME, Content={"ZipFile": code()}),
    "ECS cluster": lambda at: at("ecs").create_cluster(clusterName=NAME),
    "ECS service": lambda at: [
        at("ecs").create_cluster(clusterName="somebodys"), task_definition(at, "somebodys"),
        at("ecs").create_service(cluster="somebodys", serviceName=NAME, taskDefinition="somebodys")],
    "ECS task definition": lambda at: task_definition(at, NAME),
    "ECR repository": lambda at: at("ecr").create_repository(repositoryName=NAME),
    "EKS cluster": lambda at: at("eks").create_cluster(
        name=NAME, roleArn=at.role, resourcesVpcConfig={"subnetIds": at.subnets}),
    "Batch compute environment": lambda at: at("batch").create_compute_environment(
        computeEnvironmentName=NAME, type="UNMANAGED", serviceRole=at.role),
    "Batch job queue": lambda at: at("batch").create_job_queue(
        jobQueueName=NAME, priority=1, state="ENABLED", computeEnvironmentOrder=[{
            "order": 1, "computeEnvironment": at("batch").create_compute_environment(
                computeEnvironmentName="somebodys", type="UNMANAGED", serviceRole=at.role)["computeEnvironmentArn"]}]),
    "Elastic Beanstalk application": lambda at: at("elasticbeanstalk").create_application(ApplicationName=NAME),
    "Elastic Beanstalk environment": lambda at: [
        at("elasticbeanstalk").create_application(ApplicationName="somebodys"),
        at("elasticbeanstalk").create_environment(ApplicationName="somebodys", EnvironmentName=NAME)],
    "EMR cluster": lambda at: at("emr").run_job_flow(
        Name=NAME, JobFlowRole="r", ServiceRole="s",
        Instances={"MasterInstanceType": "m5.large", "InstanceCount": 1, "KeepJobFlowAliveWhenNoSteps": True}),
    "SageMaker endpoint": lambda at: [
        at("sagemaker").create_model(ModelName="s", ExecutionRoleArn=at.role, PrimaryContainer={"Image": "i"}),
        at("sagemaker").create_endpoint_config(EndpointConfigName="s", ProductionVariants=[{
            "VariantName": "v", "ModelName": "s", "InitialInstanceCount": 1, "InstanceType": "ml.t2.medium"}]),
        at("sagemaker").create_endpoint(EndpointName=NAME, EndpointConfigName="s")],
    "SageMaker notebook instance": lambda at: at("sagemaker").create_notebook_instance(
        NotebookInstanceName=NAME, InstanceType="ml.t3.medium", RoleArn=at.role),

    "S3 bucket": lambda at: at("s3").create_bucket(
        Bucket=NAME, CreateBucketConfiguration={"LocationConstraint": REGION}),
    "S3 access point": lambda at: at("s3control").create_access_point(
        AccountId=at.account.aws.account, Name=NAME, Bucket=at.bucket),
    "S3 Multi-Region Access Point": lambda at: at("s3control").create_multi_region_access_point(
        AccountId=at.account.aws.account, ClientToken="1", Details={"Name": NAME, "Regions": [{"Bucket": at.bucket}]}),
    "DynamoDB table": lambda at: table(at, NAME),
    "DynamoDB backup": lambda at: [
        table(at, "somebodys"), at("dynamodb").create_backup(TableName="somebodys", BackupName=NAME)],
    "RDS instance": lambda at: at("rds").create_db_instance(
        DBInstanceIdentifier=NAME, DBInstanceClass="db.t3.micro", Engine="mysql"),
    "RDS cluster": lambda at: at("rds").create_db_cluster(
        DBClusterIdentifier=NAME, Engine="aurora-mysql", MasterUsername="root", MasterUserPassword="password"),
    "RDS snapshot": lambda at: [
        at("rds").create_db_instance(DBInstanceIdentifier="s", DBInstanceClass="db.t3.micro", Engine="mysql"),
        at("rds").create_db_snapshot(DBSnapshotIdentifier=NAME, DBInstanceIdentifier="s")],
    "RDS cluster snapshot": lambda at: [
        at("rds").create_db_cluster(
            DBClusterIdentifier="s", Engine="aurora-mysql", MasterUsername="root", MasterUserPassword="password"),
        at("rds").create_db_cluster_snapshot(DBClusterSnapshotIdentifier=NAME, DBClusterIdentifier="s")],
    "RDS subnet group": lambda at: at("rds").create_db_subnet_group(
        DBSubnetGroupName=NAME, DBSubnetGroupDescription="-", SubnetIds=at.subnets),
    "RDS parameter group": lambda at: at("rds").create_db_parameter_group(
        DBParameterGroupName=NAME, DBParameterGroupFamily="mysql8.0", Description="-"),
    "ElastiCache cluster": lambda at: at("elasticache").create_cache_cluster(
        CacheClusterId=NAME, CacheNodeType="cache.t3.micro", Engine="redis", NumCacheNodes=1),
    "ElastiCache replication group": lambda at: at("elasticache").create_replication_group(
        ReplicationGroupId=NAME, ReplicationGroupDescription="-", CacheNodeType="cache.t3.micro", Engine="redis"),
    "ElastiCache subnet group": lambda at: at("elasticache").create_cache_subnet_group(
        CacheSubnetGroupName=NAME, CacheSubnetGroupDescription="-", SubnetIds=at.subnets),
    "ElastiCache snapshot": lambda at: [
        at("elasticache").create_cache_cluster(
            CacheClusterId="s", CacheNodeType="cache.t3.micro", Engine="redis", NumCacheNodes=1),
        at("elasticache").create_snapshot(CacheClusterId="s", SnapshotName=NAME)],
    "MemoryDB cluster": lambda at: at("memorydb").create_cluster(
        ClusterName=NAME, NodeType="db.t4g.small", ACLName="open-access"),
    "Redshift cluster": lambda at: at("redshift").create_cluster(
        ClusterIdentifier=NAME, NodeType="ra3.large", MasterUsername="root", MasterUserPassword="Password1"),
    "OpenSearch domain": lambda at: at("opensearch").create_domain(DomainName=NAME),
    "EFS file system": lambda at: at("efs").create_file_system(Tags=TAG),
    "EFS access point": lambda at: at("efs").create_access_point(
        FileSystemId=at("efs").create_file_system()["FileSystemId"], Tags=TAG),
    "FSx file system": lambda at: at("fsx").create_file_system(
        FileSystemType="LUSTRE", StorageCapacity=1200, SubnetIds=at.subnets[:1], Tags=TAG),
    "backup vault": lambda at: at("backup").create_backup_vault(BackupVaultName=NAME),
    "backup plan": lambda at: at("backup").create_backup_plan(
        BackupPlan={"BackupPlanName": NAME, "Rules": [{"RuleName": "r", "TargetBackupVaultName": "v"}]}),
    "Kinesis stream": lambda at: at("kinesis").create_stream(StreamName=NAME, ShardCount=1),
    "Firehose stream": lambda at: at("firehose").create_delivery_stream(
        DeliveryStreamName=NAME, S3DestinationConfiguration={
            "RoleARN": at.role, "BucketARN": f"arn:aws:s3:::{at.bucket}"}),
    "MSK cluster": lambda at: at("kafka").create_cluster_v2(ClusterName=NAME, Serverless={
        "VpcConfigs": [{"SubnetIds": at.subnets}]}),
    "Amazon MQ broker": lambda at: at("mq").create_broker(
        BrokerName=NAME, DeploymentMode="SINGLE_INSTANCE", EngineType="ACTIVEMQ", EngineVersion="5.18",
        HostInstanceType="mq.t3.micro", PubliclyAccessible=False, AutoMinorVersionUpgrade=True, Users=[]),
    "Athena workgroup": lambda at: at("athena").create_work_group(Name=NAME),
    "DMS replication instance": lambda at: at("dms").create_replication_instance(
        ReplicationInstanceIdentifier=NAME, ReplicationInstanceClass="dms.t3.micro"),

    "REST API": lambda at: at("apigateway").create_rest_api(name=NAME),
    "API key": lambda at: at("apigateway").create_api_key(name=NAME),
    "usage plan": lambda at: at("apigateway").create_usage_plan(name=NAME),
    "REST API domain name": lambda at: at("apigateway").create_domain_name(
        domainName=f"{NAME}.example.org", certificateArn="arn:aws:acm:us-east-1:1:certificate/x"),
    "REST API VPC link": lambda at: at("apigateway").create_vpc_link(
        name=NAME, targetArns=[balancer(at, "somebodys", "network")]),
    "HTTP or WebSocket API": lambda at: at("apigatewayv2").create_api(Name=NAME, ProtocolType="HTTP"),
    "HTTP API VPC link": lambda at: at("apigatewayv2").create_vpc_link(Name=NAME, SubnetIds=at.subnets),
    "GraphQL API": lambda at: at("appsync").create_graphql_api(name=NAME, authenticationType="API_KEY"),
    "SNS topic": lambda at: at("sns").create_topic(Name=NAME),
    "SQS queue": lambda at: at("sqs").create_queue(QueueName=NAME),
    "EventBridge bus": lambda at: at("events").create_event_bus(Name=NAME),
    "EventBridge rule": lambda at: [
        at("events").create_event_bus(Name="somebodys"),
        at("events").put_rule(Name=NAME, EventBusName="somebodys", EventPattern='{"source": ["x"]}')],
    "EventBridge connection": lambda at: connection(at, NAME),
    "EventBridge API destination": lambda at: at("events").create_api_destination(
        Name=NAME, ConnectionArn=connection(at, "somebodys")["ConnectionArn"], HttpMethod="GET",
        InvocationEndpoint="https://example.org"),
    "EventBridge archive": lambda at: at("events").create_archive(
        ArchiveName=NAME, EventSourceArn=at("events").create_event_bus(Name="somebodys")["EventBusArn"]),
    "EventBridge schema": test_event,
    "EventBridge pipe": lambda at: at("pipes").create_pipe(
        Name=NAME, RoleArn=at.role, Source="arn:aws:sqs:x:1:a", Target="arn:aws:sqs:x:1:b"),
    "schedule": lambda at: at("scheduler").create_schedule(
        Name=NAME, ScheduleExpression="rate(1 day)", FlexibleTimeWindow={"Mode": "OFF"},
        Target={"Arn": "arn:aws:sqs:x:1:a", "RoleArn": at.role}),
    "schedule group": lambda at: at("scheduler").create_schedule_group(Name=NAME),
    "state machine": lambda at: at("stepfunctions").create_state_machine(
        name=NAME, definition='{"StartAt": "A", "States": {"A": {"Type": "Pass", "End": true}}}', roleArn=at.role),
    "Step Functions activity": lambda at: at("stepfunctions").create_activity(name=NAME),
    "Cognito user pool": lambda at: at("cognito-idp").create_user_pool(PoolName=NAME),
    "Cognito identity pool": lambda at: at("cognito-identity").create_identity_pool(
        IdentityPoolName=NAME, AllowUnauthenticatedIdentities=False),
    "SES identity": lambda at: at("sesv2").create_email_identity(EmailIdentity=f"{NAME}@example.org"),
    "SES configuration set": lambda at: at("sesv2").create_configuration_set(ConfigurationSetName=NAME),
    "IoT thing": lambda at: at("iot").create_thing(thingName=NAME),

    "IAM role": lambda at: at("iam").create_role(RoleName=NAME, AssumeRolePolicyDocument=ASSUMED),
    "IAM user": lambda at: at("iam").create_user(UserName=NAME),
    "IAM group": lambda at: at("iam").create_group(GroupName=NAME),
    "IAM policy": lambda at: at("iam").create_policy(PolicyName=NAME, PolicyDocument=POLICY),
    "instance profile": lambda at: at("iam").create_instance_profile(InstanceProfileName=NAME),
    "virtual MFA device": lambda at: at("iam").create_virtual_mfa_device(VirtualMFADeviceName=NAME),
    "server certificate": lambda at: at("iam").upload_server_certificate(
        ServerCertificateName=NAME, CertificateBody=CERTIFICATE, PrivateKey="x"),
    "OIDC provider": lambda at: at("iam").create_open_id_connect_provider(
        Url=f"https://{NAME}.example.org", ThumbprintList=["0" * 40]),
    "SAML provider": lambda at: at("iam").create_saml_provider(Name=NAME, SAMLMetadataDocument="x" * 1000),
    "log group": lambda at: at("logs").create_log_group(logGroupName=f"/aws/lambda/{NAME}"),
    "log delivery source": log_source,
    "CloudWatch alarm": lambda at: at("cloudwatch").put_metric_alarm(
        AlarmName=NAME, MetricName="m", Namespace="n", Period=60, EvaluationPeriods=1, Threshold=1.0,
        ComparisonOperator="GreaterThanThreshold", Statistic="Sum"),
    "CloudWatch dashboard": lambda at: at.account.client("cloudwatch", "us-east-1").put_dashboard(
        DashboardName=NAME, DashboardBody="{}"),
    "canary": lambda at: at("synthetics").create_canary(
        Name=NAME, Code={"Handler": "i.h", "ZipFile": b""}, ArtifactS3Location="s3://somebodys",
        ExecutionRoleArn=at.role, Schedule={"Expression": "rate(1 hour)"}, RuntimeVersion="syn-nodejs-puppeteer-9.0"),
    "trail": lambda at: at("cloudtrail").create_trail(Name=NAME, S3BucketName=at.bucket),
    "Config rule": lambda at: at("config").put_config_rule(ConfigRule={
        "ConfigRuleName": NAME, "Source": {"Owner": "AWS", "SourceIdentifier": "S3_BUCKET_VERSIONING_ENABLED"}}),
    "CloudFormation stack": lambda at: at("cloudformation").create_stack(StackName=NAME, TemplateBody=TEMPLATE),
    "CloudFormation stack set": lambda at: at("cloudformation").create_stack_set(
        StackSetName=NAME, TemplateBody=TEMPLATE),
    "SSM parameter": lambda at: at("ssm").put_parameter(Name=f"/app/{NAME}", Value="v", Type="String"),
    "SSM document": lambda at: at("ssm").create_document(Name=NAME, DocumentType="Command", Content=DOCUMENT),
    "SSM maintenance window": lambda at: at("ssm").create_maintenance_window(
        Name=NAME, Schedule="rate(1 day)", Duration=2, Cutoff=1, AllowUnassociatedTargets=True),
    "secret": lambda at: at("secretsmanager").create_secret(Name=NAME, SecretString="s"),
    "KMS alias": lambda at: at("kms").create_alias(
        AliasName=f"alias/{NAME}", TargetKeyId=at("kms").create_key()["KeyMetadata"]["KeyId"]),
    "ACM certificate": lambda at: at("acm").request_certificate(DomainName=f"{NAME}.example.org"),
    "CodeBuild project": lambda at: at("codebuild").create_project(
        name=NAME, source={"type": "S3", "location": "somebodys/x"}, artifacts={"type": "NO_ARTIFACTS"},
        environment={"type": "LINUX_CONTAINER", "image": "x", "computeType": "BUILD_GENERAL1_SMALL"},
        serviceRole=at.role),
    "pipeline": lambda at: at("codepipeline").create_pipeline(pipeline={
        "name": NAME, "roleArn": at.role, "artifactStore": {"type": "S3", "location": at.bucket},
        "stages": [stage("Source", "Source", "S3"), stage("Build", "Build", "CodeBuild")]}),
    "CodeDeploy application": lambda at: at("codedeploy").create_application(applicationName=NAME),
    "budget": lambda at: at("budgets").create_budget(AccountId=at.account.aws.account, Budget={
        "BudgetName": NAME, "TimeUnit": "MONTHLY", "BudgetType": "COST",
        "BudgetLimit": {"Amount": "1", "Unit": "USD"}}),
    "resource group": lambda at: at("resource-groups").create_group(Name=NAME, ResourceQuery={
        "Type": "TAG_FILTERS_1_0",
        "Query": '{"ResourceTypeFilters": ["AWS::AllSupported"], "TagFilters": [{"Key": "k", "Values": []}]}'}),
    "tagged resource": lambda at: at("ec2").create_volume(
        AvailabilityZone=f"{REGION}a", Size=1, TagSpecifications=tagged("volume")),
}
# fmt: on
