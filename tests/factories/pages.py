"""What a browser would send for a form of a page, as it came, with some fields changed."""

from html.parser import HTMLParser


def form_of(answer, form_id: str) -> dict[str, list[str]]:
    """Every field of this form that a browser sends: ticked boxes, chosen options, texts and hidden inputs."""
    reader = _FormReader(form_id)
    reader.feed(answer.content.decode())
    return reader.sent


def typed(sent: dict[str, list[str]], **changes: object) -> dict[str, list[str]]:
    """The same with these fields changed; None takes a field away, as an empty box does."""
    changed = {name: values for name, values in sent.items() if changes.get(name, "") is not None}
    return changed | {
        name: [str(each) for each in (value if isinstance(value, list) else [value])]
        for name, value in changes.items()
        if value is not None
    }


class _FormReader(HTMLParser):
    def __init__(self, form_id: str) -> None:
        super().__init__()
        self.form_id, self.sent = form_id, {}
        self.is_inside = self.is_template = False
        self.select, self.options, self.area = "", [], ""

    def handle_starttag(self, tag: str, pairs: list[tuple[str, str | None]]) -> None:
        attrs = dict(pairs)
        if tag == "form":
            self.is_inside = attrs.get("id") == self.form_id
        elif tag == "template":
            self.is_template = True
        is_mine = self.is_inside or attrs.get("form") == self.form_id
        if not is_mine or self.is_template or "__prefix__" in (attrs.get("name") or ""):
            return
        if tag == "input" and attrs.get("name") and "disabled" not in attrs:
            kind = attrs.get("type", "text")
            if kind in ("checkbox", "radio") and "checked" not in attrs or kind in ("submit", "button", "file"):
                return
            self._add(attrs["name"], attrs.get("value") or ("on" if kind == "checkbox" else ""))
        elif tag == "select":
            self.select, self.options, self.is_many = attrs.get("name", ""), [], "multiple" in attrs
        elif tag == "option" and self.select:
            self.options.append((attrs.get("value", ""), "selected" in attrs))
        elif tag == "textarea":
            self.area = attrs.get("name", "")
            self._add(self.area, "")

    def handle_data(self, text: str) -> None:
        if self.area:
            self.sent[self.area][-1] += text

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.is_inside = False
        elif tag == "template":
            self.is_template = False
        elif tag == "textarea":
            self.area = ""
        elif tag == "select" and self.select:
            chosen = [value for value, is_chosen in self.options if is_chosen]
            if not chosen and self.options and not self.is_many:
                chosen = [self.options[0][0]]
            for value in chosen:
                self._add(self.select, value)
            self.select = ""

    def _add(self, name: str, value: str) -> None:
        self.sent.setdefault(name, []).append(value)
