"""Relevance of the service beside its peers, on the same documents and queries. See `__main__`."""
