from hypothesis import given
from hypothesis import strategies as st

from infra.standin.watermark import Watermark


@given(
    gaps=st.lists(st.integers(min_value=1, max_value=5), min_size=1, max_size=30),
    data=st.data(),
)
def test_nothing_unfinished_is_ever_committable(gaps: list[int], data: st.DataObject) -> None:
    """Whatever the order of finishing, the watermark is the first unfinished offset."""
    offsets = [sum(gaps[: position + 1]) for position in range(len(gaps))]
    mark = Watermark()
    for offset in offsets:
        mark.begin(offset)
    unfinished = set(offsets)
    seen = [mark.committable]
    for offset in data.draw(st.permutations(offsets)):
        mark.finish(offset)
        unfinished.remove(offset)
        assert mark.committable == min(unfinished, default=offsets[-1] + 1)
        assert mark.unfinished == len(unfinished)
        seen.append(mark.committable)
    assert seen == sorted(seen)


@given(steps=st.lists(st.booleans(), max_size=60))
def test_records_begin_while_others_finish(steps: list[bool]) -> None:
    """Polling goes on while deliveries are out; the watermark never moves back."""
    open_ones: list[int] = []
    mark, begun, last = Watermark(), 0, 0
    for begin in steps:
        if begin or not open_ones:
            mark.begin(begun)
            open_ones.append(begun)
            begun += 1
        else:
            mark.finish(open_ones.pop())
        assert mark.committable >= last
        last = mark.committable
        assert all(offset >= last for offset in open_ones)
