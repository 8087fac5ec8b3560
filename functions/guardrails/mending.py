"""Mending a model's sentence: links become their words, tags are escaped, addresses masked; code is left.

Linear in the text. It fails on links in forms that no renderer of Markdown follows, which harm nobody.
"""

from __future__ import annotations

import re
from collections.abc import Callable

CODE = re.compile(r"```[\s\S]*?(?:```|\Z)|`[^`\n]+`")
IMAGE_OR_LINK = re.compile(r"!?\[([^\]\n]{0,300})\](?:\([^)\n]{0,2000}\)|\[[^\]\n]{0,100}\])")
REFERENCE = re.compile(r"(?m)^[ \t]{0,3}\[[^\]\n]{1,100}\]:[ \t]*\S+.*$\n?")
AUTOLINK = re.compile(r"<(?:[a-z][a-z0-9+.-]{1,20}:|www\.)[^<>\s]{1,2000}>", re.IGNORECASE)
ADDRESS = re.compile(
    r"\b(?:[a-z][a-z0-9+.-]{1,20}://|mailto:|www\.)([^\s<>()\[\]`\"']{1,2000})", re.IGNORECASE
)
BARE = re.compile(r"(?<![:\w/])//(?=[\w-]+\.[a-z])[^\s<>()\[\]`\"']{1,2000}", re.IGNORECASE)
MAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+")
HOST = re.compile(r"^(?:www\.)?([\w.-]+)")
TAG = re.compile(r"<(?=[a-z/!?])", re.IGNORECASE)
HEADING = re.compile(r"(?m)^[ \t]{0,3}#{1,6}[ \t]+(.+?)[ \t#]*$")


def mended(prose: str) -> str:
    """Take links and live tags out of prose, and leave its words; headings become bold lines."""
    return _outside_code(prose, _mended)


def _outside_code(prose: str, change: Callable[[str], str]) -> str:
    said, at = [], 0
    for code in CODE.finditer(prose):
        said += [change(prose[at : code.start()]), code.group()]
        at = code.end()
    return "".join([*said, change(prose[at:])])


def _mended(prose: str) -> str:
    prose = REFERENCE.sub("", prose)
    prose = IMAGE_OR_LINK.sub(lambda found: found[1], prose)
    prose = AUTOLINK.sub(lambda found: _named(found.group()[1:-1]), prose)
    prose = ADDRESS.sub(lambda found: _named(found.group()), prose)
    prose = BARE.sub(lambda found: _named(found.group().lstrip("/")), prose)
    prose = MAIL.sub("[mail]", prose)
    prose = HEADING.sub(lambda found: f"**{found[1].replace('**', '')}**", prose)
    return TAG.sub("&lt;", prose)


def _named(address: str) -> str:
    """Name the place that an address leads to, without a way there: its host in words."""
    rest = re.sub(r"^[a-z][a-z0-9+.-]{1,20}:(?://)?", "", address, flags=re.IGNORECASE)
    host = HOST.match(rest)
    trail = "." if address.endswith(".") else ""
    return f"`{host[1].rstrip('.')}`{trail}" if host else ""
