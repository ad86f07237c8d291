"""What the tests of the sandbox share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.sandbox.balancing import Balancing
from tests.sandbox.buckets import make_bucket
from tests.sandbox.iam import ROLE, TRUST, USER
from tests.sandbox.network import Network

if TYPE_CHECKING:
    import boto3


@pytest.fixture
def network(session: boto3.Session) -> Network:
    """Return a VPC to put things into."""
    return Network(session)


@pytest.fixture
def balancing(session: boto3.Session) -> Balancing:
    """Return a load balancer with all that belongs to it."""
    return Balancing(session)


@pytest.fixture
def cloudfront(session: boto3.Session) -> Any:
    """Return a client of CloudFront."""
    return session.client("cloudfront")


@pytest.fixture
def iam(session: boto3.Session) -> Any:
    """Return a client, with a role and a user made."""
    client = session.client("iam")
    client.create_role(RoleName=ROLE, AssumeRolePolicyDocument=TRUST)
    client.create_user(UserName=USER)
    return client


@pytest.fixture
def s3(session: boto3.Session) -> Any:
    """Return a client, with a versioned bucket made."""
    return make_bucket(session)


@pytest.fixture
def gateway(session: boto3.Session) -> Any:
    """Return a client of the REST API's control plane."""
    return session.client("apigateway")


@pytest.fixture
def api(gateway: Any) -> str:
    """Return the id of a REST API with a stage `prod`."""
    made: str = gateway.create_rest_api(name="carbuyer-email-api")["id"]
    root = gateway.get_resources(restApiId=made)["items"][0]["id"]
    method = {"restApiId": made, "resourceId": root, "httpMethod": "POST"}
    gateway.put_method(**method, authorizationType="NONE")
    gateway.put_integration(**method, type="MOCK")
    gateway.create_deployment(restApiId=made, stageName="prod")
    return made


@pytest.fixture
def plan(gateway: Any, api: str) -> str:
    """Return the id of a usage plan that lists the stage."""
    stages = [{"apiId": api, "stage": "prod"}]
    made: str = gateway.create_usage_plan(name="carbuyer-email-plan", apiStages=stages)["id"]
    return made
