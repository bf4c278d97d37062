"""Forms of imports: the upload, and the mapping of columns."""

from collections.abc import Iterator, Mapping, Sequence

from django import forms
from django.utils.translation import gettext_lazy as _

from leads.actions.imports.source_choices import SourceChoice
from leads.actions.imports.uploads import MAX_UPLOAD_BYTES
from leads.decisions.csv.columns import Guess
from leads.decisions.csv.date_columns import DateColumn
from leads.decisions.csv.file import CsvRefused
from leads.decisions.csv.mapping import mapping_problems
from leads.decisions.csv.stored import reading_problems
from leads.decisions.csv.survey import Repeats, date_reading
from leads.decisions.facts.title_zones import zones_of_columns
from leads.decisions.identity.systems import MAX_NAME_LENGTH, SUGGESTED, named_system
from leads.models import LeadType, Upload
from leads.presenters.import_columns import DATE_ORDERS, date_order_text, doubt_text
from leads.presenters.import_identity import EXTRA, REPEAT_CHOICES, SENTENCES, RepeatNote, repeat_words
from leads.presenters.imports import FIELD_NAMES, csv_refusal_text, mapping_problem_text
from leads.queries.import_columns import survey_of
from leads.queries.systems import named_ids, system_of_last_file

GROUPS: Sequence[tuple[object, Sequence[str]]] = (
    (
        _("Who it is"),
        (
            "external_id",
            "email",
            "further_email",
            "phone",
            "further_phone",
            "name",
            "first_name",
            "last_name",
            "title",
        ),
    ),
    (
        _("Company"),
        ("company_name", "company_domain", "website", "company_size", "industry", "city", "country"),
    ),
    (_("The lead"), ("source", "lead_type", "score", "engagement", "deal_size", "captured_at", "message")),
)
SOURCE_FIELD, WORD_FIELD = "source-of-", "source-word-"  # and the key of a word for a source
MAX_SOURCES, MAX_DIGITS = 200, 16
SEPARATORS = (
    ("", _("Find out")),
    (",", _("Comma ,")),
    (";", _("Semicolon ;")),
    ("\t", _("Tab")),
    ("|", _("Bar |")),
)


class UploadForm(forms.Form):
    """A file, and its separator in case the guess is wrong."""

    file = forms.FileField(
        label=_("CSV file"),
        allow_empty_file=True,
        max_length=200,
        widget=forms.FileInput(attrs={"accept": ".csv,.tsv,.txt,text/csv"}),
        error_messages={"required": _("Choose a file.")},
    )
    delimiter = forms.ChoiceField(label=_("Columns are separated by"), choices=SEPARATORS, required=False)

    @property
    def is_too_large(self) -> bool:
        file = self.files.get("file")
        return file is not None and file.size > MAX_UPLOAD_BYTES

    def clean_file(self):
        if self.is_too_large:
            raise forms.ValidationError(csv_refusal_text(CsvRefused("too_large")))
        return self.cleaned_data["file"]

    def refuse(self, problem: CsvRefused) -> None:
        self.add_error("file", csv_refusal_text(problem))


class MappingForm(forms.Form):
    """A field for each column of the file, and default values for what the file lacks."""

    default_source = forms.CharField(
        label=_("Source"), required=False, max_length=80, help_text=_("For rows that name none.")
    )
    default_lead_type = forms.ChoiceField(
        label=_("Lead type"), required=False, help_text=_("Otherwise the source decides.")
    )
    default_score = forms.CharField(
        label=_("Score"), required=False, max_length=3, help_text=_("Otherwise Alur computes it.")
    )

    ids_of = forms.CharField(
        label=_("Ids of"), required=False, max_length=MAX_NAME_LENGTH, widget=forms.TextInput({"list": "id-systems"})
    )
    ids_are_enough = forms.BooleanField(
        label=_("Their ids are enough: do not take these leads for incomplete"), required=False
    )

    def __init__(self, upload: Upload, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.upload, self.shape = upload, upload.shape
        self.header: Sequence[str] = upload.shape["header"]
        self.fields["default_lead_type"].choices = [("", _("By the source")), *LeadType.choices]
        choices = [("", _("Keep as an extra column")), *_grouped()]
        for column, title in enumerate(self.header):
            self.fields[f"column_{column}"] = forms.ChoiceField(
                label=title, choices=choices, required=False, initial=upload.mapping.get(str(column), "")
            )
        self.survey = survey_of(upload)
        for column, dates in self.survey.dates.items() if self.survey else ():
            self.fields[f"dates_{column}"] = forms.ChoiceField(
                label=_("Dates in “%(column)s”") % {"column": self.header[column]},
                choices=[("", date_order_text(dates)), *DATE_ORDERS],
                required=False,
            )

        for column in self.survey.repeats if self.survey else ():
            self.fields[f"repeat_{column}"] = forms.ChoiceField(
                label=_("What “%(column)s” is") % {"column": self.header[column]},
                choices=REPEAT_CHOICES,
                required=False,
            )

    @property
    def columns(self) -> Iterator[tuple[str, forms.BoundField]]:
        return ((title, self[f"column_{column}"]) for column, title in enumerate(self.header))

    @property
    def defaults(self) -> list[forms.BoundField]:
        return [self[name] for name in ("default_source", "default_lead_type", "default_score")]

    def mapping(self) -> dict[int, str]:
        """Field by column: as chosen, or as guessed if nothing was sent yet."""
        chosen = self.cleaned_data if self.is_bound else {name: field.initial for name, field in self.fields.items()}
        named = {column: chosen.get(f"column_{column}") for column in range(len(self.header))}
        extra = {column for column in named if chosen.get(f"repeat_{column}") == EXTRA}
        return {column: field for column, field in named.items() if field and column not in extra}

    def default_values(self) -> dict[str, str]:
        given = self.cleaned_data if self.is_bound else {}
        named = {name: str(given.get(f"default_{name}") or "").strip() for name in ("source", "lead_type", "score")}
        return {name: value for name, value in named.items() if value}

    def reading(self) -> dict[str, object]:
        """How the texts of the file are meant, as Upload.reading keeps it. The orders of dates are left to the import
        while the file is still being looked through."""
        return self._ids_of() | date_reading(self.survey, self.mapping(), self.header, self.chosen_orders())

    def _ids_of(self) -> dict[str, object]:
        name = str(self.cleaned_data.get("ids_of") or "") if self.is_bound else ""
        ids = named_ids(name) if "external_id" in self.mapping().values() else {}
        return ids | ({"ids_are_enough": True} if self.is_bound and self.cleaned_data.get("ids_are_enough") else {})

    def repeats(self) -> list[RepeatNote]:
        """Columns that are meant as an identity, although many rows share a value."""
        chosen = self.cleaned_data if self.is_bound else {}
        meant = {
            column: chosen.get(f"column_{column}", self.fields[f"column_{column}"].initial) for column in self._again
        }
        return [
            RepeatNote(self.header[column], repeat_words(meant[column], again), self[f"repeat_{column}"])
            for column, again in self._again.items()
            if meant[column] in SENTENCES
        ]

    @property
    def _again(self) -> Mapping[int, Repeats]:
        return self.survey.repeats if self.survey else {}

    def chosen_orders(self) -> dict[int, str]:
        """The order of the dates of a column, where a person chose one."""
        given = self.cleaned_data if self.is_bound and self.survey else {}
        named = {column: given.get(f"dates_{column}") for column in (self.survey.dates if self.survey else ())}
        return {column: order for column, order in named.items() if order}

    def dates(self) -> Iterator[tuple[int, DateColumn, forms.BoundField]]:
        """The columns of dates in numbers that are mapped to a field."""
        for column, found in self.survey.dates.items() if self.survey else ():
            if column in self.mapping():
                yield column, found, self[f"dates_{column}"]

    def zones(self) -> dict[int, str]:
        """The zones that titles name, by column."""
        return zones_of_columns(self.mapping(), self.header)

    def explain(self, guess: Guess) -> None:
        """Say at each column why its guess is unsure."""
        named = guess.export.name if guess.export else SUGGESTED.get(named_system(self.header), "")
        self.fields["ids_of"].initial = system_of_last_file(self.upload) or named
        for column, doubt in guess.doubts.items():
            name = f"column_{column}"
            self.fields[name].help_text = self[name].help_text = doubt_text(doubt)

    def sources(self) -> dict[str, SourceChoice]:
        """What new words for sources mean, as chosen on the page, by key."""
        found: dict[str, SourceChoice] = {}
        for name in [each for each in self.data if each.startswith(SOURCE_FIELD)][:MAX_SOURCES]:
            key, (kind, _colon, value) = name.removeprefix(SOURCE_FIELD), str(self.data[name]).partition(":")
            word = str(self.data.get(f"{WORD_FIELD}{key}", ""))[:80]
            if kind == "to" and value.isdecimal() and len(value) < MAX_DIGITS:
                found[key] = SourceChoice(word, to=int(value))
            elif kind == "make":
                found[key] = SourceChoice(word, make=value)
        return found

    def choices(self) -> dict[str, object]:
        """All that is chosen, as a forecast keeps it."""
        return {
            "mapping": {str(column): field for column, field in self.mapping().items()},
            "defaults": self.default_values(),
            "reading": self.reading(),
            "sources": {key: choice.as_stored() for key, choice in self.sources().items()},
        }

    def clean(self) -> dict:
        of_columns = mapping_problems(self.mapping(), self.default_values(), len(self.header))
        for problem in (*reading_problems(self.shape), *of_columns):
            name = f"column_{problem.where}" if problem.where.isdecimal() else f"default_{problem.where}"
            self.add_error(name if problem.where else None, mapping_problem_text(problem))
        return self.cleaned_data


def _grouped() -> list[tuple[object, list[tuple[str, object]]]]:
    return [(title, [(field, FIELD_NAMES[field]) for field in fields]) for title, fields in GROUPS]
