"""Where the files that ship with the service lie, in a checkout as well as in an installed wheel."""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent
_CHECKOUT = _PACKAGE.parent


def is_checkout() -> bool:
    """Return whether the package runs from its source tree."""
    return (_CHECKOUT / "pyproject.toml").is_file() and (_CHECKOUT / "templates").is_dir()


def package_folder() -> Path:
    """Return the folder of the package itself, its code and its data."""
    return _PACKAGE


def templates_folder() -> Path:
    """Return the folder of the Jinja templates."""
    return _CHECKOUT / "templates" if is_checkout() else _PACKAGE / "templates"


def static_folder() -> Path:
    """Return the folder of the style sheet, scripts and pictures."""
    return _CHECKOUT / "static" if is_checkout() else _PACKAGE / "static"


def translations_folder() -> Path:
    """Return the folder of the message catalogues of the pages."""
    return _PACKAGE / "translations"


def samples_folder() -> Path:
    """Return the folder of the sample archive, in the input formats of real bulletins."""
    return _PACKAGE / "samples"


def default_data_folder() -> Path:
    """Return `index/` of the checkout, or of the working folder for an installed wheel."""
    return (_CHECKOUT if is_checkout() else Path.cwd()) / "index"
