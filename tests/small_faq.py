"""A whole FAQ of three entries in two files, written as the real one is."""

from pathlib import Path

TOPIC = "02-visit.yaml"

_ENTRY = """\
  - id: {id}
    question: "{question}"
    phrasings:
      - "{word} {id} in the morning"
      - "is {word} {id} ok, asking for mum"
      - "tell me of {word} {id}"
      - "my first time, {word} {id} or not"
      - "they said {word} {id}, true"
      - "{word} {id} pls"
    answers:
      - >-
        Some people choose {word} for it and others do not. A clinic can say what fits best on the
        day. Source: A Clinic.
      - >-
        There is no one rule about {word}. What fits differs from clinic to clinic, so asking helps.
        Source: A Clinic.
    phrasings_es:
      - "{word} {id} por la tarde"
      - "puedo con {word} {id}"
      - "sobre {word} {id}"
    answers_es:
      - >-
        Algunas personas eligen {word} y otras no. Fuente: A Clinic.
      - >-
        No hay una sola regla sobre {word}, por eso ayuda preguntar. Fuente: A Clinic.
    more: >-
      A clinic can say more about {word}.
    sources: [AC]
    facts: [{id}/1]
    handling: auto
    jurisdiction: any
    review_by: 2027-05-31
    changes_if: "New rules."
    status: draft
"""
_FACT = """\
  - id: {id}/1
    text: >-
      It differs from clinic to clinic.
    status: verified
    sources: [AC]
"""
_SOURCES = """\
sources:

  - id: AC
    name: "A Clinic"
    title: "A page"
    url: "https://example.org/page"
    date: "2026"
    jurisdiction: "any"
"""
_KNOWN = (("gown", "What is a gown for?", "cotton"), ("parking", "Where is parking?", "parking"),
          ("coffee", "Is coffee fine before?", "coffee"))  # fmt: skip


def put(folder: Path) -> Path:
    """Writes it into `folder`."""
    folder.mkdir()
    entries = [_ENTRY.format(id=id_, question=question, word=word) for id_, question, word in _KNOWN]
    facts = "\n".join(_FACT.format(id=id_) for id_, _, _ in _KNOWN)
    files = {
        TOPIC: 'topic: "The visit"\nentries:\n\n' + "\n".join(entries[:2]),
        "03-food.yaml": '# Food and drink.\ntopic: "Food"\nentries:\n\n' + entries[2],
        "facts.yaml": f"facts:\n\n{facts}",
        "sources.yaml": _SOURCES,
    }
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder
