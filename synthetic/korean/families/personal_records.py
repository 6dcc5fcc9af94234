"""Families of personal records: curriculum vitae, certificate of employment, transcript of marks."""

from __future__ import annotations

from synthetic.canvas import Canvas
from synthetic.family import Family
from synthetic.korean import office_words
from synthetic.korean.blocks.grid import Cell
from synthetic.korean.blocks.paper import Paper
from synthetic.style import Style


def vitae(canvas: Canvas, style: Style) -> None:
    """Draw a curriculum vitae (이력서): room for a photo beside the person, then tables under group titles."""
    p = Paper(canvas, style)
    rng, values = p.rng, p.values
    p.title("이력서|이 력 서|입사지원서|자필이력서|인사기록카드")
    photo = Cell((("OTHER", values.pick("사 진|사진(3×4)|(사진)|사진 부착")),), rows=4, align="center", size=0.9)
    p.grid(
        (1.1, 1, 2, 1, 2),
        (
            (photo, p.q("성명|이름", "Name"), p.a(values.person()), p.q("생년월일", "Birth"), p.a(values.birthday())),
            (
                p.q("영문|성명(영문)"),
                p.a("KIM " + values.pick("MIN JUN|SEO YEON|DO YUN|HA EUN")),
                p.q("성별"),
                p.a(values.pick("남|여|남자|여자")),
            ),
            (p.q("휴대폰|연락처", "Mobile"), p.a(values.mobile()), p.q("이메일", "E-mail"), p.a(values.email())),
            (p.q("주소|현주소", "Address"), p.a(values.address(), columns=3)),
        ),
    )
    p.skip(0.5)
    tables = [
        ("학력|학력사항", ("기간|재학기간", "학교명", "전공|학과", "졸업구분|구분"), _school, (2, 2.4, 2, 1.2)),
        ("경력|경력사항", ("근무기간", "근무처|회사명", "직위", "담당업무|업무"), _job, (2.4, 2.2, 1, 2.4)),
        (
            "자격|자격사항",
            ("취득일|취득일자", "자격증명|자격·면허", "등급|점수", "발행처|시행기관"),
            _licence,
            (1.6, 2.6, 1, 2),
        ),
        ("가족|가족사항", ("관계", "성명", "연령", "직업|동거여부"), _relative, (1, 1.6, 1, 2)),
        ("병역|병역사항", ("군별|복무구분", "복무기간", "계급|병과", "미필사유"), _service, (1, 2.5, 1, 1.6)),
    ]
    upright = rng.random() < 0.6
    for title, columns, row, shares in tables[: 2 + rng.randint(0, 1)] + rng.sample(tables[3:], rng.randint(0, 2)):
        count, blank = rng.randint(1, 4), rng.choice((0, 1, 2))
        rows = [[p.q(name) for name in columns], *(row(p) for _ in range(count))]
        rows += [[Cell() for _ in columns] for _ in range(blank)]
        if upright:
            rows[0].insert(0, p.h(title, rows=len(rows), upright=True))
            p.grid((0.45, *shares), rows)
        else:
            rows.insert(0, [p.h(title, columns=4, over="all")])
            p.grid(shares, rows)
            p.skip(0.6)
    p.prose(
        values.pick("위의 기재한 내용이 사실과 다름없습니다.|상기 내용은 사실과 틀림없음을 확인합니다."), align="center"
    )
    p.signed("지원자|작성자|성명")
    p.done()


def _school(p: Paper) -> list[Cell]:
    c = p.values
    year = p.rng.randint(1985, 2018)
    period = f"{year}.03 ~ {year + p.rng.choice((3, 4))}.02"
    said = (period, c.of(office_words.SCHOOLS), c.of(office_words.MAJORS), c.pick("졸업|졸업|재학|중퇴|수료|졸업예정"))
    return [p.t(text, "center") for text in said]


def _job(p: Paper) -> list[Cell]:
    c = p.values
    return [
        p.t(text, "center")
        for text in (c.period(), c.company(), c.rank(), c.of(office_words.LINES) + c.pick(" 영업| 관리|"))
    ]


def _licence(p: Paper) -> list[Cell]:
    c = p.values
    issuer = c.pick("한국산업인력공단|대한상공회의소|경찰청|국사편찬위원회|ETS")
    return [p.t(text, "center") for text in (c.date(), c.of(office_words.LICENCES), c.pick("1급|2급||-|합격"), issuer)]


def _relative(p: Paper) -> list[Cell]:
    c = p.values
    age = str(p.rng.randint(3, 80)) + c.pick("|세")
    return [
        p.t(text, "center")
        for text in (c.pick("부|모|배우자|자|형|매"), c.person(), age, c.pick("회사원|주부|학생|자영업|동거"))
    ]


def _service(p: Paper) -> list[Cell]:
    c = p.values
    return [p.t(text, "center") for text in (c.pick("육군|해군|공군|면제"), c.period(), c.pick("병장|하사|중위"), "")]


def employment(canvas: Canvas, style: Style) -> None:
    """Draw a certificate of employment (재직증명서): title, fields in lines or a grid, one sentence, date, seal."""
    p = Paper(canvas, style)
    rng, values = p.rng, p.values
    kind = values.pick("재직|경력|퇴직|재학|졸업")
    p.prose(values.document_number(), size=0.9)
    p.skip(rng.uniform(1, 4))
    p.title(f"{kind}증명서|{' '.join(kind)} 증 명 서")
    p.skip(rng.uniform(0, 2))
    school = kind in ("재학", "졸업")
    fields = [
        ("성명", "Name", values.person()),
        ("주민등록번호|생년월일", "Date of Birth", values.resident_number()),
        ("주소", "Address", values.address()),
        (
            "학과|전공" if school else "소속|부서",
            "Department",
            values.of(office_words.MAJORS) if school else values.department(),
        ),
        ("학번" if school else "직위|직급", "Position", values.digits("20######") if school else values.rank()),
        ("재학기간|입학일자" if school else "재직기간|근무기간", "Period", values.period()),
        ("담당업무|비고", "Duties", values.of(office_words.LINES)),
        (
            "용도|제출용도|사용목적",
            "Purpose",
            values.pick("은행 제출용|비자 신청용|관공서 제출용|금융기관 제출|입찰용"),
        ),
    ]
    fields = [field for field in fields if rng.random() < 0.9]
    form = rng.choice(("lines", "grid", "pairs"))
    if form == "lines":
        indent = rng.choice((0.0, 0.08, 0.15))
        for name, _, text in fields:
            p.field(name, text, x=indent, offset=8)
            p.line(rng.uniform(2.2, 2.8))
    elif form == "grid":
        p.pitch *= 1.3
        p.grid((1.2, 4), [(p.q(name, english), p.a(text)) for name, english, text in fields])
    else:
        cells = [(p.q(name, english), p.a(text)) for name, english, text in fields]
        cells += [(Cell(), Cell())] * (len(cells) % 2)
        p.grid((1, 2.2, 1, 2.2), [a + b for a, b in zip(cells[::2], cells[1::2], strict=True)])
    p.skip(rng.uniform(1.5, 4))
    p.prose(
        f"{values.pick('위와 같이|위 사람은 당사에|상기인은')} "
        f"{kind}{values.pick('하고 있음을 증명합니다.|하였음을 증명함.|중임을 증명합니다.')}",
        align="center",
        size=1.2,
    )
    p.skip(rng.uniform(1, 3))
    p.y = canvas.text(values.date(), p.x0, p.y, "ANSWER", room=p.x1 - p.x0, align="center", size=1.1 * canvas.size).y1
    p.skip(2)
    if rng.random() < 0.4:
        p.prose(
            f"{values.company()} {values.pick('대표이사|대표|원장|총장')} {values.person()} "
            f"{values.pick('(인)|(직인)|[직인생략]')}",
            align="center",
            size=1.3,
        )
    else:
        for name, text in (
            ("회사명|상호", values.company()),
            ("사업자등록번호", values.business_number()),
            ("주소", values.address()),
        ):
            p.field(name, text, x=0.3, offset=7)
            p.line(1.9)
        p.field("대표이사|대표자", values.person(), x=0.3, offset=7, seal="(인)")
        p.line()
    p.done()


def transcript(canvas: Canvas, style: Style) -> None:
    """Draw a transcript of marks (성적증명서): the student, then terms in one or two columns, each a table of marks."""
    p = Paper(canvas, style)
    rng, values = p.rng, p.values
    p.title("성적증명서|성적표|학업성적표|성 적 통 지 표")
    p.grid(
        (1, 2) * 3,
        (
            (
                p.q("학번|번호"),
                p.a(values.digits("20######")),
                p.q("성명|이름", "Name"),
                p.a(values.person()),
                p.q("학과|전공", "Major"),
                p.a(values.of(office_words.MAJORS)),
            ),
            (
                p.q("생년월일"),
                p.a(values.birthday()),
                p.q("입학일|입학"),
                p.a(values.date()),
                p.q("졸업일"),
                p.a(values.date()),
            ),
        ),
    )
    p.skip(0.6)
    graded = rng.random() < 0.6

    def term(number: int) -> list[list[Cell]]:
        year = f"{2010 + number // 2}학년도 {number % 2 + 1}학기" if graded else f"{number}학년"
        rows = [
            [p.h(year, columns=3, over="all")],
            [p.q("과목|교과목"), p.q("학점" if graded else "단위"), p.q("성적|점수")],
        ]
        for book in rng.sample(office_words.BOOKS, rng.randint(3, 7)):
            mark = rng.choice(("A+", "A", "B+", "B", "C+", "P")) if graded else str(rng.randint(55, 100))
            rows.append([p.t(book), p.t(str(rng.randint(1, 4)), "center"), p.t(mark, "center")])
        average = f"{rng.uniform(2, 4.5):.2f}" if graded else f"{rng.uniform(60, 99):.1f}"
        return [*rows, [p.q("평균|평점평균", columns=2), p.t(average, "center", "left")]]

    for start in range(1, rng.randint(2, 4), 2) if (halves := rng.random() < 0.7) else range(1, rng.randint(2, 4)):
        if halves:
            p.beside((0, 0.49, (3, 1, 1), term(start)), (0.51, 1, (3, 1, 1), term(start + 1)))
        else:
            p.grid((3, 1, 1), term(start))
        p.skip(0.7)
    p.grid(
        (1, 1) * 4,
        (
            (
                p.q("총취득학점|이수학점"),
                p.a(str(rng.randint(30, 140))),
                p.q("총평점|평균"),
                p.a(f"{rng.uniform(2, 4.5):.2f}"),
                p.q("백분율"),
                p.a(f"{rng.uniform(70, 99):.1f}"),
                p.q("석차"),
                p.a(f"{rng.randint(1, 30)}/{rng.randint(31, 90)}"),
            ),
        ),
    )
    p.skip()
    p.prose(
        values.pick("위와 같이 성적을 증명합니다.|위의 사실을 증명함.|상기 기록은 원본과 다름없음."), align="center"
    )
    p.signed(place="○○대학교 총장|학교장|교무처장")
    p.done()


FAMILIES = (
    Family("ko vitae", ("ko",), 1.3, vitae),
    Family("ko employment", ("ko",), 1.0, employment),
    Family("ko transcript", ("ko",), 0.8, transcript),
)
