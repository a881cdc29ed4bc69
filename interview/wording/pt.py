"""Portuguese prompts as spoken in Brazil, with você; Portugal has its own."""

from interview.facts import Later
from interview.wording.pt_pt import PT_PT
from interview.wording.wording import Wording


def _disclosure(company: str, job_title: str, minutes: int) -> str:
    about = "cerca de um minuto" if minutes == 1 else f"cerca de {minutes} minutos"
    return (
        f"Olá, esta é uma ligação automática da empresa {company}, sobre a vaga de {job_title}. "
        f"É uma entrevista por computador, com ajuda de inteligência artificial, e dura {about}. "
        "Suas respostas serão gravadas e revisadas por uma pessoa."
    )


def _welcome_back(company: str) -> str:
    return (
        f"Olá, estamos ligando de novo para a entrevista automática da empresa {company}. "
        "Podemos continuar de onde paramos. Suas respostas serão gravadas e revisadas por uma pessoa."
    )


def _closing(company: str) -> str:
    return (
        f"Essa foi a última pergunta. Suas respostas seguem agora para a empresa {company}. "
        "Uma pessoa vai decidir os próximos passos e entrar em contato com você. "
        f"Se tiver dúvidas, procure a empresa {company}. Agradecemos o seu tempo. Até logo."
    )


PT = Wording(
    language="pt",
    yes_words=(
        "sim", "claro", "com certeza", "certo", "correto", "exato", "isso", "pode ser", "okay", "ok", "sou eu", "aham",
    ),
    no_words=("não", "nao", "nunca", "jamais", "nem", "errado"),
    stop_phrases=(
        "não me ligue mais", "não me liguem mais", "parem de ligar", "não ligue mais", "não liguem mais",
        "nunca mais me liguem", "parem de me ligar", "para de me ligar", "me tirem da lista", "me tira da lista",
        "stop",
    ),
    disclosure=_disclosure,
    door_keys=(
        "Para começar, tecle 1. Para receber a ligação mais tarde, tecle 2. Para falar com uma pessoa, tecle 3. "
        "Para não receber mais ligações, tecle 9."
    ),
    welcome_back=_welcome_back,
    welcome_back_keys=(
        "Para continuar, tecle 1. Para receber a ligação mais tarde, tecle 2. Para falar com uma pessoa, tecle 3. "
        "Para não receber mais ligações, tecle 9."
    ),
    voicemail=lambda company: (
        f"Olá, esta é uma ligação automática da empresa {company}. Não conseguimos falar com você. "
        "Talvez a gente ligue em outro momento. Até logo."
    ),
    identity=lambda name: f"Estou falando com {name}? Se sim, tecle 1. Se não, tecle 2.",
    later_keys=(
        "Quando devemos ligar? Daqui a 15 minutos, tecle 1. Hoje à noite, tecle 2. Amanhã no mesmo horário, tecle 3."
    ),
    instructions=lambda pause_s: (
        "Responda a cada pergunta depois do sinal. Quando terminar, tecle jogo da velha. "
        "Para ouvir a pergunta de novo, tecle asterisco. Para ajuda e mais opções, tecle 0. "
        f"Uma pausa de {pause_s} segundos também encerra a resposta."
    ),
    instructions_unrecorded=lambda pause_s: (
        "Responda a cada pergunta assim que a ouvir. Não há sinal. "
        f"Uma pausa de {pause_s} segundos encerra a resposta; nessa pausa, tecle jogo da velha para seguir logo. "
        "Para ouvir a pergunta de novo, tecle asterisco. Para ajuda e mais opções, tecle 0."
    ),
    knockouts_ahead="Começamos com sim ou não. Depois vêm as perguntas que você responde com suas palavras.",
    yes_no_keys="Para sim, tecle 1. Para não, tecle 2.",
    question=lambda number, total, text: f"Pergunta {number} de {total}. {text}",
    follow_up=lambda about, text: f"Voltando ao que você disse sobre este tema: {about}. {text}",
    own_words="Você poderia dizer isso com suas próprias palavras, com um exemplo?",
    replacing=(
        "O que você disser depois do sinal substitui a resposta anterior. "
        "Para manter a anterior, tecle jogo da velha."
    ),
    replacing_unrecorded=(
        "O que você disser agora substitui a resposta anterior. Para manter a anterior, tecle jogo da velha."
    ),
    menu=(
        "Para ouvir a pergunta de novo, tecle 1. Para pular por enquanto, tecle 3.",
        "Para uma pausa de um minuto, tecle 4. Para encerrar a entrevista, tecle 9.",
    ),
    menu_with_answer=(
        "Sua resposta até aqui fica guardada. Para ouvir a pergunta de novo, tecle 1. "
        "Para recomeçar esta resposta, tecle 2. Para ir à próxima pergunta, tecle 3.",
        "Para uma pausa de um minuto, tecle 4. Para encerrar a entrevista, tecle 9.",
    ),
    menu_of_knockout=(
        "Para ouvir a pergunta de novo, tecle 1. Para deixar sem resposta, tecle 3.",
        "Para uma pausa de um minuto, tecle 4. Para encerrar a entrevista, tecle 9.",
    ),
    stuck_keys="Quer mais tempo? Tecle 1. Para pular esta pergunta, tecle 2. Para receber outra ligação, tecle 3.",
    pausing="Vamos fazer uma pausa de um minuto. Depois você vai ouvir a pergunta de novo.",
    time_short="Esta ligação não pode durar muito mais. Se ela terminar sozinha, suas respostas ficam guardadas.",
    time_up="O tempo para esta pergunta acabou.",
    skipped="Voltaremos a esta pergunta no final.",
    skipped_for_good="Deixamos esta pergunta sem resposta.",
    no_response="Não ouvi uma resposta, então vamos continuar.",
    second_round="Agora voltamos ao que ficou para o final.",
    silence="Não ouvi nada. Pode responder com calma. A pergunta é:",
    again="Aqui está a pergunta de novo.",
    not_a_key="Essa tecla não tem função aqui.",
    more_time="Pode responder com calma.",
    restart="Vamos recomeçar esta resposta.",
    no_retakes="Esta resposta não pode mais ser recomeçada. O que você disse fica guardado.",
    answer_kept="Sua resposta anterior fica guardada.",
    after_pause="Vamos continuar.",
    closing=_closing,
    no_key="Não recebi uma resposta, então vou desligar. Até logo.",
    callback={
        Later.IN_15_MINUTES: "Agradecemos. Ligaremos em cerca de 15 minutos, ou assim que for possível. Até logo.",
        Later.THIS_EVENING: "Agradecemos. Ligaremos hoje à noite, ou assim que for possível. Até logo.",
        Later.SAME_TIME_TOMORROW: (
            "Agradecemos. Ligaremos amanhã, mais ou menos neste horário, "
            "ou assim que for possível. Até logo."
        ),
    },
    human=lambda company: (
        f"Agradecemos. Vamos informar à empresa {company} que você prefere falar com uma pessoa. "
        "Você não vai receber mais ligações automáticas sobre isso. Até logo."
    ),
    opted_out="Está bem. Não ligaremos mais para você. Até logo.",
    wrong_person="Desculpe o incômodo. Até logo.",
    no_identity="Não recebi uma resposta, então vou encerrar a ligação. Até logo.",
    silence_goodbye=(
        "Não consigo ouvir você, então vou encerrar a ligação. Suas respostas até agora ficam guardadas. "
        "Talvez a gente ligue outra vez, para você poder terminar. Até logo."
    ),
    ended_by_candidate=(
        "Está bem, paramos por aqui. Suas respostas até agora ficam guardadas. Agradecemos o seu tempo. Até logo."
    ),
    ended_by_us=(
        "Lamentamos, mas precisamos encerrar a ligação. Suas respostas até agora ficam guardadas. "
        "Agradecemos a atenção. Até logo."
    ),
    apology="Lamentamos, algo deu errado do nosso lado. Vamos tentar ligar de novo. Até logo.",
    goodbye="Até logo.",
)

WORDINGS = (PT, PT_PT)
