"""Families of questionnaires: medical questions, vaccination, travel insurance, development of a child; and consent."""

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
    PERSON,
    PHONE,
    SEX,
    number,
    pick,
)
from synthetic.korean.blocks.common_parts import Headings, masthead, notes, particulars
from synthetic.korean.blocks.grid import Cell
from synthetic.korean.blocks.named_row_tables import Column, TableKind, named_row_table
from synthetic.korean.blocks.paper import Paper
from synthetic.korean.blocks.questions import Question, QuestionPrinter, read_questions
from synthetic.style import Style
from synthetic.words import word_list, word_lists

_HABITS = read_questions("habits")
_ILLNESS = read_questions("illnesses")
_SIGNS = TableKind(
    "증상|문항|항목|질환명",
    word_lists("korean-tables", "symptoms"),
    (),
    ("예|아니오", "없음|가끔|자주", "본인|부모|형제", "있다|없다|모름", "과거|현재"),
    (Column("비고|진단시기", pick("2019년|5년 전|약 복용|완치"), 1.1),),
    rated="해당란|응답",
    room=3.0,
)
_PATIENT = {
    "성명|이름": PERSON,
    "생년월일|주민번호": BIRTHDAY,
    "성별": SEX,
    "연령|나이": AGE,
    "연락처|휴대폰": PHONE,
    "직업": pick("회사원|주부|학생|자영업|교사|농업"),
    "주소": ADDRESS,
    "작성일|작성일자": DATE,
}
_HINTS = (
    "※ 해당되는 곳에 표시하여 주십시오.|※ 다음 항목을 읽고 빠짐없이 기재해 주시기 바랍니다.|* 해당란에 √ 표시|"
    "정확한 진료를 위하여 사실대로 답해 주십시오.|☞ 아래 질문에 답하여 주시기 바랍니다.|○표 하여 주십시오."
)


def _some(p: Paper, questions: tuple[Question, ...], least: int = 3) -> list[Question]:
    return p.rng.sample(questions, p.rng.randint(min(least, len(questions)), len(questions)))


def _hint(p: Paper, texts: str = _HINTS) -> None:
    """Print instructions for the form."""
    if p.rng.random() < 0.7:
        p.prose(p.values.pick(texts), size=p.rng.choice((0.85, 0.9, 1.0)))


def _asked(p: Paper, headings: Headings, parts: dict[str, tuple[Question, ...]]) -> None:
    """Print some questions of each part, under headings or without."""
    printer, headed = QuestionPrinter(p), p.rng.random() < 0.75
    for title, questions in parts.items():
        if headed:
            headings.write(title)
        printer.print_all(_some(p, questions))
    p.end_section()


def screening(canvas: Canvas, style: Style) -> None:
    """Draw a medical questionnaire (문진표): questions on illnesses and habits, a table of symptoms."""
    p = Paper(canvas, style)
    headings = Headings(p)
    masthead(p, "문진표|건강검진 문진표|초진 문진표|건강상태 조사표|치과 문진표|한방 문진표", dated=0.1)
    particulars(p, _PATIENT, "인적사항|수검자")
    _hint(p)
    parts = {"과거력 및 현재 병력|질병력": _ILLNESS, "생활습관|건강행태": _HABITS}
    _asked(p, headings, dict(p.rng.sample(list(parts.items()), p.rng.randint(1, 2))))
    if p.rng.random() < 0.5:
        named_row_table(p, _SIGNS, headings, most=2)
    p.prose(
        p.values.pick("위 사항은 사실과 다름없습니다.|문진 내용은 진료 목적으로만 이용됩니다.|감사합니다."),
        align="center",
    )
    if p.rng.random() < 0.6:
        p.signed("작성자|본인|문진의사")
    p.done()


_DOSE = read_questions("vaccination")
_DOSE_TABLE = TableKind(
    "접종대상자에 대한 확인사항|문진항목|예진 항목|확인사항",
    {"예진": tuple(ask.text for ask in _DOSE)},
    (),
    ("예|아니오", "있음|없음", "본인 확인|의료인 확인"),
    (Column("비고|내용", pick("미열|작년 독감|천식|확인"), 0.9),),
    rated="확인란",
    room=4.5,
)


def vaccination(canvas: Canvas, style: Style) -> None:
    """Draw a vaccination questionnaire (예방접종 예진표): person and vaccine, yes-no questions, findings, consent."""
    p = Paper(canvas, style)
    rng, values, headings = p.rng, p.values, Headings(p)
    masthead(p, "예방접종 예진표|예방접종 예진표(성인용)|접종 전 문진표|헌혈 문진표|인플루엔자 예진표", dated=0.05)
    vaccine = {
        "백신 종류|접종명": pick("독감 4가|B형간염|파상풍|대상포진|MMR|폐렴구균"),
        "체온": number(36, 37.5, 1, "℃| ℃|도"),
    }
    particulars(p, _PATIENT | vaccine, "접종대상자")
    _hint(p)
    if rng.random() < 0.5:
        named_row_table(p, _DOSE_TABLE, headings, longest=5)
    else:
        _asked(p, headings, {"문진사항|접종 전 확인": _DOSE})
    printer = QuestionPrinter(p)
    printer.print_all([Question("예방접종 실시 여부에 동의하십니까?|접종에 동의함", "동의함|동의하지 않음")])
    if rng.random() < 0.7:
        headings.write("의사 예진결과|예진의사 기록란|의료인 기재란")
        result = values.pick("접종 가능/접종 연기/접종 금기|가능/불가").replace("/", "|")
        rows = [[p.q("예진결과|판정"), p.options(result), p.q("예진의사|의사성명"), p.a(values.person())]]
        lot = p.a(values.digits("AB####"))
        rows.append([p.q("제조번호|Lot No."), lot, p.q("접종부위"), p.a(values.pick("좌측 상완|우측 상완|대퇴부"))])
        p.grid((1, 2.6, 1, 1.5), rows[: rng.randint(1, 2)])
    notes(p, ("접종 후 20~30분간 접종기관에 머물러 주십시오.", "접종 당일은 심한 운동을 피하십시오."), 2)
    p.signed("본인(보호자)|보호자|피접종자")
    p.done()


_PURPOSE = read_questions("travel")


def insurance(canvas: Canvas, style: Style) -> None:
    """Draw an application for travel insurance (여행자보험 청약서): person, journey, questions, cover by name."""
    p = Paper(canvas, style)
    headings = Headings(p)
    masthead(
        p,
        "해외여행자보험 청약서|계약 전 알릴 의무사항|보험 가입 청약서|국내여행보험 가입신청서|고지사항 질문서",
        dated=0.05,
    )
    travel = {
        "여행지|방문국": pick("일본|베트남 다낭|프랑스 파리|제주도|미국 서부|태국"),
        "출발일|출국일": DATE,
        "도착일|귀국일": DATE,
        "여권번호": lambda q: q.values.digits("M########"),
    }
    particulars(p, _PATIENT | travel, "피보험자|청약자")
    _hint(
        p, "※ 아래 질문에 사실대로 알리지 않으면 보험금 지급이 거절될 수 있습니다.|* 해당란에 표시하십시오.|" + _HINTS
    )
    _asked(p, headings, {"계약 전 알릴 사항|고지사항|질문사항": _PURPOSE})
    if p.rng.random() < 0.6:
        named_row_table(p, _COVER, headings, most=2)
    p.prose(
        p.values.pick("위와 같이 청약합니다.|약관의 중요한 내용을 설명 들었음을 확인합니다.|상기 내용은 사실과 같음."),
        align="center",
    )
    p.signed("청약자|계약자|피보험자", place="○○손해보험(주) 귀중")
    p.done()


_COVER = TableKind(
    "담보명|보장내용|가입담보|구분",
    word_lists("korean-tables", "insurance"),
    (
        Column(
            "가입금액|보상한도",
            lambda p: p.values.pick("1억원|3,000만원|5천만원|20만원|100만원|1,000,000"),
            1.1,
            needed=True,
        ),
        Column("자기부담금", pick("없음|1만원|10,000|20%"), 0.8),
        Column("보험료", number(500, 20000, 0, "|원"), 0.9, summed=True),
    ),
    ("가입|미가입", "선택|제외"),
    sums="합계보험료|합계|총보험료",
    rated="가입여부",
)
_CHILD = TableKind(
    "관찰내용|발달항목|문항|행동특성",
    word_lists("korean-tables", "development"),
    (),
    (
        "잘 할 수 있다|할 수 있는 편이다|하지 못하는 편이다|전혀 못한다",
        "상|중|하",
        "잘함|보통|노력요함",
        "3|2|1|0",
        "예|아니오",
        "관찰됨|관찰 안 됨",
    ),
    (Column("비고|교사 의견", pick("꾸준히 발달|지도 필요|또래보다 빠름|관심이 많음"), 1.3),),
    "총점|합계",
    "발달영역|영역|구분",
    "발달정도|평정척도",
    3.4,
)
_PARENT = read_questions("parents")


def development(canvas: Canvas, style: Style) -> None:
    """Draw a record of a child's development (아동 발달 기록): the child, abilities by area, answers of the parents."""
    p = Paper(canvas, style)
    rng, values, headings = p.rng, p.values, Headings(p)
    masthead(
        p,
        "아동 발달 기록부|영유아 발달 관찰기록|유아 발달 체크리스트|유아 생활기록표|영아 발달 선별검사지",
        ranks="담임|원감|원장",
    )
    child = {
        "아동명|원아명|이름": PERSON,
        "생년월일": lambda q: q.values.date(q.rng.randint(2015, 2023)),
        "반|반명": pick("햇살반|꽃잎반|열매반|새싹반|만 3세반"),
        "관찰기간|관찰일": DATE,
        "관찰자|담임교사": PERSON,
        "보호자": PERSON,
        "연령|월령": pick("36개월|만 4세|28개월|만 5세|만3세"),
    }
    particulars(p, child, "아동정보")
    _hint(p)
    if rng.random() < 0.75:
        named_row_table(p, _CHILD, headings)
    if rng.random() < 0.6:
        _asked(p, headings, {"가정환경|부모 기초조사|생활습관": _PARENT})
    text = values.pick("새로운 것에 호기심이 많음|또래와의 관계가 원만함|언어 표현이 풍부해짐|집중 시간이 길어짐")
    p.grid((1, 5), ((p.q("종합의견|교사의견|총평"), p.a(text)),))
    notes(p, ("관찰 기록은 학기마다 두 번 작성한다.", "보호자 상담 자료로만 쓰임."), 2)
    p.done()


_TERMS = word_list("korean-families", "consent", "terms")
_CONSENTS = word_list("korean-families", "consent", "questions")


def consent(canvas: Canvas, style: Style) -> None:
    """Draw a consent form (동의서): prose on each subject, boxes behind it, signatures."""
    p = Paper(canvas, style)
    rng, values, headings = p.rng, p.values, Headings(p)
    masthead(
        p,
        "개인정보 수집·이용 동의서|동의서|초상권 사용 동의서|현장체험학습 참가 동의서|정보제공 동의서|수술 동의서",
        dated=0.05,
    )
    particulars(
        p,
        {
            "성명|참가자|환자명": PERSON,
            "생년월일": BIRTHDAY,
            "연락처": PHONE,
            "소속|학년/반": COMPANY,
            "등록번호": CODE,
        },
    )
    printer, answers = (
        QuestionPrinter(p),
        values.pick("동의함/동의하지 않음|동의/미동의|동의합니다/동의하지 않습니다|예/아니오").replace("/", "|"),
    )
    for text in rng.sample(_CONSENTS, rng.randint(1, 4)):
        if rng.random() < 0.7:
            headings.write("수집·이용 내역|동의 내용|제공에 관한 사항|고유식별정보 처리 내역|유의사항|설명 내용")
        lines = rng.sample(_TERMS, rng.randint(1, 4))
        if rng.random() < 0.3:
            p.grid((1,), [[p.o(" ".join(lines))]])
            p.skip(0.5)
        else:
            for line in lines:
                p.prose(f"{values.pick('-|○|·|*')} {line}", size=0.9)
        p.skip(0.5)
        printer.print_all([Question(text, answers)])
    if rng.random() < 0.4:
        rows = [[p.q("구분"), p.q("수집항목"), p.q("보유기간"), p.q("동의여부")]]
        for name in rng.sample(("필수", "선택", "고유식별정보", "제3자 제공"), rng.randint(1, 3)):
            items = p.t(values.pick("성명, 연락처|주소, 이메일|주민등록번호|가족사항"), keys="both")
            ticks = p.options(answers)
            years = p.t(values.pick("1년|3년|5년|준영구"), "center", "both")
            rows.append([Cell((("QUESTION", name),), align="center"), items, years, ticks])
        p.grid((1, 1.8, 0.9, 2.2), rows)
    p.prose(
        values.pick(
            "본인은 위 내용을 충분히 이해하고 동의합니다.|위 사항에 대하여 설명을 듣고 이에 동의함.|"
            "상기와 같이 동의합니다."
        ),
        align="center",
    )
    p.signed("동의자|본인|신청인", *rng.choice(((), ("보호자|법정대리인",))), place="○○학교장 귀하|병원장 귀하")
    p.done()


FAMILIES = (
    Family("ko screening", ("ko",), 0.9, screening),
    Family("ko vaccination", ("ko",), 0.7, vaccination),
    Family("ko travel insurance", ("ko",), 0.8, insurance),
    Family("ko development", ("ko",), 0.7, development),
    Family("ko consent", ("ko",), 0.8, consent),
)
