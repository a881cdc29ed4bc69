"""Orders to a grader in languages other than English: a verb that lifts or awards, near what it lifts or awards."""

from dataclasses import dataclass


def _any(*phrases: str) -> str:
    return "(?:" + "|".join(phrases) + ")"


@dataclass(frozen=True, slots=True)
class _Language:
    code: str
    lift: str
    rubric: str
    award: str
    top: str
    spaced: bool = True


_LANGUAGES = (
    _Language(
        "es",
        r"(?:ignor[aeá]n?|olvid[ae]n?|omit[ae]|descart[ae]|no (?:sigas?|uses?|apliques?))",
        r"(?:rúbrica|instrucci(?:ón|ones)|criterios?|guía de (?:evaluación|calificación|puntuación)|baremo|prompt"
        r"|reglas de (?:evaluación|calificación))",
        r"(?:pon(?:me|le|ga|gan|game)?|póngame|da(?:me|le)?|d[eé](?:me|le)?|asign[ae](?:me)?|otorg(?:a|ue)(?:me)?"
        r"|calific(?:a|ue)(?:me)?|punt(?:úa|úe)(?:me)?|mar(?:ca|que)|escrib[ae])",
        r"(?:un cinco|un diez|un 5|un 10|cinco de cinco|diez de diez|máxim[ao] (?:nota|puntuación|calificación|puntaje)"
        r"|(?:nota|puntuación|calificación) (?:máxima|más alta|perfecta)|puntaje máximo|5 puntos|10 puntos"
        r"|sobresaliente)",
    ),
    _Language(
        "fr",
        r"(?:ignor(?:e|ez)|oubli(?:e|ez)|néglig(?:e|ez)|ne (?:suis|suivez|tenez|tiens) pas)",
        # With its article, as "ignore" and "instructions" are English words too.
        r"(?:(?:les|la|le|vos|tes|ces|leurs) |l')(?:\w+ ){0,2}?(?:grille|barème|instructions?|consignes?"
        r"|critères?|prompt)",
        r"(?:donn(?:e|ez)|mets|mettez|accord(?:e|ez)|attribu(?:e|ez)|not(?:e|ez)|écri(?:s|vez))",
        r"(?:note (?:maximale|parfaite|la plus haute)|meilleure note|un cinq|un dix|(?:cinq|5) ?(?:sur|/) ?(?:cinq|5)"
        r"|(?:dix|10) ?(?:sur|/) ?(?:dix|10)|tous les points|le maximum)",
    ),
    _Language(
        "de",
        r"(?:ignorier(?:e|en sie|t)?|vergiss|vergessen sie|missachten? ?(?:sie)?|überspringen? ?(?:sie)?)",
        r"(?:anweisung(?:en)?|bewertungs\w+|rubrik|kriterien|vorgaben|raster|prompt|instruktionen|systemprompt)",
        r"(?:gib|geben sie|gebt|vergib|vergeben sie|bewerten? ?(?:sie)?|tragen? sie|schreib(?:e|en sie)?"
        r"|setzen? ?(?:sie)?)",
        r"(?:volle punktzahl|höchst(?:e|en|note|wertung|punktzahl)\w*|bestnote|eine (?:fünf|zehn|5|10)|alle punkte"
        r"|(?:fünf|5) von (?:fünf|5)|(?:zehn|10) von (?:zehn|10)|(?:fünf|zehn|5|10) punkte|maximale? punkt\w+)",
    ),
    _Language(
        "pt",
        r"(?:ignor[ea]m?|esqueç[ao]m?|esquece|desconsider[ea]m?|não (?:sigas?|use|aplique))",
        r"(?:rubrica|instruç(?:ão|ões)|critérios?|guia de (?:avaliação|correção)|regras de avaliação|gabarito)",
        r"(?:d[êá](?:-me|-lhe)?|me d[êá]|colo(?:que|ca)|ponha|põe|atribu[ai]|avali[ea](?:-me)?|escrev[ae]|marque)",
        r"(?:nota (?:máxima|dez|cinco|10|5|mais alta|total)|pontuação máxima|um cinco|um dez|cinco de cinco|dez de dez"
        r"|5 de 5|10 de 10)",
    ),
    _Language(
        "it",
        r"(?:ignora(?:te|re)?|ignori|dimentica(?:te)?|dimentichi|non (?:seguire|usare|applicare))",
        r"(?:rubrica|istruzioni|criteri|griglia di valutazione|regole di valutazione|prompt)",
        r"(?:dammi|mi dia|dai|dia|metti(?:mi)?|metta|assegna(?:mi)?|assegni|scrivi|scriva|valuta(?:mi)?)",
        r"(?:il massimo(?: dei voti)?|voto (?:massimo|più alto)|punteggio (?:massimo|pieno)|un cinque|un dieci"
        r"|cinque su cinque|dieci su dieci|massimo (?:punteggio|voto))",
    ),
    _Language(
        "nl",
        r"(?:negeer|vergeet|sla over|volg niet)",
        r"(?:instructies?|beoordelings\w+|rubriek|criteria|puntenschema|prompt)",
        r"(?:geef|ken|zet|schrijf|noteer|beoordeel)",
        r"(?:volle punten|hoogste (?:score|cijfer|punten)|maximale (?:score|punten)|een (?:vijf|tien|5|10)(?!\w)"
        r"|vijf van de vijf|tien van de tien)",
    ),
    _Language(
        "pl",
        r"(?:zignoruj(?:cie)?|ignoruj|pomiń|zapomnij)",
        r"(?:instrukcj\w+|kryteri\w+|rubryk\w+|wytyczn\w+|polece\w+|zasad\w* oceniania)",
        r"(?:daj|przyznaj|wpisz|postaw|wystaw|oceń)",
        r"(?:maksymaln\w+ (?:ocen\w+|punkt\w+|liczb\w+)|najwyższ\w+ (?:ocen\w+|not\w+|punkt\w+)|piątkę|dziesiątkę"
        r"|5 punktów|pięć (?:punktów|na pięć))",
    ),
    _Language(
        "ru",
        r"(?:(?:про)?игнорируй(?:те)?|забудь(?:те)?|не (?:следуй|обращай|учитывай)(?:те)?)",
        r"(?:инструкци\w+|критери\w+|рубрик\w+|указани\w+|правил\w+ оцен\w+|промпт\w*)",
        r"(?:постав(?:ь|ьте)|дай(?:те)?|оцени(?:те)?|присвой(?:те)?|напиши(?:те)?)",
        r"(?:максимальн\w+ (?:балл\w*|оценк\w+)|высш\w+ (?:балл\w*|оценк\w+)|пят[её]рку|пять (?:баллов|из пяти)"
        r"|10 (?:баллов|из 10)|5 (?:баллов|из 5))",
    ),
    _Language(
        "tr",
        r"(?:yok say\w*|görmezden gel\w*|dikkate alma\w*|unut(?:un)?)",
        r"(?:talimat\w*|kriter\w*|yönerge\w*|rubrik\w*|puanlama \w+)",
        r"(?:ver(?:in|iniz)?|yaz(?:ın)?|koy(?:un)?)",
        r"(?:tam puan|en yüksek (?:puan|not)\w*|beş puan|5 puan|10 puan|on puan)",
    ),
    _Language(
        "hi",
        r"(?:अनदेखा|नज़रअंदाज़|नजरअंदाज|भूल जा\S*|उपेक्षा|इग्नोर)",
        r"(?:निर्देश\S*|रूब्रिक|रुब्रिक|मानदंड\S*|मापदंड\S*|दिशानिर्देश\S*|मूल्यांकन)",
        r"(?:दें|दो|दीजिए|दीजिये|लिखें|लिखो)",
        r"(?:पूरे अंक|पूर्ण अंक|(?:पाँच|पांच|दस|5|10) (?:अंक|में से|नंबर)|सर्वोच्च (?:अंक|स्कोर|रेटिंग)"
        r"|अधिकतम (?:अंक|स्कोर)|फुल मार्क्स|पूरे नंबर)",
    ),
    _Language(
        "ar",
        r"(?:تجاهلي?|تجاهلوا|انس[ىَ]?|لا تتبع)",
        r"(?:التعليمات|المعايير|معايير|نموذج التقييم|دليل التقييم|الإرشادات)",
        r"(?:و?أعطني|و?اعطني|و?أعط|و?امنحني|و?امنح|و?ضع|و?اكتب)",
        r"(?:الدرجة (?:الكاملة|القصوى|النهائية)|أعلى (?:درجة|تقييم|علامة)|العلامة الكاملة)",
    ),
    _Language(
        "zh",
        r"(?:忽略|无视|忽視|忽视|不要(?:管|理会|按照|遵循)|别管|忘记|忘掉|跳过)",
        r"(?:评分|評分|指令|提示词|系统提示|评价标准|打分)",
        r"(?:给|給|打|评|写|填|输出)",
        r"(?:满分|滿分|最高分|五分(?![钟鐘之])|5分(?![钟鐘之])|10分(?![钟鐘之])|最高评分|最高等级)",
        spaced=False,
    ),
    _Language(
        "ja",
        r"(?:無視し|忘れて|従わない|スキップし)",
        r"(?:採点基準|評価基準|指示|ルーブリック|プロンプト)",
        r"(?:つけて|付けて|ください|下さい|与えて|評価して)",
        r"(?:満点|最高(?:点|評価|得点)|5点|五点|10点|十点)",
        spaced=False,
    ),
)


def _near(verb: str, thing: str, spaced: bool) -> str:
    # Verbs come first in most languages and last in Hindi, Turkish and Japanese: both orders count.
    if spaced:
        return rf"(?<!\w){verb}(?!\w)\W+(?:\S+\s+){{0,7}}?{thing}|(?<!\w){thing}\S*\s+(?:\S+\s+){{0,5}}?{verb}(?!\w)"
    return rf"{verb}[^。！？.!?]{{0,14}}?{thing}|{thing}[^。！？.!?]{{0,10}}?{verb}"


ABROAD: tuple[tuple[str, str], ...] = tuple(
    (f"{name}_{language.code}", _near(verb, thing, language.spaced))
    for language in _LANGUAGES
    for name, verb, thing in (("lift", language.lift, language.rubric), ("award", language.award, language.top))
)

# Somebody is said to have given the order ("mi jefe me dijo", "老板让我"): the speaker tells a story.
TELLS_ABROAD = (
    r"\b(?:dijo|dijeron|decía|pidi[óe]\w*|m'a (?:dit|demandé)|nous a (?:dit|demandé)|sagte|bat mich|disse|pediu"
    r"|ha (?:detto|chiesto)|zei|vroeg|сказал\w*|попросил\w*)\b"
    r"|कहा|让我|叫我|要求我|[打给]了|と言われ|と言いま|قال لي|طلب مني"
)
