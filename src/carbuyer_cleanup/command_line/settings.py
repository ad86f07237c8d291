"""The command line and the environment, read and checked once."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass, field, replace
from enum import Enum
from typing import TYPE_CHECKING, Any

from carbuyer_cleanup import project_files, workshop
from carbuyer_cleanup.audit import scope
from carbuyer_cleanup.classroom import accounts as class_accounts
from carbuyer_cleanup.classroom import comparison, grades
from carbuyer_cleanup.classroom.roster import Member
from carbuyer_cleanup.command_line import conflicts
from carbuyer_cleanup.command_line.conflicts import VARIABLE
from carbuyer_cleanup.errors import Refused
from carbuyer_cleanup.workshop import ACCOUNT, Workshop

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import pytest

    from carbuyer_cleanup.audit.result import Depth

DAYS = re.compile(r"[0-9]{1,4}(\.[0-9]{1,4})?")
NOTHING = "Nothing was done."
TOLD = "carbuyer_settings"  # the key in what pytest-xdist hands to a worker


class Task(Enum):
    """What a run is for."""

    TEARDOWN = "teardown"
    PLAN = "plan"
    VERIFY = "verify"


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What the user asked for.

    ``account`` is the account that may be torn down, "" if none was given; ``speed`` is how many times faster
    than AWS the embedded one is. ``members`` are the accounts of a class, none without a roster; ``left_out`` says
    which of an organization's are not among them; ``confirmed`` is whether their number was given. ``estate`` is what
    a rehearsal finds: a name, or a file that ``strict_moto.files`` reads. ``record`` is the file for the recording.
    ``earlier`` are the class's earlier scores, by alias; ``backup`` is the folder in which everything is saved
    before it is deleted, "" for none. ``shard`` is the part of the class that ``members`` are, "" for all of it;
    ``everybody`` is the whole class. Accounts with a CLEAN certificate up to ``max_age`` days old are skipped.
    """

    rehearsal: bool
    task: Task
    account: str
    profile: str
    region: str
    workshop: Workshop
    one_by_one: bool
    speed: float
    reports: Path
    sign: str = ""
    depth: Depth = "full"
    members: tuple[Member, ...] = ()
    left_out: tuple[str, ...] = ()
    confirmed: bool = False
    grades: str = "plain"
    estate: str = "ordinary"
    audit_regions: tuple[str, ...] = ()
    record: str = ""
    earlier: Mapping[str, float | None] = field(default_factory=dict)
    backup: str = ""
    backup_secrets: bool = False
    backup_logs: bool = False
    shard: str = ""
    everybody: tuple[Member, ...] = ()
    max_age: float | None = None

    def of(self, member: Member) -> Settings:
        """Return the settings for one account of the class."""
        manifest = self.workshop.with_names(f"s3.bucket={member.bucket}") if member.bucket else self.workshop
        return replace(
            self,
            account=member.account or self.account,
            profile=member.profile or self.profile,
            region=member.region or self.region,
            workshop=manifest,
        )

    def to_plain(self, members: tuple[Member, ...]) -> dict[str, Any]:
        """Return, as plain data, what a worker, perhaps on another machine, must know to take these accounts."""
        told = asdict(replace(self, members=members, everybody=())) | {"task": self.task.value}
        del told["reports"]
        return told

    @classmethod
    def from_plain(cls, told: dict[str, Any], reports: Path) -> Settings:
        """Return the settings that :meth:`to_plain` was called on, with a worker's own folder of reports."""
        rebuilt = {
            "task": Task(told["task"]),
            "workshop": Workshop(**told["workshop"]),
            "members": tuple(Member(**member) for member in told["members"]),
        }
        return cls(reports=reports, **(told | rebuilt))

    @property
    def is_recorded(self) -> bool:
        """Whether the run is recorded, or there is nothing worth recording."""
        return bool(self.record) or self.rehearsal

    @property
    def journal(self) -> Path:
        """Where runs record what they do."""
        return self.reports / "journal.jsonl"

    def certificate(self, alias: str) -> Path:
        """Return where the certificate of an account is written; ``alias`` is "" without a roster."""
        return self.reports / (f"certificates/{alias}.json" if alias else "certificate.json")


def read(config: pytest.Config, environ: Mapping[str, str]) -> Settings:
    """Check the options, read the manifest, and return the settings.

    Raises:
        Refused: something is wrong with them; the message says what to give instead.
    """
    get = config.getoption
    conflicts.refuse_empty(config, environ)
    conflicts.refuse(lambda name: get(name, None) if name.startswith("--") else environ.get(name))
    task = _task(plan=get("--plan"), verify=get("--verify"))
    account = _account(str(get("--account")), environ.get(VARIABLE, ""))
    rehearsal = not (get("--aws") or environ.get(VARIABLE))
    _refuse_without_aws(config, rehearsal=rehearsal)
    manifest = workshop.load(_manifest(config)).with_names(*get("--name")).without(*_ids(get("--not-ours")))
    region = _region(str(get("--region"))) or manifest.region
    shard, max_age = class_accounts.shard(config), _days(str(get("--max-age")))
    everybody, left_out = class_accounts.members(config, region)
    members = shard.of(everybody) if shard else everybody
    return Settings(
        rehearsal=rehearsal, task=task, account=account, profile=str(get("--profile")), region=region,
        workshop=manifest, one_by_one=bool(get("--one-by-one")), speed=_speed(str(get("--sandbox-speed"))),
        reports=project_files.reports_of(config), sign=str(get("--sign")),
        depth=get("--audit-depth") or ("workshop" if rehearsal or members else "full"),
        members=members, left_out=left_out, confirmed=class_accounts.confirmed(config, len(everybody)),
        grades=_grades(str(get("--grades")), members), estate=str(get("--estate")) or "ordinary",
        audit_regions=scope.read(str(get("--audit-regions")), {m.region or region for m in members or (Member(),)}),
        record=_file(config, "--record"), earlier=_earlier(config), backup=_file(config, "--backup"),
        backup_secrets=bool(get("--backup-secrets")), backup_logs=bool(get("--backup-logs")),
        shard=str(shard or ""), everybody=everybody, max_age=max_age,
    )  # fmt: skip


def _earlier(config: pytest.Config) -> Mapping[str, float | None]:
    """Return the class's earlier scores, by alias; none without ``--compare``."""
    given = str(config.getoption("--compare"))
    return comparison.read(config.invocation_params.dir / given) if given else {}


def _file(config: pytest.Config, option: str) -> str:
    """Return an option's path, relative to where pytest was started; "" if it isn't given."""
    given = str(config.getoption(option))
    return str(config.invocation_params.dir / given) if given else ""


def _ids(given: list[str]) -> list[str]:
    """Return the ids of ``--not-ours``, which may be repeated and separated by commas."""
    ids = [id_.strip() for value in given for id_ in value.split(",")]
    if not all(ids):
        msg = f"--not-ours {','.join(given)}: give the name or id of a resource, several separated by commas. {NOTHING}"
        raise Refused(msg)
    return ids


def _grades(style: str, members: tuple[Member, ...]) -> str:
    """Return the style of the grades, if the roster has the columns that it needs."""
    problems = grades.check(style or "plain", [(member.alias, member.columns) for member in members])
    if problems:
        raise Refused(f"{' '.join(problems)} Nothing was done.")
    return style or "plain"


def inherited(config: pytest.Config) -> Settings | None:
    """Return the settings that a worker got from the process that started it; None in any other process."""
    told = getattr(config, "workerinput", {}).get(TOLD)
    return Settings.from_plain(told, project_files.reports_of(config)) if told else None


def _manifest(config: pytest.Config) -> Path:
    if given := str(config.getoption("--workshop")):
        return config.invocation_params.dir / given
    return config.rootpath / project_files.STEPS / project_files.MANIFEST.name


def _task(*, plan: bool, verify: bool) -> Task:
    return Task.PLAN if plan else Task.VERIFY if verify else Task.TEARDOWN


def _account(option: str, variable: str) -> str:
    for source, value in (("--account", option), (VARIABLE, variable)):
        if value and not ACCOUNT.fullmatch(value):
            msg = f"{source} must be the 12 digits of an AWS account, not {value!r}. Nothing was done."
            raise Refused(msg)
    if option and variable and option != variable:
        msg = f"--account says {option} and {VARIABLE} says {variable}: which one? Nothing was done."
        raise Refused(msg)
    return option or variable


def _refuse_without_aws(config: pytest.Config, *, rehearsal: bool) -> None:
    given = [name for name in ("--account", "--profile", "--organization", "--sign") if config.getoption(name)]
    if rehearsal and given:
        msg = f"{' and '.join(given)} without --aws: a rehearsal touches no account. Add --aws, or leave it out."
        raise Refused(msg)


def _region(value: str) -> str:
    if value and not workshop.REGION.fullmatch(value):
        msg = f"--region must be an AWS Region such as ap-southeast-1, not {value!r}. Nothing was done."
        raise Refused(msg)
    return value


def _days(value: str) -> float | None:
    """Return how many days old a certificate may be; None if no certificate will do."""
    if value and not DAYS.fullmatch(value):
        msg = f"--max-age must be a number of days, such as 1 or 0.5, not {value!r}. {NOTHING}"
        raise Refused(msg)
    return float(value) if value else None


def _speed(value: str) -> float:
    try:
        speed = float(value or "inf")
    except ValueError:
        speed = 0.0
    if not speed > 0:
        msg = f"--sandbox-speed must be a number above 0, not {value!r}."
        raise Refused(msg)
    return speed
