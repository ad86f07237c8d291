"""EventBridge Schemas in the sandbox: each rule, seen with plain boto3."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.sandbox.refusals import refused

if TYPE_CHECKING:
    import boto3

REGISTRY: Any = {"RegistryName": "lambda-testevent-schemas"}


def test_schema_in_a_registry(session: boto3.Session) -> None:
    """A registry is listed once it is made; a schema in it is listed until it is deleted."""
    schemas = session.client("schemas")
    assert schemas.list_registries()["Registries"] == []
    schemas.create_registry(**REGISTRY)
    assert [one["RegistryName"] for one in schemas.list_registries()["Registries"]] == [REGISTRY["RegistryName"]]
    made = schemas.create_schema(**REGISTRY, SchemaName="_fn-schema", Type="OpenApi3", Content="{}")
    assert made["SchemaArn"].endswith(":schema/lambda-testevent-schemas/_fn-schema")
    assert [one["SchemaName"] for one in schemas.list_schemas(**REGISTRY)["Schemas"]] == ["_fn-schema"]
    shown = schemas.describe_schema(**REGISTRY, SchemaName="_fn-schema")
    assert (shown["Type"], shown["Content"], shown["SchemaVersion"]) == ("OpenApi3", "{}", "1")
    schemas.delete_schema(**REGISTRY, SchemaName="_fn-schema")
    assert schemas.list_schemas(**REGISTRY)["Schemas"] == []


def test_without_a_registry(session: boto3.Session) -> None:
    """What is not there can't be listed, filled, read or deleted."""
    schemas = session.client("schemas")
    with refused("NotFoundException", status=404):
        schemas.list_schemas(**REGISTRY)
    with refused("NotFoundException", status=404):
        schemas.create_schema(**REGISTRY, SchemaName="_fn-schema", Type="OpenApi3", Content="{}")
    with refused("NotFoundException", status=404):
        schemas.delete_schema(**REGISTRY, SchemaName="_fn-schema")
    with refused("NotFoundException", "Schema with name _fn-schema does not exist.", 404):
        schemas.describe_schema(**REGISTRY, SchemaName="_fn-schema")
