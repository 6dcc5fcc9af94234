"""Families of measurements: health checks, fitness tests, water and air tests, observations, states of equipment."""

from __future__ import annotations

from synthetic.canvas import Canvas
from synthetic.family import Family
from synthetic.korean import office_words
from synthetic.korean.blocks.cell_values import (
    AGE,
    BIRTHDAY,
    CODE,
    COMPANY,
    DATE,
    DEPARTMENT,
    PERSON,
    PHONE,
    SEX,
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

_READING = number(0.3, 240, 0, "||| mg/dL|")
_USUAL = pick(
    "70~99|0-40|13.0-16.5|100 미만|60 이상|120/80 미만|음성|40이하|0.6~1.2|정상|18.5~24.9|200 미만|< 5.0|4.0 - 10.0"
)
_HEALTH = TableKind(
    "검사항목|검사명|항목|검사종목|세부항목|검사내용",
    word_lists("korean-tables", "health"),
    (
        Column("결과|검사결과|측정값|수치", _READING, needed=True),
        Column("참고치|정상치|참고범위|정상범위|기준치", _USUAL, 1.3),
        Column("단위", pick("mg/dL|%|cm|kg|mmHg|U/L|g/dL|회/분|-"), 0.8),
        Column("전년도 결과|이전결과|직전", _READING),
        Column("판정|결과판정|소견", pick("정상|정상A|정상B|경계|주의|의심|질환의심|양호|추적검사"), 1.0),
    ),
)


def health(canvas: Canvas, style: Style) -> None:
    """Draw results of a health check (건강검진 결과표): the person, results by organ with normal ranges, an opinion."""
    p = Paper(canvas, style)
    values, headings = p.values, Headings(p)
    masthead(p, "건강검진 결과표|일반건강검진 결과통보서|종합건강진단 결과서|근로자 건강진단표|채용신체검사서")
    particulars(
        p,
        {
            "성명|수검자명|수검자": PERSON,
            "생년월일|주민등록번호": BIRTHDAY,
            "검진일|검진일자|수검일": DATE,
            "성별": SEX,
            "나이|연령": AGE,
            "사업장명|소속": COMPANY,
            "수검번호|차트번호|등록번호": CODE,
        },
        "수검자 정보|인적사항",
    )
    named_row_table(p, _HEALTH, headings)
    advice = "혈압 관리가 필요하며 3개월 후 재검 바랍니다.|정상 소견입니다.|체중 조절과 규칙적인 운동을 권합니다.|" + (
        "공복혈당이 높아 내과 진료를 권유합니다.|특이소견 없음|금연 및 절주가 필요합니다."
    )
    rows = [[p.q("종합판정|판정|판정구분"), p.options("정상A|정상B|질환의심|유질환자")]]
    rows.append(
        [p.q("종합소견|의사소견|소견 및 조치"), Cell(((ANSWER, values.pick(advice)),), tall=p.rng.uniform(2, 5))]
    )
    rows.append([p.q("판정의사|검진의사|담당의"), p.a(f"{values.person()} {values.pick('(인)||면허번호 제12345호')}")])
    p.grid((1.2, 5), rows[p.rng.randint(0, 2) :])
    notes(
        p, ("검진 결과는 진단이 아니며 이상 소견은 전문의와 상담하시기 바랍니다.", "다음 검진은 2년 후에 받으십시오.")
    )
    p.prose(
        values.pick("위와 같이 검진 결과를 통보합니다.|상기와 같이 판정합니다.|본 결과는 본인 외에 공개하지 않습니다."),
        align="center",
    )
    p.done()


_TRIAL = number(5, 210, 1, "||cm|회|초|점")
_FITNESS = TableKind(
    "측정항목|종목|측정종목|항목|체력요인",
    word_lists("korean-tables", "fitness"),
    (
        Column("1차|1회", _TRIAL, tier="측정기록|기록"),
        Column("2차|2회", _TRIAL, tier="측정기록|기록"),
        Column("최고|평균|기록|측정값", _TRIAL, needed=True),
        Column("등급|급수", pick("1|2|3|4|5|1등급|2등급|특급|A|B")),
        Column("백분위|순위|전체 평균", number(1, 100, 0, "||%|위")),
        Column("비고|판정|의견", pick("우수|보통|미흡|향상|재측정|"), 1.1),
    ),
    sums="합계|총점|종합등급",
)


def fitness(canvas: Canvas, style: Style) -> None:
    """Draw records of a fitness test (체력측정 기록표): the person, records of one or two trials, grades."""
    p = Paper(canvas, style)
    headings = Headings(p)
    masthead(
        p,
        "체력측정 기록표|체력검정 결과표|학생건강체력평가|체력인증 측정표|선수 경기 기록지|운동능력 평가서",
        ranks="감독|코치",
    )
    particulars(
        p,
        {
            "성명|이름|선수명": PERSON,
            "소속|학교|부대": pick("|".join(office_words.SCHOOLS)),
            "학년/반|반": pick("3학년 2반|1-4|2학년|6학년 1반"),
            "성별": SEX,
            "연령|나이": AGE,
            "측정일|측정일자": DATE,
            "측정장소|장소": pick("체육관|운동장|실내경기장|보건소|체력인증센터"),
        },
        "대상자|인적사항",
    )
    named_row_table(p, _FITNESS, headings, most=3)
    if p.rng.random() < 0.5:
        opinion = "유연성 운동이 필요함|전반적으로 우수함|지구력 보강 훈련 요망|다음 달 재측정 예정"
        p.grid((1, 5), ((p.q("종합의견|지도의견|처방"), p.a(p.values.pick(opinion))),))
    notes(p, ("기록은 소수 첫째 자리까지 적는다.", "두 번 측정하여 좋은 기록을 인정함."))
    p.signed("측정자|평가자|지도교사")
    p.done()


_SAMPLES = TableKind(
    "시험항목|분석항목|검사항목|항목|오염물질",
    word_lists("korean-tables", "samples"),
    (
        Column("단위", pick("mg/L|NTU|CFU/mL|㎍/㎥|ppm|dB(A)|-|℃"), 0.9),
        Column(
            "기준|기준치|허용기준|배출허용기준",
            pick("5.8~8.5|불검출|0.01 이하|100 이하|무취|1 이하|0.3이하|50|10"),
            1.1,
        ),
        Column(
            "결과|시험결과|측정치|분석결과",
            lambda p: p.rng.choice(("불검출", f"{p.rng.uniform(0, 9):.2f}", f"{p.rng.uniform(0, 90):.1f}")),
            needed=True,
        ),
        Column("시험방법|비고", pick("이온크로마토그래피법|여과법|KS I 3215|중량법|현장측정|유리전극법"), 1.6),
        Column("판정|적부", pick("적합|적합|적합|부적합"), 0.8),
    ),
)


def analysis(canvas: Canvas, style: Style) -> None:
    """Draw a test report of water or air (수질·대기 시험성적서): the sample, results with limits, the testers."""
    p = Paper(canvas, style)
    headings = Headings(p)
    masthead(
        p,
        "수질시험 성적서|먹는물 시험성적서|대기 측정기록부|실내공기질 측정결과서|토양 분석 결과서|시험성적서",
        dated=0.1,
    )
    particulars(
        p,
        {
            "의뢰인|업체명|의뢰기관": COMPANY,
            "성적서번호|접수번호": CODE,
            "시료명|검체명": pick("지하수|수돗물|폐수|정수기 물|배출가스|실내공기|밭 토양|약수"),
            "채취장소|시료채취지점": pick("본관 1층|2호 관정|방류구|옥상 물탱크|어린이집 보육실|저수조"),
            "채취일시|채취일": DATE,
            "채취자|의뢰자": PERSON,
            "용도|시험목적": pick("음용수|참고용|제출용|자가측정|정기검사"),
        },
        "의뢰사항|시료정보",
    )
    named_row_table(p, _SAMPLES, headings, most=3, longest=9)
    p.grid(
        (1, 3),
        ((p.q("종합판정|시험결과|의견"), p.a(p.values.pick("적합|부적합|기준 이내임|모든 항목 기준에 적합함"))),),
    )
    notes(
        p,
        (
            "이 성적서는 의뢰한 시료에 한하여 유효함.",
            "홍보·선전·소송용으로 사용할 수 없음.",
            "불검출은 정량한계 미만을 말함.",
        ),
    )
    p.signed("시험자|분석자", "기술책임자|책임자")
    p.done()


_SKY = TableKind(
    "관측요소|관측항목|측정항목|조사항목|구분",
    word_lists("korean-tables", "observations"),
    (
        Column("오전|06시|09:00", number(0, 40, 1), tier="관측시각|측정시각"),
        Column("오후|12시|15:00", number(0, 40, 1), tier="관측시각|측정시각"),
        Column("야간|18시|21:00", number(0, 40, 1), tier="관측시각|측정시각"),
        Column("평균|일평균|측정값", number(0, 60, 1, "|||℃|%|mm|cm"), needed=True),
        Column("전일|전년|평년", number(0, 60, 1)),
        Column("비고|특이사항|날씨", pick("맑음|흐림|비|이상없음|결측|바람 강함|"), 1.2),
    ),
    groups="구분|조사구분|분류",
)


def field_record(canvas: Canvas, style: Style) -> None:
    """Draw a record of observations (관측 기록): place and observer, elements in rows, times of a day in columns."""
    p = Paper(canvas, style)
    headings = Headings(p)
    masthead(
        p,
        "기상 관측일지|관측 기록지|작물 생육조사표|현장 측정일지|저수지 관측일보|양식장 환경일지|영농일지",
        ranks="조사자|확인자/담당|팀장",
    )
    particulars(
        p,
        {
            "관측일|조사일자|일자": DATE,
            "관측지점|조사지점|장소": pick("제2관측소|북측 포장|3번 하우스|방파제 끝|상류 500m|시험포 A구|2호 축사"),
            "관측자|조사자|기록자": PERSON,
            "날씨": pick("맑음|흐림|비|눈|구름 조금"),
            "관측시작|시작시각": TIME,
            "품종|작물명": pick("대추방울토마토|설향 딸기|후지 사과|벼(신동진)|넙치|배추"),
        },
    )
    named_row_table(p, _SKY, headings, most=3)
    if p.rng.random() < 0.5:
        p.grid(
            (1, 5),
            ((p.q("특기사항|관측소견|조치사항"), Cell(((ANSWER, p.values.sentence()),), tall=p.rng.uniform(2, 5))),),
        )
    notes(p, ("결측 시 사유를 비고란에 적는다.", "관측값은 매일 지정된 시각에 기록할 것."), 2)
    p.done()


_STATE = TableKind(
    "부위|점검부위|구성품|부품명|품목|장비명|비품명",
    word_lists("korean-tables", "condition"),
    (
        Column("수량|보유수량|개수", number(1, 30, 0, "||대|개|조"), 0.7, summed=True),
        Column("상태|인계시 상태|반출시", pick("양호|이상무|긁힘|파손|마모|보통|교체 필요|정상")),
        Column("반납시|인수시 상태|현재상태", pick("양호|이상무|긁힘|오염|파손|작동불량|정상")),
        Column("구입연도|취득일|설치연도", number(2005, 2026)),
    ),
    ("상|중|하", "양호|불량", "정상|수리|폐기", "양호|보통|불량", "사용가능|수리요|불용"),
    (Column("비고|하자내용|조치", pick("수리 요청|부품 교체|사진 첨부|기존 흠집|청소 필요|잔여 보증 1년"), 1.4),),
    "계|합계",
    "구분|분류|위치",
    "상태|점검결과",
)


def condition(canvas: Canvas, style: Style) -> None:
    """Draw a report on the condition of a car, a flat or equipment (상태 확인서): parts, at two times or with ticks."""
    p = Paper(canvas, style)
    values, headings = p.values, Headings(p)
    masthead(
        p,
        "차량 상태 확인서|시설물 인수인계서|세대 점검표|장비 보유 현황|대여물품 확인서|입주 점검 확인서",
        ranks="담당|과장",
        dated=0.15,
    )
    particulars(
        p,
        {
            "차량번호|관리번호|동·호수": CODE,
            "모델명|규격|차종": pick("승합 12인승|준중형 세단|84㎡ A형|1톤 화물|실습동 302호"),
            "인계자|관리자": PERSON,
            "인수자|사용자": PERSON,
            "연락처": PHONE,
            "확인일|점검일자": DATE,
            "부서|보관장소": DEPARTMENT,
        },
        "기본사항|대상물건",
    )
    named_row_table(p, _STATE, headings)
    notes(p, ("인수 후 발견된 하자는 3일 이내에 알려 주십시오.", "파손 시 실비를 변상하여야 합니다."))
    p.prose(
        values.pick("위와 같이 상태를 확인하고 인수하였음을 확인합니다.|상기 내용과 같이 이상 없음을 확인함."),
        align="center",
    )
    p.signed("인계자|확인자", "인수자|사용자")
    p.done()


FAMILIES = (
    Family("ko health check", ("ko",), 1.0, health),
    Family("ko fitness", ("ko",), 0.6, fitness),
    Family("ko analysis", ("ko",), 0.7, analysis),
    Family("ko field record", ("ko",), 0.6, field_record),
    Family("ko condition", ("ko",), 0.7, condition),
)
