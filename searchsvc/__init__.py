"""Full-text search for archives of Vietnamese bulletins."""

__version__ = "0.1.0"
