"""What a model thinks before it replies is not for the student: it is cut out of its words as they come.

Thoughts are between `<think>` and `</think>` (DeepSeek, Qwen and their kin behind servers that leave them
in the reply). Some chat templates write the first tag themselves, and only the second one comes. One pass;
of what comes in pieces at most ten characters are held back, because they may begin a tag. It fails where a
model explains these very tags.
"""

from __future__ import annotations

import re

TAG = re.compile(r"<(/?)think(?:ing)?>", re.IGNORECASE)
TAGS = ("<think>", "<thinking>", "</think>", "</thinking>")


class Spoken:
    """Takes a reply piece by piece, and gives what of it is meant to be read.

    With `thinks_first` nothing is given before the end of the thoughts. `stray` is set when thoughts end that
    nothing began: all that was given before was thought.
    """

    def __init__(self, *, thinks_first: bool = False) -> None:
        self.stray = False
        self._thinks = thinks_first
        self._assumed = thinks_first
        self._held = ""
        self._rest = ""
        self._said: list[str] = []

    @property
    def text(self) -> str:
        """All that was meant to be read so far."""
        return "".join(self._said)

    def take(self, piece: str) -> str:
        """Take a piece; gives what can be read of it now, and of what was held back before."""
        self._rest += piece
        given: list[str] = []
        while tag := TAG.search(self._rest):
            before, self._rest = self._rest[: tag.start()], self._rest[tag.end() :]
            if not self._thinks:
                given.append(before)
            if tag[1] and not self._thinks:
                # Thoughts that nothing began: what was said is taken for them.
                self.stray = True
                self._said.clear()
                given.clear()
            self._thinks, self._assumed, self._held = not tag[1], False, ""
        keep = _begins_a_tag(self._rest)
        cut = len(self._rest) - keep
        ready, self._rest = self._rest[:cut], self._rest[cut:]
        if self._thinks:
            self._held += ready if self._assumed else ""
        else:
            given.append(ready)
        return self._say("".join(given))

    def end(self) -> str:
        """Give what was held back, when no tag came of it."""
        held, rest = self._held, self._rest
        self._held = self._rest = ""
        # No tag came at all: this time the model did not think aloud.
        return self._say(held + rest) if self._assumed or not self._thinks else ""

    def _say(self, text: str) -> str:
        text = text if self._said else text.lstrip()
        if text:
            self._said.append(text)
        return text


def spoken(reply: str) -> str:
    """Give of a whole reply what is meant to be read."""
    words = Spoken()
    words.take(reply)
    words.end()
    return words.text


def _begins_a_tag(text: str) -> int:
    """Count the characters at the end that may begin a tag."""
    at = text.rfind("<")
    tail = text[at:].lower() if at >= 0 else ""
    return len(tail) if tail and any(tag.startswith(tail) for tag in TAGS) else 0
