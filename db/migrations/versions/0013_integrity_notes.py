"""What a person may want to look at in an answer"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "integrity_notes",
        sa.Column("interview_id", sa.String(length=36), nullable=False),
        sa.Column("answer_id", sa.String(length=36), nullable=False),
        sa.Column("signal", sa.String(length=32), nullable=False),
        sa.Column("value", sa.Float(), nullable=False),
        sa.Column("unit", sa.String(length=32), nullable=False),
        sa.Column("reliability", sa.String(length=16), nullable=False),
        sa.Column("offset_s", sa.Float(), nullable=True),
        sa.Column("other_answer_id", sa.String(length=36), nullable=True),
        sa.Column("organisation_id", sa.String(length=36), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["answer_id"], ["answers.id"], name=op.f("fk_integrity_notes_answer_id_answers")),
        sa.ForeignKeyConstraint(
            ["interview_id"], ["interviews.id"], name=op.f("fk_integrity_notes_interview_id_interviews")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_integrity_notes_organisation_id_organisations")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_integrity_notes")),
        sa.UniqueConstraint("answer_id", "signal", name=op.f("uq_integrity_notes_answer_id_signal")),
    )
    with op.batch_alter_table("integrity_notes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_integrity_notes_interview_id"), ["interview_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_integrity_notes_organisation_id"), ["organisation_id"], unique=False)
    # The same question is looked up across candidates, to see whether two said the same words.
    with op.batch_alter_table("answers", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_answers_question_id"), ["question_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("answers", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_answers_question_id"))
    op.drop_table("integrity_notes")
