"""The form for a file of members: the file, where it goes, and what a person changes about its reading (F11b)."""

from collections.abc import Iterable, Mapping
from typing import Any, cast

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from leads.decisions.csv.alphabets import REPAIRS, TWICE
from leads.decisions.csv.file import Asked, CsvRefused
from leads.presenters.import_reading import ENCODING_NAMES
from routing.decisions.member_files.reading import MAX_BYTES, MemberFile, asked_for, unpacked
from routing.decisions.member_files.titles import FIELDS, GROUP
from routing.models import Rotation
from routing.presenters.member_files import refusal_text
from routing.queries.member_files import BY_FILE, MAX_GROUPS, MAX_NAME, NEW, Choices

ADD, REPLACE = "add", "replace"
HOW = (
    (ADD, lazy("Add to them: they stay, also if the file does not name them")),
    (REPLACE, lazy("Replace them: whom the file does not name leaves")),
)
MAX_PASTED = 1_000_000
MAX_PEOPLE = 200  # lines for which somebody names a person
MAX_HEADER_LINE = 1_000
MAX_TYPED = 254


class MemberFileForm(forms.Form):
    """`content` once it is valid; `may_add`: rotations, too. `kept` is the file of the page before, packed."""

    into = forms.ChoiceField(label=lazy("Into"))
    name = forms.CharField(label=lazy("Name of the new rotation"), required=False, max_length=MAX_NAME)
    how = forms.ChoiceField(label=lazy("Members who are there now"), choices=HOW, initial=ADD, widget=forms.RadioSelect)
    file = forms.FileField(
        label=lazy("CSV file"),
        required=False,
        allow_empty_file=True,
        max_length=200,
        widget=forms.FileInput(attrs={"accept": ".csv,.tsv,.txt,text/csv"}),
    )
    pasted = forms.CharField(
        label=lazy("Or paste its rows"),
        required=False,
        max_length=MAX_PASTED,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 5, "spellcheck": "false", "autocapitalize": "off", "wrap": "off"}),
        help_text=lazy("With their titles, from a spreadsheet too. E-mail addresses alone, one a line, are enough."),
    )
    kept = forms.CharField(required=False, widget=forms.HiddenInput)
    encoding = forms.CharField(required=False, max_length=40)
    header_line = forms.CharField(required=False, max_length=40)

    def __init__(
        self, data: Any = None, files: Any = None, *, rotations: Iterable[Rotation], may_add: bool, into: str = BY_FILE
    ) -> None:
        super().__init__(data, files, initial={"into": into})
        self.may_add = may_add
        choices = [(BY_FILE, _("The rotations that the file names"))]
        choices += [(NEW, _("A new rotation"))] if may_add else []
        into_field = self.fields["into"]
        assert isinstance(into_field, forms.ChoiceField)
        into_field.choices = choices + [(str(each.pk), each.name) for each in rotations]

    def clean_encoding(self) -> str:
        code, _bar, fallback = self.cleaned_data["encoding"].partition("|")
        known = {"", *ENCODING_NAMES, *(f"{TWICE}{codec}" for codec in REPAIRS)}
        return self.cleaned_data["encoding"] if {code, fallback} <= known else ""

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or {}
        file, pasted, kept = self.files.get("file"), str(typed.get("pasted") or ""), str(typed.get("kept") or "")
        if self.errors:
            return typed
        if file is not None and pasted.strip():
            self.add_error("pasted", _("Choose a file or paste its rows, not both."))
        elif file is not None and (file.size or 0) > MAX_BYTES:
            self.refuse(refusal_text(CsvRefused("too_large")))
        elif file is not None:
            self.content = file.read()
        elif pasted.strip() or not kept:
            self.content = pasted.encode()
            if not pasted.strip():
                self.refuse(_("Choose a file, or paste its rows below."))
        else:
            try:
                self.content = unpacked(kept)
            except ValueError:
                self.refuse(_("The file did not arrive whole. Choose it again."))
        return typed

    def refuse(self, text: str) -> None:
        self.add_error("pasted" if str(self.cleaned_data.get("pasted") or "").strip() else "file", text)

    @property
    def asked(self) -> Asked:
        """What was said of the file; a line that is no number says nothing."""
        line = self.cleaned_data["header_line"]
        is_line = line.isascii() and line.isdecimal() and int(line) <= MAX_HEADER_LINE
        return asked_for(encoding=self.cleaned_data["encoding"], header_line=int(line) if is_line else None)

    @property
    def replaces(self) -> bool:
        return self.cleaned_data["how"] == REPLACE

    def choices(self, file: MemberFile) -> Choices:
        """What was chosen for this file. Columns and rotations of another reading are forgotten."""
        sent = cast(QueryDict, self.data)
        mapping = sent_mapping(sent, file)
        chosen = mapping if mapping is not None else file.guess
        column = next((str(number) for number, name in chosen.items() if name == GROUP), "")
        knows_groups = mapping is not None and sent.get("group_column", "") == column
        return Choices(
            into=self.cleaned_data["into"],
            name=" ".join(str(self.cleaned_data["name"]).split()),
            replaces=self.replaces,
            mapping=mapping,
            people=_by_number(sent, "person-", MAX_PEOPLE),
            groups=_by_number(sent, "group-", MAX_GROUPS, with_empty=True) if knows_groups else {},
            replaced={
                key: int(value)
                for key, value in _by_number(sent, "draft-", MAX_GROUPS).items()
                if value.isascii() and value.isdecimal() and len(value) < 16
            },
            must_choose_letters=file.letters.must_be_chosen and not self.cleaned_data["encoding"],
        )


def sent_mapping(sent: QueryDict, file: MemberFile) -> Mapping[int, str] | None:
    """The columns as chosen; None where the page showed those of another reading, or none."""
    if sent.get("mark", "") != file.mark:
        return None
    chosen = {column: sent.get(f"column-{column}", "") for column in range(len(file.shape.header))}
    return {column: name if name in FIELDS else "" for column, name in chosen.items()}


def _by_number(sent: QueryDict, prefix: str, most: int, *, with_empty: bool = False) -> dict[int, str]:
    """The values of "person-12" and its like, by number."""
    found: dict[int, str] = {}
    for name in sent:
        number = name.removeprefix(prefix)
        if name.startswith(prefix) and number.isascii() and number.isdecimal() and len(number) < 16:
            value = str(sent[name])[:MAX_TYPED].strip().replace("\0", "")
            if (value or with_empty) and len(found) < most:
                found[int(number)] = value
    return found
