"""Addresses of the queues app."""

from django.urls import URLPattern, path

from queues.views import assign_next as assigning
from queues.views import claims, review, review_lead, review_merge, rules
from queues.views import escalations as decisions
from queues.views import redistribution as handing_on
from queues.views import reservations as looking
from queues.views import undo as undoing

app_name = "queues"

urlpatterns: list[URLPattern] = [
    path("take-next/", claims.take, name="take_next"),
    path("take-batch/", claims.batch, name="take_batch"),
    path("take/<id:pk>/", claims.take_one, name="take_one"),
    path("take/<id:pk>/look/", looking.look, name="look"),
    path("take/look-away/", looking.leave, name="look_away"),
    path("assignments/<id:pk>/undo/", undoing.undo, name="undo"),
    path("assignments/<id:pk>/undo-batch/", undoing.undo_all, name="undo_batch"),
    path("queues/<slug:slug>/assign-next/", assigning.assign_next, name="assign_next"),
    path("team/<id:pk>/hand-on/", handing_on.hand_leads_on, name="hand_on"),
    path("review/", review.review, name="review"),
    path("review/list/", review.review_list, name="review_list"),
    path("review/csv/", review.review_csv, name="review_csv"),
    path("review/decide/", review.decide, name="review_decide"),
    path("review/<id:pk>/correct/", review_lead.correct, name="review_correct"),
    path("review/<id:pk>/ask/", review_lead.ask, name="review_ask"),
    path("review/<id:pk>/undo/", review_lead.undo, name="review_undo"),
    path("review/<id:pk>/merge/", review_merge.merge, name="review_merge"),
    path("merges/<id:pk>/undo/", review_merge.undo, name="merge_undo"),
    path("rules/", rules.rules, name="rules"),
    path("rules/csv/", rules.rules_csv, name="rules_csv"),
    path("escalations/<id:pk>/take-over/", decisions.take, name="escalation_take"),
    path("escalations/<id:pk>/reassign/", decisions.reassign, name="escalation_reassign"),
    path("escalations/<id:pk>/front/", decisions.to_front, name="escalation_front"),
    path("escalations/<id:pk>/snooze/", decisions.snooze, name="escalation_snooze"),
    path("escalations/<id:pk>/leave/", decisions.leave, name="escalation_leave"),
]
