"""The practice answer that a call can play back."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("calls") as batch:
        batch.add_column(sa.Column("practice_turn", sa.Integer(), nullable=True))
        batch.add_column(sa.Column("practice_recording_id", sa.String(length=36), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("calls") as batch:
        batch.drop_column("practice_recording_id")
        batch.drop_column("practice_turn")
