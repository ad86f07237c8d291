"""How CloudFront changes a configuration: its version, its origin access controls, and what it no longer accepts."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from tests.sandbox.cloudfront import configuration, disable, make_distribution
from tests.sandbox.refusals import refused

if TYPE_CHECKING:
    from collections.abc import Callable

    from strict_moto.sandbox import Sandbox


def _control(cloudfront: Any) -> str:
    config = {
        "Name": "carbuyer-fcj-bucket",
        "SigningProtocol": "sigv4",
        "SigningBehavior": "always",
        "OriginAccessControlOriginType": "s3",
    }
    made: str = cloudfront.create_origin_access_control(OriginAccessControlConfig=config)["OriginAccessControl"]["Id"]
    return made


def test_old_version(cloudfront: Any, sandbox: Sandbox) -> None:
    """Each change makes a new version; an older one is PreconditionFailed 412, for changes and for deletion."""
    number = make_distribution(cloudfront)
    old = cloudfront.get_distribution_config(Id=number)
    assert disable(cloudfront, number) != old["ETag"]
    sandbox.clock.advance(300)
    with refused("PreconditionFailed", status=412):
        cloudfront.delete_distribution(Id=number, IfMatch=old["ETag"])
    with refused("PreconditionFailed", status=412):
        cloudfront.update_distribution(Id=number, IfMatch=old["ETag"], DistributionConfig=old["DistributionConfig"])
    assert cloudfront.list_distributions()["DistributionList"]["Items"][0]["ETag"] != old["ETag"]


def _calls(cloudfront: Any, control: str, distribution: str) -> dict[str, Callable[..., Any]]:
    """Return the calls that need a version."""
    config = cloudfront.get_origin_access_control(Id=control)["OriginAccessControl"]["OriginAccessControlConfig"]
    return {
        "DeleteDistribution": partial(cloudfront.delete_distribution, Id=distribution),
        "DeleteOriginAccessControl": partial(cloudfront.delete_origin_access_control, Id=control),
        "UpdateDistribution": partial(
            cloudfront.update_distribution, Id=distribution, DistributionConfig=configuration()
        ),
        "UpdateOriginAccessControl": partial(
            cloudfront.update_origin_access_control, Id=control, OriginAccessControlConfig=config
        ),
    }


@pytest.mark.parametrize(
    "call", ["DeleteDistribution", "DeleteOriginAccessControl", "UpdateDistribution", "UpdateOriginAccessControl"]
)
def test_version(cloudfront: Any, call: str) -> None:
    """A change or deletion without a version is InvalidIfMatchVersion 400, with a wrong one PreconditionFailed 412."""
    act = _calls(cloudfront, _control(cloudfront), make_distribution(cloudfront))[call]
    with refused("InvalidIfMatchVersion", status=400):
        act()
    with refused("PreconditionFailed", status=412):
        act(IfMatch="E0")


def test_gone_access_control(cloudfront: Any) -> None:
    """An origin access control that is gone is NoSuchOriginAccessControl 404."""
    control = _control(cloudfront)
    calls = _calls(cloudfront, control, make_distribution(cloudfront))
    calls["DeleteOriginAccessControl"](IfMatch=cloudfront.get_origin_access_control(Id=control)["ETag"])
    for call in ("DeleteOriginAccessControl", "UpdateOriginAccessControl"):
        with refused("NoSuchOriginAccessControl", status=404):
            calls[call](IfMatch="E0")


def test_another_caller_reference(cloudfront: Any) -> None:
    """The caller reference of a distribution never changes."""
    number = make_distribution(cloudfront)
    version = cloudfront.get_distribution(Id=number)["ETag"]
    with refused("IllegalUpdate"):
        cloudfront.update_distribution(
            Id=number, IfMatch=version, DistributionConfig=configuration() | {"CallerReference": "twice"}
        )


def test_access_control_in_use(cloudfront: Any, sandbox: Sandbox) -> None:
    """An origin access control stays while a distribution, be it disabled, has it in its configuration."""
    control = _control(cloudfront)
    number = make_distribution(cloudfront, control=control)
    version = cloudfront.get_origin_access_control(Id=control)["ETag"]
    disabled = disable(cloudfront, number)
    with refused("OriginAccessControlInUse", status=409):
        cloudfront.delete_origin_access_control(Id=control, IfMatch=version)
    sandbox.clock.advance(270)
    cloudfront.delete_distribution(Id=number, IfMatch=disabled)
    cloudfront.delete_origin_access_control(Id=control, IfMatch=version)


def test_configuration_keeps_the_access_control(cloudfront: Any) -> None:
    """The origin access control is shown by every call that shows origins, also after an update."""
    control = _control(cloudfront)
    number = make_distribution(cloudfront, control=control)
    disable(cloudfront, number)
    shown = cloudfront.get_distribution_config(Id=number)["DistributionConfig"]["Origins"]["Items"][0]
    assert shown["OriginAccessControlId"] == control
    listed = cloudfront.list_distributions()["DistributionList"]["Items"][0]
    assert listed["Origins"]["Items"][0]["OriginAccessControlId"] == control


def test_version_of_an_access_control(cloudfront: Any) -> None:
    """An update of an origin access control makes a new version too."""
    control = _control(cloudfront)
    old = cloudfront.get_origin_access_control(Id=control)
    config = old["OriginAccessControl"]["OriginAccessControlConfig"] | {"Description": "x"}
    cloudfront.update_origin_access_control(Id=control, IfMatch=old["ETag"], OriginAccessControlConfig=config)
    with refused("PreconditionFailed", status=412):
        cloudfront.delete_origin_access_control(Id=control, IfMatch=old["ETag"])


def _sent_again(cloudfront: Any, number: str, **parts: Any) -> None:
    now = cloudfront.get_distribution_config(Id=number)
    config = now["DistributionConfig"] | parts
    cloudfront.update_distribution(Id=number, IfMatch=now["ETag"], DistributionConfig=config)


FUNCTION = {"FunctionARN": "arn:aws:cloudfront::111122223333:function/gone", "EventType": "viewer-request"}
ACL = "arn:aws:wafv2:us-east-1:111122223333:global/webacl/gone/1"
CERTIFICATE = {
    "ACMCertificateArn": "arn:aws:acm:us-east-1:111122223333:certificate/gone",
    "SSLSupportMethod": "sni-only",
}
LOGGING = {"Enabled": True, "IncludeCookies": False, "Bucket": "gone.s3.amazonaws.com", "Prefix": ""}
STALE: list[tuple[str, dict[str, Any]]] = [
    ("InvalidArgument", {"Logging": LOGGING}),
    ("InvalidViewerCertificate", {"ViewerCertificate": CERTIFICATE}),
    ("InvalidWebACLId", {"WebACLId": ACL}),
    ("InvalidFunctionAssociation", {"functions": {"Quantity": 1, "Items": [FUNCTION]}}),
]


@pytest.mark.parametrize("operation", ["create_distribution", "create_distribution_with_tags", "update_distribution"])
@pytest.mark.parametrize(("code", "parts"), STALE, ids=[code for code, _ in STALE])
def test_configuration_is_checked_anew(cloudfront: Any, code: str, parts: dict[str, Any], operation: str) -> None:
    """What names something that is gone is kept, and refused at the next update."""
    config, more = configuration(), dict(parts)
    if functions := more.pop("functions", None):
        config["DefaultCacheBehavior"]["FunctionAssociations"] = functions
    if operation == "create_distribution_with_tags":
        tagged = {"DistributionConfig": config | more, "Tags": {"Items": []}}
        number = cloudfront.create_distribution_with_tags(DistributionConfigWithTags=tagged)["Distribution"]["Id"]
    else:
        number = cloudfront.create_distribution(DistributionConfig=config | more)["Distribution"]["Id"]
    with refused(code):
        _sent_again(cloudfront, number, Enabled=False)


def test_what_an_update_sends_is_kept(cloudfront: Any) -> None:
    """Logging that was switched off is off."""
    number = cloudfront.create_distribution(DistributionConfig=configuration() | {"Logging": LOGGING})["Distribution"][
        "Id"
    ]
    _sent_again(cloudfront, number, Logging=LOGGING | {"Enabled": False, "Bucket": ""})
    assert not cloudfront.get_distribution_config(Id=number)["DistributionConfig"]["Logging"]["Enabled"]
    _sent_again(cloudfront, number, Enabled=False)
