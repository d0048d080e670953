"""Cases that nobody thinks of, by the hundred thousand: requests, files, exports, backups, stored markup.

    python -m benchmarks.fuzzing [--cases N] [--seed N] [--processes N] [--only TARGET]

`texts` holds what cases are made of; `requests`, `files`, `containers`, `stored` and `wire` make targets, one
kind each; `site` asks the app, `markup` judges what a browser would get; `running` counts cases and holds
each to a bound of time and memory; `jobs` spreads them over processes. The same seed gives the same cases.
They are made by Hypothesis, which also looks for the shortest case of a finding.
"""
