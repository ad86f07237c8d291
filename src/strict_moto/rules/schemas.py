"""EventBridge Schemas, which moto 5.2.5 lacks: registries, and the schemas in them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from strict_moto.world import Instead, Rule

if TYPE_CHECKING:
    from strict_moto.world import Params, Request, World

MODEL = "botocore's model of Schemas"


def _registries(world: World, request: Request) -> dict[str, dict[str, Params]]:
    return world.recall("schemas", request.account, request.region)


def _arn(request: Request, kind: str, *names: str) -> str:
    return f"arn:aws:schemas:{request.region}:{request.account}:{'/'.join((kind, *names))}"


def _create_registry(world: World, request: Request) -> Params:
    name = request.params["RegistryName"]
    _registries(world, request).setdefault(name, {})
    return {"RegistryName": name, "RegistryArn": _arn(request, "registry", name)}


def _list_registries(world: World, request: Request) -> Params:
    names = sorted(_registries(world, request))
    return {"Registries": [{"RegistryName": n, "RegistryArn": _arn(request, "registry", n)} for n in names]}


def _create_schema(world: World, request: Request) -> Params:
    registry, name = request.params["RegistryName"], request.params["SchemaName"]
    shown = {"SchemaName": name, "SchemaArn": _arn(request, "schema", registry, name)}
    content = {key: request.params[key] for key in ("Content", "Type")}
    _registries(world, request)[registry][name] = {**shown, **content, "SchemaVersion": "1"}
    return shown


def _list_schemas(world: World, request: Request) -> Params:
    schemas = _registries(world, request)[request.params["RegistryName"]].values()
    return {"Schemas": [{key: one[key] for key in ("SchemaName", "SchemaArn")} for one in schemas]}


def _describe_schema(world: World, request: Request) -> Params:
    return _registries(world, request)[request.params["RegistryName"]][request.params["SchemaName"]]


def _delete_schema(world: World, request: Request) -> Params:
    del _registries(world, request)[request.params["RegistryName"]][request.params["SchemaName"]]
    return {}


def _no_registry(world: World, request: Request) -> bool:
    return request.params["RegistryName"] not in _registries(world, request)


def _no_schema(world: World, request: Request) -> bool:
    schemas = _registries(world, request).get(request.params["RegistryName"], {})
    return request.params["SchemaName"] not in schemas


RULES = (
    Instead("schemas:CreateRegistry", _create_registry, MODEL),
    Instead("schemas:ListRegistries", _list_registries, MODEL),
    *(
        Rule(
            f"schemas:{operation}",
            _no_registry,
            "NotFoundException",
            "Registry with name {RegistryName} does not exist.",
            "aws/aws-sam-cli, schemas_api_caller.py; text unverified",
            404,
        )
        for operation in ("CreateSchema", "ListSchemas")
    ),
    Instead("schemas:CreateSchema", _create_schema, MODEL),
    Instead("schemas:ListSchemas", _list_schemas, MODEL),
    *(
        Rule(
            f"schemas:{operation}",
            _no_schema,
            "NotFoundException",
            "Schema with name {SchemaName} does not exist.",
            MODEL + "; text unverified",
            404,
        )
        for operation in ("DeleteSchema", "DescribeSchema")
    ),
    Instead("schemas:DescribeSchema", _describe_schema, MODEL),
    Instead("schemas:DeleteSchema", _delete_schema, MODEL),
)
