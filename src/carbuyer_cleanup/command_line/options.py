"""The options, as the README's table has them; ``settings`` reads what the user gave."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from carbuyer_cleanup.classroom import grades

if TYPE_CHECKING:
    import pytest


NO_VALUE = "carbuyer_no_value"  # where the names of options are kept that were given an empty value


class _Value(argparse.Action):
    """Stores an option's value; of an empty one, which means as much as none, it also keeps the option's name."""

    def __call__(
        self,
        _parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        values: object,
        option_string: str | None = None,
    ) -> None:
        setattr(namespace, self.dest, values)
        if not values:
            setattr(namespace, NO_VALUE, [*getattr(namespace, NO_VALUE, ()), option_string])


def add_options(parser: pytest.Parser) -> None:
    """Register the options of the README's table."""
    group = parser.getgroup("carbuyer", "CarBuyer workshop cleanup")
    for name, kwargs in OPTIONS.items():
        has_text = kwargs.get("default") == "" and "choices" not in kwargs
        group.addoption(name, **kwargs, **({"action": _Value} if has_text else {}))


OPTIONS: dict[str, dict[str, str | float | type | list[str] | None]] = {
    "--aws": {"action": "store_true", "help": "tear down a real account instead of rehearsing"},
    "--account": {"default": "", "metavar": "ID", "help": "the account that may be torn down (12 digits)"},
    "--plan": {"action": "store_true", "help": "only look: what would be deleted, what would not, and why"},
    "--verify": {"action": "store_true", "help": "only look: assert that every step's resources are gone"},
    "--one-by-one": {"action": "store_true", "help": "start a step only when its test runs"},
    "--profile": {"default": "", "help": "the AWS profile, as in the AWS CLI"},
    "--region": {"default": "", "help": "the Region, as in the AWS CLI (default: the manifest's)"},
    "--workshop": {"default": "", "metavar": "FILE", "help": "the manifest (default: cleanup_tests/workshop.toml)"},
    "--name": {"action": "append", "default": [], "metavar": "ENTRY=NAME", "help": "override one name of the manifest"},
    "--not-ours": {
        "action": "append",
        "default": [],
        "metavar": "ID[,ID]",
        "help": "declare that resources in doubt are not the workshop's, by name or id",
    },
    "--sign": {
        "default": "",
        "metavar": "KEY",
        "help": "sign reports/certificate.json: an Ed25519 key (PEM), or the ARN of a KMS key",
    },
    "--roster": {"default": "", "metavar": "FILE", "help": "a class: CSV with alias,account_id,role_arn,profile,..."},
    "--organization": {"default": "", "metavar": "OU_ID", "help": "a class: the accounts of an organizational unit"},
    "--role": {"default": "", "metavar": "NAME", "help": "the role to assume in each account of --organization"},
    "--only": {"action": "append", "default": None, "metavar": "ALIAS[,…]", "help": "a class: only these accounts"},
    "--shard": {"default": None, "metavar": "K/N", "help": "a class: part K of N of its accounts"},
    "--max-age": {"default": "", "metavar": "DAYS", "help": "a class: skip accounts with a recent CLEAN certificate"},
    "--accounts-confirmed": {"default": "", "metavar": "N", "help": "confirm how many accounts are torn down"},
    "--lang": {
        "default": "",
        "choices": ["", "en", "vi"],
        "help": "the language of questions and last lines (default: the locale's)",
    },
    "--grades": {
        "default": "",
        "choices": ["", *grades.STYLES],
        "help": "a class: which platform reports/grades.csv is for",
    },
    "--compare": {
        "default": "",
        "metavar": "FILE",
        "help": "a class: the grades.csv of an earlier run, to compare with",
    },
    "--audit-depth": {
        "default": "",
        "choices": ["full", "workshop"],
        "help": "what the audit looks for (default: full; in a class: workshop)",
    },
    "--audit-regions": {
        "default": "",
        "metavar": "LIST",
        "help": "audit only these Regions, or `allowed`: those that no service control policy forbids",
    },
    "--estate": {
        "default": "",
        "metavar": "NAME",
        "help": "rehearsal: what each account holds: ordinary (default), clean, workshop, empty or a JSON file",
    },
    "--record": {"default": "", "metavar": "FILE", "help": "record what AWS answers, without names, for a bug report"},
    "--backup": {"default": "", "metavar": "DIR", "help": "save everything in this folder before it is deleted"},
    "--backup-secrets": {"action": "store_true", "help": "save the values of functions' environments, too"},
    "--backup-logs": {"action": "store_true", "help": "save the events of log groups, too"},
    "--sandbox-speed": {"default": "", "metavar": "N", "help": "rehearsal: N times as fast as AWS; 1 is real time"},
}
