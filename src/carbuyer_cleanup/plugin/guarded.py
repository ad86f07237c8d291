"""boto3 sessions for the user's own tests: plain boto3, but only for the account under test."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Any

from botocore.config import Config
from botocore.loaders import Loader

from carbuyer_cleanup.aws.answers import refuse_broken
from carbuyer_cleanup.aws.clients import CONFIG
from carbuyer_cleanup.aws.identity import sign_with
from carbuyer_cleanup.aws.looking import only_looks
from carbuyer_cleanup.aws.refusals import discreet
from carbuyer_cleanup.errors import CleanupError

if TYPE_CHECKING:
    import boto3

    from carbuyer_cleanup.aws.context import Aws

# Tests call boto3 directly, so botocore waits out throttling here; the suite's own calls do that on the event loop.
RETRIES = CONFIG.merge(Config(retries={"mode": "standard", "total_max_attempts": 5}))
ONLY_LOOKS = "{call} may change something, and a run with --plan or --verify only looks. The call was not sent."


def guarded(session: boto3.Session, aws: Aws) -> boto3.Session:
    """Return ``session``, which from now on calls AWS as ``aws`` does: with its credentials, and only as it may.

    Its clients raise CleanupError instead of sending a call that may change something, if ``aws`` only looks, or any
    call, once the credentials belong to another account.

    Args:
        session: a session of its own, with the account's Region and endpoint.
        aws: the account under test.
    """
    guard = _Guard(aws)
    sign_with(session, aws.pinned, _loader, RETRIES)
    session.events.register_first("before-parameter-build", guard.admit)
    session.events.register("before-parse", refuse_broken, unique_id="carbuyer-whole")
    session.events.register_last("after-call", _be_discreet)
    return session


class _Guard:
    """The handler that every call of a guarded session passes first."""

    def __init__(self, aws: Aws) -> None:
        self._aws = aws

    def admit(self, model: Any, **_event: Any) -> None:
        """Raise CleanupError if a call must not be sent."""
        call = f"{model.service_model.service_name}:{model.name}"
        if self._aws.stopped:
            raise replace(self._aws.stopped, call=call, request_id="")
        if self._aws.read_only and not only_looks(call):
            raise CleanupError(ONLY_LOOKS.format(call=call))


def _be_discreet(parsed: dict[str, Any], **_event: Any) -> None:
    """Remove secrets from a refusal: when AWS rejects a signature, it repeats the headers."""
    if error := parsed.get("Error"):
        error["Message"] = discreet(str(error.get("Message", "")))


@cache
def _loader(paths: tuple[str, ...]) -> Loader:
    """Return the one loader of all accounts: EC2's model alone takes tens of megabytes."""
    return Loader(extra_search_paths=list(paths), include_default_search_paths=False)
