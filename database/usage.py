"""What clients use, counted by the day. Clients name themselves; those that don't are the empty name."""

from datetime import date

from sqlalchemy import BigInteger, Index
from sqlalchemy.orm import Mapped, mapped_column

from database.base import Base


class FieldUsage(Base):
    """How many operations of a client's version used a field or an argument, by its schema coordinate."""

    __tablename__ = "field_usage"

    coordinate: Mapped[str] = mapped_column(primary_key=True)
    client_name: Mapped[str] = mapped_column(primary_key=True)
    client_version: Mapped[str] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    operations: Mapped[int] = mapped_column(BigInteger)


class DocumentUsage(Base):
    """How many operations of a registered document a client's version sent."""

    __tablename__ = "document_usage"

    sha256: Mapped[bytes] = mapped_column(primary_key=True)
    client_name: Mapped[str] = mapped_column(primary_key=True)
    client_version: Mapped[str] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    operations: Mapped[int] = mapped_column(BigInteger)


Index("ix_field_usage_day", FieldUsage.day)
Index("ix_document_usage_day", DocumentUsage.day)
