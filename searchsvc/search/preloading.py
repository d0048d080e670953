"""What searches need that neither archive nor index decides. The primary entrypoint is `preload`."""

from importlib import import_module

from searchsvc.analysis.segment import segment
from searchsvc.engines import open_engine
from searchsvc.search.spellings import is_uncommon
from searchsvc.search.spotting import Spotter
from searchsvc.settings import Settings


def preload(settings: Settings) -> None:
    """Load the modules of the engine, the model of words and the tables that the first search would load.

    Opens neither archive nor index. Processes that are forked afterwards share all of it.
    """
    open_engine(settings).close()
    import_module("numpy.ma")  # which the first call of np.unique imports
    segment("nghị quyết")
    is_uncommon("nghi")
    Spotter(["nghi"])
