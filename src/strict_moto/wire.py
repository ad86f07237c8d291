"""Between HTTP and boto3's parameters: a request's operation, moto's answer to it, and answers of our own."""

from __future__ import annotations

import importlib
import json
import re
import uuid
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any
from xml.etree.ElementTree import ParseError
from xml.sax.saxutils import escape

from botocore.parsers import ResponseParserFactory
from moto.backend_index import backend_url_patterns
from moto.core.exceptions import HTTPException
from moto.core.parse import PROTOCOL_PARSERS
from moto.core.request import determine_request_protocol, normalize_request
from moto.core.routing import NotFound, get_service_router
from moto.core.serialize import SerializationContext, get_serializer_class
from moto.core.utils import get_service_model

from strict_moto.families import Family, family_of
from strict_moto.session import core_session
from strict_moto.world import Params, Refusal

if TYPE_CHECKING:
    from collections.abc import Callable

    from botocore.awsrequest import AWSPreparedRequest

SCOPE = re.compile(r"Credential=([^/,]+)/\d+/([^/]+)/([^/]+)/aws4_request")
UNREADABLE = "SerializationException", "The request is not in the form that the service's model has."
AWS_HOST = re.compile(r"\.amazonaws\.com$")

# Signing names that differ from botocore's name of the service.
NOT_WELL_FORMED = (
    "MalformedXML",
    "The XML you provided was not well-formed or did not validate against our published schema",
)
SIGNED_AS = {
    "access-analyzer": "accessanalyzer",
    "cloudcontrolapi": "cloudcontrol",
    "elasticfilesystem": "efs",
    "elasticloadbalancing": "elbv2",
    "elasticmapreduce": "emr",
    "es": "opensearch",
    "monitoring": "cloudwatch",
    "pricingplanmanager": "pricing-plan-manager",
    "sso": "sso-admin",
    "states": "stepfunctions",
    "tagging": "resourcegroupstaggingapi",
}

UNSIGNED = "sts"

# Services that sign with another service's name: that name, how to tell them apart, the service.
TOLD_APART: tuple[tuple[str, Callable[[Any], bool], str], ...] = (
    ("elasticloadbalancing", lambda http: http.values.get("Version") == "2012-06-01", "elb"),
    ("apigateway", lambda http: http.path.startswith("/v2/"), "apigatewayv2"),
    ("ses", lambda http: http.path.startswith("/v2/"), "sesv2"),
    ("s3", lambda http: http.path.startswith("/v20180820/"), "s3control"),
    ("dynamodb", lambda http: http.headers.get("X-Amz-Target", "").startswith("DynamoDBStreams"), "dynamodbstreams"),
)


@dataclass(frozen=True)
class HttpAnswer:
    """An HTTP answer; its headers' names are in lower case."""

    status: int
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True)
class HttpRequest:
    """One HTTP request, and the API operation that it asks for."""

    http: Any  # moto's request
    service: str
    region: str
    access_key: str
    token: str
    protocol: str

    @property
    def family(self) -> Family:
        """How the service words its errors."""
        return family_of(self.service, self.protocol)

    def read(self) -> tuple[Any, Params]:
        """Return the operation's model, and the parameters in boto3's form.

        Raises:
            Refusal: the service has no such operation, or can't read the body, e.g. with a control character in a key
                (boto/boto3#2005).
        """
        try:
            operation, labels = get_service_router(self.service).match(self.http)
            return operation, self._parsed(operation, labels)
        except (NotFound, NotImplementedError) as error:
            raise self.family.lacking.refusal() from error
        except ParseError as error:
            raise Refusal(*NOT_WELL_FORMED) from error
        except (LookupError, TypeError, ValueError) as error:
            raise Refusal(*UNREADABLE) from error

    def _parsed(self, operation: Any, labels: Any) -> Params:
        asked = {
            "method": self.http.method,
            "values": self.http.values,
            "headers": self.http.headers,
            "body": self.http.data,
            "url_path": self.http.path,
            "url_params": labels,
        }
        parsed: Params = PROTOCOL_PARSERS[self.protocol](operation).parse(asked)
        return parsed


def receive(request: AWSPreparedRequest) -> HttpRequest:
    """Return a request with what its signature says: the service, the Region and the sender's key.

    Unsigned requests, and those for services that botocore doesn't know, are taken for STS's, which refuses them.
    """
    http = normalize_request(request)
    scope = SCOPE.search(http.headers.get("Authorization", ""))
    key, region, signed_as = scope.groups() if scope else ("", "us-east-1", UNSIGNED)
    service = _service(http, signed_as)
    model = get_service_model(service)
    if not AWS_HOST.search(http.environ["HTTP_HOST"]):  # sent to the sandbox's own server
        of_account = http.headers.get("x-amz-account-id", "")  # S3 Control's hosts start with the account
        http.environ["HTTP_HOST"] = f"{of_account}.{host_of(service, region)}".lstrip(".")
    return HttpRequest(http, service, region, key, http.headers.get("X-Amz-Security-Token", ""), _protocol(model, http))


def _protocol(model: Any, http: Any) -> str:
    """Return which of the service's protocols a request uses, or the first one if it uses none."""
    try:
        return str(determine_request_protocol(model, http.content_type))
    except NotImplementedError:
        return str(model.metadata["protocol"])


def _service(http: Any, signed_as: str) -> str:
    for name, holds, service in TOLD_APART:
        if name == signed_as and holds(http):
            return service
    service = SIGNED_AS.get(signed_as, signed_as)
    return service if service in _services() else UNSIGNED


@cache
def _services() -> frozenset[str]:
    return frozenset(core_session().get_available_services())


def host_of(service: str, region: str) -> str:
    """Return the host by which moto knows ``service``: regional for most, global for some."""
    prefix = get_service_model(service).endpoint_prefix
    everywhere = f"{prefix}.amazonaws.com"
    return everywhere if _handlers(everywhere) else f"{prefix}.{region}.amazonaws.com"


def ask_moto(call: HttpRequest, account: str) -> HttpAnswer:
    """Return moto's answer. An exception that isn't an AWS error is a defect of moto, and passes through.

    Raises:
        NotImplementedError: moto doesn't have the service or the call.
    """
    http = call.http
    http.environ["HTTP_X_MOTO_ACCOUNT_ID"] = account  # otherwise moto looks the key up in every account's IAM
    url = f"https://{http.host}{http.raw_path}"
    for pattern, handler in _handlers(http.host):
        if pattern.match(url):
            return _called(handler, http)
    msg = f"moto has no {call.service} at {url}"
    raise NotImplementedError(msg)


def _called(handler: Callable[..., Any], http: Any) -> HttpAnswer:
    try:
        status, headers, body = handler(http, http.raw_url, http.headers)
    except HTTPException as error:
        status, headers, body = error.code, dict(error.get_headers()), error.get_body()
    content = body if isinstance(body, bytes) else str(body).encode()
    given = {name.lower(): str(value) for name, value in dict(headers).items()}
    return HttpAnswer(int(status), _numbered(given.get("x-amzn-requestid", request_id())) | given, content)


@cache
def _handlers(host: str) -> tuple[tuple[re.Pattern[str], Callable[..., Any]], ...]:
    """Return moto's handlers for a host: its own dispatcher formats and compiles them at every request."""
    found = []
    for package, pattern in backend_url_patterns:
        if pattern.match(f"https://{host}/"):
            urls = importlib.import_module(f"moto.{package}.urls")
            found += [(base, path, act) for base in urls.url_bases for path, act in urls.url_paths.items()]
    return tuple((re.compile(path.format(base)), act) for base, path, act in found)


# Answers of our own


PARSERS = ResponseParserFactory()


def parsed(answer: HttpAnswer, protocol: str, operation: Any) -> Params:
    """Return an answer as boto3 shows it, but without ``ResponseMetadata`` unless it is an error."""
    raw = {"status_code": answer.status, "headers": answer.headers, "body": answer.body}
    result: Params = PARSERS.create_parser(protocol).parse(raw, operation.output_shape)
    if "Error" not in result:
        result.pop("ResponseMetadata", None)
    return result


def serialized(result: Params, protocol: str, operation: Any) -> HttpAnswer:
    """Return the HTTP answer that boto3 shows as ``result``."""
    number = request_id()
    serializer = get_serializer_class(operation.service_model.service_name, protocol)
    made = serializer(operation, SerializationContext(number)).serialize(result)
    body = made["body"] if isinstance(made["body"], bytes) else made["body"].encode()
    headers = {name.lower(): value for name, value in made["headers"].items()}
    return HttpAnswer(made["status_code"], headers | _numbered(number), body)


def refused(refusal: Refusal, call: HttpRequest) -> HttpAnswer:
    """Return an error in the form of the call's protocol."""
    number = request_id()
    content_type, write = ERRORS["s3" if call.service == "s3" else call.protocol]
    headers = {"content-type": content_type, "x-amzn-errortype": refusal.code} | _numbered(number)
    headers |= {name.lower(): value for name, value in refusal.headers.items()}
    body = "" if call.http.method == "HEAD" else write(refusal.code, refusal.message, number)
    return HttpAnswer(refusal.status, headers, body.encode())


def _xml(template: str) -> Callable[[str, str, str], str]:
    return lambda code, message, number: template.format(code=code, message=escape(message), number=number)


def _json(code: str, message: str, _number: str) -> str:
    return json.dumps({"__type": code, "message": message})


QUERY_ERROR = _xml(
    "<ErrorResponse><Error><Type>Sender</Type><Code>{code}</Code><Message>{message}</Message></Error>"
    "<RequestId>{number}</RequestId></ErrorResponse>"
)
ERRORS: dict[str, tuple[str, Callable[[str, str, str], str]]] = {
    "ec2": (
        "text/xml",
        _xml(
            "<Response><Errors><Error><Code>{code}</Code><Message>{message}</Message></Error></Errors>"
            "<RequestID>{number}</RequestID></Response>"
        ),
    ),
    "query": ("text/xml", QUERY_ERROR),
    "rest-xml": ("text/xml", QUERY_ERROR),
    "s3": (
        "application/xml",
        _xml("<Error><Code>{code}</Code><Message>{message}</Message><RequestId>{number}</RequestId></Error>"),
    ),
    "json": ("application/x-amz-json-1.1", _json),
    "rest-json": ("application/json", _json),
}


def request_id() -> str:
    """Return a request id like those in AWS's answers."""
    return str(uuid.uuid4())


def _numbered(number: str) -> dict[str, str]:
    return {"x-amzn-requestid": number, "x-amz-request-id": number}
