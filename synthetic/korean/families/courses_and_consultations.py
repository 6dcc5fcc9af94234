"""Families of course evaluations, self-checks and records of consultations."""

from __future__ import annotations

from synthetic.canvas import Canvas
from synthetic.family import Family
from synthetic.korean.blocks.cell_values import (
    ADDRESS,
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
from synthetic.korean.blocks.grid import ANSWER, QUESTION, Cell
from synthetic.korean.blocks.named_row_tables import Column, TableKind, named_row_table
from synthetic.korean.blocks.paper import Paper
from synthetic.korean.blocks.questions import QuestionPrinter, read_questions
from synthetic.style import Style
from synthetic.words import word_list, word_lists

_SCALES = (
    "매우 그렇다|그렇다|보통|아니다|전혀 아니다",
    "5|4|3|2|1",
    "1|2|3|4|5",
    "①|②|③|④|⑤",
    "상|중|하",
    "전혀 그렇지 않다|그렇지 않다|그렇다|매우 그렇다",
    "매우 좋음|좋음|보통|나쁨",
    "우수|양호|보통|미흡",
)
_COURSE = TableKind(
    "평가내용|평가문항|문항|내용",
    word_lists("korean-tables", "course"),
    (),
    _SCALES,
    (Column("비고|의견", pick("시간 연장 요망|만족|실습 부족|자료 보완"), 1.1),),
    "평균|합계",
    "평가영역|구분|분야",
    "만족도|평가척도|응답",
    3.6,
)
_AFTER = read_questions("course")
_PERSON = {
    "성명|이름": PERSON,
    "성별": SEX,
    "연령|연령대": pick("20대|30대|40대|50대 이상|34세"),
    "소속|부서": DEPARTMENT,
    "직급|직종": pick("사무직|기술직|연구직|관리자|대리|사원"),
    "작성일|일자": DATE,
}


def course(canvas: Canvas, style: Style) -> None:
    """Draw a course evaluation (교육 이수 평가지): the course, statements on a scale, questions."""
    p = Paper(canvas, style)
    headings = Headings(p)
    masthead(
        p, "교육 이수 평가지|강의 평가서|연수 소감 및 평가표|직무교육 평가지|학습 자기평가서|과정 평가표", dated=0.2
    )
    taught = {
        "과정명|교육명": pick("신임관리자 과정|엑셀 실무|안전교육|보고서 작성법|고객만족 과정|회계 기초"),
        "강사명|강사": PERSON,
        "교육장소|장소": pick("대강당|3층 교육실|온라인|연수원 201호"),
        "교육일시|기간": DATE,
    }
    particulars(p, _PERSON | taught)
    if p.rng.random() < 0.8:
        hint = "※ 해당란에 √표 하여 주십시오.|* 각 문항을 읽고 한 곳에만 표시하십시오."
        p.prose(p.values.pick(hint), size=0.9)
    named_row_table(p, _COURSE, headings, longest=5)
    if p.rng.random() < 0.7:
        if p.rng.random() < 0.6:
            headings.write("기타 의견|서술형 문항|종합 의견|자유 의견")
        QuestionPrinter(p).print_all(p.rng.sample(_AFTER, p.rng.randint(1, 5)))
    p.prose(
        p.values.pick(
            "수고하셨습니다.|참여해 주셔서 감사합니다.|♣ 협조해 주셔서 감사합니다 ♣|끝까지 답해 주셔서 고맙습니다."
        ),
        align="center",
    )
    p.done()


_SELF = TableKind(
    "문항|질문|내용|점검 문항|상태",
    word_lists("korean-tables", "self-check"),
    (),
    (
        "예|아니오",
        "그렇다|아니다",
        "전혀 없음|가끔|자주|항상",
        "0점|1점|2점|3점",
        "없음|2~3일|일주일 이상|거의 매일",
        "0|1|2|3",
        *_SCALES[:2],
    ),
    (Column("점수|비고", number(0, 4), 0.7),),
    "총점|합계|계",
    "영역|구분|유형",
    "해당 정도|빈도|응답",
    3.6,
)
_RESULTS = word_list("korean-families", "self-check", "results")


def self_check(canvas: Canvas, style: Style) -> None:
    """Draw a self-check (자가진단표): statements with points, their sum, and the meaning of the sum."""
    p = Paper(canvas, style)
    rng, values, headings = p.rng, p.values, Headings(p)
    masthead(
        p,
        "자가진단표|스트레스 자가진단표|자가점검 체크리스트|근골격계 증상 조사표|우울증 자가검진|청렴도 자가진단",
        dated=0.1,
    )
    particulars(p, {**_PERSON, "나이": AGE, "연락처": PHONE, "점검일": DATE})
    if rng.random() < 0.8:
        hint = "※ 지난 일주일 동안 느낀 것에 표시하십시오.|각 문항에 해당하는 점수에 ○표 하십시오."
        p.prose(values.pick(hint), size=0.95)
    named_row_table(p, _SELF, headings, most=3, longest=6)
    total = [
        (p.q("총점|합계 점수"), p.a(number(0, 40, 0, "점||")(p))),
        (p.q("판정|결과|진단결과"), p.options("정상|주의|위험")),
    ]
    p.grid((1, 2) * 2, (total[0] + total[1],) if rng.random() < 0.5 else ((*total[0], Cell(), Cell()),))
    p.skip(0.6)
    if rng.random() < 0.6:
        headings.write("결과 해석|판정 기준|점수별 안내")
        for text in rng.sample(_RESULTS, rng.randint(2, 4)):
            score, name, advice = text.split("|")
            p.prose(f"{values.pick('-|○|·')} {score} : {name} ({advice})", size=0.9)
    notes(p, ("본 검사는 진단을 대신하지 않습니다.", "결과는 본인만 볼 수 있습니다.", "상담 전화 1577-0000"), 2)
    p.done()


_CALL = read_questions("consultation")
_STORIES = word_list("korean-families", "consultation", "requests")
_STEPS = word_list("korean-families", "consultation", "measures")


def consultation(canvas: Canvas, style: Style) -> None:
    """Draw a record of a consultation (상담 기록지): the client, the topic by ticks, request and measures."""
    p = Paper(canvas, style)
    rng, values, headings = p.rng, p.values, Headings(p)
    masthead(
        p,
        "고객 상담 기록지|상담일지|민원 상담 기록부|학생 상담 기록|복지 상담 기록표|방문 상담 카드",
        ranks="상담원|팀장/담당|과장|국장",
        dated=0.1,
    )
    particulars(
        p,
        {
            "고객명|내담자|성명": PERSON,
            "연락처|전화번호": PHONE,
            "주소": ADDRESS,
            "상담일시|접수일": DATE,
            "상담시간|시각": TIME,
            "상담자|상담원": PERSON,
            "접수번호|상담번호": CODE,
            "생년월일": BIRTHDAY,
            "회사명|소속": COMPANY,
        },
        "고객정보|내담자 정보",
    )
    if rng.random() < 0.7:
        if rng.random() < 0.6:
            headings.write("상담 분류|접수 내용|기본사항")
        QuestionPrinter(p).print_all(rng.sample(_CALL, rng.randint(2, 5)))
    texts = [
        ("상담내용|문의내용|주요 호소", _STORIES),
        ("처리내용|조치사항|답변내용", _STEPS),
        ("상담자 의견|향후 계획|특이사항", _STEPS),
    ]
    texts = texts[: rng.randint(1, 3)]
    if rng.random() < 0.5:
        p.grid((1, 5), [(p.q(name), _tall(p, said)) for name, said in texts])
    else:
        for name, said in texts:
            p.skip(0.4)
            p.grid((1,), [[p.q(name)], [_tall(p, said, keys="above")]])
    p.skip(0.5)
    if rng.random() < 0.5:
        heads = [p.q(name) for name in ("차수|회기|구분", "일자|상담일", "내용|상담내용", "담당|상담자")]
        rows = [heads]
        for count in range(1, rng.randint(2, 5)):
            first = Cell(((QUESTION, f"{count}{values.pick('차|회')}"),), align="center")
            done = p.t(rng.choice(_STEPS), keys="both")
            rows.append([first, p.t(values.date(), "center", "both"), done, p.t(values.person(), "center", "both")])
        p.grid((0.7, 1.4, 4, 1), rows)
    notes(p, ("상담 내용은 비밀을 보장합니다.", "기록은 3년간 보관 후 파기한다."), 2)
    if rng.random() < 0.5:
        p.signed("상담자|확인자")
    p.done()


def _tall(p: Paper, said: tuple[str, ...], keys: str = "left") -> Cell:
    """Return a tall cell for one or two of these sentences."""
    text = " ".join(p.rng.sample(said, p.rng.choice((1, 1, 2))))
    filled = p.rng.random() < p.style.filled
    return Cell(((ANSWER, text),) if filled else (), keys=keys, tall=p.rng.uniform(3, 9))


FAMILIES = (
    Family("ko course", ("ko",), 0.9, course),
    Family("ko self check", ("ko",), 0.8, self_check),
    Family("ko consultation", ("ko",), 0.8, consultation),
)
