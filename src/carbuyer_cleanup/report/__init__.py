"""The HTML report: what pytest-html gets to show, and the corrections to the page that it writes."""

from __future__ import annotations

from importlib import resources

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from carbuyer_cleanup.resource import printable


def asset(name: str) -> str:
    """Return the text of a style sheet or script in this package, by file name."""
    return resources.files(__name__).joinpath(name).read_text(encoding="utf-8")


def visible(value: object) -> object:
    """Return text without control characters and direction marks, which could disguise a name; markup is unchanged."""
    if isinstance(value, Markup):
        return value
    return "\n".join(printable(line.expandtabs()) for line in str(value).split("\n"))


# pytest-html 4.2.0 escapes nothing that it is given (https://github.com/pytest-dev/pytest-html/issues/1024):
# all of it is made by these templates, which escape everything.
TEMPLATES = Environment(
    loader=PackageLoader(__name__, "."),
    autoescape=True,
    finalize=visible,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
