"""Follow-up questions, and the answers to them"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "follow_ups",
        sa.Column("interview_id", sa.String(length=36), nullable=False),
        sa.Column("call_id", sa.String(length=36), nullable=False),
        sa.Column("answer_id", sa.String(length=36), nullable=False),
        sa.Column("question_id", sa.String(length=36), nullable=False),
        sa.Column("key_point_id", sa.String(length=36), nullable=True),
        sa.Column("neutral", sa.Boolean(), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("model", sa.String(length=100), nullable=True),
        sa.Column("prompt_version", sa.String(length=100), nullable=True),
        sa.Column("simulated", sa.Boolean(), nullable=False),
        sa.Column("organisation_id", sa.String(length=36), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["answer_id"], ["answers.id"], name=op.f("fk_follow_ups_answer_id_answers")),
        sa.ForeignKeyConstraint(["call_id"], ["calls.id"], name=op.f("fk_follow_ups_call_id_calls")),
        sa.ForeignKeyConstraint(
            ["interview_id"], ["interviews.id"], name=op.f("fk_follow_ups_interview_id_interviews")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_follow_ups_organisation_id_organisations")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_follow_ups")),
        sa.UniqueConstraint("answer_id", name=op.f("uq_follow_ups_answer_id")),
    )
    with op.batch_alter_table("follow_ups", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_follow_ups_call_id"), ["call_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_follow_ups_interview_id"), ["interview_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_follow_ups_organisation_id"), ["organisation_id"], unique=False)
    # The answers that are there already are answers to questions of the script.
    with op.batch_alter_table("answers", schema=None) as batch_op:
        batch_op.add_column(sa.Column("is_follow_up", sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("answers", schema=None) as batch_op:
        batch_op.alter_column("is_follow_up", server_default=None)


def downgrade() -> None:
    op.drop_table("follow_ups")
    # Without their questions these answers answer nothing.
    op.execute(sa.text("DELETE FROM answers WHERE is_follow_up"))
    with op.batch_alter_table("answers", schema=None) as batch_op:
        batch_op.drop_column("is_follow_up")
