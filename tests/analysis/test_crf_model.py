"""The reader of CRFsuite models against CRFsuite's own, and damaged files."""

import pickle
import re
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from searchsvc.analysis import pyvi_model
from searchsvc.analysis.crf_model import CrfModel, ModelError, read_model


def stored_model() -> bytes:
    folder = pyvi_model.installed_folder()
    assert folder is not None
    return pyvi_model._model_bytes((folder / pyvi_model.MODEL).read_bytes())


DATA = stored_model()


def test_weights_are_those_that_crfsuite_reads(tmp_path: Path) -> None:
    import pycrfsuite

    tagger = pycrfsuite.Tagger()
    tagger.open_inmemory(DATA)
    tagger.dump(str(tmp_path / "dump"))
    dump = (tmp_path / "dump").read_text(encoding="utf-8")
    lines = re.findall(r"^  \((\d)\) (.*?) --> (\w+): (-?[\d.]+)$", dump, re.M | re.S)
    states = {(name, label): float(weight) for kind, name, label, weight in lines if kind == "0"}
    moves = {(name, label): float(weight) for kind, name, label, weight in lines if kind == "1"}
    assert (len(states), len(moves)) == (11_412, 4)
    model = read_model(DATA)
    read = {
        (name, model.labels[label]): weight
        for name, pairs in model.attributes.items()
        for label, weight in pairs
    }
    assert read == pytest.approx(states, abs=1e-6)  # the dump has six decimals
    between = {(model.labels[a], model.labels[b]): weight for (a, b), weight in model.transitions.items()}
    assert between == pytest.approx(moves, abs=1e-6)


@given(st.integers(0, len(DATA) - 1))
@settings(max_examples=60, deadline=None)
def test_truncated_models_are_refused(length: int) -> None:
    with pytest.raises(ModelError):
        read_model(DATA[:length])


@given(st.integers(0, 2_000), st.binary(min_size=1, max_size=8))
@settings(max_examples=60, deadline=None)
def test_damaged_models_are_read_or_refused(place: int, noise: bytes) -> None:
    damaged = DATA[:place] + noise + DATA[place + len(noise) :]
    with suppress(ModelError):
        assert isinstance(read_model(damaged), CrfModel)


@pytest.mark.parametrize("data", [b"", b"lCRF", b"PK\x03\x04" * 100, b"lCRF" + bytes(100)])
def test_other_files_are_refused(data: bytes) -> None:
    with pytest.raises(ModelError):
        read_model(data)


@pytest.mark.parametrize("foreign", [print, ModelError("x"), pytest.approx(1)])
def test_pickles_with_other_classes_are_refused(foreign: object) -> None:
    with pytest.raises(pickle.UnpicklingError, match="unexpected class"):
        pyvi_model._model_bytes(pickle.dumps({"modelfile": foreign}))
