"""What a model's check said of questions, and how far it is with a set of them"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "question_checks",
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("prompt_version", sa.String(length=100), nullable=False),
        sa.Column("model", sa.String(length=100), nullable=False),
        sa.Column("objections", sa.Text(), nullable=False),
        sa.Column("simulated", sa.Boolean(), nullable=False),
        sa.Column("organisation_id", sa.String(length=36), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_question_checks_organisation_id_organisations")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_question_checks")),
        sa.UniqueConstraint(
            "organisation_id", "content_hash", "prompt_version", "model",
            name="uq_question_checks_wording",
        ),
    )  # fmt: skip
    with op.batch_alter_table("question_checks", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_question_checks_organisation_id"), ["organisation_id"], unique=False)
    # Nullable: versions from before are not checked, and are checked when somebody wants to approve one.
    op.add_column("question_sets", sa.Column("model_check", sa.String(length=32), nullable=True))
    op.add_column("question_sets", sa.Column("model_check_details", sa.Text(), nullable=True))
    op.add_column("question_sets", sa.Column("model_checked_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    for column in ("model_checked_at", "model_check_details", "model_check"):
        op.drop_column("question_sets", column)
    op.drop_table("question_checks")
