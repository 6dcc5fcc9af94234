"""Families kept out of training: parcel label, hospital bill. They share values with other families, but no layout."""

from __future__ import annotations

from synthetic.canvas import Canvas, Spot
from synthetic.family import Family
from synthetic.korean.form_values import FormValues
from synthetic.style import Style
from synthetic.words import word_list

_CARE = word_list("korean-families", "hospital-bill", "care")
_PARCEL = word_list("korean-families", "parcel", "contents")


def parcel(canvas: Canvas, style: Style) -> None:
    """Draw a parcel label (택배 송장): large numbers, both parties, a strip of captions, small print."""
    rng, values = canvas.rng, FormValues(canvas.rng, canvas.vocabulary)
    canvas.width, size = rng.uniform(480, 640), rng.uniform(10, 12.5)
    canvas.size, right, x, y = size, canvas.width - 15, 15.0, 15.0
    number = values.digits(values.pick("####-####-####|&###########|###-####-####"))
    key = canvas.text(values.pick("운송장번호|송장번호|운송장 번호"), x, y + 0.4 * size, "QUESTION")
    spot = canvas.text(number, key.x1 + size, y, "ANSWER", size=1.5 * size)
    canvas.link(key, spot)
    canvas.text(values.pick("한빛택배|누리로지스|바른통운|가온택배"), spot.x1 + 2 * size, y, "OTHER", size=1.3 * size)
    y += 2.6 * size
    code = canvas.text(values.digits(values.pick("&C ## - #A|### - A## - 0#|S## B#")), x, y, "OTHER", size=2.6 * size)
    if rng.random() < 0.6:
        canvas.text(values.pick("강남|수성|해운대|분당|서면|유성"), code.x1 + size, y, "OTHER", size=2.2 * size)
    y += 3.6 * size
    parties = [("받는 분|받으시는 분|수취인|TO", 1.15), ("보내는 분|보내시는 분|송하인|FROM", 1.0)]
    if rng.random() < 0.3:
        parties.reverse()
    for title, scale in parties:
        canvas.rule(x, y - 0.4 * size, right, y - 0.4 * size)
        y = _addressee(canvas, values, values.pick(title), scale * size, x, right, y)
    strip: tuple[tuple[str, str], ...] = (
        ("품명|상품명", values.pick("|".join(_PARCEL))),
        ("수량", values.digits("&")),
        ("운임|운임구분", values.pick("선불|착불|신용")),
    )
    strip += (
        ("박스크기", values.pick("극소|소|중|대")),
        ("접수일|집하일", values.date()),
        ("금액", values.won(values.amount(3.4, 4.2))),
    )
    strip = strip[: rng.randint(4, 6)]
    wide = (right - x) / len(strip)
    canvas.frame(x, y - 0.3 * size, right, y + 4.2 * size)
    for place, (name, text) in enumerate(strip):
        at = x + place * wide
        key = canvas.text(values.pick(name), at, y, "QUESTION", size=0.85 * size, room=wide, align="center")
        canvas.link(
            key, canvas.text(text, at + 2, y + 1.5 * size, "ANSWER", size=0.9 * size, room=wide - 4, align="center")
        )
        canvas.rule(at, y - 0.3 * size, at, y + 4.2 * size)
    y += 5 * size
    key = canvas.text(values.pick("배송메세지|배송 메모|요청사항"), x, y, "QUESTION")
    if rng.random() < 0.8:
        memo = values.pick("부재 시 경비실에 맡겨 주세요|문 앞에 놓아주세요|배송 전 연락 바랍니다|파손주의|냉장보관")
        canvas.link(key, canvas.text(memo, key.x1 + size, y, "ANSWER", room=right - key.x1 - size))
    y += 2.2 * size
    small = (
        "개인정보 보호를 위하여 인수자는 운송장을 폐기하여 주시기 바랍니다. 분실·파손 신고는 수령 후 "
        "14일 이내에 하셔야 합니다."
    )
    y = canvas.text(small, x, y, "OTHER", size=0.75 * size, room=right - x).y1 + size
    canvas.text(number.replace("-", ""), x, y, "OTHER", room=right - x, align="center")
    canvas.height = y + 2.5 * size


def _addressee(canvas: Canvas, values: FormValues, title: str, size: float, x: float, right: float, y: float) -> float:
    """Print a party: title at the left, name and telephone in a line, the address below. Return the y below."""
    head = canvas.text(title, x, y, "HEADER", size=size, room=5 * canvas.size)
    left = x + 6.5 * canvas.size
    at, bottom = left, y + size
    for name, text in (("성명|이름", values.person()), ("전화|연락처|TEL", values.mobile().replace("010", "0502"))):
        key = canvas.text(values.pick(name), at, y, "QUESTION", size=0.9 * size)
        canvas.link(head, key)
        spot = canvas.text(text, key.x1 + 0.6 * size, y, "ANSWER", size=size)
        canvas.link(key, spot)
        at = spot.x1 + 2 * size
    y += 1.7 * size
    key = canvas.text("주소", left, y, "QUESTION", size=0.9 * size)
    canvas.link(head, key)
    spot = canvas.text(values.address(), key.x1 + 0.6 * size, y, "ANSWER", size=size, room=right - key.x1 - size)
    canvas.link(key, spot)
    return max(spot.y1, head.y1, bottom) + 1.1 * canvas.size


def hospital(canvas: Canvas, style: Style) -> None:
    """Draw a hospital bill (진료비 계산서): captions over values, a matrix of sums under two tiers of heads, totals."""
    rng, values = canvas.rng, FormValues(canvas.rng, canvas.vocabulary)
    canvas.width = 827.0
    size = canvas.size = min(canvas.size, 11.5)
    x0, x1, y = 50.0, 777.0, rng.uniform(30, 60)
    title = values.pick("진료비 계산서·영수증|진료비 영수증|외래 진료비 계산서 영수증|입원 진료비 계산서·영수증")
    y = canvas.text(title, x0, y, "HEADER", size=1.6 * size, room=x1 - x0, align="center").y1 + size
    strip: tuple[tuple[str, str], ...] = (
        ("환자등록번호|등록번호", values.digits("########")),
        ("환자 성명|성명", values.person()),
        ("진료기간", values.date()),
    )
    strip += (
        ("진료과목|진료과", values.pick("내과|정형외과|안과|이비인후과|치과|소아청소년과")),
        ("병실", values.digits("&0#")),
    )
    strip += (("환자구분", values.pick("건강보험|의료급여|일반|산재")), ("영수증번호", values.digits("####-######")))
    strip = strip[: rng.randint(5, 7)]
    wide = (x1 - x0) / len(strip)
    for place, (name, text) in enumerate(strip):
        at = x0 + place * wide
        canvas.frame(at, y - 0.4 * size, at + wide, y + 3.4 * size)
        key = canvas.text(values.pick(name), at + 3, y, "QUESTION", room=wide - 6, align="center", size=0.92 * size)
        if rng.random() < 0.92:
            canvas.link(
                key,
                canvas.text(text, at + 3, y + 1.6 * size, "ANSWER", room=wide - 6, align="center", size=0.92 * size),
            )
    y += 4.4 * size
    edge = x0 + 0.64 * (x1 - x0)
    low = _matrix(canvas, values, x0, edge - 0.5 * size, y)
    names = ("진료비 총액", "공단부담 총액", "환자부담 총액", "이미 납부한 금액", "납부할 금액", "현금영수증 승인번호")
    header = canvas.text(values.pick("금액산정내용|수납금액"), edge, y, "HEADER", room=x1 - edge, align="center")
    y += 2.4 * size
    for number, name in enumerate(names):
        mark = "⑥⑦⑧⑨⑩⑪"[number] if style.numbered < 0.5 else ""
        key = canvas.text(f"{mark} {name}".strip(), edge, y, "QUESTION", room=9 * size)
        canvas.link(header, key)
        if rng.random() < 0.85:
            canvas.link(key, _flush(canvas, values.won(values.amount(3, 6)), x1 - 4, y))
        y = max(y + 2.1 * size, key.y1 + 0.7 * size)
    y = max(y, low) + size
    for name, text in (
        ("요양기관 종류", values.pick("의원급|병원|상급종합병원")),
        ("사업자등록번호", values.business_number()),
        ("상호", values.company()),
    ):
        key = canvas.text(name, x0, y, "QUESTION")
        canvas.link(key, canvas.text(text, x0 + 11 * size, y, "ANSWER"))
        y += 1.8 * size
    y = canvas.text(values.date(), x0, y, "ANSWER", room=x1 - x0, align="center").y1 + 0.8 * size
    notes = " ".join(f"{number}. {values.sentence()}" for number in range(1, rng.randint(3, 6)))
    y = canvas.text(notes, x0, y, "OTHER", size=0.85 * size, room=x1 - x0).y1
    canvas.height = max(1169.0, y + 20) if rng.random() < 0.6 else y + 40


def _matrix(canvas: Canvas, values: FormValues, x0: float, x1: float, y: float) -> float:
    """Print kinds of care in rows and payers in columns, under a head for two of them. Return the y below."""
    rng, size = canvas.rng, canvas.size
    start, top = x0 + 0.34 * (x1 - x0), y
    wide = (x1 - start) / 3
    canvas.text(values.pick("항목|구분"), x0, y + 0.8 * size, "QUESTION", room=start - x0, align="center")
    group = canvas.text(values.pick("급여|급 여|요양급여"), start, y, "HEADER", room=2 * wide, align="center")
    heads: list[Spot] = []
    for place, name in enumerate(("본인부담금", "공단부담금")):
        heads.append(
            canvas.text(
                name, start + place * wide, y + 1.7 * size, "QUESTION", room=wide, align="center", size=0.9 * size
            )
        )
        canvas.link(group, heads[-1])
    heads.append(
        canvas.text(
            values.pick("비급여|비 급 여"), start + 2 * wide, y + 0.8 * size, "QUESTION", room=wide, align="center"
        )
    )
    y += 3.6 * size
    names, sums = sorted(rng.sample(_CARE, rng.randint(5, 11)), key=_CARE.index), [0, 0, 0]
    for name in (*names, values.pick("합계|계")):
        canvas.rule(x0, y - 0.4 * size, x1, y - 0.4 * size)
        key = canvas.text(name, x0 + 3, y, "QUESTION", room=start - x0 - 6)
        for place, head in enumerate(heads):
            sum_ = sums[place] if name not in names else values.amount(3, 5.8) if rng.random() < 0.6 else 0
            sums[place] += sum_
            if sum_:
                spot = _flush(canvas, f"{sum_:,}", start + (place + 1) * wide - 4, y)
                canvas.link(head, spot)
                canvas.link(key, spot)
        y = key.y1 + 0.8 * size
    canvas.frame(x0, top - 0.4 * size, x1, y - 0.4 * size)
    for place in range(3):
        canvas.rule(start + place * wide, top, start + place * wide, y - 0.4 * size)
    return y


def _flush(canvas: Canvas, text: str, right: float, y: float, label: str = "ANSWER") -> Spot:
    """Print a text that ends at `right`."""
    return canvas.text(text, right - 400, y, label, room=400, align="right")


FAMILIES = (
    Family("ko parcel", ("ko",), 1.0, parcel, held_out=True),
    Family("ko hospital bill", ("ko",), 1.0, hospital, held_out=True),
)
