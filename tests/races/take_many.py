"""One process of a race: takes from a queue so many times and prints the lead ids, "empty" where none was left."""

import sys

import django

django.setup()

from django.contrib.auth.models import User  # noqa: E402
from django.utils import timezone  # noqa: E402

from queues.actions.claims.take import QueueIsEmpty, take_next  # noqa: E402
from queues.models import Queue  # noqa: E402

queue_id, user_id, times = map(int, sys.argv[1:])
queue, user = Queue.objects.get(pk=queue_id), User.objects.get(pk=user_id)
for _time in range(times):
    try:
        print(take_next(queue, by=user, at=timezone.now()).lead_id)
    except QueueIsEmpty:
        print("empty")
