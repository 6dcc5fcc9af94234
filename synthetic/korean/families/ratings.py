"""Families of ratings: report card, appraisal, safety check, progress."""

from __future__ import annotations

from synthetic.canvas import Canvas
from synthetic.family import Family
from synthetic.korean import office_words
from synthetic.korean.blocks.cell_values import (
    BIRTHDAY,
    CODE,
    COMPANY,
    DATE,
    DEPARTMENT,
    MONTH,
    PERIOD,
    PERSON,
    RANK,
    TIME,
    number,
    pick,
)
from synthetic.korean.blocks.common_parts import Headings, masthead, notes, particulars
from synthetic.korean.blocks.grid import ANSWER, Cell
from synthetic.korean.blocks.named_row_tables import Column, TableKind, named_row_table
from synthetic.korean.blocks.paper import Paper
from synthetic.style import Style
from synthetic.words import word_lists

_MARK = number(35, 100, 0, "|||점")
_BOOKS = TableKind(
    "과목|교과|교과목|과목명|영역",
    word_lists("korean-tables", "subjects"),
    (
        Column("중간|중간고사|1차 지필", _MARK, 0.9, tier="지필평가|점수", summed=True),
        Column("기말|기말고사|2차 지필", _MARK, 0.9, tier="지필평가|점수", summed=True),
        Column("수행|수행평가", _MARK, 0.8, summed=True),
        Column("합계|점수|환산점수|원점수", _MARK, 0.9, summed=True, needed=True),
        Column("등급|성취도|평어", pick("A|B|C|D|1|2|3|4|5|수|우|미|양|잘함|보통"), 0.8),
        Column("석차|석차(동석차)|반평균", number(1, 320, 0, "|||/312|(2)"), 0.9),
    ),
    sums="총점|평균|합계|계",
    groups="교과군|구분|영역",
)
_PRESENCE = TableKind(
    "구분|출결|학년",
    word_lists("korean-tables", "attendance"),
    (
        Column("질병|병결", number(0, 5), tier="횟수|일수"),
        Column("미인정|무단", number(0, 2), tier="횟수|일수"),
        Column("기타", number(0, 2), tier="횟수|일수"),
        Column("계|합계|일수", number(0, 9), needed=True),
    ),
    room=1.4,
)


def report_card(canvas: Canvas, style: Style) -> None:
    """Draw a report card (성적통지표): a pupil, subjects with marks of two tests, absences, a comment."""
    p = Paper(canvas, style)
    rng, values, headings = p.rng, p.values, Headings(p)
    masthead(
        p,
        "성적통지표|학기말 성적표|학업성취도 통지서|생활통지표|학원 월말평가표|모의고사 성적표",
        ranks="담임|교감|교장",
    )
    particulars(
        p,
        {
            "성명|학생명|이름": PERSON,
            "학교|학교명": pick("|".join(office_words.SCHOOLS)),
            "학년 반 번호|학번|반/번호": pick("2학년 3반 14번|3-1-22|20512|1학년 7반 5번"),
            "담임|담임교사": PERSON,
            "학기|평가시기": pick("1학기|2학기|1학기 중간|2학기말"),
            "생년월일": BIRTHDAY,
        },
    )
    named_row_table(p, _BOOKS, headings)
    if rng.random() < 0.5:
        named_row_table(p, _PRESENCE, headings, longest=4)
    if rng.random() < 0.6:
        said = "수업 태도가 바르고 친구들과 잘 어울림.|책을 많이 읽고 발표를 잘함.|꾸준히 노력하여 성적이 향상됨."
        cell = Cell(((ANSWER, values.pick(said)),), tall=rng.uniform(2, 5))
        p.grid((1.2, 5), ((p.q("종합의견|가정통신문|행동특성|학부모 의견"), cell),))
    notes(
        p, ("학부모 확인 후 학교로 보내 주십시오.", "석차는 수강자 수를 기준으로 함.", "성취도는 다섯 단계로 나타냄.")
    )
    p.prose(
        values.pick("위와 같이 성적을 통지합니다.|가정에서도 지도하여 주시기 바랍니다.|학부모 확인 (인)"),
        align="center",
    )
    p.done()


_POINTS = number(2, 30)
_STAFF = TableKind(
    "평가항목|평정요소|평가요소|평가지표|착안사항",
    word_lists("korean-tables", "appraisal"),
    (
        Column("배점|가중치|만점", pick("5|10|15|20|25|30"), 0.7, summed=True),
        Column("자기|본인|자기평가", _POINTS, 0.8, tier="평가점수|평정", summed=True),
        Column("1차|1차평가|팀장", _POINTS, 0.8, tier="평가점수|평정", summed=True, needed=True),
        Column("2차|2차평가|임원", _POINTS, 0.8, tier="평가점수|평정", summed=True),
        Column("등급|평가등급", pick("S|A|B|C|D|수|우|미|양|탁월"), 0.7),
    ),
    after=(Column("의견|평가의견|비고", pick("목표 초과|개선 필요|우수함|보통 수준|교육 필요"), 1.4),),
    sums="합계|총점|종합점수|계|평점",
    groups="평가영역|구분|평가부문",
)
_GRADED = TableKind(
    _STAFF.head,
    _STAFF.rows,
    (Column("배점|비중", pick("5|10|15|20%|30%"), 0.7),),
    (
        "탁월|우수|보통|미흡|불량",
        "상|중|하",
        "A|B|C|D|E",
        "S|A|B|C",
        "5|4|3|2|1",
        "매우 우수|우수|보통|부족",
        "20|16|12|8",
    ),
    (Column("득점|점수|비고|평가의견", pick("16|20|12|우수함|표현력 좋음"), 1.1),),
    "합계|총점",
    "평가영역|구분",
    "평가등급|평정|평가",
)


def appraisal(canvas: Canvas, style: Style) -> None:
    """Draw an appraisal (인사평가표, 면접평가표): the rated person, points or ticks by criterion, an opinion."""
    p = Paper(canvas, style)
    rng, values, headings = p.rng, p.values, Headings(p)
    title = (
        "인사평가표|근무성적평정서|업적평가서|채용 면접 평가표|역량평가서|제안서 평가표|수습사원 평가표|면접전형 채점표"
    )
    masthead(p, title, ranks="평가자|확인자/1차|2차|확정")
    particulars(
        p,
        {
            "성명|피평가자|지원자명|대상자": PERSON,
            "소속|부서|지원부서": DEPARTMENT,
            "직급|직위": RANK,
            "수험번호|사번": CODE,
            "평가기간|근무기간": PERIOD,
            "평가일|면접일자": DATE,
        },
        "피평가자|지원자 정보",
    )
    named_row_table(p, rng.choice((_STAFF, _GRADED)), headings)
    rows = [[p.q("종합의견|평가자 의견|심사평"), Cell(((ANSWER, values.sentence()),), tall=rng.uniform(2, 6))]]
    if rng.random() < 0.6:
        rows.append(
            [
                p.q("종합등급|합격여부|판정|추천여부"),
                p.options(values.pick("합격/불합격/보류|S/A/B/C|추천/비추천").replace("/", "|")),
            ]
        )
    p.grid((1.2, 5), rows)
    notes(p, ("평가는 공정하게 하여야 한다.", "각 항목은 배점을 넘을 수 없다.", "평가 결과는 공개하지 않음."))
    p.signed("평가자|면접위원|심사위원", *rng.choice(((), ("확인자",))))
    p.done()


_HAZARDS = TableKind(
    "점검항목|점검사항|점검내용|확인사항|자체점검 항목",
    word_lists("korean-tables", "safety"),
    (
        Column("점검방법|주기", pick("육안|수시|매일|주 1회|측정|문답"), 0.8),
        Column("기준|관련법규", pick("제43조|내부규정|매뉴얼 3.2|제12조|작업표준"), 1.0),
    ),
    (
        "양호|불량",
        "적합|부적합|해당없음",
        "예|아니오",
        "○|△|×",
        "양호|보통|불량",
        "상|중|하",
        "이행|미이행",
        "우수|보통|미흡|해당없음",
        "오전|오후",
        "월|화|수|목|금",
    ),
    (
        Column(
            "조치사항|조치내용|개선대책", pick("즉시 조치|보수 의뢰|교체 완료|재교육 실시|부품 주문|정리 완료"), 1.5
        ),
        Column("비고|담당자", pick("3층|완료|이월|김 반장|야간조"), 0.9),
    ),
    groups="구분|분야|점검구역|구역",
    room=3.6,
)


def safety(canvas: Canvas, style: Style) -> None:
    """Draw a safety or cleaning check (안전보건 점검표, 청소 기록부): items by place, ticks, measures."""
    p = Paper(canvas, style)
    rng, values, headings = p.rng, p.values, Headings(p)
    title = "안전보건 자체점검표|위생관리 점검표|화장실 청소 점검표|작업 전 안전점검표|청소 기록부|보안 자가점검표"
    masthead(p, title, ranks="담당|소장/관리감독자|안전관리자|현장소장/작성|확인", dated=0.2)
    particulars(
        p,
        {
            "점검일시|점검일|일자": DATE,
            "점검자|담당자|청소담당": PERSON,
            "현장명|사업장명|업체명": COMPANY,
            "점검장소|구역|장소": pick("지하 1층 기계실|3층 화장실|조리실|A동 현장|물류창고|제2공장"),
            "시간|점검시간": TIME,
            "작업내용|공종": pick("비계 해체|철근 배근|용접|정기청소|급식 조리|하역작업"),
        },
    )
    if rng.random() < 0.4:
        p.prose(
            values.pick(
                "※ 해당란에 √ 표시|※ 양호 ○, 보통 △, 불량 ×|범례 : ○ 적합  × 부적합|* 매일 작업 전에 점검할 것"
            ),
            size=0.9,
        )
    named_row_table(p, _HAZARDS, headings)
    if rng.random() < 0.6:
        cell = Cell(((ANSWER, values.sentence()),), tall=rng.uniform(2, 5))
        p.grid((1.2, 5), ((p.q("특이사항|조치결과|종합의견|전달사항"), cell),))
    notes(p, ("불량 항목은 즉시 조치하고 기록할 것.", "점검표는 3년간 보관한다.", "해당 없는 항목은 빈칸으로 둔다."))
    if rng.random() < 0.5:
        p.signed("점검자|작성자", "확인자|관리책임자")
    p.done()


_DUTIES = TableKind(
    "과정|교육과목|공정|단계|작업단계|훈련내용",
    word_lists("korean-tables", "progress"),
    (
        Column("계획|목표|계획(%)", number(5, 100), 0.8, "center", "진도|공정률", True),
        Column("실적|실시|실적(%)", number(0, 100), 0.8, "center", "진도|공정률", True, True),
        Column("시간|일수|이수시간", number(1, 40, 0, "||H|시간|일"), 0.7, summed=True),
        Column("담당|강사|책임자", PERSON, 0.9),
        Column("완료일|기한|실시일", DATE, 1.3),
        Column("평가|상태|비고", pick("완료|진행중|지연|예정|우수|보류|이수|80점"), 0.9),
    ),
    sums="계|합계|전체 공정률|총계",
    groups="구분|부문|대분류",
)


def progress(canvas: Canvas, style: Style) -> None:
    """Draw a progress table (진도표, 공정표): steps in rows, plan and result in columns, persons and dates."""
    p = Paper(canvas, style)
    headings = Headings(p)
    masthead(
        p,
        "공정 진도표|교육훈련 이수 현황|사업 추진실적표|공정 현황보고|주간 업무진도표|실습 평가 기록부",
        ranks="담당|팀장/감리|감독",
        dated=0.5,
    )
    particulars(
        p,
        {
            "사업명|과정명": pick("신축공사|신입사원 입문과정|정보시스템 구축|국가직무 훈련과정|라인 증설"),
            "기간|교육기간|공사기간": PERIOD,
            "시행기관|시공사|교육기관": COMPANY,
            "책임자|교육생|현장대리인": PERSON,
            "기준월|보고월": MONTH,
            "부서|소속": DEPARTMENT,
        },
    )
    named_row_table(p, _DUTIES, headings)
    if p.rng.random() < 0.5:
        p.section("특기사항|문제점 및 대책|향후 계획")
        for _ in range(p.rng.randint(1, 3)):
            p.prose(f"{p.values.pick('-|○|·')} {p.values.sentence()}", size=0.95)
    notes(p, ("지연 공정은 만회대책을 함께 제출할 것.", "출석률 80% 미만은 수료할 수 없음."), 2)
    p.done()


FAMILIES = (
    Family("ko report card", ("ko",), 0.9, report_card),
    Family("ko appraisal", ("ko",), 0.9, appraisal),
    Family("ko safety", ("ko",), 0.9, safety),
    Family("ko progress", ("ko",), 0.6, progress),
)
