"""What applications are built from: APIs, queues, topics, events, workflows, sign-in, mail."""

from __future__ import annotations

from carbuyer_cleanup.audit.types.row import Parent, Type

NEXT = ("NextToken", "NextToken")
EVENT_BUSES = Parent("events:ListEventBuses", "EventBuses[].Name", "EventBusName")
REGISTRIES = Parent("schemas:ListRegistries", "Registries[].RegistryName | [?@ != 'aws.events']", "RegistryName")
NO_BUS = frozenset({"ResourceNotFoundException"})
LIMIT = {"limit": 500}  # API Gateway's pages have 25 otherwise
SIXTY = {"MaxResults": 60}  # required, and the maximum

# fmt: off
APPLICATION = (
    Type("REST API", "apigateway:GetRestApis", "items[]", "id", "apigateway:/restapis/", names="name", tags="tags",
         state="apiStatus", params=LIMIT),
    Type("API key", "apigateway:GetApiKeys", "items[]", "id", "apigateway:/apikeys/", names="name || '-'", tags="tags",
         params=LIMIT),
    Type("usage plan", "apigateway:GetUsagePlans", "items[]", "id", "apigateway:/usageplans/", names="name",
         tags="tags", params=LIMIT),
    Type("REST API domain name", "apigateway:GetDomainNames", "items[]", "domainName", "apigateway:/domainnames/",
         tags="tags", params=LIMIT, hangs=True),
    Type("REST API VPC link", "apigateway:GetVpcLinks", "items[]", "id", "apigateway:/vpclinks/", names="name",
         tags="tags", state="status", params=LIMIT),
    Type("client certificate", "apigateway:GetClientCertificates", "items[]", "clientCertificateId",
         "apigateway:/clientcertificates/", names="description || '-'", tags="tags", params=LIMIT),
    Type("HTTP or WebSocket API", "apigatewayv2:GetApis", "Items[]", "ApiId", "apigateway:/apis/", names="Name",
         tags="Tags", hangs=True),
    Type("HTTP API VPC link", "apigatewayv2:GetVpcLinks", "Items[]", "VpcLinkId", "apigateway:/vpclinks/",
         names="Name", tags="Tags", state="VpcLinkStatus", token=NEXT),
    Type("GraphQL API", "appsync:ListGraphqlApis", "graphqlApis[]", "apiId", "appsync:apis/", names="name",
         tags="tags", arn="arn"),
    Type("Amplify app", "amplify:ListApps", "apps[]", "appId", "amplify:apps/", names="name", tags="tags",
         arn="appArn"),

    Type("SNS topic", "sns:ListTopics", "Topics[]", "TopicArn", "sns:", names="tail(TopicArn)", arn="TopicArn"),
    Type("SQS queue", "sqs:ListQueues", "QueueUrls[]", "tail(@)", "sqs:", params={"MaxResults": 1000}),
    Type("EventBridge bus", "events:ListEventBuses", "EventBuses[]", "Name", "events:event-bus/", arn="Arn",
         token=NEXT),
    Type("EventBridge rule", "events:ListRules", "Rules[]", "Name", "events:rule/", arn="Arn", parent=EVENT_BUSES,
         none=NO_BUS),
    Type("EventBridge connection", "events:ListConnections", "Connections[]", "Name", "events:connection/",
         state="ConnectionState", arn="ConnectionArn", token=NEXT),
    Type("EventBridge API destination", "events:ListApiDestinations", "ApiDestinations[]", "Name",
         "events:api-destination/", state="ApiDestinationState", arn="ApiDestinationArn", token=NEXT),
    Type("EventBridge archive", "events:ListArchives", "Archives[]", "ArchiveName", "events:archive/", token=NEXT),
    Type("EventBridge pipe", "pipes:ListPipes", "Pipes[]", "Name", "pipes:pipe/", state="CurrentState", arn="Arn"),
    # shared test events of a function: _<function>-schema
    Type("EventBridge schema", "schemas:ListSchemas", "Schemas[]", "SchemaName", "schemas:schema/",
         names="[SchemaName, within(SchemaName, '_', '-schema')]", tags="Tags", arn="SchemaArn", parent=REGISTRIES,
         none=frozenset({"NotFoundException"})),
    Type("schedule", "scheduler:ListSchedules", "Schedules[]", "Name", "scheduler:schedule/", arn="Arn"),
    Type("schedule group", "scheduler:ListScheduleGroups", "ScheduleGroups[]", "Name", "scheduler:schedule-group/",
         state="State", arn="Arn"),
    Type("state machine", "stepfunctions:ListStateMachines", "stateMachines[]", "name", "states:stateMachine:",
         arn="stateMachineArn"),
    Type("Step Functions activity", "stepfunctions:ListActivities", "activities[]", "name", "states:activity:",
         arn="activityArn"),

    Type("Cognito user pool", "cognito-idp:ListUserPools", "UserPools[]", "Id", "cognito-idp:userpool/", names="Name",
         params=SIXTY),
    Type("Cognito identity pool", "cognito-identity:ListIdentityPools", "IdentityPools[]", "IdentityPoolId",
         "cognito-identity:identitypool/", names="IdentityPoolName", params=SIXTY),
    Type("SES identity", "sesv2:ListEmailIdentities", "EmailIdentities[]", "IdentityName", "ses:identity/",
         token=NEXT, params={"PageSize": 1000}),
    Type("SES template", "sesv2:ListEmailTemplates", "TemplatesMetadata[]", "TemplateName", "ses:template/",
         token=NEXT, params={"PageSize": 100}),
    Type("SES configuration set", "sesv2:ListConfigurationSets", "ConfigurationSets[]", "@", "ses:configuration-set/",
         token=NEXT, params={"PageSize": 1000}),
    Type("IoT thing", "iot:ListThings", "things[]", "thingName", "iot:thing/", arn="thingArn",
         params={"maxResults": 250}),
)
# fmt: on
