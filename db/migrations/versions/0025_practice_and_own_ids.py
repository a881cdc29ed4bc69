"""A job's questions for practice stand beside its own, with numbers of their own; and keys, lines of both lists and
decisions carry what the organisation's own systems know them by, as every other object does.

Revision ID: 0027
Revises: 0022
"""

import sqlalchemy as sa
from alembic import op

revision: str = "0025"
down_revision: str | None = "0024"
branch_labels: str | None = None
depends_on: str | None = None

_OWN = ("api_keys", "opt_outs", "reviews", "whitelist_entries")


def upgrade() -> None:
    for table in _OWN:
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.add_column(sa.Column("external_id", sa.String(length=255), nullable=True))
            batch_op.add_column(sa.Column("metadata", sa.Text(), nullable=False, server_default="{}"))
            batch_op.create_unique_constraint(
                batch_op.f(f"uq_{table}_organisation_id_external_id"), ["organisation_id", "external_id"]
            )
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.alter_column("metadata", existing_type=sa.Text(), server_default=None)
    with op.batch_alter_table("question_sets", schema=None) as batch_op:
        batch_op.add_column(sa.Column("purpose", sa.String(length=16), nullable=False, server_default="assessment"))
        batch_op.drop_constraint(batch_op.f("uq_question_sets_job_id_version"), type_="unique")
        batch_op.create_unique_constraint(
            batch_op.f("uq_question_sets_job_id_purpose_version"), ["job_id", "purpose", "version"]
        )
    with op.batch_alter_table("question_sets", schema=None) as batch_op:
        batch_op.alter_column("purpose", server_default=None)


def downgrade() -> None:
    # Practice has no place in the table as it was: whoever practised keeps nothing of it.
    connection = op.get_bind()
    is_practised = sa.text("SELECT count(*) FROM question_sets WHERE purpose = 'practice'")
    if connection.scalar(is_practised):
        raise RuntimeError("There are interviews for practice; erase them before going back to revision 0022.")
    with op.batch_alter_table("question_sets", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("uq_question_sets_job_id_purpose_version"), type_="unique")
        batch_op.create_unique_constraint(batch_op.f("uq_question_sets_job_id_version"), ["job_id", "version"])
        batch_op.drop_column("purpose")
    for table in _OWN:
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.drop_constraint(batch_op.f(f"uq_{table}_organisation_id_external_id"), type_="unique")
            batch_op.drop_column("metadata")
            batch_op.drop_column("external_id")
