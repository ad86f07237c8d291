"""The HTML report: what pytest-html is given to show, and what is mended in the page it writes."""

from __future__ import annotations

from importlib import resources

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from carbuyer_cleanup.resource import printable


def asset(name: str) -> str:
    """Return the text of a style sheet or script of this package."""
    return resources.files(__name__).joinpath(name).read_text(encoding="utf-8")


def visible(value: object) -> object:
    """Return text without controls and direction marks, which would show another name; markup stays as it is."""
    if isinstance(value, Markup):
        return value
    return "\n".join(printable(line.expandtabs()) for line in str(value).split("\n"))


# pytest-html 4.2.0 escapes nothing of what it is given (https://github.com/pytest-dev/pytest-html/issues/1024):
# all of it is made by these templates, which escape everything.
TEMPLATES = Environment(
    loader=PackageLoader(__name__, "."),
    autoescape=True,
    finalize=visible,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
