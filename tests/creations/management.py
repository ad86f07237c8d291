"""Identities, logs, keys and what builds or watches other things."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.creators import ASSUMED, CERTIFICATE, DOCUMENT, NAME, POLICY, REGION, TEMPLATE, At, log_source, stage, tagged

if TYPE_CHECKING:
    from collections.abc import Callable

# fmt: off
MANAGEMENT: dict[str, Callable[[At], object]] = {
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
