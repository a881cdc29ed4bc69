"""Candidates' requests carry what the organisation's own systems know them by"""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("candidate_requests", schema=None) as batch_op:
        batch_op.add_column(sa.Column("external_id", sa.String(length=255), nullable=True))
        batch_op.add_column(sa.Column("metadata", sa.Text(), nullable=False, server_default="{}"))
        batch_op.create_unique_constraint(
            batch_op.f("uq_candidate_requests_organisation_id_external_id"), ["organisation_id", "external_id"]
        )
    with op.batch_alter_table("candidate_requests", schema=None) as batch_op:
        batch_op.alter_column("metadata", existing_type=sa.Text(), server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("candidate_requests", schema=None) as batch_op:
        batch_op.drop_constraint(
            batch_op.f("uq_candidate_requests_organisation_id_external_id"), type_="unique"
        )
        batch_op.drop_column("metadata")
        batch_op.drop_column("external_id")
