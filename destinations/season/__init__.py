"""A played season: made-up graduates file, made-up reviewers decide, through the actions the pages call.

`employers` and `answers` say what graduates write, `plans` what will happen to each, `proofs` draws
what they upload, `staff` appoints reviewers, `acts` and
`reviews` are what people do, `play` lets the days pass, `digest` sums up the end.
"""
