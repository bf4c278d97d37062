"""The form for how a file is read: its letters, its separator, its header (A1a)."""

import re
from typing import cast

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from leads.decisions.csv.choice import Written
from leads.decisions.csv.file import Asked, CsvRefused
from leads.decisions.csv.stored import is_chosen, letters_of_stored, reading_of, shape_of_stored
from leads.models import Upload
from leads.presenters.import_reading import ENCODING_NAMES, value_of, way_name
from leads.presenters.imports import csv_refusal_text

SEPARATORS = ((",", _("Comma ,")), (";", _("Semicolon ;")), ("\t", _("Tab")), ("|", _("Bar |")))
_OF_COLUMN = re.compile(r"column_\d+$|_\d+$")
MAX_HEADER_LINE = 1_000
OF_MAPPING = {"form": "upload-mapping"}  # its fields stand outside that form, which sends them


class ReadingForm(forms.Form):
    """What a person says of the file. What is not sent stays as it is."""

    seen = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput(attrs=OF_MAPPING))
    encoding = forms.ChoiceField(label=_("The letters are read as"), required=False)
    delimiter = forms.ChoiceField(label=_("Columns are separated by"), required=False)
    header_line = forms.IntegerField(required=False, min_value=0, max_value=MAX_HEADER_LINE)
    rows_from = forms.IntegerField(
        label=_("The rows begin at line"), required=False, min_value=1, max_value=MAX_HEADER_LINE
    )
    use_header = forms.IntegerField(required=False, min_value=0, max_value=MAX_HEADER_LINE)  # of a button
    use_rows = forms.IntegerField(required=False, min_value=1, max_value=MAX_HEADER_LINE)  # of a button

    def __init__(self, upload: Upload, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.shape = shape_of_stored(upload.shape)
        self.reading = reading_of(upload.shape)
        self.is_chosen = is_chosen(upload.shape) or not letters_of_stored(upload.shape).must_be_chosen
        now = Written(self.shape.encoding, self.shape.fallback)
        self.now = value_of(now)
        offered = {value_of(way): way_name(way) for way in (*letters_of_stored(upload.shape).offered, now)}
        separators = dict(SEPARATORS) | ({} if self.shape.delimiter in dict(SEPARATORS) else {self.shape.delimiter: ""})
        encoding, delimiter = cast(forms.ChoiceField, self.fields["encoding"]), self.fields["delimiter"]
        encoding.choices = [*{**offered, **ENCODING_NAMES}.items()]
        cast(forms.ChoiceField, delimiter).choices = [(mark, name or mark) for mark, name in separators.items()]
        self.initial = {
            "seen": self.reading,
            "encoding": self.now if self.is_chosen else "",
            "delimiter": self.shape.delimiter,
            "header_line": self.shape.header_line,
            "rows_from": self.shape.header_lines + 1,
        }
        for name in ("encoding", "delimiter", "rows_from"):
            self.fields[name].widget.attrs |= OF_MAPPING

    @property
    def is_stale(self) -> bool:
        """Whether the page showed columns of another reading."""
        return self.is_bound and self.data.get("seen", self.reading) != self.reading

    @property
    def asks_for_another(self) -> bool:
        """Whether something was sent that differs from how the file is read now."""
        if not self.is_valid():
            return True
        asked, behind = self.asked(), self.initial["rows_from"]
        rows_from = behind if behind > self.shape.header_line + 1 else 0
        sent, now = (
            (asked.delimiter, asked.header_line, asked.rows_from),
            (self.shape.delimiter, self.shape.header_line),
        )
        return asked.encoding != "" or sent != (*now, rows_from)

    def asked(self) -> Asked:
        """An encoding only if another one is wanted, or if one must be chosen."""
        sent = self.cleaned_data.get("encoding") or ""
        wanted = "" if self.is_chosen and sent == self.now else sent
        encoding, _mark, fallback = wanted.partition("|")
        header_line = self.cleaned_data.get("use_header")
        if header_line is None:
            header_line = self.cleaned_data.get("header_line")
        if header_line is None:
            header_line = self.shape.header_line
        return Asked(
            encoding,
            fallback,
            self.cleaned_data.get("delimiter") or self.shape.delimiter,
            header_line,
            self._rows_from(header_line),
        )

    def refuse(self, problem: CsvRefused) -> None:
        self.add_error(None, _("The file cannot be read like this. %(why)s") % {"why": csv_refusal_text(problem)})

    def _rows_from(self, header_line: int) -> int:
        """Where a person says the rows begin; 0 right below the header, also when the header moved."""
        sent = self.cleaned_data.get("use_rows") or self.cleaned_data.get("rows_from") or self.initial["rows_from"]
        has_moved = header_line != self.shape.header_line
        return 0 if has_moved or sent <= header_line + 1 else sent


def kept_choices(sent: QueryDict, before: Upload, after: Upload) -> QueryDict:
    """What was sent, for the columns as they are now. What was said of a column by its number is left out if the
    columns are others."""
    kept = sent.copy()
    if before.shape["header"] != after.shape["header"]:
        for name in [name for name in sent if _OF_COLUMN.search(name)]:
            del kept[name]
    for column in range(len(after.shape["header"])):
        kept[f"column_{column}"] = after.mapping.get(str(column), "")
    return kept
