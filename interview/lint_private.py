"""The wide net behind the tight English rules: a private word in a question about the candidate's own state.

"Do", "are", "have", "what is", "how many" ask what somebody is or has; "how do you", "describe", "tell me about a" ask
what they do at work. So a topic's plain words count only in a sentence that names nothing of work.
"""

# A sentence with any of these is about the job: how somebody works, for whom, with what, or what they are trained for.
WORK = (
    r"\bhow (?:do|would|did|have|can|will|should|could) (?:you|we|they)\b(?! (?:personally )?(?:feel|like|come "
    r"to|learn))",
    r"\bwhat (?:do|would|did|have|steps do|could|should) you (?:\w+ )?(?:do (?:when|if|with|to|first|as|before|"
    r"after)|check|"
    r"look|consider|say|try|use|learned|learn from|measure|tell)\b",
    r"\bwe (?:cater|serve|offer|run|sell|make|build|have|use|expect)\b|\bis your work\b",
    r"\byou (?:ever )?(?:had|have) to\b|\b(?:can|could|do|would|will|did) you (?:know|teach|name|explain|build|"
    r"check|enjoy|"
    r"report|read|write|work|sell|tell us how|cover|train|treat|operate|repair|install|cook|drive|prefer)\b",
    r"\b(?:trained|shipped|published|discussed|interviewed|reported|written|sold|tested|audited|photographed)\b|"
    r"\b(?:first steps?|next steps?|your (?:approach|opinion on|view on|role|method|plan))\b|\bpost (?:requires|"
    r"needs)\b",
    r"\babout your (?:work|role|job|time) (?:as|at|with|in)\b",
    r"\bwhat (?:do|would) you do\s*\?|\btells? you\b|\bthe company\b",
    r"\b(?:tell (?:me|us)|talk) about (?:a|an|the|one|some)\b|\b(?:describe|explain|walk (?:me|us)|give (?:me|us)) "
    r"(?:through )?(?:a|an|how|the|what|why|when|one)\b",
    r"\b(?:experience|experienced (?:with|in|at)|approach|process|strategy|certif\w+|licen[cs]\w+|degree|"
    r"diploma|qualif\w+|train\w+|"
    r"registered(?! as disabled)|accredited|familiar|skills?|knowledge|proficien\w+|duties|tasks|authori[sz]ed|"
    r"sponsorship|"
    r"expectations?|"
    r"with or without|reports?|essential functions?|shifts?|law|legal)\b",
    r"\b(?:willing|able|prepared|available|comfortable|used) to (?:work|travel|lift|drive|start|handle|carry|"
    r"stand|cover|"
    r"be on|commute|move|do|wear|serve|teach|care|look after|deal|administer|attend|use|working)\b|\b(?:willing|"
    r"happy|prepared) to\b",
    r"\b(?:patients?|clients?|customers?|pupils?|students?|residents?|guests?|users?(?! ?name)|visitors?|"
    r"passengers?|employees?|"
    r"colleagues?|members|stakeholders?|suppliers?|vendors?|tenants|drivers?|applicants|citizens who|person who|"
    r"people (?:who|with|of|over|under|in)|families|classroom|class|ward|clinic|nursery|scaffold\w*|ladders?)\b",
    r"\b(?:data|database|system|service|software|code|codebase|app|field|(?<!your )form|project|campaign|model|"
    r"algorithm|api|table|query|feature|process|node|page|website|product|design|report|budget|store|shop(?! "
    r"steward)|menu|brand|"
    r"stock|portfolio|release|cluster|server|test|tests|function|agency|company's|organi[sz]ation's|our)\b"
    r"(?<!our current workplace)",
    r"\byou (?:\w+ )?(?:worked|managed|taught|supervised|handled|treated|cared|looked after|supported|served|"
    r"negotiated|"
    r"administered|built|led|planned|designed|organi[sz]ed|helped|coached|advised|used|run(?! for| in your| "
    r"out)|ran(?! for)|"
    r"written|wrote)\b",
)

# The closed set of ways to ask what somebody is, has, believes or has been through; work verbs are an open one.
STATE = (
    r"^\W*(?:do|don't|did|does|have|has|are|aren't|were|was|is|isn't|will|should|can|could|would|may|won't) .{0,60}"
    r"\byou(?:r|rs|rself)?\b",
    r"\bhow (?:much|many|often|far|heavy|tall|old|long|high|big|dark)\b.{0,25}\b(?:do|are|did|have|were|would|"
    r"is|was) your?\b",
    r"\bwho (?:can|may|has|is|are|will|does)\b.{0,20}\byour\b|\bdo you call\b|\btell (?:us|me) (?:what|where|"
    r"when|if|how|your)\b|"
    r"\bdid you pick up\b|\b(?:what|which) (?:part|side|kind|type|sort)s? of\b.{0,20}\b(?:do|are) you\b|\blet you go\b",
    r"\b(?:are|aren't|were|was|is|isn't|will|would|has|have|had|does|do|did|can|could|may) "
    r"(?:both of |either of |any of |anything of |anyone in |somebody in )?your",
    r"\b(?:what|who|where|when|how|which \w+)(?:'s| is| are| was| were) (?:the \w+ (?:and \w+ )?of )?your",
    r"\b(?:are|aren't|were|weren't|will) (?:\w+ )?you\b(?! \w+ing (?:a|the|your) )",
    r"\b(?:do|don't|did|will|would|can|could) you (?:(?:ever|still|also|often|usually|regularly|personally|already|"
    r"currently|yet|generally|currently) )*"
    r"(?:have|own|take|need|go|live|belong|plan|intend|want|wish|expect|hope|mind|feel|believe|suffer|drink|"
    r"smoke|celebrate|"
    r"observe|pray|fast|attend|speak|come|see|get|follow|support|vote|think|prefer|identify|wear|earn|consider|post|"
    r"practi[sc]e|receive|stay|rent|like|weigh|look|march|dream|describe yourself|date|worry|carry any|walk|"
    r"travel on|bring|hold|share|remember|turn|tick|say|"
    r"call yourself|"
    r"pass a test|be|become|keep working|send|give us|use)\b",
    r"\b(?:have|had|has) (?:either of )?(?:you|anyone|anything|the police)\b (?:(?:ever|always|already|"
    r"previously|recently|yet) )*"
    r"(?:been|had|tried|taken|suffered|seen|voted|joined|filed|got|received|lived|spent|stood|walked|changed|"
    r"come|committed|"
    r"applied|experienced|served|any|a|never|pleaded|belonged|claimed|stopped|lost|missed|of yours)\b",
    r"\byou (?:were|had(?! to)|have(?! to)|are|walk|did|live|lived|left|plan|get|got|take|took)\b|\bdid you "
    r"(?:learn to|go|take|"
    r"leave|get)\b",
    r"\b(?:may|can|could) (?:we|i)\b|\b(?:us|me) (?:a|your)\b|\bdid you last\b|\blast time you\b|\bpart of your "
    r"plans\b|"
    r"\bhow does it feel\b|\bare there any\b|\b(?:affect|stop|prevent|keep|interfere with|limit|allow)s? you(?:r)?\b|"
    r"\b(?:what|which|how many) \w+ (?:do|have|did|are) you (?:have|had|got|been|in)\b|\bdecade were you\b|"
    r"\bhas (?:anyone|anybody|someone) in your\b|\bis (?:this|that) your\b|\bon your mind\b|\byour (?:relatives|"
    r"mother|father|parents)\b|\bdo you do on\b|\bmake (?:\w+ )?provisions\b|\bis there "
    r"(?:a|an|any\w*|some\w*) |\byour age\b",
)

_NATIONS = (
    r"(?:american|mexican|puerto rican|cuban|brazilian|canadian|british|english|irish|scottish|welsh|french|german|"
    r"italian|spanish|portuguese|polish|russian|ukrainian|turkish|greek|romanian|indian|pakistani|bangladeshi|chinese|"
    r"japanese|korean|vietnamese|filipino|iranian|iraqi|syrian|egyptian|israeli|nigerian|somali|moroccan|algerian)"
)

PRIVATE_WORDS: dict[str, tuple[str, ...]] = {
    "age": (
        r"\bage\b|\baged\b|\btoo old\b|\bolder\b|\byounger\b|\byoung\b|\bborn before\b|\byour youth\b|\bage "
        r"group\b|\bdecade\b|\bpension\w*\b|\bmillennials?\b|\bboomers?\b|\bgr[ea]y "
        r"hair\b|\bclass of\b|\byounger people\b|\bslow(?:ing)? down\b|\byou turn \w+ty\b|\bschool "
        r"exams\b|\byears old\b|\b(?:too|that|this) (?:old|young)\b|\bbirth(?:day)?\b|\bretir\w+\b|"
        r"\bgraduat\w+\b|\bend of your career\b|\bwhat generation\b|\bgrandchild\w*|"
        r"\bgrandparent\b",
        r"\bhow (?:much longer|many more years|long)\b.{0,25}\bkeep working\b|\byou were when the\b|\byear did "
        r"you (?:get|leave)\b",
    ),
    "race_ethnicity": (
        r"\brac(?:e|ial)\b|\bethnic\w*\b|\bskin\b|\bcomplexion\b|\byour (?:\w+ )?hair\b|\b(?:people|person) of "
        r"colou?r\b|\bmixed[- ]race\b|\bminority\b|\bcultural background\b|"
        r"\bcaste\b",
    ),
    "national_origin": (
        r"\b(?:sur|last |family |first |maiden |middle )names?\b|\bkind of name\b|\bname ever been changed\b|"
        r"\blineage\b|"
        r"\bancest\w+\b|\bdescent\b|\bheritage\b|\bnative country\b|\bimmigra\w+\b|\bborn\b|\bgrow(?:ing)? up\b|"
        r"\bgrew up\b|"
        r"\bforeign\b|\byour (?:parents|father|mother)\b|\bchildhood\b|\bhomeland\b|\bback home\b|\b(?:part|"
        r"region) of (?:the )?(?:africa|asia|europe|india|china|world|country)\b|\bin this "
        r"country\b|\bto this country\b|\babroad\b|\boverseas\b|\bhome ?town\b|\bmiddle east\b|\byour roots\b",
        rf"\b(?:are you|is it|is that|are they) (?:an? )?(?:really |perhaps )?{_NATIONS}\b",
        rf"\bwhere did you learn (?:to speak )?{_NATIONS}\b",
    ),
    "citizenship": (
        r"\bcitizen(?:s|ships?)?\b|\bresidence permit\b|\bcountry issued\b|\bnationalit\w+\b|\bpassport\b|"
        r"\bnaturali[sz]\w+\b|\bnative-born\b|\bgreen card\b",
    ),
    "native_language": (
        r"\bmother tongue\b|\bfirst language\b|\bdream in\b|\blanguage at home\b|\blanguage you spoke\b|\bfirst "
        r"language\b|\bnative\b|\baccent\b|\blearn(?:ed|t)? to (?:read|write|speak)\b|"
        r"\blanguage (?:do|does|did) your\b|\bspeak at home\b",
    ),
    "religion": (
        r"\breligio\w+\b|\bchurch\b|\bmosque\b|\bsynagogue\b|\btemple\b|\bpastor\b|\brabbi\b|\bimam\b|\bpriest\b|"
        r"\bpray\w*\b|\bworship\b|\bgod\b|\bbible\b|\bquran\b|\bsabbath\b|\bramadan\b|\beid\b|\byom kippur\b|"
        r"\bhanukkah\b|\bdiwali\b|\bpassover\b|\blent\b|\bfasting\b|\bto mass\b|\bhead ?scar(?:f|ves)\b|"
        r"\bhijab\b|\bturban\b|"
        r"\bholy\b|\bramadan\b|\bchristmas\b|\beaster\b|\bdenomination\b|\byour faith\b|\bbapti[sz]ed\b|\bon sundays\b",
        r"\b(?:christian|muslim|jewish|hindu|buddhist|catholic|protestant|sikh|atheist|mormon)\b",
    ),
    "sex_gender": (
        r"\bgender\b|\bsex\b|\b(?:fe)?male\b|\bwom[ae]n\b|\bm[ae]n\b|\bgirls?\b|\bboys\b|\btrans(?:gender|sexual)?\b|"
        r"\bpronouns\b|\bmasculine\b|\bfeminine\b|\blady\b|\bladies\b",
    ),
    "orientation": (
        r"\bgay\b|\blesbian\b|\bbisexual\b|\bhomosexual\w*\b|\bqueer\b|\blgbt\w*\b|\bcloset\b|\bsexual\w*\b|"
        r"\bsame sex\b|\bdated\b|\bcome out "
        r"at\b|\bpride\b",
    ),
    "pregnancy": (
        r"\bpregnan\w+\b|\bbab(?:y|ies)\b|\bmaternity\b|\bpaternity\b|\bfamily planning\b|\bbirth control\b|"
        r"\bcontracepti\w+\b|\bfertility\b|\bexpecting\b|\bmiscarr\w+\b",
    ),
    "children": (
        r"\bchild(?:ren)?\b|\bkids?\b|\bdependants?\b|\bdependents\b|\bcaring responsibilities\b|"
        r"\bbreast-?feed\w*\b|\bsons?\b|\bdaughters?\b|\bchild ?care\b|\bday ?care\b|\bbaby-?sit\w*\b|"
        r"\bnanny\b|"
        r"\b(?:a|your|to your) family\b|\bparent(?:ing|hood)?\b|\bmother(?:hood)?\b|\bdepends? on you\b|"
        r"\blittle ones?\b|\bmotherhood\b|\bschool run\b|"
        r"\bsingle (?:mum|mom|dad)\b|\bcare for at home\b|\bresponsibilities at home\b",
    ),
    "marital_status": (
        r"\bmarr(?:y|ied|iage)\b|\bwedding\b|\bhoneymoon\b|\bhusband\b|\bwife\b|\bspouse\b|\byour partner\b|"
        r"\bdivorc\w+\b|\bwidow\w*\b|"
        r"\bmaiden\b|\bseeing (?:anyone|someone)\b|\bdating\b|\bsomeone special\b|"
        r"\bmrs\b|\bboyfriend\b|\bgirlfriend\b|\bfianc\w+\b|\bwho(?:m)? (?:do|else)\b.{0,12}\blives?\b|"
        r"\brelationship status\b|"
        r"\bengagement ring\b|\bwedding ring\b|\bin a relationship\b|\byou single\b|\banyone special\b",
    ),
    "disability": (
        r"\bdisab\w+\b|\bhandicap\w*\b|\bunfit\b|\bboth (?:ears|eyes|hands|legs|arms)\b|\bprosthe\w+\b|"
        r"\bcrutch\w*\b|\bdeaf\b|\bblind\b|\bhearing aids?\b|\b(?:trouble|difficulty|problems?) (?:walking|"
        r"climbing|hearing|seeing|"
        r"standing|lifting|reading|bending)\b|\blearning difficult\w+\b|\bwalk (?:without|unaided)\b|"
        r"\bamput\w+\b|\bimpair\w*\b|\bdefects?\b|\bwheelchair\b|\binjur\w+\b|"
        r"\bcomp(?:ensation)? claim\b|"
        r"\bglasses\b|\bhearing\b|\baccommodations?\b|\badjustments?\b|\blimp\b|\bautis\w+|\bdyslexi\w+|\bepilep\w+|"
        r"\bhappened to your (?:arm|leg|hand|back|eye|knee|face|foot)\b|\byour (?:vision|mobility)\b|"
        r"\beyesight\b|\banything physical\b|\bregistered as\b",
    ),
    "illness": (
        r"\bill(?:ness\w*)?\b|\bsick\w*\b|\bdiseases?\b|\bcolds\b|\bhelp you sleep\b|\bsleep problems\b|"
        r"\binsomnia\b|\bcheck-?ups?\b|\btumou?rs?\b|\bstroke\b|\bheart attack\b|\bcovid\b|\boperations have "
        r"you\b|\bpains?\b|\bpanic "
        r"attacks?\b|\banxiety\b|\bbipolar\b|\basthma\b|\ballerg\w+\b|\b(?:heart|skin|lung|kidney|back|nervous) "
        r"(?:condition|problem|trouble|disease)s?\b|\baddict\w*\b|\bmedically\b|\bhealth\b(?! (?:and safety|"
        r"insurance))|\bmedical\b|"
        r"\bdoctors?\b|"
        r"\bhospitali?\w*\b|\bsurger\w+\b|\boperation on\b|\bpsych\w+\b|\bcounsell?ing\b|\btherap\w+\b|\bdepress\w+\b|"
        r"\balcohol\w*\b|\bdrink\b|\bdrunk\b|\bsmok\w+\b|\bhiv\b|\baids\b|\bcancer\b|\bburn-?out\b|\bcovid\b|"
        r"\bmigraines?\b|"
        r"\bvaccin\w+\b|\bdiabet\w+\b|"
        r"\brehab\b|\badvised you to (?:rest|avoid)\b",
    ),
    "medication": (
        r"\bmedic(?:ation|ine)s?\b|\bpills?\b|\btablets\b|\bprescri\w+\b|\bdrugs\b|\binhaler\b|"
        r"\bantidepress\w+\b",
    ),
    "genetics": (
        r"\bgenetic\w*\b|\bhereditary\b|\bgenes?\b|\binherit\w*\b|\bruns? in (?:the|your) family\b|\bfamily "
        r"history\b|\bdna\b",
        r"\b(?:parents?|mother|father|family|relatives)\b.{0,20}\b(?:die|died|suffer\w*|illness|disease|cancer|"
        r"attack)\b",
    ),
    "arrest_conviction": (
        r"\barrest\w*\b|\bconvict(?:ed|ions?)\b|\bcriminal\b|\bcrimes?\b|\bfelon\w+\b|\bmisdemeano\w+\b|"
        r"\bprison\b|\bjail\w*\b|"
        r"\bpolice\b|\bguilty\b|\bstole\b|\bfile on you\b|\binvestigated\b|\bcautioned\b|\bbehind bars\b|"
        r"\bwarrant\b|\blawsuits?\b|\bsued\b|\brestraining order\b|\bstolen\b|\btheft\b|"
        r"\bsentenced\b|\bhandcuff\w*\b|\bfined\b|\bcourt\b|\boffen[cs]es?\b|\bdriving (?:while )?drunk\b|"
        r"\bprobation officer\b|\bparole\b|"
        r"\bstood trial\b|"
        r"\bin court\b",
    ),
    "salary_history": (
        r"\b(?:salar\w+|wages?|pay|paid|earn\w*|compensation|income|bonus)\b.{0,40}\b(?:last|previous|prior|"
        r"past|current|"
        r"former|before|now|employer|left|history|present|years?)\b",
        r"\b(?:last|previous|prior|past|current|former|present)\b.{0,40}\b(?:salar\w+|wages?|pay|paid|earn\w*|"
        r"income|bonus)\b",
        r"\b(?:making|make|paid)\b.{0,10}\b(?:before you left|right now|at the moment)\b",
    ),
    "union": (
        r"\b(?:a|any|the|trade|labou?r) unions?\b|\bunions\b|\borgani[sz]ed labou?r\b|\bshop steward\b|\bunion "
        r"dues\b|\borgani[sz]e workers\b|\bunion (?:card|member\w*|rep\w*)\b|\bstrikes?\b|"
        r"\bcollective bargaining\b",
    ),
    "military_discharge": (
        r"\bdischarged?\b|\b(?:military|army|navy) let you go\b|\bdeserted?\b|\bcourt[- ]martial\w*\b|\bleave "
        r"the (?:army|navy|forces|military|marines|air force)\b|\bdraft(?:ed)?\b|"
        r"\breserv(?:e|ist)\b",
    ),
    "finances": (
        r"\bbankrupt\w*\b|\bdebts?\b|\bcredit\b|\bgarnish\w*\b|\bown (?:a|your) (?:car|house|home|flat)\b|"
        r"\brent\b|\bevict\w+\b|\bjudge?ments\b|\bcollection agency\b|\bmoney problems\b|\balimony\b|\bchild "
        r"support\b|\bowe\b|\bcredit cards?\b|\bpayday\b|\binsolven\w+\b|\bin arrears\b|"
        r"\bbills\b|\bmortgages?\b|\bloans?\b|\byour savings\b|\bmak(?:e|ing) ends meet\b|\brepossess\w*\b|"
        r"\bafford\b|\bfinancial "
        r"(?:situation|trouble)",
    ),
    "politics": (
        r"\bpolitic\w*\b|\bprotest\w*\b|\bactivist\b|\bbrexit\b|\bvot(?:e|ed|ing)\b|\belections?\b|"
        r"\brepublicans?\b|\bdemocrats?\b|\bpresident\b|"
        r"\bprime minister\b|\bthe (?:current |present )?government\b|\bsocial organi[sz]ations\b|\bleft-wing\b|"
        r"\bright-wing\b|"
        r"\bprotest march\b",
    ),
    "neighbourhood": (
        r"\bneighbou?rhood\b|\bdistrict\b|\bcall home\b|\bsuburb\b|\byour (?:\w+ )?address\b|\bpost ?code\b|"
        r"\bzip ?code\b|\bdo you live\b|"
        r"\byou lived?\b|"
        r"\byour (?:commute|street|house|flat|home)\b|\bcommute be\b",
    ),
    "height_weight": (
        r"\bhow tall\b|\b(?:this|so) (?:heavy|tall|thin|short)\b|\boverweight\b|\b(?:gained|lost|put on) "
        r"weight\b|\btaller\b|\byour weight\b|\bbody\b|\byour (?:body )?measurements\b|"
        r"\byour (?:build|figure)\b|\b(?:shoe|dress) size\b|\byou weigh\b|\bclothes size\b|"
        r"\bsize (?:of )?clothes\b|\blose weight\b",
    ),
    "photo": (
        r"\bphoto(?:graph)?s?\b|\bportrait\b|\bvideo of you\b|\bpictures?\b|\bselfies?\b|\bheadshots?\b|"
        r"\bwhat do you look like\b",
    ),
    "social_media": (
        r"\b(?:facebook|instagram|tik ?tok|twitter|snapchat|linkedin|tweets|social media|reddit|snapchat|"
        r"whatsapp|blog|your posts|social networks?|"
        r"youtube channel|"
        r"online profiles?)\b",
    ),
}

# Private even where the sentence sounds like work: what "how do you feel" and its like ask about.
PRIVATE_ANYWHERE: dict[str, tuple[str, ...]] = {
    "age": (r"\bdone by (?:younger|older) people\b|\byou (?:feel|think you are|think you're) too (?:old|young)\b",),
    "military_discharge": (r"\byour discharge from the (?:forces|army|navy|military|marines|service)\b",),
    "national_origin": (r"\b(?:what )?kind of (?:sur|last )?name is (?:that|this|yours)\b",),
    "photo": (r"\bwhat do you look like\b",),
    "religion": (r"\byour sabbath\b",),
    "children": (
        r"\byou have (?:small|young|little|school-age|any)? ?(?:children|kids)\b(?! (?:in|with|under))",
        r"\bwho (?:picks|drops|takes|collects|watches|minds|looks after) the (?:kids|"
        r"children)\b.{0,40}\byou\b|\bmotherhood\b|\bfatherhood\b",
    ),
    "marital_status": (r"\bis there a (?:mrs|mr)\b|\bhusband or (?:a |your )?\w+\s*\?",),
    "union": (r"\bwere you a shop steward\b",),
    "genetics": (r"\bruns? in the family\b",),
    "sex_gender": (
        r"\bpronouns (?:describe|do) you\b",
        r"\bcan (?:a|any) (?:wo)?man (?:really )?do (?:this|that|the) (?:job|work)\b",
        r"\b(?:comfortable|feel about|mind|problem with|cope with) (?:\w+ ){0,2}(?:for|with|under|supervising|"
        r"managing|leading) "
        r"(?:an? )?(?:wom[ae]n|m[ae]n|female|male|lady|girls?)\b",
    ),
    "race_ethnicity": (
        r"\bfeel\w*\b.{0,20}\b(?:people|colleagues|customers|someone|persons?) of (?:an?other|a different|"
        r"other) races?\b",
    ),
    "salary_history": (
        r"\bsalary are you leaving\b|\byou(?: are|'re) (?:being )?paid (?:today|now|at)\b|\bpay(?:ing)? you "
        r"(?:at|in) your (?:current|last|present|previous)\b|"
        r"\byour (?:compensation|pay|salary|earnings) (?:over|during|for|in) (?:the |"
        r"your )?(?:past|last|previous)",
    ),
    "native_language": (r"\bdid you learn to (?:read|write|speak)\b|\b(?:an|your) accent\b.{0,12}\bwhere\b",),
    "finances": (r"\bpay your bills\b|\bdo you own a (?:car|house|home)\b",),
    "disability": (
        r"\bhappened to your (?:arm|leg|hand|back|eye|knee|face|foot)\b|\byou (?:walk|have) (?:with )?a limp\b",
        r"\bneed (?:an? |any )?(?:accommodations?|adjustments?|special (?:help|equipment))\b.{0,15}\b(?:to do|"
        r"for) this job\b",
    ),
    "pregnancy": (r"\bmaternity leave from you\b|\bif you (?:became|become|got|get|were) pregnant\b",),
}
