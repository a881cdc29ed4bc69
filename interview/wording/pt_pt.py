"""Portuguese prompts as spoken in Portugal, formal and without você."""

from interview.facts import Later
from interview.wording.wording import Wording


def _disclosure(company: str, job_title: str, minutes: int) -> str:
    about = "cerca de um minuto" if minutes == 1 else f"cerca de {minutes} minutos"
    return (
        f"Olá, esta é uma chamada automática da empresa {company}, sobre a vaga de {job_title}. "
        f"É uma entrevista por computador, com ajuda de inteligência artificial, e dura {about}. "
        "As suas respostas serão gravadas e revistas por uma pessoa."
    )


def _welcome_back(company: str) -> str:
    return (
        f"Olá, esta é de novo a entrevista automática da empresa {company}. "
        "Podemos continuar onde parámos. As suas respostas serão gravadas e revistas por uma pessoa."
    )


def _closing(company: str) -> str:
    return (
        f"Essa foi a última pergunta. As suas respostas seguem agora para a empresa {company}. "
        "Uma pessoa decide os próximos passos e entra em contacto consigo. "
        f"Em caso de dúvidas, contacte a empresa {company}. Agradecemos o seu tempo. Até logo."
    )


PT_PT = Wording(
    language="pt-PT",
    yes_words=(
        "sim", "claro", "com certeza", "certo", "correto", "exato", "isso", "pode ser", "okay", "ok", "sou eu",
        "sou o próprio", "sou a própria",
    ),
    no_words=("não", "nao", "nunca", "jamais", "nem", "errado"),
    stop_phrases=(
        "não me ligue mais", "não me liguem mais", "parem de ligar", "não ligue mais", "não liguem mais",
        "nunca mais me liguem", "parem de me ligar", "tirem-me da lista", "stop",
    ),
    disclosure=_disclosure,
    door_keys=(
        "Para começar, prima 1. Para receber a chamada mais tarde, prima 2. "
        "Para falar com uma pessoa, prima 3. Para não receber mais chamadas, prima 9."
    ),
    welcome_back=_welcome_back,
    welcome_back_keys=(
        "Para continuar, prima 1. Para receber a chamada mais tarde, prima 2. "
        "Para falar com uma pessoa, prima 3. Para não receber mais chamadas, prima 9."
    ),
    voicemail=lambda company: (
        f"Olá, esta é uma chamada automática da empresa {company}. Não conseguimos falar consigo. "
        "Talvez voltemos a ligar noutro momento. Até logo."
    ),
    identity=lambda name: f"Estou a falar com {name}? Se sim, prima 1. Se não, prima 2.",
    later_keys=(
        "Quando devemos ligar? Daqui a 15 minutos, prima 1. Hoje à noite, prima 2. "
        "Amanhã à mesma hora, prima 3."
    ),
    instructions=lambda pause_s: (
        "Responda a cada pergunta depois do sinal. Quando terminar, prima cardinal. "
        "Para ouvir a pergunta outra vez, prima asterisco. Para ajuda e mais opções, prima 0. "
        f"Uma pausa de {pause_s} segundos também termina a resposta."
    ),
    instructions_unrecorded=lambda pause_s: (
        "Responda a cada pergunta assim que a ouvir. Não há sinal. "
        f"Uma pausa de {pause_s} segundos termina a resposta; nessa pausa, prima cardinal para seguir logo. "
        "Para ouvir a pergunta outra vez, prima asterisco. Para ajuda e mais opções, prima 0."
    ),
    knockouts_ahead="Começamos com sim ou não. Depois vêm as perguntas para responder com as suas palavras.",
    yes_no_keys="Para sim, prima 1. Para não, prima 2.",
    question=lambda number, total, text: f"Pergunta {number} de {total}. {text}",
    follow_up=lambda about, text: f"Voltando ao que disse sobre este tema: {about}. {text}",
    own_words="Poderia dizer isso por palavras suas, com um exemplo?",
    replacing=(
        "O que disser depois do sinal substitui a resposta anterior. "
        "Para manter a anterior, prima cardinal."
    ),
    replacing_unrecorded="O que disser agora substitui a resposta anterior. Para manter a anterior, prima cardinal.",
    menu=(
        "Para ouvir a pergunta outra vez, prima 1. Para deixá-la para o fim, prima 3.",
        "Para uma pausa de um minuto, prima 4. Para terminar a entrevista, prima 9.",
    ),
    menu_with_answer=(
        "A sua resposta até aqui fica guardada. Para ouvir a pergunta outra vez, prima 1. "
        "Para recomeçar esta resposta, prima 2. Para passar à próxima pergunta, prima 3.",
        "Para uma pausa de um minuto, prima 4. Para terminar a entrevista, prima 9.",
    ),
    menu_of_knockout=(
        "Para ouvir a pergunta outra vez, prima 1. Para deixá-la sem resposta, prima 3.",
        "Para uma pausa de um minuto, prima 4. Para terminar a entrevista, prima 9.",
    ),
    stuck_keys=(
        "Quer mais tempo? Prima 1. Para saltar esta pergunta, prima 2. "
        "Para receber outra chamada, prima 3."
    ),
    pausing="Fazemos uma pausa de um minuto. Depois a pergunta será repetida.",
    time_short="Esta chamada não pode durar muito mais. Se terminar sozinha, as suas respostas ficam guardadas.",
    time_up="Terminou o tempo para esta pergunta.",
    skipped="Voltaremos a esta pergunta no fim.",
    skipped_for_good="Deixamos esta pergunta sem resposta.",
    no_response="Não ouvi uma resposta, por isso vamos continuar.",
    second_round="Agora voltamos ao que ficou para o fim.",
    silence="Não ouvi nada. Pode responder com calma. A pergunta é:",
    again="Aqui está a pergunta outra vez.",
    not_a_key="Essa tecla não tem função aqui.",
    more_time="Pode responder com calma.",
    restart="Vamos recomeçar esta resposta.",
    no_retakes="Esta resposta já não pode ser recomeçada. O que disse fica guardado.",
    answer_kept="A sua resposta anterior fica guardada.",
    after_pause="Vamos continuar.",
    closing=_closing,
    no_key="Não recebi uma resposta, por isso vou desligar. Até logo.",
    callback={
        Later.IN_15_MINUTES: "Agradecemos. Ligaremos daqui a cerca de 15 minutos, ou assim que for possível. Até logo.",
        Later.THIS_EVENING: "Agradecemos. Ligaremos hoje à noite, ou assim que for possível. Até logo.",
        Later.SAME_TIME_TOMORROW: (
            "Agradecemos. Ligaremos amanhã, mais ou menos a esta hora, "
            "ou assim que for possível. Até logo."
        ),
    },
    human=lambda company: (
        f"Agradecemos. Diremos à empresa {company} que prefere falar com uma pessoa. "
        "Não receberá mais chamadas automáticas sobre isto. Até logo."
    ),
    opted_out="Está bem. Não voltaremos a ligar. Até logo.",
    wrong_person="Pedimos desculpa pelo incómodo. Até logo.",
    no_identity="Não recebi uma resposta, por isso termino aqui a chamada. Até logo.",
    silence_goodbye=(
        "Não consigo ouvir nada, por isso termino aqui a chamada. As suas respostas até agora ficam guardadas. "
        "Talvez voltemos a ligar, para que possa terminar. Até logo."
    ),
    ended_by_candidate=(
        "Está bem, ficamos por aqui. As suas respostas até agora ficam guardadas. "
        "Agradecemos o seu tempo. Até logo."
    ),
    ended_by_us=(
        "Lamentamos, mas temos de terminar aqui a chamada. As suas respostas até agora ficam guardadas. "
        "Agradecemos a atenção. Até logo."
    ),
    apology="Lamentamos, algo correu mal do nosso lado. Tentaremos ligar de novo. Até logo.",
    goodbye="Até logo.",
)
