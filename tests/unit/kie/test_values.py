"""Normalised values: the type of each text, texts that stay as they are, and no invented values."""

from __future__ import annotations

from datetime import date, time
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prelabel.kie.values.hints import Hints, page_hints
from prelabel.kie.values.normalise import normalise
from tests.support.key_values_schema import check_normal

KOREAN = Hints(korean=True)
DAY_FIRST = Hints(date_order="dmy")
MONTH_FIRST = Hints(date_order="mdy")


def value(text: str, key: str = "", told: Hints = Hints()) -> Any:  # noqa: B008
    """Return the normalised value in a short form without its type."""
    found = normalise(text, key, told)
    check_normal(found)
    if found is None or found["type"] not in ("date", "time", "datetime", "phone", "email", "boolean"):
        return found
    return found["value"] + "?" if found.get("ambiguous") else found["value"]


def number(digits: str, unit: str = "") -> dict[str, str]:
    return {"type": "number", "value": digits} | ({"unit": unit} if unit else {})


def money(amount: str, currency: str = "KRW") -> dict[str, str]:
    return {"type": "money", "amount": amount, "currency": currency}


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("2024-03-05", "2024-03-05"),
        ("2024/3/5", "2024-03-05"),
        ("2024.03.05.", "2024-03-05"),
        ("14 March 2025", "2025-03-14"),
        ("14th of March, 2025", "2025-03-14"),
        ("March 14th, 2025", "2025-03-14"),
        ("Mar. 14, 2025", "2025-03-14"),
        ("MARCH 14 2025", "2025-03-14"),
        ("14-Mar-25", "2025-03-14"),
        ("14MAR2025", "2025-03-14"),
        ("2025-Mar-14", "2025-03-14"),
        ("Friday, 14 March 2025", "2025-03-14"),
        ("14 March 2025 (Fri)", "2025-03-14"),
        ("March 2025", "2025-03"),
        ("Sept 5, '98", "1998-09-05"),
        ("25/12/2024", "2024-12-25"),
        ("12/25/2024", "2024-12-25"),
        ("19 / 05 / 2025", "2025-05-19"),
        ("03/04/2024", "2024-03-04?"),
        ("03/03/2024", "2024-03-03"),
        ("03.04.2024", "2024-04-03?"),
        ("01/02/03", "2003-01-02?"),
        ("12/25/68", "2068-12-25?"),
        ("12/25/69", "1969-12-25"),
        ("12/25/39", "2039-12-25"),
        ("12/25/2068", "2068-12-25"),
        ("２０２４－０３－０５", "2024-03-05"),
        ("2024-02-30", None),
        ("31/11/2024", None),
        ("13/13/2024", None),
        ("14 Marsh 2025", None),
        ("5 March", None),
        ("Monthly 5 March 2024", None),
        ("2024-O3-05", None),
        ("2024-3", None),
        ("10/12", None),
        ("yesterday", None),
        ("as of 5 March 2024 or later", None),
    ],
)
def test_dates(text: str, wanted: str | None) -> None:
    assert value(text) == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("2024. 3. 5.", "2024-03-05"),
        ("2024.3.5", "2024-03-05"),
        ("2024년 3월 5일", "2024-03-05"),
        ("2024년3월5일", "2024-03-05"),
        ("2024 년 3 월 5 일", "2024-03-05"),
        ("2024년 3월 5일 (화)", "2024-03-05"),
        ("2024. 3. 5.(화)", "2024-03-05"),
        ("2024년 3월 5일 화요일", "2024-03-05"),
        ("24.03.05", "2024-03-05"),
        ("'24. 3. 5", "2024-03-05"),
        ("99-12-31", "1999-12-31"),
        ("24년 3월 5일", "2024-03-05"),
        ("2024년 3월", "2024-03"),
        ("2018. 2.", "2018-02"),
        ("2024년", "2024"),
        ("03/04/2024", "2024-03-04?"),
        ("3월 5일", None),
        ("2024년 13월 5일", None),
        ("1999년생", None),
    ],
)
def test_korean_dates(text: str, wanted: str | None) -> None:
    assert value(text, told=KOREAN) == wanted


def test_other_dates_of_the_page_tell_the_order() -> None:
    assert value("03/04/2024", told=DAY_FIRST) == "2024-04-03"
    assert value("03/04/2024", told=MONTH_FIRST) == "2024-03-04"
    assert value("03.04.24", told=MONTH_FIRST) == "2024-03-04"
    assert value("03/25/2024", told=DAY_FIRST) == "2024-03-25", "it has one reading alone"


def test_figures_without_separators_are_a_date_where_the_field_says_so() -> None:
    assert value("20250304", "Issue date") == "2025-03-04"
    assert value("20250304", "작성일") == "2025-03-04"
    assert value("20250304") == number("20250304")


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("2024-03-05 ~ 2024-04-05", "2024-03-05", "2024-04-05"),
        ("2024.03.05 ~ 03.10", "2024-03-05", "2024-03-10"),
        ("2025. 10. 13. ~ 10. 17.", "2025-10-13", "2025-10-17"),
        ("2024.03.05-2024.03.10", "2024-03-05", "2024-03-10"),
        ("2024년 3월 5일부터 2024년 4월 5일까지", "2024-03-05", "2024-04-05"),
        ("2024년 3월 5일 ~ 4월 5일", "2024-03-05", "2024-04-05"),
        ("from 5 March 2024 to 10 April 2024", "2024-03-05", "2024-04-10"),
        ("March 3 – March 10, 2024", "2024-03-03", "2024-03-10"),
        ("Jan 2020 - Dec 2021", "2020-01", "2021-12"),
    ],
)
def test_ranges_of_dates(text: str, start: str, end: str) -> None:
    assert value(text, told=KOREAN) == {"type": "date_range", "start": start, "end": end}


def test_ranges_are_in_order_and_whole() -> None:
    assert value("2024-03-05 ~ 2023-03-05") is None
    assert value("2024-03-05 ~") is None
    assert value("2024-03-05 ~ 2024-03-06 ~ 2024-03-07") is None
    assert value("03/04/2024 to 05/04/2024") == {
        "type": "date_range", "start": "2024-03-04", "end": "2024-05-04", "ambiguous": True,
    }  # fmt: skip
    assert value("09:00 ~ 18:00") == {"type": "time_range", "start": "09:00", "end": "18:00"}
    assert value("22:00-06:00") == {"type": "time_range", "start": "22:00", "end": "06:00"}, "over midnight"


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("09:42", "09:42"),
        ("14:30:05", "14:30:05"),
        ("2:30 PM", "14:30"),
        ("2:30 p.m.", "14:30"),
        ("12 am", "00:00"),
        ("12:15 pm", "12:15"),
        ("오후 2시 30분", "14:30"),
        ("오전 9:05", "09:05"),
        ("14시", "14:00"),
        ("2:30", "02:30?"),
        ("25:00", None),
        ("13:00 pm", None),
        ("9", number("9")),
        ("2025-03-14 09:42", "2025-03-14T09:42"),
        ("2025-03-14T09:42:10", "2025-03-14T09:42:10"),
        ("14 March 2025, 9:42 am", "2025-03-14T09:42"),
        ("2025년 3월 14일 오전 9시", "2025-03-14T09:00"),
        ("2025.3.14 (금) 14:00", "2025-03-14T14:00"),
    ],
)
def test_times(text: str, wanted: Any) -> None:
    assert value(text) == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("5,000", number("5000")),
        ("1,454.00", number("1454.00")),
        ("0.06", number("0.06")),
        (".5", number("0.5")),
        ("-72.70", number("-72.70")),
        ("− 72.70", number("-72.70")),
        ("+3", number("3")),
        ("(1,234)", number("-1234")),
        ("1,234.50-", number("-1234.50")),
        ("△1,000", number("-1000")),
        ("1.234.567", number("1234567")),
        ("1.234,56", number("1234.56")),
        ("20%", number("20", "%")),
        ("1,285 kg", number("1285", "kg")),
        ("30개", number("30", "개")),
        ("84.9㎡", number("84.9", "㎡")),
        ("30 days", number("30", "days")),
        ("7234", number("7234")),
        ("(3)", None),
        ("12-", None),
        ("--5", None),
        ("007", None),
        ("12,50", None),
        ("1,23,456", None),
        ("1 234", None),
        ("1O0", None),
        ("l00", None),
        ("٣٤", None),
        ("30 days net", None),
        ("22 Orchard Parade", None),
        ("650 x 450 mm", None),
        ("3조", None),
        ("NP-20418", None),
        ("1" * 30, None),
        ("½", None),
        ("²", None),
        ("", None),
    ],
)
def test_numbers(text: str, wanted: Any) -> None:
    assert value(text, told=KOREAN) == wanted


def test_digits_that_are_a_name_are_no_number() -> None:
    for key in ("Invoice number", "Account no.", "계좌번호", "Sort code", "Customer ID", "우편번호", "PO #"):
        assert value("31820466", key) is None
        assert value("10-12-14", key) is None
    assert value("3", "Number of pages") == number("3")
    assert value("2024-03-05", "번호 부여 일자") == "2024-03-05"


@pytest.mark.parametrize(
    ("text", "key", "wanted"),
    [
        ("₩1,200,000", "", money("1200000")),
        ("￦1,200,000", "", money("1200000")),
        ("\\1,200,000", "", money("1200000")),
        ("₩1,200,000-", "", money("1200000")),
        ("1,200,000원", "", money("1200000")),
        ("1,200,000 원정", "", money("1200000")),
        ("-3,000원", "", money("-3000")),
        ("KRW 1,200,000", "", money("1200000")),
        ("금 1,200,000원정", "", money("1200000")),
        ("금 일백이십만원정", "", money("1200000")),
        ("일금 삼백만 원정", "", money("3000000")),
        ("금 팔백사십만 원정 (8,400,000원)", "", money("8400000")),
        ("일금 일천이백삼십사만오천육백칠십팔원정", "", money("12345678")),
        ("120만원", "", money("1200000")),
        ("1억 2,000만원", "", money("120000000")),
        ("3천만원", "", money("30000000")),
        ("12만 5천원", "", money("125000")),
        ("1.5억원", "", money("150000000")),
        ("만원정", "", money("10000")),
        ("5,480,000", "공급가액 (원)", money("5480000")),
        ("5,480", "금액 (단위: 천원)", money("5480000")),
        ("5,480.5", "금액 [천원]", money("5480500")),
        ("6,028,000원 (부가세 포함)", "", money("6028000") | {"note": "부가세 포함"}),
        ("$1,000.50", "", money("1000.50", "USD")),
        ("US$ 1,000.50", "", money("1000.50", "USD")),
        ("-$5.00", "", money("-5.00", "USD")),
        ("$-5.00", "", money("-5.00", "USD")),
        ("($5.00)", "", money("-5.00", "USD")),
        ("$5.00-", "", money("-5.00", "USD")),
        ("$1,000.50 USD", "", money("1000.50", "USD")),
        ("£48.50", "", money("48.50", "GBP")),
        ("GBP 264.00", "", money("264.00", "GBP")),
        ("1,657.56", "Total due (GBP)", money("1657.56", "GBP")),
        ("1,657.56", "Order total USD", money("1657.56", "USD")),
        ("1,657.56", "Order total VAT", number("1657.56")),
        ("1.234,56 €", "", money("1234.56", "EUR")),
        ("12,50 €", "", money("12.50", "EUR")),
        ("¥5,000", "", money("5000", "JPY")),
        ("5,000円", "", money("5000", "JPY")),
        ("일금 삼백만원정 (₩3,000,001)", "", None),
        ("사원", "", None),
        ("구조원", "", None),
        ("만천백원정", "", money("11100")),
        ("금 십백원정", "", None),
        ("금 만억원정", "", None),
        ("금 일이원정", "", None),
        ("0.5원 만", "", None),
        ("$", "", None),
        ("$ 1,00", "", None),
        ("$5 kg", "", None),
        ("₩5 USD", "", None),
        ("(₩5", "", None),
    ],
)
def test_money(text: str, key: str, wanted: Any) -> None:
    assert value(text, key, KOREAN) == wanted


@pytest.mark.parametrize(
    ("text", "key", "told", "wanted"),
    [
        ("02-123-4567", "전화번호", KOREAN, "+8221234567"),
        ("042) 555-0168", "", KOREAN, "+82425550168"),
        ("010.1234.5678", "", KOREAN, "+821012345678"),
        ("01012345678", "휴대폰", KOREAN, "+821012345678"),
        ("1588-1234", "Tel", KOREAN, "+8215881234"),
        ("+1 650-253-0000", "", Hints(), "+16502530000"),
        ("+82-2-123-4567", "", Hints(), "+8221234567"),
        ("(650) 253-0000", "Phone", Hints(), None),
        ("110-555-002741", "계좌번호", KOREAN, None),
        ("012-345-678", "전화", KOREAN, None),
        ("010-1234-567", "휴대폰", KOREAN, None),
        ("+82 10-1234-567", "", Hints(), None),
        ("+999 12345678", "", Hints(), None),
        ("tax@Daon.Example", "", Hints(), "tax@daon.example"),
        ("tax@", "", Hints(), None),
        ("a b@c.com", "", Hints(), None),
        ("☑", "", Hints(), True),
        ("[x]", "", Hints(), True),
        ("☐", "", Hints(), False),
        ("[ ]", "", Hints(), False),
        ("X", "", Hints(), None),
        ("O", "", KOREAN, None),
    ],
)
def test_contacts_and_marks(text: str, key: str, told: Hints, wanted: Any) -> None:
    assert value(text, key, told) == wanted


def test_business_numbers_tell_whether_their_check_digit_is_right() -> None:
    right = {"type": "business_number", "value": "124-81-00998", "valid": True}
    assert value("124-81-00998") == value("124 - 81 - 00998") == right
    assert value("1248100998", "사업자 등록 번호") == value("124-81-00998", "등 록 번 호") == right
    assert value("124-81-00999", "등록번호") == right | {"value": "124-81-00999", "valid": False}
    assert value("124-81-00999") is None
    assert value("124-81-00998", "주문번호") is value("1248100998", "관리번호") is None


def test_what_a_page_tells() -> None:
    assert page_hints(["견적서", "Quotation", "10"]) == Hints(korean=False)
    assert page_hints(["견적일자", "2025년", "No."]) == Hints(korean=True)
    assert page_hints(["Date", "13/04/2024", "05/06/2024"]) == DAY_FIRST
    assert page_hints(["19", "/", "05", "/", "2025"]) == DAY_FIRST
    assert page_hints(["04/13/2024"]) == MONTH_FIRST
    assert page_hints(["13/04/2024", "04/13/2024"]) == Hints()
    assert page_hints(["99/99/2024"]) == page_hints([]) == Hints()


@given(st.dates(date(1969, 1, 1), date(2068, 12, 31)))
def test_every_day_in_every_form(day: date) -> None:
    iso = day.isoformat()
    for form in ("{:%Y-%m-%d}", "{:%Y.%m.%d}", "{:%Y/%m/%d}", "{:%d %B %Y}", "{:%b %d, %Y}", "{:%d-%b-%y}"):
        assert value(form.format(day)).rstrip("?") == iso
    for form in ("{0.year}년 {0.month}월 {0.day}일", "{0.year}. {0.month}. {0.day}.", "{0:%y.%m.%d}"):
        assert value(form.format(day), told=KOREAN).rstrip("?") == iso
    assert value(f"{day:%d/%m/%Y}", told=DAY_FIRST) == value(f"{day:%m/%d/%Y}", told=MONTH_FIRST) == iso
    assert str(value(f"{day:%m/%d/%Y}")).rstrip("?") == iso


@given(st.times())
def test_every_minute(clock: time) -> None:
    iso = clock.strftime("%H:%M")
    assert value(iso) == value(f"{clock:%I:%M} {'am' if clock.hour < 12 else 'pm'}") == iso
    assert value(f"{'오전' if clock.hour < 12 else '오후'} {(clock.hour + 11) % 12 + 1}시 {clock.minute}분") == iso


@given(st.decimals(-(10**12), 10**12, places=2))
def test_every_amount(amount: Decimal) -> None:
    text = f"{abs(amount):,.2f}"
    minus = "-" if amount < 0 else ""
    wanted = f"{minus}{abs(amount):.2f}"
    assert value(f"{minus}{text}") == number(wanted)
    assert value(f"{minus}${text}") == value(f"{minus}{text} USD") == money(wanted, "USD")
    if amount < 0:
        assert value(f"({text})") == value(f"{text}-") == number(wanted)


@given(st.integers(1, 10**16 - 1))
def test_every_sum_in_korean_words(amount: int) -> None:
    def words(number: int) -> str:
        digits = zip(reversed(str(number)), ("", "십", "백", "천"), strict=False)
        return "".join(reversed([" 일이삼사오육칠팔구"[int(d)] + place for d, place in digits if d != "0"]))

    groups = [(amount // 10 ** (4 * i) % 10**4, myriad) for i, myriad in enumerate(("", "만", "억", "조"))]
    spelled = "".join(words(group) + myriad for group, myriad in reversed(groups) if group)
    mixed = " ".join(f"{group:,}{myriad}" for group, myriad in reversed(groups) if group)

    assert value(f"금 {spelled}원정") == value(f"{mixed}원") == money(str(amount))


@given(
    st.text(
        st.sampled_from("0123456789.,-/:~() '%$₩€원만천백십일이년월시분금정오전후aApPmMarchT+#[]xX√☑kg²٣"), max_size=24
    ),
    st.sampled_from(("", "금액 (천원)", "Total (USD)", "전화번호", "Date", "사업자등록번호")),
    st.sampled_from((Hints(), KOREAN, DAY_FIRST)),
)
def test_whatever_is_printed_gives_a_valid_form_or_none(text: str, key: str, told: Hints) -> None:
    check_normal(normalise(text, key, told))


@given(st.text(max_size=100))
def test_any_text_at_all(text: str) -> None:
    found = normalise(text)
    check_normal(found)
    assert found is None or any(c.isdigit() or c in "☑☒✓✔√✅☐□[]()@" for c in text)
