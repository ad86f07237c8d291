"""The HTML report: what pytest-html is given to show, and what is mended in the page it writes."""

from __future__ import annotations

import unicodedata

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

UNSEEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})  # Unicode's categories: controls, direction marks, half characters


def visible(value: object) -> object:
    r"""Return text whose control characters are told (``\u202e``) instead of obeyed; markup stays as it is.

    Names are chosen by students: a mark that turns the writing direction round would show another name.
    """
    return value if isinstance(value, Markup) else "".join(map(_told, str(value)))


def _told(character: str) -> str:
    if character == "\n" or unicodedata.category(character) not in UNSEEN:
        return character
    return character.encode("unicode_escape").decode("ascii")


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
