"""One database: its pool of connections, its sessions for writing and its readers."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from uuid import UUID

import asyncpg
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from database.address import for_asyncpg, parsed
from database.connections import open_engine
from database.errors import ReelgraphError
from database.failures import DRIVER_ERRORS, unavailability_told, unavailable
from database.parking import Parking
from database.reader import VIEWER_ROLE, Observe, Reader
from database.replicas import Replicas

MOST_LAG_SECONDS = 10

# Set for the transaction, both: they go with it. One statement, so that it is one round trip.
CONFINE = text("SELECT set_config('role', :role, true), set_config('reelgraph.viewer', :viewer, true)")

# Made by migration 0005.
GRANT = "SELECT reelgraph_grant_viewer()"

# Run in the viewer's role: is it held by the policies, and may it read and write?
CONFINED = text(
    "SELECT row_security_active(name) AS held,"
    " has_table_privilege(name, 'SELECT') AND has_table_privilege(name, 'INSERT') AS granted"
    " FROM unnest(ARRAY['videos', 'video_jobs', 'video_metadata', 'idempotency_keys']) AS name"
)


class UnreachableDatabaseError(ReelgraphError):
    """No connection can be made."""


class ViewerRoleError(ReelgraphError):
    """Row-level security can't be enforced on this database as it is."""


class Database:
    """PostgreSQL behind one pool. `url` is `postgresql://…`; the driver is asyncpg.

    With `direct_url`, `url` leads to PgBouncer in transaction mode, and what needs a session goes by `direct_url`: the
    queue, LISTEN, migrations. With `replica_urls`, viewers' reads may go there. With `enforce_rls`, what is read and
    written for a viewer is done in a role that row-level security holds. Whoever waits for a connection for
    `pool_timeout` seconds, or for a new one to be made, gets an error.
    """

    def __init__(
        self,
        url: str,
        *,
        direct_url: str | None = None,
        replica_urls: Sequence[str] = (),
        pool_size: int = 10,
        pool_timeout: float = 5,
        most_lag_seconds: float = MOST_LAG_SECONDS,
        enforce_rls: bool = False,
    ) -> None:
        self.enforce_rls = enforce_rls
        # Whoever wants to hear of what readers read sets it.
        self.observe: Observe | None = None
        self.dsn = for_asyncpg(parsed(direct_url or url))
        self.engine = open_engine(
            parsed(url), pool_size=pool_size, pool_timeout=pool_timeout, pooled=direct_url is not None
        )
        addresses = [parsed(replica_url) for replica_url in replica_urls]
        self.replicas = (
            Replicas(self.dsn, addresses, pool_size=pool_size, most_lag_seconds=most_lag_seconds) if addresses else None
        )
        self._sessions = async_sessionmaker(self.engine, expire_on_commit=False)
        self.parking = Parking(self.engine, pool_size=pool_size, longest_wait=pool_timeout)

    async def require_reachable(self) -> None:
        """Raise `UnreachableDatabaseError` unless a connection can be made."""
        try:
            async with self.parking.wanted(), self.engine.connect():
                pass
        except DRIVER_ERRORS as error:
            cause = error.orig if isinstance(error, DBAPIError) else error
            reason = str(cause).partition("\n")[0] or type(cause).__name__
            address = self.engine.url.render_as_string(hide_password=True)
            raise UnreachableDatabaseError(
                f"The database {address} can't be reached: {reason}",
                hint="Check REELGRAPH_DATABASE_URL, and that PostgreSQL runs there.",
            ) from None

    async def require_viewer_role(self) -> None:
        """Raise `ViewerRoleError`, naming the statement that helps, unless row-level security can be enforced."""
        async with self.parking.wanted(), self._sessions() as session:
            user = (await session.scalars(text("SELECT quote_ident(current_user)"))).one()
            role_exists = (await session.scalars(text("SELECT to_regrole(:role)"), {"role": VIEWER_ROLE})).one()
            try:
                await session.execute(CONFINE, {"role": VIEWER_ROLE, "viewer": ""})
                tables = (await session.execute(CONFINED)).all()
            except DBAPIError:
                create = "" if role_exists else f"CREATE ROLE {VIEWER_ROLE} NOLOGIN; "
                problem = f"{user} can't take on the role {VIEWER_ROLE}"
                raise _unenforceable(problem, f"{create}GRANT {VIEWER_ROLE} TO {user}; {GRANT}") from None
        if not all(table.granted for table in tables):
            raise _unenforceable(f"the role {VIEWER_ROLE} may not use the tables", GRANT)
        if not all(table.held for table in tables):
            way_out = f"ALTER ROLE {VIEWER_ROLE} NOSUPERUSER NOBYPASSRLS"
            raise _unenforceable(f"row-level security does not hold the role {VIEWER_ROLE}", way_out)

    @asynccontextmanager
    async def transaction(self, viewer: UUID | None = None) -> AsyncIterator[AsyncSession]:
        """A session whose work is committed when the block ends, and undone when it raises.

        Without a viewer it is the system's own: row-level security does not hold it. Raises `DatabaseUnavailableError`,
        of which `may_be_done` says whether it is unknown what became of the work; otherwise nothing was done.
        """
        committing = False
        try:
            async with self._sessions.begin() as session:
                await self._connect(session)
                if viewer is not None and self.enforce_rls:
                    await session.execute(CONFINE, {"role": VIEWER_ROLE, "viewer": str(viewer)})
                yield session
                await session.flush()
                committing = True
        except (DBAPIError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError) as error:
            told = unavailable(error, may_be_done=committing)
            if told is None:
                raise
            raise told from error

    async def _connect(self, session: AsyncSession) -> None:
        """Have a session take its connection."""
        with unavailability_told():
            async with self.parking.wanted():
                await session.connection()

    def reader(self, viewer: UUID) -> Reader:
        """The reads of one request by a viewer, as things are now; close it, or use it as a context manager."""
        return Reader(self.parking, viewer, enforce_rls=self.enforce_rls, observe=self.observe)

    def replica_reader(self, viewer: UUID, floor: int = 0) -> Reader:
        """The same, perhaps as things were a moment ago, but with all that was written up to a place in the log."""
        replica = self.replicas and self.replicas.choose(viewer, floor)
        if not replica:
            return self.reader(viewer)
        return Reader(replica.parking, viewer, enforce_rls=self.enforce_rls, observe=self.observe, instead=self.parking)

    async def close(self) -> None:
        """Close every connection."""
        if self.replicas is not None:
            await self.replicas.close()
        await self.parking.close()
        await self.engine.dispose()


def _unenforceable(problem: str, statements: str) -> ViewerRoleError:
    return ViewerRoleError(
        f"REELGRAPH_DATABASE_RLS=enforce, but {problem}.",
        hint=f"Run in this database, as an administrator: {statements};",
    )
