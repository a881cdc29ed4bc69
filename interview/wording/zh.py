"""Mandarin Chinese prompts, with 您; they are only heard, so one script of writing serves every region."""

from interview.facts import Later
from interview.wording.wording import Wording


def _disclosure(company: str, job_title: str, minutes: int) -> str:
    return (
        f"您好，这是{company}的自动来电，关于{job_title}这个职位。"
        f"这是一次由电脑进行、人工智能辅助的面试，大约需要{minutes}分钟。"
        "您的回答会被录音，并由工作人员审阅。"
    )


def _closing(company: str) -> str:
    return (
        f"以上是最后一个问题。您的回答将转交给{company}，由工作人员决定后续安排，并与您联系。"
        f"如有疑问，请联系{company}。感谢您的时间，再见。"
    )


ZH = Wording(
    language="zh",
    yes_words=(
        "是", "是的", "对", "对的", "好", "好的", "可以", "行", "能", "有", "有的", "没问题", "当然", "嗯",
        "愿意", "我是", "我有", "我能", "我可以", "我愿意", "同意",
    ),
    no_words=(
        "不", "不是", "不是的", "不对", "没有", "没", "不能", "不可以", "不行", "不好", "不愿意", "不同意", "我没有",
        "我不是", "我不能", "我不愿意",
    ),
    stop_phrases=(
        "不要再打了", "别再打了", "不要再打电话", "别再打电话", "不要再给我打电话", "别再给我打电话了", "不要打给我",
        "别打给我了", "不要再打来了",
    ),
    disclosure=_disclosure,
    door_keys="开始请按1。稍后再来电请按2。想与工作人员交谈请按3。不想再接到来电请按9。",
    welcome_back=lambda company: (
        f"您好，这里还是{company}的自动面试。我们可以从上次中断的地方继续。您的回答会被录音，并由工作人员审阅。"
    ),
    welcome_back_keys="继续请按1。稍后再来电请按2。想与工作人员交谈请按3。不想再接到来电请按9。",
    voicemail=lambda company: f"您好，这是{company}的自动来电。很抱歉未能与您通话。我们可能会再次致电。再见。",
    identity=lambda name: f"请问您是{name}吗？是请按1，不是请按2。",
    later_keys="您希望我们什么时候来电？15分钟后请按1。今天晚上请按2。明天同一时间请按3。",
    instructions=lambda pause_s: (
        "请在提示音后回答每个问题。回答完毕请按井号键。再听一遍问题请按星号键。需要帮助和更多选项请按0。"
        f"停顿{pause_s}秒，回答也会结束。"
    ),
    instructions_unrecorded=lambda pause_s: (
        f"请听完每个问题后回答，没有提示音。停顿{pause_s}秒，回答就会结束；停顿时按井号键可以立即继续。"
        "再听一遍问题请按星号键。需要帮助和更多选项请按0。"
    ),
    knockouts_ahead="我们先问是非题，然后是请您用自己的话回答的问题。",
    yes_no_keys="是请按1，否请按2。",
    question=lambda number, total, text: f"第{number}题，共{total}题。{text}",
    follow_up=lambda about, text: f"回到您刚才关于{about}的回答。{text}",
    own_words="您能用自己的话再说一遍，并举一个例子吗？",
    replacing="提示音后所说的内容会替换您之前的回答。保留之前的回答请按井号键。",
    replacing_unrecorded="您现在所说的内容会替换之前的回答。保留之前的回答请按井号键。",
    menu=("再听一遍问题请按1。暂时跳过请按3。", "暂停一分钟请按4。结束面试请按9。"),
    menu_with_answer=(
        "您目前的回答已保留。再听一遍问题请按1。重新回答请按2。进入下一题请按3。",
        "暂停一分钟请按4。结束面试请按9。",
    ),
    menu_of_knockout=("再听一遍问题请按1。不回答请按3。", "暂停一分钟请按4。结束面试请按9。"),
    stuck_keys="需要更多时间请按1。跳过这个问题请按2。希望我们以后再来电请按3。",
    pausing="我们暂停一分钟，之后您会再次听到这个问题。",
    time_short="这次通话时间快到了。如果通话自动结束，您的回答会保留。",
    time_up="谢谢，这个问题的时间到了。",
    skipped="我们最后再回到这个问题。",
    skipped_for_good="这个问题我们就不回答了。",
    no_response="我没有听到回答，我们继续。",
    second_round="现在回到您刚才跳过的问题。",
    silence="我没有听到声音。请慢慢来。问题是：",
    again="请再听一遍问题。",
    not_a_key="这个按键在这里没有作用。",
    more_time="请慢慢来。",
    restart="我们重新开始这个回答。",
    no_retakes="这个回答不能再重新开始了。您所说的内容已保留。",
    answer_kept="您之前的回答已保留。",
    after_pause="我们继续。",
    closing=_closing,
    no_key="我没有收到您的回应，电话即将挂断。再见。",
    callback={
        Later.IN_15_MINUTES: "谢谢。我们会在大约15分钟后，或尽快致电。再见。",
        Later.THIS_EVENING: "谢谢。我们会在今天晚上，或尽快致电。再见。",
        Later.SAME_TIME_TOMORROW: "谢谢。我们会在明天大约这个时间，或尽快致电。再见。",
    },
    human=lambda company: f"谢谢。我们会告诉{company}，您希望与工作人员交谈。您不会再接到有关此事的自动来电。再见。",
    opted_out="好的。我们不会再致电给您。再见。",
    wrong_person="抱歉打扰您了。再见。",
    no_identity="我没有收到您的回应，通话到此结束。再见。",
    silence_goodbye="我听不到您的声音，通话到此结束。您目前的回答已保留。我们可能会再次致电，以便您完成。再见。",
    ended_by_candidate="好的，我们到此为止。您目前的回答已保留。感谢您的时间，再见。",
    ended_by_us="很抱歉，我们需要在此结束通话。您目前的回答已保留。谢谢，再见。",
    apology="很抱歉，我们这边出了问题。我们会尽量再次致电给您。再见。",
    goodbye="再见。",
)

WORDINGS = (ZH,)
