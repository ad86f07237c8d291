"""How the sandbox answers a request: by its rules or by moto, one at a time, and logged."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest
from botocore.exceptions import ClientError

from strict_moto.world import After, Instead, Rule
from tests.sandbox.calls import CALLS, OTHER, STUDENT, TEACHER, ask, refusal

if TYPE_CHECKING:
    from collections.abc import Iterator

    import boto3

    from strict_moto import Sandbox
    from strict_moto.world import Params, Request, World


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
