"""Vietnamese text: here is a string, give me cleaned text, tokens, keys. Pure functions, no writing.

The doors are `normalize.clean`, `pipelines.analyze` and `legacy.decode`. All offsets are characters of the
cleaned text.
"""
