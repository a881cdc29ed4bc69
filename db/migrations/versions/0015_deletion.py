"""What was deleted of interviews and people, and when"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "erasures",
        sa.Column("candidate_id", sa.String(length=36), nullable=False),
        sa.Column("why", sa.String(length=16), nullable=False),
        sa.Column("requested_by", sa.String(length=320), nullable=False),
        sa.Column("removed", sa.Text(), nullable=False),
        sa.Column("own_done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("organisation_id", sa.String(length=36), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["candidate_id"], ["candidates.id"], name=op.f("fk_erasures_candidate_id_candidates")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_erasures_organisation_id_organisations")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erasures")),
        sa.UniqueConstraint("candidate_id", name=op.f("uq_erasures_candidate_id")),
    )
    with op.batch_alter_table("erasures", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_erasures_organisation_id"), ["organisation_id"], unique=False)
    # Nullable columns are added as they are: SQLite need not copy tables that may be large.
    op.add_column("interviews", sa.Column("words_deleted_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("interviews", sa.Column("words_deleted_for", sa.String(length=16), nullable=True))
    op.add_column("calls", sa.Column("carrier_deleted_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("messages", sa.Column("carrier_deleted_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    for table, column in (
        ("messages", "carrier_deleted_at"), ("calls", "carrier_deleted_at"),
        ("interviews", "words_deleted_for"), ("interviews", "words_deleted_at"),
    ):  # fmt: skip
        op.drop_column(table, column)
    op.drop_table("erasures")
