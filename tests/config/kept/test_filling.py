"""A page's form takes back what was typed; everything else on the page stays as it is, byte by byte."""

import pytest

from config.kept.filling import fill

PAGE = """<!doctype html>
<main><form method="post" action="/other/"><input name="text" value="mine"></form>
<details class="fold"><summary>Note &amp; more</summary>
<form
   method="post" action="/leads/7/note/">
  <input type="hidden" name="csrfmiddlewaretoken" value="new"><input type="hidden" name="seen" value="9">
  <textarea name="text" rows="3">old</textarea><input name="city" value='"a"'>
  <input type="checkbox" name="warm" checked><input type="radio" name="kind" value="call">
  <input type=radio name=kind value=mail checked>
  <select name="why"><option value="">-</option><option value="late" selected>Late</option>
  <option value="far">Far</option></select>
  <input type="password" name="password" value=""><button name="act" value="save">Save</button>
</form></details><p>Kopi Senja &lt;3</p></main>"""
SENT = {"csrfmiddlewaretoken": ["old"], "seen": ["4"], "text": ['</textarea>"سلام"\n你好'], "city": ["Solo & Bali"]}
SENT |= {"kind": ["call"], "why": ["far"], "password": ["secret"], "act": ["save"]}


def filled(**more: list[str]):
    return fill(PAGE, SENT | more, page="/leads/7/", action="/leads/7/note/")


@pytest.mark.parametrize(
    "piece",
    [
        '<textarea name="text" rows="3">\n&lt;/textarea&gt;&quot;سلام&quot;\n你好</textarea>',
        '<input name="city" value="Solo &amp; Bali">',
        '<input type="checkbox" name="warm">',
        '<input type="radio" name="kind" value="call" checked="">',
        '<option value="far" selected="">',
        '<option value="late">',
        '<input type="hidden" name="seen" value="4">',
        '<input type="hidden" name="csrfmiddlewaretoken" value="new">',
        '<input type="password" name="password" value="">',
        '<details class="fold" open="">',
        '<form method="post" action="/leads/7/note/" id="kept-form">',
        '<form method="post" action="/other/"><input name="text" value="mine"></form>',
        "<summary>Note &amp; more</summary>",
        "<p>Kopi Senja &lt;3</p></main>",
    ],
)
def test_every_control_takes_what_was_sent(piece: str):
    assert piece in filled().html


def test_what_has_no_place_is_named():
    result = filled(remark=["The row that this belonged to is gone"])
    assert (result.form_id, result.left) == ("kept-form", ["password", "act", "remark"])


def test_a_page_without_the_form_stays_as_it_is():
    result = fill(PAGE, {"text": ["kept"], "next": ["/"]}, page="/leads/7/", action="/leads/8/note/")
    assert (result.html, result.form_id, result.left) == (PAGE, "", ["text"])


def test_of_forms_with_one_address_the_one_with_the_same_hidden_fields_is_filled():
    row = '<form method="post"><input type="hidden" name="pk" value="{0}"><input name="why" value=""></form>'
    result = fill(row.format(1) + row.format(2), {"pk": ["2"], "why": ["far"]}, page="/rows/", action="/rows/")
    assert result.html.count('value="far"') == 1
    assert result.html.endswith('<input type="hidden" name="pk" value="2"><input name="why" value="far"></form>')


def test_several_values_of_one_name_go_in_their_order():
    page = '<form method="post"><input name="day" value=""><input name="day" value="x"></form>'
    result = fill(page, {"day": ["Mon", "Tue", "Wed"]}, page="/", action="/")
    assert (
        result.html
        == '<form method="post" id="kept-form"><input name="day" value="Mon"><input name="day" value="Tue"></form>'
    )


def test_a_control_outside_names_its_form_by_its_id():
    page = '<form id="f" method="post" action="/a/"></form><textarea form="f" name="text"></textarea>'
    assert (
        '<textarea form="f" name="text">\nhello</textarea>'
        in fill(page, {"text": ["hello"]}, page="/", action="/a/").html
    )


def test_a_form_that_only_htmx_sends_is_found():
    page = '<form hx-post="/a/"><input name="text"></form>'
    assert fill(page, {"text": ["hello"]}, page="/", action="/a/").form_id == "kept-form"
