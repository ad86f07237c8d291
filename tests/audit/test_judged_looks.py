"""What looks that failed, or that saw something once, say of an account: each line that decides it, by itself."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from carbuyer_cleanup.audit import refusals, regions
from carbuyer_cleanup.audit.found import Leaving, Leftover
from carbuyer_cleanup.audit.history import History
from carbuyer_cleanup.audit.look import Look
from carbuyer_cleanup.audit.result import Sweep
from carbuyer_cleanup.audit.scope import ALLOWED
from carbuyer_cleanup.audit.types import TYPES
from carbuyer_cleanup.errors import AwsError, Trouble
from carbuyer_cleanup.verdict import Verdict

if TYPE_CHECKING:
    from carbuyer_cleanup.audit.types import Type

    Names = tuple[str, ...]

HOME, FAR = "ap-southeast-1", "eu-west-3"
BY_NAME = {type_.name: type_ for type_ in TYPES}
DECIDING, OTHER, WITHHELD = BY_NAME["VPC"], BY_NAME["SQS queue"], BY_NAME["budget"]
SCP = "is not authorized, with an explicit deny in a service control policy"
NO_SUCH = "UnsupportedOperation"
LEFT = {"x": Leftover("SQS queue", "x", "carbuyer-x", FAR, "", "")}


def refusal(code: str = "AccessDenied", message: str = SCP, trouble: Trouble = Trouble.DENIED) -> AwsError:
    """Return a refusal: by a service control policy, if nothing else is given."""
    return AwsError("sqs:ListQueues", code, message, trouble, FAR, "request")


PLAIN = refusal(message="Access Denied")
THROTTLED = refusal("ThrottlingException", SCP, Trouble.THROTTLED)
NONE_HERE = refusal(NO_SUCH, "", Trouble.OTHER)


def history(type_: Type, failure: AwsError | None = None, *looks: Look, region: str = FAR) -> History:
    """Return the looks at a list, of which the last one failed if there is a failure."""
    return History(type_, region, True, [(float(n), look) for n, look in enumerate(looks)], failure)  # noqa: FBT003 - a field


def told(
    histories: list[History], chosen: tuple[str, ...] = (), left_out: tuple[str, ...] = ()
) -> tuple[int, int, int]:
    """Return how many looks are unseen, not offered, and not looked at."""
    result = Sweep(left_out=list(left_out))
    refusals.tell(result, histories, chosen)
    return len(result.unseen), len(result.not_offered), len(result.not_looked_at)


def of_services(*failures: AwsError | None) -> list[History]:
    """Return looks at deciding types of as many services, which failed so."""
    services = {type_.service: type_ for type_ in TYPES if type_.is_deciding and not type_.where}
    return [history(type_, failure) for type_, failure in zip(services.values(), failures, strict=False)]


@pytest.mark.parametrize(
    ("histories", "forbidden"),
    [
        (of_services(refusal(), PLAIN), {FAR}),
        (of_services(PLAIN, PLAIN), set()),
        (of_services(refusal(), None), set()),
        (of_services(refusal(), THROTTLED), set()),
        (of_services(refusal()), set()),
        ([*of_services(refusal(), PLAIN), history(OTHER)], {FAR}),
    ],
)
def test_forbidden_regions(histories: list[History], forbidden: set[str]) -> None:
    """All deciding looks of two services are denied, and one names the policy; other types say nothing of that."""
    assert refusals.forbidden_regions(histories) == forbidden


@pytest.mark.parametrize(
    ("histories", "barrier"),
    [
        ([history(DECIDING, refusal())], True),
        ([history(DECIDING, PLAIN)], False),
        ([history(DECIDING, refusal()), history(DECIDING)], False),
        ([history(OTHER, refusal())], False),
        ([history(OTHER, AwsError("sqs:X", "EndpointConnectionError", "", Trouble.TRANSIENT))], True),
    ],
)
def test_barrier(histories: list[History], *, barrier: bool) -> None:
    """Where the deciding types are forbidden, or nobody answers, the others are not asked for."""
    assert (refusals.barrier(histories, history(OTHER)) is not None) is barrier
    assert refusals.barrier([history(DECIDING, refusal())], history(DECIDING)) is None


@pytest.mark.parametrize(
    ("histories", "counts"),
    [
        ([history(OTHER, PLAIN)], (1, 0, 0)),
        ([history(OTHER, refusal())], (1, 0, 0)),
        ([history(OTHER, NONE_HERE)], (0, 1, 0)),
        ([history(DECIDING, NONE_HERE)], (1, 0, 0)),
        ([history(WITHHELD, PLAIN)], (0, 0, 1)),
        ([history(WITHHELD, THROTTLED)], (1, 0, 0)),
        ([history(OTHER, refusal("OptInRequired", ""))], (1, 0, 0)),
        ([history(OTHER, refusal("OptInRequired", "")), history(DECIDING, None, Look())], (0, 1, 0)),
        ([history(OTHER, refusal("OptInRequired", "")), history(OTHER, None, Look())], (1, 0, 0)),
        ([history(OTHER, refusal("OptInRequired", "")), history(DECIDING)], (1, 0, 0)),
    ],
)
def test_what_is_told(histories: list[History], counts: tuple[int, int, int]) -> None:
    """A denial is a doubt; AWS's definite word on another type, where another service answers, is none."""
    assert told(histories) == counts


@pytest.mark.parametrize(
    ("failure", "type_", "chosen", "left_out", "counts"),
    [
        (refusal(), OTHER, (ALLOWED,), (), (0, 0, 1)),
        (refusal(), OTHER, (), (FAR,), (0, 0, 1)),
        (PLAIN, OTHER, (ALLOWED,), (), (1, 0, 0)),
        (THROTTLED, OTHER, (ALLOWED,), (), (1, 0, 0)),
        (refusal(), DECIDING, (ALLOWED,), (), (1, 0, 0)),
    ],
)
def test_what_the_user_left_out(
    failure: AwsError, type_: Type, chosen: tuple[str, ...], left_out: tuple[str, ...], counts: tuple[int, int, int]
) -> None:
    """What an organization forbids of other types is a reservation by the user's word, and nothing else is."""
    assert told([history(type_, failure)], chosen, left_out) == counts


@pytest.mark.parametrize(
    ("chosen", "left_out", "unseen"),
    [((), [], 1), ((ALLOWED,), [FAR], 1), (("us-east-1",), [], 1)],
)
def test_forbidden_are_told(chosen: tuple[str, ...], left_out: list[str], unseen: int) -> None:
    """They are left out by the user's word only, and the workshop's own Region never is."""
    aws: Any = SimpleNamespace(region=HOME)
    result = Sweep(regions=[HOME, FAR])
    regions.tell_forbidden(aws, result, {HOME, FAR}, chosen)

    assert (result.left_out, len(result.unseen)) == (left_out, unseen)
    assert HOME in str(result.unseen[0])


LEAVING = Leaving("SQS queue", "x", "carbuyer-x", FAR, "", "", "deleting")
THERE, GONE, GOING = Look(left=LEFT), Look(), Look(leaving={"x": LEAVING})


@pytest.mark.parametrize(
    ("type_", "looks", "settled"),
    [
        (OTHER, [GONE], True),
        (OTHER, [THERE], False),
        (OTHER, [GOING], False),
        (OTHER, [THERE, THERE], True),
        (OTHER, [THERE, GONE], False),
        (OTHER, [GONE, THERE], False),
        (OTHER, [GOING, GOING], False),
        (OTHER, [GOING, GONE], False),
        (OTHER, [GONE, GONE], True),
        (BY_NAME["IAM role"], [GONE], False),
        (BY_NAME["IAM role"], [GONE, GONE], True),
        (BY_NAME["IAM role"], [THERE, THERE], False),
    ],
)
def test_settled(type_: Type, looks: list[Look], *, settled: bool) -> None:
    """Two looks agree where one may err, nothing is on its way out, and a list that lags was given its time."""
    assert history(type_, None, *looks).is_settled() is settled


@pytest.mark.parametrize(
    ("one", "patient", "opened"),
    [
        (history(OTHER, None, THERE), True, True),
        (history(OTHER, None, THERE), False, True),
        (history(OTHER, None, GOING, GOING), False, False),
        (history(OTHER, None, GOING, GOING), True, True),
        (history(OTHER, None, GONE), True, False),
        (history(OTHER, PLAIN), True, True),
        (history(OTHER, PLAIN), False, True),
        (history(OTHER, NONE_HERE), True, False),
    ],
)
def test_open(one: History, *, patient: bool, opened: bool) -> None:
    """A second look is taken in any case, more of them while there is patience; one that failed is tried again."""
    assert one.is_open(patient=patient) is opened


def test_a_look_mends_a_failure() -> None:
    """What failed and then was seen is seen."""
    one = history(OTHER, PLAIN)
    one.keep(1.0, PLAIN)
    one.keep(2.0, GONE)

    assert (one.failure, one.failed, one.last) == (None, [], GONE)


@pytest.mark.parametrize(
    ("sweep", "verdict"),
    [
        (Sweep(complete=True), Verdict.CLEAN),
        (Sweep(), Verdict.COULD_NOT_VERIFY),
        (Sweep(complete=True, leftovers=list(LEFT.values())), Verdict.LEFTOVERS),
        (Sweep(complete=True, in_between=list(GOING.leaving.values())), Verdict.COULD_NOT_VERIFY),
    ],
)
def test_verdict(sweep: Sweep, verdict: Verdict) -> None:
    """CLEAN takes that all was looked at, and nothing was found."""
    assert sweep.verdict is verdict


@pytest.mark.parametrize("listed", [None, ["us-east-1"], []])
def test_regions_are_not_known(listed: list[str] | None) -> None:
    """A list of Regions that is refused, or lacks the one that answered, is a failed look."""

    async def fresh(_call: str, **_asked: bool) -> dict[str, Any]:
        if listed is None:
            raise PLAIN
        return {"Regions": [{"RegionName": name, "OptInStatus": "opt-in-not-required"} for name in listed]}

    aws: Any = SimpleNamespace(region=HOME, fresh=fresh)
    result = Sweep()
    asyncio.run(regions.find(aws, result, ()))

    assert (len(result.unseen), result.regions) == (1, [HOME])
