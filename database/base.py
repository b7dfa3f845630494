"""What every table has: names by convention, a UUIDv7 key, an owner and two instants."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import DateTime, MetaData, Text, func
from sqlalchemy.ext.asyncio import AsyncAttrs
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from uuid_utils.compat import uuid7


class Base(AsyncAttrs, DeclarativeBase):
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {datetime: DateTime(timezone=True), str: Text}  # noqa: RUF012  SQLAlchemy wants a plain dict


class Owned(Base):
    """A row that belongs to a user."""

    __abstract__ = True

    uploader_user_id: Mapped[UUID] = mapped_column(sort_order=-1)


class Entity(Owned):
    """A row with a key and two instants. `updated_at` is kept by a trigger, whoever writes."""

    __abstract__ = True

    # What the server fills in comes back with the INSERT: reading it later, lazily, is what async sessions refuse.
    __mapper_args__ = {"eager_defaults": "auto"}  # noqa: RUF012  SQLAlchemy wants a plain dict

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7, sort_order=-2)
    created_at: Mapped[datetime] = mapped_column(server_default=func.now(), sort_order=98)
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now(), sort_order=99)
