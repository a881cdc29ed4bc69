"""What may be done with an interview where it stands, and what came of the last try, as its page shows them."""

from collections.abc import Collection
from dataclasses import dataclass, field

from interview.lifecycle import InterviewStatus
from ivr.services.interviews import CANCELABLE, NOT_REACHED, ON_THE_LINE, WAITING
from ivr.services.invitations import INVITABLE, InvitationView
from ivr.services.reviews import ASSESSED
from ivr.services.roles import Permission
from ivr.services.views import InterviewView

# How long a link lasts, in hours and in words; the first is the usual one.
LASTS = (("336", "two weeks"), ("72", "three days"), ("24", "a day"))


@dataclass(frozen=True, slots=True)
class Steps:
    """Which buttons the page has. A service refuses the others all the same, and says why."""

    call_now: bool = False
    retry: bool = False
    hang_up: bool = False
    invite: bool = False
    rescore: bool = False
    cancel: bool = False

    @property
    def any(self) -> bool:
        """Whether there is anything to do."""
        return any((self.call_now, self.retry, self.hang_up, self.invite, self.rescore, self.cancel))


@dataclass(frozen=True, slots=True)
class SteppedForm:
    """What was tried: ``tried`` names the button, ``problem`` says why it was refused; ``invitation`` is a link that
    was made, shown this once. ``send``, ``lasts`` and ``revoke`` are what stood in the form of a link."""

    tried: str
    problem: str | None = None
    invitation: InvitationView | None = field(default=None, repr=False)
    send: tuple[str, ...] = ()
    lasts: str = LASTS[0][0]
    revoke: bool = False


def steps_for(interview: InterviewView, permits: Collection[Permission]) -> Steps:
    """The buttons for somebody who may do this."""
    status = InterviewStatus(interview.status)
    rescore = (
        Permission.REVIEW in permits
        and status in ASSESSED
        and interview.deletion is None
        and any(not answer.question.knockout for answer in interview.answers)
    )
    if Permission.RECRUIT not in permits:
        return Steps(rescore=rescore)
    # When it is over a link only leads to the feedback that was released.
    has_feedback = interview.feedback is not None and interview.feedback.status == "released"
    return Steps(
        call_now=status in WAITING,
        retry=status in NOT_REACHED and interview.deletion is None,
        hang_up=status in ON_THE_LINE and not interview.hang_up_requested,
        invite=status in INVITABLE or has_feedback,
        rescore=rescore,
        cancel=status in CANCELABLE,
    )
