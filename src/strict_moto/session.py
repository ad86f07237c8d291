"""boto3 sessions that know nothing about the machine, and whose requests never leave the process."""

from __future__ import annotations

import os
from copy import copy
from functools import cache
from typing import TYPE_CHECKING, Any

import boto3
import botocore.session
from botocore.config import Config
from botocore.configprovider import BOTOCORE_DEFAUT_SESSION_VARIABLES, ConfigChainFactory, ConfigValueStore
from botocore.hooks import HierarchicalEmitter
from botocore.loaders import Loader

from model_cache import TerseLoader

if TYPE_CHECKING:
    from collections.abc import Callable

    from botocore.awsrequest import AWSPreparedRequest, AWSResponse

    from aws_clock import Clock
    from strict_moto.identity import Credentials

REGION = "ap-southeast-1"
NO_FILES = {"config_file": os.devnull, "credentials_file": os.devnull, "ignore_configured_endpoint_urls": True}

# Callers see the sandbox's first answer, not that of a retry, unless a client is configured otherwise.
ONE_TRY = Config(retries={"total_max_attempts": 1})


class Session(boto3.Session):
    """A boto3 session of one ``account`` of the sandbox, with the sandbox's ``clock``."""

    account: str
    clock: Clock


def embedded_session(
    credentials: Credentials, region: str, clock: Clock, handle: Callable[[AWSPreparedRequest], AWSResponse]
) -> Session:
    """Return a session whose every request is answered by ``handle``."""

    def answer(request: AWSPreparedRequest, **_event: Any) -> AWSResponse:
        return handle(request)

    core = core_session()
    core.register("before-send", answer)  # type: ignore[arg-type] # the stubs say that handlers return nothing
    session = Session(
        aws_access_key_id=credentials.access_key,
        aws_secret_access_key=credentials.secret_key,
        aws_session_token=credentials.token or None,
        region_name=region,
        botocore_session=core,
    )
    session.account, session.clock = credentials.account, clock
    _once(core.get_component("data_loader").search_paths)
    return session


def replay_session(region: str, *, elsewhere: bool) -> boto3.Session:
    """Return a session with keys that open nothing, for callers that answer all of its requests themselves.

    ``elsewhere`` says whether it uses the environment's endpoint: botocore then calls some Regions differently.
    """
    core = core_session(ignore_configured_endpoint_urls=not elsewhere)
    session = boto3.Session("AKIAREPLAYED", "replayed", region_name=region, botocore_session=core)
    _once(core.get_component("data_loader").search_paths)
    return session


@cache
def isolated_session() -> boto3.Session:
    """Return a session for looking up what AWS has, such as the names of its Regions."""
    return boto3.Session(region_name=REGION, botocore_session=core_session())


def core_session(**other: Any) -> botocore.session.Session:
    """Return a botocore session that reads no files, and no environment unless ``other`` settings say so."""
    core = botocore.session.Session(event_hooks=copy(_handlers()), include_builtin_handlers=False)
    defaults = {name: spec[2] for name, spec in BOTOCORE_DEFAUT_SESSION_VARIABLES.items()} | NO_FILES | other
    chain = ConfigChainFactory(session=core, environ={}).create_config_chain
    providers = {name: chain(instance_name=name, default=value) for name, value in defaults.items()}
    core.register_component("config_store", ConfigValueStore(providers))
    core.register_component("data_loader", sessions_loader())
    core.set_default_client_config(ONE_TRY)
    return core


@cache
def _handlers() -> HierarchicalEmitter:
    """Return botocore's own event handlers: inspecting the arguments of each takes longer than making a client."""
    emitter = HierarchicalEmitter()
    botocore.session.Session(event_hooks=emitter)
    return emitter


@cache
def sessions_loader() -> Loader:
    """Return the only loader of all sessions: reading the service models again would cost each half a second."""
    return TerseLoader([Loader.BUILTIN_DATA_PATH])


def _once(paths: list[str]) -> None:
    """Remove duplicates: each boto3 session adds its path to the shared loader."""
    paths[:] = dict.fromkeys(paths)
