"""How the API is served over HTTP: which connections, how large, and how long."""

import math

import uvicorn
from starlette.types import ASGIApp

from server.admission import Admission
from server.connections import WebSocketProtocol
from server.gate import GatedConfig
from server.settings import Settings
from server.straight import StraightProtocol

# Longer than load balancers keep connections that are idle, which is a minute: they, not we, are to close them.
KEEP_ALIVE_SECONDS = 75


def http_config(app: ASGIApp, settings: Settings, admission: Admission, *, port: int) -> uvicorn.Config:
    """The configuration of a server of the application; with port 0 it takes a free one."""
    config = GatedConfig(
        app,
        host=settings.host,
        port=port,
        http=StraightProtocol,
        ws=WebSocketProtocol,
        ws_max_size=settings.max_body_bytes,
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        # A moment more than WebSockets take, which say good-bye at the end of it.
        timeout_graceful_shutdown=math.ceil(settings.stop_timeout_seconds) + 1,
    )
    config.admission = admission
    return config
