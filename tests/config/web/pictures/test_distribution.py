"""A distribution: bars on one scale from the axis up, marks between the classes they divide."""

from config.web.pictures.distribution import FLOOR, TALLEST, WIDTH, Class, distribution


def drawn(*counts: int, marks: dict[int, str] | None = None):
    return distribution([Class(f"{n} h", f"{n}-{n + 1} h", n_) for n, n_ in enumerate(counts)], marks or {}, says="")


def test_bars_are_as_tall_as_their_part_of_the_tallest():
    bars = drawn(10, 40, 0).bars
    assert [bar.height for bar in bars] == [TALLEST / 4, TALLEST, 0]
    assert [round(bar.y + bar.height, 1) for bar in bars] == [FLOOR] * 3
    assert [bar.share for bar in bars] == [25, 100, 0]


def test_bars_fill_the_width_without_overlap():
    bars = drawn(*[1] * 11).bars
    ends = [bar.x + bar.width for bar in bars]
    assert (bars[0].x, round(ends[-1])) == (0, WIDTH)
    assert all(end < bar.x for end, bar in zip(ends, bars[1:], strict=False))


def test_a_mark_stands_in_the_gap_before_its_class_and_after_the_bar_it_ends():
    picture = drawn(1, 2, 3, marks={2: "60 % within 2 h"})
    assert picture.bars[1].x + picture.bars[1].width < picture.marks[0].x < picture.bars[2].x
    assert [bar.mark for bar in picture.bars] == ["", "60 % within 2 h", ""]


def test_nothing_has_no_height():
    assert [bar.height for bar in drawn(0, 0).bars] == [0, 0]
    assert drawn().bars == ()
