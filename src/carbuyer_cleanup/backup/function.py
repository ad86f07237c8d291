"""Saving a Lambda function: of each version the code, as the ZIP file that Lambda has, and the configuration.

The values of the environment are secrets, as the workshop's e-mail password is: they are saved only if that is asked
for. The code comes from an address that ``GetFunction`` tells, which is good for ten minutes (Lambda API reference).
What Lambda may not or can't tell, it leaves out of that answer, and puts an error in its place.
"""

from __future__ import annotations

import hashlib
from base64 import b64encode
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from botocore.awsrequest import AWSRequest
from botocore.exceptions import HTTPClientError

from carbuyer_cleanup.aws.reading import found
from carbuyer_cleanup.backup import definitions
from carbuyer_cleanup.backup.asking import gone
from carbuyer_cleanup.backup.folder import NotSaved

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from carbuyer_cleanup.aws.context import Aws
    from carbuyer_cleanup.backup.saving import Backup
    from carbuyer_cleanup.resource import Resource

GET, POLICY = "lambda:GetFunction", "lambda:GetPolicy"
NEWEST = "$LATEST"  # the version whose policy is the function's
OK = 200  # HTTP's
HIDDEN = "(not saved without --backup-secrets)"
# Tags need lambda:ListTags, an environment its KMS key: Lambda API reference, GetFunction.
UNTOLD = (("tags", "TagsError"), ("environment", "Configuration.Environment.Error"), ("code", "Code.Error"))
IMAGE = "Image"  # the type of a function whose code is in a registry of images, where it stays
OF_IMAGES = ("ImageUri", "ResolvedImageUri")  # which image it is; the latter has its digest


class _Version(NamedTuple):
    """A version of a function, as AWS tells it, and its code; "" for an image, or if it isn't wanted."""

    described: dict[str, Any]
    code: bytes


async def save(aws: Aws, backup: Backup, function: Resource) -> None:
    """Save all versions of a function.

    Raises:
        AwsError, NotSaved, OSError: one can't be.
    """
    described = await _describe(aws, backup, function, partial(_saved, aws, backup, function))
    await aws.in_thread(lambda: backup.describe(function, described))


async def renew(aws: Aws, backup: Backup, function: Resource) -> bool:
    """Save a function again if its definition isn't the one that was saved, which has the digest of the code, too."""

    async def tell(number: str) -> dict[str, Any]:
        return (await _read(aws, function, number, with_code=False)).described

    async def define(aws: Aws, function: Resource) -> Any:
        return await _describe(aws, backup, function, tell)

    return await definitions.renew(define, save, aws, backup, function)


async def _describe(
    aws: Aws, backup: Backup, function: Resource, read: Callable[[str], Awaitable[dict[str, Any]]]
) -> dict[str, Any]:
    listed = await aws.pages("lambda:ListVersionsByFunction", "Versions", FunctionName=function.id)
    versions = [_hidden(backup, await read(version["Version"])) for version in listed]
    aliases = await aws.pages("lambda:ListAliases", "Aliases", FunctionName=function.id)
    policy = (await aws.fresh(POLICY, FunctionName=function.id))["Policy"]
    names = [name for name in (*(v["Version"] for v in listed), *(a["Name"] for a in aliases)) if name != NEWEST]
    policies = {name: (await aws.fresh(POLICY, FunctionName=function.id, Qualifier=name))["Policy"] for name in names}
    return {"Versions": versions, "Aliases": aliases, "Policy": policy, "Policies": policies}


async def _saved(aws: Aws, backup: Backup, function: Resource, number: str) -> dict[str, Any]:
    """Save the code of one version, and return its description."""
    version = await _read(aws, function, number, with_code=True)
    configuration = version.described["Configuration"]
    if configuration.get("PackageType") != IMAGE:
        _refuse_another(function, configuration, version.code)
        path = f"{backup.home_of(function)}/{configuration['Version'].strip('$').lower()}.zip"
        await aws.in_thread(lambda: backup.keep(function, path, version.code))
    return version.described


def _hidden(backup: Backup, described: dict[str, Any]) -> dict[str, Any]:
    """Leave the values of the environment out, unless they are to be saved."""
    configuration = dict(described["Configuration"])
    if not backup.secrets and (variables := configuration.get("Environment", {}).get("Variables")):
        configuration["Environment"] = {"Variables": dict.fromkeys(variables, HIDDEN)}
    return {**described, "Configuration": configuration}


async def _read(aws: Aws, function: Resource, number: str, *, with_code: bool) -> _Version:
    version = await aws.transfer(GET, lambda client: read_version(client, function.id, number, with_code=with_code))
    if version is None:
        raise gone(function, GET)
    return version


def read_version(client: Any, name: str, number: str, *, with_code: bool) -> _Version:
    """Return a version as Lambda tells it, and its code if that is wanted.

    Raises:
        NotSaved: Lambda doesn't tell all of it.
    """
    answer = client.get_function(FunctionName=name, Qualifier=number)
    _refuse_untold(name, answer)
    described = {key: answer[key] for key in ("Configuration", "Tags", "Concurrency") if key in answer}
    if is_image := answer["Configuration"].get("PackageType") == IMAGE:
        described["Image"] = {key: answer["Code"][key] for key in OF_IMAGES if key in answer["Code"]}
    return _Version(described, _fetch(client, answer["Code"]["Location"]) if with_code and not is_image else b"")


def _refuse_untold(name: str, answer: dict[str, Any]) -> None:
    """Check that an answer has no errors in place of what was asked for.

    Raises:
        NotSaved: it has one.
    """
    for what, path in UNTOLD:
        if error := found(path, answer):
            told = error.get("Message")
            raise NotSaved(f"The {what} of the function {name} can't be read ({told}), so it is not deleted.")


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
    """Check that what came is the code, by the digest that Lambda tells.

    Raises:
        NotSaved: it isn't.
    """
    if b64encode(hashlib.sha256(code).digest()).decode() != configuration["CodeSha256"]:
        raise NotSaved(f"The downloaded code of the {function} does not match Lambda's checksum: run again.")
