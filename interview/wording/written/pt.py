"""What candidates read in Portuguese, of Brazil and of Portugal."""

from dataclasses import replace

from interview.wording.written.wording import Written

PT = Written(
    language="pt",
    days=("segunda-feira", "terça-feira", "quarta-feira", "quinta-feira", "sexta-feira", "sábado", "domingo"),
    months=(
        "janeiro", "fevereiro", "março", "abril", "maio", "junho", "julho", "agosto", "setembro", "outubro", "novembro",
        "dezembro",
    ),
    date="{day}, {number} de {month}",
    is_12_hours=False,
    kicker="Entrevista por telefone",
    about="A empresa {company} convida você para uma entrevista por telefone para a vaga de {job}.",
    minutes="Ela dura cerca de {minutes} minutos.",
    one_minute="Ela dura cerca de um minuto.",
    automated="É uma ligação automática: um computador faz as perguntas, com a ajuda de inteligência artificial.",
    reviewed=(
        "As suas respostas são gravadas e avaliadas por uma pessoa da empresa {company}. Quem decide é uma pessoa."
    ),
    phone="Ligamos para o número com final {digits}.",
    soon="Vamos ligar para você em instantes.",
    planned="Vamos tentar ligar para você: {when}.",
    chosen="O seu horário: {when}.",
    calling="Estamos ligando para você, ou você está ao telefone conosco neste momento.",
    interrupted="A ligação caiu. O que você disse está guardado, e vamos continuar de onde paramos.",
    unreached="Tentamos ligar e não conseguimos falar com você. Se quiser, você ainda pode participar.",
    over="Esta entrevista terminou. Obrigado pelo seu tempo. A empresa {company} entrará em contato.",
    declined="Não haverá mais ligações automáticas sobre isto. A empresa {company} foi avisada e entrará em contato.",
    opted_out="Não vamos mais ligar para você. Se mudar de ideia, entre em contato com a empresa {company}.",
    canceled="Esta entrevista não está mais prevista. Se tiver perguntas, entre em contato com a empresa {company}.",
    call_now="Liguem para mim agora",
    call_now_hint="O seu telefone toca em poucos segundos. O melhor é um lugar tranquilo.",
    pick="Escolher um horário",
    pick_again="Escolher outro horário",
    choose="Escolher este horário",
    zone="Os horários são os de {zone}.",
    theirs="{time} para a empresa {company}",
    theirs_note="Abaixo de cada um está o horário para a empresa {company}.",
    no_times="No momento não há horários para escolher.",
    calendar="Adicionar à minha agenda",
    call_yourself="Você também pode nos ligar do seu próprio telefone: {number}, código {pin}.",
    person="Prefiro falar com uma pessoa",
    person_means=(
        "Vamos dizer à empresa {company} que você prefere falar com uma pessoa. Não haverá mais ligações automáticas."
    ),
    stop="Não me liguem mais",
    stop_means="A empresa {company} não vai mais ligar nem escrever para você por aqui.",
    outside_hours="Não ligamos a esta hora do dia. O próximo horário possível: {when}.",
    later="Já ligamos o suficiente por hoje. O próximo horário possível: {when}.",
    impossible="No momento não podemos ligar para você. Entre em contato com a empresa {company}.",
    busy="Estamos ligando para você neste exato momento. Tente de novo em um minuto.",
    time_gone="Este horário não pode mais ser escolhido. Escolha outro.",
    too_often="Foram tentativas demais em pouco tempo. Espere um minuto e tente de novo.",
    feedback_link="Ler o seu retorno",
    feedback_title="Retorno sobre a sua entrevista",
    feedback_about=(
        "Uma pessoa da empresa {company} dá a você este retorno. "
        "Ele trata do que você contou na entrevista e não diz nada sobre uma decisão."
    ),
    feedback_strengths="O que você contou bem",
    feedback_topics="No que vale a pena trabalhar",
    feedback_to_come="Ainda não há retorno. Se a empresa {company} der algum, você o encontrará aqui.",
    back="Voltar",
    unknown_title="Este link não funciona",
    unknown=(
        "Talvez falte uma parte. Abra-o de novo a partir da nossa mensagem, ou entre em contato com a empresa que "
        "convidou você."
    ),
    expired_title="Este link não é mais válido",
    expired="Procure uma mensagem nossa mais recente, ou entre em contato com a empresa que convidou você.",
    stale_form="Esta página ficou aberta por tempo demais. Abra o link de novo e tente outra vez.",
    broken_title="Algo deu errado",
    broken="A falha é nossa. Tente de novo em um minuto.",
    subject_invitation="{company}: a sua entrevista por telefone",
    subject_missed_call="{company}: não conseguimos falar com você",
    subject_reminder="{company}: vamos ligar em cerca de 15 minutos",
    button="Saber mais ou escolher um horário",
    link_is_yours="Este link é só seu. Não o repasse.",
    no_more_mail="Para não receber mais ligações nem mensagens, abra o link e escolha “Não me liguem mais”.",
)
PT_PT = replace(
    PT,
    language="pt-PT",
    about="A empresa {company} convida-o para uma entrevista por telefone para a função de {job}.",
    minutes="Demora cerca de {minutes} minutos.",
    one_minute="Demora cerca de um minuto.",
    automated="É uma chamada automática: um computador faz as perguntas, com a ajuda de inteligência artificial.",
    phone="Ligamos para o número terminado em {digits}.",
    soon="Vamos ligar-lhe dentro de momentos.",
    planned="Vamos tentar ligar-lhe: {when}.",
    chosen="A sua hora: {when}.",
    calling="Estamos a ligar-lhe, ou está ao telefone connosco neste momento.",
    interrupted="A chamada caiu. O que disse está guardado, e vamos continuar onde parámos.",
    unreached="Tentámos ligar e não conseguimos falar consigo. Se quiser, ainda pode participar.",
    over="Esta entrevista terminou. Obrigado pelo seu tempo. A empresa {company} entrará em contacto consigo.",
    declined=(
        "Não haverá mais chamadas automáticas sobre isto. "
        "A empresa {company} foi avisada e entrará em contacto consigo."
    ),
    opted_out="Não voltaremos a ligar-lhe. Se mudar de ideias, contacte a empresa {company}.",
    canceled="Esta entrevista já não está prevista. Se tiver perguntas, contacte a empresa {company}.",
    call_now="Liguem-me agora",
    pick="Escolher uma hora",
    pick_again="Escolher outra hora",
    choose="Escolher esta hora",
    zone="As horas são as de {zone}.",
    theirs_note="Por baixo de cada uma está a hora para a empresa {company}.",
    no_times="De momento não há horas para escolher.",
    calendar="Adicionar ao meu calendário",
    call_yourself="Também pode ligar-nos do seu próprio telefone: {number}, código {pin}.",
    person_means=(
        "Vamos dizer à empresa {company} que prefere falar com uma pessoa. Não haverá mais chamadas automáticas."
    ),
    stop_means="A empresa {company} não voltará a ligar-lhe nem a escrever-lhe por aqui.",
    outside_hours="Não ligamos a esta hora do dia. A próxima hora possível: {when}.",
    later="Já lhe ligámos vezes suficientes por hoje. A próxima hora possível: {when}.",
    impossible="De momento não lhe podemos ligar. Contacte a empresa {company}.",
    busy="Estamos a ligar-lhe neste preciso momento. Tente de novo dentro de um minuto.",
    time_gone="Esta hora já não pode ser escolhida. Escolha outra.",
    too_often="Foram demasiadas tentativas em pouco tempo. Espere um minuto e tente de novo.",
    feedback_about=(
        "Uma pessoa da empresa {company} dá-lhe este retorno. "
        "Trata do que contou na entrevista e não diz nada sobre uma decisão."
    ),
    feedback_strengths="O que contou bem",
    feedback_to_come="Ainda não há retorno. Se a empresa {company} der algum, encontra-o aqui.",
    unknown_title="Esta ligação não funciona",
    unknown=(
        "Talvez falte uma parte. Abra-a outra vez a partir da nossa mensagem, ou contacte a empresa que o convidou."
    ),
    expired_title="Esta ligação já não é válida",
    expired="Procure uma mensagem nossa mais recente, ou contacte a empresa que o convidou.",
    stale_form="Esta página esteve aberta demasiado tempo. Abra a ligação outra vez e tente de novo.",
    broken_title="Algo correu mal",
    broken="A falha é nossa. Tente de novo dentro de um minuto.",
    subject_missed_call="{company}: não conseguimos falar consigo",
    subject_reminder="{company}: vamos ligar-lhe daqui a cerca de 15 minutos",
    button="Saber mais ou escolher uma hora",
    link_is_yours="Esta ligação é só sua. Não a partilhe.",
    no_more_mail="Para não receber mais chamadas nem mensagens, abra a ligação e escolha “Não me liguem mais”.",
)

WRITTEN = (PT, PT_PT)
