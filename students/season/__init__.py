"""Made-up graduates, for trying the product at a real size: no value here belongs to a person.

Everything is drawn from one seeded source, so a seed always gives the same file. Frequencies come
from `fixtures/season` (census and name statistics, rounded) and codes from `fixtures/codes`.
"""
