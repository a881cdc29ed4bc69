"""Rules for what may not be asked, in Spanish, French, German, Portuguese, Hindi and Chinese: the main topics.

Smaller than the English set: direct questions to the candidate. The model's own check comes on top in every language.
"""

_ES_SOME = r"(?:alg[uú]n[oa]?s? |un[oa]? |usted |ya )*"
_FR_SOME = r"(?:un |une |des |déjà |d'|de |du )*"
_DE_SOME = r"(?:eine?n? |irgendeine?n? |schon |derzeit |zurzeit |regelmäßig |gerade |ein )*"
_PT_SOME = r"(?:alguma?s? |algum |um |uma |já )*"

QUESTION_RULES_BY_LANGUAGE: dict[str, dict[str, tuple[str, ...]]] = {
    "es": {
        "age": (
            r"\bcuántos años (?:tienes?|cumples?)\b(?! de\b)",
            r"\b(?:su|tu) (?:edad|fecha de nacimiento|cumpleaños)\b|\ben qué año (?:naciste|nació|se graduó)\b",
        ),
        "marital_status": (
            r"\b(?:está|estás|es|eres) (?:usted )?(?:casad|solter|divorciad|viud)[oa]\b",
            r"\b(?:su|tu) (?:estado civil|espos[oa]|marido|mujer)\b",
        ),
        "children": (
            rf"\b(?:tiene|tienes|tendrá|piensa tener|quiere tener) {_ES_SOME}hij[oa]s?\b",
            r"\bcuántos hijos tienes?\b|\b(?:sus|tus) hij[oa]s\b",
        ),
        "pregnancy": (r"\b(?:está|estás|estuvo) (?:usted )?embarazada\b|\bquedar(?:se)? embarazada\b",),
        "religion": (
            r"\b(?:su|tu) (?:religión|fe|iglesia)\b|\bqué religión\b",
            r"\b(?:va|vas|asiste|asistes) (?:usted )?a (?:la iglesia|misa|la mezquita|la sinagoga)\b",
            r"\b(?:es|eres) (?:usted )?(?:católic|musulm|judí|cristian|ate)\w+",
        ),
        "race_ethnicity": (r"\b(?:su|tu) (?:raza|etnia|origen étnico|color de piel)\b|\bde qué raza\b",),
        "national_origin": (
            r"\b(?:dónde|qué país) (?:nació|naciste|creció)\b|\bde dónde (?:es|eres|son (?:sus|tus) padres)\b",
            r"\b(?:su|tu) (?:lugar de nacimiento|país de origen)\b",
        ),
        "citizenship": (r"\b(?:su|tu) (?:nacionalidad|ciudadanía)\b|\b(?:es|eres) (?:usted )?ciudadan[oa]\b",),
        "native_language": (r"\b(?:su|tu) (?:lengua|idioma) (?:matern[oa]|nativ[oa])\b",),
        "disability": (
            rf"\b(?:tiene|tienes) {_ES_SOME}discapacidad\b|\b(?:es|eres) (?:usted )?discapacitad[oa]\b",
            r"\b(?:su|tu) discapacidad\b",
        ),
        "illness": (
            rf"\b(?:tiene|tienes|padece|padeces|sufre|sufres|ha tenido) (?:de )?{_ES_SOME}"
            r"(?:enfermedad|problemas? de salud|depresión|cáncer)",
            r"\b(?:su|tu) (?:estado de )?salud\b",
        ),
        "medication": (rf"\b(?:toma|tomas) {_ES_SOME}(?:medicamento|medicina|medicación|pastilla|antidepresivo)s?\b",),
        "salary_history": (
            r"\bcuánto (?:gana|ganas|ganaba|ganabas|cobra|cobraba|cobrabas)\b",
            r"\b(?:su|tu) (?:salario|sueldo) (?:actual|anterior|pasado)\b|\b(?:su|tu) (?:último|"
            r"anterior) (?:salario|sueldo)",
        ),
        "arrest_conviction": (
            r"\b(?:tiene|tienes) (?:usted )?antecedentes\b|\b(?:ha|has|fue) (?:\w+ )?(?:estado |sido )?"
            r"(?:arrestad|detenid|condenad|preso)\w*",
        ),
        "politics": (
            r"\b(?:quién|qué partido) (?:votó|votaste|vota|apoya)\b|\b(?:su|tus?|sus) (?:ideas|opinión\w*) polític\w+",
        ),
        "union": (
            r"\b(?:afiliad[oa]|miembro|pertenece|perteneces) (?:a|de) (?:un|algún) sindicato\b|\b(?:su|tu) sindicato\b",
        ),
        "orientation": (
            r"\b(?:su|tu) orientación sexual\b|\b(?:es|eres) (?:usted )?(?:gay|homosexual|lesbiana|hetero)",
        ),
        "sex_gender": (r"\b(?:su|tu) (?:género|sexo)\b|\b(?:es|eres) (?:usted )?(?:hombre|mujer)\b",),
        "neighbourhood": (r"\bdónde (?:vive|vives)\b|\b(?:su|tu) (?:domicilio|barrio)\b",),
        "height_weight": (r"\bcuánto (?:mide|mides|pesa|pesas)\b(?! \w)",),
    },
    "fr": {
        "age": (
            r"\bquel âge avez[- ]vous\b|\bquel âge as[- ]tu\b|\bvotre (?:âge|date de naissance|anniversaire)\b",
            r"\ben quelle année (?:êtes[- ]vous né|avez[- ]vous obtenu votre bac)",
        ),
        "marital_status": (
            r"\b(?:êtes[- ]vous|vous êtes) (?:marié|célibataire|divorcé|veu|pacsé|fiancé)\w*",
            r"\bvotre (?:mari|femme|époux|épouse|conjoint\w*|situation (?:familiale|matrimoniale)|"
            r"nom de jeune fille)\b",
        ),
        "children": (
            rf"\b(?:avez[- ]vous|vous avez|aurez[- ]vous|voulez[- ]vous) {_FR_SOME}(?:avoir des )?enfants?\b",
            r"\bcombien d'enfants avez[- ]vous\b(?! (?:gard|accueill|encadr|suivi))|\bvos enfants\b",
        ),
        "pregnancy": (r"\b(?:êtes[- ]vous|vous êtes|tomber|être) enceinte\b(?! de nos)|\bvotre grossesse\b",),
        "religion": (
            r"\b(?:votre|quelle) (?:religion|foi|église|confession)\b",
            r"\ballez[- ]vous (?:à|a) (?:l'église|la messe|la mosquée|la synagogue)",
            r"\bêtes[- ]vous (?:catholique|musulman|juif|juive|chrétien|protestant|athée|pratiquant|croyant)\w*",
        ),
        "race_ethnicity": (r"\bvotre (?:race|ethnie|origine ethnique|couleur de peau)\b",),
        "national_origin": (
            r"\boù êtes[- ]vous née?\b|\bd'où (?:venez[- ]vous|viennent vos parents)\b",
            r"\bvo(?:tre|s) (?:lieu de naissance|pays (?:d'origine|de naissance)|origines?)\b",
        ),
        "citizenship": (r"\b(?:votre|quelle) (?:nationalité|citoyenneté)\b|\bêtes[- ]vous (?:citoyen|de nationalité)",),
        "native_language": (
            r"\bvotre langue (?:maternelle|natale)\b|\blangue parlez[- ]vous (?:à la maison|chez vous)\b",
        ),
        "disability": (
            rf"\b(?:avez[- ]vous|vous avez) {_FR_SOME}handicap\b|\bêtes[- ]vous handicapée?\b|\bvotre handicap\b",
        ),
        "illness": (
            rf"\b(?:souffrez[- ]vous|avez[- ]vous|avez[- ]vous eu) {_FR_SOME}"
            r"(?:maladies?|problèmes? de santé|dépression|cancer)\b",
            r"\bvotre (?:état de )?santé\b|\bêtes[- ]vous malade\b",
        ),
        "medication": (rf"\bprenez[- ]vous {_FR_SOME}(?:médicaments?|traitement|antidépresseurs?)\b",),
        "salary_history": (
            r"\bcombien (?:gagniez|gagnez|touchiez|touchez)[- ]vous\b",
            r"\bvotre (?:salaire|rémunération) (?:actuel|précédent|antérieur)\w*|\bvotre (?:dernier|ancien) salaire\b",
        ),
        "arrest_conviction": (
            rf"\bavez[- ]vous {_FR_SOME}(?:casier judiciaire|été (?:arrêté|condamné|incarcéré))|\bvotre casier\b",
        ),
        "politics": (
            r"\bavez[- ]vous voté\b|\b(?:votre|quel) parti politique\b|\bvos (?:opinions|idées) politiques\b",
        ),
        "union": (r"\bêtes[- ]vous (?:syndiquée?|membre d'un syndicat)|\bvotre syndicat\b",),
        "orientation": (r"\bvotre orientation sexuelle\b|\bêtes[- ]vous (?:gay|homosexuel|lesbienne|hétéro)",),
        "sex_gender": (r"\bvotre (?:sexe|genre)\b|\bêtes[- ]vous (?:un homme|une femme)\b",),
        "neighbourhood": (r"\boù habitez[- ]vous\b|\bvotre (?:adresse|quartier)\b",),
        "height_weight": (r"\bcombien (?:mesurez|pesez)[- ]vous\b",),
    },
    "de": {
        "age": (
            r"\bwie alt sind sie\b|\bihr(?:e[nmrs]?)? (?:alter|geburtsdatum|geburtsjahr|geburtstag)\b",
            r"\bwann (?:wurden sie geboren|sind sie geboren|haben sie (?:ihr )?abitur)",
        ),
        "marital_status": (
            r"\bsind sie (?:\w+ )?(?:verheiratet|ledig|geschieden|verwitwet|verlobt|single)\b",
            r"\bihr(?:e[nmrs]?)? (?:ehemann|ehefrau|mann|frau|familienstand|ehepartner\w*|mädchenname)\b",
        ),
        "children": (
            rf"\b(?:haben|möchten|wollen|planen) sie {_DE_SOME}kind(?:er)?\b(?! (?:betreut|unterrichtet))",
            r"\bwie viele kinder haben sie\s*(?:\?|$)|\bihre[nr]? (?:kinder|kinderbetreuung|familienplanung)\b",
        ),
        "pregnancy": (r"\b(?:sind|werden|waren) sie (?:\w+ )?schwanger\b|\bihre schwangerschaft\b",),
        "religion": (
            r"\b(?:welche[rn]?|ihre[rn]?) (?:religion|konfession|glauben|kirche)\b",
            r"\b(?:gehen|besuchen) sie (?:in )?(?:die|eine) (?:kirche|moschee|synagoge)\b",
            r"\bsind sie (?:\w+ )?(?:katholisch|evangelisch|muslim\w*|jüdisch|jude|jüdin|christ\w*|religiös|gläubig)\b",
        ),
        "race_ethnicity": (r"\bihre (?:rasse|ethnie|hautfarbe|ethnische herkunft)\b|\bwelche hautfarbe\b",),
        "national_origin": (
            r"\b(?:woher|aus welchem land) (?:kommen|stammen) (?:sie|ihre eltern)\b|\bwo (?:wurden|sind) sie geboren\b",
            r"\bihr(?:e[nmrs]?)? (?:geburtsort|herkunft|herkunftsland|geburtsland)\b",
        ),
        "citizenship": (
            r"\b(?:welche|ihre) (?:staatsangehörigkeit|staatsbürgerschaft|nationalität)\b|\bsind sie \w+ staatsbürger",
        ),
        "native_language": (r"\bihre muttersprache\b|\bsind sie (?:\w+ )?muttersprachler|\bsprechen sie zu hause\b",),
        "disability": (
            rf"\bhaben sie {_DE_SOME}(?:schwer)?behinderung|\bsind sie (?:\w+ )?(?:schwer)?behindert\b|"
            rf"\bihre behinderung\b",
        ),
        "illness": (
            rf"\b(?:haben|hatten|leiden) sie (?:an |unter )?{_DE_SOME}"
            r"(?:\w+ )?(?:gesundheitliche\w* probleme|krankheit\w*|erkrankung\w*|depression\w*|krebs)\b",
            r"\bhaben sie gesundheitliche\b|\bsind sie (?:\w+ )?(?:krank|gesund)\b|\bihre gesundheit\b",
        ),
        "medication": (rf"\bnehmen sie {_DE_SOME}(?:medikamente?|tabletten|antidepressiva)\b",),
        "salary_history": (
            r"\bwie ?viel (?:verdienen sie|verdienten sie|haben sie (?:\w+ ){0,3}verdient)\b",
            r"\bihr(?:e[nmrs]?)? (?:bisherige|derzeitige|aktuelle|letzte|jetzige)[srnm]? (?:gehalt|lohn|verdienst)\b",
        ),
        "arrest_conviction": (
            r"\bsind sie (?:\w+ )?(?:vorbestraft|verhaftet|verurteilt)\b|\b(?:wurden|waren) sie (?:\w+ )?"
            r"(?:verhaftet|verurteilt|im gefängnis)\b|\bhaben sie (?:\w+ )?vorstrafen\b",
        ),
        "politics": (
            r"\bwelche partei (?:wählen|haben|unterstützen)\b|\bihre politische\w* (?:meinung|einstellung|"
            r"ansicht\w*)\b",
        ),
        "union": (
            r"\bsind sie (?:\w+ )?(?:mitglied (?:in )?eine?r gewerkschaft|gewerkschaftsmitglied|gewerkschaftlich)",
        ),
        "orientation": (
            r"\bsind sie (?:homosexuell|schwul|lesbisch|bisexuell|heterosexuell)\b|"
            r"\bihre sexuelle (?:orientierung|neigung)",
        ),
        "sex_gender": (
            r"\bihr geschlecht\b|\bwelches geschlecht\b|\bsind sie (?:ein mann|eine frau|männlich|weiblich)\b",
        ),
        "neighbourhood": (r"\bwo wohnen sie\b|\bihre (?:anschrift|privatadresse|wohnadresse)\b",),
        "height_weight": (r"\bwie (?:groß|schwer) sind sie\b|\bwie ?viel wiegen sie\b",),
    },
    "pt": {
        "age": (
            r"\b(?:sua|tua) (?:idade|data de nascimento)\b|\bquantos anos (?:você |o senhor |"
            r"a senhora )?tem\b(?! de\b)",
            r"\bem que ano (?:você |o senhor |a senhora )?(?:nasceu|se formou)\b",
        ),
        "marital_status": (
            r"\b(?:é|está) (?:casad|solteir|divorciad|viúv)[oa]\b",
            r"\b(?:seu|sua) (?:estado civil|marido|esposa|espos[oa]|cônjuge)\b",
        ),
        "children": (
            rf"\b(?:tem|terá|quer ter|pretende ter|pensa em ter) {_PT_SOME}filh[oa]s?\b|\bseus filhos\b",
            r"\bquantos filhos (?:\w+ )?tem\b",
        ),
        "pregnancy": (r"\b(?:está|estava|ficar|engravidar) ?grávida\b|\b(?:pretende|quer|pensa em) engravidar\b",),
        "religion": (
            r"\b(?:sua|qual) religião\b|\bsua (?:fé|igreja)\b|\bvocê (?:frequenta|vai a) (?:\w+ )?(?:igreja|"
            r"missa|culto)",
            r"\bvocê é (?:católic|evangélic|muçulman|jude|cristã|ate)\w*",
        ),
        "race_ethnicity": (r"\bsua (?:raça|etnia|cor de pele|cor da pele)\b|\bqual (?:a )?sua cor\b",),
        "national_origin": (
            r"\b(?:onde|em que país|em que cidade) (?:você |o senhor |a senhora )?(?:nasceu|cresceu)\b",
            r"\bseu (?:local de nascimento|país de origem)\b|\bde onde (?:você|seus pais) (?:é|vem|vêm|são)\b",
        ),
        "citizenship": (r"\b(?:sua|qual) (?:é a sua )?(?:nacionalidade|cidadania)\b|\bvocê é cidadã",),
        "native_language": (r"\bsua língua (?:materna|nativa)\b|\bseu idioma (?:materno|nativo)\b",),
        "disability": (rf"\b(?:tem|possui) {_PT_SOME}deficiência\b|\bvocê é deficiente\b|\bsua deficiência\b",),
        "illness": (
            rf"\b(?:tem|teve|sofre de|possui) {_PT_SOME}(?:doenças?|problemas? de saúde|depressão|câncer|cancro)\b",
            r"\bsua saúde\b|\bseu estado de saúde\b",
        ),
        "medication": (rf"\b(?:toma|usa|está tomando) {_PT_SOME}(?:remédio|medicamento|medicação|antidepressivo)s?\b",),
        "salary_history": (
            r"\bquanto (?:você |o senhor |a senhora )?(?:ganha|ganhava|recebia|recebe)\b",
            r"\bseu (?:salário (?:atual|anterior)|último salário)\b",
        ),
        "arrest_conviction": (r"\b(?:foi|esteve) (?:\w+ )?(?:pres[oa]|detid[oa]|condenad[oa])\b|\btem antecedentes\b",),
        "politics": (
            r"\b(?:em quem|em que partido) (?:você )?(?:votou|vota|votaria)\b|\bsuas? (?:opinião|opiniões|"
            r"ideias) polític",
        ),
        "union": (r"\b(?:filiad[oa]|membro|sindicalizad[oa]) (?:a|de|ao|do) (?:algum |um )?sindicato\b",),
        "orientation": (r"\bsua orientação sexual\b|\bvocê é (?:gay|homossexual|lésbica|heterossexual)\b",),
        "sex_gender": (r"\bseu (?:gênero|sexo|género)\b|\bvocê é (?:homem|mulher)\b",),
        "neighbourhood": (r"\bonde (?:você )?mora\b|\bseu (?:endereço|bairro)\b",),
        "height_weight": (r"\bquanto você (?:mede|pesa)\b|\bsua altura\b",),
    },
    # No word boundaries: Devanagari's vowel signs are no word characters to a regular expression.
    "hi": {
        "age": (r"(?:आपकी|तुम्हारी) (?:उम्र|आयु|जन्म ?तिथि|जन्म तारीख)|आपका जन्म (?:कब|किस (?:साल|वर्ष))",),
        "marital_status": (
            r"क्या आप (?:\S+ )?(?:शादीशुदा|विवाहित|अविवाहित|कुंवारे|तलाकशुदा)|आपकी (?:शादी|"
            r"पत्नी)|आपके पति",
        ),
        "children": (r"आपके (?:कितने |कोई )?(?:बच्चे|बच्चों|संतान)",),
        "pregnancy": (r"क्या आप (?:\S+ )?(?:गर्भवती|प्रेग्नेंट)",),
        "religion": (r"आपका (?:धर्म|मज़हब|मजहब)|आप किस धर्म|क्या आप (?:हिंदू|हिन्दू|मुस्लिम|मुसलमान|ईसाई|सिख) ",),
        "race_ethnicity": (r"(?:आपकी|आप किस) (?:जाति|नस्ल)",),
        "national_origin": (r"आपका जन्म (?:कहाँ|कहां|किस (?:देश|राज्य|शहर))|आपका जन्म ?स्थान|आप मूल रूप से",),
        "citizenship": (r"आपकी (?:नागरिकता|राष्ट्रीयता)|क्या आप (?:\S+ )?नागरिक हैं",),
        "native_language": (r"आपकी (?:मातृभाषा|मातृ भाषा)",),
        "disability": (r"क्या आप (?:विकलांग|दिव्यांग) हैं|क्या आपको कोई (?:विकलांगता|दिव्यांगता)",),
        "illness": (r"(?:क्या )?आपको (?:कोई |कभी )?(?:\S+ )?(?:बीमारी|रोग)(?= |\?|$)|आपका स्वास्थ्य",),
        "medication": (r"आप (?:कोई|कौन सी|कौन-सी) (?:दवा|दवाई|दवाइयाँ|गोली) (?:लेते|लेती|खाते|खाती)",),
        "salary_history": (r"आपका (?:पिछला|वर्तमान|मौजूदा) (?:वेतन|तनख्वाह)|आपकी (?:पिछली|मौजूदा) (?:सैलरी|तनख्वाह)",),
        "arrest_conviction": (r"आप (?:कभी )?जेल गए|आपको (?:कभी )?गिरफ़?्?तार|आपका (?:कोई )?आपराधिक",),
        "politics": (r"आपने किस(?:को| पार्टी| दल)?(?: को)? वोट|आप किस (?:पार्टी|दल) (?:को|के)|आपके राजनीतिक",),
    },
    "zh": {
        "age": (
            r"[您你](?:今年|现在)?(?:多大|几岁|幾歲|多少岁)(?:年纪|年紀)?|[您你]的(?:年龄|年齡|出生日期|生日)",
            r"[您你]是?(?:哪一?年|什么时候)出生",
        ),
        "marital_status": (
            r"[您你](?:已经|是否|有没有)?(?:结婚|已婚|未婚|离婚|單身|单身)|[您你]的(?:婚姻|丈夫|妻子|配偶)",
        ),
        "children": (
            r"[您你](?:现在|是否)?(?:有|想要|打算要|有没有)(?:几个)?(?:孩子|小孩|子女)|[您你]的(?:孩子|子女)",
        ),
        "pregnancy": (r"[您你](?:现在|是否|打算|准备|计划)?(?:怀孕|懷孕|要孩子)",),
        "religion": (r"[您你](?:是否)?(?:信(?:仰)?(?:什么|哪种|何种|教|佛)|的(?:宗教|信仰))",),
        "race_ethnicity": (r"[您你](?:是|属于)(?:什么|哪个)(?:民族|种族)|[您你]的(?:民族|种族|肤色)",),
        "national_origin": (r"[您你]的(?:籍贯|出生地|祖籍|老家)|[您你](?:是)?在哪(?:里|儿)出生|[您你]是哪里人",),
        "citizenship": (r"[您你]的国籍|[您你]是哪国人|[您你]是(?:\w{1,4})?公民吗",),
        "native_language": (r"[您你]的母语",),
        "disability": (r"[您你](?:是否|身体)?(?:有|患有)?(?:任何|什么)?残(?:疾|障)(?:吗|$|？|\?)|[您你]是残疾人",),
        "illness": (
            r"[您你](?:是否)?(?:有|患有|得过|患过)(?:任何|什么|过)?(?:疾病|病史|慢性病|抑郁症|癌症)",
            r"[您你]的(?:健康状况|病史|身体状况)",
        ),
        "medication": (r"[您你](?:正?在|是否)?(?:服用|吃)(?:什么|任何|哪些)?(?:药物|药)",),
        "salary_history": (
            r"[您你](?:目前|现在|之前|上一份工作|以前)的?(?:工资|薪水|薪资|收入)|[您你]的(?:上一份)?(?:目前|历史)(?:工资|薪)",
            r"[您你]上一份工作的(?:工资|薪水|薪资|收入)",
        ),
        "arrest_conviction": (r"[您你](?:是否)?(?:有|曾)(?:过|被)?(?:犯罪记录|前科|案底|逮捕|判刑)|[您你]坐过牢",),
        "politics": (r"[您你]是(?:党员|什么政治面貌)|[您你]的政治(?:面貌|立场|观点)|[您你]投票给",),
        "union": (r"[您你]是工会(?:会员|成员)|[您你](?:是否)?(?:加入|参加)(?:了|过)?工会",),
        "orientation": (r"[您你]的性取向|[您你]是同性恋",),
        "sex_gender": (r"[您你]的性别|[您你]是男(?:性|的|生)?还是女",),
        "neighbourhood": (r"[您你](?:现在)?住在?(?:哪|什么地方)|[您你]的(?:住址|家庭地址)",),
        "height_weight": (r"[您你]的(?:身高|体重)|[您你]有多(?:高|重)",),
    },
}
