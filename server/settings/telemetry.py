"""Logs, metrics and traces."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, HttpUrl, SecretStr
from pydantic_settings import BaseSettings

from server.settings.checks import fit_for_a_header


class TelemetrySettings(BaseSettings):
    """Logs, metrics and traces."""

    log_format: Annotated[
        Literal["json", "console"] | None,
        Field(description="How log lines are written. Default: `console` on a terminal, else `json`."),
    ] = None
    log_level: Annotated[
        Literal["debug", "info", "warning", "error"],
        Field(description="From which level on Reelgraph's own lines are logged; of libraries, warnings are."),
    ] = "info"
    log_operations: Annotated[
        Literal["all", "notable", "off"] | None,
        Field(
            description="Which operations leave a log line: `all`; or `notable`, those that were slow, refused or went "
            "wrong, and subscriptions; or none, `off`. Documents' texts, variables and tokens are never logged. "
            "Default: `notable`, in development `all`."
        ),
    ] = None
    slow_operation_seconds: Annotated[float, Field(description="From how long on an operation is slow.", gt=0)] = 1
    metrics_token: Annotated[
        SecretStr | None,
        AfterValidator(fit_for_a_header),
        Field(description="Bearer token that `/metrics` asks for. Default: it is open; it names no user."),
    ] = None
    worker_metrics_port: Annotated[
        int | None,
        Field(description="Port on which a worker serves its own `/metrics`. Default: none.", ge=1, le=65535),
    ] = None
    otlp_endpoint: Annotated[
        HttpUrl | None,
        Field(
            description="OpenTelemetry collector, `http://host:4318`, that traces are sent to; needs "
            "`pip install 'reelgraph[otel]'`. OpenTelemetry itself reads its `OTEL_…` variables for headers, sampling "
            "and attributes. Default: no traces."
        ),
    ] = None
