"""Contracts that servers have answered by."""

from datetime import datetime

from sqlalchemy import BigInteger, Identity, func
from sqlalchemy.orm import Mapped, mapped_column

from database.base import Base


class DeployedSchema(Base):
    """The contract that servers answer by since `deployed_at`; the newest is the one that counts."""

    __tablename__ = "deployed_schemas"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    sdl: Mapped[str]
    deployed_at: Mapped[datetime] = mapped_column(server_default=func.now())
