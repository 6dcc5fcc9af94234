"""Families of accounts: settlements, financial statements, bills of fees, calculations, household accounts."""

from __future__ import annotations

from synthetic.canvas import Canvas
from synthetic.family import Family
from synthetic.korean.blocks.cell_values import (
    ADDRESS,
    CODE,
    COMPANY,
    DATE,
    DEPARTMENT,
    MONTH,
    PERIOD,
    PERSON,
    PHONE,
    REASON,
    SHARE,
    change,
    money,
    number,
    pick,
)
from synthetic.korean.blocks.common_parts import Headings, masthead, notes, particulars
from synthetic.korean.blocks.grid import ANSWER, OTHER, QUESTION, Cell
from synthetic.korean.blocks.named_row_tables import Column, TableKind, named_row_table
from synthetic.korean.blocks.paper import Paper
from synthetic.style import Style
from synthetic.words import read, word_lists

_SPENT = TableKind(
    "비목|과목|세목|항목|예산과목|지출항목",
    word_lists("korean-tables", "expenses"),
    (
        Column("예산액|예산|당초예산|계획", money(), 1.2, "right", "금액|예산 대비", True, True),
        Column("집행액|지출액|집행|실적", money(), 1.2, "right", "금액|예산 대비", True, True),
        Column("잔액|차액|불용액", money(2.5, 5.5, 0.3), 1.1, "right", "금액|예산 대비", True),
        Column("집행률|비율", SHARE, 0.8, "center", "", True),
        Column("지출일|집행일", DATE, 1.3),
        Column("비고|산출근거|증빙번호", pick("||증빙 3|카드|계좌이체|이월|영수증 첨부"), 1.1),
    ),
    sums="합계|총계|소계|계|합 계",
    groups="구분|관|항|재원",
)


def settlement(canvas: Canvas, style: Style) -> None:
    """Draw a settlement of funds (정산서): plan and expense by name, the balance and its use."""
    p = Paper(canvas, style)
    headings = Headings(p)
    title = "사업비 정산서|보조금 정산보고서|행사경비 정산서|여비 정산서|동호회 결산서|예산 집행 내역서|수입지출 결산서"
    masthead(p, title, ranks="담당|팀장|국장/회계|총무|회장/담당|과장|부장")
    particulars(
        p,
        {
            "사업명|행사명": REASON,
            "단체명|기관명|수행기관": COMPANY,
            "사업기간|행사기간": PERIOD,
            "담당자|작성자|회계책임자": PERSON,
            "총사업비|교부액": money(5.5, 7.5, 0),
            "부서": DEPARTMENT,
        },
        "사업개요|기본사항",
    )
    unit(p)
    named_row_table(p, _SPENT, headings)
    notes(p, ("모든 지출은 증빙을 첨부하여야 한다.", "잔액은 정산일부터 10일 이내에 반납한다.", "천원 미만은 버림."))
    p.prose(
        p.values.pick("위와 같이 정산합니다.|상기와 같이 집행하였음을 보고합니다.|위와 같이 결산 보고함."),
        align="center",
    )
    p.signed("보고자|회계|작성자", place="이사회 귀중|군수 귀하|회원 일동")
    p.done()


def unit(p: Paper) -> None:
    """Print the unit of all sums at the right, above their table."""
    if p.rng.random() < 0.6:
        text = p.values.pick("(단위 : 원)|(단위: 천원)|단위:백만원|(단위:원)|[단위 : 원]")
        room = p.x1 - p.x0
        p.y = p.canvas.text(text, p.x0, p.y, OTHER, size=0.9 * p.canvas.size, room=room, align="right").y1
        p.skip(0.4)


_YEARS = (
    Column("당기|제12(당)기|당기말|금액", money(4, 8), 1.4, "right", "금액|회계연도", True, True),
    Column("전기|제11(전)기|전기말", money(4, 8), 1.4, "right", "금액|회계연도", True, True),
    Column("증감|증감액", change(), 1.1, "right", "", True),
    Column("증감률|구성비", SHARE, 0.8, "center"),
)
_BALANCE = TableKind(
    "과목|계정과목|과 목|항목",
    word_lists("korean-tables", "balance"),
    _YEARS,
    sums="자산총계|부채총계|자본총계|합계|총계|부채와 자본 총계",
)
_INCOME = TableKind(
    "과목|계정과목|항목|구분",
    word_lists("korean-tables", "income"),
    _YEARS,
    sums="매출총이익|영업이익|당기순이익|계|합계|경상이익",
)


def statement(canvas: Canvas, style: Style) -> None:
    """Draw a balance sheet or income statement (재무상태표, 손익계산서): accounts by term, with sums."""
    p = Paper(canvas, style)
    rng, values, headings = p.rng, p.values, Headings(p)
    balance = rng.random() < 0.5
    title = (
        "재무상태표|대차대조표|요약 재무상태표|자산부채 현황"
        if balance
        else "손익계산서|요약 손익계산서|수지계산서|포괄손익계산서"
    )
    masthead(p, title, dated=0.1)
    year = int(values.month()[:4])
    term = "제{n}기 {y}년 12월 31일 현재" if balance else "제{n}기 {y}년 1월 1일부터 {y}년 12월 31일까지"
    for back in range(rng.randint(0, 2)):
        p.prose(term.format(n=rng.randint(12, 30) - back, y=year - back), align="center", size=0.95)
    company = values.pick("회사명|상호|법인명")
    if rng.random() < 0.6:
        p.field(company, values.company())
        p.line(1.6)
    unit(p)
    named_row_table(p, _BALANCE if balance else _INCOME, headings, most=5)
    if rng.random() < 0.5:
        p.grid((1, 2, 1, 2), ((p.q("작성자|공인회계사"), p.a(values.person()), p.q("대표이사"), p.a(values.person())),))
    notes(p, ("별첨 주석은 본 재무제표의 일부입니다.", "전기 금액은 재분류되었음.", "일반기업회계기준에 따라 작성함."))
    p.done()


_FEES = TableKind(
    "항목|관리비 항목|부과항목|요금내역|구분|내역",
    word_lists("korean-tables", "fees"),
    (
        Column("당월|당월금액|금액|이번달", money(2.8, 5), 1.0, "right", "부과금액|요금", True, True),
        Column("전월|전월금액|지난달", money(2.8, 5), 1.0, "right", "부과금액|요금", True),
        Column("증감|차이", change(1.5, 4), 0.9, "right", "", True),
        Column("사용량|사용량(kWh)", number(1, 400, 0, "|| kWh|㎥"), 0.9),
    ),
    sums="합계|당월 부과액|소계|당월분 계|청구금액|계",
)
_METERS = TableKind(
    "검침|구분|계량기|종류",
    word_lists("korean-tables", "meters"),
    (
        Column("당월지침|현재지침", number(100, 9999), needed=True),
        Column("전월지침|이전지침", number(100, 9999)),
        Column("사용량", number(1, 400, 0, "||kWh|㎥"), needed=True),
        Column("동일면적 평균|전년동월", number(1, 400)),
    ),
)


def fees(canvas: Canvas, style: Style) -> None:
    """Draw a bill of fees (관리비·요금 고지서): the flat, fees of two months by name, meters, amount and due date."""
    p = Paper(canvas, style)
    rng, values, headings = p.rng, p.values, Headings(p)
    masthead(
        p,
        "관리비 납입고지서|관리비 부과내역서|전기요금 청구서|요금 고지서|사용료 내역|상하수도요금 납입통지서",
        dated=0.7,
    )
    flat = number(101, 118, 0, "동 1203호|동 502호|-801|동 304호")
    particulars(
        p,
        {
            "동호수|동/호|세대": flat,
            "입주자|사용자명|고객명": PERSON,
            "납부마감일|납기일|납기내": DATE,
            "고지번호|고객번호|전자납부번호": CODE,
            "사용기간|부과기간": PERIOD,
            "면적|공급면적": number(59, 134, 2, "㎡|㎡|"),
            "납부계좌|가상계좌": lambda q: f"{q.values.pick('농협|국민|신한')} {q.values.account()}",
        },
    )
    if rng.random() < 0.4:
        names = values.pick(
            "납기내 금액/납기후 연체료/납기후 금액|당월부과액/미납액/총 납부액|합계/할인액/청구액"
        ).split("/")
        p.grid([1.0] * len(names), ([p.q(name) for name in names], [p.t(money(4, 5.6, 0)(p), "center") for _ in names]))
        p.skip(0.6)
    named_row_table(p, _FEES, headings, most=3)
    if rng.random() < 0.5:
        named_row_table(p, _METERS, headings, longest=3)
    notes(p, ("납기 후에는 연체료가 부과됩니다.", "자동이체 세대는 별도로 납부하지 마십시오.", "문의: 관리사무소"))
    if rng.random() < 0.5:
        p.prose(
            values.pick("○○아파트 관리사무소장|관리단 대표|○○수도사업소|시설관리공단 이사장"), align="center", size=1.2
        )
    p.done()


_WORK: dict[str, str] = read("korean-families")["calculation"]["units"]


def calculation(canvas: Canvas, style: Style) -> None:
    """Draw a calculation of costs (산출내역서): amount by price by rate, in one cell or in several; a sum in words."""
    p = Paper(canvas, style)
    rng, values, headings = p.rng, p.values, Headings(p)
    masthead(
        p,
        "산출내역서|강사료 지급내역|용역비 산출내역|소요예산 산출서|여비 산출내역서|설계 내역서|참가비 산정표",
        ranks="담당|팀장",
        dated=0.2,
    )
    particulars(
        p, {"건명|사업명|공사명": REASON, "일시|산정기간": DATE, "작성자|산출자": PERSON, "업체명|지급처": COMPANY}
    )
    unit(p)
    columns = rng.random() < 0.5
    basis = values.pick("산출근거|산출내역|산식|계산내역|산정방법")
    heads = [p.q("항목|비목|구분|내역"), p.q(basis, columns=6 if columns else 1), p.q("금액|산출금액|계")]
    if columns and rng.random() < 0.6:
        names = values.pick("수량/단가/배율|시간/시급/가산율|인원/단가/횟수|일수/단가/요율").split("/")
        heads[1:2] = [cell for name in names for cell in (p.q(name), Cell())]
    rows, remark = [heads], rng.random() < 0.4
    for name in rng.sample(list(_WORK), rng.randint(3, 8)):
        units = _WORK[name]
        count, price = rng.randint(1, 30), values.amount(3.5, 5.3)
        factor, sign = rng.choice(("1.5", "0.5", "2", "120%", "3회", "1.1")), rng.choice("××x*")
        amount = count * price
        parts = [(ANSWER, f"{count}{values.pick(units)}"), (OTHER, sign), (ANSWER, f"{price:,}원")]
        if rng.random() < 0.6 or columns:
            parts += [(OTHER, sign), (ANSWER, factor)]
            amount = int(amount * (1.2 if factor == "120%" else float(factor.rstrip("회"))))
        parts.append((OTHER, "="))
        row = [Cell(((QUESTION, values.pick(name)),))]
        row += (
            [Cell((part,), align="center", keys="both") for part in parts]
            if columns
            else [Cell((*parts,), keys="both")]
        )
        rows.append([*row, p.t(f"{amount:,}", "right", "both")])
    rows.append([p.q("합계|총액|계", columns=7 if columns else 2), p.t(money(5, 7, 0)(p), "right", "both")])
    shares = [1.6, *([0.9, 0.25, 1.2, 0.25, 0.7, 0.25] if columns else [4.0]), 1.5]
    if remark:
        rows = [[*row, p.q("비고") if row is heads else Cell()] for row in rows]
        shares.append(0.8)
    if rng.random() < 0.4:
        headings.write("산출내역|지급내역|소요예산")
    p.grid(shares, rows)
    p.skip(0.6)
    if rng.random() < 0.5:
        p.field("총 금액|지급총액|소요예산", values.written(values.amount(5, 7)))
        p.line(2)
    notes(p, ("원 미만은 절사한다.", "부가가치세는 별도로 한다.", "단가는 정부 고시 노임을 적용함."))
    p.prose(values.pick("위와 같이 산출함.|상기 금액을 지급하고자 합니다.|위 금액을 청구합니다."), align="center")
    p.signed("산출자|작성자|청구인")
    p.done()


_LOANS = TableKind(
    "구분|항목|상품구분|재산종류",
    word_lists("korean-tables", "household"),
    (
        Column("금액|평가액|월평균", money(4.5, 8), 1.2, "right", "", True, True),
        Column("소유자|명의", pick("본인|배우자|부|공동"), 0.8),
        Column("소재지|금융기관|내용", pick("농협|신협|국민은행|서울 구로구|경기 안산시|보유"), 1.3),
        Column("비고", pick("||상환중|만기 2027|압류"), 0.8),
    ),
    sums="합계|계|총액",
)


def household(canvas: Canvas, style: Style) -> None:
    """Draw a list of assets or of income and expenses (재산목록, 수입지출 목록): tables of named sums."""
    p = Paper(canvas, style)
    headings = Headings(p)
    masthead(p, "재산목록|수입지출 목록|재산 및 부채 명세서|가계수지표|재정상담 기초자료|융자신청 재산현황", dated=0.1)
    particulars(
        p,
        {
            "신청인|성명|세대주": PERSON,
            "연락처": PHONE,
            "주소": ADDRESS,
            "기준월|작성일": MONTH,
            "가족수": number(1, 6, 0, "명"),
        },
        "신청인|인적사항",
    )
    unit(p)
    named_row_table(p, _LOANS, headings)
    notes(p, ("시가를 기준으로 적으십시오.", "증빙서류를 첨부하여야 합니다.", "해당 없는 항목은 비워 두십시오."))
    p.prose(p.values.pick("위 내용은 사실과 다름없음을 확인합니다.|위와 같이 신고합니다."), align="center")
    p.signed("신청인|작성자", place="○○은행 귀중|법원 귀중")
    p.done()


FAMILIES = (
    Family("ko settlement", ("ko",), 0.9, settlement),
    Family("ko financial statement", ("ko",), 0.9, statement),
    Family("ko fees", ("ko",), 0.9, fees),
    Family("ko calculation", ("ko",), 0.8, calculation),
    Family("ko household", ("ko",), 0.6, household),
)
