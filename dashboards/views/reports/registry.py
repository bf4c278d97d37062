"""The questions of the reports, in the order of the list on the left; one module each."""

from django.utils.translation import gettext_lazy as _

from dashboards.presenters.boards import flow, people, queues
from dashboards.presenters.reports.answers import Question
from dashboards.presenters.reports.figures import Figure
from dashboards.views.reports import contact, forecast, goals, losses, outcomes, patterns, radar, survey, waits

# heading, its questions; a new question is a module with a Question, and one word here
GROUPS: tuple[tuple[object, tuple[Question, ...]], ...] = (
    (_("Speed"), (waits.QUESTION, contact.QUESTION)),
    (_("Outcome"), (outcomes.QUESTION, losses.QUESTION)),
    (_("Health"), (goals.QUESTION, patterns.QUESTION, forecast.QUESTION)),
    (_("People"), (radar.QUESTION, survey.QUESTION)),
)

QUESTIONS: tuple[Question, ...] = tuple(question for _name, questions in GROUPS for question in questions)
BOARDS: tuple[Figure, ...] = (*queues.FIGURES, *people.FIGURES, *people.FAIRNESS, *flow.FIGURES)
FIGURES = {figure.key: figure for each in (*(question.figures for question in QUESTIONS), BOARDS) for figure in each}
