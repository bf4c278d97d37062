"""Answers who may see a lead that waits: the managers of its queue (C7, C9)."""

from django.contrib.auth.backends import BaseBackend

from leads.models import Lead
from queues.models import Queue
from queues.queries import waiting_entry


class QueuesBackend(BaseBackend):
    def has_perm(self, user_obj, perm: str, obj: object = None) -> bool:
        if not isinstance(obj, Lead) or perm not in ("leads.view_lead", "leads.change_lead"):
            return False
        if not user_obj.is_active or not user_obj.has_perm("queues.watch_queue"):
            return False
        entry = waiting_entry(obj.pk)
        return entry is not None and Queue.objects.managed_by(user_obj).filter(pk=entry.queue_id).exists()
