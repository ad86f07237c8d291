"""Lambda functions, by name, and the event source mappings that feed them.

A function in a VPC leaves it first. Minutes later Lambda deletes its network interfaces, by the function's own role:
until they are gone, the function counts as existing, even if it doesn't, and so its role stays
(https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html). Functions with the same subnets and security
groups share interfaces: we don't wait for one that others use as well. A mapping outlives its function. A function
that somebody else's API invokes stays.
"""

from __future__ import annotations

import asyncio
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from carbuyer_cleanup.aws.reading import needed
from carbuyer_cleanup.backup.asking import Definition, one_of, told_of
from carbuyer_cleanup.call import grant, read, write
from carbuyer_cleanup.kinds import apis
from carbuyer_cleanup.kinds.common import each, judged, refuse_if_used, related, unless_named
from carbuyer_cleanup.kinds.preparing import Preparing
from carbuyer_cleanup.resource import Kind, Resource

if TYPE_CHECKING:
    from carbuyer_cleanup.aws.context import Aws

Place = tuple[str, frozenset[str]]  # a subnet and security groups: functions with the same ones share an interface
MAPPING = "event source mapping"
IN_VPC, LEAVING_VPC = "in a VPC", "leaving its VPC"
INTERFACE = "AWS Lambda VPC ENI-"
INVOKER = re.compile(r"arn:[a-z-]+:execute-api:[a-z0-9-]+:[0-9]{12}:([a-z0-9]+)/")  # an API in a function's policy
NOWHERE: dict[str, list[str]] = {"SubnetIds": [], "SecurityGroupIds": []}
# SES's SMTP endpoints, and the user that its console creates for them (SES developer guide, smtp-credentials). A key in
# the function's environment would show which user; we don't read it.
SES = "email-smtp."
SMTP_USER = (
    "It sends e-mail through Amazon SES with the key of an IAM user, which stays: if SES made that user for it "
    "(ses-smtp-user…), delete it in the IAM console (Users)"
)


async def find(aws: Aws) -> list[Resource]:
    """Find functions by name, and the event source mappings that feed them."""
    functions, mappings = await asyncio.gather(
        aws.pages("lambda:ListFunctions", "Functions"),
        aws.pages("lambda:ListEventSourceMappings", "EventSourceMappings"),
    )
    found = await _with_interfaces(aws, related(_judged(aws, function) for function in functions), functions)
    return found + related(_judged_mapping(aws, mapping) for mapping in mappings)


def _judged(aws: Aws, function: dict[str, Any]) -> Resource | None:
    # Nothing else of the description is kept: it holds the function's environment, and so the e-mail password.
    name = needed("FunctionName", function)
    claim, state = aws.workshop.claim("lambda.function", name), IN_VPC if _places(function) else ""
    notice = SMTP_USER if function["Environment"]["Variables"].get("EMAIL_HOST", "").startswith(SES) else ""
    return judged(aws, "Lambda function", name, claim, state=state, arn=function["FunctionArn"], notice=notice)


def _judged_mapping(aws: Aws, mapping: dict[str, Any]) -> Resource | None:
    _, _, function = mapping["FunctionArn"].partition(":function:")  # and perhaps its version
    function = function.partition(":")[0]
    claim = aws.workshop.claim("lambda.function", function, inferred=unless_named(function))
    claim = claim._replace(why=f"it feeds the function {function}; {claim.why}") if claim else None
    return judged(aws, MAPPING, mapping["UUID"], claim, name=function, state=mapping["State"])


def _places(function: dict[str, Any]) -> set[Place]:
    network = function["VpcConfig"]
    return {(subnet, frozenset(network["SecurityGroupIds"])) for subnet in network["SubnetIds"]}


async def _with_interfaces(aws: Aws, found: list[Resource], functions: list[dict[str, Any]]) -> list[Resource]:
    """Mark the functions that have left their VPC, or are gone, while their network interfaces still exist."""
    out = {f.id for f in found if f.ours and f.state != IN_VPC}
    taken = {place for function in functions for place in _places(function)}
    left = [interface for interface in await _interfaces(aws) if _place(interface) not in taken]
    makers = {_maker(interface) for interface in left}
    known = {function["FunctionName"] for function in functions}
    gone = sorted({_maker(interface) for interface in left if interface["Status"] != "available"} - known)
    marked = [replace(f, state=LEAVING_VPC) if f.id in out & makers else f for f in found]
    return marked + related(_judged_gone(aws, name) for name in gone)


def _judged_gone(aws: Aws, name: str) -> Resource | None:
    claim = aws.workshop.claim("lambda.function", name)
    return judged(aws, "Lambda function", name, claim, state=LEAVING_VPC)


async def _interfaces(aws: Aws) -> list[dict[str, Any]]:
    """Return Lambda's network interfaces; list all interfaces, as other kinds do, to share the answer."""
    listed = await aws.pages("ec2:DescribeNetworkInterfaces", "NetworkInterfaces")
    return [i for i in listed if i["Description"].startswith(INTERFACE)]


def _maker(interface: dict[str, Any]) -> str:
    """Return the function that an interface was created for: its description has it between words and a UUID."""
    return str(interface["Description"]).removeprefix(INTERFACE)[: -len("-") - 36]


def _place(interface: dict[str, Any]) -> Place:
    return interface["SubnetId"], frozenset(group["GroupId"] for group in interface["Groups"])


@each
async def delete(aws: Aws, resource: Resource) -> None:
    """Take a function out of its VPC, or delete it; delete a mapping."""
    if resource.kind == MAPPING:
        await aws.call("lambda:DeleteEventSourceMapping", UUID=resource.id)
    else:
        await _delete_function(aws, resource)


async def _delete_function(aws: Aws, function: Resource) -> None:
    """Take the function out of its VPC, and delete it at the next turn; at once if AWS refuses to take it out."""
    refuse_if_used(function, await _others_apis(aws, function))
    leaving = Preparing()
    if function.state == IN_VPC:
        with leaving:
            await aws.call("lambda:UpdateFunctionConfiguration", FunctionName=function.id, VpcConfig=NOWHERE)
            return
    with leaving.deletion():
        await aws.call("lambda:DeleteFunction", FunctionName=function.id)


async def _others_apis(aws: Aws, function: Resource) -> list[str]:
    """Return others' APIs that may invoke a function, according to its resource policy.

    Aliases and versions have policies of their own, which are not read: the workshop's function has neither.
    """
    answer = await aws.call("lambda:GetPolicy", FunctionName=function.id)
    callers = set(INVOKER.findall(answer["Policy"]))
    others = (await apis.listed(aws)).others if callers else {}
    return [f"API {others[id_]} ({id_})" for id_ in callers & others.keys()]


async def holders(aws: Aws, resources: list[Resource]) -> list[str]:
    """Name the network interfaces that Lambda still has to delete."""
    leaving = {r.id for r in resources if r.state == LEAVING_VPC}
    interfaces = [i for i in await _interfaces(aws) if _maker(i) in leaving]
    return [f"network interface {i['NetworkInterfaceId']} ({i['Description']})" for i in interfaces]


async def define_mapping(aws: Aws, mapping: Resource) -> Any:
    """Return an event source mapping, and its tags."""
    described = await one_of("lambda:ListEventSourceMappings", "EventSourceMappings", "UUID", aws, mapping)
    tags = await told_of(aws, mapping, "lambda:ListTags", Resource=described["EventSourceMappingArn"])
    return {**described, "Tags": tags["Tags"]}


def definitions() -> dict[str, Definition]:
    """Return how a backup asks for it."""
    return {  # functions are saved with their code: backup/function.py
        MAPPING: Definition(
            define_mapping,
            by_aws="State StateTransitionReason LastProcessingResult LastModified",
            calls={"lambda:ListTags": read("ResourceNotFoundException")},
        )
    }


LEAVING = frozenset({LEAVING_VPC, "Deleting"})
KIND = Kind(
    "Lambda function",
    find,
    delete,
    step=7,
    entry="lambda.function",
    # tf lambda/function.go, Delete, 10; its network interfaces: ec2/vpc_network_interface.go, deleteLingeringLambdaENI
    deadline=45,
    price=0.01,
    console="lambda/home?region={region}#/functions/{id}",
    calls={
        "lambda:ListFunctions": read(),
        "lambda:GetPolicy": read("ResourceNotFoundException", has="Policy"),
        "lambda:ListEventSourceMappings": read(changed_by="lambda:DeleteEventSourceMapping"),
        "lambda:UpdateFunctionConfiguration": write("ResourceNotFoundException", "ResourceConflictException"),
        "lambda:DeleteFunction": write("ResourceNotFoundException", "ResourceConflictException"),
        "lambda:DeleteEventSourceMapping": write(
            "ResourceNotFoundException", "ResourceInUseException ResourceConflictException"
        ),
    },
    grants=(
        grant(
            "Lambda",
            "lambda:UpdateFunctionConfiguration lambda:DeleteFunction lambda:DeleteEventSourceMapping",
            "lambda:{region}:*:function:{lambda.function}",
            "lambda:{region}:*:event-source-mapping:*",
        ),
    ),
    definitions=definitions,
    leaving=LEAVING,
    holders=holders,
)
