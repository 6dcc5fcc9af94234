"""Words that several families of Korean office documents share."""

from __future__ import annotations

from synthetic.words import word_list

DOUBLE_SURNAMES = word_list("korean-offices", "double-surnames")
DEPARTMENTS = word_list("korean-offices", "departments")
RANKS = word_list("korean-offices", "ranks")
BANKS = word_list("korean-offices", "banks")
CARDS = word_list("korean-offices", "cards")
TRADES = word_list("korean-offices", "trades")
LINES = word_list("korean-offices", "lines")
CITIES = word_list("korean-offices", "cities")
ROADS = word_list("korean-offices", "roads")
ESTATES = word_list("korean-offices", "estates")
SCHOOLS = word_list("korean-offices", "schools")
MAJORS = word_list("korean-offices", "majors")
LICENCES = word_list("korean-offices", "licences")
GOODS = word_list("korean-offices", "goods")
SPECS = word_list("korean-offices", "specs")
UNITS = word_list("korean-offices", "units")
REMARKS = word_list("korean-offices", "remarks")
REASONS = word_list("korean-offices", "reasons")
SUBJECTS = word_list("korean-offices", "subjects")
BOOKS = word_list("korean-offices", "books")
DISEASES = word_list("korean-offices", "diseases")
