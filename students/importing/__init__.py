"""What an import makes of a spreadsheet: columns, cells, rows, units. Nothing here writes students.

`columns` says which columns there are, `headers` finds them in a file, `parsers` turns cells into
values, `rowcheck` judges a row as a whole, `examine` puts it together chunk by chunk.
"""
