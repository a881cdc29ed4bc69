"""Groups apart, calibration rounds, control answers"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "calibration_rounds",
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("job_id", sa.String(length=36), nullable=True),
        sa.Column("raters", sa.Text(), nullable=False),
        sa.Column("created_by", sa.String(length=320), nullable=False),
        sa.Column("external_id", sa.String(length=255), nullable=True),
        sa.Column("metadata", sa.Text(), nullable=False),
        sa.Column("simulated", sa.Boolean(), nullable=False),
        sa.Column("organisation_id", sa.String(length=36), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["job_id"], ["jobs.id"], name=op.f("fk_calibration_rounds_job_id_jobs")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_calibration_rounds_organisation_id_organisations")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calibration_rounds")),
        sa.UniqueConstraint(
            "organisation_id", "external_id", name=op.f("uq_calibration_rounds_organisation_id_external_id")
        ),
    )
    with op.batch_alter_table("calibration_rounds", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_calibration_rounds_job_id"), ["job_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_calibration_rounds_organisation_id"), ["organisation_id"], unique=False)

    op.create_table(
        "candidate_groups",
        sa.Column("candidate_id", sa.String(length=36), nullable=False),
        sa.Column("groups", sa.Text(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("organisation_id", sa.String(length=36), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["candidate_id"],
            ["candidates.id"],
            name=op.f("fk_candidate_groups_candidate_id_candidates"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_candidate_groups_organisation_id_organisations")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_candidate_groups")),
        sa.UniqueConstraint("candidate_id", name=op.f("uq_candidate_groups_candidate_id")),
    )
    with op.batch_alter_table("candidate_groups", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_candidate_groups_organisation_id"), ["organisation_id"], unique=False)

    op.create_table(
        "calibration_answers",
        sa.Column("round_id", sa.String(length=36), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("answer_id", sa.String(length=36), nullable=False),
        sa.Column("score", sa.Float(), nullable=False),
        sa.Column("model", sa.String(length=100), nullable=True),
        sa.Column("prompt_version", sa.String(length=100), nullable=True),
        sa.Column("organisation_id", sa.String(length=36), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_calibration_answers_organisation_id_organisations")
        ),
        sa.ForeignKeyConstraint(
            ["round_id"], ["calibration_rounds.id"], name=op.f("fk_calibration_answers_round_id_calibration_rounds")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calibration_answers")),
        sa.UniqueConstraint("round_id", "answer_id", name=op.f("uq_calibration_answers_round_id_answer_id")),
        sa.UniqueConstraint("round_id", "position", name=op.f("uq_calibration_answers_round_id_position")),
    )
    with op.batch_alter_table("calibration_answers", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_calibration_answers_answer_id"), ["answer_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_calibration_answers_organisation_id"), ["organisation_id"], unique=False)

    op.create_table(
        "calibration_ratings",
        sa.Column("round_id", sa.String(length=36), nullable=False),
        sa.Column("answer_id", sa.String(length=36), nullable=False),
        sa.Column("rater", sa.String(length=320), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.String(length=36), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_calibration_ratings_organisation_id_organisations")
        ),
        sa.ForeignKeyConstraint(
            ["round_id"], ["calibration_rounds.id"], name=op.f("fk_calibration_ratings_round_id_calibration_rounds")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calibration_ratings")),
        sa.UniqueConstraint(
            "round_id", "rater", "answer_id", name=op.f("uq_calibration_ratings_round_id_rater_answer_id")
        ),
    )
    with op.batch_alter_table("calibration_ratings", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_calibration_ratings_organisation_id"), ["organisation_id"], unique=False)

    op.create_table(
        "control_answers",
        sa.Column("job_id", sa.String(length=36), nullable=False),
        sa.Column("question_set_id", sa.String(length=36), nullable=False),
        sa.Column("question_id", sa.String(length=36), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("transcript", sa.Text(), nullable=False),
        sa.Column("score", sa.Float(), nullable=True),
        sa.Column("frozen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("model", sa.String(length=100), nullable=True),
        sa.Column("prompt_version", sa.String(length=100), nullable=True),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("organisation_id", sa.String(length=36), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["job_id"], ["jobs.id"], name=op.f("fk_control_answers_job_id_jobs")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_control_answers_organisation_id_organisations")
        ),
        sa.ForeignKeyConstraint(
            ["question_set_id"], ["question_sets.id"], name=op.f("fk_control_answers_question_set_id_question_sets")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_control_answers")),
    )
    with op.batch_alter_table("control_answers", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_control_answers_job_id"), ["job_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_control_answers_organisation_id"), ["organisation_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_control_answers_question_set_id"), ["question_set_id"], unique=False)

    op.create_table(
        "control_runs",
        sa.Column("job_id", sa.String(length=36), nullable=False),
        sa.Column("question_set_id", sa.String(length=36), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=32), nullable=False),
        sa.Column("model", sa.String(length=100), nullable=True),
        sa.Column("prompt_version", sa.String(length=100), nullable=True),
        sa.Column("status", sa.String(length=32), nullable=False),
        sa.Column("compared", sa.Integer(), nullable=False),
        sa.Column("missing", sa.Integer(), nullable=False),
        sa.Column("mean_change", sa.Float(), nullable=True),
        sa.Column("sentence", sa.Text(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("simulated", sa.Boolean(), nullable=False),
        sa.Column("organisation_id", sa.String(length=36), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["job_id"], ["jobs.id"], name=op.f("fk_control_runs_job_id_jobs")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_control_runs_organisation_id_organisations")
        ),
        sa.ForeignKeyConstraint(
            ["question_set_id"], ["question_sets.id"], name=op.f("fk_control_runs_question_set_id_question_sets")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_control_runs")),
        sa.UniqueConstraint("question_set_id", "number", name=op.f("uq_control_runs_question_set_id_number")),
    )
    with op.batch_alter_table("control_runs", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_control_runs_job_id"), ["job_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_control_runs_organisation_id"), ["organisation_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_control_runs_question_set_id"), ["question_set_id"], unique=False)

    op.create_table(
        "control_scores",
        sa.Column("run_id", sa.String(length=36), nullable=False),
        sa.Column("control_answer_id", sa.String(length=36), nullable=False),
        sa.Column("score", sa.Float(), nullable=True),
        sa.Column("organisation_id", sa.String(length=36), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["control_answer_id"],
            ["control_answers.id"],
            name=op.f("fk_control_scores_control_answer_id_control_answers"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_control_scores_organisation_id_organisations")
        ),
        sa.ForeignKeyConstraint(["run_id"], ["control_runs.id"], name=op.f("fk_control_scores_run_id_control_runs")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_control_scores")),
        sa.UniqueConstraint("run_id", "control_answer_id", name=op.f("uq_control_scores_run_id_control_answer_id")),
    )
    with op.batch_alter_table("control_scores", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_control_scores_control_answer_id"), ["control_answer_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_control_scores_organisation_id"), ["organisation_id"], unique=False)


def downgrade() -> None:
    op.drop_table("control_scores")
    op.drop_table("control_runs")
    op.drop_table("control_answers")
    op.drop_table("calibration_ratings")
    op.drop_table("calibration_answers")
    op.drop_table("candidate_groups")
    op.drop_table("calibration_rounds")
