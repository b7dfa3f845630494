"""Is the process alive, and can it serve?"""

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from database.engine import Database
from database.errors import DatabaseUnavailableError, ReelgraphError
from database.failures import unavailability_told
from database.migrate import require_current
from server.stopping import Stopping


async def healthz(_request: Request) -> JSONResponse:
    """200 while the process answers at all."""
    return JSONResponse({"status": "ok"})


def health_routes(database: Database, stopping: Stopping) -> list[Route]:
    """`/healthz` and `/readyz`."""

    async def readyz(_request: Request) -> JSONResponse:
        """200 when a query would be answered; 503 with the reason otherwise."""
        if stopping.announced.is_set():
            return JSONResponse({"status": "stopping"}, status_code=503)
        try:
            with unavailability_told():
                async with database.parking.wanted():
                    await require_current(database.engine)
        except DatabaseUnavailableError:
            return JSONResponse({"status": "unavailable", "database": "can't be reached"}, status_code=503)
        except ReelgraphError as error:
            return JSONResponse({"status": "unavailable", "database": str(error)}, status_code=503)
        return JSONResponse({"status": "ok", "database": "ok"})

    return [Route("/healthz", healthz), Route("/readyz", readyz)]
