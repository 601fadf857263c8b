"""Spreadsheets: reading any of .xlsx, .xls and CSV as rows of text, and writing .xlsx.

`reading.open_table` reads, `reading.follow_table` gives rows while the rest is still being read,
`writing.write_table` writes rows in bulk, `template.write_template` makes an empty sheet for people to
fill in. A file is opened in a process of its own
(`child.py`), so that a hostile one can neither crash nor exhaust ours.
"""
