"""Patches of moto 5.2.5 itself, where no rule can correct its answer; each is small and has its reason."""

from __future__ import annotations

import json
import sys
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache, partial
from importlib import import_module
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import boto3
import requests
from moto import settings
from moto.backends import get_backend
from moto.core import errors, loaders, responses, routing, serialize, utils
from moto.core.base_backend import AccountSpecificBackend, BackendDict, BaseBackend
from moto.iam.models import SERVICE_NAME_CONVERSION, AWSManagedPolicy
from moto.organizations import utils as organization_names
from moto.utilities import docker_utilities

from model_cache import MODEL, files, kept, undocumented
from strict_moto import offerings, xml_writer
from strict_moto.session import core_session, isolated_session, sessions_loader
from strict_moto.wall import clean_environment

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

# What the workshop attaches, and a student may attach. moto's full list has 4.7 MB, and is parsed for every account.
MANAGED_POLICIES = {
    "AdministratorAccess": ("*",),
    "AmazonDynamoDBFullAccess": ("dynamodb:*",),
    "AmazonS3FullAccess": ("s3:*", "s3-object-lambda:*"),
    "CloudFrontFullAccess": ("cloudfront:*",),
    "IAMUserChangePassword": ("iam:ChangePassword", "iam:GetAccountPasswordPolicy"),
    "PowerUserAccess": ("*",),
    "ReadOnlyAccess": ("*:Describe*", "*:Get*", "*:List*"),
    "service-role/AWSLambdaBasicExecutionRole": ("logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"),
    "service-role/AWSLambdaVPCAccessExecutionRole": ("ec2:*NetworkInterface*", "logs:*"),
    "service-role/AmazonAPIGatewayPushToCloudWatchLogs": ("logs:*",),
}


OPENAPI, OPENAPI_ERRORS = "openapi_spec_validator", "openapi_spec_validator.validation.exceptions"

# How AWS spells services in the names of their roles; moto only knows their signing names.
LINKED = {
    "apigateway": "APIGateway",
    "elasticloadbalancing": "ElasticLoadBalancing",
    "organizations": "Organizations",
    "support": "Support",
    "trustedadvisor": "TrustedAdvisor",
}


@cache
def install() -> None:
    """Patch moto as a whole, once; what belongs to one account is patched when the account is opened."""
    # 1285 snapshots "owned by self", from the AMIs that come with moto
    settings.ec2_load_default_amis = _no
    # A warning about errors that aren't in the service's model; pytest would turn it into an exception
    errors.warn = _quiet
    # Sessions that read the environment, and fail if AWS_PROFILE names a missing profile
    AccountSpecificBackend.get_session = isolated_session
    utils.Session = core_session
    # A new loader for each model, which searches four hundred folders
    utils.create_loader = cache(partial(_Loader, [loaders.moto_root]))
    # Its XML goes through SAX, which takes a twelfth of the total time
    serialize.xmltodict = SimpleNamespace(unparse=xml_writer.unparse)
    # A function that builds addresses for each path of a REST API, compiled from source text: nobody builds any
    routing.SmithyRule._compile_builder = _no_builder  # noqa: SLF001 - werkzeug's; tests/sandbox/test_routing.py
    # Looked up at every request by inspecting all members of a class: a tenth of the total time
    responses.method_names_from_class = cache(utils.method_names_from_class)
    # Containers that run moto's functions and jobs would have a way out to the network
    docker_utilities.DockerModel.docker_client = property(_no_docker)
    SERVICE_NAME_CONVERSION.update(LINKED)
    _import_api_gateway()
    # EC2's Regions: its model, the biggest, is read once per partition for them, also by sessions of the environment
    with clean_environment(), offerings.unread(), patch.object(boto3, "Session", return_value=isolated_session()):
        get_backend("ec2")
    _share_one_key()


def _share_one_key() -> None:
    """Give all key pairs the same key, which opens nothing: generating an RSA key takes as long as fifty calls."""
    key_pairs: Any = import_module("moto.ec2.models.key_pairs")
    key_pairs.random_rsa_key_pair = cache(key_pairs.random_rsa_key_pair)


class _Loader(loaders.Loader):  # type: ignore[misc] # moto is not typed
    """Loads the models that the sandbox's sessions use, except those that moto extends."""

    def load_service_model(self, service_name: str, type_name: str, api_version: str | None = None) -> Any:
        """Return a model, from the cache if possible."""
        load = partial(super().load_service_model, service_name, type_name, api_version)
        if type_name != MODEL:
            return load()
        if not any(Path(loaders.moto_root, service_name).glob("*/*.moto-extras*")):
            return sessions_loader().load_service_model(service_name, type_name)
        of = files(service_name, (self.BUILTIN_DATA_PATH, loaders.moto_root))
        return kept(f"{service_name}-moto", of, lambda: undocumented(load()))


def _import_api_gateway() -> None:
    """Import moto's API Gateway without the OpenAPI validator, which takes 0.3 s and 20 MiB, until it is called."""
    stand_ins = {name: ModuleType(name) for name in (OPENAPI, OPENAPI_ERRORS)}
    vars(stand_ins[OPENAPI])["validate"] = _validate
    vars(stand_ins[OPENAPI_ERRORS])["OpenAPIValidationError"] = Exception
    if not stand_ins.keys() & sys.modules.keys():
        sys.modules.update(stand_ins)
        get_backend("apigateway")
        for name in stand_ins:
            del sys.modules[name]


def _validate(document: Any) -> None:
    """Validate with the real OpenAPI validator, and make moto use it, and its error, from now on."""
    models: Any = import_module("moto.apigateway.models")
    models.validate = import_module(OPENAPI).validate
    models.OpenAPIValidationError = import_module(OPENAPI_ERRORS).OpenAPIValidationError
    models.validate(document)


def _no_builder(_self: Any, _append_unknown: bool = True) -> Callable[..., tuple[str, str]]:  # noqa: FBT001, FBT002
    return _no_address


def _no_address(*_args: Any, **_values: Any) -> tuple[str, str]:
    raise NotImplementedError


def _no() -> bool:
    return False


def _no_docker(_self: Any) -> Any:
    msg = "The embedded AWS runs no code."
    raise NotImplementedError(msg)


def _quiet(*_args: Any, **_kwargs: Any) -> None:
    pass


@contextmanager
def undelivered() -> Iterator[None]:
    """Deliver nothing to the outside (HTTP subscribers of SNS, API destinations, Firehose), as if nobody were there."""
    with patch.object(requests.Session, "send", _nobody_there):
        yield


def _nobody_there(_session: requests.Session, request: requests.PreparedRequest, **_: Any) -> requests.Response:
    response = requests.Response()
    response.status_code, response.request, response.url = 504, request, str(request.url)
    return response


def reset() -> None:
    """Empty every account, and dissolve the organization, which moto forgets.

    moto's own reset rebuilds each backend, default VPCs included, only to drop it; this one just clears it.
    """
    get_backend("organizations").master_accounts.clear()
    with patch.object(BaseBackend, "reset", _empty):
        BackendDict.reset()


def _empty(backend: BaseBackend) -> None:
    vars(backend).clear()


def add_managed_policies(iam: Any) -> None:
    """Add the AWS-managed policies to an account's IAM."""
    since = datetime(2015, 2, 6, tzinfo=UTC)
    for full_name, actions in MANAGED_POLICIES.items():
        path, _, name = full_name.rpartition("/")
        statement = [{"Effect": "Allow", "Action": list(actions), "Resource": "*"}]
        policy = AWSManagedPolicy(
            name,
            account_id=iam.account_id,
            region=iam.region_name,
            default_version_id="v1",
            path=f"/{path}/" if path else "/",
            document=json.dumps({"Version": "2012-10-17", "Statement": statement}),
            create_date=since,
            update_date=since,
        )
        iam.aws_managed_policies.append(policy)
        iam.managed_policies[policy.arn] = policy


def next_account_id(account: str) -> AbstractContextManager[Callable[[], str]]:
    """Return a context in which moto's organization gives this number to the accounts that it creates."""
    return patch.object(organization_names, "make_random_account_id", lambda: account)
