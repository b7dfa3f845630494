"""`reelgraph serve --workers N`: processes that share one port, and the one that sees to it that they are there."""

import asyncio
import logging
import signal
import socket
import sys
import time

from database.errors import ReelgraphError
from server.cli.process import READY, STOP, stop_signal
from server.resources import database_url
from server.settings import Settings

logger = logging.getLogger(__name__)

START_SECONDS = 60
# How long until one that died is replaced; longer each time where it does not live for STEADY_SECONDS.
FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS, STEADY_SECONDS = 0.05, 2.0, 10.0
# Connections that may wait to be accepted, as uvicorn has it.
BACKLOG = 2048


async def supervise(settings: Settings, count: int) -> None:
    """Keep so many processes until told to stop. Raises `ReelgraphError` where they can't even begin."""
    stop, renew = stop_signal(), asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, renew.set)
    # Held here, so that it stays when they die.
    async with database_url(settings):
        supervisor = Supervisor(_listeners(settings, count))
        patience = settings.stop_delay_seconds + settings.stop_timeout_seconds + 5
        try:
            await supervisor.run(stop, renew)
        finally:
            await supervisor.close(patience)


def _listeners(settings: Settings, count: int) -> list[socket.socket]:
    """A listening socket for each process. They are ours: what has come to one is accepted by who follows on it."""
    address = settings.host, settings.port
    family = socket.getaddrinfo(*address, type=socket.SOCK_STREAM)[0][0]
    if sys.platform != "linux":  # only Linux spreads connections over the sockets of a port
        return [socket.create_server(address, family=family, backlog=BACKLOG)] * count
    # Of processes that share one socket, the first to wake accepts all there is: nine tenths of a burst.
    return [socket.create_server(address, family=family, backlog=BACKLOG, reuse_port=True) for _ in range(count)]


class Child:
    """One process. It ends with us: its standard input is a pipe, and it notices when nobody has the other end."""

    def __init__(self, process: asyncio.subprocess.Process, listener: socket.socket) -> None:
        self.process = process
        self.listener = listener
        self.is_told = False
        self.began = time.monotonic()
        self._ready = asyncio.create_task(self._is_ready())

    async def ready(self) -> bool:
        """Whether it serves, as soon as that is known."""
        return await asyncio.shield(self._ready)

    async def _is_ready(self) -> bool:
        assert self.process.stdout is not None
        try:
            async with asyncio.timeout(START_SECONDS):
                return await self.process.stdout.readline() == READY
        except TimeoutError:
            return False

    def stop(self) -> None:
        """Have it finish what it does, and end."""
        if not self.is_told and self.process.stdin is not None:
            self.process.stdin.write(STOP)
        self.is_told = True

    async def ended(self) -> None:
        """Return when it has ended."""
        await self.process.wait()
        self._ready.cancel()


class Supervisor:
    """The processes, one for each listening socket."""

    def __init__(self, listeners: list[socket.socket]) -> None:
        self._listeners = listeners
        self._children: list[Child] = []
        self._keeping: set[asyncio.Task[None]] = set()
        self._have_served = False

    async def run(self, stop: asyncio.Event, renew: asyncio.Event) -> None:
        """Keep them until `stop` is set, and put others in their places, one by one, whenever `renew` is."""
        for listener in self._listeners:
            self._keep(await self._start(listener))
        stopping = asyncio.create_task(stop.wait())
        while not stop.is_set():
            renewing = asyncio.create_task(renew.wait())
            await asyncio.wait((stopping, renewing, *self._keeping), return_when=asyncio.FIRST_COMPLETED)
            renewing.cancel()
            for failed in [task for task in self._keeping if task.done()]:
                self._keeping.discard(failed)
                failed.result()
            if renew.is_set() and not stop.is_set():
                renew.clear()
                await self._renew(stop)
        logger.info("stopping %d processes", len(self._children))

    async def close(self, patience: float) -> None:
        """Have all of them end, and return when they have: by themselves, or after so many seconds by force."""
        for listener in self._listeners:
            listener.close()
        for task in self._keeping:
            task.cancel()
        for child in self._children:
            child.stop()
        ends = [asyncio.create_task(child.ended()) for child in self._children]
        if ends:
            _, late = await asyncio.wait(ends, timeout=patience)
            for child in self._children if late else ():
                if child.process.returncode is None:
                    logger.error("process %d does not end, and is killed", child.process.pid)
                    child.process.kill()
            await asyncio.gather(*ends)

    async def _start(self, listener: socket.socket) -> Child:
        command = [sys.executable, "-m", "server", "serve", "--listen-fd", str(listener.fileno())]
        process = await asyncio.create_subprocess_exec(
            *command,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            pass_fds=[listener.fileno()],
            start_new_session=True,  # Ctrl-C goes to us alone
        )
        child = Child(process, listener)
        self._children.append(child)
        return child

    def _keep(self, child: Child) -> None:
        """See to it that a process is replaced when it dies."""
        self._keeping.add(asyncio.create_task(self._replace(child)))

    async def _replace(self, child: Child) -> None:
        pause = FIRST_PAUSE_SECONDS
        while True:
            self._have_served = await child.ready() or self._have_served
            await child.ended()
            self._children.remove(child)
            if child.is_told:
                return
            if not self._have_served:
                raise ReelgraphError("The server could not start.", hint="The lines above say why.")
            if time.monotonic() - child.began > STEADY_SECONDS:
                pause = FIRST_PAUSE_SECONDS
            logger.error("process %d ended with %d and is replaced", child.process.pid, child.process.returncode)
            await asyncio.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE_SECONDS)
            child = await self._start(child.listener)

    async def _renew(self, stop: asyncio.Event) -> None:
        """Put a new process in the place of each; the old one ends when the new one serves."""
        for old in self._children.copy():
            if stop.is_set():
                return
            new = await self._start(old.listener)
            self._keep(new)
            if not await new.ready():
                logger.error("process %d does not serve; the others stay as they are", new.process.pid)
                new.is_told = True
                if new.process.returncode is None:
                    new.process.kill()
                return
            old.stop()
            await old.ended()
