"""CloudWatch log groups that the workshop's functions and APIs leave behind.

A function's group is ``/aws/lambda/<name>``, recognized by its name even after the function is gone. A REST API's is
``API-Gateway-Execution-Logs_<id>/<stage>``: before an API is deleted, the journal remembers its id.
A late invocation or request recreates a deleted group, so they come after their writers, and no plan need name them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from carbuyer_cleanup.aws.reading import needed
from carbuyer_cleanup.call import grant, read, write
from carbuyer_cleanup.claims import OURS, Claim
from carbuyer_cleanup.kinds import rest_api
from carbuyer_cleanup.kinds.common import each, judged, related
from carbuyer_cleanup.kinds.preparing import Preparing
from carbuyer_cleanup.resource import Kind, Resource

if TYPE_CHECKING:
    from carbuyer_cleanup.aws.context import Aws

FUNCTION = "/aws/lambda/"
UNPROTECT = "logs:PutLogGroupDeletionProtection"
API = "API-Gateway-Execution-Logs_"


async def find_of_function(aws: Aws) -> list[Resource]:
    """Find the log groups of our functions, which Lambda names after them."""
    groups = await aws.pages("logs:DescribeLogGroups", "logGroups")
    return related(_judged(aws, group, _claim_by_function(aws, group)) for group in groups)


def _claim_by_function(aws: Aws, group: dict[str, Any]) -> Claim | None:
    name = needed("logGroupName", group)
    return aws.workshop.claim("lambda.function" if name.startswith(FUNCTION) else "", name.removeprefix(FUNCTION))


async def find_of_api(aws: Aws) -> list[Resource]:
    """Find the log groups of our APIs, which API Gateway names after their ids."""
    listed = await aws.pages("logs:DescribeLogGroups", "logGroups")
    groups = [group for group in listed if needed("logGroupName", group).startswith(API)]
    existing = await rest_api.names(aws) if groups else {}
    apis = {api.id: f"of the {api}" for api in rest_api.of(aws, existing) if api.ours}
    kept = aws.journal.remembered(rest_api.MEMORY, aws.region)
    apis |= {id_: memory.because for id_, memory in kept.items() if id_ not in existing}
    return related(_judged(aws, group, _claim_by_api(group, apis)) for group in groups)


def _claim_by_api(group: dict[str, Any], apis: dict[str, str]) -> Claim | None:
    api = group["logGroupName"].removeprefix(API).partition("/")[0]
    return Claim(OURS, f"it holds the execution logs {apis[api]}") if api in apis else None


def _judged(aws: Aws, group: dict[str, Any], claim: Claim | None) -> Resource | None:
    protected = group["deletionProtectionEnabled"]
    return judged(aws, "log group", group["logGroupName"], claim, state="protected" if protected else "")


@each
async def delete(aws: Aws, group: Resource) -> None:
    """Switch a log group's deletion protection off and delete it."""
    unprotecting = Preparing()
    if group.state == "protected":
        with unprotecting:
            await aws.call(UNPROTECT, logGroupIdentifier=group.id, deletionProtectionEnabled=False)
    with unprotecting.deletion():
        await aws.call("logs:DeleteLogGroup", logGroupName=group.id)


DELETING = f"{UNPROTECT} logs:DeleteLogGroup"
CALLS = {
    "logs:DescribeLogGroups": read(),
    UNPROTECT: write("ResourceNotFoundException", "OperationAbortedException"),
    "logs:DeleteLogGroup": write("ResourceNotFoundException", "OperationAbortedException"),
}
OF_FUNCTION = Kind(
    "log group of a function",
    find_of_function,
    delete,
    step=7,
    also="its log group",
    deadline=5,  # as an API's
    waits_for=("Lambda function", "REST API"),  # a late invocation recreates it
    calls=CALLS,
    grants=(
        grant(
            "Logs",
            DELETING,
            "logs:{region}:*:log-group:{}",
            "logs:{region}:*:log-group:/aws/lambda/{lambda.function}",
            # as most of Logs' actions see it: CloudWatch Logs user guide, "Resources and operations"
            "logs:{region}:*:log-group:/aws/lambda/{lambda.function}:*",
        ),
    ),
    follows=True,
    settle=20.0,
)
OF_API = Kind(
    "log group of an API",
    find_of_api,
    delete,
    step=6,
    also="execution logs",
    deadline=5,  # while it is OperationAborted: tf logs/group.go, 1; late logs bring it back
    waits_for=("REST API",),  # a late request recreates it
    calls=CALLS,
    grants=(grant("Logs", DELETING, "logs:{region}:*:log-group:API-Gateway-Execution-Logs_*"),),
    follows=True,
    settle=20.0,
)
