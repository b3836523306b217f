"""How often an offer's page was opened, by day: a number, and nothing about who opened it."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from jobboard.db import Base


class OfferViews(Base):
    """The count of one offer on one day."""

    __tablename__ = "offer_views"

    offer_id: Mapped[int] = mapped_column(sa.ForeignKey("offer.id", ondelete="CASCADE"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    views: Mapped[int]


def count(session: Session, offer_id: int, *, day: date) -> None:
    """Count one opening of an offer's page."""
    row = insert(OfferViews).values(offer_id=offer_id, day=day, views=1)
    session.execute(row.on_conflict_do_update(index_elements=["offer_id", "day"], set_={"views": OfferViews.views + 1}))
