"""Here is a path, give me drafts: one reader per format, and the importer that feeds the archive.

The primary entrypoints are `formats.read_file` and `importing.import_paths`. Formats: docs/architecture.md.
"""
