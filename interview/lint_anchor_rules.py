"""Words that an anchor or a rater's reason may not use (Q4): they rate how somebody sounds or who they are."""

# Blanked out first: the same words where they name a subject, not the person who answers.
ANCHOR_ALLOWED: tuple[str, ...] = (
    r"\baccent (?:colou?rs?|lights?|walls?|marks?)\b",
    r"\b(?:cloud|react|mobile|platform|browser)[- ]native\b",
    r"\bnative (?:mobile |cloud )?(?:apps?|applications?|code|sql|advertis\w+|modules?|features?|plants?|species|"
    r"support|tools?|functions?|services?|integrations?|speakers among (?:the )?customers)\b",
    r"\bfluent (?:interface|api|builder|bit|python|validation)s?\b|\bfluentd\b",
    r"\b(?:context-free|formal|regular|parser|pupils?'?s?|students?'?s?|learners?'?s?|customer's|author's|sql|latin|"
    r"french|german|spanish|english) grammar\b|\bgrammar (?:rules?|lessons?|exercises?|files?|parser|"
    r"checkers?|points?)\b",
    r"\benergy (?:consumption|use|usage|company|companies|grid|markets?|sector|efficien\w+|bills?|supply|savings?|"
    r"prices?|audits?|costs?|management|meters?|storage|demand|sources?|policy|systems?|transition|balance|needs?)\b",
    r"\b(?:renewable|solar|wind|nuclear|kinetic|thermal|electrical|green|clean|potential|saves?|save|less) energy\b",
    r"\bconfidence (?:intervals?|levels?|bounds?|limits?|scores?|thresholds?)\b",
    r"\b(?:customers?|patients?|users?|stakeholders?|clients?)'?s? confidence\b",
    r"\b(?:mit|harvard) (?:licen[cs]e|architecture)\b",
    r"\b(?:floor|shoe|nail|furniture|metal) polish(?:es|ing)?\b|\bpolish (?:language|customers?|market|law)\b",
    r"\b(?:validate|validates|validated|store|stores|format|sort|look up|delivery|customer's|order's) "
    r"(?:the |a |each |every )?(?:post ?codes?|zip ?codes?)\b|\b(?:post ?code|zip ?code) (?:field|format|"
    r"lookup|table)s?\b",
)

# Words of a language that read like something else in the rules for all: German "mit" (with) is no school.
ANCHOR_ALLOWED_BY_LANGUAGE: dict[str, tuple[str, ...]] = {"de": (r"\bmit\b",)}

ANCHOR_RULES: dict[str, tuple[str, ...]] = {
    "accent": (r"\baccent(?:s|ed)?\b|\bpronunciation\b|\bdialects?\b",),
    "native": (r"\b(?:non-?)?native(?:[- ](?:speakers?|level|like|sounding|english))?\b|\bmother tongue\b",),
    "fluent": (r"\bfluent(?:ly)?\b|\bfluency\b",),
    "articulate": (
        r"\b(?:in)?articulate(?:ly|ness)?\b(?! (?:the|a|an|how|why|what|which|this|that|their|its|each|both|"
        r"trade|clear))",
        r"\beloquen(?:t|tly|ce)\b|\bwell[- ]spoken\b",
    ),
    "grammar": (r"\b(?:un)?grammar\b|\b(?:un)?grammatical(?:ly)?\b",),
    "energy": (r"\benerg(?:y|etic|etically|ised|ized)\b|\blively\b|\bvibrant\b",),
    "enthusiasm": (r"\benthusias(?:m|tic|tically)\b|\bpassionate(?:ly)?\b|\bexcite(?:d|ment)\b",),
    "confident": (r"\b(?:un|self-)?confiden(?:t|tly|ce)\b|\bself-assured\b|\bnervous(?:ly|ness)?\b",),
    "charisma": (r"\bcharism(?:a|atic)\b|\bcharming\b|\blikeable\b",),
    "culture_fit": (r"\bcultur(?:e|al)[- ]fit\b|\bfits? (?:in(?:to)? )?(?:with )?(?:our|the) culture\b",),
    "polish": (r"\b(?:un)?polish(?:ed)?\b",),
    "youthful": (r"\byouth(?:ful)?(?:ness)?\b|\byoung\b|\bdigital native\b|\bfresh[- ]faced\b",),
    "school_name": (
        r"\b(?:harvard|stanford|yale|princeton|oxbridge|oxford|cambridge|berkeley|mit|caltech|eth|sorbonne|"
        r"insead|iit)\b",
        r"\bivy league\b|\b(?:top|elite|prestigious|good|renowned|leading)(?:[- ]tier)? (?:schools?|"
        r"universit\w+|colleges?)\b",
        r"\buniversity of \w+|\brussell group\b|\bgrandes? écoles?\b",
    ),
    "postcode": (
        r"\b(?:post|zip|postal) ?codes?\b",
        r"\b[a-z]{1,2}\d[a-z\d]? \d[a-z]{2}\b|\b(?:[a-z]{2}) \d{5}(?:-\d{4})?\b",
    ),
}

# The same in other languages, without look-alikes: fewer words, only those that name the person.
ANCHOR_RULES_BY_LANGUAGE: dict[str, dict[str, tuple[str, ...]]] = {
    "es": {
        "accent": (r"\bacento\b|\bpronunciación\b",),
        "native": (r"\bnativ[oa]s?\b|\blengua materna\b",),
        "fluent": (r"\bfluidez\b|\bfluid[oa]\b|\bcon soltura\b",),
        "articulate": (r"\belocuente\b|\belocuencia\b",),
        "grammar": (r"\bgramátic\w+\b",),
        "enthusiasm": (r"\bentusias\w+\b|\bapasionad[oa]\b",),
        "energy": (r"\benérgic[oa]\b|\bcon energía\b",),
        "confident": (r"\bsegur[oa] de sí\b|\bconfianza en sí\b",),
        "charisma": (r"\bcarism\w+\b",),
        "youthful": (r"\bjoven\b|\bjuvenil\b",),
    },
    "fr": {
        "accent": (r"\baccents?\b(?! sur)|\bprononciation\b",),
        "native": (r"\blocut(?:eur|rice) nati(?:f|ve)\b|\blangue maternelle\b",),
        "fluent": (r"\bcouramment\b|\baisance\b",),
        "articulate": (r"\béloquen\w+\b",),
        "grammar": (r"\bgrammair\w*\b|\bgrammatica\w+\b",),
        "enthusiasm": (r"\benthousias\w+\b|\bpassionnée?\b",),
        "energy": (r"\bénergique\b|\bdynamique et\b",),
        "confident": (r"\bsûre? de (?:soi|lui|elle)\b|\bconfiance en (?:soi|lui|elle)\b",),
        "charisma": (r"\bcharism\w+\b",),
        "youthful": (r"\bjeunes?\b|\bjuvénile\b",),
    },
    "de": {
        "accent": (r"\bakzent(?:e|frei)?\b|\baussprache\b|\bdialekt\b",),
        "native": (r"\bmuttersprach\w*\b",),
        "fluent": (r"\bfließend\w*\b|\bfliessend\w*\b",),
        "articulate": (r"\bredegewandt\w*\b|\beloquent\w*\b|\bwortgewandt\w*\b",),
        "grammar": (r"\bgrammati\w+\b",),
        "enthusiasm": (r"\bbegeister\w+\b|\benthusias\w+\b|\bleidenschaftlich\w*\b",),
        "energy": (r"\benergisch\w*\b|\benergiegeladen\w*\b",),
        "confident": (r"\bselbstbewusst\w*\b|\bselbstsicher\w*\b",),
        "charisma": (r"\bcharism\w+\b",),
        "youthful": (r"\bjung\w{0,2}\b|\bjugendlich\w*\b",),
        "school_name": (r"\b(?:am|vom|des) mit\b",),
    },
    "pt": {
        "accent": (r"\bsotaque\b|\bpronúncia\b",),
        "native": (r"\bnativ[oa]s?\b|\blíngua materna\b",),
        "fluent": (r"\bfluente(?:mente)?\b|\bfluência\b",),
        "articulate": (r"\beloquen\w+\b",),
        "grammar": (r"\bgramátic\w+\b|\bgramatical\w*\b",),
        "enthusiasm": (r"\bentusias\w+\b|\bapaixonad[oa]\b",),
        "energy": (r"\benérgic[oa]\b|\bcom energia\b",),
        "confident": (r"\bseguro de si\b|\bsegura de si\b|\bautoconfian\w+\b|\bconfiante\b",),
        "charisma": (r"\bcarism\w+\b",),
        "youthful": (r"\bjovem\b|\bjovial\b",),
    },
    "hi": {
        "accent": (r"उच्चारण|लहज[ाे]",),
        "native": (r"मातृभाषा",),
        "fluent": (r"धाराप्रवाह",),
        "grammar": (r"व्याकरण",),
        "enthusiasm": (r"उत्साह",),
        "energy": (r"ऊर्जावान",),
        "confident": (r"आत्मविश्वास",),
        "youthful": (r"युवा|जवान",),
    },
    "zh": {
        "accent": (r"口音|发音|發音",),
        "native": (r"母语|母語",),
        "fluent": (r"流利|流畅|流暢",),
        "articulate": (r"口才",),
        "grammar": (r"语法|語法",),
        "enthusiasm": (r"热情|熱情|激情",),
        "energy": (r"精力充沛|有活力",),
        "confident": (r"自信",),
        "charisma": (r"魅力",),
        "youthful": (r"年轻|年輕",),
    },
}

ANCHOR_WORDS: dict[str, str] = {
    "accent": "an accent or way of speaking",
    "native": "being a native speaker",
    "fluent": "fluency",
    "articulate": "being articulate",
    "grammar": "grammar",
    "energy": "energy",
    "enthusiasm": "enthusiasm",
    "confident": "confidence",
    "charisma": "charisma",
    "culture_fit": "culture fit",
    "polish": "polish",
    "youthful": "youth",
    "school_name": "the name of a school",
    "postcode": "a postcode",
}
