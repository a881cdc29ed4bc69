"""Help on demand: the 0 menu, the choice after two silences, and the pause.

What the candidate said before pressing 0 counts as the answer unless they redo it. While it stands,

- 1 (hear again) and 4 (pause) ask the question once more; a new utterance replaces the answer, ``#`` or silence
  keeps it;
- 2 (start again) takes it back at once, as often as the job's ``retakes`` allow;
- 3 goes on to the next question and keeps it; without an answer, 3 leaves the question for the end;
- 9 and a hang-up keep it.
"""

from interview.dialogue import marks, moves
from interview.dialogue.door import MENU_PROMPTS, key_of
from interview.dialogue.endings import Ending
from interview.dialogue.marks import Lead, Manner, Mark
from interview.dialogue.moves import Move
from interview.dialogue.questions import silent, skip
from interview.events import Event
from interview.facts import AnswerSuperseded
from interview.progress import Phase, Progress, QuestionState
from interview.script import Script

PAUSE_S = 60


def at_menu(script: Script, progress: Progress, event: Event) -> Move:
    """The 0 menu's choices; no choice twice goes back to the question, or on when an answer stands."""
    stands = marks.is_standing(progress)
    match key_of(event):
        case "1" | "*":
            return moves.ask_again(progress, Lead.AGAIN), ()
        case "2" if stands:
            return _start_again(script, progress)
        case "2":
            return moves.ask_again(progress, Lead.RESTART), ()
        case "3" if stands:
            return moves.go_on(script, progress)
        case "3":
            return skip(script, progress)
        case "4":
            return moves.listen(progress, Phase.PAUSED), ()
        case "9":
            return moves.end(progress, Ending.BY_CANDIDATE if moves.has_questions_left(progress) else Ending.COMPLETED)
        case "#" if stands:
            return moves.go_on(script, progress, (), (Lead.ANSWER_KEPT,))
        case "#":
            return moves.ask_again(progress), ()
        case "0":
            return moves.listen(progress, Phase.MENU), ()
        case "" if progress.repeats + 1 < MENU_PROMPTS:
            return moves.listen(progress, Phase.MENU, repeats=progress.repeats + 1), ()
        case "" if stands:
            return moves.go_on(script, progress, (), (Lead.ANSWER_KEPT,))
        case "":
            return moves.ask_again(progress), ()
        case _:
            return moves.listen(progress, Phase.MENU, Lead.NOT_A_KEY), ()


def at_stuck(script: Script, progress: Progress, event: Event) -> Move:
    """After two silences: more time, skip, or be called back; a third silence passes the question."""
    match key_of(event):
        case "1":
            patient = marks.with_marks(progress, patience="1")
            return moves.ask_again(patient, Lead.MORE_TIME), ()
        case "2":
            return skip(script, progress)
        case "3":
            return moves.listen(progress, Phase.LATER), ()
        case "0":
            return moves.listen(progress, Phase.MENU), ()
        case "*":
            return moves.ask_again(progress, Lead.AGAIN, manner=Manner.SLOWLY), ()
        case "#":
            return moves.ask_again(progress, manner=Manner.BEEP_ONLY), ()
        case "":
            return silent(script, progress)
        case _:
            return moves.listen(progress, Phase.STUCK, Lead.NOT_A_KEY), ()


def after_pause(progress: Progress) -> Move:
    """The minute is over: the question again."""
    return moves.ask_again(progress, Lead.AFTER_PAUSE), ()


def _start_again(script: Script, progress: Progress) -> Move:
    restarts = marks.count(progress, Mark.RESTARTS)
    if restarts >= script.retakes:
        return moves.listen(progress, Phase.MENU, Lead.NO_RETAKES), ()
    question = moves.question_of(script, progress)
    fact = AnswerSuperseded(question.id, marks.count(progress, Mark.STANDING_TAKE))
    reopened = moves.with_state(progress, QuestionState.OPEN)
    reopened = marks.without_marks(reopened, Mark.STANDING_TAKE, Mark.STANDING_S)
    return moves.ask_again(marks.with_marks(reopened, restarts=str(restarts + 1)), Lead.RESTART), (fact,)
