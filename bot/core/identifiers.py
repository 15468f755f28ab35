"""Finds what identifies a private person: numbers, addresses, names beside a record or birth date.

Form comes before validity: a mistyped NHS number still leads to somebody, so that a label beside a
number ("NHS no", "MRN") is enough, and a number alone must pass its check digit.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import phonenumbers
import regex
from stdnum.exceptions import ValidationError
from stdnum.gb import nhs
from stdnum.us import ssn

from bot.core.identifier_names import FIRST_NAMES, PUBLIC
from bot.core.screen import Evidence, Label, Post
from bot.core.screen_pattern import TIMEOUT
from bot.core.text import Folded, fold


@dataclass(frozen=True, slots=True)
class Identifier:
    kind: str
    start: int
    end: int
    why: str


_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)\p{L}*"
_DATE = (
    rf"(?:\d{{1,2}}\s?[/.-]\s?\d{{1,2}}\s?[/.-]\s?(?:19|20)?\d\d|(?:19|20)\d\d-\d\d-\d\d"
    rf"|\d{{1,2}}(?:st|nd|rd|th)?\s(?:of\s)?{_MONTH},?\s(?:19|20)?\d\d"
    rf"|{_MONTH}\s\d{{1,2}}(?:st|nd|rd|th)?,?\s(?:19|20)\d\d|\d{{6,8}})"
)
_BORN = r"(?:d\W{0,2}o\W{0,2}b\b|date\sof\sbirth|birth\s?da(?:y|te)|born|fecha\sde\snacimiento)"
_STREET = (
    r"(?:street|st|road|rd|lane|ln|avenue|ave|close|drive|dr|court|ct|crescent|cres|way|place|pl|terrace"
    r"|gardens|grove|square|sq|boulevard|blvd|hill|row|mews|parade|highway|walk|park|view)"
)
_RECORD = (
    r"(?:nhs|mrn|m\.r\.n\.?|chi|ppsn?|medicare|medicaid|ssn|social\ssecurity|hospital|hosp|unit|patient|pt"
    r"|record|case|chart|file|policy|member(?:ship)?|insurance|claim|group|account|health\scard|ihi|dni|ref(?:erence)?"
    r"|accession|booking|appointment|lab|specimen|sample)"
)
_DIGIT = r"(?:zero|oh|nought|naught|one|two|three|four|five|six|seven|eight|nine|double|triple|\d)"
_DOMAIN_END = r"(?:com|org|net|edu|gov|io|co|uk|ie|ca|au|es|eu|de|fr|us|info|me|example|nhs|email|mail)"
_DOT = r"(?:\s?\.\s?|\s?[(\[{]\s?(?:dot|punto|\.)\s?[)\]}]\s?|\s(?:dot|punto)\s)"
_AT = r"(?:\s?@\s?|\s?[(\[{<]\s?(?:at|@|arroba)\s?[)\]}>]\s?|\s(?:at|arroba)\s)"

_PATTERNS = {
    "birth_date": (
        rf"{_BORN}\W{{0,4}}(?:is|was|on|the|:)?\W{{0,4}}(?:it'?s\s)?{_DATE}",
        "Gives a date of birth.",
    ),
    "birth_date_after": (
        rf"{_BORN}[?.!:,\s]{{1,4}}(?:it'?s|is|mine\sis)\s{_DATE}",
        "Gives a date of birth.",
    ),
    "record_number": (
        rf"\b{_RECORD}\s?(?:no|num|number|nr|id|#|card)?\b\W{{0,4}}(?:is|was|:|#)?\W{{0,3}}"
        r"(?=[a-z0-9 -]{4,16})(?=(?:[a-z -]{0,4}\d){5})[a-z]{0,4}[ -]?\d[\da-z -]{2,16}",
        "Gives the number of a record, a policy or an account.",
    ),
    "street": (
        rf"\b[1-9]\d{{0,4}}[a-z]?,?\s(?:(?!(?:in|of|to|the|for|and|or|more|at|your|is)\s)\p{{L}}[\p{{L}}'.-]+\s){{1,3}}{_STREET}\b(?!\s(?:to|from|of)\b)",
        "Gives a street address.",
    ),
    "room": (
        r"\b(?:room|rm|flat|apt|apartment|ward|bed|bay)\s?#?\d+[a-z]?\b",
        "Says where somebody is.",
    ),
    "postcode": (
        r"\b(?!bi\d)[a-z]{1,2}\d[a-z\d]?\s\d[a-z]{2}\b|\b[a-z]{2}\s\d{5}(?:-\d{4})?\b",
        "Gives a postcode.",
    ),
    "email": (
        rf"\b[\w][\w.+-]*{_AT}[\w-]+(?:{_DOT}[\w-]+){{0,3}}{_DOT}{_DOMAIN_END}\b",
        "Gives an e-mail address.",
    ),
    "spelled_number": (
        rf"\b(?:{_DIGIT}[\s,-]+){{6,}}{_DIGIT}\b|\b(?:{_DIGIT}[\s-]){{3,}}(?:{_DIGIT}|hundred|thousand)(?:[\s-](?:{_DIGIT}|hundred|thousand)){{2,}}",
        "Spells out a number, as for a telephone.",
    ),
    "own_name": (
        r"\b(?:my (?:full )?name(?: is|'s|:)|me llamo|mi nombre es) "
        r"(?!not\b|on\b|was\b|misspel|wrong|spelled)\p{L}[\p{L}'-]+",
        "Gives a name.",
    ),
    "title_in_capitals": (
        r"\b(?:mrs|mr|ms)\b\.?\s(?!the\b|and\b|or\b)\p{L}{2,}",
        "Gives a name with its title.",
    ),
    "report_image": (
        r"\b(?:attached|here'?s|posting|uploaded|uploading|sharing|screenshot|photo|pic|picture|image)\b[^.!?]{0,25}"
        r"\b(?:my|mum'?s|mom'?s|her|his|our|dad'?s|the)\b[^.!?]{0,20}\b(?:report|letter|pathology|results?|mri|scan|x-?ray|mammogram|ultrasound|histology|card)\b",
        "Shows or announces an image of a record.",
    ),
    "image_behind": (
        r"\b(?:report|letter|results?|scan|mammogram|images?|card|wristband|pathology)\b[^.!?]{0,25}"
        r"(?:\[(?:image|photo|pic)\]|\b(?:attached|see (?:the )?(?:pic|picture|photo|image)"
        r"|in the (?:pic|picture|photo|comments|replies))|📷|📸)"
        r"|(?:📷|📸|\b(?:photo|pic|picture|screenshot|image|photographed)\b)[^.!?]{0,30}"
        r"\b(?:wristband|referral form|with my (?:name|images)|with my|of the screen)\b[^.!?]{0,20}",
        "Shows or announces an image of a record.",
    ),
    "bank": (
        r"\b(?:\d{4}[ -]?){3}\d{1,7}\b|\b[a-z]{2}\d{2}\s?[a-z]{4}(?:\s?\d){10,18}\b",
        "Gives the number of a card or an account.",
    ),
    "official_number": (
        r"\b(?:passport|(?:driving |driver'?s )?licen[cs]e|plate|sort code|account|dni|nie|pps|wristband)\b"
        r"[^.!?]{0,14}?(?=[a-z-]*\d[a-z0-9-]*\d[a-z0-9-]*\d)[a-z0-9-]{5,}",
        "Gives an official number.",
    ),
    "code": (
        r"\b(?!(?:call|dial|ring|on|or|to)\b)[a-z]{1,4}[-/ ]?\d{2,6}[-/]\d{3,}\b"
        r"|\b[a-z]{2,4}\d{6,}\b|\b\d{7,8}[a-z]{1,2}\b",
        "Gives a number as records have them.",
    ),
    "disguised_digits": (
        r"\b(?=[ol\d]*\d[ol]|[ol\d]*[ol]\d)[ol\d]{3,6}(?: [ol\d]{2,5}){1,3}\b",
        "Gives a number with letters for digits.",
    ),
    "short_phone": (
        r"\b(?:ph|tel|phone|cell|mobile|mob|call|ring|text|fax|whats\s?app)\b[^.!?\d]{0,20}"
        r"\(?\+?\d[\d().\s-]{5,}\d",
        "Gives a telephone number.",
    ),
    "zip": (
        r"\b(?:zip|zip code|postcode|post code|eircode|postal code)\b\W{0,3}(?:is|:)?\s?[a-z]?\d[a-z\d]{1,4}"
        r"|\b[a-z]\d[a-z]\s\d[a-z]\d\b|\b[acdefhknprtvwxy]\d[\dw]\s(?=\w*\d)[a-z\d]{4}\b",
        "Gives a postcode.",
    ),
    "born_in_words": (
        rf"\b(?:born|birth|dob|birthday|bday|b'day)\b[^.!?]{{0,24}}\b(?:first|second|third|fourth|fifth|sixth"
        rf"|seventh|eighth|ninth|tenth|\d{{1,2}}(?:st|nd|rd|th)?)\b[^.!?]{{0,8}}\b{_MONTH}",
        "Gives a date of birth.",
    ),
    "handle_elsewhere": (r"\b(?:whats\s?app|telegram|signal)\b.{0,20}\d{5,}", "Gives a contact."),
}
_COMPILED = {kind: (regex.compile(source), why) for kind, (source, why) in _PATTERNS.items()}

_NAME = r"(?:\p{Lu}[\p{L}'’-]+|\p{Lu}\.?)"
_FULL_NAME = rf"{_NAME}(?:[ ]{_NAME}){{1,3}}"
_NOT_NAMES = (
    r"(?!(?:Breast|Dr|Doctor|Stage|Grade|The|My|What|Is|NHS|Day|Happy|Thank|Any|Can|Does|How|Not|So"
    r"|Just|Stuck|Type)\b)"
)
_TITLE = r"(?:Mrs|Ms|Miss|Mr|Mx)\.?"
_NAMED = {
    "says_name": (
        rf"\b(?i:my name is|my name's|name:|patient:|patient name:?|me llamo|call me|i am called)"
        rf"\s+{_NOT_NAMES}{_NAME}(?:[ ,]{{1,2}}{_NAME})*",
        "Gives a name.",
    ),
    "i_am": (
        rf"\b(?i:i'm|i am|it's|this is|im|soy)\s+{_NOT_NAMES}{_FULL_NAME}",
        "Gives a full name.",
    ),
    "relative": (
        rf"\b(?i:my|our|for|pray for)\s(?i:{{kin}})[, ]+{_NOT_NAMES}{_FULL_NAME}",
        "Gives the full name of a relative or a friend.",
    ),
    "title": (rf"\b{_TITLE}\s{_NAME}", "Gives a name with its title."),
    "initial": (rf"\b\p{{Lu}}\.\s{_NAME}(?=,\s\d)", "Gives a name beside an address."),
    "name_and_record": (
        rf"{_NOT_NAMES}{_FULL_NAME}\W{{1,4}}"
        r"(?i:dob|d\.o\.b|born|aged?\s\d|mrn|nhs n(?:o\b|um)|hospital n|\(\d\d\)|\d\d(?!\d)\W)",
        "Gives a name beside a birth date, an age or a record.",
    ),
    "greets": (
        rf"(?:^|[.!?]\s)(?i:hi|hello|dear|hey|good news|bad news|thanks|thank you),?\s"
        rf"{_NOT_NAMES}{_FULL_NAME}",
        "Addresses somebody by the full name.",
    ),
    "named_short": (
        rf"\b(?i:name's|name is|here is|call me)\s{_NOT_NAMES}{_FULL_NAME}",
        "Gives a name.",
    ),
    "adds_name": (
        rf"\b(?i:add|register|book|rebook|cancel for|appointment for|results for|about)\s"
        rf"{_NOT_NAMES}{_FULL_NAME}",
        "Names somebody.",
    ),
}
_TWO_NAMES = regex.compile(
    r"\b(\p{Lu}\p{Ll}+(?:-\p{Lu}\p{Ll}+)?)(?:\s\p{Lu}\.?)?"
    r"\s((?:[OD]['’]|Mc|Mac|de |van |von )?\p{Lu}[\p{Ll}'’]+(?:-\p{Lu}\p{Ll}+)?)\b"
)
_KIN = (
    "mum|mam|mom|mother|dad|father|sister|brother|daughter|son|wife|husband|hubby|partner|girlfriend|boyfriend"
    "|aunt|auntie|uncle|cousin|nan|gran|grandma|grandmother|grandad|friend|neighbour|neighbor|colleague|boss|patient"
    "|niece|nephew|mate|teacher|nurse"
)
_NAMED_COMPILED = {
    kind: (regex.compile(source.replace("{kin}", _KIN)), why) for kind, (source, why) in _NAMED.items()
}
_DIGITS = regex.compile(r"(?<![\w.,])\d(?:[ -]?\d){8,9}(?![\w]|[.,]\d)")
_REGIONS = ("GB", "US", "IE", "ES", "AU")


def identifiers(text: str, plain: Folded | None = None) -> Iterator[Identifier]:
    """All that identifies somebody; the places are those of the text as it was posted.

    `plain` is the folded text, where the caller has it already.
    """
    folded, cased = plain or fold(text), fold(text, keep_case=True)
    for found in _in_folded(folded.text):
        yield replace(
            found,
            start=folded.span(found.start, found.end)[0],
            end=folded.span(found.start, found.end)[1],
        )
    for match in _TWO_NAMES.finditer(cased.text, timeout=TIMEOUT):
        first, last = (name.casefold() for name in match.groups())
        if first.split("-")[0] in FIRST_NAMES and last not in PUBLIC:
            yield Identifier("two_names", *cased.span(*match.span()), "Gives a first name and a surname.")
    for kind, (pattern, why) in _NAMED_COMPILED.items():
        for match in pattern.finditer(cased.text, timeout=TIMEOUT):
            yield Identifier(kind, *cased.span(*match.span()), why)


def check_identifiers(post: Post) -> Iterator[Evidence]:
    """The check for incoming posts."""
    for found in identifiers(post.raw, post.folded):
        yield Evidence(f"identifier.{found.kind}", Label.IDENTIFIER, found.start, found.end, found.why)


def _in_folded(text: str) -> Iterator[Identifier]:
    for kind, (pattern, why) in _COMPILED.items():
        for match in pattern.finditer(text, timeout=TIMEOUT):
            yield Identifier(kind, *match.span(), why)
    yield from _phones(text)
    yield from _checked_numbers(text)


def _phones(text: str) -> Iterator[Identifier]:
    if sum(map(str.isdigit, text)) < 7:
        return
    for region in _REGIONS:
        matcher = phonenumbers.PhoneNumberMatcher(
            text, region, leniency=phonenumbers.Leniency.POSSIBLE, max_tries=20
        )
        for match in matcher:
            if sum(map(str.isdigit, match.raw_string)) >= 9 and "." not in match.raw_string[:5]:
                yield Identifier("phone", match.start, match.end, "Gives a telephone number.")


def _checked_numbers(text: str) -> Iterator[Identifier]:
    checks: tuple[tuple[str, Callable[[str], str]], ...] = (
        ("NHS number", nhs.validate),
        ("social security number", ssn.validate),
    )
    for match in _DIGITS.finditer(text, timeout=TIMEOUT):
        for name, validate in checks:
            try:
                validate(match[0])
            except ValidationError:
                continue
            yield Identifier(name.replace(" ", "_"), *match.span(), f"Gives a valid {name}.")
