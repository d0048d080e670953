"""Here is a `SearchQuery`, give me a `ResultPage`. The primary entrypoint is `service.SearchService`."""
