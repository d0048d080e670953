"""The Flask app: an address → `SearchQuery`, a `ResultPage` → pages and JSON.

The primary entrypoint is `app.create_app`; `server.serve` runs it on a production server. Only this package
knows HTTP and makes HTML; all text of articles and queries is escaped by Jinja or serialised as JSON.
"""
