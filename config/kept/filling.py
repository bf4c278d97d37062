"""Fills the form of a rendered page with what was sent before; all other text of the page stays as it is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

Attributes = dict[str, str | None]
Fields = Mapping[str, Sequence[str]]

UNTOUCHED = {"password", "file", "submit", "button", "image", "reset"}
OWN = {"csrfmiddlewaretoken", "next"}  # of the new page, not of the old one
FORM_ID = "kept-form"


@dataclass
class Control:
    """One tag of a form: its start tag is html[start:end], and a textarea's content ends at `closes`."""

    tag: str
    attributes: Attributes
    start: int
    end: int
    closes: int = 0
    name: str = ""


@dataclass
class FoundForm:
    attributes: Attributes
    start: int
    end: int
    folds: list[Control]
    controls: list[Control] = field(default_factory=list)

    def is_for(self, fields: Fields) -> bool:
        """Whether its hidden fields say what was sent: of several forms with one address, this was the one."""
        hidden = [each for each in self.controls if each.attributes.get("type") == "hidden" and each.name not in OWN]
        named = [each for each in hidden if each.name in fields]
        return all((each.attributes.get("value") or "") in fields[each.name] for each in named)


@dataclass(frozen=True)
class Filled:
    """`form_id` is the id of the form in the page, "" when it has none; `left` are the names without a place."""

    html: str
    form_id: str
    left: list[str]


def fill(html: str, fields: Fields, *, page: str, action: str) -> Filled:
    """The page with its form for `action` filled; a fold (details) around the form is opened."""
    forms = [form for form in found_forms(html) if _goes_to(form, page, action)]
    form = next((form for form in forms if form.is_for(fields)), forms[0] if forms else None)
    if form is None:
        return Filled(html, "", [name for name in fields if name not in OWN])
    form_id = form.attributes.get("id") or FORM_ID
    changes = [(fold.start, fold.end, _tag("details", fold.attributes | {"open": ""})) for fold in form.folds]
    changes.append((form.start, form.end, _tag("form", form.attributes | {"id": form_id})))
    placed = set()
    unused = {name: list(values) for name, values in fields.items() if name not in OWN}
    for control in form.controls:
        changed = _filled(control, fields, unused)
        if changed is not None:
            placed.add(control.name)
            changes.append(changed)
    return Filled(_replaced(html, changes), form_id, [name for name in unused if name not in placed])


def _goes_to(form: FoundForm, page: str, action: str) -> bool:
    target = form.attributes.get("hx-post") or form.attributes.get("action") or page
    is_post = "hx-post" in form.attributes or (form.attributes.get("method") or "").lower() == "post"
    return is_post and urlsplit(urljoin(page, target)).path == action


def _filled(control: Control, fields: Fields, unused: dict[str, list[str]]) -> tuple[int, int, str] | None:
    """What to write instead of a place of the page; None when this control takes nothing."""
    kind = (control.attributes.get("type") or "text").lower()
    if control.name in OWN or not control.name or (control.tag == "input" and kind in UNTOUCHED):
        return None
    if control.tag == "option" or kind in ("checkbox", "radio"):
        return _chosen(control, fields)
    values = unused.get(control.name)
    if not values:
        return None
    value = values.pop(0)
    if control.tag == "textarea":
        return control.end, control.closes, f"\n{escape(value)}"
    return control.start, control.end, _tag("input", control.attributes | {"value": value})


def _chosen(control: Control, fields: Fields) -> tuple[int, int, str] | None:
    value = control.attributes.get("value")
    if value is None and control.tag == "option":
        return None
    mark = "selected" if control.tag == "option" else "checked"
    attributes = {name: given for name, given in control.attributes.items() if name != mark}
    if (value if value is not None else "on") in fields.get(control.name, ()):
        attributes[mark] = ""
    return control.start, control.end, _tag(control.tag, attributes)


def _tag(name: str, attributes: Attributes) -> str:
    given = (f" {key}" if value is None else f' {key}="{escape(value)}"' for key, value in attributes.items())
    return f"<{name}{''.join(given)}>"


def _replaced(html: str, changes: list[tuple[int, int, str]]) -> str:
    done, at = [], 0
    for start, end, text in sorted(changes):
        done += [html[at:start], text]
        at = end
    return "".join([*done, html[at:]])


def found_forms(html: str) -> list[FoundForm]:
    reader = _Reader(html)
    reader.feed(html)
    reader.close()
    for form in reader.forms:
        form_id = form.attributes.get("id")
        form.controls += [each for each in reader.outside if form_id and each.attributes.get("form") == form_id]
    return reader.forms


class _Reader(HTMLParser):
    """Notes the places of forms and their controls; controls outside may name their form by its id."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=False)
        self.line_starts = [0]
        for line in html.split("\n"):
            self.line_starts.append(self.line_starts[-1] + len(line) + 1)
        self.forms: list[FoundForm] = []
        self.outside: list[Control] = []
        self.form: FoundForm | None = None
        self.folds: list[Control] = []
        self.select = ""
        self.textarea: Control | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self.textarea is not None or tag not in ("form", "details", "select", "input", "textarea", "option"):
            return
        start = self._place()
        control = Control(tag, dict(attrs), start, start + len(self.get_starttag_text() or ""))
        control.name = control.attributes.get("name") or ""
        if tag == "form":
            self.form = FoundForm(control.attributes, control.start, control.end, list(self.folds))
            self.forms.append(self.form)
        elif tag == "details":
            self.folds.append(control)
        elif tag == "select":
            self.select = control.name
        else:
            self._take(control)

    def _take(self, control: Control) -> None:
        if control.tag == "option":
            control.name = self.select
        if control.tag == "textarea":
            self.textarea = control
        owner = control.attributes.get("form")
        if self.form is not None and owner in (None, self.form.attributes.get("id")):
            self.form.controls.append(control)
        else:
            self.outside.append(control)

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea" and self.textarea is not None:
            self.textarea.closes = self._place()
            self.textarea = None
        elif tag == "form":
            self.form = None
        elif tag == "details" and self.folds:
            self.folds.pop()
        elif tag == "select":
            self.select = ""

    def _place(self) -> int:
        line, column = self.getpos()
        return self.line_starts[line - 1] + column
