"""The tables of the radar: reps by sign, one rep's signs beside the others, and all of it as a file (K2)."""

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _

from config.web.figures import number, percent
from dashboards.presenters.reports.asked import Asked
from dashboards.presenters.reports.radar_figures import PARTS, WHOLES, reason_name
from dashboards.presenters.reports.radar_words import sign_name, usual_text, verdict_text
from dashboards.presenters.reports.tables import Band, Cell, Column, Row, Table
from queues.decisions.radar import Finding, Rate, Sign, Verdict
from queues.queries.radar import RepRadar

SIGNS = tuple(PARTS)


def heads() -> dict[Sign, str]:
    return {
        Sign.LOOKED: _("Took"),
        Sign.RETURNED: _("Gave back"),
        Sign.PICKED: _("Picked"),
        Sign.FRIDAY: _("Friday"),
        Sign.QUICK: _("Seconds"),
        Sign.SILENT: _("Silent"),
        Sign.HELD: _("Held"),
    }


def people_table(asked: Asked, bands: Sequence[tuple[str, Sequence[RepRadar]]]) -> Table:
    """One row for each rep; the sum of everybody once at the foot."""
    columns = [Column(sign, label, PARTS[sign], unit=_("share")) for sign, label in heads().items()]
    shown = {row.rep.pk: row for _name, rows in bands for row in rows}.values()
    total = {sign: sum((row.now.rate(sign) for row in shown), Rate()) for sign in SIGNS}
    return Table(
        caption=_("Reps, and what was counted for each"),
        first=_("Rep"),
        columns=[*columns, Column("verdict", _("Beside the team"), is_number=False, can_sort=False)],
        bands=[
            Band(name if len(bands) > 1 else "", [_person(asked, row) for row in rows]) for name, rows in bands if rows
        ],
        foot=Row(_("Everybody"), [*(_of(asked, sign, total[sign], "", is_strong=False) for sign in SIGNS), Cell("")]),
    )


def _person(asked: Asked, row: RepRadar) -> Row:
    user = str(row.rep.user_id)
    unusual = {each.sign for each in row.unusual}
    cells = [_of(asked, sign, row.now.rate(sign), user, is_strong=sign in unusual) for sign in SIGNS]
    return Row(str(row.rep), [*cells, _summary(row)], href=asked.address(rep=user))


def _summary(row: RepRadar) -> Cell:
    """The strongest that can be said."""
    found = {each.verdict for each in row.findings}
    order = (Verdict.UNUSUAL, Verdict.USUAL, Verdict.ALONE, Verdict.FEW)
    text, level = verdict_text(next(verdict for verdict in order if verdict in found))
    return Cell(text, None, level)


def _of(asked: Asked, sign: Sign, rate: Rate, user: str, *, is_strong: bool) -> Cell:
    """'12 of 20', with the leads behind the twelve."""
    if not rate.whole:
        return Cell(_("n/a"))
    text = _("%(n)s of %(of)s") % {"n": number(rate.part), "of": number(rate.whole)}
    return Cell(text, rate.share, href=_leads(asked, PARTS[sign].key, rep=user), is_strong=is_strong)


def _leads(asked: Asked, figure: str, **more: str) -> str:
    return asked.leads(figure, **{key: value for key, value in more.items() if value})


def signs_table(asked: Asked, row: RepRadar, sources: Mapping[int, str]) -> Table:
    """Every sign of one rep, then what was given back by source and by reason."""
    plain = [each for each in row.findings if each.key == "" and each.sign != Sign.REASON]
    by_source = [each for each in row.findings if each.sign == Sign.RETURNED and each.key != ""]
    by_reason = [each for each in row.findings if each.sign == Sign.REASON]
    groups = (
        (_("Ways of working"), plain),
        (_("Gave back, by source"), by_source),
        (_("Gave back, by reason"), by_reason),
    )
    return Table(
        caption=_("What was counted, beside the others of the team and the period before"),
        first=_("What"),
        columns=_columns(),
        bands=[
            Band(title, [_finding(asked, row, each, sources) for each in found]) for title, found in groups if found
        ],
    )


def file_table(bands: Sequence[tuple[str, Sequence[RepRadar]]], sources: Mapping[int, str]) -> Table:
    """Everything as plain numbers, one line for each rep and figure; only in the file."""
    return Table(
        caption="",
        first=_("Rep"),
        columns=[Column("what", _("What"), is_number=False), Column("part", _("Source or reason")), *_columns()],
        bands=[
            Band(name, [_line(row, each, sources) for row in rows for each in row.findings]) for name, rows in bands
        ],
    )


def _columns() -> list[Column]:
    return [
        Column("cases", _("Leads"), can_sort=False),
        Column("of", _("Of"), can_sort=False),
        Column("share", _("Share"), can_sort=False),
        Column("usual", _("Others of the team"), can_sort=False),
        Column("before", _("Period before"), can_sort=False),
        Column("verdict", _("Beside the team"), is_number=False, can_sort=False),
    ]


def _finding(asked: Asked, row: RepRadar, finding: Finding, sources: Mapping[int, str]) -> Row:
    sign = Sign.RETURNED if finding.sign == Sign.REASON else finding.sign
    by = "reason" if finding.sign == Sign.REASON else "source" if finding.key != "" else ""
    group = {"by": by, "value": str(finding.key)} if by else {}
    of_all = {} if finding.sign == Sign.REASON else group  # a reason is of all that was received
    user = str(row.rep.user_id)
    part, whole = _leads(asked, PARTS[sign].key, rep=user, **group), _leads(asked, WHOLES[sign].key, rep=user, **of_all)
    cells = _cells(row, finding)
    cells[0] = Cell(cells[0].text, cells[0].value, href=part, is_strong=finding.is_unusual)
    cells[1] = Cell(cells[1].text, cells[1].value, href=whole)
    name = _key_name(finding, sources)
    return Row(name or sign_name(finding.sign), cells, figure=None if name else PARTS[sign])


def _line(row: RepRadar, finding: Finding, sources: Mapping[int, str]) -> Row:
    name = _key_name(finding, sources)
    return Row(str(row.rep), [Cell(sign_name(finding.sign)), Cell(name), *_cells(row, finding)])


def _cells(row: RepRadar, finding: Finding) -> list[Cell]:
    mine, before = finding.mine, before_of(row, finding)
    text, level = verdict_text(finding.verdict)
    usual = None if finding.usual is None else float(finding.usual)
    if finding.sign == Sign.HELD:
        earlier = Cell(_("n/a"))
    else:
        earlier = Cell(percent(before.share if before else None), before.share if before else None)
    return [
        Cell(number(mine.part), mine.part),
        Cell(number(mine.whole), mine.whole),
        Cell(percent(mine.share), mine.share),
        Cell(usual_text(finding), usual),
        earlier,
        Cell(text, None, level),
    ]


def before_of(row: RepRadar, finding: Finding) -> Rate:
    return row.before.rate(finding.sign, finding.key)


def _key_name(finding: Finding, sources: Mapping[int, str]) -> str:
    if finding.sign == Sign.REASON:
        return reason_name(str(finding.key))
    return sources.get(int(finding.key), "") if finding.key != "" else ""
