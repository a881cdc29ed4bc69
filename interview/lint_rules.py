"""English rules for what may not be asked of a candidate, and for how an anchor may not be worded.

The difficulty is not the topic but whom it is about: "your children" is refused, "a child in your class" is work. So
nearly every rule ties the topic to the candidate by neighbouring words, and words of a trade are blanked out first.
"""

# Small words that may stand between the candidate and the topic. They are listed, so that "do you have a disability"
# is found and "do you have experience with disabilities" is not.
_PLAN = (
    r"(?:(?:ever|also|currently|personally|plan|planning|intend|intending|want|wanting|expect|expecting|hope|hoping|"
    r"going|likely|thinking|about|to|of|on|soon|have|had|been|trying|wish|already|yet|still|a|the) )*"
)
_SOME = (
    r"(?:(?:a|an|any|some|other|known|physical|mental|visual|hearing|learning|or|hidden|permanent|serious|severe|"
    r"chronic|current|existing|pre-existing|ongoing|long-term|medical|health|psychological|psychiatric|diagnosed|"
    r"kind of|type of|form of|sort of|previous|past|prior|prescription|prescribed|regular|daily|criminal|outstanding|"
    r"personal|large|more|young|small|of your own) )*"
)
_YOUR = (
    r"\b(?:your|(?:the|this) (?:candidate|applicant)'s) "
    r"(?:(?:own|current|present|exact|full|actual|personal|private|real|recent) )*"
)
_ARE_YOU = (
    r"\b(?:are|were|aren't|weren't) you (?:(?:currently|also|still|really|happily|newly|recently|openly|perhaps|legally"
    r"|by any chance|a|an|practi[sc]ing|registered|of|or|in|the|devout|self-described) )*"
)
_PEOPLES = (
    r"(?:black|white|asian|hispanic|latin[oax]|african|african[- ]american|afro-\w+|caucasian|mixed[- ]race|biracial|"
    r"native american|aboriginal|indigenous|arab|gypsy|roma|person of colou?r)"
)
_SITES = (
    r"(?:facebook|instagram|tik ?tok|twitter|snapchat|linkedin|youtube|reddit|social media|social networks?|"
    r"social networking|whatsapp|wechat|weibo|bluesky|mastodon)"
)
_KIN = r"(?:parents|mother|father|family|grandparents|ancestors|relatives)"
_FORCES = r"(?:army|navy|military|air force|marines|armed forces|coast guard|service)"
_PICTURE = r"(?:photo(?:graph)?s?|pictures?|selfies?|headshots?|portraits?)"
_AILMENT = (
    r"(?:illness(?:es)?|diseases?|health (?:problem|issue|condition|concern)s?|"
    r"medical (?:problem|issue|condition|histor\w+)s?|conditions?|problems? with your health|allerg\w+|depression|"
    r"cancer|hiv|aids|diabetes|asthma|burn-?out|mental breakdown|addictions?|problems? with (?:alcohol|drugs))"
)
_DRUGS = r"(?:medications?|medicines?|meds|pills|drugs|antidepressants?|tranquilli[sz]ers?|painkillers|insulin)"
_BRACKET = r"(?:too|a bit|a little|rather|quite|fairly|perhaps too|maybe too) (?:young|old|elderly)"

# Words of a trade, blanked out before the rules look.
ALLOWED: tuple[str, ...] = (
    r"\b(?:in|using) your own words\b",
    r"\b(?:legally )?(?:authori[sz]ed|allowed|permitted|entitled|eligible|cleared) to (?:work|be employed) in "
    r"(?:this country|the \w+(?: \w+)?|\w+)|\bright to work in (?:this country|the \w+(?: \w+)?|\w+)",
    r"\bwith or without (?:an? |reasonable )*(?:adjustment|accommodation)s?\b",
    r"\brace conditions?\b|\bdata races?\b",
    r"\b(?:cloud|react|mobile)[- ]native\b",
    r"\bnative (?:mobile |cloud )?(?:apps?|code|sql|advertis\w+|modules?|features?)",
    r"\bunion (?:types?|operators?|all|queries|query)\b|\b(?:credit|european|discriminated|tagged|set) unions?\b",
    r"\b(?:parent|child|single)[- ](?:process(?:es)?|components?|nodes?|class(?:es)?|elements?|page|point|sign)\b",
    r"\bblack[- ](?:box|belt)\b|\bwhite[- ](?:box|label|paper)\b|\bpassport\.?js\b|\bpassport strategy\b",
    r"\bcitizen develop\w+|\bprogramming languages?\b|\baccent colou?rs?\b",
    r"\b(?:technical|tech|design) debts?\b|\b(?:customers?|clients?|patients?|pupils?|students?|users?|guests?)' \w+",
    r"\b(?:a|the|each|every) (?:customer|client|patient|pupil|student|user|guest|resident)'s \w+",
)

# Code, then the patterns for it. All run over lower-case text with straight apostrophes.
QUESTION_RULES: dict[str, tuple[str, ...]] = {
    "age": (
        r"\bhow old (?:are|were|will) you\b",
        _YOUR + r"age\b(?! (?:verification|gate|check|limit|rating|restriction|group))",
        r"\b(?:ask|tell|know|share|give|reveal)\b.{0,15}\byour age\b",
        _YOUR + r"(?:date of birth|birth ?date|birthday|birth year|year of birth|dob|graduation (?:year|date))\b",
        r"\b(?:year|when|date|decade|month)\b.{0,12}\b(?:were|was) you born\b|^when were you born",
        r"\b(?:when|year|how long ago)\b.{0,12}\bdid you (?:first )?graduate\b",
        r"\b(?:when|year|how long ago)\b.{0,12}\bdid you (?:finish|leave|complete|start|enter|get out of) "
        r"(?:\w+ )?(?:school|university|college|education|your studies|your degree|a-levels)\b",
        _ARE_YOU + r"(?:over|under|above|below|older than|younger than|past|nearing|in your) "
        r"(?:(?:early|mid|late) )?(?:[2-9]\d|twent|thirt|fort|fourt|fift|sixt|sevent)(?!1)",
        r"\byou " + _PLAN + r"retire\b(?! (?:an?|the|old|it|this|that|legacy|\w+s)\b)",
        _YOUR + r"retirement\b|\bare you (?:\w+ )?(?:to|from|near|nearing) retire",
        rf"\b(?:you|you are|you're|(?:candidate|applicant) (?:is|seems|sounds|looks)) (?:not |probably )?{_BRACKET}\b",
        r"\b(?:younger|older) than (?:you|yourself)\b(?! (?:expect|thought|think|need|want))",
        r"\b(?:which|what) generation are you\b|\bhow many (?:more )?years .{0,20}until you retire\b",
    ),
    "race_ethnicity": (
        _YOUR + r"(?:race|ethnicit\w+|ethnic \w+|racial \w+|skin colou?r|skin tone|caste|tribe|ancestry|complexion)\b",
        r"\b(?:what|which) (?:race|ethnicity|caste|tribe|skin colou?r) (?:are|do|is|have) (?:you|yours)\b",
        rf"{_ARE_YOU}{_PEOPLES}\b",
        rf"\b(?:identify|describe yourself|see yourself|consider yourself) as (?:an? )?{_PEOPLES}\b",
        r"\b(?:do|would|are) you (?:\w+ )?(?:belong|identify|part|member)\b.{0,15}\b(?:ethnic|racial|race)\b",
        r"\b(?:ethnic|racial) (?:group|minority|background|origin)\b.{0,12}\byou (?:identify|belong|come|are|have)\b",
        r"\byou (?:of|from) \w+ (?:descent|heritage|ancestry)\b",
    ),
    "national_origin": (
        r"\b(?:where|country|city|town|place|abroad)\b.{0,15}\b(?:were|was) you born\b",
        r"\bwere you born (?:in|here|abroad|outside|overseas)\b",
        rf"\bwhere (?:are|were|do|did|was|is) (?:you|your {_KIN})(?: and your {_KIN})? "
        r"(?:originally |really |actually )?(?:come from|come originally|from|born|raised|grow up(?! as)|hail from)\b",
        r"\b(?:country|nation|part of the world|culture|region|city|town)\b.{0,12}\b(?:are|were|do|did) you "
        r"(?:originally )?(?:from|come|raised|grow up|hail)\b",
        r"\byou originally from\b|\bfrom originally\b",
        _YOUR + r"(?:country of (?:birth|origin)|birth ?place|place of birth|birth country|homeland|home country|"
        r"native country|national origin|ethnic origin|origins?\b(?! (?:server|story|header))|foreign roots)\b",
        rf"\byour {_KIN}\b.{{0,40}}\b(?:born|from|immigrat\w+|emigrat\w+|came to|come to|in this country)\b",
        rf"\b(?:were|was) your {_KIN} born\b|\bnationality .{{0,8}}your {_KIN}\b",
        r"\byour (?:sur|last |family |first |middle )?name\b.{0,30}\b(?:come|comes|from|origin\w*|foreign)\b",
        _ARE_YOU + r"(?:immigrant|foreigner|refugee|expat\w*|foreign-born)\b",
        r"\bwhen did you (?:first )?(?:immigrate|emigrate|(?:come|move) to (?:this|our) country)\b",
    ),
    "citizenship": (
        r"\b(?:are|were) you (?:\w+ ){0,3}(?:citizen|national)s?\b",
        r"\byou (?:become|became) (?:a |an )?(?:\w+ )?citizen\b",
        _YOUR + r"(?:citizenship|nationality|immigration (?:status|papers)|visa status|passport|naturali[sz]ation)\b",
        r"\b(?:passport|citizenship|nationality|visa)s? (?:do|did) you (?:hold|have|carry|travel)\b",
        r"\bdo you (?:hold|have|carry) (?:\w+ ){0,2}(?:citizenship|green card|passport|nationality)\b",
        r"\b(?:candidate|applicant) is (?:not )?a (?:\w+ )?citizen\b",
    ),
    "native_language": (
        _YOUR + r"(?:native|first|mother|home|family|parents') (?:language|tongue)\b",
        _ARE_YOU + r"native\b",
        r"\bis \w+ your (?:first|native|mother|second) (?:language|tongue)\b",
        r"\bdo you speak \w+ as (?:a|your) (?:first|native|second|foreign) (?:language|tongue)\b",
        r"\b(?:you speak|you spoke|you use|spoken|speak) (?:\w+ )?(?:at home|with your (?:family|parents|children))\b",
        r"\blanguages? (?:did|were) you (?:grow|raised|brought)\b|\byou (?:grow|grew) up speaking\b",
        _YOUR + r"(?:\w+ )?accent\b|\byou have (?:an?|such an?) (?:\w+ )?accent\b",
        r"\b(?:candidate|applicant|speaker)\b.{0,25}\b(?:native speaker|native tongue|mother tongue|accent)\b",
    ),
    "religion": (
        _YOUR + r"(?:religion|religious \w+|faith|church|mosque|synagogue|god|creed|congregation|spiritual \w+)\b",
        r"\b(?:religion|faith|church|mosque|temple|synagogue|denomination|religious \w+|holy days?)\b.{0,6} "
        r"(?:do|are|did) you (?:practi[sc]e|belong|attend|follow|observe|keep|have|go|celebrate|believe|visit|a )",
        r"\b(?:do|did|would|will) you (?:ever |still |often |regularly )?(?:go to|attend|visit|belong to) "
        r"(?:a |any |the )?(?:church|mosque|temple|synagogue|mass|religious|worship|bible)",
        r"\b(?:do|are|did) you (?:often |ever )?(?:pray|worship|believe in (?:a )?god|fast(?:ing)? (?:for|during|in)|"
        r"keep (?:kosher|halal|the sabbath)|observe (?:the sabbath|ramadan|lent|religious|any religious)|a believer)\b",
        _ARE_YOU + r"(?:christian|muslim|jew(?:ish)?|hindu|buddhist|catholic|protestant|sikh|atheist|mormon|religious|"
        r"baptist|evangelical|believer|agnostic)\b",
        r"\b(?:given|because of|due to) your beliefs\b|\byour beliefs (?:prevent|allow|stop|conflict|forbid|require)",
        r"\byou (?:\w+ ){0,4}(?:off )?for religious reasons\b|\byou (?:\w+ ){0,5}on the sabbath\b",
    ),
    "sex_gender": (
        _YOUR + r"(?:gender|sex|pronouns)\b(?! (?:pay|balance|equality|data|field|agreement|bias|policy))",
        r"\b(?:what|which) (?:gender|sex) (?:are|were|do) you\b|\bassigned at birth\b",
        _ARE_YOU + r"(?:male|female|man|woman|boy|girl|lady|trans|transgender|transsexual|non-?binary|cisgender)\b",
        r"(?<!identifies )(?<!identify )(?<!identified )\b(?:as|being) (?:a|the only|one of the few) "
        r"(?:(?:young|single|working) )?(?:woman|man|girl|boy|female|male|lady)\b(?! (?:who|patient|client|customer))",
        r"\bdo you identify (?:\w+ )?as (?:an? )?(?:man|woman|male|female|trans\w*|non-?binary)\b",
    ),
    "orientation": (
        _YOUR + r"(?:sexual (?:orientation|preference|identity)|sexuality|love life|sex life|boyfriend|girlfriend)\b",
        _ARE_YOU + r"(?:gay|lesbian|straight|bisexual|homosexual|heterosexual|queer|lgbt\w*|asexual)\b",
        r"\bdo you have (?:a )?(?:boyfriend|girlfriend|same-sex partner|gay \w+)\b",
        r"\byou (?:attracted to|prefer|date) (?:men|women|the same sex)\b",
    ),
    "pregnancy": (
        _ARE_YOU + r"(?:pregnant|trying (?:for|to have)|expecting(?: a (?:baby|child))?\s*(?:\?|$))",
        rf"\byou {_PLAN}(?:become|get|fall|be)? ?pregnant\b",
        _YOUR + r"(?:baby|pregnanc\w+|contracepti\w+|birth control)\b",
        rf"\byou {_PLAN}(?:have|having|had|start|starting) (?:a |another )?(?:baby|family)\b",
        rf"\byou {_PLAN}(?:take|taking|taken|go|need|be) (?:on )?(?:maternity|paternity|parental) leave\b",
    ),
    "children": (
        _YOUR + r"(?:kids?|child(?:ren)?|sons?|daughters?|child ?care|little ones|toddlers?|dependants?|dependents?|"
        r"family (?:plans|planning|situation|life|obligations|responsibilities|commitments|duties))\b"
        r"(?!'s (?:ward|department|section|hospital|unit|book|program)| (?:ward|section|department|group))",
        rf"\b(?:do|did|have|would) you (?:(?:have|got|want|wish|plan|hope|intend|like|to|on|having) )+{_SOME}"
        r"(?:kids|children|a child|child|dependants|dependents|a family)\b(?! (?:in your|with you|under your))",
        r"\bhow many (?:kids|children|sons|daughters|dependants|dependents) (?:do|have) you (?:have|got)\b"
        r"(?! (?:in|to|looked|taught|under|per))",
        r"\b(?:as|being|are you) an? (?:single |working |young |new )?(?:mother|father|mom|mum|dad|parent)\b"
        r"(?! (?:who|asks|comes|liaison|governor|support|volunteer|coach|educator|teacher|company|of a (?:pupil|"
        r"patient)))",
        r"\braising (?:your|a) (?:family|child|children)\b",
        rf"\byou {_PLAN}(?:need|use|have) (?:a |any )?(?:babysitter|nanny|child ?care|day ?care)\b",
        r"\b(?:candidate|applicant|she|he) has (?:\w+ )?(?:kids|children)\b",
    ),
    "marital_status": (
        _ARE_YOU + r"(?:married|divorced|widowed|engaged(?! (?:in|with|by|as|at|on))|bachelor|"
        r"single\b(?![- ]\w)|separated|relationship|steady relationship)\b",
        _YOUR + r"(?:husband|wife|spouse|fianc\w+|marriage|marital \w+|maiden name|significant other|ex-\w+|"
        r"divorce|in-laws|family status|love)\b",
        rf"\bdo you have {_SOME}(?:husband|wife|spouse|fianc\w+|life partner|partner at home)\b",
        rf"\byou {_PLAN}(?:get|getting|got|be) ?(?:married|divorced|engaged)\b(?! (?:in|with))",
        rf"\byou {_PLAN}(?:divorced|married)\b(?! (?:to the idea|the|two))",
        r"\bdo you live (?:alone|with (?:anyone|someone|your|a partner))|\b(?:miss|mrs)\b.{0,8}\bor (?:miss|mrs|ms)\b",
    ),
    "disability": (
        rf"\b(?:do|have|did) you (?:ever )?(?:have|had|got|suffer from|live with) {_SOME}"
        r"(?:disabilit\w+|handicaps?|impairments?|limitations|adhd|dyslexia|autism|epilepsy|asperger\w*)\b",
        _ARE_YOU + r"(?:disabled|handicapped|deaf|blind|autistic|dyslexic|neurodiver\w+|impaired|colou?r-?blind)\b",
        _YOUR + r"(?:disabilit\w+|handicap|impairment|wheelchair|hearing aid|limp|limitations)\b",
        rf"\byou {_PLAN}(?:use|need|wear|require|sit in) (?:a |an )?(?:wheelchair|hearing aid|crutch|cane|guide dog)",
        r"\byou (?:ever )?(?:claimed|filed|received|applied|got|been)\b.{0,12}\bworkers?'? ?s? ?comp",
        r"\b(?:lose|lost|losing) your (?:hearing|sight|eyesight|leg|arm|hand|limb)",
        r"\b(?:handicap|disability|impairment|disabilities)\b (?:that )?(?:you should|you would|you want|we should)",
    ),
    "illness": (
        rf"\b(?:do|have|did|are) you (?:ever )?(?:have|had|got|suffer(?:ed|ing)? from|suffer|been treated for|"
        rf"live with|dealt with your own) {_SOME}{_AILMENT}\b",
        rf"\byou {_PLAN}(?:diagnosed with|hospitali[sz]ed|in (?:a |the )?hospital\b|a patient)",
        r"\byou (?:ever )?(?:seen|see|visited|consulted) a (?:psychiatrist|therapist|psychologist|psychotherapist)\b",
        r"\byou (?:ever )?had (?:a |an |any )?(?:surgery|operation|mental|nervous breakdown|stroke|heart attack)",
        r"\bhow (?:is|was|would you describe) your (?:\w+ )?health\b",
        _YOUR + r"(?:physical |mental |general )*(?:health|medical|illness|sick(?:ness)?) "
        r"(?:condition|history|problem|issue|record|status|state|leave|days)s?\b",
        r"\b(?:sick days?|sick leave|days .{0,6}sick|absence)\b.{0,12}\b(?:did|have|do|had) you\b",
        r"\bhow (?:many|often|much)\b.{0,20}\byou\b.{0,25}"
        r"\b(?:off sick|sick leave|sick days?|been sick|fall ill|ill)\b",
        r"\bdo you (?:smoke|vape|drink (?:alcohol|much)|use drugs|take drugs|drink\s*\?)",
        _ARE_YOU + r"(?:healthy|ill|sick|diabetic|hiv|depressed|alcoholic|addict\w*|vaccinated|good health)\b",
    ),
    "medication": (
        rf"\b(?:do|are|did|have) you (?:\w+ly |ever |still )?(?:take|taking|taken|on|prescribed) {_SOME}{_DRUGS}\b",
        rf"\b{_DRUGS} (?:\w+ )?(?:are|do|did|have) you (?:\w+ly )?(?:take|taking|on|prescribed)\b",
        _YOUR + r"(?:medications?|prescriptions?|meds|pills)\b(?! (?:chart|round|plan|process|record|polic|error))",
    ),
    "genetics": (
        r"\b(?:disease|illness|cancer|condition|disorder|diabetes)s?\b.{0,30}\byour family\b",
        r"\byour (?:genes|genetic \w+|dna|genome|family(?:'s)? (?:medical )?history|hereditary \w+)\b",
        r"\byou (?:ever )?(?:had|taken|done|have) (?:a |any )?(?:genetic|dna) (?:test|screening|condition|disorder)",
        r"\bfamily history of\b.{0,30}\b(?:your side|your family)|\bdo you have a family history\b",
    ),
    "arrest_conviction": (
        rf"\byou {_PLAN}(?:be |get |got )?(?:jailed|imprisoned|indicted|incarcerated|in (?:jail|prison)|on parole|"
        r"on probation)\b",
        r"\b(?:you (?:ever )?(?:been|were)|were you(?: ever)?|ever been) (?:\w+ly )?"
        r"(?:arrested|convicted|charged with|detained|sentenced|accused of|in trouble with)\b",
        r"\b(?:do|did|have) you (?:ever )?(?:have|had|got) (?:a |an |any )?"
        r"(?:(?:criminal|police|arrest|prior|clean) (?:record|history|background|convictions?|past|police|criminal)|"
        r"convictions?)\b(?! about)",
        _YOUR + r"(?:criminal|police|arrest) (?:record|history|background|past)\b",
        r"\byou (?:ever )?(?:spent|spend|served|serve|gone|go|been|went)\b.{0,15}"
        r"\b(?:prison|jail|custody|behind bars)\b",
        r"\byou (?:ever )?(?:had|have|been|get|got|in)\b.{0,15}\btrouble with the (?:police|law)\b",
        r"\byou (?:ever )?(?:committed?|broken?) (?:a |any |the )?(?:crime|felony|law)\b",
    ),
    "salary_history": (
        r"\byour (?:current|present|last|previous|former|latest|past|most recent|existing|old|final) "
        r"(?:(?:annual|base|monthly|gross|net|yearly|hourly) )*"
        r"(?:salary|salaries|pay|wages?|compensation|income|earnings|package|remuneration|rate|bonus)\b",
        r"\byour (?:salary|pay|wage|earnings|compensation|income) (?:history|at your|in your|with your|before|now)\b",
        r"\bhow much (?:do|did|are|were|have) you (?:\w+ly )?(?:earn|make|paid|get paid|making|earning|earned|"
        r"been paid)",
        r"\bwhat (?:do|did|were|are|was) you (?:\w+ly )?(?:earn|earning|paid|get paid|being paid|on salary)\b",
        r"\bwhat (?:salary|pay|wage) (?:do|did|were|are) you (?:have|get|earn|on|receive|paid)\b",
    ),
    "union": (
        rf"\byou {_PLAN}(?:join|joined|joining|belong to|belonged to|support|member of|in|organi[sz]ed?) "
        r"(?:a |any |the )?(?:trade |labou?r |workers' )?unions?\b",
        r"\b(?:are|were) you (?:\w+ )?(?:union(?:i[sz]ed| member)|pro-union|anti-union)",
        r"\b(?:feel|think|view|opinion|attitude|stance)s? (?:of|on|about|towards?) (?:trade |labou?r )?unions\b",
        r"\byou (?:ever )?(?:taken part in|take part in|been on|joined|gone on|go on|participated in) "
        r"(?:a |any )?strike",
    ),
    "military_discharge": (
        r"\b(?:dis)?honou?rabl[ey] discharge",
        rf"\b{_FORCES}\b.{{0,25}}\bdischarged? (?:did|were|have) you\b|\bdischarge did you (?:get|receive)\b",
        r"\b(?:military|army|navy|air force) discharge\b|\bwere you discharged from\b",
        rf"\bdischarge\b.{{0,20}}\byou\b.{{0,12}}\b{_FORCES}\b|\bwhy did you (?:leave|quit) the {_FORCES}\b",
    ),
    "finances": (
        r"\byou (?:ever )?(?:filed?|declared?|gone|been|go|went)\b (?:for )?(?:personal )?bankrupt",
        _YOUR + r"(?:credit (?:score|rating|history|report|record)|debts|finances|mortgage|savings|bank balance|"
        r"financial (?:situation|problems|difficulties|status|obligations|position))\b",
        rf"\bdo you have {_SOME}(?:debts?|loans|mortgage|financial problems|money problems)\b",
        r"\bare you (?:\w+ )?in debt\b|\bwages (?:ever )?been garnished\b|\byour wages\b",
        r"\bdo you (?:own|rent) (?:or rent |or own )?(?:your |a |the )?(?:own )?"
        r"(?:home|house|flat|apartment|property)\b",
    ),
    "politics": (
        r"\b(?:who|whom|which party|what party|how|which \w+) (?:did|will|would) you vote\b",
        r"\bdid you vote (?:for|in)\b",
        r"\b(?:who|whom|which party|what party) do you vote\b",
        _YOUR + r"(?:political \w+|politics|party affiliation)\b(?! (?:science|desk|reporting|coverage))",
        r"\b(?:political|which|what) party (?:do|did|would) you (?:support|vote|belong|prefer|favou?r)\b",
        _ARE_YOU + r"(?:republican|democrat|conservative|liberal|socialist|communist|left-wing|right-wing|"
        r"(?:active )?member of (?:a|any) (?:political )?party|politically)\b",
    ),
    "neighbourhood": (
        r"\bwhere (?:exactly )?do you (?:currently )?(?:live|reside)\b|\bhow far (?:away )?do you live\b",
        _YOUR + r"(?:home|postal|street|residential|mailing|private) address\b|\bwhat(?:'s| is) your address\b",
        r"\byour (?:(?:home|own|current) )*(?:post ?code|zip ?code|neighbou?rhood|borough|suburb)\b",
        r"\b(?:neighbou?rhood|part of (?:the )?(?:town|city)|street|area|district|suburb|borough)\b.{0,12}"
        r"\b(?:do you (?:live|reside|stay)|is your (?:home|house|flat|apartment)|are you living)\b",
    ),
    "height_weight": (
        r"\bhow tall (?:are|were) you\b|\bhow (?:much|heavy) (?:do you weigh|are you)\s*(?:\?|$|now|at|in)",
        r"\bwhat do you weigh\s*(?:\?|$|now|at|in)",
        _YOUR
        + r"(?:body )?(?:height|weight|bmi|dress size|body (?:type|size))\b(?! (?:of|for|matrix|function|training))",
    ),
    "photo": (
        rf"\b{_PICTURE} of (?:yourself|you\b|your face)",
        rf"{_YOUR}(?:passport |profile )?{_PICTURE}\b(?! (?:upload|edit|app|librar|servic|stor|pipelin|galler|shoot))",
        rf"\b(?:send|attach|e-?mail|upload|include|share|enclose|provide|text)\b.{{0,8}}"
        rf"\b(?:us|me)\b.{{0,15}}{_PICTURE}\b",
        rf"\b(?:attach|include|enclose|add|upload)\b.{{0,12}}{_PICTURE}\b.{{0,10}}"
        r"\byour (?:application|cv|resume|résumé)\b",
    ),
    "social_media": (
        rf"{_YOUR}{_SITES}\b(?! (?:strateg|calendar|campaign|content|plan|market|work|experience|team|ads?\b|manage|"
        r"skill|budget|metric|api|integration|channel))",
        rf"\b(?:are you|do you have (?:an? )?(?:account|profile)s?) (?:active )?on {_SITES}\b",
        rf"\bwhat do you (?:post|share|like) on {_SITES}\b(?! (?:for|to|as|on behalf))",
        rf"\b{_SITES} (?:accounts?|profiles?|handles?) do you (?:have|own|use)\b",
        rf"\b(?:may|can|could) (?:we|i) (?:see|look at|follow|add|check)\b.{{0,12}}{_SITES}\b",
    ),
}

TOPIC_WORDS: dict[str, str] = {
    "age": "age, birth or graduation year",
    "race_ethnicity": "race or ethnicity",
    "national_origin": "national origin or birthplace",
    "citizenship": "citizenship",
    "native_language": "native language or accent",
    "religion": "religion",
    "sex_gender": "sex or gender",
    "orientation": "sexual orientation",
    "pregnancy": "pregnancy or family planning",
    "children": "children or family duties",
    "marital_status": "marital status",
    "disability": "disability",
    "illness": "health or illness",
    "medication": "medication",
    "genetics": "genetics or family medical history",
    "arrest_conviction": "arrests or convictions",
    "salary_history": "salary history",
    "union": "union membership",
    "military_discharge": "military discharge",
    "finances": "personal finances",
    "politics": "politics",
    "neighbourhood": "where the candidate lives",
    "height_weight": "height or weight",
    "photo": "a photo",
    "social_media": "personal social media",
}

# What may be asked in its place.
INSTEAD: dict[str, str] = {
    "citizenship": " Ask whether the candidate is authorised to work in the country.",
    "national_origin": " Ask whether the candidate is authorised to work in the country.",
    "disability": " Ask whether the candidate is able to do these tasks with or without adjustment.",
    "illness": " Ask whether the candidate is able to do these tasks with or without adjustment.",
    "medication": " Ask whether the candidate is able to do these tasks with or without adjustment.",
    "native_language": " Ask which languages the candidate can use at work.",
    "salary_history": " Ask what salary the candidate expects.",
    "children": " Ask whether the candidate can work the hours of the job.",
    "religion": " Ask whether the candidate can work the hours of the job.",
    "neighbourhood": " Ask whether the candidate can be at the place of work on time.",
}
