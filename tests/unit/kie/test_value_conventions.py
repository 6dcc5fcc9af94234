"""Normalised numbers, money and dates by the conventions of their document, and values that stay undecided."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prelabel.kie.values.hints import Hints, page_hints
from prelabel.kie.values.normalise import normalise
from tests.support.key_values_schema import check_normal

KOREAN = Hints(korean=True)
ENGLISH = page_hints(["Invoice", "amount", "due", "1,454.00", "72.70"])
GERMAN = page_hints(["Rechnung", "Betrag", "Menge", "12,50", "1.234,50"])
UNKNOWN = Hints()
ALL = (UNKNOWN, KOREAN, ENGLISH, GERMAN)


def short(text: str, hints: Hints = UNKNOWN, key: str = "") -> str | None:
    """Return the normalised value as one text: -72.70, 12.50 EUR, 20 %, 2024-03-05; "?" marks an ambiguous one."""
    found = normalise(text, key, hints)
    check_normal(found)
    if found is None:
        return None
    value = str(found.get("amount", found.get("value")))
    unit = found.get("currency", found.get("unit"))
    return value + (f" {unit}" if unit else "") + ("?" if found.get("ambiguous") else "")


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("1.234,56", "1234.56"),
        ("1.234.567,8", "1234567.8"),
        ("1.234.567", "1234567"),
        ("1 234,56", "1234.56"),
        ("12 345 678,90", "12345678.90"),
        ("1\u202f234,56", "1234.56"),
        ("1'234.50", "1234.50"),
        ("1’234’567.80", "1234567.80"),
        ("1´234", "1234"),
        ("1,234.5", "1234.5"),
        ("1,234,567", "1234567"),
        ("1, 250,000", "1250000"),
        ("1,250 ,000", "1250000"),
        ("1 ,250 , 000", "1250000"),
        ("1,250. 50", "1250.50"),
        ("1.250 ,50", "1250.50"),
        ("12 .50", "12.50"),
        ("0.500", "0.500"),
        ("12.5%", "12.5 %"),
    ],
)
def test_most_forms_mean_the_same_in_all_documents(text: str, wanted: str) -> None:
    assert [short(text, hints) for hints in ALL] == [wanted] * len(ALL)


@pytest.mark.parametrize(
    ("text", "unknown", "korean", "english", "german"),
    [
        ("12,50", "12.50", None, None, "12.50"),
        ("0,5", "0.5", None, None, "0.5"),
        ("0,500", "0.500", None, None, "0.500"),
        ("12,5 %", "12.5 %", None, None, "12.5 %"),
        ("1250,5", "1250.5", None, None, "1250.5"),
        ("1,234", "1234?", "1234", "1234", "1.234"),
        ("1.234", "1.234?", "1.234", "1.234", "1234"),
        ("1.234 kg", "1.234 kg", "1.234 kg", "1.234 kg", "1234 kg"),
        ("1, 234", "1234?", "1234", "1234", "1.234"),
        ("101, 202", "101202?", "101202?", "101202?", "101.202?"),
        ("1 234", None, None, None, "1234"),
        ("1 234 567", None, None, None, "1234567"),
        ("12.50", "12.50", "12.50", "12.50", "12.50"),
        ("1.234 €", "1234 EUR?", None, None, "1234 EUR"),
        ("1,234 €", "1234 EUR?", "1234 EUR", "1234 EUR", None),
        ("$1.234", None, None, None, "1234 USD"),
        ("1,250.000", "1250.000", "1250.000", "1250.000", None),
        ("1.250,000", "1250.000", None, None, "1250.000"),
        ("$1,250.000", None, None, None, None),
        ("1.250,000원", "1250000 KRW", "1250000 KRW", "1250000 KRW", "1250000 KRW"),
        ("1,250.000원", "1250000 KRW", "1250000 KRW", "1250000 KRW", "1250000 KRW"),
        ("1250.000원", None, None, None, None),
        ("7.033%", "7.033 %", "7.033 %", "7.033 %", None),
        ("12. 50", "12.50", None, "12.50", "12.50"),
        ("3. 05", "3.05", None, "3.05", "3.05"),
    ],
)
def test_other_numbers_of_the_document_decide(
    text: str, unknown: str | None, korean: str | None, english: str | None, german: str | None
) -> None:
    assert [short(text, hints) for hints in ALL] == [unknown, korean, english, german]


def test_points_among_whole_amounts_are_not_read() -> None:
    """A balance sheet with 12,348 and 80,159 has no decimals: 3.846 is 3,846 misread, or is it?"""
    whole = page_hints(["Taxes", "of", "the", "year", "12,348", "80,159", "3,545", "3.846"])
    assert short("3.846", whole) is None
    assert short("3,545", whole) == "3545"
    assert short("3.846 kg", whole) == "3.846 kg"
    assert short("12.5", whole) == "12.5"


@pytest.mark.parametrize(
    ("words", "decimal", "usual"),
    [
        ("12,50 3,20 0,5", ",", None),
        ("€1.234,56 (5,00) 100,00€", ",", None),
        ("$1,234.56 (5.00) 100.00", ".", None),
        ("1,250,000 3,640,000", ".", None),
        ("12,50 4,99 3.75", None, None),
        ("12,50 4,99 5,01 3.75", ",", None),
        ("Rechnung Betrag 1,234", None, ","),
        ("facture montant 5,00 15,00", ",", ","),
        ("Invoice amount due 12,50", None, "."),
        ("Invoice amount due 12,50 3,20", ",", "."),
        ("Rechnung Betrag 12.50", None, ","),
        ("31.12.2024 01.02. 10:30 3/4 A4", None, None),
        ("1,234 12", None, None),
        ("", None, None),
    ],
)
def test_numbers_and_language_show_the_decimal_mark(words: str, decimal: str | None, usual: str | None) -> None:
    hints = page_hints(words.split())
    assert (hints.decimal, hints.usual_decimal) == (decimal, usual)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("₹12,34,567.00", "1234567.00 INR"),
        ("₹ 1,23,456", "123456 INR"),
        ("Rs. 1,200/-", "1200 INR"),
        ("Rs 12,34,56,789.50", "123456789.50 INR"),
        ("INR 5,00,000", "500000 INR"),
        ("1,23,456.78 INR", "123456.78 INR"),
        ("-₹1,00,000.00", "-100000.00 INR"),
        ("₹0.00", "0.00 INR"),
        ("₹12.5 lakh", "1250000 INR"),
        ("Rs. 3 crore", "30000000 INR"),
        ("2.5 Lakhs", "250000"),
        ("1.25 crores", "12500000"),
        ("12,34,567.00", "1234567.00"),
        ("₹12,3,456", None),
        ("₹1,23,45", None),
        ("$12,34,567", None),
        ("3.5 Cr.", "-3.5"),
        ("₹3.5 Cr.", None),
        ("₹1,23,456.00 Cr", "-123456.00 INR"),
    ],
)
def test_indian_grouping(text: str, wanted: str | None) -> None:
    assert short(text) == wanted


def test_indian_groups_alone_need_an_indian_document() -> None:
    assert short("1,23,456") is None
    assert short("1,23,456", KOREAN) is None
    assert short("12,34,567.00", KOREAN) is None
    assert short("1,23,456", page_hints(["GSTIN", "1,23,456"])) == "123456"
    assert short("1.5 Cr", page_hints(["GSTIN"])) is None, "a credit, or fifteen millions"
    assert short("72.70 Cr", page_hints(["GSTIN"])) == "-72.70"
    assert short("1,23,456", page_hints(["1,23,456", "4,56,789"])) == "123456"
    assert page_hints(["R5", "RS", "Receipt"]) == UNKNOWN


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("-72.70", "-72.70"),
        ("− 72.70", "-72.70"),
        ("–72.70", "-72.70"),
        ("—72.70", "-72.70"),
        ("－72.70", "-72.70"),
        ("‐72.70", "-72.70"),
        ("‑72.70", "-72.70"),
        ("﹣72.70", "-72.70"),
        ("CR72.70", "-72.70"),
        ("(5.0%)", "-5.0 %"),
        ("(72.70)", "-72.70"),
        ("72.70-", "-72.70"),
        ("72.70−", "-72.70"),
        ("72.70 –", "-72.70"),
        ("72.70 CR", "-72.70"),
        ("72.70CR", "-72.70"),
        ("CR 72.70", "-72.70"),
        ("Cr. 1,072.70", "-1072.70"),
        ("$72.70 CR", "-72.70 USD"),
        ("-$72.70", "-72.70 USD"),
        ("−$72.70", "-72.70 USD"),
        ("$–72.70", "-72.70 USD"),
        ("$ (72.70)", "-72.70 USD"),
        ("(72.70) USD", "-72.70 USD"),
        ("72.70- USD", "-72.70 USD"),
        ("-12,50 €", "-12.50 EUR"),
        ("12,50- €", "-12.50 EUR"),
        ("△1,000,000", "-1000000"),
        ("▲1,000,000", "-1000000"),
        ("∆ 1,000,000", "-1000000"),
        ("△1,000원", "-1000 KRW"),
        ("▲₩1,000", "-1000 KRW"),
        ("₩△1,000", "-1000 KRW"),
        ("-₩1,000", "-1000 KRW"),
        ("(₩1,000)", "-1000 KRW"),
        ("₩1,000-", "1000 KRW"),
        ("50,- €", "50 EUR"),
        ("CHF 1'250.–", "1250 CHF"),
        ("EUR 12,--", "12 EUR"),
        ("-72.70-", None),
        ("(72.70", None),
        ("(-72.70)", None),
        ("-72.70 CR", None),
        ("--72.70", None),
        ("~72.70", None),
        ("(5%)", None),
        ("CR72", None),
        ("72.70 DR", None),
        ("12 CR", None),
        ("(3)", None),
    ],
)
def test_signs(text: str, wanted: str | None) -> None:
    assert short(text) == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("₩1,250,000", "1250000 KRW"),
        ("￦1,250,000", "1250000 KRW"),
        ("W1,250,000", "1250000 KRW"),
        ("-W 1,250,000", "-1250000 KRW"),
        ("₩0", "0 KRW"),
        ("12.500원", "12500 KRW"),
        ("1.250.000원", "1250000 KRW"),
        ("1, 250,000 원", "1250000 KRW"),
        ("125만원", "1250000 KRW"),
        ("1,250천원", "1250000 KRW"),
        ("△125만원", "-1250000 KRW"),
        ("3백만원", "3000000 KRW"),
        ("금 일백이십오만원정", "1250000 KRW"),
        ("일금 일백이십오만 원 정", "1250000 KRW"),
        ("금일백이십오만원정", "1250000 KRW"),
        ("一金 壹百貳拾五萬원整", "1250000 KRW"),
        ("金 一百二十五萬원整", "1250000 KRW"),
        ("US$1,250", "1250 USD"),
        ("U$ 1,250.00", "1250.00 USD"),
        ("CHF 1’250.50", "1250.50 CHF"),
        ("R$ 1.250,50", "1250.50 BRL"),
        ("NT$1,250", "1250 TWD"),
        ("$1,250.00 CAD", "1250.00 CAD"),
        ("310,00 EURO", "310.00 EUR"),
        ("£1,250.50", "1250.50 GBP"),
        ("￡１，２５０．５０", "1250.50 GBP"),
        ("￥１，２５０", "1250 JPY"),
        ("₩1,200,000 (일금 일백이십만원정)", "1200000 KRW"),
        ("1,200,000원 (일백이십만원)", "1200000 KRW"),
        ("₩1,200,000 (일금 일백이십일만원정)", None),
        ("1,200 (천원)", None),
        ("£1,250.50 EUR", None),
        ("12,50원", None),
        ("W12", None),
        ("1O0원", None),
    ],
)
def test_currencies(text: str, wanted: str | None) -> None:
    assert short(text, KOREAN) == wanted


@pytest.mark.parametrize(
    ("text", "key", "wanted"),
    [
        ("1,250", "금액 (단위: 만원)", "12500000 KRW"),
        ("1,250", "금액 (단위: 백만 원)", "1250000000 KRW"),
        ("1,250.50", "Betrag €", "1250.50 EUR"),
        ("1,250.50", "Total ($)", "1250.50 USD"),
        ("1,250.50", "Total S$", "1250.50"),
    ],
)
def test_currencies_of_fields(text: str, key: str, wanted: str) -> None:
    assert short(text, KOREAN, key) == wanted


@pytest.mark.parametrize(
    "text",
    [
        "3762-60**-****",
        "****1234",
        "XXXX-XXXX-1234",
        "xxx-xx-1234",
        "010-****-1234",
        "02-1**-4567",
        "900101-1******",
        "₩1,***,***",
        "1,2**",
        "19**-03-05",
        "12●●56",
        "###1234",
        "124-81-*****",
    ],
)
def test_masked_numbers_have_no_normal_form(text: str) -> None:
    for hints in ALL:
        for key in ("", "전화번호", "카드번호", "Total (USD)", "Date"):
            assert normalise(text, key, hints) is None


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("30 123 456", "Telefon"),
        ("555 123 456", "Tel."),
        ("01234567", "Téléphone"),
        ("5550148", "Phone"),
        ("123 456 789", "Mobil"),
        ("123454321", "Kundennummer"),
        ("987654", "Debiteurnummer"),
        ("1234567", "Rechnungs-Nr."),
        ("123456", "Número de cliente"),
        ("28012", "PLZ"),
        ("123456789", "TIN"),
        ("12345678", "IBAN"),
        ("1234567", "승인번호"),
        ("555.0148", "Phone"),
        ("555.123.456", "Telefon"),
        ("20261301", "작성일자"),
        ("261201", "작성일자"),
    ],
)
def test_numbers_that_are_names_are_no_quantities(text: str, key: str) -> None:
    for hints in ALL:
        found = normalise(text, key, hints)
        assert found is None or found["type"] == "phone"


def test_amounts_stay_amounts_in_fields_of_telephones() -> None:
    assert short("12.50", ENGLISH, "Telephone charges") == "12.50"
    assert short("12,50 €", GERMAN, "Telefonkosten") == "12.50 EUR"


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("2024.03. 05", "2024-03-05"),
        ("2024. 03 .05", "2024-03-05"),
        ("2024,03,05", "2024-03-05"),
        ("2024.03,05.", "2024-03-05"),
        ("2024.03 05", "2024-03-05"),
        ("2024 03.05", "2024-03-05"),
        ("2024·03·05", "2024-03-05"),
        ("2024년 3월5일", "2024-03-05"),
        ("2024년3월 5일.", "2024-03-05"),
        ("2024년 3. 5.", "2024-03-05"),
        ("24년 3.5.", "2024-03-05"),
        ("05,03.2024", "2024-03-05?"),
        ("25.03,2024", "2024-03-25"),
        ("단기 4357년 3월 5일", "2024-03-05"),
        ("단기 4357. 3. 5.", "2024-03-05"),
        ("서기 2024년 3월 5일", "2024-03-05"),
        ("단기4357년", "2024"),
        ("2024.13.05", None),
        ("2024.02.30", None),
        ("26. 12. 1.", "2026-12-01"),
        ("26. 2. 30.", None),
        ("26.3.5", None),
        ("2024.03-05", None),
        ("2024 03 05", None),
        ("2024년 3월 5", None),
        ("92/04/2022", None),
        ("5/10/1019", None),
        ("2O24.03.05", None),
    ],
)
def test_dates_with_misread_separators_and_eras(text: str, wanted: str | None) -> None:
    assert short(text, KOREAN) == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("03/04/2024 (Mon)", "2024-03-04"),
        ("Thursday, 04/03/2025", "2025-04-03"),
        ("Wed 03/04/2024", "2024-04-03"),
        ("03.04.2024 (월)", "2024-03-04"),
        ("03/04/2024 수요일", "2024-04-03"),
        ("03/04/24 Mon", "2024-03-04"),
        ("03/04/2024 (Fri)", "2024-03-04?"),
    ],
)
def test_the_weekday_tells_day_and_month(text: str, wanted: str) -> None:
    assert short(text) == wanted


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        ("92/04/2022 06/01/2022", "2022-06-01?"),
        ("45/12/2022 06/01/2022", "2022-06-01?"),
        ("31/02/2022 06/01/2022", "2022-06-01?"),
        ("25/12/2099 06/01/2022", "2022-06-01?"),
        ("13/04/1022 06/01/2022", "2022-06-01?"),
        ("00/13/2022 06/01/2022", "2022-06-01?"),
        ("13/04/2022 06/01/2022", "2022-01-06"),
        ("04/13/2022 06/01/2022", "2022-06-01"),
        ("13/04/2022 04/14/2022", "2022-06-01?"),
        ("12/25/24", "2022-06-01"),
        ("25/12/98", "2022-01-06"),
        ("25/12/24", "2022-06-01?"),
        ("10-25-14", "2022-06-01?"),
        ("00/00/00 45/45/45", "2022-06-01?"),
        ("04/13/2022 04/14/2022 04/15/2022 22/04/2022", "2022-06-01"),
        ("04/13/2022 04/14/2022 22/04/2022", "2022-06-01?"),
        ("13/04/2022 14/04/2022 04/22/2022", "2022-01-06?"),
        ("13/04/2022 13/04/2022 13/04/2022 04/22/2022", "2022-06-01?"),
        ("Invoice for the amount due $5.00 22/04/2022", "2022-01-06?"),
        ("Invoice for the amount due $5.00 22/04/2022 23/04/2022", "2022-01-06"),
        ("Invoice for the amount due £5.00", "2022-01-06?"),
        ("Invoice for the amount due $5.00", "2022-06-01?"),
        ("Rechnung Betrag Menge", "2022-01-06?"),
    ],
)
def test_impossible_and_outvoted_dates_do_not_tell_the_order(words: str, wanted: str) -> None:
    assert short("06/01/2022", page_hints(words.split())) == wanted


def test_points_in_a_language_of_points_are_day_first_for_certain() -> None:
    assert short("02.01.2020", page_hints(["Factuur", "bedrag", "aantal"])) == "2020-01-02"
    assert short("02.01.2020") == "2020-01-02?"


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("1. Dezember 2026", "2026-12-01"),
        ("15. März 2026", "2026-03-15"),
        ("12. Okt. 2026", "2026-10-12"),
        ("den 3. Mai 2026", "2026-05-03"),
        ("1 décembre 2026", "2026-12-01"),
        ("1er août 2026", "2026-08-01"),
        ("5 FEVRIER 2026", "2026-02-05"),
        ("1 de diciembre de 2026", "2026-12-01"),
        ("3 de enero del 2026", "2026-01-03"),
        ("10 gennaio 2026", "2026-01-10"),
        ("1º de março de 2026", "2026-03-01"),
        ("3 mrt 2026", "2026-03-03"),
        ("01-dez-2026", "2026-12-01"),
        ("Juillet 2026", "2026-07"),
        ("31 juin 2026", None),
        ("31. November 2026", None),
        ("3 mars", None),
        ("12 set 24", None),
        ("ago 2026 5", None),
        ("3 marsh 2026", None),
    ],
)
def test_names_of_months_in_other_languages(text: str, wanted: str | None) -> None:
    assert short(text) == wanted


def test_short_years_come_first_in_korean_fields_of_dates() -> None:
    assert short("26.3.5", KOREAN, "작성일자") == "2026-03-05"
    assert short("26.2.30", KOREAN, "작성일자") is None


#: How the same amount is written: the separator of thousands, the decimal mark, and a document written that way.
WRITTEN = {
    "english": (",", ".", "Invoice amount due of the order"),
    "german": (".", ",", "Rechnung Betrag Menge"),
    "french": ("\u202f", ",", "facture montant quantité"),
    "swiss": ("’", ".", "Rechnung CHF"),
    "plain": ("", ".", ""),
    "plain comma": ("", ",", "factuur bedrag aantal"),
    "korean": (",", ".", "견적서 합계금액"),
}


def written(amount: Decimal, convention: str, places: int) -> str:
    thousands, point, _ = WRITTEN[convention]
    text = f"{amount:,.{places}f}"
    return text.translate({ord(","): thousands, ord("."): point})


@given(
    st.sampled_from(sorted(WRITTEN)),
    st.lists(st.decimals(0, 10**12, places=2), min_size=2, max_size=6, unique=True),
)
def test_a_number_comes_back_in_every_convention(convention: str, amounts: list[Decimal]) -> None:
    texts = [written(amount, convention, 2) for amount in amounts]
    hints = page_hints([*WRITTEN[convention][2].split(), *" ".join(texts).split(" ")])
    for amount, text in zip(amounts, texts, strict=True):
        assert short(text, hints) == f"{amount:.2f}"
        assert short(f"-{text}", hints) == short(f"({text})", hints) == short(f"{text} CR", hints) == f"-{amount:.2f}"
        assert short(f"EUR {text}", hints) == short(f"{text} €", hints) == f"{amount:.2f} EUR"


@given(st.sampled_from(sorted(WRITTEN)), st.integers(0, 10**12))
def test_a_whole_number_comes_back_where_the_document_shows_the_convention(convention: str, amount: int) -> None:
    shown = written(Decimal("1234.50"), convention, 2), written(Decimal("12.75"), convention, 2)
    hints = page_hints([*WRITTEN[convention][2].split(), *" ".join(shown).split(" ")])
    text = written(Decimal(amount), convention, 0)
    assert short(text, hints) == str(amount)
    assert short(f"₩{text}", hints) == f"{amount} KRW"


@given(st.integers(0, 10**14), st.integers(0, 99))
def test_indian_amounts_come_back(whole: int, paise: int) -> None:
    head, tail = divmod(whole, 1000)
    groups = [f"{tail:03d}"] if head else [str(tail)]
    while head:
        head, group = divmod(head, 100)
        groups.insert(0, f"{group:02d}" if head else str(group))
    text = ",".join(groups)
    assert short(f"₹{text}.{paise:02d}") == f"{whole}.{paise:02d} INR"
    assert short(f"{text}.{paise:02d}", replace(UNKNOWN, indian=True)) == f"{whole}.{paise:02d}"


@given(st.decimals(1000, 10**9, places=2), st.data())
def test_stray_spaces_beside_separators_do_not_change_a_number(amount: Decimal, data: Any) -> None:
    text = f"{amount:,.2f}"
    at = data.draw(st.sampled_from([i for i, char in enumerate(text) if char in ",."]))
    spaced = data.draw(st.sampled_from((f"{text[:at]} {text[at:]}", f"{text[: at + 1]} {text[at + 1 :]}")))
    assert short(spaced, ENGLISH) == short(text, ENGLISH) == f"{amount:.2f}"


@given(st.dates(date(1970, 1, 1), date(2039, 12, 31)), st.sampled_from(("mdy", "dmy")))
def test_a_date_comes_back_in_the_order_of_the_document(day: date, order: str) -> None:
    form = {"mdy": "%m/%d/%Y", "dmy": "%d/%m/%Y"}[order]
    shown = [date(2024, 5, 17).strftime(form), date(2024, 6, 21).strftime(form), "92/04/2022"]
    assert short(day.strftime(form), page_hints(shown)) == day.isoformat()
    beside_weekday = short(day.strftime(f"%a {form}"))
    assert beside_weekday == day.isoformat() or str(beside_weekday).endswith("?"), (
        "the other day is on that weekday, too"
    )
