"""Whose is it? Through the front door: proof deletes, doubt is told, and a bystander does not change by a bit."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

import pytest
from moto.backends import get_backend

from carbuyer_cleanup.account import REHEARSAL_ACCOUNT
from strict_moto import estate_network as network
from strict_moto import estate_services as services
from strict_moto.builder import Builder
from tests.choice import one_in
from tests.inventory import details

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from strict_moto.sandbox import Sandbox
    from strict_moto.session import Session
    from tests.result import Result

BUCKET = "carbuyer-fcj-bucket"
STEPS = {
    4: "cleanup_tests/test_04_nat_gateway.py",
    5: "cleanup_tests/test_05_elastic_ip.py",
    6: "cleanup_tests/test_06_api_gateway.py",
    8: "cleanup_tests/test_08_cloudfront.py",
    9: "cleanup_tests/test_09_s3_bucket.py",
    10: "cleanup_tests/test_10_dynamodb_tables.py",
    13: "cleanup_tests/test_13_vpc.py",
    14: "cleanup_tests/test_14_iam_roles.py",
    15: "cleanup_tests/test_15_iam_user.py",
}


class State(NamedTuple):
    """Something of somebody else's, and the step that took it for the workshop's; ``told`` is what is said of it."""

    step: int
    arrange: Callable[[Builder, Path], object]
    exit_code: int
    told: str


def distribution(builder: Builder, origin: str, name: str, comment: str = "", alias: str = "") -> str:
    """Make a deployed distribution, and return its id."""
    custom = {"HTTPPort": 80, "HTTPSPort": 443, "OriginProtocolPolicy": "https-only"}
    kind = (
        {"S3OriginConfig": {"OriginAccessIdentity": ""}} if origin.endswith(".com") else {"CustomOriginConfig": custom}
    )
    made = builder.client("cloudfront").create_distribution_with_tags(
        DistributionConfigWithTags={
            "DistributionConfig": {
                "CallerReference": name,
                "Comment": comment,
                "Enabled": True,
                "Aliases": {"Quantity": 1, "Items": [alias]} if alias else {"Quantity": 0},
                "Origins": {"Quantity": 1, "Items": [{"Id": "one", "DomainName": origin, **kind}]},
                "DefaultCacheBehavior": {
                    "TargetOriginId": "one",
                    "ViewerProtocolPolicy": "allow-all",
                    "CachePolicyId": "x",
                },
            },
            "Tags": {"Items": [{"Key": "Name", "Value": name}]},
        }
    )
    builder.wait(600)
    return str(made["Distribution"]["Id"])


def prod_shop(builder: Builder, _journal: Path) -> None:
    """Its description begins with the prefix; it has an alias and an origin of its own."""
    distribution(builder, "shop.example.org", "prod-shop", "carbuyer- shop", "shop.example.com")


def other_site(builder: Builder, _journal: Path) -> None:
    """Its origin only begins like a bucket of the workshop's."""
    distribution(builder, "carbuyer-x.s3.amazonaws.com.example.org", "other-site")


def magazine(builder: Builder, _journal: Path) -> None:
    """Its origin is a bucket of the prefix, of another account."""
    distribution(builder, "carbuyer-magazine.s3.ap-southeast-1.amazonaws.com", "magazine")


def portfolio_site(builder: Builder, _journal: Path) -> None:
    """Our bucket is its only origin, but it has a name and an alias of its own."""
    services.bucket(builder, BUCKET)
    distribution(builder, f"{BUCKET}.s3.ap-southeast-1.amazonaws.com", "portfolio-site", alias="www.example.com")


def failed_gateway(builder: Builder, _journal: Path) -> None:
    """A NAT gateway of the workshop's that failed lists an address which somebody else's gateway has."""
    network.vpc(builder)
    network.vpc(builder, "other")
    network.nat_gateway(builder, "other-nat", "other")
    builder.wait(300)
    network.nat_gateway(builder)
    builder.wait(300)
    gateways = get_backend("ec2")[REHEARSAL_ACCOUNT][builder.region].nat_gateways
    ours, other = (gateways[builder.ids[name]] for name in ("carbuyer-nat-gateway", "other-nat"))
    ours.state, ours.address_set = "failed", [dict(address) for address in other.address_set]


def journal_lines(journal: Path, **lines: tuple[str, str]) -> None:
    """Forge memories, as anybody may who can write the file: by topic, the Region and the id."""
    stamp = {"time": datetime.now(UTC).isoformat(timespec="seconds"), "account": REHEARSAL_ACCOUNT}
    for topic, (region, id_) in lines.items():
        line = {**stamp, "event": "remember", "topic": topic.replace("_", " "), "region": region, "id": id_}
        with journal.open("a", encoding="utf-8") as file:
            file.write(json.dumps({**line, "because": "of the NAT gateway", "facts": {}}) + "\n")


def remembered_address(builder: Builder, journal: Path) -> None:
    """An address that its owner has named; attached to nothing, so it is told as a cost, and never released."""
    id_ = builder.client("ec2").allocate_address(Domain="vpc")["AllocationId"]
    builder.client("ec2").create_tags(Resources=[id_], Tags=[{"Key": "Name", "Value": "prod-egress"}])
    journal_lines(journal, elastic_ip=(builder.region, id_))


def remembered_api(builder: Builder, journal: Path) -> None:
    """The execution logs of an API that is there, and somebody else's."""
    api = builder.client("apigateway").create_rest_api(name="prod-api")["id"]
    builder.client("logs").create_log_group(logGroupName=f"API-Gateway-Execution-Logs_{api}/prod")
    journal_lines(journal, rest_api=(builder.region, api))


def remembered_device(builder: Builder, journal: Path) -> None:
    """A virtual MFA device that somebody has made anew under a remembered name."""
    made = builder.client("iam").create_virtual_mfa_device(VirtualMFADeviceName="phone")["VirtualMFADevice"]
    journal_lines(journal, virtual_mfa_device=("global", made["SerialNumber"]))


def billing_table(builder: Builder, _journal: Path) -> None:
    """A protected table ``User`` of a shop's, with the workshop's key, in an account without any workshop."""
    builder.client("dynamodb").create_table(
        TableName="User",
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        ProvisionedThroughput={"ReadCapacityUnits": 5, "WriteCapacityUnits": 5},
        DeletionProtectionEnabled=True,
        Tags=[{"Key": "app", "Value": "billing"}],
    )
    builder.wait(60)


def used_role(builder: Builder, _journal: Path) -> None:
    """Somebody else's instance runs with the workshop's role, in a profile of its own."""
    services.roles(builder)
    network.vpc(builder, "other")
    network.security_group(builder, "other-sg", [], "other")
    iam = builder.client("iam")
    iam.create_instance_profile(InstanceProfileName="prod-profile")
    iam.add_role_to_instance_profile(InstanceProfileName="prod-profile", RoleName="carbuyer-ec2-role")


def used_by_a_function(builder: Builder, _journal: Path) -> None:
    """Somebody else's function has the workshop's role."""
    services.roles(builder)
    services.function(builder, "prod-mailer")


STATES = {
    "prod-shop": State(8, prod_shop, 0, "left alone: CloudFront distribution prod-shop"),
    "other-site": State(8, other_site, 0, "[nothing there]"),
    "magazine": State(8, magazine, 0, "left alone: CloudFront distribution magazine"),
    "portfolio-site": State(8, portfolio_site, 8, "in doubt: CloudFront distribution portfolio-site"),
    "bucket of the portfolio-site": State(9, portfolio_site, 1, "others use it: the CloudFront distribution portfolio"),
    "failed gateway": State(5, failed_gateway, 0, "AWS charges for it while it is unattached"),
    "remembered address": State(5, remembered_address, 0, "nothing was there at any of 2 steps"),
    "remembered API": State(6, remembered_api, 0, "[nothing there]"),
    "remembered device": State(15, remembered_device, 8, "in doubt: virtual MFA device"),
    "billing's table": State(10, billing_table, 8, "it is protected against deletion"),
    "role in another profile": State(14, used_role, 1, "others use it: instance profile prod-profile"),
    "role of a function": State(14, used_by_a_function, 1, "others use it: Lambda function prod-mailer"),
}


def of_others(builder: Builder) -> dict[tuple[str, str], str]:
    """Return all that is there, to the bit, but for what has the workshop's name or stands in its VPC."""
    own = {id_ for name, id_ in builder.ids.items() if name.startswith("carbuyer-")}
    shown = details(builder.session).items()
    return {key: text for key, text in shown if "carbuyer-" not in key[1] and not any(id_ in key[1] for id_ in own)}


@pytest.mark.parametrize("name", one_in(10, STATES))
def test_somebody_elses(
    sandbox: Sandbox, session: Session, run_suite: Callable[..., Result], project: Path, name: str
) -> None:
    """It is as it was to the bit, after two runs, and is told as what it is."""
    state = STATES[name]
    journal = project / "reports" / "journal.jsonl"
    journal.parent.mkdir(exist_ok=True)
    builder = Builder(session)
    state.arrange(builder, journal)
    before = of_others(builder)

    more = [STEPS[4]] if state.step == 5 else []
    results = [run_suite(*more, path=STEPS[state.step]) for _ in range(2)]

    sandbox.clock.advance(3 * 3600)
    after = of_others(builder)
    assert {key for key in before if after.get(key) != before[key]} == set(), results[0].output
    assert [result.exit_code for result in results] == [state.exit_code] * 2, results[0].output
    assert state.told in " ".join(results[0].output.split())
