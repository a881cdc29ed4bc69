"""Words that the carrier heard, for answers that are not recorded.

Revision ID: 0005
Revises: 0004
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("recordings") as batch:
        batch.add_column(sa.Column("heard_text", sa.Text(), nullable=True))
        batch.add_column(sa.Column("part_of", sa.String(length=64), nullable=True))
        batch.create_index("ix_recordings_part_of", ["part_of"])


def downgrade() -> None:
    # Answers without audio would be answers without anything: they go with the words that they were.
    op.execute(sa.text("DELETE FROM recordings WHERE heard_text IS NOT NULL"))
    with op.batch_alter_table("recordings") as batch:
        batch.drop_index("ix_recordings_part_of")
        batch.drop_column("part_of")
        batch.drop_column("heard_text")
