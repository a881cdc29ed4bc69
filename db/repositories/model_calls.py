"""What calls to models have cost."""

from datetime import datetime
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db.models import ModelCallRow


def month_of(now: datetime) -> datetime:
    """When the calendar month (UTC) began, which a monthly budget counts from."""
    return now.replace(day=1, hour=0, minute=0, second=0, microsecond=0)


def spent_usd(session: Session, organisation_id: str, since: datetime) -> Decimal:
    """What an organisation's calls since then have cost; simulated ones cost nothing, unpriced ones are not seen."""
    spent = session.scalar(
        select(func.sum(ModelCallRow.cost_usd)).where(
            ModelCallRow.organisation_id == organisation_id,
            ModelCallRow.created_at >= since,
            ModelCallRow.simulated.is_(False),
        )
    )
    return Decimal(spent or 0)
