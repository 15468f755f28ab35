"""How long X thinks a text is, and whether it sees a link in it.

The rules are those of twitter-text, configuration 3. X refuses a text over `MAX_WEIGHT`, and a
post with a link costs thirteen times one without, so where X's own rules leave room for doubt we
take the larger count: a text that we find too long is rewritten in the console, one that X finds
too long is an answer that did not go out.
"""

import unicodedata
from collections.abc import Iterator
from functools import cache
from importlib import resources
from itertools import takewhile

import regex

MAX_WEIGHT = 280
URL_WEIGHT = 23

# Of these, one counts one. Everything else counts two: CJK, "…", bullets, emoji.
_LIGHT = regex.compile(r"[\u0000-\u10FF\u2000-\u200D\u2010-\u201F\u2032-\u2037]")

# What may follow a zero-width joiner inside one emoji. A joiner anywhere else draws two emoji, and
# X counts them so.
_JOINED = "☠♀♂⚕⚖⚧✈❤❄➡↔↕⬛🌈🌫🌾🍳🍼🎄🎓🎤🎨🏫🏭👦👧👨👩💋💥💨💫💻💼🔥🔧🔬🗨🚀🚒🟩🟫🤝🦯🦰🦱🦲🦳🦺🦼🦽🧑🧒🩰🩹"
# Heads, people, and the few animals, flags and things that are drawn together with something else.
_JOINING = (
    "⛓⛹❤🍄🍋🏃🏄🏊🏋🏌🏳🏴🐈🐕🐦🐻👁👦👧👨👩👮👯👰👱👳👷💁💂💆"
    "💇🕵😮😵😶🙂🙅🙆🙇🙋🙍🙎🚣🚴🚵🚶🤦🤵🤷🤸🤹🤼🤽🤾🦸🦹🧍-🧟🫱"
)
_ONE = r"(?:\p{EBase}\p{EMod}|\p{EPres}|(?!\p{EPres})\p{ExtPict}\uFE0F?)"
_EMOJI = regex.compile(
    rf"""
    \p{{RI}}\p{{RI}}                                          # a flag
  | [0-9#*]\uFE0F?\u20E3                                      # a keycap
  | \U0001F3F4[\U000E0061-\U000E007A]{{1,6}}\U000E007F        # the flag of a nation inside a state
  | (?=[{_JOINING}]){_ONE}(?:\u200D(?=[{_JOINED}]){_ONE}){{1,3}}+
  | {_ONE}(?!\uFE0E)
    """,
    regex.VERBOSE,
)

_ACCENTED = (
    r"\u00C0-\u00D6\u00D8-\u00F6\u00F8-\u024F\u0253\u0254\u0256\u0257\u0259\u025B\u0263\u0268"
    r"\u026F\u0272\u0289\u028B\u02BB\u0300-\u036F\u1E00-\u1EFF"
)
_LABEL = rf"\-a-z0-9{_ACCENTED}"
# No domain name holds these; after "https://" every other character may.
_NOT_IN_A_NAME = (
    r"\s!'#%&()*+,\\./:;<=>?@\[\]\^{|}~$\u180E\u200E\u200F\u202A-\u202E\u061C\u2066-\u2069"
    r"\uFFFE\uFEFF\uFFFF"
)
# Where X does not look for a domain: a hyphen at the edge of a label, an underscore in the last two.
_ODD = regex.compile(r"(?:^|\.)[-_]|[-_]\.|_[^.]*\.[^.]*$")
_TO_ACCENT = regex.compile(rf"[^{_ACCENTED}]*+[{_ACCENTED}]")
_PATH_CHAR = rf"a-z\u0400-\u04FF0-9!*';:=+,.$/%#\[\]\-\u2013_~@|&{_ACCENTED}"
_PATH_LAST = rf"a-z\u0400-\u04FF0-9=_#/+\-{_ACCENTED})"
_PATH_END = regex.compile(rf"[{_PATH_LAST}]", regex.IGNORECASE)
# Brackets end a link only right behind what may end one: not in "/a.(so)".
_LOOSE_BRACKETS = regex.compile(rf"(?<![{_PATH_LAST}])\([{_PATH_CHAR}]+\)$", regex.IGNORECASE | regex.REVERSE)
_REST = rf"""
    (?P<port>:[0-9]++)?+
    (?P<path>/(?:[{_PATH_CHAR}]|\([{_PATH_CHAR}]++\))*+)?+
    (?P<query>(?<=[{_PATH_LAST}])\?[a-z0-9!?*'@();:&=+$/%#\[\]\-_.,~|]++)?+
"""
# A domain that goes on is another one; only a name in punycode ends where its letters do.
_TLD = r"(?:\L<tlds>(?![0-9a-z@+\-])|xn--[\-0-9a-z]++)"
_SHORTENED = regex.compile(r"https?://t\.co/[a-z0-9]++(?!\?)", regex.IGNORECASE)
_QUERY_END = regex.compile(r"[a-z0-9\-_&=#/]", regex.IGNORECASE)

MAX_NAME = 253  # of a domain, by the rules of the DNS
# Before a link that begins with its domain. Anything else, such as a letter of a script that does
# not put spaces between words, leaves open where the link starts.
_PLAIN_BEFORE = regex.compile(r"[\s\"'(\[{<>,;:!?*|~&%+=\\]")


def weighted_length(text: str) -> int:
    """The length that X holds against `MAX_WEIGHT`, or a little more where X is unclear."""
    text = unicodedata.normalize("NFC", text)
    total = position = 0
    for start, end, weight in _weighted_urls(text):
        total += _weight_of_words(text[position:start]) + weight
        position = end
    return total + _weight_of_words(text[position:])


def has_url(text: str) -> bool:
    """Whether X makes a link of any part of it; `cancer.org` without `https://` is one."""
    return any(True for _ in _weighted_urls(unicodedata.normalize("NFC", text)))


def url_spans(text: str) -> list[tuple[int, int]]:
    """Where the links of a text in NFC begin and end."""
    return [(start, end) for start, end, _ in _weighted_urls(text)]


def _weight_of_words(text: str) -> int:
    """The weight of a text without links."""
    without_emoji, emoji = _EMOJI.subn("", text)
    light: int = len(_LIGHT.findall(without_emoji))
    return 2 * int(emoji) + 2 * len(without_emoji) - light


def _weighted_urls(text: str) -> Iterator[tuple[int, int, int]]:
    """Start, end and weight of every link, from left to right."""
    if "." not in text:
        return
    position = 0
    while found := _url_pattern().search(text, position):
        start = found.start()
        end = start + len(_trimmed(found))
        # Brackets that are no part of the link may hold another one.
        position = end if "(" in text[end : max(end, found.end("path"))] else found.end()
        if found["scheme"] and not _within_dns_limits(found["domain"]):
            continue
        if _is_plain(text, start, found):
            yield start, end, URL_WEIGHT
        else:
            apart = _left_out(text, start, found)
            yield start, end, max(URL_WEIGHT + apart, _weight_of_words(text[start:end]))


def _is_plain(text: str, start: int, found: "regex.Match[str]") -> bool:
    """Whether there can be no doubt that X sees a link here, and where it begins."""
    domain = found["domain"]
    latin = found["scheme"] or domain.isascii()
    regular = _within_dns_limits(domain) and not _ODD.search(domain)
    return _stands_alone(text, start) and bool(latin) and regular


def _left_out(text: str, start: int, found: "regex.Match[str]") -> int:
    """How much X may leave out of the link and count on its own.

    An accented first letter; or, in `#tagmünchen.de`, all up to the first accented one. An underscore
    may end the link anywhere before it.
    """
    if found["scheme"] and "_" in found["domain"]:
        return _weight_of_words(found.group())
    accented = _TO_ACCENT.match(found["domain"])
    if accented is None or found["scheme"] or _stands_alone(text, start):
        return 1
    return int(accented.end())


def _stands_alone(text: str, start: int) -> bool:
    return start == 0 or _PLAIN_BEFORE.match(text[start - 1]) is not None


def _within_dns_limits(domain: str) -> bool:
    return len(domain) <= MAX_NAME and all(0 < len(label) <= 63 for label in domain.split("."))


def _trimmed(found: "regex.Match[str]") -> str:
    """The link without the punctuation that ends the sentence rather than the link."""
    whole = str(found.group())
    path, query = found["path"], found["query"]
    if found["scheme"] and (short := _SHORTENED.match(whole)):
        return str(short.group())
    if not found["scheme"] and not path:
        return str(found["domain"])
    if query:
        kept = _rtrim(query, _QUERY_END)
        if len(kept) > 1:
            return whole[: len(whole) - len(query) + len(kept)]
        whole = whole[: len(whole) - len(query)]
    if path:
        kept = _rtrim(path, _PATH_END)
        while loose := _LOOSE_BRACKETS.search(kept):
            kept = _rtrim(kept[: loose.start()], _PATH_END)
        return whole[: len(whole) - len(path) + len(kept)]
    return whole


def _rtrim(text: str, may_end: "regex.Pattern[str]") -> str:
    extra = sum(1 for _ in takewhile(lambda char: not may_end.match(char), reversed(text)))
    return text[: len(text) - extra]


@cache
def _url_pattern() -> "regex.Pattern[str]":
    """With a scheme any script may name the site; without one only Latin letters make a link.

    Every repetition is possessive or begins where no other can, so that the time grows with the
    length of the text and not with its square.
    """
    return regex.compile(
        rf"""
        (?:
          (?P<scheme>https?://)
          (?P<domain>(?:[^{_NOT_IN_A_NAME}]++\.)+{_TLD})
        |
          (?:(?<![{_LABEL}])|\G(?=[{_ACCENTED}]))
          (?:(?<![@＠$#＃/]|(?:^|[\x00-!#-_a-\x7F{_ACCENTED}])\.)|(?=[\-a-z0-9]*+[{_ACCENTED}]))
          (?P<domain>(?:[{_LABEL}]++\.)+{_TLD})
        )
        {_REST}
        """,
        regex.VERBOSE | regex.IGNORECASE,
        tlds=_tlds(),
    )


def _tlds() -> list[str]:
    lines = resources.files("bot.core").joinpath("tlds.txt").read_text("utf-8").splitlines()
    return [tld for line in lines if not line.startswith("#") for tld in line.split()]
