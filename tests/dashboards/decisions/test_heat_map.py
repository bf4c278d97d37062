"""Mean depth by weekday and hour."""

from datetime import datetime, timedelta

from dashboards.decisions.heat_map import heat_map

MONDAY = datetime(2026, 11, 2)


def hours(count: int) -> list[datetime]:
    return [MONDAY + timedelta(hours=step) for step in range(count)]


def test_heat_is_the_mean_of_the_weeks():
    cuts = hours(15 * 24)
    depths = [10] * (7 * 24) + [20] * (7 * 24) + [60] * 24
    heat = heat_map(cuts, depths, [1] * len(cuts))
    assert (heat.rows[0][9].mean, heat.rows[1][9].mean, heat.weeks) == (30, 15, 3)


def test_hours_before_the_first_lead_are_no_measurement():
    cuts = hours(5)
    heat = heat_map(cuts, [0, 0, 4, 0, 2], [0, 0, 4, 0, 2])
    assert [cell.mean for cell in heat.rows[0][:6]] == [None, None, 4, 0, 2, None]


def test_heat_without_leads_has_no_peak():
    heat = heat_map(hours(30), [0] * 30, [0] * 30)
    assert (heat.peak, heat.weeks, {cell.level for row in heat.rows for cell in row}) == (None, 0, {0})


def test_levels_reach_the_darkest_at_the_peak():
    heat = heat_map(hours(6), [0, 32, 33, 66, 164, 194], [1, 32, 1, 33, 98, 30])
    assert [cell.level for cell in heat.rows[0][:6]] == [0, 0, 1, 2, 4, 5]
    assert (heat.full, heat.peak) == (165, heat.rows[0][5])


def test_small_depths_have_steps_of_one():
    heat = heat_map(hours(4), [0, 1, 2, 3], [1, 1, 1, 1])
    assert ([cell.level for cell in heat.rows[0][:4]], heat.full) == ([0, 1, 2, 3], 5)


def test_cell_of_a_moment_is_its_weekday_and_hour():
    heat = heat_map(hours(24), [1] * 24, [1] * 24)
    assert heat.cell(datetime(2026, 11, 16, 10, 42)) is heat.rows[0][10]


def test_cells_lie_in_rows_of_24():
    cell = heat_map(hours(1), [1], [1]).rows[6][23]
    assert (cell.x, cell.y, cell.has_label) == (862, 165, False)
