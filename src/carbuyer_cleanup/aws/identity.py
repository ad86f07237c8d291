"""Whose credentials they are: AWS is asked before anything else is signed with them, once for each access key.

Credentials are renewed in the course of a run, and a tool that renews them may follow another account by then.
botocore signs every request with what ``get_frozen_credentials`` returns: here the key that signs is the one that AWS
was asked about, and there is no moment in between.
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
    """An account, and the ARN of who asks in it."""

    account: str
    caller: str


class Pinned(Credentials):
    """Credentials that are one account's and stay so.

    ``callers`` are the ARNs that they have signed for so far; ``strayed`` says that they became another account's.

    Args:
        load: finds credentials, which may be renewed later; None if there are none.
        ask: asks AWS whose keys are; raises AwsError.
        profile: of which profile they are, for those who have to sign in again.
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
            AwsError: AWS can't be asked whose they are, or they are another account's: then no key is ever returned.
        """
        keys = self.unchecked()
        with self._lock:
            if self.strayed:
                raise replace(self.strayed)
            if str(keys.access_key) not in self._known:
                self._admit(str(keys.access_key), self._ask(keys))
        return keys

    def unchecked(self) -> ReadOnlyCredentials:
        """Return the present keys, whoever's they are.

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
        """How they were found, in botocore's words."""
        return self._given.method if self._given else ""

    @property
    def access_key(self) -> str:  # type: ignore[override] # an attribute in botocore, a property in its own renewable ones
        """The present access key, checked."""
        return str(self.get_frozen_credentials().access_key)

    @property
    def secret_key(self) -> str:  # type: ignore[override] # likewise
        """The secret of it, unless the keys are renewed in between: ``get_frozen_credentials`` returns both."""
        return str(self.get_frozen_credentials().secret_key)

    @property
    def token(self) -> str | None:  # type: ignore[override] # likewise
        """Its session token."""
        return self.get_frozen_credentials().token

    @property
    def account_id(self) -> str | None:
        """The account as the provider has it, for endpoints that are named after it."""
        return getattr(self.get_frozen_credentials(), "account_id", None)


def pin(session: boto3.Session, region: str, config: Config) -> Pinned:
    """Let whatever is signed for a session from now on be of one account, and return its credentials.

    AWS is not asked yet. What the session's own clients can't read is one error as well.
    """
    core: Any = session._session  # noqa: SLF001 - boto3 hands it out nowhere
    made = Pinned(_loader(core), lambda keys: ask(session, region, config, keys), session.profile_name)
    _sign_with(core, made)
    return made


def sign_with(
    session: boto3.Session, pinned: Pinned | None, loader: Callable[[tuple[str, ...]], Loader], config: Config
) -> None:
    """Let a further session of the same account sign with the same credentials.

    Args:
        session: one that has made no client yet.
        pinned: the account's credentials.
        loader: returns what reads the models of services, of the folders they are in.
        config: what its clients do if they are not told otherwise.
    """
    core: Any = session._session  # noqa: SLF001 - boto3 hands it out nowhere
    _sign_with(core, pinned)
    core.register_component("data_loader", loader(tuple(core.get_component("data_loader").search_paths)))
    core.set_default_client_config(config)


def _sign_with(core: Any, pinned: Pinned | None) -> None:
    core._credentials = pinned  # noqa: SLF001 - where its own credentials would be kept
    core.register_component("response_parser_factory", Parsers())


def _loader(core: Any) -> Callable[[], Credentials | None]:
    """Return what finds a session's own credentials."""
    kept = core._credentials  # noqa: SLF001 - to load them here would be too early
    if isinstance(kept, Pinned):  # by an earlier run
        return kept._load  # noqa: SLF001 - of this class
    return (lambda: kept) if kept else core.get_component("credential_provider").load_credentials


def ask(session: boto3.Session, region: str, config: Config, keys: ReadOnlyCredentials) -> Whoami:
    """Ask AWS whose keys these are.

    Raises:
        AwsError: it can't be asked.
    """
    try:
        client: Any = suite_session(session).create_client(
            "sts", region_name=region, config=config,
            aws_access_key_id=keys.access_key, aws_secret_access_key=keys.secret_key, aws_session_token=keys.token,
        )  # fmt: skip
        return whoami_in(client.get_caller_identity(), region)
    except AwsError:
        raise
    except Exception as error:  # a file of certificates that isn't there, a proxy that is no address
        raise refusal(ASKED, region, error) from error


def whoami_in(answer: dict[str, Any], region: str) -> Whoami:
    """Return what AWS's answer says.

    Raises:
        AwsError: it says nothing, and so isn't AWS's.
    """
    if not (answer.get("Account") and answer.get("Arn")):
        raise not_aws(ASKED, region)
    return Whoami(answer["Account"], answer["Arn"])


def another_account(expected: str, found: Whoami) -> Elsewhere:
    """Return what users are told when the credentials are another account's than before."""
    return _elsewhere(f"the credentials now belong to account {found.account} ({found.caller}), not to {expected}")


def elsewhere(what: str, account: str, expected: str) -> Elsewhere:
    """Return what users are told when AWS shows something of ours as another account's."""
    return _elsewhere(f"AWS shows {what} as account {account}'s, not as {expected}'s")


def _elsewhere(what: str) -> Elsewhere:
    return Elsewhere(ASKED, "AnotherAccount", f"The account has changed: {what}", Trouble.OTHER_ACCOUNT)
