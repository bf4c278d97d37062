"""The progress of background jobs, on the pages of the settings."""

from django import template
from django.utils import timezone

from config.jobs.progress import job_rows

register = template.Library()


@register.inclusion_tag("admin/_background_jobs.html")
def background_jobs() -> dict:
    rows = job_rows(at=timezone.now())
    return {"rows": rows, "is_open": any(row.is_open for row in rows)}
