"""Views of the list of interviews that people have given a name."""

from sqlalchemy import Boolean, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.models.base import Base, Owned, StringMap


class SavedView(Owned, Base):
    """``filters`` as the page's address has them, never a person's name. A shared one is the organisation's to use and
    its maker's to delete."""

    __tablename__ = "saved_views"
    __table_args__ = (UniqueConstraint("user_id", "name"),)

    user_id: Mapped[str] = mapped_column(ForeignKey("users.id"))
    name: Mapped[str] = mapped_column(String(60))
    is_shared: Mapped[bool] = mapped_column(Boolean, default=False)
    filters: Mapped[dict[str, str]] = mapped_column(StringMap, default=dict)
