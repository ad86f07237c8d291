"""Shareable test events of functions, as the Lambda console calls them: they outlive the function.

The console keeps each as a schema ``_<function>-schema`` in a registry of EventBridge Schemas that all functions of the
Region share (aws/aws-sam-cli, lib/shared_test_events; private ones are not in it). The registry stays.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from carbuyer_cleanup.backup.asking import Definition, told_of, without_meta
from carbuyer_cleanup.call import grant, read, write
from carbuyer_cleanup.kinds.common import each, if_offered, judged, related
from carbuyer_cleanup.resource import Kind, Resource

if TYPE_CHECKING:
    from carbuyer_cleanup.aws.context import Aws

NAME = "Lambda test events"
REGISTRY = "lambda-testevent-schemas"
BEFORE, AFTER = "_", "-schema"  # around the function's name in the schema's


async def find(aws: Aws) -> list[Resource]:
    """Find the shared test events of our functions: schemas in a registry of Lambda's."""
    registries = await if_offered(aws, "schemas:ListRegistries", "Registries[].RegistryName")
    if REGISTRY not in registries:
        return []
    schemas = await aws.pages("schemas:ListSchemas", "Schemas", RegistryName=REGISTRY)
    return related(_judged(aws, schema) for schema in schemas)


def _judged(aws: Aws, schema: dict[str, Any]) -> Resource | None:
    name = schema["SchemaName"]
    function = name.removeprefix(BEFORE).removesuffix(AFTER)
    claim = aws.workshop.claim("lambda.function", function, id_=name)
    claim = claim._replace(why=f"they are the test events of the function {function}; {claim.why}") if claim else None
    return judged(aws, NAME, name, claim, name=function, arn=schema["SchemaArn"])


@each
async def delete(aws: Aws, events: Resource) -> None:
    """Delete a shared test event."""
    await aws.call("schemas:DeleteSchema", RegistryName=REGISTRY, SchemaName=events.id)


async def define(aws: Aws, events: Resource) -> Any:
    """Return a schema, whose examples are the test events."""
    told = await told_of(aws, events, "schemas:DescribeSchema", RegistryName=REGISTRY, SchemaName=events.id)
    return without_meta(told)


def definitions() -> dict[str, Definition]:
    """Return how a backup asks for it."""
    return {
        NAME: Definition(
            define,
            calls={"schemas:DescribeSchema": read("NotFoundException", has="Content")},
            grants=(grant("SavedTestEvents", "schemas:DescribeSchema", SCHEMAS),),
        )
    }


SCHEMAS = f"schemas:{{region}}:*:schema/{REGISTRY}/_{{lambda.function}}-schema"
KIND = Kind(
    NAME,
    find,
    delete,
    step=7,
    also="its test events that were shared",
    deadline=5,  # nothing is known to hold any
    waits_for=("Lambda function",),  # which can use them while it exists
    calls={
        "schemas:ListRegistries": read(),
        "schemas:ListSchemas": read("NotFoundException"),
        "schemas:DeleteSchema": write("NotFoundException"),
    },
    grants=(grant("TestEvents", "schemas:DeleteSchema", SCHEMAS),),
    definitions=definitions,
)
