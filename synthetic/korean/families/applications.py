"""Families of applications: an application with consent, an insurance claim, a notification of a bank account."""

from __future__ import annotations

from synthetic.canvas import Canvas
from synthetic.family import Family
from synthetic.korean import office_words
from synthetic.korean.blocks.grid import Cell
from synthetic.korean.blocks.paper import Paper
from synthetic.style import Style
from synthetic.words import word_list

_CONSENT = word_list("korean-families", "application", "consent")
_PAPERS = word_list("korean-families", "application", "papers")


def application(canvas: Canvas, style: Style) -> None:
    """Draw an application (신청서): form number, a strip for the office, the applicant, boxes to tick, consent."""
    p = Paper(canvas, style)
    rng, values = p.rng, p.values
    law = (
        f"■ {values.pick('민원 처리 규칙|시설 운영 조례 시행규칙|회원 관리 규정')} [별지 제{rng.randint(1, 40)}호서식]"
    )
    canvas.text(law, p.x0, p.y, "OTHER", size=0.85 * canvas.size)
    p.line(1.8)
    what = values.pick("수강|휴가|가입|사용|등록|발급|입회|장학금|시설이용|환불|이전")
    p.title(f"{what}신청서|{what} 신청서|{what} ( □신규 □변경 ) 신청서")
    p.prose(
        values.pick("※ 색상이 어두운 란은 신청인이 적지 않습니다.|※ 해당란에 √ 표시를 하시기 바랍니다.|"), size=0.85
    )
    p.grid(
        (1, 1.6, 1, 1.6, 1, 1.2),
        (
            (
                p.q("접수번호"),
                p.a(values.digits("####-###")),
                p.q("접수일자|접수일"),
                p.a(values.date()),
                p.q("처리기간"),
                p.a(values.pick("즉시|7일|3일")),
            ),
        ),
    )
    p.skip(0.4)
    applicant = [
        (
            p.q("성명", "Name"),
            p.a(values.person()),
            p.q("생년월일|주민등록번호", "Date of birth"),
            p.a(values.resident_number()),
        ),
        (p.q("주소", "Address"), p.a(values.address(), columns=3)),
        (p.q("전화번호|자택전화", "Tel"), p.a(values.phone()), p.q("휴대전화|휴대폰", "Mobile"), p.a(values.mobile())),
        (
            p.q("전자우편|이메일", "E-mail"),
            p.a(values.email()),
            p.q("국적", "Nationality"),
            p.a(values.pick("대한민국|미국|중국|베트남")),
        ),
    ][: rng.randint(2, 4)]
    head = p.h("신청인|신 청 인|신청자|인적사항", rows=len(applicant), upright=rng.random() < 0.5)
    rows = [list(row) for row in applicant]
    rows[0].insert(0, head)
    wanted = [
        [p.q("신청구분|구분"), p.options("신규|변경|재발급|해지", columns=3)],
        [p.q("신청사유|사유"), p.a(values.reason(), columns=3)],
        [p.q("이용기간|신청기간"), p.a(values.period(), columns=3)],
        [p.q("수령방법"), p.options("방문|우편|전자우편"), p.q("수수료|이용료"), p.a(values.won(values.amount(3, 5)))],
        [p.q("신청내용|신청과목"), p.a(values.subject(), columns=3)],
    ]
    wanted = rng.sample(wanted, rng.randint(2, 5))
    wanted[0].insert(0, p.h("신청내용|신청사항", rows=len(wanted), upright=rng.random() < 0.5))
    p.grid((0.9, 1.1, 2.2, 1.2, 2.2), [*rows, *wanted])
    p.skip(0.6)
    _consent(p)
    p.prose(values.pick("위와 같이 신청합니다.|위와 같이 신청하오니 허가하여 주시기 바랍니다."), align="center")
    p.signed("신청인|신청자", place="○○시장 귀하|기관장 귀하|원장 귀하|○○협회 귀중")
    if rng.random() < 0.6:
        attached = " ".join(f"{i}. {name} 1부" for i, name in enumerate(rng.sample(_PAPERS, rng.randint(1, 3)), 1))
        p.grid(
            (1, 4, 1),
            ((p.q("첨부서류|구비서류"), p.a(attached), p.o(values.pick("수수료 없음|수수료 1,000원"))),),
        )
    p.done()


def _consent(p: Paper) -> None:
    """Print prose on privacy, in a box or free, with boxes to tick at its end."""
    rng, values = p.rng, p.values
    head = values.pick("개인정보 수집·이용 동의서|개인정보 수집 및 이용 동의|행정정보 공동이용 동의서")
    lines = rng.sample(_CONSENT, rng.randint(2, 5))
    ask, mark = p.options("동의함|동의하지 않음"), values.pick("-|○|·|*")
    if rng.random() < 0.5:
        rows = [
            [p.h(head, columns=2, over="all")],
            [p.o(" ".join(f"{mark} {line}" for line in lines), columns=2)],
        ]
        rows.append([p.q("동의 여부|위 사항에 동의하십니까?"), ask])
        p.grid((2, 3), rows)
    else:
        p.section(head)
        for line in lines:
            p.prose(f"{mark} {line}", size=0.9)
        p.grid((2, 3), ((p.q("개인정보 수집 동의|동의여부"), ask),))
    p.skip(0.5)


def claim(canvas: Canvas, style: Style) -> None:
    """Draw an insurance claim (보험금청구서): groups with vertical titles, several fields in a cell, the account."""
    p = Paper(canvas, style)
    rng, values = p.rng, p.values
    p.title("보험금청구서|보험금 청구서|사고보험금 청구서|단체보험 보험금 청구서")
    p.prose(
        values.pick("※ 굵은 선 안은 반드시 자필로 기재하여 주십시오.|※ 청구 전 안내사항을 확인하여 주십시오."),
        size=0.85,
    )
    contact = Cell(
        (("QUESTION", "자택"), ("ANSWER", values.phone()), ("QUESTION", "휴대폰"), ("ANSWER", values.mobile())),
        columns=3,
    )
    person = [
        [p.q("성명"), p.a(values.person()), p.q("주민등록번호"), p.a(values.resident_number())],
        [p.q("연락처"), contact],
        [p.q("직업|직장명"), p.a(values.company()), p.q("하시는 일|업무"), p.a(values.of(office_words.LINES))],
        [p.q("주소"), p.a(values.address(), columns=3)],
    ]
    accident = [
        [p.q("청구사유|사고구분"), p.options("상해|질병|사망|실손|입원|통원", columns=3)],
        [
            p.q("사고일시|발병일"),
            p.a(f"{values.date()} {values.time()}"),
            p.q("사고장소"),
            p.a(values.pick("자택|직장|도로|학교|공원")),
        ],
        [p.q("병명|진단명"), p.a(values.of(office_words.DISEASES)), p.q("병원명|진료기관"), p.a(values.company())],
        [p.q("사고경위|사고내용"), Cell((("ANSWER", values.sentence()),), columns=3, tall=rng.uniform(3, 6))],
        [p.q("타사 가입사항"), p.options("유|무"), p.q("증권번호"), p.a(values.digits("##########"))],
    ][: rng.randint(3, 5)]
    account = [
        [p.q("은행명|금융기관"), p.a(values.of(office_words.BANKS)), p.q("계좌번호"), p.a(values.account())],
        [p.q("예금주"), p.a(values.person()), p.q("관계|피보험자와의 관계"), p.a(values.pick("본인|배우자|부모"))],
    ]
    rows: list[list[Cell]] = []
    for title, group in (
        ("피보험자|보험대상자", person[: rng.randint(2, 4)]),
        ("사고사항|사고내용", accident),
        ("보험금 수령계좌|입금계좌|송금계좌", account),
    ):
        group[0].insert(0, p.h(title, rows=len(group), upright=rng.random() < 0.4))
        rows += group
    p.grid((0.9, 1.2, 2, 1.2, 2), rows)
    p.skip(0.6)
    _consent(p)
    p.signed("청구인|보험금청구자|수익자", place="○○화재해상보험(주) 귀중|보험회사 귀중")
    p.done()


def account(canvas: Canvas, style: Style) -> None:
    """Draw a notification of a bank account (계좌 신고서): few large rows, a box for each digit, room for a copy."""
    p = Paper(canvas, style)
    rng, values = p.rng, p.values
    p.title("계좌입금 신고서|통장 사본 제출서|자동이체 신청서|거래통장 신고서|대금지급 계좌신고서")
    p.pitch *= 1.3
    p.section("1. 신고인|○ 예금주 인적사항|업체 현황")
    p.grid(
        (1, 2, 1, 2),
        (
            (p.q("상호|업체명"), p.a(values.company()), p.q("사업자등록번호"), p.a(values.business_number())),
            (p.q("대표자|성명"), p.a(values.person()), p.q("전화번호|연락처"), p.a(values.phone())),
            (p.q("주소|소재지"), p.a(values.address(), columns=3)),
        ),
    )
    p.skip(0.8)
    p.section("2. 신고계좌|○ 입금계좌|계좌정보")
    digits = values.digits("#" * rng.randint(10, 14))
    if rng.random() < 0.5:
        p.grid(
            (1.2, *[0.35] * len(digits)),
            (
                (p.q("은행명|금융기관"), p.a(values.of(office_words.BANKS), columns=len(digits))),
                (p.q("계좌번호"), *(Cell((("ANSWER", digit),), align="center") for digit in digits)),
                (p.q("예금주"), p.a(values.person(), columns=len(digits))),
            ),
        )
    else:
        p.grid(
            (1.2, 2.6, 1, 1.1),
            (
                tuple(p.q(name) for name in ("은행명|금융기관명", "계좌번호", "예금주", "구분|예금종류")),
                (
                    p.t(values.of(office_words.BANKS)),
                    p.t(values.account(), "center"),
                    p.t(values.person(), "center"),
                    p.t(values.pick("보통예금|당좌|저축"), "center"),
                ),
            ),
        )
    p.skip(0.6)
    if rng.random() < 0.6:
        p.grid(
            (1.2, 4),
            (
                (p.q("이체희망일|출금일"), p.options("5일|10일|15일|25일|말일")),
                (p.q("신고사유|구분"), p.options("신규|변경|해지")),
            ),
        )
        p.skip(0.6)
    for _ in range(rng.randint(1, 3)):
        p.prose(f"{values.pick('※|-|*')} {values.sentence()}", size=0.9)
    p.prose(values.pick("위와 같이 계좌를 신고합니다.|위 계좌로 대금을 입금하여 주시기 바랍니다."), align="center")
    p.signed("신고인|대표자|예금주", place="회계과장 귀하|은행 귀중|재무팀 귀중")
    if rng.random() < 0.5:
        p.grid(
            (1,),
            (
                (
                    Cell(
                        (("OTHER", values.pick("통장 사본 붙이는 곳|< 통장사본 첨부 >|신분증 사본 첨부")),),
                        align="center",
                        tall=rng.uniform(6, 16),
                    ),
                ),
            ),
        )
    p.done()


FAMILIES = (
    Family("ko application", ("ko",), 1.6, application),
    Family("ko claim", ("ko",), 1.1, claim),
    Family("ko account", ("ko",), 0.9, account),
)
