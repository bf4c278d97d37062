"""What is asked about somebody who is away (D2)."""

from queues.models import AwayQuestion
from routing.presenters.alerts import away_question_sentence


def away_text(question: AwayQuestion) -> str:
    until = question.until_at.isoformat() if question.until_at else ""
    return away_question_sentence(
        {"name": str(question.rep), "why": question.why, "until": until, "number": question.leads}
    )
