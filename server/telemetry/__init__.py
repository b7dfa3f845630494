"""Seeing inside: what a process does, as log lines, metrics and traces. docs/observability.md shows all of it.

- `observed`: one operation from its request to its answer; `telemetry` is what hears of all of them.
- `logs`, `lines`: how everything is logged, and the line of an operation; `failures`: errors without clients' values.
- `tallies`, `families`: the counts of the hot path; `collectors`: what is asked when Prometheus comes.
- `statements`: what is heard of statements and of loaders' batches; `jobs`: of the worker's jobs and stages.
- `tracing`: spans, for which OpenTelemetry must be installed.
"""
