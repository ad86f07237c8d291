"""Whether AWS sends a list that is empty, or leaves it out: for each JSON call, as far as it is known.

In XML an empty list is an empty element: EC2 and the query protocols always send it, CloudFront sends ``Quantity``.
In JSON each service does as it likes. A wrong row in SENT makes an account without such things COULD NOT VERIFY
forever; a wrong one in LEFT_OUT takes an answer that lost its list for *nothing there*. What nobody has shown is in
NOT_PROVED: a list that is missing from AWS's own, whole answer is taken for empty, and every verdict says so.

Models that require the list need no row. C7N: answers to real accounts, in cloud-custodian/cloud-custodian,
tests/data/placebo. LOCALSTACK: AWS's answers, in localstack/localstack, tests/aws, as ``*.snapshot.json``. CLI: output
of the AWS CLI for real accounts, in public files on GitHub; it prints ``[]`` only for a list that was sent, and the
words in quotes find the file. Where other lists of the same API stand in for one, at least two were seen empty; only
REST_APIS, the weakest source, rests on one.
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
    "acm:ListCertificates": "CLI: 'kong-deployment-7b8c8457df-hj2qv -c troubleshooting-aws-cli'",
    "backup:ListBackupPlans": "CLI: 'BackupPlansList: []' in two reports on an Aurora cluster",
    "batch:DescribeJobQueues": "CLI: 'academy-v1-video-batch-long-queue', asked for by name; C7N of the same API",
    "cloudwatch:ListDashboards": "LOCALSTACK, test_cloudwatch: list_dashboards_empty; CLI: 'chrisbarm', 2026-02-11",
    "cognito-idp:ListUserPools": "CLI: 'aws cognito-idp list-user-pools --max-results 10' with '#Result'",
    "config:DescribeConfigRules": (
        "two lists of the same API: DescribeConfigurationRecorders, CLI: 'k8s-platform-staging'; "
        "DescribeDeliveryChannels, mhart/aws4, README of 2015"
    ),
    "ecs:ListClusters": "CLI: 'ht-w6-adnan06-event'",
    "eks:ListClusters": "CLI: 'aws eks list-clusters' of five authors, one with 'eksctl version 0.88.0'",
    "events:ListApiDestinations": "CLI: 'list-api-destinations --name-prefix wealth-warm', 2026-04-26",
    "events:ListArchives": "LOCALSTACK, test_archive_and_replay: list-archives-not-existing-archive, 2024-05-17",
    "events:ListConnections": "CLI: 'list-connections --name-prefix wealth', 2026-04-26",
    "iot:ListThings": "CLI: 'aws iot list-things' with 'awsiotfullaccess'",
    "kms:ListKeys": "mhart/aws4, README of 2015: the whole body",
    "lambda:ListEventSourceMappings": "CLI: 'vectora-inbox-ingest-normalize-dev'",
    "lambda:ListLayers": "CLI: rsprouse/pglex, README",
    **dict.fromkeys(
        ("lambda:ListAliases", "lambda:ListCodeSigningConfigs"),
        "three lists of the same API: ListFunctions, ListLayers, ListEventSourceMappings",
    ),
    "resource-groups:ListGroups": "LOCALSTACK, test_resource_groups: list-groups-after-delete, 2023-09-13",
    "secretsmanager:ListSecrets": "CLI: 'HV22' and 'Hackvent-SecretReader-EC2-Role'; two more authors",
    "sesv2:ListConfigurationSets": "CLI: 'life-platform-emails'; 'Zero configuration sets' of another author",
    "sesv2:ListEmailIdentities": "CLI: 'aws sesv2 list-email-identities --profile customer-a-prod'",
    "sesv2:ListEmailTemplates": "two lists of the same API: ListConfigurationSets, ListEmailIdentities",
    "athena:ListWorkGroups": "never empty: the workgroup primary can't be deleted (API reference: DeleteWorkGroup)",
    "events:ListEventBuses": "never empty: the default bus can't be deleted (API reference: DeleteEventBus)",
    "cloudtrail:LookupEvents": "not proved; a witness without it proves nothing, so that nothing hangs on it",
    "dynamodb:ListTables": "DynamoDB Local, AWS's own: its list of no tables is [], as public tutorials show it",
    "lambda:ListVersionsByFunction": "Lambda API reference: every function has a version $LATEST",
    "wafv2:ListTagsForResource": "aws/aws-cli, awscli/examples/wafv2/list-tags-for-resource.rst: [] for a web ACL",
    "wafv2:ListWebACLs": "CLI: 'chrisbarm', 2026-02-11; aws/aws-cli#3733: the same call of WAF Classic",
}
LEFT_OUT: dict[str, str] = {
    "sqs:ListQueues": "localstack/localstack#9828, compared with AWS in both protocols; boto/boto3#1813, #2811",
    "apigateway:GetBasePathMappings": "aws/aws-sdk-js#1416: {} for a domain without mappings",
    "cloudfront:ListTagsForResource": "not proved for Tags.Items; Tags itself is required by the model",
}
NOT_PROVED = frozenset(
    "apigatewayv2:GetApiMappings apigatewayv2:GetDomainNames apigatewayv2:GetVpcLinks appconfig:ListApplications "
    "backup:ListBackupVaults budgets:DescribeBudgets cloudtrail:ListTrails cloudwatch:ListMetricStreams "
    "codecommit:ListRepositories codeconnections:ListConnections dms:DescribeReplicationInstances "
    "dynamodb:ListBackups dynamodb:ListTagsOfResource ecr-public:DescribeRepositories efs:DescribeAccessPoints "
    "fsx:DescribeFileSystems globalaccelerator:ListAccelerators glue:ListCrawlers glue:ListJobs "
    "kafka:ListClustersV2 lightsail:GetInstances logs:DescribeDeliveries logs:DescribeDeliveryDestinations "
    "logs:DescribeDeliverySources memorydb:DescribeClusters mq:ListBrokers network-firewall:ListFirewalls "
    "pipes:ListPipes route53resolver:ListResolverEndpoints sagemaker:ListNotebookInstances schemas:ListRegistries "
    "schemas:ListSchemas servicediscovery:ListNamespaces ssm:DescribeMaintenanceWindows ssm:ListDocuments "
    "synthetics:DescribeCanaries wafv2:ListIPSets wafv2:ListRuleGroups xray:GetGroups".split()
)
