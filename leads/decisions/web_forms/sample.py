"""The answers of a made-up visitor, for leads that only try the way through Alur (K5, M3)."""

from collections.abc import Collection

MARK = "alur_test"  # the column by which such a lead can be known wherever its row is read
_DRAMA = "+44 7700 900"  # numbers that are given to nobody, kept for films


def sample_answers(names: Collection[str], *, token: str) -> dict[str, str]:
    """What the visitor writes into these fields, so that most rules are met. Each `token`, of hexadecimal digits, is
    another visitor, whom no known lead resembles."""
    answers = {
        "name": f"Probe {token}",
        "first_name": "Probe",
        "last_name": token,
        "email": f"probe-{token}@probe-{token}.example",
        "phone": f"{_DRAMA}{int(token, 16) % 1000:03d}",
        "company_name": f"Probe {token} of Alur",
        "title": "Head of Operations",
        "company_size": "500",
        "industry": "Software",
        "website": f"https://probe-{token}.example",
        "city": "Jakarta",
        "country": "Indonesia",
        "message": "This lead only tries the way through Alur.",
    }
    return {name: answers[name] for name in names if name in answers}
