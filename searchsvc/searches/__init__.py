"""What is searched for, counted without people: for the report that staff read.

The primary entrypoints are `recorder.Recorder` and `report.report_of`. Kept are a day, the text of a query in
one spelling, a range of its number of results and the kinds of filters; no address, no time of day, no
sequence of queries, no clicks. A text is readable only once it was searched for several times (`store`), and
what looks like a personal detail is not kept at all (`privacy`).
"""
