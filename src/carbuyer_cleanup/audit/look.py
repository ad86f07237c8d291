"""One look at one list: what it shows of the workshop."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, replace
from typing import TYPE_CHECKING, Any

from carbuyer_cleanup.audit.found import Doubtful, Leaving, Leftover
from carbuyer_cleanup.audit.types import HOME, TAGGED, Type
from carbuyer_cleanup.audit.types.row import SCHEDULED
from carbuyer_cleanup.aws.answers import listed, taken_for_empty
from carbuyer_cleanup.aws.clients import HOME_REGIONS
from carbuyer_cleanup.aws.owners import account_in, may_be_shared
from carbuyer_cleanup.aws.reading import Absent, found, tag_in, text
from carbuyer_cleanup.claims import FOREIGN, Claim, sign, strongest
from carbuyer_cleanup.contain import contained

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from carbuyer_cleanup.aws.context import Aws

NO_ACCOUNT_IN_ARN = frozenset({"s3", "apigateway", "route53"})


@dataclass
class Look:
    """What a list showed at one time.

    ``left`` is the workshop's and still there, ``leaving`` the workshop's and being deleted; ``doubtful`` may be the
    workshop's; ``noted`` are near-misses; all by id. ``arns`` are those of everything listed, whoever owns it.
    ``has_list`` is False if AWS's answer had no list and was taken for empty.
    """

    left: dict[str, Leftover] = field(default_factory=dict)
    leaving: dict[str, Leaving] = field(default_factory=dict)
    doubtful: dict[str, Doubtful] = field(default_factory=dict)
    noted: dict[str, Leftover] = field(default_factory=dict)
    arns: set[str] = field(default_factory=set)
    has_list: bool = True

    @property
    def is_scheduled(self) -> bool:
        """Whether everything that is leaving will be gone only in days, so there is no point in waiting."""
        return all(found.state.lower() in SCHEDULED for found in self.leaving.values())


async def look(aws: Aws, type_: Type, region: str, *, patiently: bool = True) -> Look:
    """Read a list to its end and return what it shows; unless ``patiently``, give up at the first passing trouble.

    Raises:
        AwsError, NotUnderstood: a call was refused, or the answer makes no sense: nobody can say what is there.
    """
    seen = Look()
    with contained(type_.name):
        async for item in _items(aws, type_, region, seen, patiently=patiently):
            await _judge(aws, type_, region, item, seen)
    return seen


async def _items(aws: Aws, type_: Type, region: str, seen: Look, *, patiently: bool) -> AsyncIterator[Any]:
    given = {name: _filled(value, aws) for name, value in type_.params.items()}
    async for extra in _parents(aws, type_, region, seen, patiently=patiently):
        async for page in aws.each_fresh_page(type_.call, region=region, patiently=patiently, **given, **extra):
            for item in listed(type_.call, type_.items, page, region):
                yield item
            seen.has_list &= not taken_for_empty(type_.call, type_.items, page)


async def _parents(aws: Aws, type_: Type, region: str, seen: Look, *, patiently: bool) -> AsyncIterator[dict[str, Any]]:
    if type_.parent is None:
        yield {}
        return
    async for page in aws.each_fresh_page(type_.parent.call, region=region, patiently=patiently):
        for value in listed(type_.parent.call, type_.parent.items, page, region):
            yield {type_.parent.param: value}
        seen.has_list &= not taken_for_empty(type_.parent.call, type_.parent.items, page)


def _filled(value: Any, aws: Aws) -> Any:
    return value.format(account=aws.account) if isinstance(value, str) else value


async def _judge(aws: Aws, type_: Type, region: str, item: Any, seen: Look) -> None:
    thing = _described(aws, type_, region, item)
    if thing.state.lower() in type_.gone:
        return
    seen.arns.add(thing.arn)
    if claim := await _claim(aws, type_, region, item):
        claim = _unless_shared(aws, thing, claim)
        _sort(seen, type_, replace(thing, why=claim.why, name=claim.name or thing.name), claim)


def _unless_shared(aws: Aws, thing: Leftover, claim: Claim) -> Claim:
    """Leave alone what others share with the account.

    Raises:
        AwsError: it belongs to another account and can't be shared: nobody knows whose things are seen.
    """
    owner = aws.owner_of(thing.id) or account_in(thing.arn)
    if owner in ("", aws.account) or not (claim.ours or claim.doubtful):
        return claim
    if may_be_shared(thing.arn):
        return Claim(FOREIGN, f"it belongs to account {owner}")
    aws.refuse_elsewhere(f"the {thing.type} {thing.id}", owner)
    return claim


def _sort(seen: Look, type_: Type, thing: Leftover, claim: Claim) -> None:
    key = thing.id or thing.arn or thing.name  # AWS may leave out its id, and there may be others like it
    if claim.doubtful:
        seen.doubtful[key] = Doubtful(**asdict(thing))
    elif not claim.ours:
        seen.noted[key] = thing
    elif thing.state.lower() in type_.leaving | SCHEDULED:
        seen.leaving[key] = Leaving(**asdict(thing))
    else:
        seen.left[key] = thing


async def _claim(aws: Aws, type_: Type, region: str, item: Any) -> Claim | None:
    """Judge by names, and by the type's rule if it has one; what can't be judged is doubtful."""
    try:
        claim = _claim_by_names(aws, type_, item)
        claim = await type_.rule(aws, item, region, claim) if type_.rule else claim
    except Absent as absent:
        return _doubt(aws, type_, item, f"AWS does not report its {absent.args[0]}")
    is_unnamed = claim is None and not any(_listed_names(type_, item))
    return _doubt(aws, type_, item, "AWS does not report its name") if is_unnamed else claim


def _claim_by_names(aws: Aws, type_: Type, item: Any) -> Claim | None:
    names, id_ = _names(type_, item), text(type_.id, item)
    claim = strongest(*(aws.workshop.claim(type_.entry, name, id_=id_) for name in names))
    return None if claim and type_ is TAGGED and not claim.ours else claim  # else each near-miss is reported twice


def _doubt(aws: Aws, type_: Type, item: Any, why: str) -> Claim | None:
    return aws.workshop.claim(type_.entry, id_=text(type_.id, item), inferred=sign(why))


def _described(aws: Aws, type_: Type, region: str, item: Any) -> Leftover:
    names, id_ = _readable_names(type_, item), text(type_.id, item)
    return Leftover(
        type=type_.name,
        id=id_,
        name=next((name for name in names if aws.workshop.claim(type_.entry, name)), next(iter(names), id_)),
        region=_text(type_.region, item) or ("global" if type_.where else region),
        arn=_arn(aws, type_, region, item, id_),
        why="",
        state=_text(type_.state, item),
    )


def _text(path: str, item: Any) -> str:
    return text(path, item) if path else ""


def _names(type_: Type, item: Any) -> list[str]:
    """Return the item's names and its Name tag, without those that it lacks."""
    tagged = tag_in(found(type_.tags, item)) if type_.tags else ""
    return [name for name in (*_listed_names(type_, item), tagged) if name]


def _readable_names(type_: Type, item: Any) -> list[str]:
    try:
        return _names(type_, item)
    except Absent:  # _claim calls it doubtful
        return [name for name in _listed_names(type_, item) if name]


def _listed_names(type_: Type, item: Any) -> list[Any]:
    value = found(type_.names or type_.id, item)
    return value if isinstance(value, list) else [value]


def _arn(aws: Aws, type_: Type, region: str, item: Any, id_: str) -> str:
    if type_.arn or not type_.of:
        return _text(type_.arn, item)
    service, _, rest = type_.of.partition(":")
    place = "" if type_.where or service == "s3" else region
    account = "" if service in NO_ACCOUNT_IN_ARN else aws.account
    return f"arn:{aws.partition}:{service}:{place}:{account}:{rest}{id_}"


def place_of(aws: Aws, type_: Type) -> str:
    """Return the one Region in which to ask for a type that isn't regional."""
    return HOME_REGIONS[aws.partition] if type_.where == HOME else type_.where
