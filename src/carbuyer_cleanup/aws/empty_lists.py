"""Whether AWS sends a list that is empty, or leaves it out: known of each JSON call, or not.

In XML an empty list is an empty element: EC2 and the query protocols always send it, CloudFront sends ``Quantity``.
In JSON it is each service's own habit. A wrong row in SENT makes an account without such things COULD NOT VERIFY for
ever; a wrong one in LEFT_OUT takes an answer that lost its list for *nothing there*. What nobody has shown is in
NOT_PROVED: a list that is not in AWS's own, whole answer is taken for empty, and every verdict says so.

Models that require the list need no row. C7N are answers of real accounts, cloud-custodian/cloud-custodian,
tests/data/placebo; LOCALSTACK are answers of AWS kept by localstack/localstack, tests/aws, as ``*.snapshot.json``.
"""

from __future__ import annotations

C7N = "C7N: an empty list was recorded"
REST_APIS = "LOCALSTACK, test_apigateway_api: GetRequestValidators, a list of the same API, was [] on 2025-07-02"

SENT: dict[str, str] = {
    **dict.fromkeys(
        (
            "appsync:ListGraphqlApis",
            "batch:DescribeComputeEnvironments",
            "cloudwatch:DescribeAlarms",
            "codeartifact:ListRepositories",
            "codebuild:ListProjects",
            "codedeploy:ListApplications",
            "codepipeline:ListPipelines",
            "ecr:DescribeRepositories",
            "ecs:ListServices",
            "ecs:ListTaskDefinitions",
            "efs:DescribeFileSystems",
            "events:ListRules",
            "kms:ListAliases",
            "lambda:ListFunctions",
            "logs:DescribeLogGroups",
            "opensearch:ListDomainNames",
            "resourcegroupstaggingapi:GetResources",
            "ssm:DescribeParameters",
        ),
        C7N,
    ),
    **dict.fromkeys(
        (
            "apigateway:GetApiKeys",
            "apigateway:GetClientCertificates",
            "apigateway:GetDomainNames",
            "apigateway:GetResources",
            "apigateway:GetRestApis",
            "apigateway:GetUsagePlanKeys",
            "apigateway:GetUsagePlans",
            "apigateway:GetVpcLinks",
        ),
        REST_APIS,
    ),
    "apigatewayv2:GetApis": "aws/aws-sdk-js#2708",
    "cognito-identity:ListIdentityPools": "aws-samples/aws-sdk-js-v3-workshop#20",
    "emr:ListClusters": "boto/boto3#2615: an answer of 15 bytes",
    "cloudtrail:LookupEvents": "not proved; a witness without it proves nothing, so that nothing hangs on it",
    "dynamodb:ListTables": "DynamoDB Local, AWS's own: its list of no tables is [], as public tutorials show it",
    "lambda:ListVersionsByFunction": "Lambda API reference: every function has a version $LATEST",
    "wafv2:ListWebACLs": "aws/aws-cli#3733: the same call of WAF Classic",
}
LEFT_OUT: dict[str, str] = {
    "sqs:ListQueues": "localstack/localstack#9828, compared with AWS in both protocols; boto/boto3#1813, #2811",
    "apigateway:GetBasePathMappings": "aws/aws-sdk-js#1416: {} for a domain without mappings",
    "cloudfront:ListTagsForResource": "not proved for Tags.Items; Tags itself is required by the model",
}
NOT_PROVED = frozenset(
    "acm:ListCertificates apigatewayv2:GetApiMappings apigatewayv2:GetDomainNames apigatewayv2:GetVpcLinks "
    "appconfig:ListApplications athena:ListWorkGroups backup:ListBackupPlans backup:ListBackupVaults "
    "batch:DescribeJobQueues budgets:DescribeBudgets cloudtrail:ListTrails cloudwatch:ListDashboards "
    "cloudwatch:ListMetricStreams codecommit:ListRepositories codeconnections:ListConnections "
    "cognito-idp:ListUserPools config:DescribeConfigRules "
    "dms:DescribeReplicationInstances dynamodb:ListBackups dynamodb:ListTagsOfResource "
    "ecr-public:DescribeRepositories ecs:ListClusters "
    "efs:DescribeAccessPoints eks:ListClusters events:ListApiDestinations events:ListArchives "
    "events:ListConnections events:ListEventBuses fsx:DescribeFileSystems globalaccelerator:ListAccelerators "
    "glue:ListCrawlers glue:ListJobs iot:ListThings kafka:ListClustersV2 kms:ListKeys lambda:ListAliases "
    "lambda:ListCodeSigningConfigs "
    "lambda:ListEventSourceMappings lambda:ListLayers lightsail:GetInstances logs:DescribeDeliveries "
    "logs:DescribeDeliveryDestinations logs:DescribeDeliverySources memorydb:DescribeClusters mq:ListBrokers "
    "network-firewall:ListFirewalls pipes:ListPipes resource-groups:ListGroups route53resolver:ListResolverEndpoints "
    "sagemaker:ListNotebookInstances schemas:ListRegistries schemas:ListSchemas secretsmanager:ListSecrets "
    "servicediscovery:ListNamespaces sesv2:ListConfigurationSets sesv2:ListEmailIdentities sesv2:ListEmailTemplates "
    "ssm:DescribeMaintenanceWindows ssm:ListDocuments synthetics:DescribeCanaries wafv2:ListIPSets "
    "wafv2:ListRuleGroups xray:GetGroups".split()
)
