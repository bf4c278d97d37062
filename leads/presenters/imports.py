"""Messages of imports: why a file, a mapping or a value was refused, and what to do (A1a)."""

from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from leads.decisions.csv.file import CsvRefused
from leads.decisions.csv.mapping import WITH_DEFAULT, MappingProblem

FIELD_NAMES: Mapping[str, object] = {
    "external_id": lazy("External id"),
    "name": lazy("Whole name"),
    "first_name": lazy("First name"),
    "last_name": lazy("Last name"),
    "email": lazy("E-mail"),
    "further_email": lazy("Further e-mail"),
    "phone": lazy("Phone"),
    "further_phone": lazy("Further phone"),
    "company_name": lazy("Company"),
    "company_domain": lazy("Company domain"),
    "website": lazy("Website"),
    "title": lazy("Job title"),
    "industry": lazy("Industry"),
    "city": lazy("City"),
    "country": lazy("Country"),
    "message": lazy("Message"),
    "source": lazy("Source"),
    "lead_type": lazy("Lead type"),
    "company_size": lazy("Company size"),
    "score": lazy("Score"),
    "deal_size": lazy("Expected deal size"),
    "engagement": lazy("Engagement"),
    "captured_at": lazy("Captured at"),
    "extra": lazy("Extra columns"),
}

_VALUES: Mapping[str, object] = {
    "invalid": lazy("%(field)s could not be read"),
    "unknown": lazy("%(field)s is not known here"),
    "out_of_range": lazy("%(field)s must be from 0 to 100"),
    "too_long": lazy("%(field)s is too long and was cut"),
    "too_many": lazy("%(field)s are too many; the rest was left out"),
    "ambiguous": lazy("%(field)s could be several days; choose which number comes first"),
    "serial": lazy("%(field)s is a spreadsheet's number of a day; save the column as dates and export it again"),
    "several": lazy("%(field)s holds several; the first was taken, the others are kept"),
    "rounded": lazy("%(field)s lost digits because a program took it for a number"),
    "wrong_type": lazy("%(field)s is a list, an object or true/false"),
    "placeholder": lazy("%(field)s stands for no address; it joins nobody"),
}
_ROWS: Mapping[str, object] = {
    "column_count": lazy("The number of cells differs from the header."),  # of imports from before short rows were read
    "too_many_cells": lazy("The row has more cells than the header. A separator inside a cell needs quotation marks."),
    "shifted": lazy(
        "The cells stand in the wrong columns: there is an e-mail address in another one. "
        "A separator inside a cell needs quotation marks."
    ),
    "cut_row": lazy("A line break cuts this row in two. A line break inside a cell needs quotation marks."),
    "open_quote": lazy("A quotation mark is opened but never closed."),
    "after_quote": lazy("The line follows a quotation mark that is never closed. It is not a whole row."),
    "cut_off": lazy("The file ends in the middle of this row. Was it saved or downloaded completely?"),
    "header_again": lazy("The line repeats the header. It is no lead."),
    "too_long": lazy("The row or one of its cells is too long."),
    "nul": lazy("The row has characters that are not text."),
    "encoding": lazy("The encoding of the row differs from the file."),
    "no_identifier": lazy("The row has no external id, e-mail or phone, and no name with a company."),
    "trap": lazy("A field that people do not see was filled in. It looks like spam from a program."),
    "too_quick": lazy("It was sent within three seconds, faster than anybody can type."),
    "failed": lazy("A step failed on our side. The lead is on the review desk."),
}
_KINDS: Mapping[str, object] = {
    "pdf": lazy("a PDF document"),
    "spreadsheet": lazy("a spreadsheet workbook"),
    "archive": lazy("a packed archive"),
    "image": lazy("a picture"),
    "document": lazy("a text document"),
    "database": lazy("a database"),
    "markup": lazy("a web page or data file"),
    "binary": lazy("no text"),
}


def field_name(field: str) -> str:
    return str(FIELD_NAMES.get(field, field))


def problem_text(field: str, code: str) -> str:
    """A problem of a row: "E-mail could not be read", or a sentence about the whole row."""
    if not field:
        return str(_ROWS.get(code, code))
    if code not in _VALUES:
        return f"{field_name(field)}: {code}"
    return str(_VALUES[code]) % {"field": field_name(field)}


def csv_refusal_text(problem: CsvRefused) -> str:
    """Why a file cannot be imported, and what to do."""
    detail = problem.detail
    words = {
        "empty": _("The file is empty."),
        "no_rows": _("The file has a header but no rows."),
        "no_line": _("There is no line %(line)s.") % {"line": detail},
        "too_large": _("The file is larger than 50 MB. Split it and import the parts one after the other."),
        "not_text": _("This is %(kind)s, not a CSV file. Save the table as CSV and upload that.")
        % {"kind": _KINDS.get(detail, _KINDS["binary"])},
        "one_column": _("The columns cannot be recognised. Separate them with commas, semicolons, tabs or bars.")
        if len(detail) != 1
        else _("The columns are separated by “%(mark)s”. Use commas, semicolons, tabs or bars.") % {"mark": detail},
        "too_many_columns": _(
            "The file has %(n)s columns, but at most 200 are possible. Leave out those you do not need."
        )
        % {"n": detail},
        "header": _("The first line is far too long for column names. Does the file have line breaks?")
        if detail == "too_long"
        else _("The first line cannot be read as column names. Write one name for each column there."),
    }
    return words.get(problem.code, problem.code)


def mapping_problem_text(problem: MappingProblem) -> str:
    """Why a mapping cannot be used; shown at its field."""
    words = {
        "twice": _("%(field)s is chosen for another column already.") % {"field": field_name(problem.detail)},
        "unknown_field": _("There is no such field."),
        "unknown_column": _("There is no such column."),
        "letters": _("Choose how the letters are written, above. Alur does not guess the names of people."),
        "no_identifier": _(
            "Choose a column for the external id, the e-mail or the phone, or for a name and a company. "
            "Without it, Alur cannot know which lead a row is."
        ),
        "not_a_default": _("Only %(fields)s can have a default.")
        % {"fields": ", ".join(field_name(name) for name in WITH_DEFAULT)},
        "unknown": _("There is no such choice."),
        "out_of_range": _("Enter a whole number from 0 to 100."),
        "too_long": _("At most %(n)s characters.") % {"n": problem.detail},
    }
    return words.get(problem.code, problem.code)


def header_note_text(note: Mapping[str, str]) -> str:
    """What looks wrong in a header, although the file can be read."""
    column = note.get("field", "")
    words = {
        "blank_header": _("A column has no name. It is called “%(column)s” here."),
        "duplicate_header": _("A column name appears twice. The second is called “%(column)s” here."),
        "looks_like_values": _("“%(column)s” looks like a value, not a name. Does the file have a header?"),
        "looks_like_row": _(
            "Line %(line)s looks like a row, not like a header: “%(column)s” is a value. If the file has no header, "
            "say so; then this line is imported, too."
        ),
        "only_row": _(
            "The file has only line %(line)s, and it looks like a row. So it is read as one, without a header."
        ),
        "likely_header": _("Line %(line)s looks like the header. Above it there are titles."),
        "likely_rows": _(
            "The lines below the header look like a second header. The rows seem to begin at line %(line)s."
        ),
    }
    return words.get(note.get("code", ""), "%(column)s") % {"column": column, "line": note.get("value", "")}
