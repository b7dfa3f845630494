"""Addresses of databases, poolers and replicas as people set them."""

from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from database.engine import Database
from database.errors import ReelgraphError
from server.cluster import pgbouncer
from server.cluster.pgbouncer import installed_pgbouncer
from server.settings import Settings

ONE = "postgresql://user:secret@db.example/reelgraph"


@pytest.mark.parametrize(
    ("address", "dsn"),
    [
        ("a,b", "host=a%2Cb&port=5432%2C5432"),
        ("user:s%40crt@a:6000,b", "host=a%2Cb&port=6000%2C5432"),
        ("10.0.0.1:1,db-2.example:2", "host=10.0.0.1%2Cdb-2.example&port=1%2C2"),
    ],
)
def test_the_one_of_several_hosts_is_meant_that_takes_writes(address: str, dsn: str) -> None:
    url = f"postgresql://{address}/reelgraph?target_session_attrs=read-write"
    settings = Settings(database_url=url)
    database = Database(settings.database_url or "")
    assert database.dsn.endswith(f"/reelgraph?{dsn}&target_session_attrs=read-write")
    assert ("s%40crt" in database.dsn) == ("s%40crt" in address)
    _, arguments = database.engine.dialect.create_connect_args(database.engine.url)
    assert arguments["target_session_attrs"] == "read-write"
    assert (len(arguments["host"]), len(arguments["port"])) == (2, 2)


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"database_url": f"{ONE}?target_session_attrs=standby"}, "must lead to the primary"),
        ({"database_url": "postgresql://a:x,b/db"}, "must be the address"),
        ({"database_url": "postgresql://a,[::1]:2/db"}, "must be the address"),
        ({"database_url": f"{ONE}?options=-c"}, "parameters that are not understood: options"),
        ({"database_url": "mysql://a,b/db"}, "must be the address of a PostgreSQL database"),
        ({"database_direct_url": ONE}, "is of no use without REELGRAPH_DATABASE_URL"),
        ({"database_replica_urls": ONE}, "is of no use without REELGRAPH_DATABASE_URL"),
        ({"database_url": ONE, "database_replica_urls": f"{ONE},"}, "must be the address"),
        ({"database_url": ONE, "database_replica_urls": "sqlite://"}, "must be the address"),
        ({"database_url": ONE, "database_replica_urls": "postgresql://a:5432,b/db"}, "must"),
        ({"database_url": ONE, "replica_max_lag_seconds": 0}, "greater than 0"),
    ],
)
def test_what_can_not_be_used_is_named(given: dict[str, Any], reason: str) -> None:
    with pytest.raises(ValidationError, match=reason):
        Settings(**given)


def test_replicas_stand_in_a_row_each_with_parameters_of_its_own() -> None:
    settings = Settings(database_url=ONE, database_replica_urls=f"{ONE}?sslmode=require, postgresql://other/reelgraph")
    assert settings.replica_urls == [f"{ONE}?sslmode=require", "postgresql://other/reelgraph"]


def test_where_pgbouncer_is_absent_or_too_old_it_is_said_how_to_get_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pgbouncer, "PLACES", ())
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ReelgraphError, match="is not installed") as absent:
        installed_pgbouncer()
    assert "apt install pgbouncer" in (absent.value.hint or "")
    old = tmp_path / "pgbouncer"
    old.write_text("#!/bin/sh\necho 'PgBouncer 1.18.0'\n")
    old.chmod(0o755)
    with pytest.raises(ReelgraphError, match=r"'PgBouncer 1\.18\.0'.*1\.21"):
        installed_pgbouncer()
    old.write_text("#!/bin/sh\necho 'PgBouncer 1.21.0'\n")
    assert installed_pgbouncer() == str(old)
