"""The sandbox's front: who asks, what is answered, and that it is answered as AWS words it."""

from __future__ import annotations

import json
import math
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from aws_clock import Clock
from strict_moto import Sandbox
from strict_moto.identity import Credentials
from strict_moto.world import After, Instead, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    import boto3

    from strict_moto.world import Params, Request, World

STUDENT, OTHER, TEACHER = "111122223333", "444455556666", "999999999999"

# One harmless call of each service that the workshop meets.
CALLS: dict[str, dict[str, Any]] = {
    "apigateway:get_rest_apis": {},
    "apigateway:get_usage_plans": {},
    "apigatewayv2:get_apis": {},
    "cloudfront:list_distributions": {},
    "cloudfront:list_origin_access_controls": {},
    "dynamodb:describe_table": {"TableName": "User"},
    "dynamodb:list_tables": {},
    "dynamodb:scan": {"TableName": "User"},
    "ec2:describe_instances": {},
    "ec2:describe_nat_gateways": {},
    "ec2:describe_network_interfaces": {},
    "ec2:describe_route_tables": {},
    "ec2:describe_security_groups": {},
    "ec2:describe_subnets": {},
    "ec2:describe_vpc_endpoints": {},
    "ec2:describe_vpcs": {},
    "elbv2:describe_load_balancers": {},
    "elbv2:describe_target_groups": {},
    "iam:get_role": {"RoleName": "carbuyer-ec2-role"},
    "iam:list_instance_profiles": {},
    "iam:list_user_tags": {"UserName": "carbuyer-app-user"},
    "iam:list_users": {},
    "lambda:get_function": {"FunctionName": "carbuyer-email-service"},
    "lambda:list_functions": {},
    "logs:describe_log_groups": {},
    "resourcegroupstaggingapi:get_resources": {},
    "s3:get_bucket_encryption": {"Bucket": "carbuyer-fcj-bucket"},
    "s3:get_bucket_versioning": {"Bucket": "carbuyer-fcj-bucket"},
    "s3:list_buckets": {},
    "s3:list_object_versions": {"Bucket": "carbuyer-fcj-bucket"},
    "s3:list_objects_v2": {"Bucket": "carbuyer-fcj-bucket"},
    "sts:get_caller_identity": {},
}

# How each family of services words it: the code and the HTTP status.
FAMILIES = {
    "ec2:describe_vpcs": (("AuthFailure", 401), ("RequestExpired", 400), ("AuthFailure", 401)),
    "elbv2:describe_load_balancers": (
        ("InvalidClientTokenId", 403),
        ("ExpiredToken", 403),
        ("InvalidClientTokenId", 403),
    ),
    "iam:list_users": (("InvalidClientTokenId", 403), ("ExpiredToken", 403), None),
    "cloudfront:list_distributions": (("InvalidClientTokenId", 403), ("ExpiredToken", 403), None),
    "s3:list_buckets": (("InvalidAccessKeyId", 403), ("ExpiredToken", 400), ("InvalidToken", 400)),
    "dynamodb:list_tables": (
        ("UnrecognizedClientException", 400),
        ("ExpiredTokenException", 400),
        ("UnrecognizedClientException", 400),
    ),
    "lambda:list_functions": (
        ("UnrecognizedClientException", 403),
        ("ExpiredTokenException", 403),
        ("UnrecognizedClientException", 403),
    ),
}


def ask(session: boto3.Session, call: str, region: str | None = None, **params: Any) -> Any:
    """Make a call such as ``iam:list_users``, and return the answer without its metadata."""
    service, method = call.split(":")
    answer = getattr(session.client(service, region_name=region), method)(**(CALLS.get(call, {}) | params))  # type: ignore[call-overload] # any service
    answer.pop("ResponseMetadata")
    return answer


def refusal(session: boto3.Session, call: str, region: str | None = None, **params: Any) -> tuple[str, int]:
    """Make a call that is refused, and return the code and the HTTP status; every refusal has a request id."""
    with pytest.raises(ClientError) as caught:
        ask(session, call, region, **params)
    metadata = caught.value.response["ResponseMetadata"]
    assert metadata["RequestId"]
    return caught.value.response["Error"]["Code"], metadata["HTTPStatusCode"]


def test_caller_is_the_accounts_administrator(session: boto3.Session) -> None:
    """GetCallerIdentity tells whose the keys are."""
    identity = ask(session, "sts:get_caller_identity")
    assert (identity["Account"], identity["Arn"]) == (STUDENT, f"arn:aws:iam::{STUDENT}:user/rehearsal")


def test_session_knows_nothing_of_the_machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    """Profiles, endpoints, tokens and files of the user's change nothing in a rehearsal."""
    (tmp_path / "config").write_text("[profile broken\nregion = nowhere")
    hostile = {
        "AWS_ACCESS_KEY_ID": "AKIAREALREALREALREAL",
        "AWS_CA_BUNDLE": "/nowhere.pem",
        "AWS_CONFIG_FILE": str(tmp_path / "config"),
        "AWS_DEFAULT_REGION": "eu-west-1",
        "AWS_ENDPOINT_URL": "http://127.0.0.1:9",
        "AWS_ENDPOINT_URL_EC2": "http://127.0.0.1:9",
        "AWS_PROFILE": "production",
        "AWS_SESSION_TOKEN": "stolen",
        "AWS_USE_DUALSTACK_ENDPOINT": "true",
        "AWS_USE_FIPS_ENDPOINT": "true",
    }
    for name, value in hostile.items():
        monkeypatch.setenv(name, value)
    sandbox = Sandbox(Clock(math.inf))
    session = sandbox.session()
    assert session.region_name == "ap-southeast-1"
    assert ask(session, "sts:get_caller_identity")["Account"] == STUDENT
    assert len(ask(session, "ec2:describe_vpcs")["Vpcs"]) == 1
    assert ask(session, "s3:list_buckets")["Buckets"] == []
    assert refusal(session, "dynamodb:describe_table")[0] == "ResourceNotFoundException"
    assert sandbox.defects == []


@pytest.mark.parametrize("call", FAMILIES)
def test_unknown_key(sandbox: Sandbox, call: str) -> None:
    """A key that AWS doesn't know is refused in the words of the service's family."""
    stranger = sandbox.session(credentials=Credentials("AKIASTRANGERSTRANGER", "secret"))
    assert refusal(stranger, call) == FAMILIES[call][0]


@pytest.mark.parametrize("call", FAMILIES)
def test_expired_session(sandbox: Sandbox, call: str) -> None:
    """A session that has expired on the sandbox's clock is refused in the words of the service's family."""
    student = sandbox.session(credentials=sandbox.identity.assume("arn:aws:sts::1:assumed-role/r/s", STUDENT, 900))
    sandbox.clock.advance(899)
    ask(student, call)
    sandbox.clock.advance(1)
    assert refusal(student, call) == FAMILIES[call][1]


@pytest.mark.parametrize("call", [call for call, words in FAMILIES.items() if words[2]])
def test_region_that_is_off(session: boto3.Session, call: str) -> None:
    """A Region that was not opted in refuses good keys in the words of the service's family."""
    assert refusal(session, call, "ap-east-1") == FAMILIES[call][2]


def test_region_that_was_opted_in(sandbox: Sandbox, session: boto3.Session) -> None:
    """A Region that was opted in answers, and DescribeRegions says so."""
    sandbox.identity.opted_in.add("ap-east-1")
    assert len(ask(session, "ec2:describe_vpcs", "ap-east-1")["Vpcs"]) == 1
    told = {r["RegionName"]: r["OptInStatus"] for r in ask(session, "ec2:describe_regions")["Regions"]}
    assert (len(told), told["ap-east-1"], told["us-east-1"]) == (18, "opted-in", "opt-in-not-required")


def test_regions_that_are_on(session: boto3.Session) -> None:
    """DescribeRegions lists the 17 that are on, and the others only if asked for all."""
    on = ask(session, "ec2:describe_regions")["Regions"]
    every = ask(session, "ec2:describe_regions", AllRegions=True)["Regions"]
    assert len(on) == 17
    assert {r["OptInStatus"] for r in every if r not in on} == {"not-opted-in"}


def test_stolen_token(sandbox: Sandbox) -> None:
    """A session's key without its token is worth nothing."""
    made = sandbox.identity.assume("arn:aws:sts::1:assumed-role/r/s", STUDENT, 900)
    bare = sandbox.session(credentials=Credentials(made.access_key, made.secret_key))
    assert refusal(bare, "sts:get_caller_identity") == ("InvalidClientTokenId", 403)


def test_iam_users_own_key(sandbox: Sandbox, session: boto3.Session) -> None:
    """The key of an IAM user works as long as it is active, and names the user."""
    iam = session.client("iam")
    iam.create_user(UserName="binh")
    key = iam.create_access_key(UserName="binh")["AccessKey"]
    binh = sandbox.session(credentials=Credentials(key["AccessKeyId"], key["SecretAccessKey"]))
    assert ask(binh, "sts:get_caller_identity")["Arn"] == f"arn:aws:iam::{STUDENT}:user/binh"
    iam.update_access_key(UserName="binh", AccessKeyId=key["AccessKeyId"], Status="Inactive")
    assert refusal(binh, "sts:get_caller_identity") == ("InvalidClientTokenId", 403)


def test_accounts_are_isolated(sandbox: Sandbox) -> None:
    """What one account makes, another doesn't see."""
    sandbox.session(STUDENT).client("iam").create_user(UserName="binh")
    assert ask(sandbox.session(OTHER), "iam:list_users")["Users"] == []


def test_alias(sandbox: Sandbox) -> None:
    """ListAccountAliases tells the alias that an account was opened with."""
    sandbox.add_account(OTHER, alias="class-of-may")
    assert ask(sandbox.session(OTHER), "iam:list_account_aliases")["AccountAliases"] == ["class-of-may"]


def assume(session: boto3.Session, account: str, role: str, **params: Any) -> Any:
    """Assume a role."""
    arn = f"arn:aws:iam::{account}:role/{role}"
    return ask(session, "sts:assume_role", RoleArn=arn, RoleSessionName="grading", **params)


def trusting(*principals: str) -> str:
    """Return the trust policy of a role that ``principals`` may assume."""
    statement = {"Effect": "Allow", "Principal": {"AWS": list(principals)}, "Action": "sts:AssumeRole"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def test_organization_reaches_its_members(sandbox: Sandbox) -> None:
    """The management account lists its members, and acts in one by its access role until the session ends."""
    sandbox.add_account(OTHER)
    teacher = sandbox.session(credentials=sandbox.organize(TEACHER))
    listed = {account["Id"] for account in ask(teacher, "organizations:list_accounts")["Accounts"]}
    assert listed == {STUDENT, OTHER, TEACHER}
    root = ask(teacher, "organizations:list_roots")["Roots"][0]["Id"]
    assert len(ask(teacher, "organizations:list_accounts_for_parent", ParentId=root)["Accounts"]) == 3
    given = assume(teacher, OTHER, "OrganizationAccountAccessRole", DurationSeconds=900)["Credentials"]
    inside = sandbox.session(
        credentials=Credentials(given["AccessKeyId"], given["SecretAccessKey"], given["SessionToken"])
    )
    arn = f"arn:aws:sts::{OTHER}:assumed-role/OrganizationAccountAccessRole/grading"
    assert ask(inside, "sts:get_caller_identity")["Arn"] == arn
    assert isinstance(given["Expiration"], datetime)
    sandbox.clock.advance(900)
    assert refusal(inside, "ec2:describe_vpcs") == ("RequestExpired", 400)


def test_role_of_a_stranger(sandbox: Sandbox) -> None:
    """A role that isn't there, and one that trusts others, are refused alike."""
    student, other = sandbox.session(STUDENT), sandbox.session(OTHER)
    iam = other.client("iam")
    iam.create_role(RoleName="theirs", AssumeRolePolicyDocument=trusting(f"arn:aws:iam::{TEACHER}:root"))
    iam.create_role(RoleName="ours", AssumeRolePolicyDocument=trusting(TEACHER, f"arn:aws:iam::{STUDENT}:root"))
    for role in ("nowhere", "theirs"):
        with pytest.raises(ClientError, match=f"not authorized to perform: sts:AssumeRole on resource: .*{role}"):
            assume(student, OTHER, role)
    assert assume(student, OTHER, "ours")["Credentials"]["AccessKeyId"].startswith("ASIA")


@pytest.mark.parametrize(
    ("condition", "given", "opens"),
    [
        ({"StringEquals": {"sts:ExternalId": "class-of-may"}}, {"ExternalId": "class-of-may"}, True),
        ({"StringEquals": {"sts:ExternalId": ["other", "class-of-may"]}}, {"ExternalId": "class-of-may"}, True),
        ({"StringEquals": {"sts:ExternalId": "class-of-may"}}, {"ExternalId": "class-of-june"}, False),
        ({"StringEquals": {"sts:ExternalId": "class-of-may"}}, {}, False),
        ({"Bool": {"aws:MultiFactorAuthPresent": "true"}}, {}, False),
        ({}, {"ExternalId": "not asked for"}, True),
    ],
)
def test_external_id(sandbox: Sandbox, condition: dict[str, Any], given: dict[str, str], *, opens: bool) -> None:
    """A role whose trust asks for an external id opens to who gives it; other conditions hold for nobody here."""
    trust = json.loads(trusting(STUDENT))
    trust["Statement"][0]["Condition"] = condition
    sandbox.session(OTHER).client("iam").create_role(RoleName="r", AssumeRolePolicyDocument=json.dumps(trust))
    student = sandbox.session(STUDENT)
    if opens:
        assert assume(student, OTHER, "r", **given)["Credentials"]
    else:
        with pytest.raises(ClientError, match="AccessDenied"):
            assume(student, OTHER, "r", **given)


@pytest.mark.parametrize("change", [{"Effect": "Deny"}, {"Action": "sts:TagSession"}])
def test_statement_that_lets_nobody_in(sandbox: Sandbox, change: dict[str, str]) -> None:
    """A trust that denies, or speaks of another action, lets nobody in; a denial outweighs a permission."""
    allowed = json.loads(trusting(STUDENT))["Statement"]
    denied = [{**allowed[0], **change}]
    statements = allowed + denied if "Effect" in change else denied
    trust = json.dumps({"Version": "2012-10-17", "Statement": statements})
    sandbox.session(OTHER).client("iam").create_role(RoleName="r", AssumeRolePolicyDocument=trust)
    with pytest.raises(ClientError, match="AccessDenied"):
        assume(sandbox.session(STUDENT), OTHER, "r")


@pytest.fixture
def in_vietnam(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let the machine's own time be seven hours ahead of AWS's."""
    with monkeypatch.context() as patch:
        patch.setenv("TZ", "ICT-7")
        time.tzset()
        yield
    time.tzset()


@pytest.mark.exhaustive
@pytest.mark.usefixtures("in_vietnam")
def test_answers_survive_being_taken_apart(workshop_estate: boto3.Session, sandbox: Sandbox) -> None:
    """An answer that a rule has looked at is the answer that moto gave, to the second."""
    sandbox.use([])
    straight = {call: ask(workshop_estate, call) for call in CALLS}
    sandbox.use([After("*", lambda _world, _request, answer: answer, "a test's")])
    taken_apart = {call: ask(workshop_estate, call) for call in CALLS}
    for answers in (straight, taken_apart):
        answers["lambda:get_function"]["Code"].pop("Location")  # signed anew at each call
    assert [call for call in CALLS if taken_apart[call] != straight[call]] == []
    assert sandbox.defects == []


def use(sandbox: Sandbox, *rules: Rule | Instead | After) -> boto3.Session:
    """Let the sandbox follow these rules only, and return a session."""
    sandbox.use(rules)
    return sandbox.session()


def test_rule_refuses_where_it_applies(sandbox: Sandbox) -> None:
    """A Rule fills its message from what it found and from the request; where it finds nothing, moto acts."""

    def when(_world: World, request: Request) -> Params | None:
        return {"why": "kept"} if request.params["UserName"] == "an" else None

    message = "{UserName} is {why}"
    session = use(sandbox, Rule("iam:CreateUser", when, "DeleteConflict", message, "a test's", 409))
    with pytest.raises(ClientError, match="an is kept") as caught:
        ask(session, "iam:create_user", UserName="an")
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 409
    assert ask(session, "iam:create_user", UserName="binh")["User"]["UserName"] == "binh"


def test_instead_and_after(sandbox: Sandbox) -> None:
    """An Instead answers in moto's place, and what comes After may change that answer."""
    instead = Instead("iam:List*", lambda _world, request: {"Users": [], "Marker": request.operation}, "a test's")
    after = After("iam:ListUsers", lambda _w, _r, answer: {**answer, "IsTruncated": True}, "a test's")
    answer = ask(use(sandbox, instead, after), "iam:list_users")
    assert answer == {"Users": [], "Marker": "ListUsers", "IsTruncated": True}


def test_refusal_out_of_moto(sandbox: Sandbox) -> None:
    """A rule may call moto's backends: their errors are AWS's refusals, and no defects."""

    def delete(world: World, request: Request) -> Params:
        world.backend("iam", request.account, request.region).delete_user("nobody")
        return {}

    session = use(sandbox, Instead("iam:DeleteUser", delete, "a test's"))
    assert refusal(session, "iam:delete_user", UserName="an")[0] == "NoSuchEntity"
    assert sandbox.defects == []


@pytest.mark.parametrize(
    ("service", "method"), [("ec2", "describe_trunk_interface_associations"), ("pricing", "describe_services")]
)
def test_defects_are_kept(sandbox: Sandbox, session: boto3.Session, service: str, method: str) -> None:
    """What moto can't do is an unknown action to the caller, and a defect in the sandbox's books."""
    assert refusal(session, f"{service}:{method}", "us-east-1")[1] == 400
    assert "NotImplementedError" in sandbox.defects[0]


def test_everything_is_logged(sandbox: Sandbox, session: boto3.Session) -> None:
    """The log tells account, Region, call and error of each request."""
    ask(session, "iam:list_users")
    refusal(session, "dynamodb:describe_table")
    assert sandbox.log == [
        (STUDENT, "us-east-1", "iam:ListUsers", None),
        (STUDENT, "ap-southeast-1", "dynamodb:DescribeTable", "ResourceNotFoundException"),
    ]


def test_reset_empties_everything(sandbox: Sandbox) -> None:
    """After a reset nothing is left of any account, organization, log or rule's memory."""
    sandbox.organize(TEACHER)
    sandbox.session(OTHER).client("iam").create_user(UserName="binh")
    sandbox.reset()
    assert (sandbox.log, list(sandbox.identity.accounts)) == ([], [STUDENT])
    assert ask(sandbox.session(OTHER), "iam:list_users")["Users"] == []
    assert sandbox.organize(TEACHER)


def test_one_request_at_a_time(sandbox: Sandbox) -> None:
    """Requests of many threads are answered one after another, for moto's state is not made for more."""
    inside, most = 0, 0

    def act(_world: World, _request: Request) -> Params:
        nonlocal inside, most
        inside += 1
        most = max(most, inside)
        time.sleep(0.001)  # lets the other threads in, if they can
        inside -= 1
        return {"Users": []}

    iam = use(sandbox, Instead("iam:ListUsers", act, "a test's")).client("iam")
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: iam.list_users(), range(40)))
    assert (inside, most) == (0, 1)


def test_what_is_due_happens_first(sandbox: Sandbox, session: boto3.Session) -> None:
    """What a rule put off happens before the first request after its time."""
    happened: list[str] = []
    sandbox.world.later(90, lambda: happened.append("deleted"))
    ask(session, "iam:list_users")
    assert happened == []
    sandbox.clock.advance(90)
    ask(session, "iam:list_users")
    assert happened == ["deleted"]
