"""What real accounts answer, and what once broke the suite, as recordings: they are replayed to the end."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from carbuyer_cleanup.recording.reading import load
from tests.recording.edited import edited, real_answers
from tests.recording.reverted import Guard, replayed_without

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from carbuyer_cleanup.recording.replaying import Replay
    from strict_moto.session import Session
    from tests.result import Result

pytestmark = pytest.mark.exhaustive
OTHER = "999988887777"
DOUBT = 8  # an exit code
ENDED = (0, 1, 8)


@pytest.fixture
def plan(workshop_estate: Session, run_suite: Callable[..., Result], tmp_path: Path) -> Path:
    """The recording of a plan of the whole workshop."""
    del workshop_estate
    assert run_suite("--plan", "--record", str(tmp_path / "plan.rec")).exit_code == 0
    return tmp_path / "plan.rec"


def _nameless_key(answer: dict[str, Any]) -> None:
    for key in answer["items"]:
        del key["name"]


def _volume_of_nobody(answer: dict[str, Any]) -> None:
    volume = {"VolumeId": "vol-0abc12345678def01", "State": "in-use", "Attachments": [{"State": "attached"}]}
    answer["Volumes"] = [*answer.get("Volumes", ()), volume]


def _another_account(answer: dict[str, Any]) -> None:
    for balancer in answer["LoadBalancers"]:
        arn = balancer["LoadBalancerArn"].split(":")
        balancer["LoadBalancerArn"] = ":".join([*arn[:4], OTHER, *arn[5:]])


class Broke(NamedTuple):
    """What broke the suite once: a call, what its answer was like, the exit code by now, and what guards against it.

    ``said`` is what the terminal shows without the guard.
    """

    call: str
    change: Callable[[dict[str, Any]], None]
    code: int
    guard: Guard
    said: str


BREAKING = {
    "a nameless API key": Broke(
        "apigateway:GetApiKeys", _nameless_key, 0,
        Guard("kinds/api_key.py", "for key in keys\n", "for key in map(dict, keys)\n"),
        " 6 API Gateway             [did not finish]"),
    "a volume without an instance": Broke(
        "ec2:DescribeVolumes", _volume_of_nobody, 0,
        Guard("kinds/instance.py", 'texts("Attachments[].InstanceId", volume)',
              '[dict(one)["InstanceId"] for one in volume["Attachments"]]'),
        " 3 EC2 instances           [did not finish]"),
    "a load balancer of another account": Broke(
        "elbv2:DescribeLoadBalancers", _another_account, 8,
        Guard("aws/sending.py", 'if account not in ("", self.account):', "if False:"),
        "10 DynamoDB tables         [would delete 12]"),
}  # fmt: skip


@pytest.mark.parametrize("broke", BREAKING.values(), ids=list(BREAKING))
def test_what_broke_it(broke: Broke, plan: Path, replay: Callable[..., Replay], tmp_path: Path) -> None:
    """A recording holds what the suite broke at: today's code goes on, and without its guard it breaks."""
    call, change = broke.call, broke.change
    counts: Counter[str] = Counter()

    def edit(asked: str, answer: dict[str, Any]) -> dict[str, Any]:
        if asked == call and any(answer.values()):
            counts[asked] += 1
            change(answer)
        return answer

    file = edited(plan, plan.with_name("edited.rec"), edit)
    assert counts[call]
    assert [made.answer for made in load(file).calls if made.call == call] != [
        made.answer for made in load(plan).calls if made.call == call
    ]
    assert replay(file).exit_code == broke.code
    before = replayed_without(broke.guard, file, tmp_path)
    assert before.returncode == DOUBT, before.stdout + before.stderr
    assert broke.said in before.stdout


def test_real_answers(plan: Path, replay: Callable[..., Replay]) -> None:
    """Answers of real accounts, put in place of the sandbox's, are read to the end."""
    answers = real_answers()
    if not answers:
        pytest.skip("no recorded answers of real accounts here; CARBUYER_RECORDED says where they are")
    turns: Counter[str] = Counter()

    def edit(asked: str, answer: dict[str, Any]) -> dict[str, Any]:
        turns[asked] += 1
        own = answers.get(asked)
        return own[turns[asked] % len(own)] if own else answer

    again = replay(edited(plan, plan.with_name("real.rec"), edit))
    assert again.exit_code in ENDED
    assert sum(turns[call] for call in answers) > 20
