"""Up to where a partition may be committed while its records finish in any order."""


class Watermark:
    """Tracks one partition; offsets begin in ascending order and may leave gaps.

    Usage:
        >>> mark = Watermark()
        >>> mark.begin(4); mark.begin(5)
        >>> mark.finish(5); mark.committable
        4
        >>> mark.finish(4); mark.committable
        6
    """

    def __init__(self) -> None:
        self._unfinished: dict[int, None] = {}
        self._next = 0

    def begin(self, offset: int) -> None:
        """Note that a record is being delivered."""
        self._unfinished[offset] = None
        self._next = offset + 1

    def finish(self, offset: int) -> None:
        """Note that a record needs no further delivery."""
        del self._unfinished[offset]

    @property
    def unfinished(self) -> int:
        """How many records are being delivered."""
        return len(self._unfinished)

    @property
    def committable(self) -> int:
        """The first offset that a restart has to read again."""
        return next(iter(self._unfinished), self._next)
