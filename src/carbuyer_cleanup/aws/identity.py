"""Whose credentials they are: AWS is asked before anything else is signed with them, once for each access key.

Credentials are renewed during a run, by tools that may have switched to another account by then. botocore signs every
request with what ``get_frozen_credentials`` returns: here, the key that signs is the one that AWS was asked about, and
there is no gap in between.
"""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

from botocore.credentials import Credentials
from botocore.exceptions import NoCredentialsError

from carbuyer_cleanup.aws.answers import Parsers
from carbuyer_cleanup.aws.refusals import not_aws, refusal
from carbuyer_cleanup.aws.service_models import suite_session
from carbuyer_cleanup.aws.sign_in import ASKED, failed
from carbuyer_cleanup.errors import AwsError, Elsewhere, Trouble

if TYPE_CHECKING:
    from collections.abc import Callable

    import boto3
    from botocore.config import Config
    from botocore.credentials import ReadOnlyCredentials
    from botocore.loaders import Loader


class Whoami(NamedTuple):
    """An account number, and the ARN of the caller in it."""

    account: str
    caller: str


class Pinned(Credentials):
    """Credentials that belong to one account and never sign for another.

    ``callers`` are the ARNs that they have signed for so far; ``strayed`` is set if they became another account's.

    Args:
        load: finds credentials, which may be renewed later; returns None if there are none.
        ask: asks AWS whose keys they are; raises AwsError.
        profile: the name of their profile, for messages about signing in again.
    """

    def __init__(
        self,
        load: Callable[[], Credentials | None],
        ask: Callable[[ReadOnlyCredentials], Whoami],
        profile: str = "default",
    ) -> None:
        self._load, self._ask, self.profile = load, ask, profile
        self._given: Credentials | None = None
        self._known: dict[str, Whoami] = {}  # by access key
        self.strayed: Elsewhere | None = None
        self._lock = threading.Lock()
        self.callers: set[str] = set()

    @property
    def whoami(self) -> Whoami:
        """Who they are.

        Raises:
            AwsError: AWS can't be asked.
        """
        self.get_frozen_credentials()
        return next(iter(self._known.values()))

    def get_frozen_credentials(self) -> ReadOnlyCredentials:
        """Return the keys to sign the next request with.

        Raises:
            AwsError: AWS can't be asked whose they are; or they are another account's: then no key is returned again.
        """
        keys = self.unchecked()
        with self._lock:
            if self.strayed:
                raise replace(self.strayed)
            if str(keys.access_key) not in self._known:
                self._admit(str(keys.access_key), self._ask(keys))
        return keys

    def unchecked(self) -> ReadOnlyCredentials:
        """Return the current keys, whoever's they are.

        Raises:
            AwsError: there are none.
        """
        try:
            return self._found().get_frozen_credentials()
        except Exception as error:  # a provider runs programs and reads files: it may raise anything
            raise failed(error, self.profile) from error

    def _found(self) -> Credentials:
        with self._lock:
            self._given = self._given or self._load()
        if self._given is None:
            raise NoCredentialsError
        return self._given

    def _admit(self, access_key: str, found: Whoami) -> None:
        first = next(iter(self._known.values()), found)
        if found.account != first.account:
            self.strayed = another_account(first.account, found)
            raise self.strayed
        self._known[access_key] = found
        self.callers.add(found.caller)

    @property
    def method(self) -> str:  # type: ignore[override] # likewise
        """How they were found: botocore's name for the method."""
        return self._given.method if self._given else ""

    @property
    def access_key(self) -> str:  # type: ignore[override] # an attribute in botocore, a property in its own renewable ones
        """The current access key, checked."""
        return str(self.get_frozen_credentials().access_key)

    @property
    def secret_key(self) -> str:  # type: ignore[override] # likewise
        """Its secret key, unless the keys are renewed in between: ``get_frozen_credentials`` returns both."""
        return str(self.get_frozen_credentials().secret_key)

    @property
    def token(self) -> str | None:  # type: ignore[override] # likewise
        """Its session token."""
        return self.get_frozen_credentials().token

    @property
    def account_id(self) -> str | None:
        """The account according to the provider, for endpoints that are named after it."""
        return getattr(self.get_frozen_credentials(), "account_id", None)


def pin(session: boto3.Session, region: str, config: Config) -> Pinned:
    """Let a session sign for one account only from now on, and return its credentials.

    AWS is not asked yet. The session's own clients also raise ResponseParserError for whatever they can't read.
    """
    core: Any = session._session  # noqa: SLF001 - boto3 hands it out nowhere
    made = Pinned(_loader(core), lambda keys: ask(session, region, config, keys), session.profile_name)
    _sign_with(core, made)
    return made


def sign_with(
    session: boto3.Session, pinned: Pinned | None, loader: Callable[[tuple[str, ...]], Loader], config: Config
) -> None:
    """Let another session of the same account sign with the same credentials.

    Args:
        session: a session that has made no client yet.
        pinned: the account's credentials.
        loader: returns the loader of service models, given the folders that they are in.
        config: the default configuration of its clients.
    """
    core: Any = session._session  # noqa: SLF001 - boto3 hands it out nowhere
    _sign_with(core, pinned)
    core.register_component("data_loader", loader(tuple(core.get_component("data_loader").search_paths)))
    core.set_default_client_config(config)


def _sign_with(core: Any, pinned: Pinned | None) -> None:
    core._credentials = pinned  # noqa: SLF001 - where its own credentials would be kept
    core.register_component("response_parser_factory", Parsers())


def _loader(core: Any) -> Callable[[], Credentials | None]:
    """Return the function that finds a session's own credentials."""
    kept = core._credentials  # noqa: SLF001 - loading them here would be too early
    if isinstance(kept, Pinned):  # by an earlier run
        return kept._load  # noqa: SLF001 - of this class
    return (lambda: kept) if kept else core.get_component("credential_provider").load_credentials


def ask(session: boto3.Session, region: str, config: Config, keys: ReadOnlyCredentials) -> Whoami:
    """Ask AWS whose keys these are, and return the answer.

    Raises:
        AwsError: AWS can't be asked.
    """
    try:
        client: Any = suite_session(session).create_client(
            "sts", region_name=region, config=config,
            aws_access_key_id=keys.access_key, aws_secret_access_key=keys.secret_key, aws_session_token=keys.token,
        )  # fmt: skip
        return whoami_in(client.get_caller_identity(), region)
    except AwsError:
        raise
    except Exception as error:  # a missing file of certificates, a proxy that isn't a URL
        raise refusal(ASKED, region, error) from error


def whoami_in(answer: dict[str, Any], region: str) -> Whoami:
    """Return the account and caller in AWS's answer.

    Raises:
        AwsError: it has neither, or not both, and so isn't AWS's.
    """
    if not (answer.get("Account") and answer.get("Arn")):
        raise not_aws(ASKED, region)
    return Whoami(answer["Account"], answer["Arn"])


def another_account(expected: str, found: Whoami) -> Elsewhere:
    """Return the error for credentials that now belong to another account."""
    return _elsewhere(f"the credentials now belong to account {found.account} ({found.caller}), not to {expected}")


def elsewhere(what: str, account: str, expected: str) -> Elsewhere:
    """Return the error for something of ours that AWS shows as another account's."""
    return _elsewhere(f"AWS shows {what} as account {account}'s, not as {expected}'s")


def _elsewhere(what: str) -> Elsewhere:
    return Elsewhere(ASKED, "AnotherAccount", f"The account has changed: {what}", Trouble.OTHER_ACCOUNT)
