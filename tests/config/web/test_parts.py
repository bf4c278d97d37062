"""Parts of the pages, where a rule lives in the markup: words beside colours, n/a, ties for screen readers."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django import forms
from django.template import Context, Template
from django.test import RequestFactory

AT = datetime(2026, 11, 16, 3, 42, tzinfo=UTC)
PARTS = sorted((Path(__file__).resolve().parents[3] / "templates" / "_parts").glob("*.html"))


def render(markup: str, **values: object) -> str:
    request = RequestFactory().get("/review/?reason=dup")
    template = Template(markup)
    return template.render(Context({"request": request, "at": AT} | values))


def plain_text(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", html).replace("\u00a0", " ")).strip()


class LeadForm(forms.Form):
    company = forms.CharField(label="Company", help_text="As on the letterhead.")
    note = forms.CharField(label="Note", required=False, widget=forms.Textarea)
    kind = forms.ChoiceField(label="Kind", choices=[("a", "MQL")])


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.stem)
def test_each_part_begins_by_naming_its_variables(part: Path):
    assert part.read_text().startswith(("{#", "{% comment %}"))


def test_a_clock_carries_what_keeps_it_counting():
    html = render("{% countdown due 120 'first contact' %}", due=AT + timedelta(minutes=46))
    assert 'class="al-clock warn"' in html
    assert re.search(r'data-due="2026-11-16T\d\d:28:00\+\d\d:00" data-limit="7200"', html)
    assert plain_text(html).startswith("46 min left")


def test_an_overdue_clock_has_the_octagon_and_no_ring():
    html = render("{% countdown due 120 %}", due=AT - timedelta(minutes=12))
    assert ("alert-octagon-filled" in html, 'class="ring"' in html) == (True, False)
    assert plain_text(html).startswith("overdue 12 min")


def test_no_deadline_is_no_clock():
    assert render("{% countdown due %}", due=None).strip() == ""


def test_a_figure_that_is_not_known_is_na_and_zero_is_zero():
    card = '{% include "_parts/card.html" with label="Claimed" figure=figure %}'
    assert [plain_text(render(card, figure=figure)) for figure in (None, 0)] == ["Claimed n/a", "Claimed 0"]


def test_a_depth_says_in_words_what_its_colour_says():
    assert plain_text(render("{% depth_bar 118 50 100 200 'red' %}")) == "118 more than 100"
    assert plain_text(render("{% depth_bar 18 50 100 200 'ok' %}")) == "18 within its depth"


def test_an_age_bar_says_its_numbers_once_to_screen_readers():
    html = render("{% age_bar 41 44 33 %}")
    assert 'aria-label="Age: 41 younger than 4 hours, 44 from 4 to 24 hours, 33 older"' in html
    assert '<div class="nums" aria-hidden="true">' in html


def test_a_line_of_one_value_is_na():
    assert plain_text(render("{% spark values 'SMB, now 5' %}", values=[5])) == "n/a"


def test_a_toast_offers_undo_only_with_an_address():
    toast = '{% include "_parts/toast.html" with text="Snoozed" undo_url=undo %}'
    assert ['action="/undo/7/"' in render(toast, undo=undo) for undo in ("/undo/7/", "safe", "")] == [
        True,
        False,
        False,
    ]


def test_filter_chips_mark_the_one_that_is_set():
    chips = [("", "All", 8), ("dup", "Duplicate", 2)]
    markup = '{% include "_parts/filter_chips.html" with key="reason" label="Reason" current="dup" %}'
    links = re.findall(r"<a [^>]+>", render(markup, chips=chips))
    assert links == [
        '<a class="al-chip" href="?">',
        '<a class="al-chip on" href="?reason=dup" aria-current="true">',
    ]


@pytest.mark.parametrize(
    ("sort", "says", "href"),
    [("", "", "?reason=dup&amp;sort=-depth"), ("-depth", "descending", "?reason=dup&amp;sort=depth")],
)
def test_a_sorted_head_says_so_and_turns_round(sort, says, href):
    html = render('{% include "_parts/sort_header.html" with label="Waiting" key="depth" %}', sort=sort)
    assert (f'aria-sort="{says}"' in html, f'href="{href}"' in html) == (bool(says), True)


def test_a_refused_field_ties_its_help_and_its_error_to_the_control():
    html = render('{% include "_parts/field.html" %}', field=LeadForm({"company": ""})["company"])
    control = re.search(r"<input [^>]+>", html)[0]
    assert 'aria-describedby="id_company_helptext id_company_error"' in control
    assert 'aria-invalid="true"' in control
    assert ('id="id_company_helptext"' in html, 'id="id_company_error"' in html) == (True, True)


def test_fields_are_styled_by_their_kind():
    form = LeadForm()
    looks = [re.search(r'class="([^"]+)"', render("{{ field|styled }}", field=form[name]))[1] for name in form.fields]
    assert looks == ["form-control", "form-control", "form-select"]
