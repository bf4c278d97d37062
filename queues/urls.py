"""URLs of the queues app."""

from django.urls import URLPattern, path

from queues.views import (
    assign_next,
    away,
    claims,
    escalations,
    escalations_many,
    intake,
    redistribution,
    reservations,
    review,
    review_lead,
    review_merge,
    rules,
    stale,
    undo,
)

app_name = "queues"

urlpatterns: list[URLPattern] = [
    path("take-next/", claims.take, name="take_next"),
    path("take-batch/", claims.batch, name="take_batch"),
    path("take/<id:pk>/", claims.take_one, name="take_one"),
    path("take/<id:pk>/look/", reservations.reserve_lead, name="look"),
    path("take/look-away/", reservations.release_lead, name="look_away"),
    path("assignments/<id:pk>/undo/", undo.undo, name="undo"),
    path("assignments/<id:pk>/undo-batch/", undo.undo_all, name="undo_batch"),
    path("queues/<slug:slug>/assign-next/", assign_next.assign_next_lead, name="assign_next"),
    path("team/<id:pk>/hand-on/", redistribution.redistribute, name="hand_on"),
    path("review/", review.review, name="review"),
    path("review/list/", review.review_list, name="review_list"),
    path("review/csv/", review.review_csv, name="review_csv"),
    path("review/decide/", review.decide, name="review_decide"),
    path("review/<id:pk>/correct/", review_lead.correct, name="review_correct"),
    path("review/<id:pk>/ask/", review_lead.ask, name="review_ask"),
    path("review/<id:pk>/undo/", review_lead.undo, name="review_undo"),
    path("review/<id:pk>/merge/", review_merge.merge, name="review_merge"),
    path("merges/<id:pk>/undo/", review_merge.undo, name="merge_undo"),
    path("queues/<slug:slug>/keep-open/", intake.keep_open_for, name="keep_open"),
    path("queues/<slug:slug>/pause-source/", intake.pause, name="pause_source"),
    path("queues/<slug:slug>/resume-source/", intake.resume, name="resume_source"),
    path("flow/stale/<id:pk>/undo/", stale.undo, name="stale_undo"),
    path("rules/", rules.rules, name="rules"),
    path("rules/csv/", rules.rules_csv, name="rules_csv"),
    path("escalations/many/", escalations_many.decide_many, name="escalations_many"),
    path("escalations/<id:pk>/take-over/", escalations.take, name="escalation_take"),
    path("escalations/<id:pk>/reassign/", escalations.reassign, name="escalation_reassign"),
    path("escalations/<id:pk>/front/", escalations.to_front, name="escalation_front"),
    path("escalations/<id:pk>/snooze/", escalations.snooze, name="escalation_snooze"),
    path("away/<id:pk>/hand-on/", away.hand_on, name="away_hand_on"),
    path("away/<id:pk>/keep/", away.keep, name="away_keep"),
    path("escalations/<id:pk>/leave/", escalations.leave, name="escalation_leave"),
]
