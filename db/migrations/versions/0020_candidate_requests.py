"""What candidates ask of a person, and the receipt behind a link whose person is forgotten"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "candidate_requests",
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("source", sa.String(length=16), nullable=False),
        sa.Column("candidate_id", sa.String(length=36), nullable=False),
        sa.Column("interview_id", sa.String(length=36), nullable=True),
        sa.Column("answer_id", sa.String(length=36), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("created_by", sa.String(length=320), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("resolved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("resolved_by", sa.String(length=320), nullable=True),
        sa.Column("organisation_id", sa.String(length=36), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["candidate_id"], ["candidates.id"], name=op.f("fk_candidate_requests_candidate_id_candidates")
        ),
        sa.ForeignKeyConstraint(
            ["interview_id"], ["interviews.id"], name=op.f("fk_candidate_requests_interview_id_interviews")
        ),
        sa.ForeignKeyConstraint(["answer_id"], ["answers.id"], name=op.f("fk_candidate_requests_answer_id_answers")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_candidate_requests_organisation_id_organisations")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_candidate_requests")),
    )
    with op.batch_alter_table("candidate_requests", schema=None) as batch_op:
        batch_op.create_index("ix_candidate_requests_list", ["organisation_id", "created_at", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_candidate_requests_candidate_id"), ["candidate_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_candidate_requests_interview_id"), ["interview_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_candidate_requests_organisation_id"), ["organisation_id"], unique=False)
    # A nullable column is added as it is: SQLite need not copy the table.
    op.add_column("erasures", sa.Column("link_hash", sa.String(length=64), nullable=True))
    op.create_index(op.f("ix_erasures_link_hash"), "erasures", ["link_hash"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_erasures_link_hash"), table_name="erasures")
    op.drop_column("erasures", "link_hash")
    op.drop_table("candidate_requests")
