"""What somebody hears who calls us, and what we write to telephones: all languages side by side.

Neither names the job, and nothing that is said before the code fits tells whether a number is known here.
"""

from dataclasses import dataclass

from interview.call_in import CallIn, spoken_digits
from interview.texting import short_name
from interview.wording import in_language

_STOP = "STOP"  # the carrier knows it in every country: https://www.twilio.com/docs/messaging/tutorials/advanced-opt-out


@dataclass(frozen=True, slots=True)
class CallInWording:
    """One language. In braces: ``company``, ``number`` and ``pin`` (spoken digit by digit, written as they are)."""

    ask_pin: str
    ask_pin_again: str
    no_match: str
    too_many: str
    going_on: str
    opted_out: str  # company
    voicemail: str  # company, number, pin
    invitation: str  # company, number, pin
    missed_call: str  # company, number, pin
    reminder: str  # company, number, pin
    link_hint: str  # link
    stop_hint: str
    help: str

    def left_on_voicemail(self, company: str, call_in: CallIn) -> str:
        """The one message that an answering machine hears: no word about the job, and how to call back."""
        number, pin = spoken_digits(call_in.number), spoken_digits(call_in.pin)
        return self.voicemail.format(company=company, number=number, pin=pin)

    def told(self, text: str, company: str, call_in: CallIn) -> str:
        """``invitation``, ``missed_call`` or ``reminder`` in words, for whatever they are sent by."""
        return text.format(company=short_name(company), number=call_in.number, pin=call_in.pin)

    def written(self, text: str, company: str, call_in: CallIn, link: str | None = None) -> str:
        """The same as a text message, with the person's link if they have one, and the way to hear no more of us."""
        hint = "" if link is None else f" {self.link_hint.format(link=link)}"
        return f"{self.told(text, company, call_in)}{hint} {self.stop_hint}"


_EN = CallInWording(
    ask_pin="Hello, you have reached an automated line. Please enter your code of six digits.",
    ask_pin_again="That code did not work. Please enter the six digits of your code again.",
    no_match=(
        "I cannot find anything for this code. Please call from the telephone that the code was sent to. Goodbye."
    ),
    too_many="There were too many tries. Please call again in an hour. Goodbye.",
    going_on=(
        "This is already going on in another call. If that call is over, please call again in a minute. Goodbye."
    ),
    opted_out=(
        "You asked us not to call you, and we will not. If you would like to take part after all, "
        "please contact {company}. Goodbye."
    ),
    voicemail=(
        "Hello, this is an automated call from {company}. We are sorry that we missed you. "
        "To call us back, dial {number}. Your code is {pin}. Goodbye."
    ),
    invitation=(
        "{company}: our automated telephone line will call you. To call us yourself: {number}, code {pin}."
    ),
    missed_call="{company}: we missed you on the telephone. To call us back: {number}, code {pin}.",
    reminder=(
        "{company}: as you asked, we will call you in about 15 minutes. To call us yourself: {number}, code {pin}."
    ),
    link_hint="Or pick a time: {link}",
    stop_hint=f"Reply {_STOP} to hear no more from us.",
    help=f"This is an automated line for interviews by telephone. Reply {_STOP} to get no more calls and messages.",
)
_ES = CallInWording(
    ask_pin="Hola, ha llamado a una línea automática. Marque su código de seis cifras.",
    ask_pin_again="Ese código no ha funcionado. Marque otra vez las seis cifras de su código.",
    no_match=(
        "No encuentro nada con este código. Llame desde el teléfono en el que recibió el código. Adiós."
    ),
    too_many="Ha habido demasiados intentos. Vuelva a llamar dentro de una hora. Adiós.",
    going_on="Ya está en curso en otra llamada. Si esa llamada ha terminado, vuelva a llamar en un minuto. Adiós.",
    opted_out=(
        "Nos pidió que no le llamáramos, y no lo haremos. Si quiere participar de todos modos, "
        "póngase en contacto con {company}. Adiós."
    ),
    voicemail=(
        "Hola, esta es una llamada automática de {company}. Sentimos no haber podido hablar con usted. "
        "Para devolver la llamada, marque {number}. Su código es {pin}. Adiós."
    ),
    invitation="{company}: le llamará nuestra línea automática. Para llamar usted: {number}, código {pin}.",
    missed_call="{company}: no hemos podido hablar con usted. Para devolver la llamada: {number}, código {pin}.",
    reminder=(
        "{company}: como pidió, le llamaremos en unos 15 minutos. Para llamar usted: {number}, código {pin}."
    ),
    link_hint="O elija hora: {link}",
    stop_hint=f"Responda {_STOP} para no recibir nada más.",
    help=f"Línea automática de entrevistas por teléfono. Responda {_STOP} para no recibir más llamadas ni mensajes.",
)
_FR = CallInWording(
    ask_pin="Bonjour, vous êtes sur une ligne automatique. Composez votre code à six chiffres.",
    ask_pin_again="Ce code n'a pas fonctionné. Composez à nouveau les six chiffres de votre code.",
    no_match=(
        "Je ne trouve rien pour ce code. Appelez depuis le téléphone qui a reçu le code. Au revoir."
    ),
    too_many="Il y a eu trop d'essais. Rappelez dans une heure. Au revoir.",
    going_on="Un autre appel est déjà en cours. S'il est terminé, rappelez dans une minute. Au revoir.",
    opted_out=(
        "Vous nous avez demandé de ne plus vous appeler, et nous respectons ce choix. Si vous souhaitez tout de même "
        "participer, contactez {company}. Au revoir."
    ),
    voicemail=(
        "Bonjour, ceci est un appel automatique de {company}. Nous regrettons de ne pas vous avoir eu. "
        "Pour nous rappeler, composez le {number}. Votre code est {pin}. Au revoir."
    ),
    invitation="{company} : notre ligne automatique va vous appeler. Pour appeler vous-même : {number}, code {pin}.",
    missed_call="{company} : nous n'avons pas pu vous joindre. Pour nous rappeler : {number}, code {pin}.",
    reminder=(
        "{company} : comme convenu, nous vous appelons dans 15 minutes environ. "
        "Pour appeler vous-même : {number}, code {pin}."
    ),
    link_hint="Ou choisissez une heure : {link}",
    stop_hint=f"Répondez {_STOP} pour ne plus rien recevoir.",
    help=f"Ligne automatique d'entretiens par téléphone. Répondez {_STOP} pour ne plus recevoir appels ni messages.",
)
_DE = CallInWording(
    ask_pin="Guten Tag, Sie haben eine automatische Leitung erreicht. Bitte geben Sie Ihren sechsstelligen Code ein.",
    ask_pin_again="Dieser Code hat nicht funktioniert. Bitte geben Sie die sechs Ziffern noch einmal ein.",
    no_match=(
        "Zu diesem Code finde ich nichts. Bitte rufen Sie von dem Telefon an, das den Code bekommen hat. "
        "Auf Wiederhören."
    ),
    too_many="Das waren zu viele Versuche. Bitte rufen Sie in einer Stunde wieder an. Auf Wiederhören.",
    going_on=(
        "Es läuft schon ein anderer Anruf dazu. Wenn er beendet ist, rufen Sie bitte in einer Minute wieder an. "
        "Auf Wiederhören."
    ),
    opted_out=(
        "Sie haben uns gebeten, Sie nicht anzurufen, und daran halten wir uns. Wenn Sie doch teilnehmen möchten, "
        "wenden Sie sich bitte an {company}. Auf Wiederhören."
    ),
    voicemail=(
        "Guten Tag, dies ist ein automatischer Anruf von {company}. Leider haben wir Sie nicht erreicht. "
        "Für einen Rückruf wählen Sie {number}. Ihr Code ist {pin}. Auf Wiederhören."
    ),
    invitation="{company}: Unsere automatische Leitung ruft Sie an. Selbst anrufen: {number}, Code {pin}.",
    missed_call="{company}: Wir haben Sie nicht erreicht. Rückruf: {number}, Code {pin}.",
    reminder=(
        "{company}: Wie gewünscht rufen wir Sie in etwa 15 Minuten an. Selbst anrufen: {number}, Code {pin}."
    ),
    link_hint="Oder Termin wählen: {link}",
    stop_hint=f"Antworten Sie {_STOP}, um nichts mehr zu bekommen.",
    help=(
        f"Automatische Leitung für Gespräche am Telefon. Antworten Sie {_STOP}, "
        "um keine Anrufe und Nachrichten mehr zu bekommen."
    ),
)
_PT = CallInWording(
    ask_pin="Olá, você ligou para uma linha automática. Digite o seu código de seis dígitos.",
    ask_pin_again="Esse código não funcionou. Digite de novo os seis dígitos do seu código.",
    no_match="Não encontrei nada com este código. Ligue do telefone que recebeu o código. Até logo.",
    too_many="Houve tentativas demais. Ligue de novo daqui a uma hora. Até logo.",
    going_on="Já há outra ligação em andamento. Se ela terminou, ligue de novo em um minuto. Até logo.",
    opted_out=(
        "Você pediu para não receber ligações, e vamos respeitar isso. Se quiser participar mesmo assim, "
        "entre em contato com a empresa {company}. Até logo."
    ),
    voicemail=(
        "Olá, esta é uma ligação automática da empresa {company}. Não conseguimos falar com você. "
        "Para retornar a ligação, disque {number}. O seu código é {pin}. Até logo."
    ),
    invitation="{company}: a nossa linha automática vai ligar para você. Para ligar antes: {number}, código {pin}.",
    missed_call="{company}: não conseguimos falar com você. Para retornar: {number}, código {pin}.",
    reminder=(
        "{company}: como você pediu, vamos ligar em cerca de 15 minutos. Para ligar antes: {number}, código {pin}."
    ),
    link_hint="Ou escolha um horário: {link}",
    stop_hint=f"Responda {_STOP} para não receber mais nada.",
    help=f"Linha automática de entrevistas por telefone. Responda {_STOP} para não receber ligações nem mensagens.",
)
_PT_PT = CallInWording(
    ask_pin="Olá, ligou para uma linha automática. Marque o seu código de seis dígitos.",
    ask_pin_again="Esse código não funcionou. Marque outra vez os seis dígitos do seu código.",
    no_match="Não encontrei nada com este código. Ligue do telefone que recebeu o código. Até logo.",
    too_many="Houve demasiadas tentativas. Volte a ligar dentro de uma hora. Até logo.",
    going_on="Já está outra chamada em curso. Se já terminou, volte a ligar dentro de um minuto. Até logo.",
    opted_out=(
        "Pediu para não receber chamadas, e vamos respeitar isso. Se ainda assim quiser participar, "
        "contacte a empresa {company}. Até logo."
    ),
    voicemail=(
        "Olá, esta é uma chamada automática da empresa {company}. Não conseguimos falar consigo. "
        "Para devolver a chamada, marque {number}. O seu código é {pin}. Até logo."
    ),
    invitation="{company}: a nossa linha automática vai ligar-lhe. Para ligar o próprio: {number}, código {pin}.",
    missed_call="{company}: não conseguimos falar consigo. Para devolver a chamada: {number}, código {pin}.",
    reminder=(
        "{company}: como pediu, vamos ligar-lhe daqui a cerca de 15 minutos. Para ligar antes: {number}, código {pin}."
    ),
    link_hint="Ou escolha uma hora: {link}",
    stop_hint=f"Responda {_STOP} para não receber mais nada.",
    help=f"Linha automática de entrevistas por telefone. Responda {_STOP} para não receber chamadas nem mensagens.",
)
_HI = CallInWording(
    ask_pin="नमस्ते, आपने एक स्वचालित लाइन पर फ़ोन किया है। कृपया अपना छह अंकों का कोड दबाएँ।",
    ask_pin_again="वह कोड काम नहीं किया। कृपया अपने कोड के छह अंक फिर से दबाएँ।",
    no_match="इस कोड से कुछ नहीं मिला। कृपया उसी फ़ोन से कॉल करें जिस पर कोड भेजा गया था। नमस्ते।",
    too_many="बहुत बार कोशिश की गई है। कृपया एक घंटे बाद फिर से कॉल करें। नमस्ते।",
    going_on="यह पहले से ही दूसरी कॉल में चल रहा है। अगर वह कॉल समाप्त हो गई है, तो एक मिनट बाद फिर से कॉल करें। नमस्ते।",
    opted_out=(
        "आपने हमसे कॉल न करने को कहा था, और हम नहीं करेंगे। अगर आप फिर भी भाग लेना चाहते हैं, "
        "तो कृपया {company} से संपर्क करें। नमस्ते।"
    ),
    voicemail=(
        "नमस्ते, यह {company} की ओर से एक स्वचालित कॉल है। हमें खेद है कि आपसे बात नहीं हो सकी। "
        "वापस कॉल करने के लिए {number} डायल करें। आपका कोड {pin} है। नमस्ते।"
    ),
    invitation="{company}: हमारी स्वचालित लाइन आपको कॉल करेगी। ख़ुद कॉल करने के लिए: {number}, कोड {pin}।",
    missed_call="{company}: आपसे फ़ोन पर बात नहीं हो सकी। वापस कॉल करने के लिए: {number}, कोड {pin}।",
    reminder="{company}: आपके कहे अनुसार हम लगभग 15 मिनट में कॉल करेंगे। ख़ुद कॉल करने के लिए: {number}, कोड {pin}।",
    link_hint="या समय चुनें: {link}",
    stop_hint=f"और संदेश न पाने के लिए {_STOP} लिखकर भेजें।",
    help=f"यह फ़ोन पर साक्षात्कार की स्वचालित लाइन है। और कॉल और संदेश न पाने के लिए {_STOP} लिखकर भेजें।",
)
_ZH = CallInWording(
    ask_pin="您好，这里是自动语音热线。请输入您的六位数字代码。",
    ask_pin_again="该代码无效。请重新输入您的六位数字代码。",
    no_match="没有找到与此代码相符的内容。请用收到代码的电话拨打。再见。",
    too_many="尝试次数过多。请一小时后再拨。再见。",
    going_on="另一通电话正在进行中。如果那通电话已经结束，请一分钟后再拨。再见。",
    opted_out="您曾要求我们不再致电，我们会照办。如果您仍想参加，请联系{company}。再见。",
    voicemail=(
        "您好，这是{company}的自动来电。很抱歉未能与您通话。回电请拨{number}。您的代码是{pin}。再见。"
    ),
    invitation="{company}：我们的自动语音热线将致电给您。您也可以主动拨打：{number}，代码{pin}。",
    missed_call="{company}：刚才未能与您通话。回电请拨：{number}，代码{pin}。",
    reminder="{company}：按您的要求，我们将在约15分钟后致电。您也可以主动拨打：{number}，代码{pin}。",
    link_hint="或选择时间：{link}",
    stop_hint=f"回复{_STOP}即可不再收到消息。",
    help=f"这是电话面试自动热线。回复{_STOP}即可不再收到来电和短信。",
)
_WORDINGS = {
    "en": _EN, "es": _ES, "fr": _FR, "de": _DE, "pt": _PT, "pt-pt": _PT_PT, "hi": _HI, "zh": _ZH,
}  # fmt: skip


def call_in_wording_for(language: str) -> CallInWording:
    """The words for a BCP 47 tag; a region without its own falls back to the base language.

    Raises:
        UnsupportedLanguage: no words in this language.
    """
    return in_language(_WORDINGS, language)
