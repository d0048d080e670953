"""Extraction: here is a text, give me its document codes, dates and units, with spans. Pure functions."""
