"""Reader of trained CRFsuite models: labels, attribute weights and transition weights as plain Python values.

The format is CRFsuite's own "lCRF" file, version 100, little-endian (its source: `crf1d_model.c`,
`cqdb.c`): a header of 48 bytes, a chunk of features (kind, source, target, weight), and two CQDB databases
that name labels and attributes. Only the trained weights are read; tagging is up to the caller.
"""

import struct
from collections.abc import Iterator
from typing import NamedTuple

_HEADER = struct.Struct("<4sI4s9I")
_FEATURE = struct.Struct("<IIId")
_FEATURES_HEAD = 12  # "FEAT", size, count
_STATE, _TRANSITION = 0, 1


class ModelError(ValueError):
    """The bytes are not a CRFsuite model of the version that is understood here."""


class CrfModel(NamedTuple):
    """A linear-chain CRF; labels are numbered by their place in `labels`.

    `attributes` maps the name of an attribute to its (label, weight) pairs; `transitions` maps (from, to)
    to a weight. What is absent weighs 0.
    """

    labels: tuple[str, ...]
    attributes: dict[str, tuple[tuple[int, float], ...]]
    transitions: dict[tuple[int, int], float]


def read_model(data: bytes) -> CrfModel:
    """Return the model stored in `data`; raise `ModelError` for anything else, also for a truncated file."""
    try:
        header = _HEADER.unpack_from(data)
        magic, size, kind, version = header[:4]
        if (magic, kind, version) != (b"lCRF", b"FOMC", 100) or size > len(data):
            raise ModelError("not a CRFsuite model, version 100")
        features, labels, attributes = header[7:10]
        names = _names(data, attributes)
        states, transitions = _weights(data, features, len(names))
        weights = {name: tuple(pairs) for name, pairs in zip(names, states, strict=True) if pairs}
        return CrfModel(tuple(_names(data, labels)), weights, transitions)
    except (struct.error, IndexError) as error:
        raise ModelError("damaged CRFsuite model") from error


def _weights(
    data: bytes, start: int, attributes: int
) -> tuple[list[list[tuple[int, float]]], dict[tuple[int, int], float]]:
    """Return the weights of each attribute, in the order of their numbers, and those of the transitions."""
    states: list[list[tuple[int, float]]] = [[] for _ in range(attributes)]
    transitions: dict[tuple[int, int], float] = {}
    for kind, source, target, weight in _features(data, start):
        if kind == _STATE:
            states[source].append((target, weight))
        elif kind == _TRANSITION:
            transitions[source, target] = weight
    return states, transitions


def _features(data: bytes, start: int) -> Iterator[tuple[int, int, int, float]]:
    magic, _, count = struct.unpack_from("<4sII", data, start)
    if magic != b"FEAT":
        raise ModelError("no features")
    first = start + _FEATURES_HEAD
    return _FEATURE.iter_unpack(data[first : first + count * _FEATURE.size])


def _names(data: bytes, start: int) -> list[str]:
    """Return the strings of the CQDB database at `start`, in the order of their numbers.

    Its backward table holds for each number the offset of a record: number, length, string with a final NUL.
    """
    magic, _, _, _, count, table = struct.unpack_from("<4sIIIII", data, start)
    if magic != b"CQDB":
        raise ModelError("no string table")
    names = []
    for offset in struct.unpack_from(f"<{count}I", data, start + table):
        first = start + offset + 8
        (length,) = struct.unpack_from("<I", data, first - 4)
        names.append(data[first : first + length - 1].decode("utf-8", "surrogateescape"))
    return names
