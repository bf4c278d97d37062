"""A survey says which values of a column many rows share (A3)."""

from leads.decisions.csv.rows import Row
from leads.decisions.csv.survey import CHUNK_ROWS, Repeats, Survey, Surveyor, read_survey


def survey_of(*rows: tuple[str, ...]) -> Survey:
    surveyor = Surveyor(len(rows[0]))
    for start in range(0, len(rows), CHUNK_ROWS):
        surveyor.see([Row(line, cells) for line, cells in enumerate(rows[start : start + CHUNK_ROWS], start=start + 2)])
    return read_survey(surveyor.kept(habit="day"))


def test_values_that_repeat_are_counted_and_empty_ones_are_not():
    found = survey_of(("A1", "x", ""), ("A1", "y", ""), ("A2", "z", "n/a"), ("A1 ", "w", "n/a"), ("A2", "v", "-"))
    assert found.repeats == {0: Repeats("A1", 3, 2)}


def test_what_repeats_is_found_among_many_values_with_little_memory():
    found = survey_of(*[(f"L-{n}", "A1" if n % 100 == 0 else f"B-{n}") for n in range(5_000)])
    assert found.repeats == {1: Repeats("A1", 50, 1)}
