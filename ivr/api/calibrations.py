"""What the rating is measured by: blind rating rounds, and a job's control answers."""

from db.models import Scope
from ivr.api.operations import Asked, NoQuery, Table
from ivr.api.schemas.base import Nothing
from ivr.api.schemas.statistics import CalibrationIn, CalibrationQuery, ControlAnswersIn, LevelsIn
from ivr.services.calibrations import BlindAnswersView, CalibrationView
from ivr.services.control_views import ControlAnswersView
from ivr.services.drafts import Paged

table = Table("Calibration")
_ONE = "/calibrations/{calibration_id}"
_CONTROLS = "/jobs/{job_id}/control-answers"


@table.on(
    "POST", "/calibrations", Scope.WRITE, "Begin a round in which people rate answers without seeing a score",
    body=CalibrationIn, answer=CalibrationView, codes=("not_found", "too_few_answers", "external_id_exists"),
)  # fmt: skip
def create_calibration(asked: Asked[CalibrationIn, NoQuery]) -> CalibrationView:
    return asked.services.calibrations.create(asked.actor, asked.body.draft())


@table.on(
    "GET", "/calibrations", Scope.READ, "List rating rounds", query=CalibrationQuery, answer=CalibrationView,
    is_list=True,
)  # fmt: skip
def list_calibrations(asked: Asked[Nothing, CalibrationQuery]) -> Paged[CalibrationView]:
    job_id = None if asked.query.job_id is None else str(asked.query.job_id)
    return asked.services.calibrations.list(asked.organisation_id, job_id, asked.query.page())


@table.on("GET", _ONE, Scope.READ, "See how far a rating round is", answer=CalibrationView)
def get_calibration(asked: Asked[Nothing, NoQuery]) -> CalibrationView:
    return asked.services.calibrations.get(asked.organisation_id, asked.ids["calibration_id"])


@table.on("GET", _ONE + "/answers", Scope.READ, "Read what there is to rate, without scores", answer=BlindAnswersView)
def get_calibration_answers(asked: Asked[Nothing, NoQuery]) -> BlindAnswersView:
    return asked.services.calibrations.answers(asked.organisation_id, asked.ids["calibration_id"])


@table.on(
    "POST", _ONE + "/ratings", Scope.WRITE, "Give one person's levels", body=LevelsIn, answer=CalibrationView
)
def rate_calibration(asked: Asked[LevelsIn, NoQuery]) -> CalibrationView:
    return asked.services.calibrations.rate(asked.actor, asked.ids["calibration_id"], asked.body.draft())


@table.on(
    "GET", _CONTROLS, Scope.READ, "Read the control answers of the approved questions, and how they were rated last",
    answer=ControlAnswersView, codes=("questions_not_approved",),
)  # fmt: skip
def get_control_answers(asked: Asked[Nothing, NoQuery]) -> ControlAnswersView:
    return asked.services.controls.get(asked.organisation_id, asked.ids["job_id"])


@table.on(
    "PUT", _CONTROLS, Scope.WRITE, "Set the control answers: words of yours with the scores they should get",
    body=ControlAnswersIn, answer=ControlAnswersView, codes=("questions_not_approved",),
)  # fmt: skip
def put_control_answers(asked: Asked[ControlAnswersIn, NoQuery]) -> ControlAnswersView:
    return asked.services.controls.put(asked.actor, asked.ids["job_id"], asked.body.drafts())
