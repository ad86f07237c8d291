"""What monitors, configures, builds, secures and bills the rest, and who may do so."""

from __future__ import annotations

from carbuyer_cleanup.audit.types import rules
from carbuyer_cleanup.audit.types.row import HOME, Type

NEXT = ("NextToken", "NextToken")
# IAM is eventually consistent: IAM user guide, "Changes that I make are not always immediately visible".
IAM_LAG = 10
MANY = {"MaxItems": 1000}
# Without AWS's own: service-linked roles, and those of IAM Identity Center.
OWN_ROLES = "RoleDetailList[?!starts_with(Path, '/aws-service-role/') && !starts_with(Path, '/aws-reserved/')]"
# The last request to a function or an API can recreate its log group after the deletion.
LOG_LAG = 20
TAG_LAG = 120  # the tagging API still lists for a while what was deleted

# fmt: off
MANAGEMENT = (
    # GetAccountAuthorizationDetails returns the tags as well, which ListUsers and ListRoles don't.
    Type("IAM role", "iam:GetAccountAuthorizationDetails", OWN_ROLES, "RoleName",
         tags="Tags", arn="Arn", where=HOME, lag=IAM_LAG, rule=rules.not_caller,
         params=MANY | {"Filter": ["Role"]}),
    Type("IAM user", "iam:GetAccountAuthorizationDetails", "UserDetailList[]", "UserName", tags="Tags", arn="Arn",
         where=HOME, lag=IAM_LAG, rule=rules.not_caller, params=MANY | {"Filter": ["User"]}),
    Type("IAM group", "iam:GetAccountAuthorizationDetails", "GroupDetailList[]", "GroupName", arn="Arn", where=HOME,
         lag=IAM_LAG, params=MANY | {"Filter": ["Group"]}, hangs=True),
    Type("IAM policy", "iam:ListPolicies", "Policies[]", "PolicyName", "iam:policy/", arn="Arn", where=HOME,
         lag=IAM_LAG, params=MANY | {"Scope": "Local"}, hangs=True),
    Type("instance profile", "iam:ListInstanceProfiles", "InstanceProfiles[]", "InstanceProfileName",
         "iam:instance-profile/", arn="Arn", where=HOME, lag=IAM_LAG, params=MANY),
    Type("virtual MFA device", "iam:ListVirtualMFADevices", "VirtualMFADevices[]", "SerialNumber", "iam:mfa/",
         names="tail(SerialNumber)", arn="SerialNumber", where=HOME, lag=IAM_LAG, params=MANY),
    Type("server certificate", "iam:ListServerCertificates", "ServerCertificateMetadataList[]",
         "ServerCertificateName", "iam:server-certificate/", arn="Arn", where=HOME, params=MANY),
    Type("OIDC provider", "iam:ListOpenIDConnectProviders", "OpenIDConnectProviderList[]", "Arn",
         "iam:oidc-provider/", names="tail(Arn)", arn="Arn", where=HOME),
    Type("SAML provider", "iam:ListSAMLProviders", "SAMLProviderList[]", "Arn", "iam:saml-provider/",
         names="tail(Arn)", arn="Arn", where=HOME),

    Type("log group", "logs:DescribeLogGroups", "logGroups[]", "logGroupName", "logs:log-group:",
         names="parts(logGroupName)", entry="lambda.function", lag=LOG_LAG, rule=rules.execution_logs,
         rule_calls={"apigateway:GetRestApis": frozenset()},
         console="cloudwatch/home?region={region}#logsV2:log-groups"),
    # CloudFront's, which CloudWatch Logs keeps in us-east-1
    Type("log delivery source", "logs:DescribeDeliverySources", "deliverySources[]", "name", "logs:delivery-source:",
         tags="tags", arn="arn", where=HOME, rule=rules.log_source),
    Type("CloudWatch alarm", "cloudwatch:DescribeAlarms", "[MetricAlarms, CompositeAlarms][][]", "AlarmName",
         "cloudwatch:alarm:", arn="AlarmArn", params={"AlarmTypes": ["MetricAlarm", "CompositeAlarm"]},
         rule=rules.scaling_alarm),
    # Alone: a Region that has no log alarms yet would refuse the other types with it. Lists not asked for are empty.
    Type("CloudWatch log alarm", "cloudwatch:DescribeAlarms", "[MetricAlarms, LogAlarms][][]", "AlarmName",
         "cloudwatch:alarm:", arn="AlarmArn", params={"AlarmTypes": ["LogAlarm"]}),
    Type("CloudWatch dashboard", "cloudwatch:ListDashboards", "DashboardEntries[]", "DashboardName",
         "cloudwatch:dashboard/", arn="DashboardArn", where=HOME),
    Type("metric stream", "cloudwatch:ListMetricStreams", "Entries[]", "Name", "cloudwatch:metric-stream/",
         arn="Arn", token=NEXT),
    Type("canary", "synthetics:DescribeCanaries", "Canaries[]", "Name", "synthetics:canary:", tags="Tags",
         state="Status.State", token=NEXT),
    Type("trail", "cloudtrail:ListTrails", "Trails[]", "TrailARN", "cloudtrail:trail/", names="Name",
         arn="TrailARN"),
    Type("Config rule", "config:DescribeConfigRules", "ConfigRules[]", "ConfigRuleName", "config:config-rule/",
         state="ConfigRuleState", arn="ConfigRuleArn"),
    Type("CloudFormation stack", "cloudformation:DescribeStacks", "Stacks[]", "StackId", "cloudformation:stack/",
         names="StackName", tags="Tags", state="StackStatus", arn="StackId"),
    Type("CloudFormation stack set", "cloudformation:ListStackSets", "Summaries[]", "StackSetId",
         "cloudformation:stackset/", names="StackSetName", state="Status", params={"Status": "ACTIVE"}),
    Type("SSM parameter", "ssm:DescribeParameters", "Parameters[]", "Name", "ssm:parameter/",
         names="parts(Name)", arn="ARN", params={"MaxResults": 50}),
    Type("SSM document", "ssm:ListDocuments", "DocumentIdentifiers[]", "Name", "ssm:document/", tags="Tags",
         params={"Filters": [{"Key": "Owner", "Values": ["Self"]}], "MaxResults": 50}),
    Type("SSM maintenance window", "ssm:DescribeMaintenanceWindows", "WindowIdentities[]", "WindowId",
         "ssm:maintenancewindow/", names="Name", params={"MaxResults": 100}),
    Type("secret", "secretsmanager:ListSecrets", "SecretList[]", "ARN", "secretsmanager:secret:", names="Name",
         tags="Tags", state="DeletedDate && 'pending deletion'", arn="ARN",
         params={"IncludePlannedDeletion": True, "MaxResults": 100}),
    Type("KMS alias", "kms:ListAliases", "Aliases[]", "AliasName", "kms:alias/", names="tail(AliasName)",
         arn="AliasArn", params={"Limit": 100}),
    Type("KMS key", "kms:ListKeys", "Keys[]", "KeyId", "kms:key/", arn="KeyArn", params={"Limit": 1000}),
    Type("ACM certificate", "acm:ListCertificates", "CertificateSummaryList[]", "CertificateArn", "acm:certificate/",
         names="[DomainName, SubjectAlternativeNameSummaries][]", arn="CertificateArn",
         params={"CertificateKeyPairOrigins": ["AWS_MANAGED", "CUSTOMER_PROVIDED", "ACME"],
                 "Includes": {"keyTypes": ["RSA_1024", "RSA_2048", "RSA_3072", "RSA_4096", "EC_prime256v1",
                                           "EC_secp384r1", "EC_secp521r1"]}}),

    Type("CodeBuild project", "codebuild:ListProjects", "projects[]", "@", "codebuild:project/"),
    Type("pipeline", "codepipeline:ListPipelines", "pipelines[]", "name", "codepipeline:"),
    Type("CodeCommit repository", "codecommit:ListRepositories", "repositories[]", "repositoryName", "codecommit:"),
    Type("CodeDeploy application", "codedeploy:ListApplications", "applications[]", "@", "codedeploy:application:"),
    Type("code connection", "codeconnections:ListConnections", "Connections[]", "ConnectionArn",
         "codeconnections:connection/", names="ConnectionName", arn="ConnectionArn", token=NEXT),
    Type("CodeArtifact repository", "codeartifact:ListRepositories", "repositories[]", "name",
         "codeartifact:repository/", arn="arn"),
    # IAM identities see billing only if root lets them: https://repost.aws/knowledge-center/aws-billing-access-denied
    Type("budget", "budgets:DescribeBudgets", "Budgets[]", "BudgetName", "budgets:budget/", where=HOME,
         params={"AccountId": "{account}"}, withheld=True),
    Type("resource group", "resource-groups:ListGroups", "GroupIdentifiers[]", "GroupName", "resource-groups:group/",
         arn="GroupArn"),
    Type("X-Ray group", "xray:GetGroups", "Groups[]", "GroupName", "xray:group/", arn="GroupARN"),
    Type("AppConfig application", "appconfig:ListApplications", "Items[]", "Id", "appconfig:application/",
         names="Name"),
)

# Whatever is tagged, also of types that no other line asks for. It lags behind, so a resource that its own service no
# longer lists counts as gone.
TAGGED = Type("tagged resource", "resourcegroupstaggingapi:GetResources", "ResourceTagMappingList[]", "ResourceARN",
              names="parts(ResourceARN)", tags="Tags", arn="ResourceARN", lag=TAG_LAG,
              params={"ResourcesPerPage": 100}, hangs=True)
# fmt: on
