"""The log of what happens to jobs: following it, by any number of clients at a time, and keeping it short."""

from services.job_events.errors import EventsStoppedError, FollowerTooSlowError, ForgottenEventsError
from services.job_events.job_events import JobEvents, start_of
from services.job_events.trimming import trim_events

__all__ = ["EventsStoppedError", "FollowerTooSlowError", "ForgottenEventsError", "JobEvents", "start_of", "trim_events"]
