"""APIs, messages, events and user pools."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.creators import NAME, At, balancer, connection, test_event

if TYPE_CHECKING:
    from collections.abc import Callable

# fmt: off
APPLICATION: dict[str, Callable[[At], object]] = {
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
}
# fmt: on
