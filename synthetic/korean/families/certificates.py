"""Families of certificates and notices: business registration, prescription, payment notice."""

from __future__ import annotations

from synthetic.canvas import Canvas, Spot
from synthetic.family import Family
from synthetic.korean import office_words
from synthetic.korean.blocks.grid import Cell
from synthetic.korean.blocks.paper import Paper
from synthetic.style import Style
from synthetic.words import word_list

_DRUGS = word_list("korean-families", "prescription", "drugs")


def registration(canvas: Canvas, style: Style) -> None:
    """Draw a business registration (사업자등록증): no rules, names spread over one width, trades in two columns."""
    p = Paper(canvas, style)
    rng, values, size = p.rng, p.values, canvas.size
    p.skip(rng.uniform(1, 5))
    p.title("사업자등록증|영업신고증|통신판매업신고증|공장등록증명서|사업자등록증명")
    kind = values.pick("(일반과세자)|(법인사업자)|(간이과세자)|")
    if kind:
        p.prose(kind, align="center")
    number = p.field("등록번호|신고번호", values.business_number(), x=rng.uniform(0.2, 0.36))
    p.y = number.y1 + 2 * size
    wide = rng.uniform(8, 11)
    left = rng.choice((0.0, 0.04, 0.1))
    numbered = rng.random() < 0.3
    fields = (
        ("상호|법인명(단체명)|업소명", values.company()),
        ("성명|대표자|대표자 성명", values.person()),
        ("생년월일|법인등록번호", values.birthday() if rng.random() < 0.5 else values.digits("######-#######")),
        ("개업연월일|개업일|영업개시일", values.date()),
        ("사업장 소재지|소재지", values.address()),
        ("본점 소재지", values.address()),
    )
    for place, (name, text) in enumerate(fields, 1):
        if rng.random() < 0.1:
            continue
        _spread(p, (f"{place}. " if numbered else "") + values.pick(name), text, left, wide)
    key = _spread(p, values.pick("사업의 종류|영업의 종류"), "", left, wide, label="HEADER")
    x, y = p.x0 + left * (p.x1 - p.x0) + (wide + 1.5) * size, key.y0
    for name, choices in (("업태", office_words.TRADES), ("종목", office_words.LINES)):
        own = canvas.text(name, x, y, "QUESTION")
        low = y
        for _ in range(rng.randint(1, 3)):
            spot = canvas.text(values.of(choices), own.x1 + size, low, "ANSWER", room=12 * size)
            canvas.link(own, spot)
            low = spot.y1 + 0.6 * size
        canvas.link(key, own)
        p.y, x = max(p.y, low), own.x1 + 14 * size
    p.skip()
    _spread(p, values.pick("발급사유|교부사유"), values.pick("신규|정정|재발급|주소 변경"), left, wide)
    if rng.random() < 0.6:
        _spread(p, "공동사업자", values.pick("해당없음|") or values.person(), left, wide)
    line = "사업자 단위 과세 적용사업자 여부 : 여( ) 부(∨)|전자세금계산서 전용 전자우편주소 :"
    p.prose(values.pick(line), indent=left * 50)
    p.skip(rng.uniform(1, 4))
    p.y = (
        canvas.text(values.date(), p.x0, p.y, "ANSWER", room=p.x1 - p.x0, align="center", size=1.2 * size).y1 + 2 * size
    )
    p.prose(
        f"{values.pick('강남|수원|부산진|천안|서대구')}{values.pick('세무서장|구청장|시장')} "
        f"{values.pick('(직인)|[관인생략]|')}",
        align="center",
        size=1.7,
    )
    p.done()


def _spread(p: Paper, name: str, text: str, left: float, wide: float, *, label: str = "QUESTION") -> Spot:
    """Print a name whose letters fill `wide` font sizes, a colon, and the value."""
    canvas, size = p.canvas, p.canvas.size
    x = p.x0 + left * (p.x1 - p.x0)
    letters = name.replace(" ", "")
    if "." not in name and "(" not in name and p.rng.random() < 0.7:
        inked = sum(canvas.measure(letter) for letter in letters) / size
        gap = max((wide - 1 - inked) / max(len(letters) - 1, 1), 0.1)
        key = canvas.text(" ".join(letters), x, p.y, label, gap=gap)
    else:
        key = canvas.text(name, x, p.y, label)
    canvas.text(":", x + wide * size, p.y, label, entity=key.entity)
    p.y = key.y1
    if text:
        at = x + (wide + 1.2) * size
        spot = canvas.text(text, at, key.y0, "ANSWER", room=p.x1 - at)
        canvas.link(key, spot)
        p.y = spot.y1
        p.skip(p.rng.uniform(0.7, 1.5))
    return key


def prescription(canvas: Canvas, style: Style) -> None:
    """Draw a prescription (처방전): patient beside hospital, drugs with doses, the pharmacist's part."""
    p = Paper(canvas, style)
    rng, values = p.rng, p.values
    p.title("처방전|처 방 전|원외처방전")
    p.grid(
        (1.2, 2.2, 0.5, 1.2, 2.2),
        (
            (
                p.q("교부번호"),
                p.a(values.date() + values.digits(" 제#####호")),
                p.h("의료기관", rows=3, upright=True),
                p.q("명칭|의료기관명"),
                p.a(values.company().split("(")[0] + "의원"),
            ),
            (p.q("환자 성명|성명"), p.a(values.person()), p.q("전화번호"), p.a(values.phone())),
            (p.q("주민등록번호"), p.a(values.resident_number()), p.q("팩스번호|팩스"), p.a(values.phone())),
        ),
    )
    codes = values.digits(values.pick("J##.#|M##.#|K##|I##"))
    p.grid(
        (1.2, 1.3, 1.4, 1.6, 1, 1.2),
        (
            (
                p.q("질병분류기호"),
                p.a(codes),
                p.q("처방의료인 성명"),
                p.a(values.person() + " (서명)"),
                p.q("면허번호"),
                p.a(values.digits("제#####호")),
            ),
        ),
    )
    p.prose(
        values.pick("※ 환자가 요구하면 질병분류기호를 적지 않습니다.|※ 본 처방전은 교부일로부터 3일간 유효합니다."),
        size=0.85,
    )
    names = ("처방 의약품의 명칭|약품명", "1회 투약량|투약량", "1일 투여횟수|횟수", "총 투약일수|일수", "용법|비고")
    rows = [[p.q(name) for name in names]]
    days = rng.choice((3, 5, 7, 30))
    for drug in rng.sample(_DRUGS, rng.randint(2, 8)):
        doses = (values.pick("1|0.5|2|10"), values.pick("1|2|3"), str(days), values.pick("식후 30분|취침 전|필요시|"))
        rows.append([p.t(drug), *(p.t(dose, "center") for dose in doses)])
    rows += [[Cell() for _ in names] for _ in range(rng.choice((0, 1, 3)))]
    p.grid((3.4, 1, 1, 1, 1.6), rows)
    p.grid(
        (1, 4),
        (
            (p.q("사용기간"), p.a(f"교부일로부터 ({days})일간")),
            (p.q("주사제 처방내역|조제시 참고사항"), p.a(values.pick("|원내조제|해당없음"))),
        ),
    )
    p.skip(0.5)
    p.grid(
        (0.5, 1.2, 2.2, 1.2, 2.2),
        (
            (
                p.h("조제내역", rows=2, upright=True),
                p.q("조제기관의 명칭"),
                p.a(values.company() + "약국"),
                p.q("조제약사"),
                p.a(values.person()),
            ),
            (p.q("조제량(조제일수)"), p.a(f"{days}일분"), p.q("조제연월일"), p.a(values.date())),
        ),
    )
    p.done()


def notice(canvas: Canvas, style: Style) -> None:
    """Draw a payment notice (납부고지서): the same slip two or three times side by side."""
    p = Paper(canvas, style, width=1169.0, size=canvas.rng.uniform(9.5, 11.5))
    canvas.height = 827.0
    p.y = canvas.rng.uniform(25, 50)
    rng, values = p.rng, p.values
    kind = values.pick("지방세|상하수도 요금|등록금|관리비|과태료|교통유발부담금")
    whole, count = (p.x0, p.x1), rng.randint(2, 3)
    due, number, total = values.date(), values.digits("####-##-######"), values.amount(3.5, 6.5)
    name, address, month = values.person(), values.address(), values.month()
    taxes = [
        (f"{tax}", values.amount(2, 5.5))
        for tax in rng.sample(
            ("본세", "가산금", "교육세", "농특세", "기본료", "사용료", "연체료", "부가세"), rng.randint(2, 4)
        )
    ]
    top, low = p.y, p.y
    for place, title in enumerate(
        ("납부고지서|고지서", "영수증|납부자 보관용 영수증", "수납기관용|영수필통지서")[:count]
    ):
        step = (whole[1] - whole[0]) / count
        p.x0, p.x1, p.y = whole[0] + place * step, whole[0] + (place + 1) * step - 1.5 * canvas.size, top
        p.y = canvas.text(
            f"{kind} {values.pick(title)}",
            p.x0,
            p.y,
            "HEADER",
            size=1.25 * canvas.size,
            room=p.x1 - p.x0,
            align="center",
        ).y1
        p.skip()
        p.grid(
            (1, 1.9),
            (
                (p.q("납부번호|전자납부번호"), p.a(number)),
                (p.q("납부자|성명"), p.a(name)),
                (p.q("주소"), p.a(address)),
                (p.q("부과년월|귀속"), p.a(month)),
            ),
        )
        p.skip(0.5)
        rows = [[p.q("세목|구분"), p.q("금액|납부금액")]]
        rows += [[p.q(tax), p.t(values.won(sum_), "right", "both")] for tax, sum_ in taxes]
        rows.append([p.q("합계|계|납기내 금액"), p.t(values.won(total), "right", "both")])
        p.grid((1, 1.4), rows)
        p.skip(0.5)
        p.field("납부기한|납기", due)
        p.line(1.8)
        p.prose(
            values.pick("위 금액을 납부하시기 바랍니다.|위 금액을 영수합니다.|기한 경과 시 가산금이 부과됩니다."),
            size=0.9,
        )
        p.y = canvas.text(
            values.pick("○○구청장 (직인)|징수관|수납인|출납원 (인)"),
            p.x0,
            p.y,
            "OTHER",
            room=p.x1 - p.x0,
            align="center",
        ).y1
        low = max(low, p.y)
    p.y, (p.x0, p.x1) = low, whole
    canvas.height = max(low + canvas.size, 420.0)


FAMILIES = (
    Family("ko registration", ("ko",), 1.0, registration),
    Family("ko prescription", ("ko",), 0.9, prescription),
    Family("ko notice", ("ko",), 0.9, notice),
)
