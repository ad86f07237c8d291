"""CloudFront's origin access controls."""

from __future__ import annotations

from typing import TYPE_CHECKING

from carbuyer_cleanup.kinds import origin_access_control
from carbuyer_cleanup.kinds.distribution import KIND
from tests.kinds.distributions import BUCKET, OTHER, control_ids, create

if TYPE_CHECKING:
    from tests.kinds.accounts import Account


def create_control(account: Account, name: str) -> str:
    """Make an origin access control and return its id."""
    config = {"Name": name, "SigningProtocol": "sigv4", "SigningBehavior": "always"}
    made = account.client("cloudfront").create_origin_access_control(
        OriginAccessControlConfig=config | {"OriginAccessControlOriginType": "s3"}
    )
    return str(made["OriginAccessControl"]["Id"])


def test_access_controls(account: Account) -> None:
    """Those of the workshop's name, or its bucket's, go; one that another distribution uses stays, with others."""
    for name in ("carbuyer-x", BUCKET, f"oac-{BUCKET}-mabc12"):
        create_control(account, name)
    used, other = create_control(account, "carbuyer-used"), create_control(account, OTHER)
    distribution = create(account, OTHER, control=used)
    taken = account.take_down(origin_access_control.KIND)
    assert control_ids(account) == sorted([used, other])
    assert [r.why for r in taken.left_alone.values()] == [
        f"the distribution {distribution}, not the workshop's, uses it"
    ]


def test_control_of_foreign_name(account: Account) -> None:
    """One of another name that the workshop's distribution used is doubtful, which only the journal tells later."""
    control = create_control(account, "my-control")
    create(account, OTHER, name="carbuyer-x", control=control)
    account.take_down(KIND)
    taken = account.take_down(origin_access_control.KIND)
    assert [r.id for r in taken.doubtful.values()] == control_ids(account) == [control]
