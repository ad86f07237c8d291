"""The words that a recording may contain: AWS's own, the workshop's own, and those that the suite itself compares with.

There is no list of what to hide: a word that is not found here is replaced. Most words are read from the suite's own
code, whose texts are public, and which can compare answers only with the words in it.
"""

from __future__ import annotations

import re
from functools import cache
from importlib.machinery import SourceFileLoader
from itertools import chain
from pathlib import Path
from types import CodeType
from typing import TYPE_CHECKING, Any

from carbuyer_cleanup.audit.types import TYPES
from carbuyer_cleanup.aws.calls import CALLS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

SOURCES = Path(__file__).parents[2]
JUDGING = ("carbuyer_cleanup.kinds", "strict_moto.estate", "strict_moto.estate_network", "strict_moto.estate_services")
READING = (
    *("carbuyer_cleanup.kinds", "carbuyer_cleanup.audit", "carbuyer_cleanup.account"),
    *("carbuyer_cleanup.aws.calls", "carbuyer_cleanup.aws.context", "carbuyer_cleanup.aws.identity"),
)
SPEAKING = (
    *("strict_moto.rules", "strict_moto.wire", "carbuyer_cleanup.aws.calls", "carbuyer_cleanup.aws.remedies"),
    *("carbuyer_cleanup.audit.types", "carbuyer_cleanup.aws.refusals", "carbuyer_cleanup.kinds"),
)

# How the kinds' functions begin that only a backup calls, which is never recorded (``conflicts``): a recording keeps
# nothing for what they read.
DEFINING = ("define", "definitions")

WORD = re.compile(r"[A-Za-z0-9]+")
PHRASE = re.compile(r"[A-Za-z]+(?:-[A-Za-z]+)+")
SHORTEST = 3  # letters of a word of the code; shorter words are also people's names: An, Ha, Vy

# How AWS's ids begin (EC2 user guide, "Resource IDs"), parts of its addresses, and of its names.
SHORT = frozenset(
    "a acl aclassoc ami arn aws b c com cn d db dopt ec2 eice eigw eipalloc eipassoc elb eni fs gov i iam id igw ip "
    "kms lb lt nat net pcx pl prod r rtb rtbassoc s3 sg sgr sir snap sns sqs sts subnet tg tgw us vgw vol vpc vpce "
    "vpce vpn waf www".split()
)
# If a word contains one of these, the rest is judged by itself.
HEADS = ("AWSServiceRoleFor", "AWSReservedSSO", "CreatedBy", "carbuyer")


@cache
def words() -> frozenset[str]:
    """Return the words that stay wherever they appear."""
    services = (call.partition(":")[0] for call in CALLS)
    return SHORT | frozenset(chain(_long_words(JUDGING), *map(WORD.findall, services), _asked_for()))


@cache
def phrases() -> frozenset[str]:
    """Return the texts of several words that stay as a whole: what the suite compares with, such as "not-opted-in"."""
    return frozenset(text for text in _texts(READING) if PHRASE.fullmatch(text))


@cache
def members() -> frozenset[str]:
    """Return the names of members that the suite may read: those that are in its code."""
    return frozenset(word for text in _texts(READING) for word in WORD.findall(text))


@cache
def states() -> frozenset[str]:
    """Return the words that stay where a model has a state, but no list of states."""
    return words() | frozenset(_long_words(("carbuyer_cleanup.audit.types",)))


@cache
def english() -> frozenset[str]:
    """Return the words that stay in the message of a refusal: the sandbox's, which speaks as AWS does."""
    return words() | frozenset(word.lower() for word in _long_words(SPEAKING)) | COMMON


COMMON = frozenset(
    "a an and any are as at be been by can cannot could do does for from has have if in is it its may must no not of "
    "action allowed allows already associated attached authorized based because before cannot check conflict contact "
    "currently deleted dependencies dependency dependent detach disabled error exceeded exist exists expired explicit "
    "identity invalid invoke limit longer maximum missing mode object operation parameter perform permissions "
    "please policies policy protection provided rate request requested required resource role service specified state "
    "support supported token try unable unavailable used user using value when yet "
    "on or other resource such than that the their there they this to was were which while will with you your".split()
)


def _long_words(modules: Iterable[str]) -> Iterator[str]:
    return (word for text in _texts(modules) for word in WORD.findall(text) if len(word) >= SHORTEST)


def _asked_for() -> Iterator[str]:
    """Yield the words in the parameters of the audit's table, and those in the ARNs of what the workshop creates."""
    for type_ in TYPES:
        arn = type_.of if type_.is_deciding else ""
        yield from (word for text in _strings([type_.params, arn]) for word in WORD.findall(text))


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, (list, tuple)) else ()
    for one in inner:
        yield from _strings(one)


def _texts(modules: Iterable[str]) -> Iterable[str]:
    return chain.from_iterable(map(_texts_of, modules))


@cache
def _texts_of(module: str) -> frozenset[str]:
    """Return the texts in a module's code, except sentences: their words are English, and so are many names."""
    codes = (SourceFileLoader(path.stem, str(path)).get_code(path.stem) for path in _files(module))  # without importing
    texts = chain.from_iterable(map(_constants, codes))
    return frozenset(text for text in texts if not (text.endswith(".") or "\n" in text))


def _files(module: str) -> list[Path]:
    """Return the file of a module, or those of a package."""
    path = SOURCES.joinpath(*module.split("."))
    return sorted(path.rglob("*.py")) if path.is_dir() else [path.with_suffix(".py")]


def _constants(code: CodeType | None) -> Iterator[str]:
    for constant in code.co_consts if code else ():
        if isinstance(constant, CodeType):
            yield from () if constant.co_name.startswith(DEFINING) else _constants(constant)
        else:
            yield from _strings(tuple(constant) if isinstance(constant, frozenset) else constant)
