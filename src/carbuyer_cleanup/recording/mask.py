"""Replacing texts: each word that is not public becomes a keyed hash of the same form, always the same one.

A text is split at ASCII's punctuation and spaces, which stay. So an id inside an ARN, a bucket's name in a domain
name, or an account number in a log group's name is replaced in the same way as by itself, and what belonged together
still does. A new key is created for each recording, and stored nowhere.
"""

from __future__ import annotations

import base64
import hashlib
import ipaddress
import re
import secrets
from functools import lru_cache

from carbuyer_cleanup.aws.availability import known
from carbuyer_cleanup.recording.words import HEADS, WORD, english, phrases, states, words

LONGEST = 2048  # characters of a text: AWS's longest name, an ARN, has as many
KEPT = 65536  # texts whose replacement is remembered

UUID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
OF_AWS = r"arn:aws[a-z-]*:iam::aws:policy/[A-Za-z0-9/_-]+"  # AWS's own policies have no account
REGION = r"(?P<region>[a-z]{2}(?:-[a-z]+){1,2}-[0-9])[a-f]?(?![A-Za-z0-9])"  # or a zone in it
RUN = r"[^ !-/:-@\[-`{-~]+"
WORDS, FORMS = re.compile(RUN), re.compile(f"(?P<uuid>{UUID})|(?P<of_aws>{OF_AWS})|{REGION}|{RUN}")
DOCUMENT = re.compile(r"\s*([{\[<]|%7B)")  # policies, templates, records of events
ADDRESS = re.compile(r"[0-9a-fA-F:.]+(?:/[0-9]{1,3})?")
HEAD = re.compile(f"({'|'.join(HEADS)})", re.IGNORECASE)
HEX, DIGITS, CAPITALS = re.compile(r"[0-9a-f]{8,}"), re.compile(r"[0-9]+"), re.compile(r"[A-Z0-9]{8,}")
ACCOUNT_DIGITS, FEWEST_DIGITS, HIDDEN_LETTERS = 12, 10, 9
HIDDEN = re.compile(rf"x[a-z2-7]{{{HIDDEN_LETTERS}}}")  # what a word becomes
SENTENCE = re.compile(r"(?<![^ ])([A-Za-z]+)(?=[,.;:]*(?: |$))")  # a word by itself


class Mask:
    """Replaces what is not public; ``prefix`` is the workshop's, which stays. Without a ``key``, it makes a new one."""

    def __init__(self, prefix: str, key: bytes = b"") -> None:
        self._key, self._public = key or secrets.token_bytes(32), words() | set(WORD.findall(prefix))
        self._prefix = prefix
        self._word = lru_cache(KEPT)(self.word)
        self.text = lru_cache(KEPT)(self._text)
        self.state = lru_cache(KEPT)(lambda value: value if value in states() else self._text(value))

    def _text(self, value: str) -> str:
        """Return a text with everything that is not public replaced; "" for a document."""
        if value in phrases():
            return value
        if DOCUMENT.match(value):
            return ""
        if len(value) > LONGEST:
            return self.whole(value)
        return " ".join(map(self._piece, value.split(" ")))

    def _piece(self, piece: str) -> str:
        if ADDRESS.fullmatch(piece) and (hidden := self._address(piece)):
            return hidden
        return FORMS.sub(self._formed, piece)

    def _formed(self, match: re.Match[str]) -> str:
        if match.lastgroup is None:
            return self._word(match[0])
        if match.lastgroup == "uuid":
            return self._uuid(match[0])
        is_public = match.lastgroup == "of_aws" or match["region"] in known()
        return match[0] if is_public else WORDS.sub(lambda word: self._word(word[0]), match[0])

    def whole(self, value: str) -> str:
        """Return the replacement of a text from which only the workshop's prefix may be kept."""
        head = self._prefix if value.startswith(self._prefix) else ""
        return head + self._letters(value) if value else ""

    def sentence(self, value: str) -> str:
        """Return a refusal's message; English words by themselves stay. Of a web page only "<" stays."""
        if document := DOCUMENT.match(value):
            return document[1]
        plain = english()
        parts = SENTENCE.split(value[:LONGEST])
        free = [part if part.lower() in plain else self.text(part) for part in parts[1::2]]
        rest = [self.text(part) for part in parts[::2]]
        return "".join(one for pair in zip(rest, [*free, ""], strict=True) for one in pair)

    def word(self, run: str) -> str:
        """Return the replacement of a word: the word itself if it is public."""
        if run in self._public or (len(run) == 1 and run in "0123456789"):
            return run
        if HEAD.search(run):
            return "".join(part if HEAD.fullmatch(part) else self.word(part) for part in HEAD.split(run) if part)
        return self._hidden(run)

    def _hidden(self, run: str) -> str:
        if DIGITS.fullmatch(run):
            return self._digits(run)
        if HEX.fullmatch(run):
            return self._hash(run).hex()[: len(run)].ljust(len(run), "0")
        return self._letters(run, len(run) - 1).upper() if CAPITALS.fullmatch(run) else self._letters(run)

    def _letters(self, run: str, count: int = HIDDEN_LETTERS) -> str:
        return "x" + base64.b32encode(self._hash(run)).decode().lower()[:count]

    def _digits(self, run: str) -> str:
        """Return digits: twelve for an account's number, and ten for any other, which never looks like one."""
        count = ACCOUNT_DIGITS if len(run) == ACCOUNT_DIGITS else FEWEST_DIGITS
        return str(int.from_bytes(self._hash(run)) % 10**count).zfill(count)

    def _uuid(self, uuid: str) -> str:
        text = self._hash(uuid).hex()
        return "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:32]))

    def _address(self, piece: str) -> str:
        """Return an address from a block that nobody has, with the same prefix length; "" if it is not an address."""
        try:
            network = ipaddress.ip_interface(piece)
        except ValueError:
            return ""
        if not int(network.ip):
            return piece  # 0.0.0.0/0, which means everybody
        number, (_, slash, length) = int.from_bytes(self._hash(str(network.ip))), piece.partition("/")
        free = FREE[network.version]
        return f"{free[number % free.num_addresses]}{slash}{length}"

    def _hash(self, text: str) -> bytes:
        return hashlib.blake2b(text.encode(errors="surrogatepass"), key=self._key, digest_size=32).digest()


FREE = {4: ipaddress.ip_network("240.0.0.0/4"), 6: ipaddress.ip_network("2001:db8::/32")}  # RFC 1112, RFC 3849


class Bare:
    """Replaces nothing: for the calls of a replay, whose texts come from a recording."""

    def text(self, value: str) -> str:
        """Return the text itself; "" for a document."""
        return "" if DOCUMENT.match(value) else value

    state = whole = sentence = text


Masking = Mask | Bare
