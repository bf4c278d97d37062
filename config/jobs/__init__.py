"""Background jobs: work that grows with a queue, in chunks, with progress on the page; right if it runs twice."""

from config.jobs.kinds import Chunk, JobKind, register_job_kind
from config.jobs.start import start_job

__all__ = ["Chunk", "JobKind", "register_job_kind", "start_job"]
