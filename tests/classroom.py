"""Accounts of a class as they stand at the end of a run, for grades and class page."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from carbuyer_cleanup.audit.found import Leftover
from carbuyer_cleanup.certificate.certificate import Remnant, StepFacts
from carbuyer_cleanup.classroom.standing import Standing
from carbuyer_cleanup.teardown.plan import STEPS
from carbuyer_cleanup.verdict import Reason

if TYPE_CHECKING:
    from collections.abc import Callable

    from carbuyer_cleanup.verdict import Word

DONE = tuple(StepFacts(step.number, step.title, "done", 1.5) for step in STEPS)
HOSTILE = "</script><img src=x onerror=alert(1)>\u2028=cmd|' /C calc'!A1\n\x07\u202e"


def nat(account: str, name: str = "carbuyer-nat-gateway") -> Leftover:
    """Return a NAT gateway that was left."""
    arn = f"arn:aws:ec2:ap-southeast-1:{account}:natgateway/nat-0123456789abcdef0"
    return Leftover(
        "NAT gateway",
        arn.rpartition("/")[2],
        name,
        "ap-southeast-1",
        arn,
        "its name starts with carbuyer-",
        "available",
    )


def unseen(*texts: str) -> tuple[Reason, ...]:
    """Return reasons of looks that failed."""
    return tuple(Reason("not seen", text) for text in texts)


def with_step(number: int, **changes: Any) -> tuple[StepFacts, ...]:
    """Return the facts of all steps, done but for one."""
    return tuple(replace(step, **changes) if step.number == number else step for step in DONE)


def stands(number: int, verdict: Word = "CLEAN", **facts: Any) -> Standing:
    """Return the standing of one account; ``number`` makes its alias, account and e-mail address."""
    account = f"{100_000_000_000 + number}"
    columns = {"email": f"student{number}@example.com", "name": f"Nguyễn Văn {number}"}
    known = Standing(
        alias=f"lab-{number:03}", account=account, region="ap-southeast-1", verdict=verdict, rehearsal=False,
        depth="full", steps=DONE, seconds=61.5, columns=columns,
    )  # fmt: skip
    return replace(known, **facts)


def leftovers(number: int, **facts: Any) -> Standing:
    """Return the standing of an account that still has its NAT gateway."""
    left = nat(f"{100_000_000_000 + number}")
    steps = with_step(
        4, result="failed", left=(Remnant("NAT gateway", left.id, "NAT gateway carbuyer-nat-gateway [available]"),)
    )
    return stands(
        number, "LEFTOVERS", **({"steps": steps, "leftovers": (left,), "reasons": (Reason("left", str(left)),)} | facts)
    )


def unverified(number: int, **facts: Any) -> Standing:
    """Return the standing of an account where a look was denied."""
    why = "step 7: lambda:ListFunctions was refused: not authorized (AccessDenied)."
    return stands(
        number, "COULD NOT VERIFY", **({"steps": with_step(7, result="failed"), "reasons": unseen(why)} | facts)
    )


def not_run(number: int, **facts: Any) -> Standing:
    """Return the standing of an account that nobody looked at."""
    return stands(number, "NOT RUN", **({"steps": (), "reasons": unseen("its worker crashed"), "seconds": 0.0} | facts))


def a_class(size: int) -> list[Standing]:
    """Return a class in which most are clean and each other verdict occurs."""
    others: dict[int, Callable[[int], Standing]] = {3: leftovers, 5: unverified, 8: not_run}
    return [others.get(number % 15, stands)(number) for number in range(size)]
