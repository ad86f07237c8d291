"""The documentation that is derived from the kinds."""

from carbuyer_cleanup.documents import documents
from carbuyer_cleanup.project_files import CHECKOUT


def test_documents_are_what_the_kinds_say() -> None:
    """README and ``docs/iam`` are as the kinds have it."""
    stale = [path for path, text in documents().items() if (CHECKOUT / path).read_text(encoding="utf-8") != text]

    assert stale == [], "write them anew: python -m carbuyer_cleanup.documents"
