"""Families of contracts: contract of employment, lease, power of attorney."""

from __future__ import annotations

from synthetic.canvas import Canvas
from synthetic.family import Family
from synthetic.korean.blocks.grid import Cell
from synthetic.korean.blocks.paper import Paper
from synthetic.style import Style


def labour(canvas: Canvas, style: Style) -> None:
    """Draw a contract of employment (근로계약서): numbered fields among sentences, both parties at the end."""
    p = Paper(canvas, style)
    rng, values = p.rng, p.values
    p.title("근로계약서|표준근로계약서|연봉계약서|단시간근로자 표준근로계약서")
    p.prose(
        f"{values.company()}(이하 '사업주'라 함)과(와) {values.person()}(이하 '근로자'라 함)은 다음과 같이 "
        f"근로계약을 체결한다."
    )
    fields = (
        ("근로계약기간|계약기간", values.period(), ""),
        ("근무장소|근무지", values.pick("본사|서울 사무소|") or values.address(), ""),
        ("업무의 내용|담당업무", values.reason(), ""),
        ("소정근로시간|근로시간", "09시 00분부터 18시 00분까지", "(휴게시간 : 12시 ~ 13시)"),
        ("근무일/휴일", values.pick("매주 5일 근무|주 5일, 주휴일 일요일|월~금"), ""),
        ("임금|월 급여", values.won(values.amount(6, 6.8)), values.pick("(매월 25일 지급)|(세전)|")),
        ("연차유급휴가", values.pick("근로기준법에 따름|연 15일|"), ""),
        ("사회보험 적용여부", values.pick("고용보험, 산재보험|4대보험 가입|"), ""),
        ("임금지급일", values.pick("매월 10일|매월 말일|익월 5일"), "(휴일의 경우는 전일 지급)"),
    )
    numbers = rng.choice(("{}. ", "제{}조 ", "{}) "))
    for number, (name, text, aside) in enumerate(rng.sample(fields, rng.randint(5, 9)), 1):
        p.field(numbers.format(number) + values.pick(name), text, seal=aside)
        p.line(1.9)
        if name.startswith("임금|"):
            for own in rng.sample(("상여금", "제수당", "기본급", "식대"), rng.randint(1, 3)):
                p.field(f"- {own}", values.won(values.amount(4.5, 6.3)), x=0.06, offset=7)
                p.line(1.8)
        elif rng.random() < 0.35:
            p.prose(f"- {values.sentence()}", indent=2, size=0.95)
    p.prose(f"{values.pick('기타|그 밖의 사항')} - {values.sentence()} {values.sentence()}")
    p.y = canvas.text(values.date(), p.x0, p.y + canvas.size, "ANSWER", room=p.x1 - p.x0, align="center").y1
    p.skip(1.2)
    for title, fields_of in (
        (
            "(사업주)|[사용자]|갑",
            (("사업체명|상호", values.company()), ("주소", values.address()), ("대표자", values.person())),
        ),
        ("(근로자)|[근로자]|을", (("주소", values.address()), ("연락처", values.mobile()), ("성명", values.person()))),
    ):
        head = canvas.text(values.pick(title), p.x0, p.y, "HEADER")
        for name, text in fields_of:
            key = p.field(name, text, x=0.14, offset=5, seal="(서명)" if name in ("대표자", "성명") else "")
            canvas.link(head, key)
            p.line(1.8)
        p.skip(0.4)
    p.done()


def lease(canvas: Canvas, style: Style) -> None:
    """Draw a lease (임대차계약서): the building and the sums in grids, articles in prose, parties in blocks of rows."""
    p = Paper(canvas, style)
    rng, values = p.rng, p.values
    p.title("부동산 임대차 계약서|부동산임대차계약서|상가 월세 계약서|주택 전세 계약서")
    p.prose(values.pick("임대인과 임차인은 아래 표시 부동산에 관하여 다음과 같이 합의하여 계약을 체결한다.|"))
    p.section("1. 부동산의 표시|[부동산의 표시]")
    _property(p)
    p.skip(0.6)
    p.section("2. 계약내용|[계약내용]")
    deposit = values.amount(7, 8.5)
    p.prose(f"제1조 {values.pick('임차인은 보증금을 아래와 같이 지불하기로 한다.|(보증금) 아래와 같이 지급한다.')}")
    p.grid(
        (1, 6),
        [
            (p.q(name), p.a(values.written(amount) + values.pick(f"은 {when}에 지불함|은 {when}에 지급한다|")))
            for name, amount, when in (
                ("보증금|전세금", deposit, "계약 시"),
                ("계약금", deposit // 10, "계약 시"),
                ("중도금", deposit // 5, values.date()),
                ("잔금", deposit // 2, values.date()),
                ("차임|월세", values.amount(5, 6.5), "매월 1일"),
            )
            if rng.random() < 0.85
        ]
        or ((p.q("보증금"), p.a(values.written(deposit))),),
    )
    for number in range(2, rng.randint(4, 9)):
        p.prose(
            f"제{number}조 ({values.pick('존속기간|용도변경|계약의 해지|수선|계약금 해제|중개수수료')}) "
            f"{values.sentence()} {values.sentence()}",
            size=0.92,
        )
    p.section("특약사항|[특약사항]|※ 특약사항")
    for number in range(1, rng.randint(2, 4)):
        p.prose(f"{number}. {values.sentence()}", size=0.92)
    p.y = canvas.text(values.date(), p.x0, p.y, "ANSWER", room=p.x1 - p.x0, align="center").y1
    p.skip(0.8)
    _parties(p)
    p.done()


def _property(p: Paper) -> None:
    values = p.values
    p.grid(
        (1, 1, 1.6, 1, 1.6, 1, 1.6),
        (
            (p.q("소재지"), p.a(values.address(), columns=6)),
            (
                p.h("토지"),
                p.q("지목"),
                p.a(values.pick("대|전|답")),
                p.q("대지권"),
                p.a(values.digits("##분의&")),
                p.q("면적"),
                p.a(values.digits("&#.##㎡")),
            ),
            (
                p.h("건물"),
                p.q("구조"),
                p.a(values.pick("철근콘크리트|벽돌조|철골")),
                p.q("용도"),
                p.a(values.pick("주거용|근린생활|사무실")),
                p.q("면적"),
                p.a(values.digits("&#.##㎡")),
            ),
            (
                p.q("임대할 부분|임차부분", columns=2),
                p.a(values.pick("전체|2층 201호|1층 일부|옥탑 포함 전체"), columns=5),
            ),
        ),
    )


def _parties(p: Paper) -> None:
    values = p.values
    rows: list[tuple[Cell, ...]] = []
    for party in ("임대인", "임차인", "개업공인중개사")[: p.rng.randint(2, 3)]:
        rows.append(
            (
                p.h(party, rows=2, upright=len(party) < 5),
                p.q("주소"),
                p.a(values.address(), columns=4),
                p.o("(인)", rows=2),
            )
        )
        rows.append(
            (
                p.q("주민등록번호|주민번호"),
                p.a(values.resident_number()),
                p.q("성명"),
                p.a(f"{values.person()} {values.mobile()}", columns=2),
            )
        )
    p.grid((0.8, 1.1, 2, 0.8, 1.2, 1.2, 0.7), rows)


def attorney(canvas: Canvas, style: Style) -> None:
    """Draw a power of attorney (위임장): both persons and the matters, ticked or in sentences; often half a page."""
    p = Paper(canvas, style)
    rng, values = p.rng, p.values
    p.title("위임장|위 임 장|대리인 위임장|인감증명 위임장")
    parties = rng.sample(("위임인|위임자|위임하는 사람", "대리인|수임인|위임받는 사람"), 2)
    boxed = rng.random() < 0.5
    for title in parties:
        fields = (
            ("성명", values.person()),
            ("생년월일|주민등록번호", values.resident_number()),
            ("주소", values.address()),
            ("연락처|전화번호", values.mobile()),
            ("관계|위임인과의 관계", values.pick("본인|배우자|자|직원|형제")),
        )[: rng.randint(3, 5)]
        if boxed:
            head = p.h(title, rows=len(fields))
            rows = [[p.q(name), p.a(text)] for name, text in fields]
            rows[0].insert(0, head)
            p.grid((1, 1.1, 4), rows)
        else:
            p.section(title)
            for name, text in fields:
                p.field(f"{values.pick('○|-|·|')} {values.pick(name)}".strip(), text, x=0.04, offset=8)
                p.line(2)
        p.skip(0.6)
    p.section("위임사항|위임내용|권한")
    if rng.random() < 0.5:
        p.grid(
            (1, 4),
            (
                (p.q("위임업무|구분"), p.options("발급|수령|신고|변경|해지")),
                (p.q("용도|사용용도"), p.a(values.reason())),
            ),
        )
        p.skip(0.5)
    for number in range(1, rng.randint(2, 5)):
        p.prose(f"{number}. {values.sentence()}")
    p.prose(
        values.pick(
            "본인은 위 사람을 대리인으로 정하고 위 권한을 위임합니다.|위 대리인에게 상기 업무에 관한 "
            "일체의 권한을 위임합니다."
        )
    )
    p.signed("위임인|위임자", place="○○동장 귀하|은행장 귀하|귀중")
    p.done()


FAMILIES = (
    Family("ko labour contract", ("ko",), 1.1, labour),
    Family("ko lease", ("ko",), 1.1, lease),
    Family("ko attorney", ("ko",), 0.9, attorney),
)
