"""Read what is known of the columns of a file before it is imported (A1a)."""

from leads.decisions.csv.columns import Guess, guess_columns
from leads.decisions.csv.file import HEAD_BYTES
from leads.decisions.csv.sample import sample_rows
from leads.decisions.csv.stored import reading_of, shape_of_stored
from leads.decisions.csv.survey import Survey, read_survey
from leads.models import Upload


def survey_of(upload: Upload) -> Survey | None:
    """What all rows hold; None while it is not known for the present way of reading the file."""
    if upload.survey.get("read_as") != reading_of(upload.shape):
        return None
    return read_survey(upload.survey)


def guess_of(upload: Upload) -> Guess:
    """What the columns were guessed to be, with the doubts."""
    shape = shape_of_stored(upload.shape)
    with upload.stored.open("rb") as stream:
        return guess_columns(shape.header, sample_rows(stream.read(HEAD_BYTES), shape))
