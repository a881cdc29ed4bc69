"""People and their organisations: branding, consent texts, invitations, rotation of keys

Revision ID: 0021
Revises: 0015
"""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "consent_texts",
        sa.Column("version", sa.String(length=64), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("created_by", sa.String(length=320), nullable=False),
        sa.Column("organisation_id", sa.String(length=36), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_consent_texts_organisation_id_organisations")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent_texts")),
        sa.UniqueConstraint("organisation_id", "version", name=op.f("uq_consent_texts_organisation_id_version")),
    )
    with op.batch_alter_table("consent_texts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_consent_texts_organisation_id"), ["organisation_id"], unique=False)
    op.add_column("organisations", sa.Column("accent_colour", sa.String(length=7), nullable=True))
    op.add_column("organisations", sa.Column("logo_key", sa.String(length=255), nullable=True))
    op.add_column("organisations", sa.Column("logo_type", sa.String(length=32), nullable=True))
    op.add_column("organisations", sa.Column("retention_days", sa.Integer(), nullable=True))
    with op.batch_alter_table("users", schema=None) as batch_op:
        batch_op.add_column(sa.Column("last_login_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("external_id", sa.String(length=255), nullable=True))
        batch_op.add_column(sa.Column("metadata", sa.Text(), nullable=False, server_default="{}"))
        batch_op.create_unique_constraint(
            batch_op.f("uq_users_organisation_id_external_id"), ["organisation_id", "external_id"]
        )
    with op.batch_alter_table("users", schema=None) as batch_op:
        batch_op.alter_column("metadata", server_default=None)
    with op.batch_alter_table("login_links", schema=None) as batch_op:
        batch_op.add_column(sa.Column("purpose", sa.String(length=32), nullable=False, server_default="login"))
    with op.batch_alter_table("login_links", schema=None) as batch_op:
        batch_op.alter_column("purpose", server_default=None)
    with op.batch_alter_table("api_keys", schema=None) as batch_op:
        batch_op.add_column(sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("previous_hash", sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column("previous_until", sa.DateTime(timezone=True), nullable=True))
        batch_op.create_unique_constraint(batch_op.f("uq_api_keys_previous_hash"), ["previous_hash"])
    with op.batch_alter_table("erasures", schema=None) as batch_op:
        batch_op.alter_column("candidate_id", existing_type=sa.String(length=36), nullable=True)
        batch_op.add_column(sa.Column("job_id", sa.String(length=36), nullable=True))
        batch_op.create_foreign_key(batch_op.f("fk_erasures_job_id_jobs"), "jobs", ["job_id"], ["id"])
        batch_op.create_unique_constraint(batch_op.f("uq_erasures_job_id"), ["job_id"])


def downgrade() -> None:
    # A receipt of a job's interviews has no place in the table as it was.
    op.execute(sa.text("DELETE FROM erasures WHERE candidate_id IS NULL"))
    with op.batch_alter_table("erasures", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("uq_erasures_job_id"), type_="unique")
        batch_op.drop_constraint(batch_op.f("fk_erasures_job_id_jobs"), type_="foreignkey")
        batch_op.drop_column("job_id")
        batch_op.alter_column("candidate_id", existing_type=sa.String(length=36), nullable=False)
    with op.batch_alter_table("api_keys", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("uq_api_keys_previous_hash"), type_="unique")
        batch_op.drop_column("previous_until")
        batch_op.drop_column("previous_hash")
        batch_op.drop_column("expires_at")
    op.drop_column("login_links", "purpose")
    with op.batch_alter_table("users", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("uq_users_organisation_id_external_id"), type_="unique")
        batch_op.drop_column("metadata")
        batch_op.drop_column("external_id")
        batch_op.drop_column("last_login_at")
    for column in ("retention_days", "logo_type", "logo_key", "accent_colour"):
        op.drop_column("organisations", column)
    op.drop_table("consent_texts")
