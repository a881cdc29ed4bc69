"""Saved views of the list of interviews; what statistics read of a rating stands beside its text"""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "saved_views",
        sa.Column("user_id", sa.String(length=36), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("is_shared", sa.Boolean(), nullable=False),
        sa.Column("filters", sa.Text(), nullable=False),
        sa.Column("organisation_id", sa.String(length=36), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_saved_views_organisation_id_organisations")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_saved_views_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_views")),
        sa.UniqueConstraint("user_id", "name", name=op.f("uq_saved_views_user_id_name")),
    )
    op.create_index(op.f("ix_saved_views_organisation_id"), "saved_views", ["organisation_id"])
    op.add_column("answer_ratings", sa.Column("answer10", sa.Float(), nullable=True))
    op.add_column("answer_ratings", sa.Column("bias_flag", sa.Boolean(), nullable=True))
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "UPDATE answer_ratings SET answer10 = (content::jsonb ->> 'answer10')::float,"
            " bias_flag = (content::jsonb ->> 'bias_flag')::boolean"
        )
    else:
        op.execute(
            "UPDATE answer_ratings SET answer10 = json_extract(content, '$.answer10'),"
            " bias_flag = json_extract(content, '$.bias_flag')"
        )


def downgrade() -> None:
    with op.batch_alter_table("answer_ratings", schema=None) as batch_op:
        batch_op.drop_column("bias_flag")
        batch_op.drop_column("answer10")
    op.drop_table("saved_views")
