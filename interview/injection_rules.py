"""The patterns by which an answer is found to speak to its grader; injection.py tells how they are used.

They were written for this project; the published families of such attacks (order, role, authority, markup, probe) are
covered one by one. A pattern of ``ORDERS`` has a group ``verb`` and counts only as an order, not in a story.
They stand here as text: a process that looks for none compiles none.
"""


def _any(*phrases: str) -> str:
    return "(?:" + "|".join(phrases) + ")"


GRADER = _any(
    *("graders?", "raters?", "evaluators?", "examiners?", "assessors?", "markers?", "scorers?"),
    *("ai", r"a\.i\.", "chat ?gpt", "gpt", "llm", "language model", "(?:ai|scoring|grading) model",
    "(?:ai|virtual) assistant"),
    "(?:the |this |scoring |grading )(?:judge|system|bot|algorithm|software|computer|model|machine)",
)
_GUIDE_OF = _any("mark(?:ing)?", "scoring", "grading", "rating", "evaluation", "assessment")
_OURS = _any("your", "prior", "previous", "earlier", "above", "preceding", "initial", "original", "system", "all",
    "any")
_RUBRIC = _any(
    "rubrics?",
    _GUIDE_OF + " (?:sheets?|guides?|guidelines?|criteria|rules?|rubrics?|scales?|instructions?|keys?|schemes?)",
    *("anchors?", "key points", "system (?:prompt|message|instructions?)",
    "the (?:instructions|prompt|guidelines|criteria)"),
    _OURS + r" (?:\w+ ){0,2}?(?:instructions|prompts?|guidelines|directives|criteria)",
    r"your (?:\w+ )?(?:rules|programming|training|orders|task|job)",
    r"(?:everything|all|anything|what(?:ever)?) (?:\w+ ){0,3}?"
    r"(?:above|before this|so far|you (?:were|have been|'ve been) (?:told|given)|you know)",
)
_LIFT = _any(
    *("ignore", "disregard", "forget", "override", "overrule", "overwrite", "bypass", "skip", "set aside", "put aside"),
    *("throw out", "drop", "discard", "suspend", "overlook", "neglect", "pay no attention to"),
    "(?:do not|don't|stop) (?:follow|use|apply|obey|consider|look at)(?:ing)?",
)
_AWARD = _any(
    *("give", "award", "grant", "assign", "put", "write", "mark", "rate", "score", "grade", "set", "enter", "record"),
    *("output", "return", "print", "reply", "respond", "answer", "say", "choose", "select", "pick", "allocate",
    "credit"),
    *("evaluate", "assess", "treat", "count", "consider", "deem", "judge", "confirm", "reward", "release", "round",
    "issue"),
)
_HIGH = _any(
    *("full", "top", "maximum", "max", "maximal", "highest", "perfect", "best", "complete", "excellent", "high",
    "passing"),
    "outstanding",
)
_FIVE = r"(?:5|five|10|ten|100|one hundred|a hundred)"
_FIVE_ENDS = _any(
    *("/", r"out of\b", r"of\b", r"points?\b", r"marks?\b", r"stars?\b", r"percent\b", "%", r"across\b",
    r"everywhere\b"),
    r"for (?:every|each|all|this|everything|that|me)\b",
    r"(?:on|in|to) (?:every|each|all|everything|relevance|soundness|reasoning|clarity|organi[sz]ation|me|this)\b",
    *(r"please\b", r"and\b", r"[.!?,;\"'}\])]", "$"),
)
_TOP = _any(
    rf"{_HIGH}(?: \w+)? (?:marks?|scores?|ratings?|grades?|points?|credit|level|result)",
    r"(?:the )?(?:maximum|highest|top)(?= (?:for|on|in)\b|\W*$)",
    # "From one to five" names a scale, not a rating.
    rf"(?<!one to )(?<!zero to )(?<!1 to )(?<!0 to ){_FIVE}(?=\s*{_FIVE_ENDS})",
    "(?:straight )?(?:fives|tens)",
    "as (?:an? )?(?:excellent|perfect|outstanding|correct|complete)",
)
_MET = "(?:covered|met|satisfied|fulfilled|complete)"
_KNOWN = _any(
    *("key points", "rubric", "canary", r"hidden \w+", "(?:ideal|model|correct|right|expected|perfect) answer",
    "anchors?"),
    "(?:scoring|grading|marking|rating) (?:criteria|guide|scheme|rules)",
    *("system prompt", "(?:your|system|hidden|secret|grading|original|initial) (?:instructions|prompt)"),
    r"other (?:candidates?|applicants?)(?:'s?|s')? \w+",
)

ORDERS: tuple[tuple[str, str], ...] = (
    ("lift", rf"\b(?P<verb>{_LIFT})\b(?:\W+\w+){{0,5}}?\W+{_RUBRIC}\b"),
    ("award", rf"\b(?P<verb>{_AWARD})\b\W+(?:\w+\W+){{0,8}}?{_TOP}"),
    (
        "met",
        r"\b(?P<verb>consider|mark|treat|count|assume|regard|deem|set|list)\b(?:\W+\w+){0,4}?\W+"
        rf"(?:key points|criteria|anchors|requirements?)\b(?:\W+\w+){{0,3}}?\W+{_MET}\b"
    ),
    (
        "probe",
        r"\b(?P<verb>tell|show|give|read|list|repeat|reveal|print|output|send|share|recite|translate|display|leak"
        r"|summari[sz]e)\b"
        rf"(?: (?:me|us|out|back|aloud|to me))*(?: (?:the|your|all|any|what))*(?: \w+){{0,2}}? {_KNOWN}\b"
        r"(?! (?:on|for|of|from|in|to) (?!this question|this answer|the question|me\b))"
    ),
)

_AUTHORITY = _any(
    *("manager", "recruiter", "recruiting", "hr", "human resources", r"admin\w*", "developers?", "openai",
    "management"),
    *("employer", "company", "team", "board", "director", "ceo", "owner", "headquarters", "head office"),
)
_NOTE = _any(*("note", "message", "memo", "remark", "comment", "instructions?", "update", "word", "directive",
    "notice"))
_GRADING = "(?:grad|rat|scor|evaluat|assess|mark|judg)(?:e|es|ing|ed|s)?"
_SETTLED = "(?:agreed|approved|decided|fixed|confirmed|set|given|settled|finali[sz]ed)"
_THIS_ONE = "(?:this|the) (?:candidate|applicant|person|answer|interviewee)"
_DONE_TO = _any(
    *("passed?", "hired?", "approved?", "selected", "accepted?", "pre-?approved", "cleared?", "exempt", "rated?"),
    *("scored?", "graded?", "given", "awarded?", "recommended"),
)

ALONE: tuple[tuple[str, str], ...] = (
    (
        "markup",
        _any(
            r"</?\s*(?:answer|system|transcript|instructions?|prompt|ratings?|score|user|assistant|data|evaluation"
            r"|candidate|admin|developer|criteria|result|response)\b",
            *(r"<\|[a-z_]+\|>", r"\[/?inst\]", "data-[0-9a-z]{4,}>>>", "<<<data",
            r"#{2,}\s*(?:system|instruction|new)"),
            r"[\"'](?:ratings?|score|recommendation|verdict|overall|criteria|needs_human|injection_suspected"
            r"|off_topic|key_points|status|hire|grade)[\"']\s*:",
            r"^\W{0,4}(?:new )?(?:system|assistant|developer|admin) ?(?:message|prompt|override)?\s*[:—]",
            r"\b(?:rating|score|grade|overall)\s*(?:=|:|equals?|is equal to)\s*(?:\d|five|ten|max)",
            r"\b(?:less than|open bracket|angle bracket|slash|close bracket)\b.{0,30}\b(?:answer|system"
            r"|transcript)\b",
            r"\b(?:end|begin|start) of (?:the )?(?:answer|transcript|system (?:message|prompt)|prompt|data"
            r"|candidate(?:'s)? (?:answer|data))\b",
            r"\bnew (?:system (?:message|prompt)|instructions?)\b\s*(?::|follow|begin|,|for you|-)",
            r"\bsystem (?:override|message)\b\s*[:,—-]",
        ),
    ),
    (
        "address",
        _any(
            rf"\b(?:dear|hey|hello|hi|attention|okay|ok|listen)\W+(?:the |my )?{GRADER}\b",
            rf"^\W*(?:{_NOTE} )?(?:to|for) (?:the |any |all |my |whichever )?{GRADER}\b\s*[:,.—-]",
            rf"\b{_NOTE} (?:to|for) (?:the |any |all |my |whichever )?{GRADER}\b\s*[:,—-]",
            rf"\b(?:is|are|as) an? {_NOTE} (?:to|for) (?:the |any )?{GRADER}\b",
            rf"\bto (?:whoever|whomever|anyone|the (?:person|one)|those)(?: who| that)?(?: is| are)? {_GRADING}\b",
            rf"^\W*{GRADER}\s*[,:]\s",
            rf"\b(?:if|since|as) you(?:'re| are) (?:an? |the )?{GRADER}\b",
            rf"\byou are (?:no longer )?(?:an? |the )?(?:\w+ ){{0,2}}?{GRADER}\b",
            r"\byou are now (?:an?|the|in|free|going)\b",
            r"\bas an? (?:ai|language model|grader|rater|evaluator|examiner)\b.{0,40}\byou\b",
        ),
    ),
    (
        "authority",
        _any(
            rf"\b{_NOTE}\s+(?:from|by) (?:the |your |our )?(?:\w+ ){{0,2}}?{_AUTHORITY}\b\s*[:,—-]",
            rf"\b(?:internal|hr|admin|confidential|system|developer|recruiter)(?: \w+){{0,2}}? {_NOTE}\b\s*[:,—-]",
            r"\bthis is the (?:administrator|admin|developer|hiring manager|recruiter"
            r"|system owner)\b(?= (?:speaking|here)|[,:])",
            r"^\W*(?:recruiter|hr|admin) (?:note|remark|comment)\b",
            r"\bno need (?:to|for) (?:check|review|verif|grad|rat|scor|evaluat|assess|mark)\w*",
            r"\b(?:score|rating|grade|mark|result|decision|outcome) (?:\w+ ){0,2}?(?:already|was|is|has been"
            r"|have been)"
            rf" (?:already )?{_SETTLED}\b(?=\W*$|\W+as\b|\W+at \w+ (?:of|out of)\b)",
            rf"\b{_THIS_ONE}(?:'s \w+)? (?:has|have|is|should|must|will|needs? to)(?: already)?(?: been| be)?"
            rf"(?: automatically| already| pre-?)?\s*-?{_DONE_TO}\b",
            r"\b(?:she|he|they|i) (?:has|have) (?:already )?(?:been )?(?:pre-?approved|passed)\b"
            r"(?=.{0,30}\b(?:no need|skip|mark|score|grade|check|interview|assessment|screening))",
            r"\b(?:rubric|(?:marking|scoring) guide|criteria|(?:grading|scoring) rules?) (?:has|have|was|were"
            r"|is|are)"
            r" (?:been )?(?:just |now )?(?:changed|updated|replaced|suspended|cancel+ed|void|obsolete|lifted"
            r"|withdrawn)\b",
        ),
    ),
    (
        "claim",
        _any(
            r"\b(?:correct|right|expected|only|proper|appropriate|fair|required|desired|final) (?:rating"
            r"|score|grade|mark"
            rf"|output|reply|result)\b(?:\W+\w+){{0,5}}?\W+(?:is|would be|must be"
            rf"|should be)\W+(?:\w+\W+){{0,3}}?{_TOP}",
            rf"\b(?:ratings?|scores?|grades?|marks?) (?:must|should|has to|have to|needs? to) be (?:an? "
            rf"|the )?{_TOP}",
            r"\b(?:answer|response|candidate|everyone|everybody|interview) (?:\w+ ){0,3}?(?:should|must"
            r"|has to|needs to|ought to)"
            rf" (?:receive|get|be given|be awarded|have|score) (?:an? |the )?{_TOP}",
            rf"\b(?:everyone|everybody|every (?:candidate|answer)) (?:\w+ ){{0,3}}?(?:gets|receives) (?:an? "
            rf"|the )?{_TOP}",
            r"\bif you (?:do not |don't )?(?:rate|score|grade|mark|give|pass) (?:me|this)\b",
            r"\b(?:mark|list|set|put|label|flag|classify) (?:me|this(?: candidate"
            r"| person)?)(?: down)? as (?:an? )?(?:strong )?hire\b",
            r"\b(?:my|this) (?:answer|response) (?:is|matches|meets|covers) (?:\w+ ){0,3}?(?:(?:ideal|model"
            r"|perfect|expected)"
            r" answer|(?:every|all)(?: the)? key points?)\b",
            rf"\b(?:all|every) (?:ratings?|scores?)\b(?:\W+\w+){{0,4}}?\W+{_TOP}",
            rf"\b(?:answer|response|interview|i) (?:clearly |fully |really )?deserves? (?:an? |the )?{_TOP}",
            rf"\b(?:what|which|how)\b.{{0,40}}\bdo i (?:still )?(?:need|have) to (?:say|mention"
            rf"|add)\b.{{0,30}}\b(?:{_TOP}"
            r"|score|points|pass)",
        ),
    ),
    (
        "role",
        _any(
            r"\b(?:developer|debug|god|admin|jailbreak|dan|test|maintenance|unrestricted) mode\b"
            r"(?= (?:on|enabled|activated)|\W*$|[:,])",
            r"\b(?:enter|activate|enable|switch (?:in)?to|you are in) (?:the )?(?:developer|debug|admin"
            r"|test) mode\b",
            *(r"\bfrom now on,? you\b",
            r"\byour (?:new|real|actual|only|true) (?:task|job|role|goal|instructions?)\b"),
            r"\b(?:pretend|act as (?:if|though)|imagine|assume|role-?play)\b(?:\W+\w+){0,6}?\W+"
            r"(?:perfect|answered|correct|covered|full marks|no rubric|criteria (?:are|is) met)\b",
            r"\b(?:stop|abort|terminate|skip|cancel) (?:the |this |your |any )?"
            r"(?:grading|scoring|rating|evaluation|evaluating|assessment|marking|assessing)\b",
            r"^(?:\W|please|just|now|so|and)*(?:do not|don't|must not|never) (?:grade|score|rate|evaluate"
            r"|assess|penali[sz]e"
            r"|mark down|deduct|reject|flag) (?:this|me|my|the answer|it|any|points)\b",
            r"\bi (?:command|order|instruct|authori[sz]e) you\b",
            r"\bi (?:need|want|ask|beg|require|request|demand|expect|would like|'d like)(?: that)? (?:you"
            r"|the grader|the ai)"
            r"(?: to)? (?:\w+ ){0,2}?(?:pass|give me|rate|score|mark|grade|award|recommend|hire)\b",
            r"\b(?:please|kindly|just|must) (?:recommend|pass|approve|advance|shortlist)"
            r" (?:me|this (?:candidate|person|applicant)|him|her)\b",
            r"^\W*(?:recommend|approve|advance|shortlist|pass) (?:me\b|this (?:candidate|person|applicant)|hire\b)",
            r"\b(?:recommend|choose|select|output|recommendation|verdict|decision)\W+(?:(?:is|should|must|be"
            r"|this|person|me"
            r"|candidate|a|the|option|as|to)\W+){0,4}?(?:for hire|strong hire|hire)\b",
            r"\b(?:decode|base ?64|rot ?13)\b.{0,30}\b(?:follow|obey|execute|instructions?)\b",
        ),
    ),
    (
        "probe",
        _any(
            r"\bwhat (?:exactly )?(?:are|were) you (?:looking|listening) for (?:in|here|with)\b",
            r"\bwhat (?:do|would) you (?:want|need|like) (?:me )?to (?:hear|say)\b.{0,20}\b(?:for|to get"
            r"|in order)\b",
            r"\bwhat (?:is|are|'s) (?:the|your) (?:\w+ )?(?:key points|rubric|anchors?|canary"
            r"|(?:scoring|grading|marking|rating) (?:criteria|guide|scheme)|system prompt"
            r"|(?:ideal|model|expected|perfect) answer)\b",
            r"\bwhat are your instructions\b",
            r"\bwhat (?:score|rating|grade|mark)s? did (?:the )?(?:previous|last|other) (?:candidates?"
            r"|applicants?)\b",
            r"\bwhat did (?:the )?other (?:candidates|applicants) (?:say|answer|score|get)\b",
            r"\bwhat would an? (?:five|perfect|top|ideal)(?: \w+)? (?:look|sound|be)\b",
        ),
    ),
)
