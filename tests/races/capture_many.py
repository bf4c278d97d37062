"""One process of a race: brings in so many leads."""

import sys

import django

django.setup()

from django.utils import timezone  # noqa: E402

from leads.actions.intake.capture import capture_lead  # noqa: E402

name, times = sys.argv[1], int(sys.argv[2])
for number in range(times):
    capture_lead(
        {"email": f"{name}{number}@race.example.com", "company_name": f"{name} {number}"},
        channel="api",
        at=timezone.now(),
    )
