"""How a line says that it is the answer: "Answer: B", "The correct answer is B", and the same in other languages.

In a <details>, where nothing but letters follow, any word may stand there (`pasted_hidden`).
"""

import re

_NOUNS = (
    r"respuestas?|opci[o\u00f3]n correcta|r\u00e9ponses?|antwort(?:en)?|l\u00f6sung(?:en)?|risposte?|risposta|respostas?|gabarito"
    r"|antwoord(?:en)?|odpowied\u017a|odpowiedzi|odpov\u011b\u010f|odpov\u011bdi|odpove\u010f|r\u0103spuns|svar|cevap"
    r"|yan\u0131t|jawaban|v\u00e1lasz|vastaus|\u0111\u00e1p \u00e1n|\u043e\u0442\u0432\u0435\u0442\u044b?"
    r"|\u0432\u0456\u0434\u043f\u043e\u0432\u0456\u0434\u044c|\u0432\u0456\u0434\u043f\u043e\u0432\u0456\u0434\u0456"
    r"|\u0430\u0434\u043a\u0430\u0437|\u043e\u0442\u0433\u043e\u0432\u043e\u0440"
    r"|\u03b1\u03c0\u03ac\u03bd\u03c4\u03b7\u03c3\u03b7|\u7b54\u6848|\u6b63\u786e\u7b54\u6848|\u6b63\u78ba\u7b54\u6848"
    r"|\u7b54\u3048|\u6b63\u89e3|\u89e3\u7b54|\uc815\ub2f5|\ub2f5|\u0627\u0644\u0625\u062c\u0627\u0628\u0629"
    r"|\u0909\u0924\u094d\u0924\u0930|\u0e04\u0e33\u0e15\u0e2d\u0e1a"
)
_BEFORE = (
    r"richtige|korrekte|bonnes?|juiste|goede|correcte|poprawna|prawid\u0142owa|poprawne|spr\u00e1vn\u00e1|spr\u00e1vne"
    r"|r\u00e4tt|riktigt?|rigtigt?|korrekt|do\u011fru|oikea|helyes|jawaban"
    r"|\u043f\u0440\u0430\u0432\u0438\u043b\u044c\u043d(?:\u044b\u0439|\u0430\u044f|\u043e\u0435|\u044b\u0435)"
    r"|\u0432\u0435\u0440\u043d(?:\u044b\u0439|\u044b\u0435)|\u043f\u0440\u0430\u0432\u0438\u043b\u044c\u043d\u0430"
    r"|\u043f\u0440\u0430\u0432\u0438\u043b\u0435\u043d|\u0432\u0435\u0440\u0435\u043d|\u03c3\u03c9\u03c3\u03c4\u03ae"
    r"|\u6b63\u786e|\u6b63\u78ba"
)
_AFTER = (
    r"correctas?|correctes?|corretta|corrette|corretas?|correct|certa|giusta|exacta|exacte|yang benar|benar|\u0111\u00fang"
    r"|corect|\u0627\u0644\u0635\u062d\u064a\u062d\u0629"
)
_ARTICLES = r"la|las|le|les|l['\u2019]|die|der|das|el|los|il|lo|a|o|as|os|het|de"
_ARE = r"es|son|est|sont|ist|lautet|sind|\u00e9|\u00e8|s\u00e3o|sono|is|jest|\u044d\u0442\u043e"
_RIGHT = (
    r"correct|right|correcta|correcto|correcte|corretta|corretto|correta|correto|richtig|korrekt|juist|goed|r\u00e4tt|riktig"
    r"|rigtig|poprawna|spr\u00e1vn\u011b|do\u011fru|benar|\u0111\u00fang|\u0432\u0435\u0440\u043d\u043e"
    r"|\u043f\u0440\u0430\u0432\u0438\u043b\u044c\u043d\u043e|\u6b63\u786e|\u6b63\u78ba"
)
_ELSEWHERE = rf"(?:(?:{_BEFORE})\s+)?(?:{_NOUNS})(?:\(s\))?(?:\s+(?:{_AFTER}))?"
_ENGLISH = r"(?:(?:correct|right|best)\s+)?(?:answers?(?:\(s\))?(?:\s+options?)?|ans)(?:\s+key)?|(?:correct|right)\s+(?:options?|choices?)|solutions?"
_COLON = r"\s*(?::|\uff1a|\s[-\u2013]\s)\s*"
_SAID = (
    rf"(?:(?:{_ARTICLES})\s*)?(?:(?:{_BEFORE})\s+(?:{_NOUNS})|(?:{_NOUNS})\s+(?:{_AFTER}))\s+(?:{_ARE})"
    rf"(?:\s+(?:{_ARTICLES}))?(?:\s+(?:opci[o\u00f3]n|option|letra|lettre|buchstabe|lettera))?"
)
_ANSWER = re.compile(
    rf"(?:the\s+)?(?:{_ENGLISH}|{_ELSEWHERE})(?:\s+(?:is|are))?{_COLON}(?P<value>.*)"
    r"|(?:the\s+)?(?:correct|right)\s+(?:answers?|options?|choices?)\s+(?:is|are)\s+(?P<said>\S.*)"
    rf"|{_SAID}(?:{_COLON}|\s+)[*_]{{0,3}}(?P<spoken>\S.*)"
    rf"|(?:{_RIGHT})\s*[:\uff1a]\s*[*_]{{0,3}}(?P<short>\(?[A-J](?:[).]|(?=[*_\s]*$))(?:[*_\s].*)?)",
    re.IGNORECASE,
)
FIRST_LETTERS = frozenset("acdeghijklnoprstvyzbm\u0111")
"""What a line in the Latin alphabet begins with if it says so."""


def answer_in(plain: str) -> str | None:
    """Return what stands behind the words of an answer, None if a line (without emphasis around it) is none."""
    match = _ANSWER.fullmatch(plain)
    return next((said for said in match.groups() if said is not None), "") if match else None
