"""`reelgraph serve --workers N`: processes that share one port, and the one that sees to it that they are there."""

import asyncio
import logging
import signal
import socket
import sys
import time
from contextlib import suppress

from database.errors import ReelgraphError
from server.cli.process import READY, STOP, WAITING, stop_signal
from server.settings import Settings
from server.stores import database_url

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
        patience = settings.stop_delay_seconds + settings.stop_timeout_seconds + 5
        supervisor = Supervisor(_listeners(settings, count), patience)
        try:
            await supervisor.run(stop, renew)
        finally:
            await supervisor.close()


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
                said = await self.process.stdout.readline()
        except TimeoutError:
            return False
        if said == WAITING:
            said = await self.process.stdout.readline()
        return said == READY

    def stop(self) -> None:
        """Have it finish what it does, and end."""
        if not self.is_told and self.process.stdin is not None:
            with suppress(RuntimeError, OSError):  # it has just died
                self.process.stdin.write(STOP)
        self.is_told = True

    def kill(self) -> None:
        """Have it end at once."""
        if self.process.returncode is None:
            self.process.kill()

    async def ended(self) -> None:
        """Return when it has ended."""
        await self.process.wait()
        self._ready.cancel()


class Supervisor:
    """The processes, one for each listening socket. What is to end has so many seconds' `patience`."""

    def __init__(self, listeners: list[socket.socket], patience: float) -> None:
        self._listeners = listeners
        self._patience = patience
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
                renewal = asyncio.create_task(self._renew())
                await asyncio.wait((renewal, stopping), return_when=asyncio.FIRST_COMPLETED)
                if renewal.done():
                    renewal.result()
                renewal.cancel()
        logger.info("stopping %d processes", len(self._children))

    async def close(self) -> None:
        """Have all of them end, and return when they have: by themselves, or by force."""
        for listener in self._listeners:
            listener.close()
        for task in self._keeping:
            task.cancel()
        for child in self._children:
            child.stop()
        ends = [asyncio.create_task(child.ended()) for child in self._children]
        if ends:
            _, late = await asyncio.wait(ends, timeout=self._patience)
            for child in self._children if late else ():
                if child.process.returncode is None:
                    logger.error("process %d does not end, and is killed", child.process.pid)
                    child.kill()
            await asyncio.gather(*ends)

    async def _start(self, listener: socket.socket) -> Child:
        command = [sys.executable, "-m", "server", "serve", "--listen-fd", str(listener.fileno())]
        if self._have_served:
            command.append("--wait")  # for a database that was there before
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
            is_ready = await child.ready()
            self._have_served = is_ready or self._have_served
            if not is_ready:
                child.kill()
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

    async def _renew(self) -> None:
        """Put a new process in the place of each; the old one ends when the new one serves."""
        for old in self._children.copy():
            if old not in self._children:
                continue  # it died: its successor is new
            new = await self._start(old.listener)
            self._keep(new)
            if not await new.ready():
                logger.error("process %d does not serve; the others stay as they are", new.process.pid)
                new.is_told = True
                new.kill()
                return
            old.stop()
            try:
                async with asyncio.timeout(self._patience):
                    await old.ended()
            except TimeoutError:
                old.kill()
