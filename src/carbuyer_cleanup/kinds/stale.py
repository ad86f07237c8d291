"""What AWS no longer accepts in a distribution's own configuration: parts that name something that is gone.

AWS checks the whole configuration at each update, even what has been there for years: a log bucket, a certificate, a
web ACL or a function that somebody has deleted since (hashicorp/terraform-provider-aws#43609). The distribution will
be deleted anyway, so it is disabled without that part.
"""

from __future__ import annotations

import re
from typing import Any, NamedTuple

Config = dict[str, Any]
NONE: Config = {"Quantity": 0}
NOBODY: Config = {"Enabled": False, "Quantity": 0}
NO_LOGS: Config = {"Enabled": False, "IncludeCookies": False, "Bucket": "", "Prefix": ""}
CACHING_DISABLED = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"  # AWS's own policy: CloudFront guide, managed cache policies


class StalePart(NamedTuple):
    """A part that may be stale: ``words`` in AWS's error code or message, and what replaces the part.

    ``top`` is for the configuration itself, ``behavior`` for each cache behavior, ``origin`` for each origin; None
    leaves the member out.
    """

    words: str
    top: Config = {}  # noqa: RUF012 - in a NamedTuple, and nobody changes it
    behavior: Config = {}  # noqa: RUF012 - likewise
    origin: Config = {}  # noqa: RUF012 - likewise


PARTS = (
    StalePart("realtime", behavior={"RealtimeLogConfigArn": None}),
    StalePart("logs|logging", top={"Logging": NO_LOGS}),
    StalePart(
        "certificate|cname|alias", top={"ViewerCertificate": {"CloudFrontDefaultCertificate": True}, "Aliases": NONE}
    ),
    StalePart("web ?acl", top={"WebACLId": ""}),
    StalePart("lambda", behavior={"LambdaFunctionAssociations": NONE}),
    StalePart("function", behavior={"FunctionAssociations": NONE}),
    StalePart("continuous ?deployment", top={"ContinuousDeploymentPolicyId": ""}),
    StalePart("field.?level", behavior={"FieldLevelEncryptionId": ""}),
    StalePart("key ?group", behavior={"TrustedKeyGroups": NOBODY}),
    StalePart("trusted ?signer", behavior={"TrustedSigners": NOBODY}),
    StalePart("cache ?policy", behavior={"CachePolicyId": CACHING_DISABLED, "ForwardedValues": None}),
    StalePart("origin ?request ?policy", behavior={"OriginRequestPolicyId": None}),
    StalePart("response ?headers ?policy", behavior={"ResponseHeadersPolicyId": None}),
    StalePart("origin ?access", origin={"OriginAccessControlId": ""}),
)


def without_stale_part(config: Config, complaint: str) -> Config:
    """Return the configuration without the part that AWS complains about; without all such parts if it is unknown.

    Args:
        config: as CloudFront returns and accepts it.
        complaint: error code and message.
    """
    named = [part for part in PARTS if re.search(part.words, complaint, re.IGNORECASE)][:1]
    lighter = _without(config, named)
    return lighter if lighter != config else _without(config, PARTS)


def _without(config: Config, parts: Any) -> Config:
    for part in parts:
        config = _replaced(config, part.top)
        config |= {"DefaultCacheBehavior": _replaced(config["DefaultCacheBehavior"], part.behavior)}
        config |= {name: _each(config[name], new) for name, new in _lists(part) if config.get(name)}
    return config


def _lists(part: StalePart) -> tuple[tuple[str, Config], ...]:
    return ("CacheBehaviors", part.behavior), ("Origins", part.origin)


def _each(listed: Config, new: Config) -> Config:
    return listed | {"Items": [_replaced(item, new) for item in listed["Items"]]} if listed.get("Items") else listed


def _replaced(config: Config, new: Config) -> Config:
    """Return a configuration with new values for those members that it has."""
    kept = {name: new.get(name, value) for name, value in config.items()}
    return {name: value for name, value in kept.items() if value is not None}
