"""The circuit breaker, beside the pace of dialling, and a wish to be called at once"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("dial_pace") as batch:
        batch.add_column(sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True))
        batch.add_column(sa.Column("open_until", sa.DateTime(timezone=True), nullable=True))
    with op.batch_alter_table("interviews") as batch:
        batch.add_column(sa.Column("wanted_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("interviews") as batch:
        batch.drop_column("wanted_at")
    with op.batch_alter_table("dial_pace") as batch:
        batch.drop_column("open_until")
        batch.drop_column("opened_at")
