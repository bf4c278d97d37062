"""Presents the results of the survey: one sentence, a row for each month and each team, and why some are not shown."""

from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from math import floor

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext

from config.web.figures import NO_BREAK_SPACE, decimals, number, percent
from dashboards.presenters.reports.figures import Figure
from dashboards.presenters.reports.tables import Band, Cell, Column, Row, Table
from routing.decisions.survey import MIN_ANSWERS, State, SurveyResult, next_month
from routing.queries.survey import GroupRow, MonthRow

TOOK_PART = Figure(
    "survey-took-part",
    lazy("Took part"),
    lazy("Who answered, divided by all active reps. Each is asked once, with the team that comes first by name."),
    lazy("H3: a short anonymous survey each month."),
)
FAIR = Figure(
    "survey-fair",
    lazy("Is distribution fair?"),
    lazy("The sum of all answers from 1 to 5 divided by their number. Shown from five answers on; there is no list."),
    lazy("H3: the target is above 4.0."),
)
CLEAR = Figure(
    "survey-clear",
    lazy("Do you understand how leads are assigned?"),
    lazy("Who said yes, divided by all who answered, rounded down. Shown from five answers on; there is no list."),
    lazy("H3: the target is 100 %."),
)
FIGURES = (TOOK_PART, FAIR, CLEAR)


def survey_facts(rows: Sequence[MonthRow]) -> dict[str, str]:
    """`says`: the newest month that is over, with its change; `then`: when there is more."""
    past = [row for row in rows if row.result.state != State.OPEN]
    newest = next((row for row in past if row.result.asked or row.result.state == State.SMALL), None)
    return {"says": _newest_sentence(newest, past), "then": _open_sentence(rows)}


def month_texts(rows: Sequence[MonthRow]) -> list[tuple[str, str]]:
    """The short name of each month and its mean, for the picture."""
    return [(date_format(row.month, "M"), mean_text(row.result.mean)) for row in rows]


def survey_table(months: Sequence[MonthRow], groups: Sequence[GroupRow]) -> Table:
    """The months in which somebody was asked, the newest first; then the teams of the newest that is over."""
    told = [row for row in months if row.result.asked or row.result.state in (State.OPEN, State.SMALL)]
    bands = [Band(_("By month"), [_month_row(row) for row in told])]
    if len(groups) > 1:
        rows = [_row(each.name or _("The other teams together"), each.result, _remark(each.result)) for each in groups]
        bands.append(Band(_("By team"), rows, says=_("the newest month that is over")))
    columns = (
        Column("asked", _("Asked"), can_sort=False),
        Column("answered", _("Answered"), can_sort=False),
        Column("part", _("Took part"), TOOK_PART, can_sort=False),
        Column("fair", _("Fair, 1 to 5"), FAIR, can_sort=False),
        Column("clear", _("Understand it"), CLEAR, can_sort=False),
        Column("verdict", _("Against the targets"), is_number=False, can_sort=False),
    )
    return Table(_("Results of the survey by month, the newest first"), _("Month or team"), columns, bands)


def mean_text(mean: Fraction | None) -> str:
    """Two decimals; None is n/a."""
    return decimals(mean, 2)


def understood_text(share: Fraction | None) -> str:
    """Whole percent, rounded down so that 100 % is everybody; None is n/a."""
    return _("n/a") if share is None else f"{floor(share * 100)}{NO_BREAK_SPACE}%"


def _month_row(row: MonthRow) -> Row:
    remark = _remark(row.result, row.month)
    if row.left_out:
        text = ngettext(
            "%(verdict)s; without %(n)s answer of a group that is too small",
            "%(verdict)s; without %(n)s answers of groups that are too small",
            row.left_out,
        )
        remark = Cell(text % {"verdict": remark.text, "n": number(row.left_out)}, level=remark.level)
    return _row(date_format(row.month, "F Y"), row.result, remark)


def _row(name: str, result: SurveyResult, remark: Cell) -> Row:
    known = result.state != State.SMALL
    mean, understood = result.mean, result.understood
    return Row(
        name,
        (
            Cell(number(result.asked) if known else _("n/a"), result.asked if known else None),
            Cell(number(result.answered) if known else _("n/a"), result.answered if known else None),
            Cell(percent(result.took_part), _plain(result.took_part)),
            Cell(mean_text(mean), _plain(mean), is_strong=True),
            Cell(understood_text(understood), _plain(understood), is_strong=True),
            remark,
        ),
    )


def _plain(value: Fraction | None) -> float | None:
    return None if value is None else float(value)


def _remark(result: SurveyResult, month: date | None = None) -> Cell:
    """How the figures stand to their targets, or why there is none."""
    if result.state == State.SHOWN:
        if result.is_fair and result.is_clear:
            return Cell(_("both met"), level="ok")
        if result.is_fair:
            return Cell(_("not clear to everybody"), level="warn")
        return Cell(_("not fair enough") if result.is_clear else _("both missed"), level="bad")
    if result.state == State.OPEN and month is not None:
        return Cell(_("open until %(day)s") % {"day": date_format(next_month(month), "j M")})
    if result.state == State.FEW:
        return Cell(_("not shown: fewer than %(n)s answers") % {"n": MIN_ANSWERS})
    if result.state == State.SMALL:
        return Cell(_("fewer than %(n)s asked, counted with other teams") % {"n": MIN_ANSWERS})
    return Cell(_("nobody answered") if result.asked else _("nobody was asked"))


def _newest_sentence(newest: MonthRow | None, past: Sequence[MonthRow]) -> str:
    if newest is None:
        return _("No month of the survey is over yet.")
    words = {"month": date_format(newest.month, "F Y"), "n": MIN_ANSWERS, "mean": mean_text(newest.result.mean)}
    if newest.result.state == State.FEW:
        return _("The answers of %(month)s are not shown, because there are fewer than %(n)s.") % words
    if newest.result.state == State.SMALL:
        return _("In %(month)s fewer than %(n)s were asked here, so they are counted with other teams.") % words
    if newest.result.state != State.SHOWN:
        return _("Nobody answered in %(month)s.") % words
    if newest.result.is_fair:
        text = _("In %(month)s reps gave %(mean)s of 5 to how fairly leads are shared out, above the target of 4.0.")
    else:
        text = _("In %(month)s reps gave %(mean)s of 5 to how fairly leads are shared out; the target is above 4.0.")
    return " ".join(filter(None, [text % words, _understood_sentence(newest.result), _change(newest, past)]))


def _understood_sentence(result: SurveyResult) -> str:
    if result.is_clear:
        return _("Everybody who answered understands how leads are assigned.")
    text = _("%(share)s understand how leads are assigned; the target is everybody.")
    return text % {"share": understood_text(result.understood)}


def _change(newest: MonthRow, past: Sequence[MonthRow]) -> str:
    """Against the month before, as both are shown."""
    before = next((row for row in past if next_month(row.month) == newest.month), None)
    if before is None or before.result.mean is None or newest.result.mean is None:
        return ""
    change = round(float(newest.result.mean), 2) - round(float(before.result.mean), 2)
    words = {"month": date_format(before.month, "F"), "change": decimals(abs(change), 2)}
    if round(abs(change), 2) == 0:
        return _("Fairness is as in %(month)s.") % words
    text = (
        _("Fairness is %(change)s up on %(month)s.") if change > 0 else _("Fairness is %(change)s down on %(month)s.")
    )
    return text % words


def _open_sentence(rows: Sequence[MonthRow]) -> str:
    now = next((row for row in rows if row.result.state == State.OPEN), None)
    if now is None or not now.result.asked:
        return ""
    text = _("%(month)s is open: %(n)s of %(of)s have answered. Its results stand here on %(day)s, not before.")
    return text % {
        "month": date_format(now.month, "F"),
        "n": number(now.result.answered),
        "of": number(now.result.asked),
        "day": date_format(next_month(now.month), "j F"),
    }
