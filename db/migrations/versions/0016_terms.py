"""What an approved version of the questions was approved with

Versions approved before this revision get their job's settings as they are now: those are what their interviews have
been held with.
"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("question_sets", schema=None) as batch_op:
        batch_op.add_column(sa.Column("terms", sa.Text(), nullable=True))
    op.execute(
        "UPDATE question_sets SET terms = (SELECT jobs.settings FROM jobs WHERE jobs.id = question_sets.job_id) "
        "WHERE approved_at IS NOT NULL"
    )


def downgrade() -> None:
    with op.batch_alter_table("question_sets", schema=None) as batch_op:
        batch_op.drop_column("terms")
