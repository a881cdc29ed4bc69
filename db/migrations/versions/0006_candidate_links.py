"""Candidates' links, and messages by e-mail"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "candidate_links",
        sa.Column("interview_id", sa.String(length=36), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_by", sa.String(length=320), nullable=False),
        sa.Column("organisation_id", sa.String(length=36), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["interview_id"], ["interviews.id"], name=op.f("fk_candidate_links_interview_id_interviews")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_candidate_links_organisation_id_organisations")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_candidate_links")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_candidate_links_token_hash")),
    )
    with op.batch_alter_table("candidate_links", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_candidate_links_interview_id"), ["interview_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_candidate_links_organisation_id"), ["organisation_id"], unique=False)
    # All messages so far were texts; one event may be told once by each way.
    with op.batch_alter_table("messages", schema=None) as batch_op:
        batch_op.add_column(sa.Column("channel", sa.String(length=8), nullable=False, server_default="sms"))
        batch_op.alter_column("phone", existing_type=sa.String(length=20), nullable=True)
        batch_op.drop_constraint("uq_messages_organisation_id_event_key", type_="unique")
        batch_op.create_unique_constraint(
            "uq_messages_organisation_id_channel_event_key", ["organisation_id", "channel", "event_key"]
        )
    with op.batch_alter_table("messages", schema=None) as batch_op:
        batch_op.alter_column("channel", server_default=None)


def downgrade() -> None:
    op.execute(sa.text("DELETE FROM messages WHERE channel <> 'sms'"))
    with op.batch_alter_table("messages", schema=None) as batch_op:
        batch_op.drop_constraint("uq_messages_organisation_id_channel_event_key", type_="unique")
        batch_op.create_unique_constraint("uq_messages_organisation_id_event_key", ["organisation_id", "event_key"])
        batch_op.alter_column("phone", existing_type=sa.String(length=20), nullable=False)
        batch_op.drop_column("channel")
    op.drop_table("candidate_links")
