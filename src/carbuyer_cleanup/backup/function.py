"""Saving a Lambda function: of each version the code, as the ZIP file that Lambda has, and the configuration.

The values of the environment are secrets, as the workshop's e-mail password is: they are saved only if that is asked
for. The code comes from an address that ``GetFunction`` tells, which is good for ten minutes (Lambda API reference).
"""

from __future__ import annotations

import hashlib
from base64 import b64encode
from typing import TYPE_CHECKING, Any, NamedTuple

from botocore.awsrequest import AWSRequest
from botocore.exceptions import HTTPClientError

from carbuyer_cleanup.backup.folder import NotSaved

if TYPE_CHECKING:
    from carbuyer_cleanup.aws.context import Aws
    from carbuyer_cleanup.backup.saving import Backup
    from carbuyer_cleanup.resource import Resource

GET = "lambda:GetFunction"
OK = 200  # HTTP's
HIDDEN = "(not saved without --backup-secrets)"
IMAGE = "Image"  # the type of a function whose code is in a registry of images, where it stays


class _Version(NamedTuple):
    """A version of a function, as AWS tells it, and its code; "" for an image."""

    described: dict[str, Any]
    code: bytes


async def save(aws: Aws, backup: Backup, function: Resource) -> None:
    """Save all versions of a function.

    Raises:
        AwsError, NotSaved, OSError: one can't be.
    """
    versions = await aws.pages("lambda:ListVersionsByFunction", "Versions", FunctionName=function.id)
    saved = [await _saved(aws, backup, function, version["Version"]) for version in versions]
    aliases = await aws.pages("lambda:ListAliases", "Aliases", FunctionName=function.id)
    policy = (await aws.fresh("lambda:GetPolicy", FunctionName=function.id))["Policy"]
    told = {"Versions": saved, "Aliases": aliases, "Policy": policy}
    await aws.in_thread(lambda: backup.describe(function, told))


async def _saved(aws: Aws, backup: Backup, function: Resource, number: str) -> dict[str, Any]:
    """Save the code of one version, and return its description."""
    version = await aws.transfer(GET, lambda client: _read(client, function.id, number))
    if version is None:
        raise NotSaved(f"The {function} was deleted while it was being saved: run again.")
    configuration = dict(version.described["Configuration"])
    if configuration.get("PackageType") != IMAGE:
        _refuse_another(function, configuration, version.code)
        path = f"{backup.home_of(function)}/{configuration['Version'].strip('$').lower()}.zip"
        await aws.in_thread(lambda: backup.keep(function, path, version.code))
    if not backup.secrets and (variables := configuration.get("Environment", {}).get("Variables")):
        configuration["Environment"] = {"Variables": dict.fromkeys(variables, HIDDEN)}
    return {**version.described, "Configuration": configuration}


def _read(client: Any, name: str, version: str) -> _Version:
    answer = client.get_function(FunctionName=name, Qualifier=version)
    described = {key: answer[key] for key in ("Configuration", "Tags", "Concurrency") if key in answer}
    is_image = answer["Configuration"].get("PackageType") == IMAGE
    return _Version(described, b"" if is_image else _fetch(client, answer["Code"]["Location"]))


def _fetch(client: Any, address: str) -> bytes:
    """Read what is at an address that AWS has signed, by the way that the client's own requests take.

    botocore has no public one for such an address; a client's leads by the proxy and the certificates that are set.
    """
    request = AWSRequest("GET", address).prepare()
    endpoint = client._endpoint  # noqa: SLF001 - see above
    _, given = client.meta.events.emit_until_response("before-send.lambda.GetFunction", request=request)
    answer = given or endpoint.http_session.send(request)
    if answer.status_code != OK:
        raise HTTPClientError(error=f"the code of the function could not be read (HTTP {answer.status_code})")
    return bytes(answer.content)


def _refuse_another(function: Resource, configuration: dict[str, Any], code: bytes) -> None:
    """See that what came is the code, by the digest that Lambda tells.

    Raises:
        NotSaved: it isn't.
    """
    if b64encode(hashlib.sha256(code).digest()).decode() != configuration["CodeSha256"]:
        raise NotSaved(f"The downloaded code of the {function} does not match Lambda's checksum: run again.")
