"""A blind rating round: who agrees with whom, when it warns, and when it says nothing."""

from __future__ import annotations

import pytest

from interview.statistics.agreement import quadratic_weighted_kappa
from interview.statistics.calibration import CalibrationStatus, calibrate, level_of

IDS = [f"a{n}" for n in range(40)]
LEVELS = {id: n % 5 + 1 for n, id in enumerate(IDS)}


def moved(levels: dict[str, int], every: int) -> dict[str, int]:
    """The same ratings with every so many a level lower (1 becomes 2)."""
    return {id: (level - 1 or 2) if n % every == 0 else level for n, (id, level) in enumerate(levels.items())}


def test_F33_the_scale_of_people():
    assert [level_of(score) for score in (0, 1.24, 1.25, 2.5, 5, 6.25, 8.74, 8.75, 10)] == [1, 1, 2, 2, 3, 4, 4, 5, 5]


def test_F33_people_beside_each_other_and_the_model():
    first, second, model = LEVELS, moved(LEVELS, 4), moved(LEVELS, 3)
    found = calibrate({"anna": first, "ben": second}, model)
    assert found.status is CalibrationStatus.OK and (found.raters, found.answers) == (2, 40)

    def kappa(one, other):
        return quadratic_weighted_kappa([one[id] for id in IDS], [other[id] for id in IDS])

    assert found.human_human == pytest.approx(kappa(first, second))
    assert found.human_ai == pytest.approx((kappa(first, model) + kappa(second, model)) / 2)
    assert [(one.rater, one.answers) for one in found.by_rater] == [("anna", 40), ("ben", 40)]
    wanted = sum(model[id] - first[id] for id in IDS) + sum(model[id] - second[id] for id in IDS)
    assert found.mean_difference == pytest.approx(wanted / 80)
    assert found.per_level is not None and set(found.per_level) == {1, 2, 3, 4, 5}


def test_F33_warns_when_the_model_is_a_tenth_under_the_people():
    far = {id: 6 - level for id, level in LEVELS.items()}
    found = calibrate({"anna": LEVELS, "ben": moved(LEVELS, 10)}, far)
    assert found.status is CalibrationStatus.WARN and found.why and found.human_ai < found.human_human - 0.1
    close = calibrate({"anna": LEVELS, "ben": moved(LEVELS, 10)}, moved(LEVELS, 9))
    assert close.status is CalibrationStatus.OK and close.why is None


def test_F33_too_little_is_said_and_not_counted():
    alone = calibrate({"anna": LEVELS, "ben": {}}, LEVELS)
    assert alone.status is CalibrationStatus.INSUFFICIENT and alone.raters == 1 and alone.human_ai is None
    few = {id: LEVELS[id] for id in IDS[:29]}
    short = calibrate({"anna": few, "ben": LEVELS}, LEVELS)
    assert short.status is CalibrationStatus.INSUFFICIENT and short.answers == 29 and "29" in (short.why or "")
    enough = {id: LEVELS[id] for id in IDS[:30]}
    assert calibrate({"anna": enough, "ben": LEVELS}, LEVELS).status is CalibrationStatus.OK
    # 30 are rated twice, but no pair of people shares them
    parts = {"anna": IDS[:20], "ben": IDS[:20] + IDS[20:], "carl": IDS[20:]}
    apart = calibrate({who: {id: LEVELS[id] for id in ids} for who, ids in parts.items()}, LEVELS)
    assert apart.status is CalibrationStatus.INSUFFICIENT and "No two" in (apart.why or "")
    same = dict.fromkeys(IDS, 3)
    constant = calibrate({"anna": same, "ben": same}, same)
    assert constant.status is CalibrationStatus.INSUFFICIENT and "chance" in (constant.why or "")
    # an answer that the model has no score for is nobody's
    assert calibrate({"anna": LEVELS, "ben": LEVELS}, few).answers == 29
