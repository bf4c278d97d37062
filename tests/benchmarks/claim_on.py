"""Take leads from one queue until it is empty; may be killed at any moment: claim_on.py SLUG USER."""

import sys

import django

django.setup()

from django.contrib.auth.models import User  # noqa: E402
from django.utils import timezone  # noqa: E402

from queues.actions.claims.take import QueueIsEmpty, take_next  # noqa: E402
from queues.models import Queue  # noqa: E402

queue, user = Queue.objects.get(slug=sys.argv[1]), User.objects.get(pk=sys.argv[2])
while True:
    try:
        take_next(queue, by=user, at=timezone.now())
    except QueueIsEmpty:
        break
