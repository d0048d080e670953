"""Faults on purpose: the real commands killed, starved of disk, run twice, under a wrong clock, over damaged
files; and what is left looked at each time.

    python -m benchmarks.faults --runs 500 [--seed N] [--only KIND] [--articles N] [--folder FOLDER]

`worlds` makes the archives, `victims` runs a command in a process of its own with a fault in it, `verdicts`
looks at what it left behind, `campaign` puts them together. The same seed gives the same faults.
"""
