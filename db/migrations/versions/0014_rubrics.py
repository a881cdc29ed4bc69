"""A library of rubrics, from which jobs start, and what was found in a résumé"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "rubrics",
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("competencies", sa.Text(), nullable=False),
        sa.Column("questions", sa.Text(), nullable=False),
        sa.Column("external_id", sa.String(length=255), nullable=True),
        sa.Column("metadata", sa.Text(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("organisation_id", sa.String(length=36), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_rubrics_organisation_id_organisations")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rubrics")),
        sa.UniqueConstraint("organisation_id", "external_id", name=op.f("uq_rubrics_organisation_id_external_id")),
    )
    with op.batch_alter_table("rubrics", schema=None) as batch_op:
        batch_op.create_index("ix_rubrics_list", ["organisation_id", "created_at", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_rubrics_organisation_id"), ["organisation_id"], unique=False)
    op.add_column("candidates", sa.Column("resume_facts", sa.Text(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("candidates", schema=None) as batch_op:
        batch_op.drop_column("resume_facts")
    op.drop_table("rubrics")
