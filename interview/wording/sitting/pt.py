"""What candidates read in Portuguese, of Brazil and of Portugal, who answer in a browser."""

from dataclasses import replace

from interview.wording.sitting.wording import SittingWords

PT = SittingWords(
    language="pt",
    here="Prefiro responder aqui",
    here_means="As mesmas perguntas, sem ligação: fale no microfone ou escreva. Você pode combinar os dois.",
    told=(
        "Um computador faz as perguntas, com a ajuda de inteligência artificial. As suas respostas são gravadas, ou "
        "guardadas como você as escrever, e avaliadas por uma pessoa da empresa {company}."
    ),
    agree="Sou a pessoa convidada e aceito que as minhas respostas sejam gravadas.",
    begin="Começar",
    go_on="Continuar a entrevista",
    must_agree="Marque primeiro a caixa.",
    count="Pergunta {index} de {total}",
    second_round="Você deixou esta pergunta de lado. Agora pode responder.",
    own_question="Antes da última pergunta: há algo que você queira saber sobre a vaga?",
    own_question_means="Ela é respondida no final ou encaminhada a uma pessoa, e não faz parte da avaliação.",
    by_voice="Falar",
    in_writing="Escrever",
    limit="Uma resposta falada pode durar até {time} minutos.",
    yes="Sim",
    no="Não",
    send_text="Enviar",
    skip="Deixar de lado",
    end="Encerrar a entrevista",
    end_means="O que você respondeu é avaliado. As outras perguntas não são mais feitas.",
    later="Você pode fechar esta página e continuar mais tarde pelo mesmo link.",
    record="Gravar",
    stop="Parar",
    again="Gravar de novo",
    no_more_takes="Não é possível gravar mais uma vez. Você pode ouvir e enviar, ou escrever.",
    listen="Ouça a sua resposta e depois envie.",
    send="Enviar a gravação",
    recording="Gravando",
    left="faltam {time}",
    time_up="O tempo para esta resposta acabou.",
    no_microphone="O microfone não pode ser usado aqui. Você pode responder por escrito.",
    nothing_heard="Não se ouviu nada. Verifique o microfone, ou escreva.",
    sending="Enviando",
    lost="A conexão caiu. A sua resposta fica neste aparelho e será enviada assim que ela voltar.",
    retry="Tentar agora",
    late="Já está sendo feita outra pergunta. O que você enviou está guardado.",
    refused="Esta resposta não pode ser aceita.",
    empty="Escreva primeiro a sua resposta.",
    done_title="Foi tudo. Agradecemos!",
    done="A empresa {company} tem as suas respostas e entrará em contato. Quem decide é uma pessoa.",
    back="Voltar ao resumo",
    practise="Experimentar antes",
    practise_means="Uma pergunta que não conta. Você se ouve; nada é enviado e nada é guardado.",
    practise_question="Como você gosta de começar o dia?",
    practise_ready="Funciona. Você pode ouvir quantas vezes quiser.",
    data="As minhas respostas e os meus dados",
    prove="Digite o seu número de telefone, para que mais ninguém os veja. Ele termina em {digits}.",
    phone_number="Número de telefone",
    show="Mostrar",
    not_the_number="Este não é o número que temos.",
    held="O que a empresa {company} tem de você aqui",
    name="Nome",
    email="E-mail",
    your_answers="As suas respostas",
    no_words="Não há palavras desta resposta.",
    contest="Há algo errado aqui",
    contest_means="Diga o que está errado, como palavras mal entendidas. Uma pessoa da empresa {company} vai ver.",
    contest_reason="O que está errado?",
    contested="Você disse que há algo errado aqui. Uma pessoa vai ver.",
    copy="Pedir uma cópia de tudo",
    copy_means="A empresa {company} envia a você tudo o que está guardado a seu respeito.",
    copy_asked="A empresa {company} tem o seu pedido de cópia.",
    erase="Apagar os meus dados",
    erase_means=(
        "O seu nome, o seu número, as suas gravações e todas as suas palavras são apagados para sempre, e a entrevista "
        "termina. Isso não pode ser desfeito."
    ),
    erase_agree="Quero que os meus dados sejam apagados.",
    erase_now="Apagar para sempre",
    receipt="Os seus dados foram apagados",
    receipt_done="Não resta nada deles conosco.",
    receipt_under_way="Os últimos arquivos e cópias estão sendo apagados. Esta página dirá quando terminar.",
    receipt_number="Comprovante {number}, {when}",
    removed="Apagado",
    kept="O que fica",
    kept_means=(
        "Números e datas sem nenhuma palavra e sem o seu nome, e o seu número de telefone numa forma que ninguém "
        "consegue ler, para que ninguém ligue de novo por engano."
    ),
)
PT_PT = replace(
    PT,
    language="pt-PT",
    here_means="As mesmas perguntas, sem chamada: fale para o microfone ou escreva. Pode combinar os dois.",
    told=(
        "Um computador faz as perguntas, com a ajuda de inteligência artificial. As suas respostas são gravadas, ou "
        "guardadas como as escrever, e avaliadas por uma pessoa da empresa {company}."
    ),
    second_round="Deixou esta pergunta de lado. Agora pode responder.",
    own_question="Antes da última pergunta: há alguma coisa que queira saber sobre a função?",
    end="Terminar a entrevista",
    end_means="O que respondeu é avaliado. As outras perguntas já não são feitas.",
    later="Pode fechar esta página e continuar mais tarde pela mesma ligação.",
    no_more_takes="Não é possível gravar mais uma vez. Pode ouvir e enviar, ou escrever.",
    recording="A gravar",
    no_microphone="O microfone não pode ser usado aqui. Pode responder por escrito.",
    sending="A enviar",
    lost="A ligação à Internet caiu. A sua resposta fica neste aparelho e será enviada assim que ela voltar.",
    late="Já está a ser feita outra pergunta. O que enviou está guardado.",
    refused="Esta resposta não pode ser aceite.",
    done="A empresa {company} tem as suas respostas e entrará em contacto consigo. Quem decide é uma pessoa.",
    practise_means="Uma pergunta que não conta. Ouve-se a si; nada é enviado e nada é guardado.",
    practise_question="Como gosta de começar o dia?",
    practise_ready="Funciona. Pode ouvir as vezes que quiser.",
    prove="Escreva o seu número de telefone, para que mais ninguém os veja. Termina em {digits}.",
    held="O que a empresa {company} tem aqui de si",
    contest="Há algo errado aqui",
    contested="Disse que há algo errado aqui. Uma pessoa vai ver.",
    copy_means="A empresa {company} envia-lhe tudo o que está guardado a seu respeito.",
    erase_means=(
        "O seu nome, o seu número, as suas gravações e todas as suas palavras são apagados para sempre, e a entrevista "
        "termina. Não pode ser desfeito."
    ),
    receipt_done="Não resta nada deles connosco.",
    receipt_under_way="Os últimos ficheiros e cópias estão a ser apagados. Esta página dirá quando terminar.",
)

WORDS = (PT, PT_PT)
