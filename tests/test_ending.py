"""What a user reads last: true of each way in which a run can end, and what to do next."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from carbuyer_cleanup.audit.found import Leftover
from carbuyer_cleanup.audit.result import Unseen
from carbuyer_cleanup.command_line.settings import Task
from carbuyer_cleanup.errors import CleanupError
from carbuyer_cleanup.kinds import network_interface, subnet
from carbuyer_cleanup.kinds.occupancy import Holder
from carbuyer_cleanup.own_tests import OwnTest
from carbuyer_cleanup.plugin.ending import ending
from carbuyer_cleanup.resource import Resource
from carbuyer_cleanup.teardown.deletion import Deletion
from carbuyer_cleanup.teardown.engine import Outcome, Unmet
from carbuyer_cleanup.teardown.plan import BY_NUMBER
from carbuyer_cleanup.verdict import FailedLook
from tests.html_page import ACCOUNT, ended

if TYPE_CHECKING:
    from carbuyer_cleanup.plugin.run import Run

OK, FAILED, INTERRUPTED, REFUSED = 0, 1, 2, 4
ADDRESS = Leftover("Elastic IP", "eipalloc-1", "13.229.4.5", "us-east-1", "", "unattached")
DENIED = Unseen("Lambda function", "eu-west-1", "AccessDenied")
NAT = Resource("NAT gateway", "nat-1", "carbuyer-nat-gateway", "ap-southeast-1", why="the manifest names it")
PEER = Resource("VPC", "vpc-1", "carbuyer-fcj-vpc", "ap-southeast-1", why="the manifest names it")
HELD = "held by somebody's peering connection."


def unopened() -> Run:
    """Return a run that nobody has confirmed."""
    run = ended(audited=False)
    run.is_open = False
    return run


def half_way(task: Task, found: int = 3, still_there: int = 1) -> Run:
    """Return a run that has deleted some of what it found: two of three things."""
    run = ended(task, audited=False)
    things = {id_: Resource("subnet", id_, "", "ap-southeast-1", why="") for id_ in "abc"[:found]}
    waiting = dict.fromkeys("abc"[:still_there], "")
    run.teardown.deletions = {subnet.KIND: Deletion(subnet.KIND, things, waiting=waiting)}
    return run


def stuck(*errors: tuple[int, CleanupError]) -> Run:
    """Return a run of which steps did not finish, each with something left."""
    run = ended(audited=False)
    for number, error in errors:
        run.outcomes[number] = Outcome(BY_NUMBER[number], [], error, [PEER if number == 13 else NAT])
    return run


def elsewhere() -> Run:
    """Return a run whose credentials became another account's."""
    run = ended()
    run.aws.is_elsewhere, run.aws.stopped = True, "The account has changed."  # type: ignore[misc,assignment] # a double
    return run


def incomplete(*steps: int, task: Task = Task.PLAN) -> Run:
    """Return a run of which the looks of some steps failed."""
    run = ended(task, audited=task is not Task.PLAN)
    run.unseen += [FailedLook.of_step(step, "AWS did not answer.") for step in steps]
    return run


def planned(*left: Resource) -> Run:
    """Return a plan that names these."""
    run = ended(Task.PLAN, audited=False)
    run.outcomes[4].left = list(left)
    return run


def blocked() -> Run:
    """Return a run of which one step is held by another."""
    return stuck((13, CleanupError(HELD)), (14, Unmet(BY_NUMBER[13], "its VPC was not deleted.", selected=True)))


def in_the_way() -> Run:
    """Return a run that only looked, and saw somebody else's instance in the VPC."""
    run = ended(Task.VERIFY, leftovers=[ADDRESS])
    details = {"vpc": "vpc-1", "holder": Holder("EC2 instance", "i-2", "other")}
    eni = Resource("network interface", "eni-2", "", "ap-southeast-1", why="", details=details)
    run.outcomes[13] = Outcome(BY_NUMBER[13], [Deletion(network_interface.KIND, left_alone={eni.id: eni})])
    return run


def ours(*left: Leftover) -> Run:
    """Return a run in which a test of one's own failed."""
    run = ended(leftovers=list(left))
    run.own_tests["test_ours.py::test_it"] = OwnTest("test_ours.py::test_it", "", "failed", "assert 1 == 0")
    return run


ENDS: tuple[tuple[Run, int, str], ...] = (
    (ended(), OK, "CLEAN — account {}: nothing of the workshop is left."),
    (unopened(), INTERRUPTED, "STOPPED — account {}: nothing was deleted."),
    (unopened(), REFUSED, "REFUSED — account {}: nothing was deleted. The reason is below."),
    (
        half_way(Task.TEARDOWN),
        INTERRUPTED,
        "STOPPED — account {}: 2 of 3 resources deleted. Run the same command again: it goes on from there.",
    ),
    (
        half_way(Task.TEARDOWN, still_there=0),
        INTERRUPTED,
        "STOPPED — account {}: all 3 resources deleted, but not everything was checked. Check it with --verify.",
    ),
    (
        half_way(Task.TEARDOWN, found=0, still_there=0),
        INTERRUPTED,
        "STOPPED — account {}: not everything was looked at. Nothing was deleted. Run the same command again.",
    ),
    *(
        (
            half_way(task),
            INTERRUPTED,
            ("STOPPED — account {}: not everything was looked at. Nothing was deleted. Run the same command again."),
        )
        for task in (Task.PLAN, Task.VERIFY)
    ),
    (
        in_the_way(),
        FAILED,
        (
            "LEFTOVERS — account {}: 1 resource is left, about USD 3.65 a month. To delete it, run the same command "
            "without --verify. Before that, remove what blocks it and is not the workshop's: EC2 instance other "
            "(i-2). If anything is left after that, delete it in the console; then check with --verify."
        ),
    ),
    (
        ended(Task.VERIFY, leftovers=[ADDRESS]),
        FAILED,
        (
            "LEFTOVERS — account {}: 1 resource is left, about USD 3.65 a month. "
            "To delete it, run the same command without --verify. "
            "If anything is left after that, delete it in the console; then check with --verify."
        ),
    ),
    (
        ended(leftovers=[ADDRESS, ADDRESS]),
        FAILED,
        (
            "LEFTOVERS — account {}: 2 resources are left, about USD 7.30 a month. "
            "Run the same command again. "
            "If anything is left after that, delete it in the console; then check with --verify."
        ),
    ),
    (blocked(), FAILED, "LEFTOVERS — account {}: 2 resources are left. Step 13 (VPC): " + HELD),
    (
        stuck((4, CleanupError("denied.")), (13, CleanupError(HELD))),
        FAILED,
        "LEFTOVERS — account {}: 2 resources are left. Step 4 (NAT gateway): denied. 1 more step did not finish.",
    ),
    (
        ended(unseen=[DENIED]),
        FAILED,
        (
            "COULD NOT VERIFY — account {}: no leftover was found, but that is not certain: "
            "Lambda function in eu-west-1: AccessDenied."
        ),
    ),
    (
        ours(),
        FAILED,
        (
            "LEFTOVERS — account {}: test_ours.py::test_it failed. The reason is above. "
            "No step deletes what it found; delete it, then check with --verify."
        ),
    ),
    (
        ours(ADDRESS),
        FAILED,
        (
            "LEFTOVERS — account {}: 1 resource is left, about USD 3.65 a month. test_ours.py::test_it failed. "
            "Run the same command again. If anything is left after that, delete it in the console; then check with "
            "--verify."
        ),
    ),
    (elsewhere(), FAILED, "COULD NOT VERIFY — account {}: The account has changed."),
    (planned(), OK, "PLAN — account {}: there is nothing to delete."),
    (
        planned(NAT),
        OK,
        "PLAN — account {}: 1 resource would be deleted. To delete it, run the same command without --plan.",
    ),
    (
        incomplete(4),
        FAILED,
        "PLAN — account {}: incomplete, because of step 4: AWS did not answer. Nothing was deleted.",
    ),
    (
        incomplete(4, 5, 6),
        FAILED,
        (
            "PLAN — account {}: incomplete, because of step 4: AWS did not answer. "
            "2 more steps could not be looked at. Nothing was deleted."
        ),
    ),
    (
        incomplete(4, 5, task=Task.VERIFY),
        FAILED,
        (
            "COULD NOT VERIFY — account {}: no leftover was found, but that is not certain: "
            "step 4: AWS did not answer. See certificate.json for 1 more reason."
        ),
    ),
)


@pytest.mark.parametrize(("run", "exitstatus", "line"), ENDS, ids=range(len(ENDS)))
def test_last_line(run: Run, exitstatus: int, line: str) -> None:
    """It tells what happened, and the next thing to do."""
    assert str(ending(run, exitstatus)) == line.format(ACCOUNT)
