"""Families with long prose: accidents, work reports, business trips, apologies, complaints, self-introductions."""

from __future__ import annotations

from synthetic.canvas import Canvas
from synthetic.family import Family
from synthetic.korean.blocks.cell_values import (
    ADDRESS,
    BIRTHDAY,
    CODE,
    COMPANY,
    DATE,
    DEPARTMENT,
    PERIOD,
    PERSON,
    PHONE,
    RANK,
    CellValue,
)
from synthetic.korean.blocks.paper import Paper
from synthetic.korean.blocks.prose_answers import ProseAnswers
from synthetic.style import Style
from synthetic.words import word_list

_WHO: dict[str, CellValue] = {
    "성명|작성자|보고자": PERSON,
    "소속|부서|소속부서": DEPARTMENT,
    "직위|직급": RANK,
    "연락처|전화번호": PHONE,
    "생년월일": BIRTHDAY,
    "주소|거주지": ADDRESS,
    "작성일|보고일자|접수일": DATE,
    "업체명|소속기관": COMPANY,
    "문서번호|접수번호|관리번호": CODE,
    "기간|출장기간|대상기간": PERIOD,
}
_RULES = word_list("korean-families", "narratives", "rules")


def _head(p: Paper, title: str) -> None:
    """Print title, boxes for approval, and fields on the author: in a grid or in lines."""
    rng = p.rng
    p.title(title)
    if rng.random() < 0.35:
        p.approval("담당|팀장|부장")
        p.skip(0.4)
    if rng.random() < 0.3:
        _rule(p)
    asked = rng.sample(list(_WHO.items()), 2 * rng.randint(1, 4))
    if rng.random() < 0.65:
        pairs = [(p.q(name), p.a(made(p))) for name, made in asked]
        p.grid((1, 2.2, 1, 2.2), [(*one, *two) for one, two in zip(pairs[::2], pairs[1::2], strict=True)])
    else:
        offset = rng.uniform(5, 8)
        for name, made in asked:
            p.field(name, made(p), offset=offset)
            p.line()
    p.skip(0.4)


def _rule(p: Paper) -> None:
    """Print small print of the form itself; it answers no field."""
    texts = p.rng.sample(_RULES, p.rng.randint(1, 3))
    p.prose(" ".join(texts), size=p.rng.choice((0.85, 0.9, 1.0)))


def accident(canvas: Canvas, style: Style) -> None:
    """Draw an accident report (사고 경위서): course, cause, measures, prevention."""
    p = Paper(canvas, style)
    _head(p, "사고 경위서|사고보고서|안전사고 보고서|장애 보고서|아차사고 보고서|교통사고 경위서|사고 발생 보고")
    asks = (
        ("사고 경위|발생 경위|사고내용|사고개요", "account"),
        ("발생 원인|사고 원인|원인", "reason"),
        ("조치사항|조치 내용|응급조치", "measure"),
        ("재발방지대책|향후 대책|개선대책", "measure"),
        ("목격자 진술|진술 내용", "account"),
        ("비고|특이사항", "note"),
    )
    ProseAnswers(p).print_fields(*asks[: p.rng.randint(2, 6)])
    _end(p, "작성자|보고자|사고자", "위와 같이 사고 경위를 보고합니다.|상기 내용은 사실과 다름없음을 확인합니다.")


def work(canvas: Canvas, style: Style) -> None:
    """Draw a work report (업무 보고): work done, plans, special events."""
    p = Paper(canvas, style)
    _head(p, "업무 보고서|일일 업무보고|주간 업무 보고|월간업무보고|업무일지|작업일보|당직 근무일지|인수인계서")
    asks = [
        ("금일 실적|추진 실적|업무내용|주요 업무", p.values.pick("account|note|note")),
        ("명일 계획|향후 계획|추진 계획", p.values.pick("measure|note")),
        ("문제점|애로사항|지연 사유", "reason"),
        ("건의사항|의견|검토 의견", "opinion"),
        ("특이사항|비고|기타", p.values.pick("account|note")),
    ]
    answers = ProseAnswers(p)
    for _ in range(p.rng.choice((1, 1, 2))):
        answers.print_fields(*p.rng.sample(asks, p.rng.randint(2, 4)))
        p.skip(0.6)
    _end(p, "보고자|작성자", "위와 같이 보고합니다.|상기와 같이 업무를 보고드립니다.")


def trip(canvas: Canvas, style: Style) -> None:
    """Draw a report on a business trip (출장 복명서): place and purpose, results, next steps."""
    p = Paper(canvas, style)
    _head(p, "출장 복명서|출장복명서|출장 결과 보고서|복명서|해외출장 보고서|현장 방문 보고서|교육 참가 보고서")
    asks = (
        ("출장 목적|방문 목적|목적", p.values.pick("measure|reason")),
        ("출장 결과|수행 내용|복명 내용|방문 내용", "account"),
        ("의견|소감|복명자 의견|시사점", "opinion"),
        ("향후 조치|후속 조치|건의사항", "measure"),
    )
    ProseAnswers(p).print_fields(*asks[: p.rng.randint(2, 4)])
    _end(p, "복명자|출장자", "위와 같이 복명합니다.|상기와 같이 출장 결과를 보고합니다.")


def apology(canvas: Canvas, style: Style) -> None:
    """Draw a written apology (시말서): event, reason, promise."""
    p = Paper(canvas, style)
    _head(p, "시말서|경위서|사유서|지각 사유서|반성문|확인서|진술서")
    asks = (
        ("내용|경위|사건 내용|진술 내용", p.values.pick("sorry|sorry|account")),
        ("사유|위반 사유|원인", "reason"),
        ("다짐|향후 각오|재발 방지 대책", p.values.pick("sorry|measure")),
        ("부서장 의견|확인자 의견", "opinion"),
    )
    ProseAnswers(p).print_fields(*asks[: p.rng.randint(1, 4)])
    closing = "상기 본인은 위와 같은 사실을 인정하며 추후 동일한 일이 있을 경우 어떠한 처벌도 감수할 것을 서약합니다."
    _end(p, "작성자|서약자|본인", f"{closing}|위 내용은 사실과 틀림없습니다.")


def complaint(canvas: Canvas, style: Style) -> None:
    """Draw a record of a complaint (민원 처리부): complaint, findings, measures."""
    p = Paper(canvas, style)
    _head(p, "민원 처리 결과서|민원 접수 처리부|고충 처리 기록|불편 신고서|고객 불만 접수서|건의서|이의신청서")
    asks = [
        ("민원 내용|신고 내용|불만 내용|신청 취지", p.values.pick("account|opinion")),
        ("요구사항|희망 사항", p.values.pick("opinion|measure")),
        ("확인 사항|조사 내용|현장 확인", "account"),
        ("처리 결과|조치 결과|답변 내용", "measure"),
        ("검토 의견|담당자 의견", "opinion"),
    ]
    ProseAnswers(p).print_fields(*asks[: p.rng.randint(2, 5)])
    _end(p, "처리자|신청인|민원인", "위와 같이 신청합니다.|위 민원을 위와 같이 처리하였습니다.")


def introduction(canvas: Canvas, style: Style) -> None:
    """Draw a self-introduction (자기소개서): origin, skills, motives."""
    p = Paper(canvas, style)
    _head(p, "자기소개서|자 기 소 개 서|직무수행계획서|학업계획서|추천서")
    asks = [
        ("성장과정|가정환경", "self"),
        ("지원동기|지원 동기 및 포부|신청 동기", "self"),
        ("성격의 장단점|장점과 단점", "self"),
        ("경력사항|주요 경험|활동 내용", p.values.pick("self|account")),
        ("입사 후 포부|향후 계획|장래 계획", p.values.pick("self|measure")),
    ]
    ProseAnswers(p).print_fields(*p.rng.sample(asks, p.rng.randint(2, 5)))
    _end(p, "지원자|작성자", "위 기재사항은 사실과 다름이 없음을 확인합니다.")


def _end(p: Paper, who: str, closing: str) -> None:
    """Print a closing sentence and signatures, sometimes small print."""
    if p.rng.random() < 0.7:
        p.prose(p.values.pick(closing), align=p.rng.choice(("center", "left")))
    if p.rng.random() < 0.75:
        p.signed(who)
    if p.rng.random() < 0.4:
        _rule(p)
    p.done()


FAMILIES = (
    Family("ko accident", ("ko",), 0.7, accident),
    Family("ko work report", ("ko",), 0.7, work),
    Family("ko trip report", ("ko",), 0.6, trip),
    Family("ko apology", ("ko",), 0.6, apology),
    Family("ko complaint", ("ko",), 0.6, complaint),
    Family("ko introduction", ("ko",), 0.6, introduction),
)
