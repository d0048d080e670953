"""The service on OpenSearch and PostgreSQL of this machine: import, indexing, queries, a lost node."""
