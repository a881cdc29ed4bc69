"""Requests of candidates are in somebody's hands; what was found out about models is kept"""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("candidate_requests", schema=None) as batch_op:
        batch_op.add_column(sa.Column("taken_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("taken_by", sa.String(length=320), nullable=True))
    op.create_table(
        "watched_models",
        sa.Column("model", sa.String(length=100), nullable=False),
        sa.Column("looked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("offered", sa.Boolean(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("model", name=op.f("pk_watched_models")),
    )


def downgrade() -> None:
    op.drop_table("watched_models")
    with op.batch_alter_table("candidate_requests", schema=None) as batch_op:
        batch_op.drop_column("taken_by")
        batch_op.drop_column("taken_at")
